"""Rows of the jobs: not translated yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.translate.registry.container_keys import CONTAINER_KEYS
from hybridcompose.translate.registry.rows import pending

if TYPE_CHECKING:
    from hybridcompose.translate.registry.row import Row

#: What a job has beside the keys of a container.
_JOB_KEYS = (
    "build",
    "build.additional_contexts",
    "build.additional_contexts.*",
    "build.args",
    "build.args.*",
    "build.cache_from",
    "build.cache_to",
    "build.context",
    "build.dockerfile",
    "build.dockerfile_inline",
    "build.entitlements",
    "build.extra_hosts",
    "build.extra_hosts.*",
    "build.isolation",
    "build.labels",
    "build.labels.*",
    "build.network",
    "build.no_cache",
    "build.no_cache_filter",
    "build.platforms",
    "build.privileged",
    "build.provenance",
    "build.pull",
    "build.sbom",
    "build.secrets",
    "build.secrets[].gid",
    "build.secrets[].mode",
    "build.secrets[].source",
    "build.secrets[].target",
    "build.secrets[].uid",
    "build.shm_size",
    "build.ssh",
    "build.ssh.*",
    "build.tags",
    "build.target",
    "build.ulimits",
    "build.ulimits.*",
    "build.ulimits.*.hard",
    "build.ulimits.*.soft",
    "depends_on",
    "depends_on.*",
    "depends_on.*.condition",
    "depends_on.*.required",
    "depends_on.*.restart",
    "expose",
    "healthcheck",
    "healthcheck.disable",
    "healthcheck.interval",
    "healthcheck.retries",
    "healthcheck.start_interval",
    "healthcheck.start_period",
    "healthcheck.test",
    "healthcheck.timeout",
    "ports",
    "ports[].app_protocol",
    "ports[].host_ip",
    "ports[].mode",
    "ports[].name",
    "ports[].protocol",
    "ports[].published",
    "ports[].target",
    "profiles",
    "stdin_open",
    "triggers",
    "triggers.manual",
    "triggers.schedule",
    "triggers.schedule[].concurrency",
    "triggers.schedule[].cron",
    "triggers.schedule[].missed_fires",
    "triggers.schedule[].timezone",
    "tty",
)

ROWS: tuple[Row, ...] = tuple(
    pending(
        "jobs",
        "Jobs do not run.",
        remedy="write a service that others await with service_completed_successfully",
        parts=(".*", *(f".*.{key}" for key in (*CONTAINER_KEYS, *_JOB_KEYS))),
    )
)
