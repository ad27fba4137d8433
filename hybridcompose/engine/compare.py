"""How one object differs from what it would become, as people read it. Pure."""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode
from difflib import unified_diff
from typing import TYPE_CHECKING, Any

from hybridcompose.render.yaml import dump

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hybridcompose.plan import ResourceKey

_HIDDEN = "***"
#: The digest behind a tag that names the same content.
_DIGEST = re.compile(r"(?<=:)([\w.-]+)@sha256:[0-9a-f]{64}$")
#: Where objects hold contents, by kind.
_CONTENTS = {"Secret": ("data", "stringData"), "ConfigMap": ("binaryData",)}


def unified(key: ResourceKey, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The lines of a unified diff between two forms of an object; none where they are the same.

    Values of Secrets are hidden, files are told by size and hash.
    """
    old, new = _text(key.kind, before, after), _text(key.kind, after, before, "after")
    names = ("/dev/null" if before is None else f"a/{key}", "/dev/null" if after is None else f"b/{key}")
    return tuple(unified_diff(old, new, *names, lineterm=""))


def _text(
    kind: str, body: Mapping[str, Any] | None, other: Mapping[str, Any] | None, side: str = "before"
) -> list[str]:
    if body is None:
        return []
    hide = _secret if kind == "Secret" else _file
    fields = {
        field: {name: hide(value, _at(other, field, name), side) for name, value in body[field].items()}
        for field in _CONTENTS.get(kind, ())
        if body.get(field)
    }
    return dump(_unpinned({**body, **fields})).splitlines()


def _at(body: Mapping[str, Any] | None, field: str, name: str) -> Any:
    return None if body is None else (body.get(field) or {}).get(name)


def _secret(value: Any, other: Any, side: str) -> str:
    return _HIDDEN if other is None or other == value else f"{_HIDDEN} ({side})"


def _file(value: Any, other: Any, side: str) -> str:
    content = b64decode(value)
    return f"{len(content)} bytes, sha256 {hashlib.sha256(content).hexdigest()[:12]}"


def _unpinned(value: Any, name: str = "") -> Any:
    """Images by their tags: a built image's tag is a hash of its content."""
    if isinstance(value, dict):
        return {key: _unpinned(item, key) for key, item in sorted(value.items())}
    if isinstance(value, list):
        return [_unpinned(item) for item in value]
    return _DIGEST.sub(r"\1", value) if name == "image" and isinstance(value, str) else value
