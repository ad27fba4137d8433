"""Rows of what has the keys of a container as a service has them: jobs and `pre_start` hooks.

They are made from the services' rows; what differs stands here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.translate.registry.container_keys import CONTAINER_KEYS
from hybridcompose.translate.registry.row import KeyClass, Row
from hybridcompose.translate.workload import workload

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
    "stdin_open",
    "tty",
)

_SERVICE, _HOOK, _JOB = "services.*.", "services.*.pre_start[].", "jobs.*."

_NO_NAME = "As under `docker compose run`, a job answers to no name of a network."
_JOB_ONLY: Mapping[str, tuple[KeyClass, str]] = {
    "depends_on.*.restart": (KeyClass.NO_EFFECT, "A job ends: nothing is restarted."),
    "hostname": (KeyClass.TRANSLATED, "Inside its own pod."),
    "networks": (KeyClass.NO_EFFECT, _NO_NAME),
    "networks.*": (KeyClass.NO_EFFECT, _NO_NAME),
    "networks.*.aliases": (KeyClass.NO_EFFECT, _NO_NAME),
    "networks.*.use_service_name_alias": (KeyClass.NO_EFFECT, _NO_NAME),
}

_SHARED = "The hook runs in the pod of its service, and has what that has."
_SHARED_REMEDY = "set it for the service"
#: What all containers of a pod have in common.
_OF_THE_POD = (
    "dns",
    "dns_opt",
    "dns_search",
    "domainname",
    "extra_hosts",
    "extra_hosts.*",
    "group_add",
    "hostname",
    "init",
    "ipc",
    "networks",
    "networks.*",
    "networks.*.aliases",
    "networks.*.use_service_name_alias",
    "network_mode",
    "pid",
    "platform",
    "runtime",
    "stop_grace_period",
    "stop_signal",
    "sysctls",
    "sysctls.*",
    "userns_mode",
    "volumes_from",
)
_GONE = "The hook's container is gone when the service runs."
_OF_A_RUNNING_CONTAINER = ("annotations", "annotations.*", "labels", "labels.*")
_HOOK_ONLY: Mapping[str, tuple[KeyClass, str]] = {
    **dict.fromkeys(_OF_THE_POD, (KeyClass.DIAGNOSED, _SHARED)),
    **dict.fromkeys(_OF_A_RUNNING_CONTAINER, (KeyClass.NO_EFFECT, _GONE)),
}


def derived(rows: Mapping[str, Row]) -> Iterator[Row]:
    """The rows of jobs and hooks, from the rows of services by path."""
    for key in (*CONTAINER_KEYS, *_JOB_KEYS):
        yield _like(rows[f"{_SERVICE}{key}"], _JOB, key, _JOB_ONLY)
    for key in CONTAINER_KEYS:
        yield _like(rows[f"{_SERVICE}{key}"], _HOOK, key, _HOOK_ONLY)


def _like(row: Row, parent: str, key: str, own: Mapping[str, tuple[KeyClass, str]]) -> Row:
    if key not in own:
        return row._replace(path=f"{parent}{key}", note=row.note.replace(f" {_SERVICE}", f" {parent}"))
    key_class, note = own[key]
    if key_class is KeyClass.TRANSLATED:
        return row._replace(path=f"{parent}{key}", note=note)
    remedy = _SHARED_REMEDY if key_class is KeyClass.DIAGNOSED else ""
    return Row(f"{parent}{key}", key_class, note=note, remedy=remedy, defaults=row.defaults)


def _triggers() -> Iterator[Row]:
    function = workload
    cron = "CronJob.spec.schedule"
    yield Row("jobs", KeyClass.TRANSLATED, "Job, CronJob", function)
    yield Row("jobs.*", KeyClass.TRANSLATED, "Job, CronJob", function)
    yield Row("jobs.*.profiles", KeyClass.NO_EFFECT, note="The loader has selected the jobs.")
    yield Row("jobs.*.triggers", KeyClass.TRANSLATED, "Job.spec.suspend, CronJob", function)
    yield Row(
        "jobs.*.triggers.manual",
        KeyClass.NO_EFFECT,
        note="Every job can be started by hand: a suspended Job by `kubectl patch`, a CronJob by `kubectl create job`.",
    )
    yield Row("jobs.*.triggers.schedule", KeyClass.TRANSLATED, cron, function)
    yield Row("jobs.*.triggers.schedule[].cron", KeyClass.TRANSLATED, cron, function)
    yield Row(
        "jobs.*.triggers.schedule[].timezone",
        KeyClass.TRANSLATED,
        "CronJob.spec.timeZone",
        function,
        "Without one it is that of the cluster's control plane, mostly UTC.",
    )
    yield Row(
        "jobs.*.triggers.schedule[].concurrency",
        KeyClass.APPROXIMATED,
        "CronJob.spec.concurrencyPolicy",
        function,
        "A run that falls due while the last one still runs is left out: nothing queues it.",
    )
    yield Row(
        "jobs.*.triggers.schedule[].missed_fires",
        KeyClass.APPROXIMATED,
        "CronJob.spec.startingDeadlineSeconds",
        function,
        "With skip a run that is a minute late is left out; one is what Kubernetes does.",
    )


ROWS: tuple[Row, ...] = tuple(_triggers())
