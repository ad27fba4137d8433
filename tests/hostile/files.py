"""Files that are none: directories, pipes, devices, circles of links; and files of variables that are too much."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tests.hostile.case import WEB, Hostile, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _named(name: str, line: str, make: Callable[[Path], object], says: str) -> Hostile:
    """A file ``f`` that a compose file names."""

    def prepare(directory: Path) -> None:
        put(directory, "compose.yaml", f"{WEB}{line}\n")
        make(directory / "f")

    return Hostile(name, prepare, says)


def _variables(name: str, text: Callable[[], str | bytes], says: str = "", file: str = ".env") -> Hostile:
    def prepare(directory: Path) -> None:
        put(directory, "compose.yaml", WEB if file == ".env" else f"{WEB}    env_file: {file}\n")
        put(directory, file, text())

    return Hostile(name, prepare, says)


def _default_variables(name: str, make: Callable[[Path], object], says: str) -> Hostile:
    def prepare(directory: Path) -> None:
        put(directory, "compose.yaml", WEB)
        make(directory / ".env")

    return Hostile(name, prepare, says)


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


def _compose_file(name: str, make: Callable[[Path], object]) -> Hostile:
    return Hostile(name, lambda directory: make(directory / "compose.yaml"), "error[unreadable-file]: ")


def _many_variables() -> str:
    return "".join(f"VARIABLE_{number}=value {number}\n" for number in range(150_000))


def _includes(directory: Path) -> None:
    put(directory, "compose.yaml", "include:\n" + "".join(f"  - i/{n % 100}.yaml\n" for n in range(10_000)) + WEB)
    for number in range(100):
        put(directory, f"i/{number}.yaml", f"services: {{b{number}: {{image: b}}}}\n")


def _include_chain(directory: Path) -> None:
    for number in range(1000):
        put(directory, f"c{number}.yaml", f"include: [c{number + 1}.yaml]\n{WEB.replace('web', f's{number}')}")
    put(directory, "c1000.yaml", WEB)
    put(directory, "compose.yaml", "include: [c0.yaml]\n")


def _include_lattice(directory: Path) -> None:
    """Each file names the next three times: without a memory, three to the power of forty."""
    for number in range(40):
        following = f"c{number + 1}.yaml"
        put(directory, f"c{number}.yaml", f"include: [{following}, ./{following}, x/../{following}]\n{WEB}")
    put(directory, "c40.yaml", WEB)
    put(directory, "compose.yaml", "include: [c0.yaml]\n")


def _itself(directory: Path) -> None:
    put(directory, "compose.yaml", f"include: [b.yaml]\n{WEB}")
    (directory / "b.yaml").symlink_to("compose.yaml")


def _itself_below(directory: Path) -> None:
    put(directory, "compose.yaml", f"include: [b/compose.yaml]\n{WEB}")
    (directory / "b").symlink_to(".")


def _doubling() -> str:
    return "A0=aaaaaaaaaa\n" + "".join(f"A{n + 1}=${{A{n}}}${{A{n}}}\n" for n in range(60))


_ENV_FILE = "    env_file: f"
_EXTENDS = "    extends: {file: f, service: web}"
_INCLUDE = "include: [f]"
_UNREADABLE = "error[unreadable-file]"

FILES = (
    _compose_file("a directory as compose file", lambda path: path.mkdir()),
    _compose_file("a pipe as compose file", os.mkfifo),
    _compose_file("a device as compose file", lambda path: path.symlink_to("/dev/zero")),
    _compose_file("a circle of links as compose file", _loop),
    _compose_file("an unreadable compose file", lambda path: path.symlink_to("/proc/self/mem")),
    _named("a pipe as env file", _ENV_FILE, os.mkfifo, f"compose.yaml:4:15: {_UNREADABLE}"),
    _named("a directory as env file", _ENV_FILE, lambda path: path.mkdir(), f"compose.yaml:4:15: {_UNREADABLE}"),
    _named("a circle as env file", _ENV_FILE, _loop, f"compose.yaml:4:15: {_UNREADABLE}"),
    _named(
        "a device as env file",
        _ENV_FILE,
        lambda path: path.symlink_to("/dev/zero"),
        f"compose.yaml:4:15: {_UNREADABLE}",
    ),
    _named(
        "an unreadable env file",
        _ENV_FILE,
        lambda path: path.symlink_to("/proc/self/mem"),
        f"compose.yaml:4:15: {_UNREADABLE}",
    ),
    _named(
        "a device as label file",
        "    label_file: f",
        lambda path: path.symlink_to("/dev/zero"),
        f"compose.yaml:4:17: {_UNREADABLE}",
    ),
    _named("a pipe as extended file", _EXTENDS, os.mkfifo, f"compose.yaml:4:21: {_UNREADABLE}"),
    _named("a directory as extended file", _EXTENDS, lambda path: path.mkdir(), f"compose.yaml:4:21: {_UNREADABLE}"),
    _named("a circle as extended file", _EXTENDS, _loop, f"compose.yaml:4:21: {_UNREADABLE}"),
    _named("a pipe as included file", _INCLUDE, os.mkfifo, f"compose.yaml:4:11: {_UNREADABLE}"),
    _named(
        "a device as included file",
        _INCLUDE,
        lambda path: path.symlink_to("/dev/zero"),
        f"compose.yaml:4:11: {_UNREADABLE}",
    ),
    _named("a circle as included file", _INCLUDE, _loop, f"compose.yaml:4:11: {_UNREADABLE}"),
    Hostile("10,000 includes", _includes),
    Hostile("a chain of 1,000 includes", _include_chain, "c98.yaml:1:11: error[too-deep]"),
    Hostile("includes that repeat one another", _include_lattice),
    Hostile("an include of itself by a link", _itself, "b.yaml:1:11: error[include-cycle]"),
    Hostile("an include of itself by a link of its directory", _itself_below, "b/b/"),
    _variables("4 MB of variables", _many_variables),
    _variables("4 MB of variables for a service", _many_variables, "", "web.env"),
    _variables("a variable of 4 MB", lambda: f"A={'b' * 4_000_000}"),
    _variables("10 MB of variables", lambda: "A=b\n" * 2_500_000, "error[unreadable-file]"),
    _variables("10 MB of variables for a service", lambda: "A=b\n" * 2_500_000, "compose.yaml:4:15: error", "web.env"),
    _variables("a quoted variable of 4 MB", lambda: f'A="{"b" * 4_000_000}"'),
    _variables("a name of 4 MB", lambda: f"{'A' * 4_000_000}=b"),
    _variables("open braces in a variable", lambda: f"A={'${B' * 1_300_000}", ".env:1:3: error[invalid-env-file]"),
    _variables("variables that double", _doubling, ".env:"),
    _variables("100 MB of variables", lambda: b"A=b\n" * 25_000_000, f"compose.yaml:4:15: {_UNREADABLE}", "web.env"),
    _variables("variables of every byte", lambda: bytes(range(256)) * 100, ".env:1:1: error[invalid-env-file]"),
    _variables("variables in UTF-16", lambda: "A=b\n".encode("utf-16"), ".env:1:1: error[invalid-env-file]"),
    _default_variables("a directory as .env", lambda path: path.mkdir(), ""),
    _default_variables("a pipe as .env", os.mkfifo, _UNREADABLE),
    _default_variables("a circle as .env", _loop, _UNREADABLE),
)
