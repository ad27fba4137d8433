"""Names inside objects: unique labels, ConfigMap keys, container paths."""

from __future__ import annotations

import hashlib
import posixpath
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from hybridcompose.plan import KubeName
from hybridcompose.translate.names import label_name

if TYPE_CHECKING:
    from collections.abc import Iterable

_NOT_IN_KEYS = re.compile(r"[^-._a-zA-Z0-9]")
_MAX_KEY = 253


def unique_labels(names: Iterable[str]) -> dict[str, KubeName]:
    """A valid label for every name, never one for two: ``a_b`` and ``a-b`` get ``a-b-<hash>`` and ``a-b``."""
    names = sorted(set(names))
    taken = {name for name in names if label_name(name) == name}
    labels: dict[str, KubeName] = {}
    for name in names:
        label = label_name(name)
        if label != name and label in taken:
            label = KubeName(f"{label[:54].rstrip('-')}-{hashlib.sha256(name.encode()).hexdigest()[:8]}")
        taken.add(label)
        labels[name] = label
    return labels


def data_keys(paths: Iterable[str]) -> dict[str, str]:
    """A ConfigMap or Secret key for every file path: readable, valid, unique."""
    keys: dict[str, str] = {}
    taken: set[str] = set()
    for path in paths:
        stem = _NOT_IN_KEYS.sub("_", path)[-_MAX_KEY + 8 :].lstrip(".") or "file"
        key, number = stem, 2
        while key in taken:
            key, number = f"{stem}-{number}", number + 1
        taken.add(key)
        keys[path] = key
    return keys


@lru_cache(maxsize=4096)  # a mount's target is asked for at each step
def clean(path: str) -> str:
    """An absolute container path without ``.``, ``..``, doubled or trailing slashes."""
    return "/" + posixpath.normpath(path).lstrip("/") if path.startswith("/") else posixpath.normpath(path)


def below(path: str, parent: str) -> str | None:
    """``path`` relative to ``parent`` (``""`` for the same path), ``None`` where it lies elsewhere. Both are clean."""
    if path == parent:
        return ""
    prefix = parent if parent.endswith("/") else f"{parent}/"
    return path.removeprefix(prefix) if path.startswith(prefix) else None
