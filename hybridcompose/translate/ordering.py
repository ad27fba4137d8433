"""The order of starts in rendered manifests: one init container waits for the dependencies' names in DNS.

It needs no token and no role. A pod whose dependency has *started* waits for the service's own name, which DNS knows
as soon as a pod has an address; one whose dependency must be *healthy* or *completed* waits for the name of a second
Service that holds ready pods only. A completed one-shot is ready: see ``workload``. Since a pod has its address before
its own waiting is over, who waits for a start also waits for what that service waits for.
Source: Compose Specification, "depends_on".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.diagnostics import Code
from hybridcompose.plan import Condition, Need
from hybridcompose.translate.health import has_healthcheck
from hybridcompose.translate.labels import label_value, selector_labels
from hybridcompose.translate.names import unused_name
from hybridcompose.translate.network import headless
from hybridcompose.translate.options import Dns, NamespaceMode, Ordering
from hybridcompose.translate.registry.row import KeyClass, Row
from hybridcompose.translate.scope import PodDraft

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hybridcompose.plan import KubeName, Resource
    from hybridcompose.spec import Dependency, Project
    from hybridcompose.translate.scope import Concern, ProjectScope, ServiceScope

STARTED, HEALTHY, COMPLETED = Condition.STARTED, Condition.HEALTHY, Condition.COMPLETED
_READY = frozenset((HEALTHY, COMPLETED))

CONTAINER = "wait-for-dependencies"

#: ``/etc/resolv.conf`` names the namespace's domain first. Names are asked for in full, with the dot at the end, so
#: that nothing of another domain answers. Addresses are counted, since `nslookup` succeeds without any too.
SCRIPT = """\
# Arguments: the seconds to wait, then NAME:COUNT:required|optional:SERVICE for each dependency.
limit=$1
shift
while read -r key first rest; do
  [ "$key" = search ] && domain=$first
done </etc/resolv.conf
seconds() { read -r up rest </proc/uptime; up=${up%.*}; }
addresses() { { nslookup -type=a "$1"; nslookup -type=aaaa "$1"; } 2>/dev/null | grep '^Address: '; }
answers() { addresses "$1.$domain." | sed -n "$2p" | grep -q .; }
seconds
end=$((up + limit))
for dependency; do
  IFS=: read -r name count need service <<EOF
$dependency
EOF
  until answers "$name" "$count"; do
    seconds
    if [ "$up" -ge "$end" ]; then
      echo "hybridcompose: $service was not there within $limit s." \\
        "Look at: kubectl describe pod -l hybridcompose.io/service=$service;" \\
        "kubectl logs -l hybridcompose.io/service=$service --all-containers" >&2
      [ "$need" = optional ] && continue 2
      exit 1
    fi
    sleep 0.5
  done
  echo "$service is there"
done
"""


class Wait(NamedTuple):
    """One dependency to wait for: a DNS name that must have that many ``addresses``."""

    service: str
    name: KubeName
    addresses: int
    required: bool

    def argument(self) -> str:
        need = "required" if self.required else "optional"
        return f"{self.name}:{self.addresses}:{need}:{label_value(self.service)}"


def wait_for_dependencies(scope: ServiceScope, draft: PodDraft) -> None:
    """The init container that waits until the service may start."""
    _check(scope)
    waits = waits_of(scope)
    if scope.options.ordering is Ordering.NONE or not waits:
        return
    draft.init_containers.append((PodDraft.WAIT, _container(scope, waits)))


def _container(scope: ServiceScope, waits: tuple[Wait, ...]) -> dict[str, object]:
    return {
        "name": unused_name(CONTAINER, (scope.kube_name,)),
        "image": scope.options.tool_image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["sh", "-c", _script(scope), CONTAINER],
        "args": [str(scope.options.dependency_timeout), *(wait.argument() for wait in waits)],
        "securityContext": TOOL_SECURITY,
        # The last lines say which dependency is missing: they become the container's termination message.
        "terminationMessagePolicy": "FallbackToLogsOnError",
    }


def _script(scope: ServiceScope) -> str:
    """The script; in a shared namespace a pod may search the project's own part of the namespace's domain first."""
    options = scope.options
    own_first = options.namespace_mode is NamespaceMode.SHARED and options.dns is Dns.CLUSTER and options.cluster_dns
    return SCRIPT.replace("domain=$first", "domain=${first#*.}") if own_first else SCRIPT


#: What a tool container needs of the node: nothing.
TOOL_SECURITY = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}


def waits_of(scope: ServiceScope) -> tuple[Wait, ...]:
    """What the service waits for: required dependencies first, so that an optional one costs them no time."""
    waits: dict[KubeName, Wait] = {}
    seen: set[tuple[str, bool]] = set()
    left = [(scope.name, True)]
    while left:
        name, required = left.pop()
        if (name, required) in seen:
            continue
        seen.add((name, required))
        for target, dependency in scope.root.once(_dependencies)[name]:
            wait = _wait(scope.root, target, dependency, required=required and dependency.required)
            # Who shares the pod starts in it, after all that is awaited here.
            own = scope.root.pod_of(target) == scope.root.pod_of(scope.name)
            if not own and (wait.required or wait.name not in waits):
                waits[wait.name] = wait
            if dependency.condition == STARTED:
                left.append((target, wait.required))
    return tuple(sorted(waits.values(), key=lambda wait: (not wait.required, wait.service, wait.name)))


def needs_of(scope: ServiceScope) -> tuple[Need, ...]:
    """What must hold before the service starts, for who makes its pods in order."""
    return tuple(
        Need(target, Condition(dependency.condition), dependency.required)
        for target, dependency in scope.root.once(_dependencies)[scope.name]
    )


def _dependencies(root: ProjectScope) -> dict[str, tuple[tuple[str, Dependency], ...]]:
    return {name: tuple(_present(root.project, name)) for name in root.project.services}


def _present(project: Project, name: str) -> Iterator[tuple[str, Dependency]]:
    """The dependencies that have at least one container: Compose waits for no others."""
    for target, dependency in sorted(project.services[name].depends_on.items()):
        if target in project.services and project.services[target].replicas > 0:
            yield target, dependency


def _wait(root: ProjectScope, target: str, dependency: Dependency, *, required: bool) -> Wait:
    is_started = dependency.condition == STARTED
    name = root.names.services[root.pod_of(target)] if is_started else root.names.ready[target]
    return Wait(target, name, _count(root.project, root.pod_of(target)), required)


def _count(project: Project, target: str) -> int:
    deploy = project.services[target].deploy
    # How many nodes there are is not known here.
    return 1 if deploy and deploy.mode == "global" else project.services[target].replicas


def _check(scope: ServiceScope) -> None:
    for target, dependency in scope.root.once(_dependencies)[scope.name]:
        if dependency.condition == HEALTHY:
            _check_health(scope, target, dependency)


def _check_health(scope: ServiceScope, target: str, dependency: Dependency) -> None:
    path = scope.path("depends_on", target, "condition")
    known = has_healthcheck(scope.root.service(target))
    if known is None:
        message = (
            f"whether the image of {target!r} has a health check is not known here; {target!r} counts as healthy "
            "once it has started"
        )
        scope.report.warning(Code.NO_HEALTHCHECK, path, message, f"add a healthcheck to the service {target!r}")
    elif not known:
        message = f"{target!r} has no health check, so it can never become healthy"
        remedy = f"add a healthcheck to {target!r}, or write condition: service_started"
        tell = scope.report.error if dependency.required else scope.report.warning
        tell(Code.NO_HEALTHCHECK, path, message, remedy)


def awaited(project: Project) -> Mapping[str, frozenset[str]]:
    """The conditions that others wait for, by service."""
    conditions: dict[str, set[str]] = {}
    for name in project.services:
        for target, dependency in _present(project, name):
            conditions.setdefault(target, set()).add(dependency.condition)
    return {name: frozenset(found) for name, found in sorted(conditions.items())}


def ready_services(root: ProjectScope) -> Iterator[Resource]:
    """The second Service of every service that somebody awaits healthy or completed."""
    if root.options.ordering is Ordering.NONE:
        return
    for name, conditions in root.awaited.items():
        if not conditions.isdisjoint(_READY):
            reason = f"{root.names.ready[name]} resolves once {name} is ready; others wait for it"
            selector = selector_labels(root, name)
            path = ("services", name)
            yield headless(root, root.names.ready[name], selector, path, reason, service=name, ready_only=True)


CONCERNS: tuple[Concern, ...] = (wait_for_dependencies,)

_FIELD = "initContainers[wait-for-dependencies]"

ROWS: tuple[Row, ...] = (
    Row("services.*.depends_on", KeyClass.TRANSLATED, _FIELD, wait_for_dependencies),
    Row("services.*.depends_on.*", KeyClass.TRANSLATED, _FIELD, wait_for_dependencies),
    Row("services.*.depends_on.*.condition", KeyClass.TRANSLATED, f"{_FIELD}, Service", wait_for_dependencies),
    Row("services.*.depends_on.*.required", KeyClass.TRANSLATED, _FIELD, wait_for_dependencies),
    Row(
        "services.*.depends_on.*.restart",
        KeyClass.DIAGNOSED,
        note="Nothing restarts this service when its dependency is restarted.",
        remedy="delete the pods of both when you change the dependency",
    ),
)
