"""One row of the registry: a compose path, what becomes of it, and the function that does it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class KeyClass(StrEnum):
    """What becomes of a compose key.

    ``TRANSLATED``: same observable behaviour. ``APPROXIMATED``: differs in a stated way. ``DIAGNOSED``: nothing in
    Kubernetes matches. ``NO_EFFECT``: nothing to do in a run. ``PENDING``: not translated yet.
    """

    TRANSLATED = "T"
    APPROXIMATED = "A"
    DIAGNOSED = "D"
    NO_EFFECT = "N"
    PENDING = "P"


class Row(NamedTuple):
    """A schema path such as ``services.*.ports[].target``: ``*`` is any key of a mapping, ``[]`` any list item.

    ``fields`` are the Kubernetes fields it becomes. ``function`` translates it; ``None`` where there is nothing to
    translate. ``note`` is the sentence that users read: the difference (A), what is missing (D), why nothing is
    to do (N). ``remedy`` says what to write or choose instead. ``defaults`` are values that say what happens anyway,
    beside the model's own default: they are never reported. ``fatal`` marks a key without which the project cannot
    run: it is an error.
    """

    path: str
    key_class: KeyClass
    fields: str = ""
    function: Callable[..., object] | None = None
    note: str = ""
    remedy: str = ""
    defaults: tuple[object, ...] = ()
    fatal: bool = False
