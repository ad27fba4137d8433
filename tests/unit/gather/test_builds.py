from __future__ import annotations

import io
import os
import sys
import tarfile
from typing import TYPE_CHECKING, Any

import pytest

from hybridcompose.diagnostics import Code, Severity
from hybridcompose.gather import gather

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hybridcompose.gather.facts import BuildFacts
    from hybridcompose.spec import Project

    Make = Callable[..., Project]
    Write = Callable[..., Path]


@pytest.fixture
def build(make_project: Make, tmp_path: Path) -> Callable[..., BuildFacts]:
    """The facts of one build in the project directory, which has no findings."""

    def facts(environment: dict[str, str] | None = None, service: dict[str, Any] | None = None, **keys: Any) -> Any:
        section = {"context": str(tmp_path), "dockerfile": "Dockerfile", **keys}
        gathered = gather(make_project({"web": {"build": section, **(service or {})}}, environment))
        assert gathered.diagnostics == ()
        return gathered.builds["web"]

    return facts


def archived(facts: BuildFacts) -> dict[str, tarfile.TarInfo]:
    assert facts.archive is not None
    with tarfile.open(fileobj=io.BytesIO(facts.archive), mode="r:gz") as tar:
        return {entry.name: entry for entry in tar.getmembers()}


def text_in(facts: BuildFacts, name: str) -> str:
    assert facts.archive is not None
    with tarfile.open(fileobj=io.BytesIO(facts.archive), mode="r:gz") as tar:
        file = tar.extractfile(name)
        assert file is not None
        return file.read().decode()


def test_the_archive_holds_the_context_without_what_is_ignored(build: Any, write: Write) -> None:
    write("Dockerfile", "FROM a\n")
    write("app/main.py", "print()", 0o755)
    write("node_modules/x/index.js")
    write(".dockerignore", "node_modules\n**/*.pyc\n")
    write("app/main.pyc")
    facts = build()
    assert list(archived(facts)) == [".", ".dockerignore", "Dockerfile", "app", "app/main.py"]
    assert archived(facts)["app/main.py"].mode == 0o755
    assert facts.dockerfile == "Dockerfile"


def test_the_dockerfile_and_the_ignore_file_are_sent_although_ignored(build: Any, write: Write) -> None:
    write("docker/web/Dockerfile", "FROM a\n")
    write("docker/web/other")
    write(".dockerignore", "*\n")
    facts = build(dockerfile="docker/web/Dockerfile")
    assert list(archived(facts)) == [".", ".dockerignore", "docker", "docker/web", "docker/web/Dockerfile"]


def test_an_exception_below_an_ignored_directory_is_sent_with_its_parents(build: Any, write: Write) -> None:
    write("Dockerfile", "FROM a\n")
    write("data/keep/x", "1")
    write("data/drop/y", "2")
    write(".dockerignore", "data\n!data/keep\n")
    assert [name for name in archived(build()) if name.startswith("data")] == ["data", "data/keep", "data/keep/x"]


def test_the_dockerfile_s_own_ignore_file_replaces_the_general_one(build: Any, write: Write) -> None:
    write("web.Dockerfile", "FROM a\n")
    write("web.Dockerfile.dockerignore", "b\n")
    write(".dockerignore", "a\n")
    write("a")
    write("b")
    names = list(archived(build(dockerfile="web.Dockerfile")))
    assert "a" in names
    assert "b" not in names


def test_links_stay_links_and_hard_links_are_files(build: Any, write: Write, tmp_path: Path) -> None:
    write("Dockerfile", "FROM a\n")
    write("x", "1")
    os.link(tmp_path / "x", tmp_path / "y")
    (tmp_path / "z").symlink_to("/etc/passwd")
    (tmp_path / "dir").symlink_to("..")
    entries = archived(build())
    assert (entries["z"].linkname, entries["dir"].linkname) == ("/etc/passwd", "..")
    assert entries["x"].isreg()
    assert entries["y"].isreg()


def test_an_inline_dockerfile_is_sent_aside_and_hidden_from_copies(build: Any, write: Write) -> None:
    write("x", "1")
    write(".dockerignore", "secret\n")
    facts = build(dockerfile=None, dockerfile_inline="FROM a\nUSER app\n")
    assert facts.dockerfile == ".hybridcompose-build/Dockerfile"
    assert text_in(facts, facts.dockerfile) == "FROM a\nUSER app\n"
    assert text_in(facts, f"{facts.dockerfile}.dockerignore") == "secret\n.hybridcompose-build\n"
    assert facts.image.user == "app"


def test_a_dockerfile_outside_the_context_is_sent_aside(build: Any, write: Write, tmp_path: Path) -> None:
    write("docker/Dockerfile", "FROM a\n")
    write("docker/Dockerfile.dockerignore", "y\n")
    write("app/x")
    write("app/y")
    facts = build(context=str(tmp_path / "app"), dockerfile="../docker/Dockerfile")
    assert text_in(facts, facts.dockerfile) == "FROM a\n"
    assert "y" not in archived(facts)


def test_a_dockerfile_behind_a_link_is_sent_aside(build: Any, write: Write, tmp_path: Path) -> None:
    write("real.Dockerfile", "FROM a\n")
    (tmp_path / "Dockerfile").symlink_to("real.Dockerfile")
    facts = build()
    assert text_in(facts, facts.dockerfile) == "FROM a\n"


def test_a_lower_case_dockerfile_is_taken_where_there_is_no_other(build: Any, write: Write) -> None:
    write("dockerfile", "FROM a\n")
    assert build().dockerfile == "dockerfile"


def test_arguments_without_value_come_from_the_environment_or_are_not_given(build: Any, write: Write) -> None:
    write("Dockerfile", "FROM a\n")
    facts = build(environment={"TOKEN": "t"}, args={"TOKEN": None, "NONE": None, "A": "1"})
    assert facts.args == {"A": "1", "TOKEN": "t"}


def test_the_digest_changes_with_what_the_build_sees_and_with_nothing_else(build: Any, write: Write) -> None:
    write("Dockerfile", "FROM a AS one\nFROM a\n")
    write("x", "1")
    base = build()
    assert build(tags=["t"], no_cache=True, cache_from=["c"], shm_size=1).digest == base.digest
    changed = [
        build(args={"A": "1"}),
        build(target="one"),
        build(labels={"l": "1"}),
        build(platforms=["linux/arm64"]),
        build(service={"platform": "linux/arm64"}, network="none"),
    ]
    write("x", "2")
    changed.append(build())
    write("x", "2", 0o755)
    changed.append(build())
    assert len({base.digest, *(facts.digest for facts in changed)}) == 8


@pytest.mark.parametrize(
    ("keys", "environment", "platform"),
    [
        ({"platforms": ["linux/arm64"]}, {}, "linux/arm64"),
        ({"platforms": ["linux/arm64", "linux/amd64"]}, {}, None),
        ({}, {"DOCKER_DEFAULT_PLATFORM": "linux/arm64"}, "linux/arm64"),
        ({}, {}, None),
    ],
)
def test_the_platform_is_what_the_compose_file_or_the_environment_says(
    build: Any, write: Write, keys: dict[str, Any], environment: dict[str, str], platform: str | None
) -> None:
    write("Dockerfile", "FROM a\n")
    assert build(environment=environment, **keys).platform == platform
    assert build(service={"platform": "linux/amd64"}).platform == "linux/amd64"


def test_the_biggest_entries_of_the_context_are_named(build: Any, write: Write) -> None:
    write("Dockerfile", "FROM a\n")
    write("big/one", "x" * 600)
    write("big/two", "x" * 500)
    write("small", "x" * 50)
    assert build().largest[:2] == (("big", 1100), ("small", 50))


@pytest.mark.parametrize(
    "context",
    [
        "https://host/x.git#main:dir",
        "git@host:x.git",
        "github.com/a/b",
        "ssh://host/x",
        "git://host/x",
        "http://host/x.tgz",
    ],
)
def test_a_remote_context_is_left_to_the_builder(build: Any, context: str) -> None:
    facts = build(context=context)
    assert facts.remote
    assert facts.archive is None
    assert facts.context == context
    assert facts.digest != build(context="https://host/other.git").digest


def refusal(make_project: Make, **section: Any) -> Any:
    facts = gather(make_project({"web": {"build": section}}))
    assert facts.builds == {}
    (found,) = facts.diagnostics
    assert found.severity is Severity.ERROR
    return found


def test_a_missing_context_is_an_error_with_a_remedy(make_project: Make, tmp_path: Path) -> None:
    found = refusal(make_project, context=str(tmp_path / "none"), dockerfile="Dockerfile")
    assert (found.code, found.path) == (Code.MISSING_BUILD_CONTEXT, ("services", "web", "build", "context"))
    assert found.remedy


def test_a_file_is_no_context(make_project: Make, write: Write) -> None:
    assert "is not a directory" in refusal(make_project, context=str(write("x"))).message


def test_a_missing_dockerfile_is_an_error_with_a_remedy(make_project: Make, tmp_path: Path) -> None:
    found = refusal(make_project, context=str(tmp_path), dockerfile="prod.Dockerfile")
    assert (found.code, found.path) == (Code.MISSING_DOCKERFILE, ("services", "web", "build", "dockerfile"))
    assert found.remedy


def test_a_syntax_error_names_the_dockerfile_and_its_line(make_project: Make, write: Write, tmp_path: Path) -> None:
    file = write("Dockerfile", "FROM a\nRUNN x\n")
    found = refusal(make_project, context=str(tmp_path), dockerfile="Dockerfile")
    assert found.code is Code.INVALID_DOCKERFILE
    assert found.message.startswith("Dockerfile:2: unknown instruction")
    assert str(found.location) == f"{file}:2:1"


def test_an_unknown_target_is_an_error_at_the_target(make_project: Make, write: Write, tmp_path: Path) -> None:
    write("Dockerfile", "FROM a AS dev\n")
    found = refusal(make_project, context=str(tmp_path), dockerfile="Dockerfile", target="prod")
    assert (found.code, found.path) == (Code.INVALID_DOCKERFILE, ("services", "web", "build", "target"))
    assert "stages: dev" in found.message


def test_services_that_send_the_same_files_share_the_archive(make_project: Make, write: Write, tmp_path: Path) -> None:
    write("a/Dockerfile", "FROM a\n")
    write("b/Dockerfile", "FROM b\n")
    services = {name: {"build": {"context": str(tmp_path), "dockerfile": f"{name}/Dockerfile"}} for name in ("a", "b")}
    builds = gather(make_project(services)).builds
    assert builds["a"].archive is builds["b"].archive
    assert builds["a"].digest != builds["b"].digest
    write(".dockerignore", "b\n")
    builds = gather(make_project(services)).builds
    assert "b/Dockerfile" not in archived(builds["a"])
    assert "b/Dockerfile" in archived(builds["b"])


def test_an_invalid_pattern_names_the_ignore_file_and_its_line(
    make_project: Make, write: Write, tmp_path: Path
) -> None:
    write("Dockerfile", "FROM a\n")
    file = write(".dockerignore", "ok\nx[\n")
    found = refusal(make_project, context=str(tmp_path))
    assert found.code is Code.INVALID_DOCKERIGNORE
    assert str(found.location) == f"{file}:2:1"


def test_a_special_file_is_left_out_and_reported(make_project: Make, write: Write, tmp_path: Path) -> None:
    write("Dockerfile", "FROM a\n")
    os.mkfifo(tmp_path / "pipe")
    facts = gather(make_project({"web": {"build": {"context": str(tmp_path)}}}))
    assert [found.code for found in facts.diagnostics] == [Code.SPECIAL_FILE]
    assert "pipe" not in archived(facts.builds["web"])


def test_services_with_the_same_build_share_archive_and_findings(
    make_project: Make, write: Write, tmp_path: Path
) -> None:
    write("Dockerfile", "FROM a AS dev\nRUN --mount=type=ssh x\nFROM dev\n")
    section = {"context": str(tmp_path), "dockerfile": "Dockerfile"}
    services = {"a": {"build": section}, "b": {"build": section}, "c": {"build": {**section, "target": "dev"}}}
    facts = gather(make_project(services))
    assert facts.builds["a"].archive is facts.builds["c"].archive
    assert facts.builds["a"].digest == facts.builds["b"].digest != facts.builds["c"].digest
    assert len(facts.diagnostics) == 1


def test_an_ignored_directory_is_not_looked_into(build: Any, write: Write, tmp_path: Path) -> None:
    listed: list[str] = []
    # An audit hook stays for the life of the process: this one sees its own directory only.
    root = str(tmp_path)
    sys.addaudithook(lambda event, given: watch(event, given, root, listed))
    write("Dockerfile", "FROM a\n")
    write(".dockerignore", "node_modules\nlib\n!lib/keep\n")
    write("node_modules/x")
    write("lib/keep")
    build()
    assert any(path.endswith("/lib") for path in listed)
    assert not any("node_modules" in path for path in listed)


def watch(event: str, given: tuple[Any, ...], root: str, listed: list[str]) -> None:
    if event == "os.scandir" and str(given[0]).startswith(root):
        listed.append(str(given[0]))


def test_the_directory_of_the_context_can_be_entered_by_everybody(build: Any, write: Write, tmp_path: Path) -> None:
    write("Dockerfile", "FROM a\n")
    tmp_path.chmod(0o700)
    with tarfile.open(fileobj=io.BytesIO(build().archive)) as tar:
        top = tar.getmembers()[0]
    # Its mode becomes that of the target of `COPY . /app`.
    assert (top.name, top.mode, top.isdir()) == (".", 0o755, True)
