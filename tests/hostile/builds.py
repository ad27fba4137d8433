"""What builds and mounts point at."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tests.hostile.case import RENDER, WEB, Hostile, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_BUILD = "services:\n  web:\n    build: .\n"
_MEGABYTES = 10_000_000


def _dockerfile(name: str, text: Callable[[], str | bytes], says: str = "") -> Hostile:
    def prepare(directory: Path) -> None:
        put(directory, "compose.yaml", _BUILD)
        put(directory, "Dockerfile", text())

    return Hostile(name, prepare, says, RENDER)


def _ignore(name: str, text: Callable[[], str | bytes], says: str = "", file: str = "a") -> Hostile:
    def prepare(directory: Path) -> None:
        put(directory, "compose.yaml", _BUILD)
        put(directory, "Dockerfile", "FROM a\n")
        put(directory, ".dockerignore", text())
        put(directory, file, "x")

    return Hostile(name, prepare, says, RENDER)


def _context(name: str, make: Callable[[Path], object], says: str = "") -> Hostile:
    def prepare(directory: Path) -> None:
        put(directory, "compose.yaml", _BUILD)
        put(directory, "Dockerfile", "FROM a\n")
        make(directory / "f")

    return Hostile(name, prepare, says, RENDER)


def _pointed(name: str, lines: str, make: Callable[[Path], object], says: str = "") -> Hostile:
    """Something called ``f`` that the compose file points at."""

    def prepare(directory: Path) -> None:
        put(directory, "compose.yaml", lines)
        make(directory / "f")

    return Hostile(name, prepare, says, RENDER)


def _deep(path: Path) -> None:
    """Directories deeper than a path may be long: made one by one from inside."""
    path.mkdir()
    inside = os.open(path, os.O_RDONLY)
    for _ in range(2500):
        os.mkdir("a", dir_fd=inside)
        below = os.open("a", os.O_RDONLY, dir_fd=inside)
        os.close(inside)
        inside = below
    os.close(inside)


def _loops(path: Path) -> None:
    path.mkdir()
    for number in range(100):
        (path / f"l{number}").symlink_to(".")


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(10**11)


def _link_to(target: str) -> Callable[[Path], object]:
    return lambda path: path.symlink_to(target)


_MOUNT = f"{WEB}    volumes: ['./f:/f']\n"
_CONFIG = f"{WEB}    configs: [c]\nconfigs: {{c: {{file: ./f}}}}\n"
_TOO_LONG = "compose.yaml:3:12: error[missing-dockerfile]"
_UNIGNORED = "compose.yaml:3:12: error[unreadable-source]"

BUILDS = (
    _dockerfile("10 MB of instructions", lambda: "FROM a\n" + "RUN echo hello world\n" * 500_000, _TOO_LONG),
    _dockerfile("10 MB on one line", lambda: f"FROM a\nRUN {'x' * _MEGABYTES}", _TOO_LONG),
    _dockerfile(
        "many lines of one instruction",
        lambda: "FROM a\nRUN " + "x \\\n" * 100_000,
        "Dockerfile:32769:1: error[invalid-dockerfile]",
    ),
    _dockerfile("many lines of one instruction that might be one", lambda: "FROM a\nRUN " + "x \\\n" * 30_000),
    _dockerfile(
        "a heredoc that does not end",
        lambda: "FROM a\nRUN <<E\n" + "x\n" * 200_000,
        "Dockerfile:2:1: error[invalid-dock",
    ),
    _dockerfile("a Dockerfile of NUL bytes", lambda: b"\0" * 1000, "Dockerfile:1:1: error[invalid-dockerfile]"),
    _dockerfile("an empty Dockerfile", lambda: "", "compose.yaml:3:12: error[invalid-dockerfile]"),
    _dockerfile(
        "variables that double", lambda: "FROM a\n" + "".join(f"ENV A{n + 1}=$A{n}$A{n}\n" for n in range(60)), ""
    ),
    _dockerfile(
        "variables that double and have something in them",
        lambda: "FROM a\nENV A0=aaaaaaaaaa\n" + "".join(f"ENV A{n + 1}=$A{n}$A{n}\n" for n in range(60)),
        "Dockerfile:",
    ),
    _dockerfile(
        "40,000 variables",
        lambda: "FROM a\n" + "".join(f"ENV A{n}=b\n" for n in range(40_000)),
        "Dockerfile:32769:1: error[invalid-dockerfile]",
    ),
    _dockerfile("20,000 variables", lambda: "FROM a\n" + "".join(f"ENV A{n}=b\n" for n in range(20_000))),
    _dockerfile(
        "10,000 stages", lambda: "FROM a AS s0\n" + "".join(f"FROM s{n} AS s{n + 1}\n" for n in range(10_000)), ""
    ),
    _dockerfile(
        "a Dockerfile in UTF-16", lambda: "FROM a\n".encode("utf-16"), "Dockerfile:1:1: error[invalid-dockerfile]"
    ),
    _pointed(
        "a pipe as Dockerfile",
        "services:\n  web:\n    build: {context: ., dockerfile: f}\n",
        os.mkfifo,
        "compose.yaml:3:37: error[missing-dockerfile]",
    ),
    _pointed(
        "a device as Dockerfile",
        "services:\n  web:\n    build: {context: ., dockerfile: f}\n",
        _link_to("/dev/zero"),
        "compose.yaml:3:37: error[missing-dockerfile]",
    ),
    _pointed(
        "a directory as Dockerfile",
        "services:\n  web:\n    build: {context: ., dockerfile: f}\n",
        lambda path: path.mkdir(),
        "compose.yaml:3:37: error[missing-dockerfile]",
    ),
    _ignore("10 MB of patterns", lambda: "aaaaaaaaaaaaaaaaaaa\n" * 500_000, _UNIGNORED),
    _ignore(
        "100,000 patterns",
        lambda: "".join(f"d{n}/*\n" for n in range(100_000)),
        ".dockerignore:5001:1: error[invalid-dock",
    ),
    _ignore("stars in a row", lambda: "*" * 1000 + "b\n", "", "a" * 200),
    _ignore("stars between letters", lambda: "a*" * 50 + "b\n", "", "a" * 200),
    _ignore("directories between directories", lambda: "**/a/" * 50 + "b\n", "", "a/" * 50 + "a"),
    _ignore("bytes", lambda: b"\xff\xfe[\n" * 100, ".dockerignore:1:1: error[invalid-dockerignore]"),
    _context("a link to its directory in the context", _link_to(".")),
    _context("a circle of links in the context", _link_to("f")),
    _context("a pipe in the context", os.mkfifo, "compose.yaml:3:12: warning[special-file]"),
    _context("deep directories in the context", _deep, _UNIGNORED),
    _pointed(
        "a circle of links as context",
        "services:\n  web:\n    build: ./f\n",
        _link_to("f"),
        "compose.yaml:3:12: error[missing-build-context]",
    ),
    _pointed(
        "a pipe as context",
        "services:\n  web:\n    build: ./f\n",
        os.mkfifo,
        "compose.yaml:3:12: error[missing-build-context]",
    ),
    _pointed("a pipe as mount", _MOUNT, os.mkfifo, "compose.yaml:4:15: error[host-access]"),
    _pointed("a circle of links as mount", _MOUNT, _link_to("f"), "compose.yaml:4:15: error[unreadable-source]"),
    _pointed("deep directories as mount", _MOUNT, _deep, "compose.yaml:4:15: error[unreadable-source]"),
    _pointed("100 links to its own directory in a mount", _MOUNT, _loops),
    _pointed("a pipe as config", _CONFIG, os.mkfifo, "compose.yaml:5:21: error[missing-bind-source]"),
    _pointed("a device as config", _CONFIG, _link_to("/dev/zero"), "compose.yaml:5:21: error[missing-bind-source]"),
    _pointed(
        "a file that cannot be read as config",
        _CONFIG,
        _link_to("/proc/self/mem"),
        "compose.yaml:5:21: error[unreadable-source]",
    ),
    _pointed("a file of 100 GB as config", _CONFIG, _sparse, "compose.yaml:5:21: error[object-too-large]"),
)
