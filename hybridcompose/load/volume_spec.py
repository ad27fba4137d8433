"""The short form of a volume mount. Source: Compose Specification, "volumes", "Short syntax"."""

from __future__ import annotations

import posixpath
import re
from typing import Any, Final

_PROPAGATIONS: Final = ("rprivate", "private", "rshared", "shared", "rslave", "slave")
_LABELS: Final = ("z", "Z")
_BRACE: Final = re.compile(r"\$\{|\}")
#: More parts are not looked for.
_ENOUGH: Final = 100
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

    Where a ``${`` is not closed, the part that it stands in is lost, as in the reference. Of very many parts only the
    first are given: three may be.
    """
    sections: list[str] = []
    start = end = depth = 0
    for piece in spec.split(":"):
        end += len(piece)
        if "{" in piece or "}" in piece:
            depth = _open_variables(piece, depth)
        is_drive = end - start == 1 and spec[start].isalpha()
        if not depth and not is_drive:
            sections.append(spec[start:end])
            start = end + 1
            if len(sections) > _ENOUGH:
                break
        end += 1
    if depth:
        return sections, True
    return (sections if start > len(spec) else [*sections, spec[start:]]), False


def _open_variables(piece: str, depth: int) -> int:
    """How many ``${`` are open behind ``piece``, where ``depth`` are open in front of it."""
    for brace in _BRACE.findall(piece):
        depth += 1 if brace == "${" else -(depth > 0)
    return depth


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
