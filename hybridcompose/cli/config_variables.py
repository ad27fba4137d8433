"""``config --variables``: a table, or the same as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hybridcompose.load.variables import Variable

_HEAD = ("NAME", "REQUIRED", "DEFAULT VALUE", "ALTERNATE VALUE")
#: Columns are at least this wide, with this much space after the longest entry, as docker compose prints tables.
_WIDTH, _GAP = 20, 3


def printed_variables(found: Iterable[Variable], format_: str | None) -> str:
    """``json`` and ``yaml`` have docker compose's keys; ``None`` is the table."""
    if format_ is None:
        return _table([_HEAD, *(_row(variable) for variable in found)])
    from hybridcompose.render import json, yaml

    keys = [variable._asdict() for variable in found]
    if format_ == "json":
        names = {"name": "Name", "default": "DefaultValue", "alternate": "PresenceValue", "required": "Required"}
        return json.dump({said["name"]: {names[key]: value for key, value in said.items()} for said in keys})
    names = {"name": "name", "default": "defaultvalue", "alternate": "presencevalue", "required": "required"}
    return yaml.dump({said["name"]: {names[key]: value for key, value in said.items()} for said in keys})


def _row(variable: Variable) -> tuple[str, ...]:
    return variable.name, "true" if variable.required else "false", variable.default, variable.alternate


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(_WIDTH, *(len(row[column]) + _GAP for row in rows)) for column in range(len(_HEAD) - 1)]
    return "".join(
        "".join(cell.ljust(width) for cell, width in zip(row, (*widths, 0), strict=True)) + "\n" for row in rows
    )
