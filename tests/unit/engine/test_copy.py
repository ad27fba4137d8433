"""Where copies end up, with the tar of this machine in the place of a container's."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

import pytest

from hybridcompose.diagnostics import ClusterError, HybridComposeError, OutputError
from hybridcompose.engine.copy import Request, Side, from_container, side, to_container
from hybridcompose.engine.target import Silent
from tests.unit.engine.containers import real_program, running, target_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hybridcompose.engine.target import Target
    from tests.unit.cluster.websocket_server import Session


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Target]:
    (tmp_path / "api").mkdir()
    with running(tmp_path / "api", real_program, "web") as (api, _):
        yield target_of(api)


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """``here/tree/file`` and ``here/one``; ``there`` stands for the container's own directory."""
    (tmp_path / "here/tree").mkdir(parents=True)
    (tmp_path / "there").mkdir()
    for name in ("tree/file", "one"):
        (tmp_path / "here" / name).write_text(name, encoding="utf-8")
    return tmp_path / "here"


def _names(place: Path) -> list[str]:
    return sorted(str(path.relative_to(place)) for path in place.rglob("*"))


def _get(target: Target, source: Path | str, destination: Path | str, request: Request = Request()) -> None:  # noqa: B008  (a frozen value)
    from_container(target, Side("web", str(source)), str(destination), request, Silent(), lambda _: None)


def _put(target: Target, source: Path | str, destination: Path | str, request: Request = Request()) -> None:  # noqa: B008  (a frozen value)
    to_container(target, str(source), Side("web", str(destination)), request, Silent(), None)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("web:/x", ("web", "/x")),
        ("web:", ("web", "/")),
        ("./web:x", ("", "./web:x")),
        ("/a:b", ("", "/a:b")),
        ("dir/a:b", ("", "dir/a:b")),
        ("plain", ("", "plain")),
        ("-", ("", "-")),
    ],
)
def test_a_service_stands_before_a_colon(text: str, found: tuple[str, str]) -> None:
    assert side(text) == found


#: What is copied, where to, and what is there afterwards.
PLACES = [
    ("tree", "there", ["tree", "tree/file"]),
    ("tree/.", "there", ["file"]),
    ("tree", "there/new", ["new", "new/file"]),
    ("tree/", "there/new/", ["new", "new/file"]),
    ("one", "there", ["one"]),
    ("one", "there/", ["one"]),
    ("one", "there/two", ["two"]),
]


@pytest.mark.parametrize(("source", "destination", "names"), PLACES)
def test_a_directory_takes_in_what_anything_else_names_out_of_a_container(
    target: Target, here: Path, source: str, destination: str, names: list[str]
) -> None:
    _get(target, f"{here}/{source}", f"{here.parent}/{destination}")
    assert _names(here.parent / "there") == names


@pytest.mark.parametrize(("source", "destination", "names"), PLACES)
def test_a_directory_takes_in_what_anything_else_names_into_a_container(
    target: Target, here: Path, source: str, destination: str, names: list[str]
) -> None:
    _put(target, f"{here}/{source}", f"{here.parent}/{destination}")
    assert _names(here.parent / "there") == names


def test_a_link_is_followed_where_that_is_wanted(target: Target, here: Path) -> None:
    (here / "link").symlink_to("one")
    _get(target, here / "link", here / "as-link")
    _get(target, here / "link", here / "followed", Request(follow=True))
    assert ((here / "as-link").is_symlink(), (here / "followed").is_symlink()) == (True, False)
    assert (here / "followed").read_text(encoding="utf-8") == "one"


def test_an_archive_goes_out_and_in_as_it_is(target: Target, here: Path) -> None:
    archive = io.BytesIO()
    from_container(target, Side("web", f"{here}/tree"), "-", Request(), Silent(), archive.write)
    archive.seek(0)
    with tarfile.open(fileobj=archive) as tar:
        assert sorted(tar.getnames()) == ["tree", "tree/file"]
    archive.seek(0)
    to_container(target, "-", Side("web", f"{here.parent}/there"), Request(), Silent(), archive)
    assert _names(here.parent / "there") == ["tree", "tree/file"]


def test_what_does_not_exist_is_told_and_nothing_is_written(target: Target, here: Path) -> None:
    with pytest.raises(ClusterError, match="cannot copy /nosuch/x in web-1"):
        _get(target, "/nosuch/x", here)
    with pytest.raises(HybridComposeError, match="there is no file"):
        _put(target, here / "nosuch", here)
    with pytest.raises(OutputError, match="there is no directory"):
        _get(target, here / "one", f"{here}/no/where")
    with pytest.raises(OutputError, match="is a file, and a directory is copied"):
        _get(target, here / "tree", here / "one")
    with pytest.raises(ClusterError, match="is a file, and a directory is copied"):
        _put(target, here / "tree", here / "one")
    assert _names(here) == ["one", "tree", "tree/file"]


def test_every_container_of_a_service_gets_it_or_the_one_that_is_named(tmp_path: Path, here: Path) -> None:
    (tmp_path / "api").mkdir()
    with running(tmp_path / "api", real_program, "web", "web-2") as (api, sessions):
        _put(target_of(api), here / "one", here.parent / "there/x")
        assert {session.path.split("/")[-2] for session in sessions} == {"web", "web-2"}
        sessions.clear()
        _put(target_of(api), here / "one", here.parent / "there/x", Request(2))
        assert {session.path.split("/")[-2] for session in sessions} == {"web-2"}


def test_an_image_without_tar_is_told(tmp_path: Path, here: Path) -> None:
    def missing(session: Session) -> None:
        session.say(3, b'{"status": "Failure", "message": "OCI runtime exec failed: exec: tar: not found"}')

    with running(tmp_path, missing, "web") as (api, _), pytest.raises(ClusterError, match="has no tar"):
        _get(target_of(api), "/etc/passwd", here)
