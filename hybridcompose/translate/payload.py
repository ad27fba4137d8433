"""File contents as the data of ConfigMaps and Secrets: exact bytes, within what one object may hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from hybridcompose.translate.identifiers import data_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from hybridcompose.gather.facts import BoundSource
    from hybridcompose.plan import Manifest
    from hybridcompose.translate.options import Options

#: ``kubectl apply`` keeps a copy of each object in an annotation, and annotations hold 262,144 bytes in all:
#: what is left after the object's own metadata.
BUDGET = 256_000
#: With server-side apply nothing is copied, and an object's data holds 1 MiB.
SERVER_SIDE_BUDGET = 1_000_000

# Every other control character, and U+FEFF, is changed or refused somewhere between here and the API server.
# What YAML can only hold escaped.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_JSON_AS_GO = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


class Entry(NamedTuple):
    """One file in an object: its ``key`` there, its ``path`` below the mount, its permission bits."""

    key: str
    path: str
    mode: int
    content: bytes

    def __repr__(self) -> str:
        # The content may be a secret.
        return f"Entry(key={self.key!r}, path={self.path!r}, mode={self.mode:#o})"

    def readable_by_all(self) -> Entry:
        """The entry with its owner's right to read and to execute given to everybody."""
        return self._replace(mode=self.mode | (self.mode >> 6) & 0o5)

    @property
    def text(self) -> str | None:
        """The content as text, ``None`` where only base64 keeps every byte."""
        try:
            text = self.content.decode()
        except UnicodeDecodeError:
            return None
        return None if _UNPRINTABLE.search(text) else text

    @property
    def size(self) -> int:
        """The length of the entry in an object's JSON."""
        text = self.text
        value = -(-len(self.content) // 3) * 4 + 2 if text is None else json_size(text)
        return value + len(self.key) + 4

    @property
    def most(self) -> int:
        """What ``size`` is at most: a byte takes six in JSON, if that. This costs nothing."""
        return 6 * len(self.content) + len(self.key) + 8


def json_size(value: object) -> int:
    """The length in bytes of ``value`` as the JSON that Go writes, which spells out ``<``, ``>`` and ``&``."""
    import json

    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_JSON_AS_GO).encode())


def entries_of(source: BoundSource, name: str) -> tuple[Entry, ...]:
    """The files of a source that was read in full; a single file is called ``name``."""
    paths = [file.path or name for file in source.files]
    keys = data_keys(paths)
    files = zip(paths, source.files, strict=True)
    return tuple(Entry(keys[path], path, file.mode & 0o777, file.content or b"") for path, file in files)


def budget(options: Options) -> int:
    """How many bytes one object's data may have as JSON."""
    return SERVER_SIDE_BUDGET if options.server_side_apply else BUDGET


def too_large(entries: Iterable[Entry], limit: int = BUDGET) -> list[Entry]:
    """The files that no object can hold under the budget."""
    return [entry for entry in entries if entry.most > limit and entry.size > limit]


def divided(entry: Entry, number: int, limit: int) -> tuple[Entry, ...]:
    """A file as pieces that fit, whose paths sort in their order: ``NUMBER/0000``, ``NUMBER/0001``, …"""
    pieces = enumerate(_pieces(entry, limit))
    return tuple(Entry(f"{number}-{index:04}", f"{number}/{index:04}", 0o444, piece.content) for index, piece in pieces)


def _pieces(entry: Entry, limit: int) -> Iterator[Entry]:
    if entry.size <= limit:
        yield entry
        return
    half = len(entry.content) // 2
    for content in (entry.content[:half], entry.content[half:]):
        yield from _pieces(entry._replace(content=content), limit)


def packed(entries: Iterable[Entry], limit: int = BUDGET) -> list[list[Entry]]:
    """The entries in as few groups as their order allows, each within the budget of one object."""
    entries = [*entries]
    if entries and sum(entry.most for entry in entries) <= limit:
        return [entries]
    groups: list[list[Entry]] = []
    room = 0
    for entry in entries:
        if not groups or entry.size > room:
            groups.append([])
            room = limit
        groups[-1].append(entry)
        room -= entry.size
    return groups


def data_fields(entries: Iterable[Entry], text_field: str, binary_field: str) -> Manifest:
    """The data of an object: texts under ``text_field``, the rest in base64 under ``binary_field``."""
    import base64

    fields: dict[str, dict[str, str]] = {text_field: {}, binary_field: {}}
    for entry in entries:
        text = entry.text
        if text is not None:
            fields[text_field][entry.key] = text
        else:
            fields[binary_field][entry.key] = base64.b64encode(entry.content).decode()
    return {name: values for name, values in fields.items() if values}


def items(entries: Sequence[Entry], prefix: str, default_mode: int) -> list[dict[str, Any]]:
    """The ``items`` of a volume: where each key stands, and its mode where it isn't the default."""
    return [
        {"key": entry.key, "path": f"{prefix}{entry.path}"}
        | ({"mode": entry.mode} if entry.mode != default_mode else {})
        for entry in entries
    ]


def usual_mode(entries: Sequence[Entry]) -> int:
    """The mode that most files have; the smallest of several."""
    if len(entries) == 1:
        return entries[0].mode
    modes = sorted(entry.mode for entry in entries)
    return max(dict.fromkeys(modes), key=modes.count)
