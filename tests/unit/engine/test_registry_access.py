"""What registries add to a translation: digests, configurations, what need not be built, credentials."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

import hybridcompose as hc
from hybridcompose import api
from hybridcompose.engine.registry_access import RegistryAccess
from hybridcompose.translate.options import Options
from tests.unit.gather.registries.server import Answer, Registry, basic, registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from hybridcompose.plan import Plan
    from hybridcompose.spec import Project

SECRET = "hunter2-do-not-print"
DOCKERFILE = "FROM HOST/base:1\nCOPY app /app\n"


@pytest.fixture
def shelf() -> Iterator[Registry]:
    with registry() as found:
        yield found


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nobody's own credentials are looked at."""
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))
    monkeypatch.delenv("DOCKER_AUTH_CONFIG", raising=False)
    (tmp_path / "docker").mkdir()
    return tmp_path / "docker"


@pytest.fixture
def shop(tmp_path: Path, shelf: Registry) -> Callable[..., Project]:
    def load(text: str = "services: {web: {build: ./web}}", dockerfile: str = DOCKERFILE) -> Project:
        (tmp_path / "web").mkdir(exist_ok=True)
        (tmp_path / "web" / "Dockerfile").write_text(dockerfile.replace("HOST", shelf.host))
        (tmp_path / "web" / "app").write_text("app")
        file = tmp_path / "compose.yaml"
        file.write_text(f"name: shop\n{text.replace('HOST', shelf.host)}\n")
        return hc.load(file, environment={})

    return load


def _translated(project: Project, shelf: Registry, **options: Any) -> Plan:
    return api.translate_for_cluster(project, None, **{"registry": shelf.host, **options})


def _push(shelf: Registry, name: str) -> str:
    repository, tag = name.removeprefix(f"{shelf.host}/").split(":")
    return shelf.add(repository, tag, {})


def _codes(plan: Plan) -> list[str]:
    return [str(found.code) for found in plan.diagnostics if "registry" in found.code]


# --- what is built already


def test_an_image_that_is_in_the_registry_is_not_built(shop: Callable[..., Project], shelf: Registry) -> None:
    project = shop()
    (image,) = _translated(project, shelf).images
    assert _translated(project, shelf).pushed == {}
    digest = _push(shelf, image.push_reference)
    assert _translated(project, shelf).pushed == {image.reference: digest}


@pytest.mark.parametrize("key", ["no_cache: true", "pull: true"])
def test_what_is_to_be_built_anyway_is_not_asked_for(shop: Callable[..., Project], shelf: Registry, key: str) -> None:
    project = shop(f"services: {{web: {{build: {{context: ./web, {key}}}}}}}")
    (image,) = _translated(project, shelf).images
    _push(shelf, image.push_reference)
    assert _translated(project, shelf).pushed == {}


def test_a_pull_that_finds_the_known_bases_needs_no_build(shop: Callable[..., Project], shelf: Registry) -> None:
    project = shop("services: {web: {build: {context: ./web, pull: true}}}")
    shelf.add("base", "1", {})
    (image,) = _translated(project, shelf).images
    _push(shelf, image.push_reference)
    assert list(_translated(project, shelf).pushed) == [image.reference]


def test_the_registry_is_asked_under_the_name_that_it_has_here(shop: Callable[..., Project], shelf: Registry) -> None:
    project = shop()
    names = {"registry": "registry.example/team", "pull_registry": "pull.example"}
    (image,) = _translated(project, shelf, **names, ask_registry="none").images
    assert image.push_reference.startswith("registry.example/team/shop-web:")
    digest = shelf.add("mirror/shop-web", image.push_reference.rpartition(":")[2], {})
    found = _translated(project, shelf, **names, ask_registry=f"{shelf.host}/mirror")
    assert found.pushed == {image.reference: digest}
    assert image.reference.startswith("pull.example/")


def test_a_registry_that_cannot_be_reached_is_one_note(shop: Callable[..., Project], shelf: Registry) -> None:
    text = "services: {a: {build: ./web}, b: {build: {context: ./web, args: {X: y}}}}"
    plan = _translated(shop(text, "FROM scratch\nCOPY app /\n"), shelf, registry="registry.invalid:5000")
    (note,) = [found for found in plan.diagnostics if "registry" in found.code]
    assert (str(note.code), str(note.severity)) == ("registry-unanswered", "note")
    assert "registry.invalid:5000 cannot be reached: its name is unknown" in note.message
    assert "--ask-registry" in (note.remedy or "")
    assert plan.pushed == {}
    assert len(plan.images) == 2


# --- base images


def test_a_changed_base_image_is_another_image(shop: Callable[..., Project], shelf: Registry) -> None:
    project = shop()

    def tag() -> str:
        return _translated(project, shelf).images[0].reference

    unknown = tag()
    shelf.add("base", "1", {"config": {"User": "7"}})
    first = tag()
    assert first == tag()
    shelf.add("base", "1", {"config": {"User": "8"}})
    assert len({unknown, first, tag()}) == 3


def test_rendering_asks_nobody_unless_it_is_told_to(shop: Callable[..., Project], shelf: Registry) -> None:
    project = shop()
    shelf.add("base", "1", {})
    offline = hc.render(hc.translate(project, registry=shelf.host))
    assert shelf.asked == []
    online = hc.render(hc.translate(project, registry=shelf.host, resolve_images="auto"))
    assert online != offline
    assert online == hc.render(hc.translate(project, registry=shelf.host, resolve_images="auto"))


def test_an_image_inherits_what_its_base_says(shop: Callable[..., Project], shelf: Registry) -> None:
    config = {
        "Env": ["PATH=/usr/bin", "HOME=/root"],
        "ExposedPorts": {"80/tcp": {}},
        "Volumes": {"/data": {}},
        "Cmd": ["serve"],
        "Healthcheck": {"Test": ["CMD", "check"], "Interval": 5_000_000_000},
    }
    shelf.add("base", "1", {"config": config})
    project = shop(dockerfile="FROM HOST/base:1\nENV PATH=/app:$PATH\nUSER 7\nEXPOSE 8080\n")
    image = hc.gather(project, resolve_images="auto").builds["web"].image
    assert image.environment == {"PATH": "/app:/usr/bin", "HOME": "/root"}
    assert (image.user, image.command, image.volumes) == ("7", ("serve",), ("/data",))
    assert image.exposed_ports == ("80/tcp", "8080/tcp")
    assert image.healthcheck is not None
    assert image.healthcheck.test == ("CMD", "check")
    assert image.complete


def test_a_base_comes_from_its_mirror_for_this_program_and_for_the_builder(
    shop: Callable[..., Project], shelf: Registry
) -> None:
    shelf.add("mirror/library/debian", "12", {})
    project = shop(dockerfile="FROM debian:12\n")
    options: dict[str, Any] = {"registry": shelf.host, "image_rewrite": (f"docker.io={shelf.host}/mirror",)}
    plan = hc.translate(project, resolve_images="auto", **options)
    assert _codes(plan) == []
    written = json.dumps([one.manifest for one in plan.resources if one.key.kind == "ConfigMap"])
    assert f"FROM {shelf.host}/mirror/library/debian:12" in written
    assert plan.images != hc.translate(project, **options).images, "its digest counts"


# --- pulled images


def test_a_pulled_image_says_what_the_compose_file_leaves_open(shop: Callable[..., Project], shelf: Registry) -> None:
    config = {
        "User": "70:70",
        "Volumes": {"/var/lib/data": {}},
        "Cmd": ["serve", "--all"],
        "Healthcheck": {"Test": ["CMD-SHELL", "check"], "Interval": 5_000_000_000, "Retries": 4},
    }
    shelf.add("db", "1", {"config": config})
    project = shop("services: {db: {image: 'HOST/db:1', entrypoint: []}, more: {image: x/y, volumes_from: [db]}}")
    plan = _translated(project, shelf)
    pods = {one.key.name: one.manifest["spec"] for one in plan.resources if one.key.kind == "Pod"}
    (container,) = pods["db"]["containers"]
    assert container["command"] == ["serve", "--all"]
    assert container["readinessProbe"]["periodSeconds"] == 5
    for pod in pods.values():
        assert [mount["mountPath"] for mount in pod["containers"][0]["volumeMounts"]] == ["/var/lib/data"]
    with pytest.raises(hc.HybridComposeError, match="that CMD is not known here"):
        hc.translate(project)


def test_an_image_that_the_project_builds_is_not_looked_for(shop: Callable[..., Project], shelf: Registry) -> None:
    text = "services: {web: {build: ./web, image: HOST/web}, more: {image: HOST/web}}"
    hc.gather(shop(text, "FROM scratch\n"), resolve_images="auto")
    assert shelf.asked == []


def test_of_one_registry_there_is_one_note_for_each_trouble(shop: Callable[..., Project], shelf: Registry) -> None:
    services = ", ".join(f"s{number}: {{image: 'HOST/a{number}'}}" for number in range(7))
    facts = hc.gather(shop(f"services: {{{services}}}"), resolve_images="auto")
    (note,) = facts.diagnostics
    assert f"{shelf.host} has no such image: {shelf.host}/a0:latest" in note.message
    assert "and 2 more" in note.message
    shelf.before = lambda _: Answer(500)
    (note,) = hc.gather(shop(f"services: {{{services}}}"), resolve_images="auto").diagnostics
    assert f"{shelf.host} answers 500" in note.message


# --- credentials


def _log_in(home: Path, shelf: Registry) -> None:
    auth = base64.b64encode(f"ann:{SECRET}".encode()).decode()
    auths = {shelf.host: {"auth": auth}, "other.example": {"auth": auth}}
    (home / "config.json").write_text(json.dumps({"auths": auths}))

    def before(request: Any) -> Answer | None:
        if request.headers.get("authorization") != basic("ann", SECRET):
            return Answer(401, b"", {"WWW-Authenticate": 'Basic realm="r"'})
        return None

    shelf.before = before


def test_the_users_credentials_become_a_secret_for_builds_and_pods(
    shop: Callable[..., Project], shelf: Registry, home: Path
) -> None:
    shelf.add("base", "1", {})
    _log_in(home, shelf)
    plan = _translated(shop("services: {web: {build: ./web}, db: {image: 'HOST/db'}}"), shelf)
    by_key = plan.by_key()
    secret = next(one.manifest for one in plan.resources if one.key.kind == "Secret")
    assert secret["type"] == "kubernetes.io/dockerconfigjson"
    held = json.loads(base64.b64decode(secret["data"][".dockerconfigjson"]))
    assert list(held["auths"]) == [shelf.host], "those of other registries stay at home"
    assert base64.b64decode(held["auths"][shelf.host]["auth"]).decode() == f"ann:{SECRET}"
    name = secret["metadata"]["name"]
    for key, resource in by_key.items():
        if key.kind in ("Pod", "Job"):
            spec = resource.manifest["spec"]
            spec = spec.get("template", {}).get("spec", spec)
            assert spec["imagePullSecrets"] == [{"name": name}]
    job = next(one for one in plan.resources if one.key.kind == "Job")
    assert next(v for v in job.manifest["spec"]["template"]["spec"]["volumes"] if "secret" in v)["secret"][
        "secretName"
    ] == (name)
    assert any(key.kind == "Secret" for key in job.waits_for)


def test_credentials_stand_in_that_secret_alone(shop: Callable[..., Project], shelf: Registry, home: Path) -> None:
    _log_in(home, shelf)
    project = shop("services: {web: {build: ./web}, db: {image: 'HOST/db'}}")
    facts = hc.gather(project, registry=shelf.host, resolve_images="auto", registry_credentials="docker")
    plan = _translated(project, shelf)
    others = [one.manifest for one in plan.resources if one.key.kind != "Secret"]
    told = [json.dumps(others), str(plan), *map(str, plan.diagnostics), str(facts.logins), *map(str, facts.diagnostics)]
    auth = base64.b64encode(f"ann:{SECRET}".encode()).decode()
    for text in told:
        assert SECRET not in text
        assert auth not in text


def test_manifests_hold_credentials_only_where_both_are_asked_for(
    shop: Callable[..., Project], shelf: Registry, home: Path
) -> None:
    shelf.add("base", "1", {})
    _log_in(home, shelf)
    project = shop()

    def rendered(**options: Any) -> str:
        return hc.render(hc.translate(project, registry=shelf.host, **options))

    assert ".dockerconfigjson" not in rendered(secrets="inline")
    external = hc.translate(project, registry=shelf.host, registry_credentials="docker")
    assert ".dockerconfigjson" not in hc.render(external)
    assert "secret-not-inlined" in [str(found.code) for found in external.diagnostics]
    assert "dockerconfigjson" in rendered(secrets="inline", registry_credentials="docker")


def test_a_secret_that_is_named_leaves_the_users_credentials_at_home(
    shop: Callable[..., Project], shelf: Registry, home: Path
) -> None:
    _log_in(home, shelf)
    plan = _translated(shop(), shelf, registry_secret="given")
    assert not [one for one in plan.resources if one.key.kind == "Secret"]


@pytest.mark.parametrize("text", ["{", json.dumps({"credsStore": "missing"})])
def test_credentials_that_cannot_be_had_are_a_warning(
    shop: Callable[..., Project], shelf: Registry, home: Path, text: str
) -> None:
    (home / "config.json").write_text(text)
    plan = _translated(shop(dockerfile="FROM scratch\n"), shelf)
    (found,) = [found for found in plan.diagnostics if found.code == "registry-credentials"]
    assert str(found.severity) == "warning"
    assert found.remedy


# --- digests in compose files


def test_tags_are_pinned_by_what_the_registry_knows(shop: Callable[..., Project], shelf: Registry) -> None:
    digest = shelf.add("web", "1", {})
    kept = f"sha256:{'b' * 64}"
    project = shop(f"services: {{web: {{image: 'HOST/web:1'}}, more: {{image: 'HOST/x:2@{kept}'}}}}")
    found = RegistryAccess(Options(), {}).pinned(project)
    assert found.services["web"].image == f"{shelf.host}/web:1@{digest}"
    assert found.services["more"].image == f"{shelf.host}/x@{kept}"


def test_every_tag_that_cannot_be_pinned_is_an_error_at_its_place(
    shop: Callable[..., Project], shelf: Registry
) -> None:
    project = shop("services:\n  a: {image: 'HOST/a'}\n  b: {image: registry.invalid/b}")
    access = RegistryAccess(Options(), {})
    with pytest.raises(hc.HybridComposeError) as caught:
        api.located(project, lambda: access.pinned(project))
    first, second = caught.value.diagnostics
    assert first.message == f"the digest of {shelf.host}/a cannot be resolved: {shelf.host} has no such image"
    assert "registry.invalid cannot be reached" in second.message
    assert first.location is not None
