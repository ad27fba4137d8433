"""The shapes that values may have, and a walk that holds a tree against them.

A shape says which kinds of value may stand at a place and what is true of each kind. All mistakes are found in one
walk. Vocabulary and meaning are those of JSON Schema: ``1.0`` is an integer, ``true`` is none.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, Final

from hybridcompose.diagnostics import Code, ComposePath, Diagnostic
from hybridcompose.diagnostics.remedies import meant, parted
from hybridcompose.load.context import MAX_FINDINGS
from hybridcompose.load.marks import MarkedDict, MarkedFloat, MarkedInt, MarkedList, MarkedStr
from hybridcompose.spec.timestamp import Timestamp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from hybridcompose.load.context import Context

    #: Whether a key may stand in a mapping that has no list of its keys.
    IsKey = Callable[[str], bool]

STRING: Final = "a string"
BOOLEAN: Final = "true or false"
INTEGER: Final = "a whole number"
NUMBER: Final = "a number"
NULL: Final = "empty"
LIST: Final = "a list"
MAPPING: Final = "a mapping"

_KINDS: Final[dict[type, str]] = {
    str: STRING,
    MarkedStr: STRING,
    Timestamp: STRING,
    bool: BOOLEAN,
    int: INTEGER,
    MarkedInt: INTEGER,
    float: NUMBER,
    MarkedFloat: NUMBER,
    type(None): NULL,
    list: LIST,
    MarkedList: LIST,
    dict: MAPPING,
    MarkedDict: MAPPING,
}
#: How the kinds are listed in messages.
_SHORT: Final = 20
# Left to re's own cache, which compiles it at its first use.
_NUMERIC: Final = r"[-+]?[0-9]+(\.[0-9]+|/0*[1-9][0-9]*)?([eE][-+]?[0-9]{1,3})?"
_ORDER: Final = (MAPPING, LIST, STRING, NUMBER, INTEGER, BOOLEAN, NULL)


class Shape:
    """What may stand at a place. Each field but ``kinds`` speaks of one kind: of lists, of mappings, and so on.

    A plain class and not a tuple with names: some hundred are made at every start.
    """

    __slots__ = (
        *("kinds", "item", "unique", "keys", "required", "one_of", "extensions", "named", "open"),
        *("low", "high", "words", "text", "hint"),
    )

    def __init__(self, kinds: frozenset[str]) -> None:
        self.kinds = kinds
        self.item: Shape | None = None
        self.unique = False
        self.keys: Mapping[str, Shape] | None = None
        self.required: tuple[str, ...] = ()
        self.one_of: tuple[str, ...] = ()
        self.extensions = False
        #: Other keys than ``keys``: which there may be, and their shape. ``open``: any more, of any shape.
        self.named: tuple[IsKey, Shape] | None = None
        self.open = False
        self.low: int | None = None
        self.high: int | None = None
        self.words: tuple[str, ...] = ()
        #: ``None``, or what is wrong with the text and (after ``; ``) what to write instead.
        self.text: Callable[[str], str | None] | None = None
        #: What to write in the place of another kind of value, where it is not plain from the kinds.
        self.hint: str | None = None


def scalar(
    *kinds: str,
    low: int | None = None,
    high: int | None = None,
    words: tuple[str, ...] = (),
    text: Callable[[str], str | None] | None = None,
    hint: str | None = None,
) -> Shape:
    """A value of one of ``kinds``; numbers from ``low`` to ``high``, text one of ``words`` and as ``text`` says."""
    shape = Shape(frozenset((*kinds, INTEGER) if NUMBER in kinds else kinds))
    shape.low, shape.high, shape.words, shape.text, shape.hint = low, high, words, text, hint
    return shape


def listing(item: Shape, *, unique: bool = False) -> Shape:
    """A list of ``item``; ``unique`` forbids repeats."""
    shape = Shape(frozenset((LIST,)))
    shape.item, shape.unique = item, unique
    return shape


def mapping(
    keys: Mapping[str, Shape] | None = None,
    *,
    required: tuple[str, ...] = (),
    one_of: tuple[str, ...] = (),
    extensions: bool = True,
    named: tuple[IsKey, Shape] | None = None,
    open: bool = False,  # noqa: A002  (the word of the vocabulary; no file is opened here)
    hint: str | None = None,
) -> Shape:
    """A mapping with ``keys`` and, unless told otherwise, ``x-`` extensions."""
    shape = Shape(frozenset((MAPPING,)))
    shape.keys, shape.required, shape.one_of = keys or {}, required, one_of
    shape.extensions, shape.named, shape.open, shape.hint = extensions, named, open, hint
    return shape


def either(*shapes: Shape, hint: str | None = None) -> Shape:
    """Any of several shapes that are of different kinds."""
    joined = Shape(frozenset().union(*(shape.kinds for shape in shapes)))
    joined.hint = hint
    for shape in shapes:
        for field in _FIELDS_OF_KIND:
            value = getattr(shape, field)
            if value is not None and value != () and value is not False:
                setattr(joined, field, value)
    return joined


_FIELDS_OF_KIND: Final = tuple(field for field in Shape.__slots__ if field not in ("kinds", "hint"))


def check_shape(tree: dict[str, Any], shape: Shape, context: Context) -> dict[str, Any]:
    """``tree`` without what is not of its shape, in place; the context keeps what was found."""
    context.focus = tree
    walk = _Walk(context)
    walk.value(tree, shape, ())
    if walk.findings:
        context.report(walk.findings, tree)
    return tree


class _Walk:
    def __init__(self, context: Context) -> None:
        self.context = context
        self.findings: list[Diagnostic] = []

    def value(self, value: Any, shape: Shape, path: ComposePath) -> None:
        kind = _KINDS[type(value)]
        if kind is NUMBER:
            if not math.isfinite(value):
                self.find(path, "must be a finite number", "write a number, or put it in quotes")
                return
            kind = INTEGER if value.is_integer() else NUMBER
        if kind not in shape.kinds:
            self.find(path, f"must be {_kinds(shape)}", _remedy(shape, kind))
        elif kind is MAPPING:
            self.mapping(value, shape, path)
        elif kind is LIST:
            self.listing(value, shape, path)
        elif kind is STRING:
            self.text(value, shape, path)
        elif kind is not BOOLEAN and kind is not NULL:
            self.number(value, shape, path)

    def mapping(self, value: dict[str, Any], shape: Shape, path: ComposePath) -> None:
        keys = shape.keys or {}
        for key, entry in value.items():
            below = keys.get(key)
            if below is None and shape.named is not None and shape.named[0](key):
                below = shape.named[1]
            if below is not None:
                self.value(entry, below, (*path, key))
            elif shape.open or (shape.extensions and key.startswith("x-")):
                self.anything(entry, (*path, key))
            else:
                self.unknown(key, shape, path)
        for key in shape.required:
            if key not in value and not any(meant(other, keys) == f"did you mean {key}?" for other in value):
                self.find(path, f"{key} is required", f"write {key}: …", key=True)
        if shape.one_of and not any(key in value for key in shape.one_of):
            self.find(path, f"one of {', '.join(shape.one_of)} is required", f"write {shape.one_of[0]}: …", key=True)

    def listing(self, value: list[Any], shape: Shape, path: ComposePath) -> None:
        if shape.item is None:
            return
        for index, entry in enumerate(value):
            self.value(entry, shape.item, (*path, index))
        if shape.unique and len(value) > 1:
            first: dict[Any, int] = {}
            for index, entry in enumerate(value):
                known = first.setdefault(identity(entry), index)
                if known == index:
                    known = _earlier_text(value, index)
                if known != index:
                    self.find((*path, index), f"the same entry stands at index {known} already", "remove one of them")

    def text(self, value: str | Timestamp, shape: Shape, path: ComposePath) -> None:
        if not shape.words and shape.text is None:
            return
        if isinstance(value, Timestamp):
            value = value.rfc3339
        if shape.words and value not in shape.words:
            remedy = meant(value, shape.words) or f"write {_listed([repr(word) for word in shape.words])}"
            self.find(path, "unknown value", remedy)
        problem = shape.text(value) if shape.text is not None else None
        if problem:
            self.find(path, *parted(problem))

    def number(self, value: float, shape: Shape, path: ComposePath) -> None:
        if shape.low is not None and value < shape.low:
            self.find(path, f"must be greater than or equal to {shape.low}", f"write {shape.low} or more")
        if shape.high is not None and value > shape.high:
            self.find(path, f"must be less than or equal to {shape.high}", f"write {shape.high} or less")

    def anything(self, value: Any, path: ComposePath) -> None:
        """A value that nobody looks into must still be one that JSON can say."""
        if isinstance(value, dict):
            for key, entry in value.items():
                self.anything(entry, (*path, key))
        elif isinstance(value, list):
            for index, entry in enumerate(value):
                self.anything(entry, (*path, index))
        elif isinstance(value, float) and not math.isfinite(value):
            self.find(path, "must be a finite number", "write a number, or put it in quotes")

    def unknown(self, key: str, shape: Shape, path: ComposePath) -> None:
        if len(self.findings) >= MAX_FINDINGS:
            return
        place = (*path, key)
        if shape.named is not None and not shape.keys:
            message = f"{key!r} cannot be a name here"
            remedy = "use letters, digits, dots, dashes and underscores" if key else "write a name"
        else:
            message = f'unknown top-level key "{key}"' if not path else f'unknown key "{key}"'
            remedy = meant(key, shape.keys or ()) or _REMEDIES_UNKNOWN[bool(path), shape.extensions]
        self.findings.append(self.context.finding(Code.UNKNOWN_KEY, message, remedy, path=place, key=True))

    def find(self, path: ComposePath, message: str, remedy: str | None, *, key: bool = False) -> None:
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(self.context.finding(Code.INVALID_VALUE, message, remedy, path=path, key=key))


#: By whether the key stands below the top, and whether extensions may stand beside it.
_REMEDIES_UNKNOWN: Final = {
    (False, True): "if it is a service, write services: above it and indent it below",
    (True, True): "remove it, or prefix it with x- if it is yours",
    (True, False): "remove it",
}


def identity(value: Any) -> Any:
    """A hashable stand-in: equal for values that are equal as JSON, so that ``1`` is ``1.0`` and not ``true``."""
    if isinstance(value, dict):
        return frozenset((key, identity(entry)) for key, entry in value.items())
    if isinstance(value, list):
        return ("list", *(identity(entry) for entry in value))
    return (isinstance(value, bool), value)


def _earlier_text(entries: list[Any], index: int) -> int:
    """The index of an earlier text that says the same number, else ``index``.

    The reference compares a number with earlier texts so, but no text with earlier numbers; and only in short lists.
    """
    number = entries[index]
    if isinstance(number, (bool, str)) or not isinstance(number, (int, float)) or len(entries) > _SHORT:
        return index
    from fractions import Fraction

    for known, text in enumerate(entries[:index]):
        if isinstance(text, str) and re.fullmatch(_NUMERIC, text) and Fraction(text) == number:
            return known
    return index


def _kinds(shape: Shape) -> str:
    kinds = [kind for kind in _ORDER if kind in shape.kinds and not (kind is INTEGER and NUMBER in shape.kinds)]
    return _listed(kinds)


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]


def _remedy(shape: Shape, kind: str) -> str:
    if shape.hint is not None:
        return f"write {shape.hint}"
    if STRING in shape.kinds and not shape.kinds & {BOOLEAN, INTEGER} and kind in (INTEGER, NUMBER, BOOLEAN):
        return "put it in quotes"
    is_mapping = not shape.kinds & {STRING, NUMBER, INTEGER}
    if kind is NULL:
        wanted = shape.required if is_mapping else ()
        return f"write {wanted[0]}: … below it" if wanted else "write a value, or remove the key"
    if shape.kinds == {LIST}:
        return "write one entry a line, each after a dash"
    if shape.keys and MAPPING in shape.kinds and (is_mapping or kind is LIST):
        return f"write {', '.join([*shape.keys][:3])} and so on below it"
    return f"write {_wanted(shape)}"


def _wanted(shape: Shape) -> str:
    """The kinds to write: where a number or a switch is meant, text is only another notation of it."""
    meant_kinds = [kind for kind in (BOOLEAN, NUMBER, INTEGER) if kind in shape.kinds]
    if meant_kinds and not (shape.kinds & {LIST, MAPPING} or {BOOLEAN, NUMBER} <= shape.kinds):
        return meant_kinds[0]
    kinds = [kind for kind in _ORDER if kind in shape.kinds and kind is not NULL]
    return _listed([kind for kind in kinds if not (kind is INTEGER and NUMBER in shape.kinds)])
