"""YAML text to plain values, exactly as the reference reads it.

libyaml gives the events; composing and constructing them is done here, because the stock composer refuses
redefined anchors, accepts duplicate keys, resolves scalars as YAML 1.1 does, and is slower than all the rest.
Source: Compose Specification, "Merge and override" (``!reset``, ``!override``), "Fragments" (anchors, ``<<``).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

from yaml._yaml import CParser
from yaml.error import YAMLError
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from hybridcompose.diagnostics import Code
from hybridcompose.load.anchors import Anchor, is_bomb, undefined
from hybridcompose.load.marks import Mark, MarkedDict, MarkedList, beside, copy_tree, mark_of, with_mark
from hybridcompose.load.trees import merged_over
from hybridcompose.load.yaml_scalars import TYPED_STARTS, construct, resolve, short_tag
from hybridcompose.spec.scalars import digits

if TYPE_CHECKING:
    from collections.abc import Callable

    from hybridcompose.diagnostics import LoadError

#: Nesting (also through aliases) beyond which a file is refused; every later stage can rely on it.
MAX_DEPTH: Final = 100
#: A file may grow by its anchors to this many times the limit of nodes.
_GROWTH: Final = 10

_FLATTER: Final = "write fewer levels, or put quotes around brackets that are meant as text"
#: How much of a path a finding shows.
_SHOWN_DEPTH: Final = 20

_RESET: Final = "!reset"
_OVERRIDE: Final = "!override"
_KNOWN_TAGS: Final = ("!", _RESET, _OVERRIDE)
_MERGE_TAG: Final = "!!merge"
_MERGE: Final = "<<"

#: Stands for a value that ``!reset`` removes.
_GONE: Final[Any] = object()

StringPath = tuple[str, ...]
# The parser's stubs say neither which event comes next nor what the kinds hold.
_Event = Any


class Document(NamedTuple):
    """One YAML document of a file.

    ``value`` is a tree of dict (keys are strings), list, str, int, float, bool, ``None`` and ``Timestamp``; no
    part of it occurs twice, also where an alias repeats it. ``resets`` are the paths (list items by index digits)
    whose values in earlier files are dropped: those tagged ``!reset``, which are absent from ``value``, and those
    tagged ``!override``, which are in it.
    """

    value: Any
    resets: tuple[StringPath, ...] = ()
    #: Tags that mean nothing here, each with its place.
    tags: tuple[tuple[str, Mark], ...] = ()


def read_documents(data: bytes, file: str, *, trace: bool = False, max_nodes: int = 100_000) -> list[Document]:
    """The documents of a YAML file; none for an empty one. ``trace`` gives every value its mark.

    Raises ``LoadError`` with the place for YAML that cannot be read, duplicate or non-string keys, and files that
    exceed ``max_nodes`` values or ``MAX_DEPTH``. ``file`` is only named, not opened.
    """
    text: bytes | str = data
    renamed: dict[str, str] = {}
    while True:
        composer = _Composer(text, file, trace=trace, max_nodes=max_nodes)
        composer.renamed = {new: old for old, new in renamed.items()}
        try:
            return composer.documents()
        except _NeedsTraceError:
            trace = True
        except YAMLError as error:
            from hybridcompose.load.anchor_names import repaired

            text = repaired(text, error, renamed, data, file)


class _NeedsTraceError(Exception):
    """A finding needs the place of something read earlier, which only a traced reading knows."""


class _Composer:
    """Reads one stream of events. ``path`` and the counters describe the node that is being read."""

    def __init__(self, data: bytes | str, file: str, *, trace: bool, max_nodes: int) -> None:
        self.next_event: Callable[[], _Event] = CParser(data).get_event
        self.file = file
        self.trace = trace
        self.max_nodes = max_nodes
        self.plain: dict[str, Any] = {}  # what plain scalars resolve to
        self.names: set[str] = set()  # plain keys that are strings
        self.anchors: dict[str, Anchor] = {}
        self.renamed: dict[str, str] = {}  # anchors that are called otherwise in the file
        self.begin()

    def begin(self) -> None:
        """Start a document. Anchors outlive it, as in the reference; their resets belong to their document."""
        self.path: list[str] = []
        self.resets: list[StringPath] = []
        self.tags: list[tuple[str, Mark]] = []
        self.visits = 1
        self.size = 1
        self.grown = 0
        self.deepest = 0
        self.verbatim = False
        for anchor in self.anchors.values():
            anchor.resets = ()

    def documents(self) -> list[Document]:
        documents = []
        while type(event := self.next_event()) is not StreamEndEvent:
            if type(event) in (StreamStartEvent, DocumentStartEvent, DocumentEndEvent):
                continue
            self.begin()
            value = self.node(event, 0)
            self.check_growth(event)
            documents.append(Document(None if value is _GONE else value, tuple(self.resets), tuple(self.tags)))
        return documents

    # --- nodes

    def node(self, event: _Event, depth: int) -> Any:
        """The value that begins with ``event``, or ``_GONE``."""
        if type(event) is AliasEvent:
            return self.alias(event, depth)
        if event.tag in (_RESET, _OVERRIDE) and not self.verbatim:
            return self.tagged(event, depth)
        if event.anchor is not None:
            return self.anchored(event, depth)
        return self.content(event, depth)

    def content(self, event: _Event, depth: int) -> Any:
        if event.tag is not None and event.tag not in _KNOWN_TAGS and not short_tag(event.tag).startswith("!!"):
            self.tags.append((event.tag, self.mark(event)._replace(length=len(event.tag))))
        if type(event) is ScalarEvent:
            return self.scalar(event)
        return self.mapping(event, depth) if type(event) is MappingStartEvent else self.sequence(event, depth)

    def scalar(self, event: _Event) -> Any:
        value: Any = event.value
        tag = event.tag
        if tag is not None and tag != "!":
            try:
                value = construct(short_tag(tag), value)
            except ValueError as error:
                self.fail(event, Code.INVALID_YAML, str(error), f"remove the tag {short_tag(tag)}, or the value")
        elif not event.style:
            value = self.resolved(value)
        return with_mark(value, self.mark(event)) if self.trace else value

    def resolved(self, text: str) -> Any:
        try:
            return self.plain[text]
        except KeyError:
            value = self.plain[text] = resolve(text)
            return value

    # The two loops below are where the time goes: plain scalars and untagged collections take the short ways.

    def sequence(self, start: _Event, depth: int) -> list[Any]:
        self.descend(start, depth)
        result: list[Any] = MarkedList() if self.trace else []
        next_event, quick = self.next_event, not self.trace
        entries: dict[int, Mark] = {}
        count, room = 0, self.room()
        while (kind := type(event := next_event())) is not SequenceEndEvent:
            if quick and kind is ScalarEvent and event.tag is None and event.anchor is None:
                text = event.value
                result.append(text if event.style or text[:1] not in TYPED_STARTS else self.resolved(text))
            else:
                self.path.append(str(count))
                value = self.node(event, depth + 1)
                self.path.pop()
                if value is not _GONE:
                    if not quick and mark_of(value) is None:
                        entries[len(result)] = self.mark(event)
                    result.append(value)
            count += 1
            if count > room:
                self.ascend(event, count, count)
        self.ascend(start, count, count)
        if isinstance(result, MarkedList):
            result.mark, result.entries = self.mark(start), entries
        return result

    def mapping(self, start: _Event, depth: int) -> dict[str, Any]:
        self.descend(start, depth)
        result: dict[str, Any] = MarkedDict() if self.trace else {}  # _GONE for keys that give no value themselves
        merged: list[dict[str, Any]] = []
        next_event, trace, names, path = self.next_event, self.trace, self.names, self.path
        count = gone = 0
        first: _Event = None
        room = self.room()
        while (kind := type(event := next_event())) is not MappingEndEvent:
            is_merge = False
            first = first or event
            if kind is ScalarEvent and event.tag is None and event.anchor is None:
                key = event.value
                if key not in names and not event.style:
                    is_merge = self.new_name(event)
                key = with_mark(key, self.mark(event)) if trace else key
            else:
                key, is_merge = self.key(event, depth)
            if key in result:
                self.duplicate(event, key, result)
            count += 1
            if count > room:
                self.ascend(event, count, 2 * count)
            kind = type(event := next_event())
            if kind is ScalarEvent and event.tag is None and event.anchor is None and not is_merge:
                text = event.value
                value = text if event.style or text[:1] not in TYPED_STARTS else self.resolved(text)
                key, value = self.marked(event, key, value) if trace else (key, value)
                result[key] = value
                continue
            # Below `<<` paths go on as if the merged keys stood in this mapping; at the top they keep it.
            inlined = key == _MERGE and path
            if not inlined:
                path.append(key)
            is_merged_alias = is_merge and kind is AliasEvent
            value = self.alias(event, depth + 1, counted=False) if is_merged_alias else self.node(event, depth + 1)
            if not inlined:
                path.pop()
            if is_merge and value is not _GONE:
                merged += self.merge_sources(value, event)
                value = _GONE
            if trace and kind is ScalarEvent and event.value:
                key = beside(key, value, self.mark(event))
            result[key] = value
            gone += value is _GONE
        self.ascend(start, count, 2 * count)
        if gone:
            result = merged_over({key: value for key, value in result.items() if value is not _GONE}, merged)
        return with_mark(result, self.mark(start if start.flow_style else first)) if trace else result

    def marked(self, event: _Event, key: str, value: Any) -> tuple[str, Any]:
        """A plain scalar with its place, and its key, which remembers the place where the value cannot."""
        value = with_mark(value, mark := self.mark(event))
        return beside(key, value, mark) if event.value else key, value

    def descend(self, event: _Event, depth: int) -> None:
        if depth > self.deepest:
            self.deepest = depth
            if depth >= MAX_DEPTH:
                self.fail(event, Code.INVALID_YAML, f"values are nested more than {MAX_DEPTH} deep", _FLATTER)

    def room(self) -> int:
        """How many values may still come; what a tag resets or overrides is not counted."""
        return sys.maxsize if self.verbatim else self.max_nodes - self.visits

    def ascend(self, event: _Event, visits: int, size: int) -> None:
        self.size += size
        self.visits += visits
        if self.visits > self.max_nodes:
            message = f"the file has more than {self.max_nodes} values"
            self.fail(event, Code.TOO_MANY_NODES, message, "split it into several files, or raise the limit")

    def new_name(self, event: _Event) -> bool:
        """Check a plain key that was not seen before; whether it is the merge key."""
        if event.value == _MERGE:
            return True
        if event.value[:1] in TYPED_STARTS and not isinstance(self.resolved(event.value), str):
            self.refuse_key(event)
        self.names.add(event.value)
        return False

    def key(self, event: _Event, depth: int) -> tuple[str, bool]:
        """A key, and whether it is the merge key."""
        is_merge = False
        if type(event) is ScalarEvent:
            is_merge = short_tag(event.tag) == _MERGE_TAG if event.tag else event.value == _MERGE and not event.style
        elif type(event) is not AliasEvent:
            self.refuse_key(event)
        verbatim, self.verbatim = self.verbatim, True  # tags of keys say nothing about their values
        key = self.node(event, depth)
        self.verbatim = verbatim
        if not isinstance(key, str):
            self.refuse_key(event)
        return key, is_merge

    def merge_sources(self, value: Any, event: _Event) -> list[dict[str, Any]]:
        """What ``<<`` merges, in order: the first that has a key gives it."""
        if isinstance(value, dict):
            return [value]
        if isinstance(value, list) and all(isinstance(entry, dict) for entry in value):
            return value
        remedy = "write `<<: *name`, or `<<: [*one, *two]`, with anchors of mappings"
        raise self.error(event, Code.INVALID_YAML, "'<<' merges mappings, and this is none", remedy)

    # --- tags, anchors, aliases

    def tagged(self, event: _Event, depth: int) -> Any:
        """A value under ``!reset`` or ``!override``: not looked into for further ones, nor counted as visits."""
        tag = event.tag
        self.resets.append(tuple(self.path))
        visits, size, grown, self.verbatim = self.visits, self.size, self.grown, True
        read = self.content if event.anchor is None else self.anchored
        value = read(event, depth)
        self.visits, self.verbatim = visits, False
        if event.anchor is not None:
            self.anchors[event.anchor].tag = tag
        if tag == _OVERRIDE:
            return value
        self.size, self.grown = size, grown
        return _GONE

    def anchored(self, event: _Event, depth: int) -> Any:
        anchor = self.anchors[event.anchor] = Anchor()
        size, deepest, known, base = self.size, self.deepest, len(self.resets), len(self.path)
        self.deepest = depth - 1
        anchor.value = value = self.content(event, depth)
        anchor.size += self.size - size
        anchor.height = self.deepest - depth
        anchor.resets = tuple(path[base:] for path in self.resets[known:])
        anchor.open = False
        self.deepest = max(deepest, self.deepest)
        return value

    def alias(self, event: _Event, depth: int, *, counted: bool = True) -> Any:
        """A copy of what an alias stands for. A merged one is not ``counted`` as growth, as in the reference."""
        anchor = self.anchors.get(event.anchor)
        if anchor is None:
            name = self.renamed.get(event.anchor, event.anchor)
            self.fail(
                event, Code.INVALID_YAML, f"the anchor {name!r} is not defined above", undefined(name, self.anchors)
            )
        if anchor.open:
            remedy = "name another anchor, or write the values out"
            self.fail(event, Code.INVALID_YAML, f"the anchor {event.anchor!r} contains itself", remedy)
        if not self.verbatim:
            base = tuple(self.path)
            self.resets += (base,) if anchor.tag else (base + rest for rest in anchor.resets)
            if anchor.tag == _RESET:
                return _GONE
        if depth + anchor.height >= MAX_DEPTH:
            self.fail(event, Code.INVALID_YAML, f"values are nested more than {MAX_DEPTH} deep", _FLATTER)
        self.deepest = max(self.deepest, depth + anchor.height)
        self.size += anchor.size
        self.grown += anchor.size if counted else 0
        self.check_growth(event)
        return copy_tree(anchor.value)

    # --- limits and findings

    def check_growth(self, event: _Event) -> None:
        if is_bomb(self.grown, self.size) or self.size > _GROWTH * self.max_nodes:
            self.fail(event, Code.TOO_MANY_NODES, "aliases make the file grow beyond all measure", "use fewer aliases")

    def mark(self, event: _Event) -> Mark:
        start, end = event.start_mark, event.end_mark
        line, column = start.line, start.column
        length = end.column - column if end.line == line else 1
        if length > 0:
            return Mark(self.file, line + 1, column + 1, length)
        # An entry without a value: the dash is there to be seen.
        return Mark(self.file, line + 1, max(1, column) if type(event) is ScalarEvent else column + 1)

    def fail(self, event: _Event, code: Code, message: str, remedy: str | None = None) -> NoReturn:
        raise self.error(event, code, message, remedy)

    def error(self, event: _Event, code: Code, message: str, remedy: str | None) -> LoadError:
        from hybridcompose.load.yaml_errors import load_error

        path = tuple(part if (index := digits(part)) is None else index for part in self.path[:_SHOWN_DEPTH])
        return load_error(code, message, self.mark(event), remedy=remedy, path=path)

    def refuse_key(self, event: _Event) -> NoReturn:
        if type(event) is ScalarEvent and event.value:
            text = event.value
            self.fail(event, Code.NON_STRING_KEY, f"the key {text} is not a string", f'write "{text}" in quotes')
        self.fail(event, Code.NON_STRING_KEY, "a key must be a string", "write a name before the colon")

    def duplicate(self, event: _Event, key: str, result: dict[str, Any]) -> NoReturn:
        if not self.trace:
            raise _NeedsTraceError
        first = next(mark_of(known) for known in result if known == key)
        where = f" in line {first.line}" if first else ""
        remedy = "write `<<: [*one, *two]`" if key == _MERGE else "remove one of the two"
        self.path.append(key)
        self.fail(event, Code.DUPLICATE_KEY, f"the key {key!r} stands already{where} of this mapping", remedy)
