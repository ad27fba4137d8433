"""The build context: which files of a directory a build can see.

Source: Docker's documentation of build contexts and ``.dockerignore``. The Dockerfile and the ignore file are always
sent: the builder needs them, and leaves them out of ``COPY`` by the same ignore file.
"""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hybridcompose.gather.archive import Member

if TYPE_CHECKING:
    from collections.abc import Iterator

    from e2b_dockerfile_utils import PatternMatcher

    from hybridcompose.gather.ignore import IgnoreRules

#: Where a Dockerfile that is not a file of the context stands in the archive.
RESERVED = ".hybridcompose-build"
#: Directories deeper than this are refused.
MAX_DEPTH = 100

#: Without it Kaniko unpacks into a directory of mode 0750, and ``COPY . /app`` gives /app that mode: nobody but root
#: could enter it. BuildKit's is 0755 whatever the directory's own is.
ROOT = Member(".", stat.S_IFDIR | 0o755)

_REMOTE = ("https://", "http://", "git://", "ssh://", "github.com/", "git@")
_SHOWN = 5


def is_remote(context: str) -> bool:
    """Whether a context is fetched by the builder: a URL or a Git reference, as the reference loader tells them."""
    return "://" in context or context.startswith(_REMOTE)


@dataclass(slots=True)
class Context:
    """A walk through the context directory.

    ``forced`` are the paths that are sent whatever the rules say. After the walk, ``special`` names sockets, pipes and
    devices, which are left out, and ``sizes`` the bytes below each entry at the top.
    """

    root: str
    rules: IgnoreRules
    forced: frozenset[str] = frozenset()
    special: list[str] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)

    def members(self) -> Iterator[Member]:
        """The directory, then its entries in the order of their names. Raises ``OSError`` for what cannot be read."""
        yield ROOT
        yield from self._directory("", self.rules.matcher())

    def largest(self) -> tuple[tuple[str, int], ...]:
        """The biggest entries at the top of the context, the biggest first."""
        by_size = sorted(self.sizes.items(), key=lambda entry: (-entry[1], entry[0]))
        return tuple(entry for entry in by_size[:_SHOWN] if entry[1])

    def _directory(self, relative: str, matcher: PatternMatcher | None) -> Iterator[Member]:
        place = os.path.join(self.root, relative)
        if relative.count("/") >= MAX_DEPTH:
            raise OSError(errno.ELOOP, f"directories are nested more than {MAX_DEPTH} deep", place)
        with os.scandir(place) as scan:
            entries = sorted(scan, key=lambda entry: entry.name)
        for entry in entries:
            path = f"{relative}/{entry.name}" if relative else entry.name
            ignored = matcher is not None and path not in self.forced and matcher.matches(path)
            if entry.is_dir(follow_symlinks=False):
                yield from self._below(entry, path, matcher, ignored)
            elif not ignored:
                yield from self._file(entry, path)

    def _below(
        self, entry: os.DirEntry[str], path: str, matcher: PatternMatcher | None, ignored: bool
    ) -> Iterator[Member]:
        """A directory and what is in it; an ignored one only for the sake of what is sent from below it."""
        member = Member(path, entry.stat(follow_symlinks=False).st_mode)
        if not ignored:
            yield member
            yield from self._directory(path, matcher)
        elif self._may_hold(path, matcher):
            below = self._directory(path, matcher)
            for first in below:
                yield member
                yield first
                yield from below

    def _may_hold(self, path: str, matcher: PatternMatcher | None) -> bool:
        return (matcher is not None and matcher.may_match_under(path)) or any(
            forced.startswith(f"{path}/") for forced in self.forced
        )

    def _file(self, entry: os.DirEntry[str], path: str) -> Iterator[Member]:
        status = entry.stat(follow_symlinks=False)
        if stat.S_ISLNK(status.st_mode):
            # A link's own mode says nothing, and differs between systems.
            yield Member(path, 0o777, link=os.readlink(entry.path))
        elif stat.S_ISREG(status.st_mode):
            top = path.partition("/")[0]
            self.sizes[top] = self.sizes.get(top, 0) + status.st_size
            yield Member(path, status.st_mode, entry.path, status.st_size)
        else:
            self.special.append(path)


def reserved_members(existing: set[str], dockerfile: str, rules: IgnoreRules) -> tuple[str, list[Member]]:
    """The archive's entries for a Dockerfile that is no file of the context, and its name there.

    Its own ignore file repeats the context's rules and hides the reserved directory, so that ``COPY . .`` copies
    neither.
    """
    place = RESERVED
    while place in existing:
        place += "_"
    patterns = "".join(f"{pattern}\n" for pattern in (*rules.patterns, place))
    name = f"{place}/Dockerfile"
    return name, [
        Member(place, stat.S_IFDIR | 0o755),
        Member(name, 0o644, content=dockerfile.encode("utf-8", "surrogateescape")),
        Member(f"{name}.dockerignore", 0o644, content=patterns.encode("utf-8", "surrogateescape")),
    ]
