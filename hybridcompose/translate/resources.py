"""Stands in for the module of this name until it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.translate.registry.row import KeyClass, Row

if TYPE_CHECKING:
    from hybridcompose.translate.scope import Concern

CONCERNS: tuple[Concern, ...] = ()

ROWS: tuple[Row, ...] = (
    Row("services.*.cpus", KeyClass.PENDING, note="not there yet"),
    Row("services.*.deploy.resources", KeyClass.PENDING, note="not there yet"),
    Row("services.*.deploy.resources.limits", KeyClass.PENDING, note="not there yet"),
    Row("services.*.deploy.resources.limits.cpus", KeyClass.PENDING, note="not there yet"),
    Row("services.*.deploy.resources.limits.memory", KeyClass.PENDING, note="not there yet"),
    Row("services.*.deploy.resources.limits.pids", KeyClass.PENDING, note="not there yet"),
    Row("services.*.deploy.resources.reservations", KeyClass.PENDING, note="not there yet"),
    Row("services.*.deploy.resources.reservations.cpus", KeyClass.PENDING, note="not there yet"),
    Row("services.*.deploy.resources.reservations.devices", KeyClass.PENDING, note="not there yet"),
    Row("services.*.deploy.resources.reservations.devices[].capabilities", KeyClass.PENDING, note="not there yet"),
    Row("services.*.deploy.resources.reservations.devices[].count", KeyClass.PENDING, note="not there yet"),
    Row("services.*.deploy.resources.reservations.devices[].device_ids", KeyClass.PENDING, note="not there yet"),
    Row("services.*.deploy.resources.reservations.devices[].driver", KeyClass.PENDING, note="not there yet"),
    Row("services.*.deploy.resources.reservations.devices[].options", KeyClass.PENDING, note="not there yet"),
    Row("services.*.deploy.resources.reservations.devices[].options.*", KeyClass.PENDING, note="not there yet"),
    Row("services.*.deploy.resources.reservations.generic_resources", KeyClass.PENDING, note="not there yet"),
    Row(
        "services.*.deploy.resources.reservations.generic_resources[].discrete_resource_spec",
        KeyClass.PENDING,
        note="not there yet",
    ),
    Row(
        "services.*.deploy.resources.reservations.generic_resources[].discrete_resource_spec.kind",
        KeyClass.PENDING,
        note="not there yet",
    ),
    Row(
        "services.*.deploy.resources.reservations.generic_resources[].discrete_resource_spec.value",
        KeyClass.PENDING,
        note="not there yet",
    ),
    Row("services.*.deploy.resources.reservations.memory", KeyClass.PENDING, note="not there yet"),
    Row("services.*.mem_limit", KeyClass.PENDING, note="not there yet"),
    Row("services.*.mem_reservation", KeyClass.PENDING, note="not there yet"),
    Row("services.*.shm_size", KeyClass.PENDING, note="not there yet"),
)
