"""What an archive of a build context is made from: enough to make the same archive again when it is streamed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.gather.archive import Archive, Member, pack, write
from hybridcompose.gather.context import Context, reserved_members
from hybridcompose.gather.ignore import IgnoreRules

if TYPE_CHECKING:
    from collections.abc import Callable


class Contents(NamedTuple):
    """What decides what an archive holds: equal contents are packed once.

    ``forced`` are ignored files that are sent all the same, ``added`` is the text of a Dockerfile that is none of
    the context's files.
    """

    directory: str
    rules: IgnoreRules = IgnoreRules()
    forced: frozenset[str] = frozenset()
    added: str | None = None

    def __repr__(self) -> str:
        # A Dockerfile inside a compose file is of no use to a reader here, and may hold a secret.
        return f"Contents(directory={self.directory!r})"

    def send(self, take: Callable[[bytes], None]) -> None:
        """Reads the files and gives their archive to ``take``, piece by piece.

        Raises ``OSError`` for a file that cannot be read or that shrinks while it is read. That the bytes are those
        of the first time is for the caller to check.
        """
        context, _, added = self._walk()
        write((member for members in (added, context.members()) for member in members), take)

    def pack(self) -> tuple[Archive, Context, str]:
        """The archive, the walk that made it, and the name of the added Dockerfile. Raises as ``send`` does."""
        context, name, added = self._walk()
        return pack(member for members in (added, context.members()) for member in members), context, name

    def _walk(self) -> tuple[Context, str, list[Member]]:
        name, added = "", list[Member]()
        if self.added is not None:
            name, added = reserved_members(set(os.listdir(self.directory)), self.added, self.rules)
        return Context(self.directory, self.rules, self.forced), name, added
