"""Stands in for the module of this name until it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.translate.registry.row import KeyClass, Row

if TYPE_CHECKING:
    from hybridcompose.translate.scope import Concern

CONCERNS: tuple[Concern, ...] = ()

ROWS: tuple[Row, ...] = (
    Row("services.*.build", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.additional_contexts", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.additional_contexts.*", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.args", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.args.*", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.cache_from", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.cache_to", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.context", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.dockerfile", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.dockerfile_inline", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.entitlements", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.extra_hosts", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.extra_hosts.*", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.isolation", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.labels", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.labels.*", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.network", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.no_cache", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.no_cache_filter", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.platforms", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.privileged", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.provenance", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.pull", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.sbom", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.secrets", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.secrets[].gid", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.secrets[].mode", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.secrets[].source", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.secrets[].target", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.secrets[].uid", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.shm_size", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.ssh", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.ssh.*", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.tags", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.target", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.ulimits", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.ulimits.*", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.ulimits.*.hard", KeyClass.PENDING, note="not there yet"),
    Row("services.*.build.ulimits.*.soft", KeyClass.PENDING, note="not there yet"),
)
