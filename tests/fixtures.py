"""The projects below fixtures/, as the ``fixture.toml`` of each says to load and render them."""

from __future__ import annotations

import shutil
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hybridcompose as hc

if TYPE_CHECKING:
    from collections.abc import Iterable

FIXTURES = Path(__file__).parents[1] / "fixtures"
NAMES = sorted(file.parent.name for file in FIXTURES.glob("*/fixture.toml"))


@dataclass(frozen=True)
class Fixture:
    """A project: its ``files`` below ``directory``, what they are loaded with, and the options of ``render``."""

    name: str
    directory: Path
    files: tuple[str, ...]
    profiles: tuple[str, ...]
    environment: dict[str, str]
    render: dict[str, Any]

    @classmethod
    def named(cls, name: str) -> Fixture:
        text = (FIXTURES / name / "fixture.toml").read_text(encoding="utf-8")
        settings = tomllib.loads(text)
        files, profiles = tuple(settings["files"]), tuple(settings["profiles"])
        return cls(name, FIXTURES / name, files, profiles, settings["environment"], settings["render"])

    def copied(self, directory: Path) -> Fixture:
        """A copy of the project alone, whose permissions no umask has changed."""
        ignored = shutil.ignore_patterns("golden", "fixture.toml", "__pycache__")
        shutil.copytree(self.directory, directory, ignore=ignored)
        for path in (directory, *directory.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        return replace(self, directory=directory)

    def with_file(self, name: str, text: str) -> Fixture:
        """The project with another file, which overrides those before it."""
        (self.directory / name).write_text(text, encoding="utf-8")
        return replace(self, files=(*self.files, name))

    @property
    def paths(self) -> list[str]:
        return [str(self.directory / file) for file in self.files]

    @property
    def words(self) -> list[str]:
        """What the program is given before the command."""
        files = [word for path in self.paths for word in ("-f", path)]
        return [*files, *(word for profile in self.profiles for word in ("--profile", profile))]

    def load(self, name: str | None = None, profiles: Iterable[str] | None = None) -> hc.Project:
        chosen = self.profiles if profiles is None else profiles
        return hc.load(*self.paths, profiles=list(chosen), environment=self.environment, project_name=name)

    def translate(self, **more: Any) -> hc.Plan:
        return hc.translate(self.load(), **{**self.render, **more})
