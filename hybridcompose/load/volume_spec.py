"""The short form of a volume mount. Source: Compose Specification, "volumes", "Short syntax"."""

from __future__ import annotations

import posixpath
from typing import Any, Final

_PROPAGATIONS: Final = ("rprivate", "private", "rshared", "shared", "rslave", "slave")
_LABELS: Final = ("z", "Z")
_FORM: Final = "write [SOURCE:]TARGET[:OPTIONS], such as ./conf:/etc/app:ro"


def parse_volume(spec: str) -> dict[str, Any]:
    """``[source:]target[:options]`` in long form; the source is left as written, the target is cleaned.

    Options that nobody knows are ignored, as the reference does. Raises ``ValueError`` saying what to write.
    """
    if not spec:
        raise ValueError(f"an empty volume: {_FORM}")
    if len(spec.encode()) <= 2:
        return {"type": "volume", "target": _clean(spec)}
    sections, open_variable = _sections(spec)
    if not all(sections):
        raise ValueError(f"volume {spec!r} has an empty part between colons: {_FORM}")
    if len(sections) > 3:
        raise ValueError(f"volume {spec!r} has too many colons: {_FORM}")
    if len(sections) == 1 and not open_variable:
        sections.insert(0, "")
    source, target, options = (*sections, "", "", "")[:3]
    volume: dict[str, Any] = {"source": source} if source else {}
    if target:
        volume["target"] = _clean(target)
    for option in options.split(","):
        _apply(volume, option)
    if _is_path(source):
        volume["type"] = "bind"
        volume["bind"] = {**volume.get("bind", {}), "create_host_path": True}
    else:
        volume["type"] = "volume"
        volume.setdefault("volume", {})
    return volume


def _sections(spec: str) -> tuple[list[str], bool]:
    """The parts between colons; colons of Windows drives and inside ``${...}`` belong to their part.

    Where a ``${`` is not closed, the part that it stands in is lost, as in the reference.
    """
    sections: list[str] = []
    part, depth = "", 0
    for position, char in enumerate(spec):
        is_drive = len(part) == 1 and part.isalpha()
        if char == ":" and not depth and not is_drive:
            sections.append(part)
            part = ""
            continue
        depth += (spec[position : position + 2] == "${") - (char == "}" and depth > 0)
        part += char
    return (sections, True) if depth else ([*sections, part], False)


def _apply(volume: dict[str, Any], option: str) -> None:
    match option:
        case "ro":
            volume["read_only"] = True
        case "rw":
            volume.pop("read_only", None)
        case "nocopy":
            volume["volume"] = {"nocopy": True}
        case _ if option in _PROPAGATIONS:
            volume.setdefault("bind", {})["propagation"] = option
        case _ if option in _LABELS:
            volume.setdefault("bind", {})["selinux"] = option


def _is_path(source: str) -> bool:
    is_drive = source[:1].isalpha() and source[1:2] == ":"
    return source.startswith((".", "/", "~", "\\\\")) or is_drive


def _clean(target: str) -> str:
    cleaned = posixpath.normpath(target)
    return cleaned[1:] if cleaned.startswith("//") else cleaned
