from __future__ import annotations

import pytest

from hybridcompose.diagnostics import Code, Severity
from hybridcompose.gather.facts import BuildFacts, ImageConfig
from tests.unit.translate.drafts import body

BUILD = BuildFacts("web", "/shop", "0" * 64, "Dockerfile")


def test_an_argument_that_looks_like_a_number_stays_text() -> None:
    assert body({"command": ["--port", "8080"]}).container["args"] == ["--port", "8080"]


def test_a_shell_sees_the_dollars_that_the_compose_file_means() -> None:
    container = body({"command": ["sh", "-c", "echo $HOME $(date)"]}).container
    assert container["args"] == ["sh", "-c", "echo $HOME $$(date)"]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (None, "IfNotPresent"),
        ("missing", "IfNotPresent"),
        ("if_not_present", "IfNotPresent"),
        ("build", "IfNotPresent"),
        ("always", "Always"),
        ("never", "Never"),
    ],
)
def test_a_pull_policy_is_always_written_out(policy: str | None, expected: str) -> None:
    found = body({"pull_policy": policy} if policy else {})
    assert found.container["imagePullPolicy"] == expected
    assert found.diagnostics == ()


@pytest.mark.parametrize("policy", ["daily", "weekly", "every_12h", "refresh"])
def test_a_pull_policy_with_an_age_pulls_always_and_says_so(policy: str) -> None:
    found = body({"pull_policy": policy})
    assert found.container["imagePullPolicy"] == "Always"
    assert found.only(Code.APPROXIMATED).path == ("services", "web", "pull_policy")


def test_a_built_image_is_pulled_once_and_named_by_its_job() -> None:
    found = body({"build": {"context": "/shop"}, "image": "shop/web", "pull_policy": "never"}, build=BUILD)
    assert "image" not in found.container
    assert found.container["imagePullPolicy"] == "IfNotPresent"


def test_an_empty_command_keeps_the_images() -> None:
    container = body({"command": []}).container
    assert "command" not in container
    assert "args" not in container


def test_an_entrypoint_drops_the_images_command() -> None:
    container = body({"entrypoint": ["/start"]}, image=ImageConfig(command=("serve",))).container
    assert container["command"] == ["/start"]
    assert "args" not in container


def test_entrypoint_and_command_are_kept_apart() -> None:
    container = body({"entrypoint": ["/start"], "command": ["-v"]}).container
    assert (container["command"], container["args"]) == (["/start"], ["-v"])


def test_an_empty_entrypoint_runs_the_images_command_alone() -> None:
    container = body({"entrypoint": []}, image=ImageConfig(command=("serve", "$(A)"))).container
    assert container["command"] == ["serve", "$$(A)"]
    assert "args" not in container


def test_an_empty_entrypoint_runs_the_services_command_alone() -> None:
    container = body({"entrypoint": [], "command": ["serve"]}).container
    assert container["command"] == ["serve"]
    assert "args" not in container


def test_an_empty_entrypoint_over_an_unknown_command_is_an_error_with_a_remedy() -> None:
    finding = body({"entrypoint": []}).only(Code.UNKNOWN_ENTRYPOINT)
    assert finding.severity is Severity.ERROR
    assert finding.path == ("services", "web", "entrypoint")
    assert finding.remedy is not None
    assert "command" in finding.remedy


def test_a_working_directory_is_cleaned_as_docker_does() -> None:
    assert body({"working_dir": "/srv/a/../b/"}).container["workingDir"] == "/srv/b"


def test_a_relative_working_directory_is_refused() -> None:
    found = body({"working_dir": "srv"})
    assert found.only(Code.INVALID_VALUE).remedy == "write /srv instead"
    assert "workingDir" not in found.container


def test_terminal_and_standard_input_are_given() -> None:
    container = body({"tty": True, "stdin_open": True}).container
    assert container["tty"] is True
    assert container["stdin"] is True


@pytest.mark.parametrize(
    ("name", "repository", "instead"),
    [
        ("REG/Up:1", "Up", "REG/up:1"),
        ("Busybox", "library/Busybox", "busybox"),
        ("Busybox:Up", "library/Busybox", "busybox:Up"),
        ("docker.io/Busybox", "library/Busybox", "docker.io/busybox"),
        ("reg.example:5000/Team/Web:Web", "Team/Web", "reg.example:5000/team/web:Web"),
        ("localhost/Web@sha256:" + "A" * 64, "Web", "localhost/web@sha256:" + "A" * 64),
    ],
)
def test_capitals_in_a_repository_are_refused_as_docker_does(name: str, repository: str, instead: str) -> None:
    found = body({"image": name}).only(Code.INVALID_VALUE)
    assert (found.severity, found.path) == (Severity.ERROR, ("services", "web", "image"))
    assert found.message == f"invalid reference format: repository name ({repository}) must be lowercase"
    assert found.remedy == f"write {instead}"


@pytest.mark.parametrize("name", ["REG/up:Tag", "Reg.Example:5000/up", "busybox:UP", "up@sha256:" + "A" * 64])
def test_capitals_of_registries_and_tags_stand(name: str) -> None:
    found = body({"image": name})
    assert found.container["image"] == name
    assert found.diagnostics == ()
