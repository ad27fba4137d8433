"""Stands in for the module of this name until it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.translate.registry.row import KeyClass, Row

if TYPE_CHECKING:
    from hybridcompose.translate.scope import Concern

CONCERNS: tuple[Concern, ...] = ()

ROWS: tuple[Row, ...] = (
    Row("services.*.tmpfs", KeyClass.PENDING, note="not there yet"),
    Row("services.*.volumes", KeyClass.PENDING, note="not there yet"),
    Row("services.*.volumes[].bind", KeyClass.PENDING, note="not there yet"),
    Row("services.*.volumes[].bind.create_host_path", KeyClass.PENDING, note="not there yet"),
    Row("services.*.volumes[].bind.propagation", KeyClass.PENDING, note="not there yet"),
    Row("services.*.volumes[].bind.recursive", KeyClass.PENDING, note="not there yet"),
    Row("services.*.volumes[].bind.selinux", KeyClass.PENDING, note="not there yet"),
    Row("services.*.volumes[].consistency", KeyClass.PENDING, note="not there yet"),
    Row("services.*.volumes[].image", KeyClass.PENDING, note="not there yet"),
    Row("services.*.volumes[].image.subpath", KeyClass.PENDING, note="not there yet"),
    Row("services.*.volumes[].read_only", KeyClass.PENDING, note="not there yet"),
    Row("services.*.volumes[].source", KeyClass.PENDING, note="not there yet"),
    Row("services.*.volumes[].target", KeyClass.PENDING, note="not there yet"),
    Row("services.*.volumes[].tmpfs", KeyClass.PENDING, note="not there yet"),
    Row("services.*.volumes[].tmpfs.mode", KeyClass.PENDING, note="not there yet"),
    Row("services.*.volumes[].tmpfs.size", KeyClass.PENDING, note="not there yet"),
    Row("services.*.volumes[].type", KeyClass.PENDING, note="not there yet"),
    Row("services.*.volumes[].volume", KeyClass.PENDING, note="not there yet"),
    Row("services.*.volumes[].volume.labels", KeyClass.PENDING, note="not there yet"),
    Row("services.*.volumes[].volume.labels.*", KeyClass.PENDING, note="not there yet"),
    Row("services.*.volumes[].volume.nocopy", KeyClass.PENDING, note="not there yet"),
    Row("services.*.volumes[].volume.subpath", KeyClass.PENDING, note="not there yet"),
    Row("services.*.volumes_from", KeyClass.PENDING, note="not there yet"),
    Row("volumes", KeyClass.PENDING, note="not there yet"),
    Row("volumes.*", KeyClass.PENDING, note="not there yet"),
    Row("volumes.*.driver", KeyClass.PENDING, note="not there yet"),
    Row("volumes.*.driver_opts", KeyClass.PENDING, note="not there yet"),
    Row("volumes.*.driver_opts.*", KeyClass.PENDING, note="not there yet"),
    Row("volumes.*.external", KeyClass.PENDING, note="not there yet"),
    Row("volumes.*.external.name", KeyClass.PENDING, note="not there yet"),
    Row("volumes.*.labels", KeyClass.PENDING, note="not there yet"),
    Row("volumes.*.labels.*", KeyClass.PENDING, note="not there yet"),
    Row("volumes.*.name", KeyClass.PENDING, note="not there yet"),
)
