"""Stands in for the module of this name until it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.translate.registry.row import KeyClass, Row

if TYPE_CHECKING:
    from hybridcompose.translate.scope import Concern

CONCERNS: tuple[Concern, ...] = ()

ROWS: tuple[Row, ...] = (
    Row("configs", KeyClass.PENDING, note="not there yet"),
    Row("configs.*", KeyClass.PENDING, note="not there yet"),
    Row("configs.*.content", KeyClass.PENDING, note="not there yet"),
    Row("configs.*.environment", KeyClass.PENDING, note="not there yet"),
    Row("configs.*.external", KeyClass.PENDING, note="not there yet"),
    Row("configs.*.external.name", KeyClass.PENDING, note="not there yet"),
    Row("configs.*.file", KeyClass.PENDING, note="not there yet"),
    Row("configs.*.labels", KeyClass.PENDING, note="not there yet"),
    Row("configs.*.labels.*", KeyClass.PENDING, note="not there yet"),
    Row("configs.*.name", KeyClass.PENDING, note="not there yet"),
    Row("configs.*.template_driver", KeyClass.PENDING, note="not there yet"),
    Row("secrets", KeyClass.PENDING, note="not there yet"),
    Row("secrets.*", KeyClass.PENDING, note="not there yet"),
    Row("secrets.*.driver", KeyClass.PENDING, note="not there yet"),
    Row("secrets.*.driver_opts", KeyClass.PENDING, note="not there yet"),
    Row("secrets.*.driver_opts.*", KeyClass.PENDING, note="not there yet"),
    Row("secrets.*.environment", KeyClass.PENDING, note="not there yet"),
    Row("secrets.*.external", KeyClass.PENDING, note="not there yet"),
    Row("secrets.*.external.name", KeyClass.PENDING, note="not there yet"),
    Row("secrets.*.file", KeyClass.PENDING, note="not there yet"),
    Row("secrets.*.labels", KeyClass.PENDING, note="not there yet"),
    Row("secrets.*.labels.*", KeyClass.PENDING, note="not there yet"),
    Row("secrets.*.name", KeyClass.PENDING, note="not there yet"),
    Row("secrets.*.template_driver", KeyClass.PENDING, note="not there yet"),
    Row("services.*.configs", KeyClass.PENDING, note="not there yet"),
    Row("services.*.configs[].gid", KeyClass.PENDING, note="not there yet"),
    Row("services.*.configs[].mode", KeyClass.PENDING, note="not there yet"),
    Row("services.*.configs[].source", KeyClass.PENDING, note="not there yet"),
    Row("services.*.configs[].target", KeyClass.PENDING, note="not there yet"),
    Row("services.*.configs[].uid", KeyClass.PENDING, note="not there yet"),
    Row("services.*.secrets", KeyClass.PENDING, note="not there yet"),
    Row("services.*.secrets[].gid", KeyClass.PENDING, note="not there yet"),
    Row("services.*.secrets[].mode", KeyClass.PENDING, note="not there yet"),
    Row("services.*.secrets[].source", KeyClass.PENDING, note="not there yet"),
    Row("services.*.secrets[].target", KeyClass.PENDING, note="not there yet"),
    Row("services.*.secrets[].uid", KeyClass.PENDING, note="not there yet"),
)
