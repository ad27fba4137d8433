"""CPU and memory: limits, requests, shared memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code
from hybridcompose.translate.mounts import add_mount, add_volume
from hybridcompose.translate.quantities import cpu, memory
from hybridcompose.translate.registry.row import KeyClass, Row

if TYPE_CHECKING:
    from hybridcompose.spec.deploy import Limits, Reservations
    from hybridcompose.translate.scope import Concern, PodDraft, ServiceScope

#: Without own requests the API server copies the limits into them, and a handful of services would fill a node.
SMALL_CPU = 0.01
SMALL_MEMORY = 16 * 1024 * 1024
_SHARED_MEMORY = "/dev/shm"  # noqa: S108  (a mount point in the container, not a temporary file here)


def resources(scope: ServiceScope, draft: PodDraft) -> None:
    """``resources``: limits as given, requests from the reservations, else small ones."""
    limit_cpu, limit_memory = _limits(scope)
    request_cpu, request_memory = _requests(scope, limit_cpu, limit_memory)
    limits = _quantities(limit_cpu, limit_memory)
    requests = _quantities(request_cpu, request_memory)
    fields = {name: values for name, values in (("limits", limits), ("requests", requests)) if values}
    if fields:
        draft.container["resources"] = fields


def _limits(scope: ServiceScope) -> tuple[float, int]:
    limits, _ = _deployed(scope)
    cores = (limits.cpus if limits else 0.0) or scope.service.cpus
    size = (limits.memory if limits else 0) or scope.service.mem_limit
    return max(cores, 0.0), max(size, 0)


def _requests(scope: ServiceScope, limit_cpu: float, limit_memory: int) -> tuple[float, int]:
    _, reserved = _deployed(scope)
    cores = reserved.cpus if reserved else 0.0
    size = (reserved.memory if reserved else 0) or scope.service.mem_reservation
    if limit_memory and size > limit_memory:
        _refuse_reservation(scope, size, limit_memory)
    if limit_cpu and cores > limit_cpu:
        scope.report.note(
            Code.APPROXIMATED,
            scope.path("deploy", "resources", "reservations", "cpus"),
            f"a reservation of {cores} CPUs above the limit of {limit_cpu} becomes {limit_cpu}: "
            "Kubernetes refuses it, Compose ignores it",
        )
    options = scope.options
    cores = cores or (SMALL_CPU if limit_cpu and options.default_cpu_request is None else 0.0)
    size = size or (SMALL_MEMORY if limit_memory and options.default_memory_request is None else 0)
    return min(cores, limit_cpu or cores), min(size, limit_memory or size)


def _deployed(scope: ServiceScope) -> tuple[Limits | None, Reservations | None]:
    deploy = scope.service.deploy
    if deploy is None or deploy.resources is None:
        return None, None
    return deploy.resources.limits, deploy.resources.reservations


def _refuse_reservation(scope: ServiceScope, size: int, limit: int) -> None:
    scope.report.error(
        Code.CONFLICTING_VALUES,
        scope.path("mem_reservation") if scope.service.mem_reservation else scope.path("deploy", "resources"),
        f"the memory reservation of {size} bytes is above the limit of {limit} bytes",
        "reserve at most the limit",
    )


def _quantities(cores: float, size: int) -> dict[str, str]:
    quantities = {}
    if cores > 0:
        quantities["cpu"] = cpu(cores)
    if size > 0:
        quantities["memory"] = memory(size)
    return quantities


def shm_size(scope: ServiceScope, draft: PodDraft) -> None:
    """A ``/dev/shm`` of its own size in memory; without the key the runtime's 64 MiB are Docker's too."""
    size = scope.service.shm_size
    if size > 0:
        name = add_volume(draft, "dev-shm", {"emptyDir": {"medium": "Memory", "sizeLimit": memory(size)}})
        add_mount(scope, draft, {"name": name, "mountPath": _SHARED_MEMORY}, scope.path("shm_size"))
        scope.report.approximated(_SHM, scope.path("shm_size"))


CONCERNS: tuple[Concern, ...] = (resources, shm_size)

_LIMITS = "spec.containers[].resources.limits"
_REQUESTS = "spec.containers[].resources.requests"

_SHM = Row(
    "services.*.shm_size",
    KeyClass.APPROXIMATED,
    "spec.volumes[].emptyDir at /dev/shm",
    shm_size,
    "A mount of another size can hold programs and devices: Kubernetes mounts it without noexec, nosuid and nodev.",
)

ROWS: tuple[Row, ...] = (
    Row("services.*.cpus", KeyClass.TRANSLATED, f"{_LIMITS}.cpu", resources),
    Row("services.*.mem_limit", KeyClass.TRANSLATED, f"{_LIMITS}.memory", resources),
    Row("services.*.mem_reservation", KeyClass.TRANSLATED, f"{_REQUESTS}.memory", resources),
    _SHM,
    Row("services.*.deploy.resources", KeyClass.TRANSLATED, "spec.containers[].resources", resources),
    Row("services.*.deploy.resources.limits", KeyClass.TRANSLATED, _LIMITS, resources),
    Row("services.*.deploy.resources.limits.cpus", KeyClass.TRANSLATED, f"{_LIMITS}.cpu", resources),
    Row("services.*.deploy.resources.limits.memory", KeyClass.TRANSLATED, f"{_LIMITS}.memory", resources),
    Row(
        "services.*.deploy.resources.limits.pids",
        KeyClass.DIAGNOSED,
        note="A pod has no limit on its number of processes; the kubelet's own podPidsLimit holds.",
        remedy="set podPidsLimit on the nodes",
    ),
    Row("services.*.deploy.resources.reservations", KeyClass.TRANSLATED, _REQUESTS, resources),
    Row("services.*.deploy.resources.reservations.cpus", KeyClass.TRANSLATED, f"{_REQUESTS}.cpu", resources),
    Row("services.*.deploy.resources.reservations.memory", KeyClass.TRANSLATED, f"{_REQUESTS}.memory", resources),
)
