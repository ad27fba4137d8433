"""An input that wants to take the program's time, memory or countenance."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: A service, for files whose trouble comes after it.
WEB = "services:\n  web:\n    image: a\n"
CHECK = ("config", "-q")
RENDER = ("render", "--registry", "registry.example", "--output", "out")


class Hostile(NamedTuple):
    """``prepare`` fills the project's directory. ``says``: how the first finding begins; empty: all is well."""

    name: str
    prepare: Callable[[Path], object]
    says: str = ""
    command: tuple[str, ...] = CHECK


def compose(name: str, text: Callable[[], str | bytes], says: str = "", command: tuple[str, ...] = CHECK) -> Hostile:
    """A compose file and nothing else. The text is made when it is needed: some are long."""
    return Hostile(name, lambda directory: put(directory, "compose.yaml", text()), says, command)


def service(name: str, line: Callable[[], str], says: str = "", command: tuple[str, ...] = CHECK) -> Hostile:
    """One more line of a service."""
    return compose(name, lambda: f"{WEB}    {line()}\n", says, command)


def put(directory: Path, name: str, content: str | bytes) -> None:
    path = directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)
