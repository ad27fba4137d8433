"""Short forms for rows of keys that no function translates.

``parts`` are the paths below a key, written from the end of the key's own (``.driver``, ``[].path``). They have rows
of their own, which say that they share the key's fate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, Unpack

from hybridcompose.translate.registry.row import KeyClass, Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class _Details(TypedDict, total=False):
    remedy: str
    defaults: tuple[object, ...]
    fatal: bool
    parts: Iterable[str]


def diagnosed(path: str, note: str, **details: Unpack[_Details]) -> Iterator[Row]:
    """Nothing in Kubernetes matches: a warning says ``note``."""
    return _rows(KeyClass.DIAGNOSED, path, note, details)


def no_effect(path: str, note: str, **details: Unpack[_Details]) -> Iterator[Row]:
    """Nothing to do in a run, for the reason in ``note``."""
    return _rows(KeyClass.NO_EFFECT, path, note, details)


def pending(path: str, note: str, **details: Unpack[_Details]) -> Iterator[Row]:
    """Not translated yet: a warning says so and what that means, in ``note``."""
    return _rows(KeyClass.PENDING, path, note, details)


def _rows(key_class: KeyClass, path: str, note: str, details: _Details) -> Iterator[Row]:
    remedy = details.get("remedy", "")
    defaults = details.get("defaults", ())
    yield Row(path, key_class, note=note, remedy=remedy, defaults=defaults, fatal=details.get("fatal", False))
    for part in details.get("parts", ()):
        yield Row(f"{path}{part}", key_class, note=f"Inherits from {path}.")
