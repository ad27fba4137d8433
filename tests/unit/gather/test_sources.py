from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

from hybridcompose.diagnostics import Code, Severity
from hybridcompose.gather import gather, sources
from hybridcompose.gather.facts import SourceFile, SourceKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from hybridcompose.spec import Project

    Make = Callable[..., Project]
    Write = Callable[..., Path]


def bind(source: Path | str, **more: Any) -> dict[str, Any]:
    return {"image": "busybox", "volumes": [{"type": "bind", "source": str(source), "target": "/x", **more}]}


def test_a_bound_file_is_read_with_its_permissions(make_project: Make, write: Write) -> None:
    file = write("nginx.conf", b"\x00\xff", 0o640)
    source = gather(make_project({"web": bind(file)})).sources[str(file)]
    assert source.kind is SourceKind.FILE
    assert source.files == (SourceFile("", 0o640, 2, b"\x00\xff"),)
    assert (source.mode, source.size, source.inside_project, source.complete) == (0o640, 2, True, True)


def test_a_bound_directory_shows_its_files_sorted_and_its_empty_directories(
    tmp_path: Path, make_project: Make, write: Write
) -> None:
    write("conf/z.txt", "zz")
    write("conf/a/b.txt", "b", 0o755)
    (tmp_path / "conf/empty").mkdir()
    source = gather(make_project({"web": bind(tmp_path / "conf")})).sources[str(tmp_path / "conf")]
    assert [(file.path, file.mode, file.content) for file in source.files] == [
        ("a/b.txt", 0o755, b"b"),
        ("z.txt", 0o644, b"zz"),
    ]
    assert source.directories == ("empty",)
    assert source.size == 3


def test_a_source_that_does_not_exist_is_missing_and_no_finding(make_project: Make, tmp_path: Path) -> None:
    facts = gather(make_project({"db": bind(tmp_path / "data")}))
    assert facts.sources[str(tmp_path / "data")].kind is SourceKind.MISSING
    assert facts.diagnostics == ()


def test_a_source_outside_the_project_is_told_apart_and_not_read(
    make_project: Make, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("elsewhere") / "key"
    outside.write_text("private")
    source = gather(make_project({"web": bind(outside)})).sources[str(outside)]
    assert source.kind is SourceKind.FILE
    assert not source.inside_project
    assert source.files == ()


def test_a_link_in_the_project_to_the_outside_is_not_read(
    make_project: Make, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (tmp_path / "keys").symlink_to(tmp_path_factory.mktemp("elsewhere"))
    assert not gather(make_project({"web": bind(tmp_path / "keys")})).sources[str(tmp_path / "keys")].inside_project


def test_config_and_secret_files_are_read_wherever_they_are(
    make_project: Make, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("elsewhere") / "token"
    outside.write_text("t0ken")
    project = make_project({}, secrets={"token": {"file": str(outside)}}, configs={"c": {"file": str(outside)}})
    assert gather(project).sources[str(outside)].files[0].content == b"t0ken"


def test_a_secret_file_that_is_also_mounted_from_outside_is_read(
    make_project: Make, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("elsewhere") / "token"
    outside.write_text("t0ken")
    project = make_project({"web": bind(outside)}, secrets={"token": {"file": str(outside)}})
    assert gather(project).sources[str(outside)].complete
    assert gather(project).sources[str(outside)].files


def test_a_volume_of_the_local_driver_that_binds_a_directory_is_read(
    make_project: Make, tmp_path: Path, write: Write
) -> None:
    write("data/x", "1")
    volume = {"driver": "local", "driver_opts": {"type": "none", "o": "bind", "device": str(tmp_path / "data")}}
    service = {"image": "busybox", "volumes": [{"type": "volume", "source": "data", "target": "/data"}]}
    facts = gather(make_project({"db": service}, volumes={"data": volume}))
    assert [file.path for file in facts.sources[str(tmp_path / "data")].files] == ["x"]


def test_links_inside_a_directory_are_followed_and_loops_end(make_project: Make, tmp_path: Path, write: Write) -> None:
    write("conf/real/x", "1")
    (tmp_path / "conf/alias").symlink_to("real")
    (tmp_path / "conf/real/up").symlink_to("..")
    source = gather(make_project({"web": bind(tmp_path / "conf")})).sources[str(tmp_path / "conf")]
    assert {"alias/x", "real/x"} <= {file.path for file in source.files}
    assert len(source.files) < 10


def test_a_link_that_leaves_the_directory_is_reported_and_left_out(
    make_project: Make, tmp_path: Path, write: Write
) -> None:
    write("secret", "s")
    write("conf/x", "1")
    (tmp_path / "conf/leak").symlink_to("../secret")
    facts = gather(make_project({"web": bind(tmp_path / "conf")}))
    assert [file.path for file in facts.sources[str(tmp_path / "conf")].files] == ["x"]
    assert [(found.code, found.path) for found in facts.diagnostics] == [
        (Code.CONTEXT_ESCAPE, ("services", "web", "volumes", 0))
    ]


def test_a_directory_over_the_limit_is_measured_but_not_read(
    make_project: Make, tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "MAX_BYTES", 10)
    write("data/a", "123456")
    write("data/b", "123456")
    source = gather(make_project({"db": bind(tmp_path / "data")})).sources[str(tmp_path / "data")]
    assert source.size == 12
    assert not source.complete
    assert [file.content for file in source.files] == [None, None]


def test_a_directory_with_too_many_entries_is_given_up(
    make_project: Make, tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "MAX_ENTRIES", 5)
    for number in range(9):
        write(f"many/{number}")
    source = gather(make_project({"db": bind(tmp_path / "many")})).sources[str(tmp_path / "many")]
    assert source.truncated
    assert not source.complete
    assert len(source.files) == 5


def test_a_socket_is_special(make_project: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path may not be long
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("app.sock")
        facts = gather(make_project({"a": bind(tmp_path / "app.sock"), "b": bind(tmp_path)}))
    assert facts.sources[str(tmp_path / "app.sock")].kind is SourceKind.SPECIAL
    assert [(found.code, found.severity) for found in facts.diagnostics] == [(Code.SPECIAL_FILE, Severity.WARNING)]


def test_what_cannot_be_read_is_a_finding_at_its_compose_path(make_project: Make, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.symlink_to("key")  # unreadable for the superuser, too
    facts = gather(make_project({}, secrets={"key": {"file": str(file)}}))
    (found,) = facts.diagnostics
    assert (found.code, found.severity) == (Code.UNREADABLE_SOURCE, Severity.ERROR)
    assert found.path == ("secrets", "key", "file")
    assert str(file) in found.message
    assert "too many levels of symbolic links" in found.message


def test_the_same_source_is_read_once(make_project: Make, write: Write) -> None:
    file = write("shared", "x")
    facts = gather(make_project({"a": bind(file), "b": bind(file)}))
    assert list(facts.sources) == [str(file)]
