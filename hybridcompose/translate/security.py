"""Stands in for the module of this name until it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.translate.registry.row import KeyClass, Row

if TYPE_CHECKING:
    from hybridcompose.translate.scope import Concern

CONCERNS: tuple[Concern, ...] = ()

ROWS: tuple[Row, ...] = (
    Row("services.*.cap_add", KeyClass.PENDING, note="not there yet"),
    Row("services.*.cap_drop", KeyClass.PENDING, note="not there yet"),
    Row("services.*.group_add", KeyClass.PENDING, note="not there yet"),
    Row("services.*.privileged", KeyClass.PENDING, note="not there yet"),
    Row("services.*.read_only", KeyClass.PENDING, note="not there yet"),
    Row("services.*.security_opt", KeyClass.PENDING, note="not there yet"),
    Row("services.*.sysctls", KeyClass.PENDING, note="not there yet"),
    Row("services.*.sysctls.*", KeyClass.PENDING, note="not there yet"),
    Row("services.*.user", KeyClass.PENDING, note="not there yet"),
    Row("services.*.userns_mode", KeyClass.PENDING, note="not there yet"),
)
