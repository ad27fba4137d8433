"""Stands in for the module of this name until it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.translate.registry.row import KeyClass, Row

if TYPE_CHECKING:
    from hybridcompose.translate.scope import Concern

CONCERNS: tuple[Concern, ...] = ()

ROWS: tuple[Row, ...] = (
    Row("services.*.env_file", KeyClass.PENDING, note="not there yet"),
    Row("services.*.env_file[].format", KeyClass.PENDING, note="not there yet"),
    Row("services.*.env_file[].path", KeyClass.PENDING, note="not there yet"),
    Row("services.*.env_file[].required", KeyClass.PENDING, note="not there yet"),
    Row("services.*.environment", KeyClass.PENDING, note="not there yet"),
    Row("services.*.environment.*", KeyClass.PENDING, note="not there yet"),
)
