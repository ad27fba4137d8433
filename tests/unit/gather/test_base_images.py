"""What is known of a built image from its base: an image of a registry, of another service, or a directory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from hybridcompose.diagnostics import Code
from hybridcompose.gather import gather
from hybridcompose.gather.facts import ImageHealthcheck
from hybridcompose.gather.registries.client import Registries
from hybridcompose.gather.registries.inspect import Inspector
from hybridcompose.gather.registries.transport import Transport
from tests.unit.gather.registries.server import Registry, registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hybridcompose.gather.facts import Facts, ImageConfig
    from hybridcompose.spec import Project

    Make = Callable[..., Project]

CHECK = {"Test": ["CMD", "check"], "Interval": 5_000_000_000}


@pytest.fixture
def shelf() -> Iterator[Registry]:
    with registry() as found:
        yield found


def build(text: str, **keys: Any) -> dict[str, Any]:
    """A service that is built, its Dockerfile in the compose file."""
    section = {"context": ".", "dockerfile_inline": text, **keys.pop("build", {})}
    return {"build": section, **keys}


@pytest.fixture
def known(make_project: Make, shelf: Registry, tmp_path: Any) -> Callable[..., Facts]:
    """What is known of services; ``HOST`` in a Dockerfile is the registry, which is asked where that is wanted."""

    def facts(services: dict[str, Any], *, ask: bool = False, **elements: Any) -> Facts:
        for service in services.values():
            section = service.get("build", {})
            section |= {"context": str(tmp_path)} if section else {}
            if "dockerfile_inline" in section:
                section["dockerfile_inline"] = section["dockerfile_inline"].replace("HOST", shelf.host)
        inspector = Inspector(Registries(Transport()), str) if ask else None
        return gather(make_project(services, **elements), inspector)

    return facts


# --- images of a registry


def upon(known: Callable[..., Facts], shelf: Registry, config: dict[str, Any], text: str) -> ImageConfig:
    """The image that is built from one with this configuration."""
    shelf.add("base", "1", {"config": config})
    facts = known({"web": build(f"FROM HOST/base:1\n{text}")}, ask=True)
    assert facts.diagnostics == ()
    return facts.builds["web"].image


def test_what_the_dockerfile_says_comes_before_what_the_base_says(known: Callable[..., Facts], shelf: Registry) -> None:
    base = {"User": "7", "Cmd": ["serve"], "Entrypoint": ["/run"], "StopSignal": "SIGINT", "Healthcheck": CHECK}
    kept = upon(known, shelf, base, "")
    assert (kept.user, kept.entrypoint, kept.command, kept.stop_signal) == ("7", ("/run",), ("serve",), "SIGINT")
    assert kept.healthcheck is not None
    assert kept.healthcheck.test == ("CMD", "check")
    text = 'USER 8\nENTRYPOINT ["/other"]\nSTOPSIGNAL SIGQUIT\nHEALTHCHECK NONE\n'
    own = upon(known, shelf, base, text)
    assert (own.user, own.entrypoint, own.stop_signal) == ("8", ("/other",), "SIGQUIT")
    assert own.command == (), "the CMD of the base belongs to its ENTRYPOINT"
    assert own.healthcheck == ImageHealthcheck(("NONE",))
    assert upon(known, shelf, base, 'CMD ["own"]\n').entrypoint == ("/run",)


def test_a_shell_form_is_given_to_the_shell_of_the_base(known: Callable[..., Facts], shelf: Registry) -> None:
    base = {"Shell": ["/bin/bash", "-c"]}
    assert upon(known, shelf, base, "CMD serve\n").command == ("/bin/bash", "-c", "serve")
    assert upon(known, shelf, base, 'SHELL ["/bin/ash"]\nCMD serve\n').command == ("/bin/ash", "serve")


def test_what_a_base_leaves_to_its_heirs_comes_first_and_once(known: Callable[..., Facts], shelf: Registry) -> None:
    base = {"User": "7", "OnBuild": ["USER app", "HEALTHCHECK CMD check", "COPY . /srv", "ENV A=1"]}
    first = upon(known, shelf, base, "")
    assert (first.user, first.environment, first.on_build) == ("app", {"A": "1"}, ())
    assert first.healthcheck == ImageHealthcheck(("CMD-SHELL", "check"))
    assert [copied.target for copied in first.copied] == ["/srv"]
    assert upon(known, shelf, base, "ENV B=$A\nUSER 9\n").user == "9"
    assert upon(known, shelf, base, "ENV B=$A\n").environment == {"A": "1", "B": "1"}


def test_a_value_that_only_the_base_shows_to_be_wrong_is_an_error_at_its_line(
    known: Callable[..., Facts], shelf: Registry
) -> None:
    shelf.add("base", "1", {"config": {"Env": ["PORT=http"]}})
    facts = known({"web": build("FROM HOST/base:1\nEXPOSE $PORT\n")}, ask=True)
    (finding,) = facts.diagnostics
    assert finding.code is Code.INVALID_DOCKERFILE
    assert finding.path == ("services", "web", "build", "dockerfile_inline")
    assert "the inline Dockerfile:2: http is no port" in finding.message


def test_an_image_that_is_named_as_what_it_is_made_from_is_made_from_the_registrys(
    known: Callable[..., Facts], shelf: Registry
) -> None:
    shelf.add("node", "1", {"config": {"User": "7"}})
    facts = known({"web": build("FROM HOST/node:1\n", image=f"{shelf.host}/node:1")}, ask=True)
    assert facts.builds["web"].image.user == "7"


def test_a_named_image_is_the_base(known: Callable[..., Facts], shelf: Registry) -> None:
    shelf.add("node", "1", {"config": {"User": "7"}})
    contexts = {"additional_contexts": {"base": f"docker-image://{shelf.host}/node:1"}}
    facts = known({"web": build("FROM other AS base\nUSER 8\nFROM base\n", build=contexts)}, ask=True)
    assert facts.builds["web"].image.user == "7", "and not the stage of that name"


# --- images of other services


@pytest.mark.parametrize("name", ["shop-base", "shop-base:latest", "docker.io/library/shop-base", "given"])
def test_the_image_of_another_service_is_inherited_without_asking_anybody(
    known: Callable[..., Facts], shelf: Registry, name: str
) -> None:
    base = build("FROM scratch\nUSER 7\nHEALTHCHECK CMD check\nCOPY . /srv\nONBUILD EXPOSE 80\n")
    more = {"additional_contexts": {"given": "service:base"}} if name == "given" else {}
    facts = known({"base": base, "web": build(f"FROM {name}\nWORKDIR /srv\n", build=more)})
    image = facts.builds["web"].image
    assert (image.user, image.working_dir, image.exposed_ports) == ("7", "/srv", ("80/tcp",))
    assert image.healthcheck == ImageHealthcheck(("CMD-SHELL", "check"))
    assert image.complete
    assert image.copied == (), "that came from another build's context"
    assert shelf.asked == []


def test_images_are_inherited_through_several_services(known: Callable[..., Facts], shelf: Registry) -> None:
    shelf.add("base", "1", {"config": {"Env": ["A=1"], "OnBuild": ["USER 7"]}})
    services = {
        "a": build("FROM shop-b\nENV C=$A-$B\n"),
        "b": build("FROM shop-c\nENV B=2\n"),
        "c": build("FROM HOST/base:1\n"),
    }
    facts = known(services, ask=True)
    assert facts.builds["a"].image.environment == {"A": "1", "B": "2", "C": "1-2"}
    assert {facts.builds[name].image.user for name in services} == {"7"}
    assert facts.diagnostics == ()


def test_images_that_need_each_other_inherit_nothing(known: Callable[..., Facts]) -> None:
    facts = known({"a": build("FROM shop-b\nUSER 1\n"), "b": build("FROM shop-a\nENV X=1\n")})
    assert facts.builds["a"].image.user == "1"


def test_a_directory_is_an_image_of_nothing_but_files(known: Callable[..., Facts], tmp_path: Any) -> None:
    (tmp_path / "root").mkdir()
    contexts = {"additional_contexts": {"files": str(tmp_path / "root")}}
    image = known({"web": build("FROM files\nWORKDIR app\n", build=contexts)}).builds["web"].image
    assert (image.complete, image.user, image.working_dir) == (True, "", "/app")


# --- who runs them


def test_a_service_that_runs_the_image_of_another_one_runs_by_its_configuration(known: Callable[..., Facts]) -> None:
    services = {
        "web": build("FROM scratch\nUSER 7\n", image="team/app"),
        "worker": {"image": "team/app:latest", "pre_start": [{"image": "shop-tools", "command": ["x"]}]},
        "tools": build("FROM scratch\nUSER 8\n"),
    }
    images = known(services).images
    assert (images["team/app:latest"].user, images["shop-tools"].user) == ("7", "8")


def test_a_name_of_a_user_is_looked_up_in_what_the_image_of_another_service_is_made_from(
    known: Callable[..., Facts], shelf: Registry
) -> None:
    from tests.unit.gather.registries.test_accounts import GROUP, PASSWD, layer

    shelf.add("node", "1", {}, layers=[layer({"etc/passwd": PASSWD, "etc/group": GROUP})])
    services = {
        "base": build("FROM HOST/node:1\n"),
        "web": build("FROM shop-base\n"),
        "worker": {"image": "shop-web", "user": "node"},
        "other": build("FROM shop-base\nRUN usermod -u 7 node\n", user="node"),
    }
    facts = known(services, ask=True)
    assert facts.images["shop-web"].users["node"] == (1000, 1001)
    assert facts.builds["other"].image.users == {}
