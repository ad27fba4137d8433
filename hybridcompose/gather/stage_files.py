"""What is known of the directories of a stage while its instructions are followed: which are there, and whose they are.

Only what the Dockerfile says plainly: what a base image holds, and what programs of a step do, stays unknown.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.gather.image_config import Building, absolute
from hybridcompose.gather.shell_commands import Change, changes

if TYPE_CHECKING:
    from collections.abc import Callable

    from e2b_dockerfile_utils import DockerfileInstruction

_OCTAL = re.compile(r"0*([0-7]{1,4})")
_SETGID = re.compile(r"0*[2367][0-7]{3}|[ugoa]*[ug][ugoa]*[+=][rwxXt]*s.*")
_SETUID = re.compile(r"0*[2-7][0-7]{3}|[ugoa]*[ug][ugoa]*[+=][rwxXt]*s.*")
#: Directories at the top that a base image may have: those of every system, and what people call their own.
_OF_BASES = frozenset(
    (
        *("bin", "boot", "dev", "etc", "home", "lib", "lib64", "media", "mnt", "opt", "proc", "root", "run", "sbin"),
        *("srv", "sys", "tmp", "usr", "var", "app", "application", "apps", "build", "code", "config", "data", "go"),
        *("project", "service", "source", "src", "work", "workdir", "workspace"),
    )
)
ROOT = ("root", "0")


class Directory(NamedTuple):
    """``owner`` is the user's name or number, ``mode`` the permission bits; ``None`` where they are not known."""

    owner: str | None = None
    mode: int | None = None


@dataclass(slots=True)
class StageFiles:
    """``build`` follows the configuration. ``text`` holds the instructions so far."""

    build: Building
    directories: dict[str, Directory] = field(default_factory=dict)
    #: Directories whose group is handed on, and files that run as another user.
    setgid: set[str] = field(default_factory=set)
    setuid: set[str] = field(default_factory=set)
    #: The other name of a file, and the line that made it.
    links: dict[str, tuple[str, int]] = field(default_factory=dict)
    #: Symbolic links, and what each points to.
    symlinks: dict[str, str] = field(default_factory=dict)
    pipes: set[str] = field(default_factory=set)
    volumes: list[str] = field(default_factory=list)
    #: Those of the stages below.
    volumes_below: list[str] = field(default_factory=list)
    accounts: dict[str, tuple[int, int]] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)

    def copy(self) -> StageFiles:
        """The same for a stage that is made from this one."""
        return replace(
            self,
            build=self.build.copy(),
            directories=dict(self.directories),
            setgid=set(self.setgid),
            setuid=set(self.setuid),
            links=dict(self.links),
            symlinks=dict(self.symlinks),
            pipes=set(self.pipes),
            volumes=[],
            volumes_below=[*self.volumes_below, *self.volumes],
            accounts=dict(self.accounts),
            text=list(self.text),
        )

    @property
    def user(self) -> str | None:
        """The user's name or number that holds for the next instruction; ``None`` where it is not known."""
        user = self.build.image.user
        return None if user is None else user.partition(":")[0] or "root"

    def path(self, word: str, line: int) -> str | None:
        """A word of the Dockerfile as an absolute path."""
        return absolute(self.build, self.build.expand(word, line))

    def is_missing(self, path: str) -> bool:
        """Whether a directory surely is not there yet."""
        top = path.split("/")[1]
        if path in self.directories or not top:
            return False
        if not self.build.image.complete and top in _OF_BASES:
            return False
        mentioned = re.compile(rf"(?<![\w.-])/{re.escape(top)}(?![\w.-])")
        return not any(mentioned.search(text) for text in self.text)

    def make(self, path: str, owner: str | None, mode: int | None = 0o755) -> None:
        """A directory, made together with those above it."""
        while path != "/" and path not in self.directories:
            self.directories[path] = Directory(owner, mode)
            path = posixpath.dirname(path)

    def take(self, step: DockerfileInstruction) -> None:
        """Follows one instruction. Raises ``DockerfileError`` where BuildKit would refuse it."""
        if step.name == "RUN":
            for change in changes(step, self.build.image.working_dir, self.build.known):
                self._change(change, step.start_line)
        elif step.name == "WORKDIR" and step.args:
            place = self.path(step.args[0], step.start_line)
            if place is not None:
                self.make(place, self.user)
        elif step.name == "VOLUME":
            found = (self.path(word, step.start_line) for word in step.args)
            self.volumes.extend(path for path in found if path is not None)
        self.build.take(step)
        self.text.append(step.original)

    def _change(self, change: Change, line: int) -> None:
        if change.kind == "directory":
            for path in change.paths:
                self.make(path, change.owner.partition(":")[0] or self.user)
        elif change.kind == "owner":
            owner = change.owner.partition(":")[0] or None
            self._set(change, lambda known: known._replace(owner=owner))
        elif change.kind == "account":
            self.accounts[change.owner] = change.numbers
        elif change.kind == "link":
            first, second = change.paths
            self.links |= {first: (second, line), second: (first, line)}
        elif change.kind == "pipe":
            self.pipes.update(change.paths)
        elif change.kind == "symlink":
            self._link(change.paths[0], change.owner)
        if change.mode:
            octal = _OCTAL.fullmatch(change.mode)
            mode = int(octal[1], 8) & 0o777 if octal else None
            self._set(change, lambda known: known._replace(mode=mode))
            for found, pattern in ((self.setgid, _SETGID), (self.setuid, _SETUID)):
                (found.update if pattern.fullmatch(change.mode) else found.difference_update)(change.paths)

    def _link(self, path: str, there: str) -> None:
        """``ln -s`` makes the link in a directory that is there, under the name of what it points to."""
        self.symlinks[posixpath.join(path, posixpath.basename(there)) if path in self.directories else path] = there

    def _set(self, change: Change, changed: Callable[[Directory], Directory]) -> None:
        for path in change.paths:
            if path in self.directories or change.recursive:
                self.directories[path] = changed(self.directories.get(path, Directory()))
            if change.recursive:
                prefix = f"{path.rstrip('/')}/"
                below = [known for known in self.directories if known.startswith(prefix)]
                self.directories |= {known: changed(self.directories[known]) for known in below}
