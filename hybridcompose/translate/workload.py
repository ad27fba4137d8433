"""The objects that run a service: Pods, or a Job or DaemonSet where the restart policy or the mode asks for one.

A service that others await with ``service_completed_successfully`` runs as the last init container of its pod, before
a container that does nothing: the pod is ready exactly when the service has exited with 0.
Sources: Compose Specification, "restart", "scale", "stop_grace_period"; Compose Deploy Specification, "mode".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code
from hybridcompose.plan import KubeName, Manifest, Resource
from hybridcompose.translate.labels import object_labels, selector_labels
from hybridcompose.translate.names import unused_name
from hybridcompose.translate.options import Ordering
from hybridcompose.translate.ordering import COMPLETED, TOOL_SECURITY
from hybridcompose.translate.registry.row import KeyClass, Row
from hybridcompose.translate.restart import Restart, restart_of
from hybridcompose.translate.scope import PodDraft

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hybridcompose.translate.scope import Concern, ServiceScope

#: Seconds between the stop signal and the kill, where the project says nothing.
DEFAULT_GRACE_PERIOD = 10

#: Ends at once on SIGTERM, which the first process of a container otherwise ignores.
_IDLE = "trap 'exit 0' TERM; sleep 2147483647 & wait"

#: Fields of a container that an init container may not have.
_MAIN_ONLY = ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")


def pod_basics(scope: ServiceScope, draft: PodDraft) -> None:
    """What every pod has: no service account's token, and no variables about other Services."""
    draft.pod["automountServiceAccountToken"] = False
    draft.pod["enableServiceLinks"] = False


def stop_grace_period(scope: ServiceScope, draft: PodDraft) -> None:
    """Whole seconds, rounded down as Docker does it, and at least the one that Kubernetes gives."""
    given = scope.service.stop_grace_period
    seconds = DEFAULT_GRACE_PERIOD if given is None else given.whole_seconds
    if seconds < 1:
        scope.report.approximated(_GRACE, scope.path("stop_grace_period"))
    draft.pod["terminationGracePeriodSeconds"] = max(seconds, 1)


def init_process(scope: ServiceScope, draft: PodDraft) -> None:
    """Says that nothing reaps orphaned processes."""
    if scope.service.init:
        scope.report.approximated(_INIT, scope.path("init"))


def platform(scope: ServiceScope, draft: PodDraft) -> None:
    """``os/arch[/variant]``: the nodes that can run the image."""
    system, _, machine = (scope.service.platform or "").partition("/")
    selector = {"kubernetes.io/arch": machine.partition("/")[0], "kubernetes.io/os": system}
    if any(selector.values()):
        draft.pod["nodeSelector"] = {label: value for label, value in selector.items() if value}


def runtime(scope: ServiceScope, draft: PodDraft) -> None:
    """The RuntimeClass of that name."""
    if scope.service.runtime:
        draft.pod["runtimeClassName"] = scope.service.runtime


def workload(scope: ServiceScope, draft: PodDraft) -> Iterator[Resource]:
    """The objects that run the service. None where it has no replicas."""
    mode = scope.service.deploy.mode if scope.service.deploy else None
    restart = restart_of(scope)
    if scope.options.ordering is Ordering.INIT and COMPLETED in scope.root.awaited.get(scope.name, ()):
        return _one_shots(scope, draft, restart)
    if scope.settings is not None and scope.settings.kind == "job":
        return _jobs(scope, draft, restart)
    if mode == "global":
        return _daemon_set(scope, draft, restart)
    if mode in ("replicated-job", "global-job"):
        return _replicated_job(scope, draft, restart)
    return _jobs(scope, draft, restart) if restart.attempts else _pods(scope, draft, restart)


def _pods(scope: ServiceScope, draft: PodDraft, restart: Restart) -> Iterator[Resource]:
    for name in scope.names.pods[scope.name]:
        yield _resource(scope, "Pod", name, _template(scope, draft, restart.policy), _why(scope, name))


def _one_shots(scope: ServiceScope, draft: PodDraft, restart: Restart) -> Iterator[Resource]:
    """Pods that are ready when the service has exited with 0, and fail when it has failed."""
    if restart.attempts:
        message = "other services await its success: a failing run is repeated without being counted"
        scope.report.note(Code.APPROXIMATED, scope.path("restart"), message)
    repeats = restart.policy != "Never" or restart.attempts
    template = _template(scope, _before_idle(scope, draft), "OnFailure" if repeats else "Never")
    for name in scope.names.pods[scope.name]:
        reason = f"{scope.name} runs to its end in an init container; others wait until it has succeeded"
        yield _resource(scope, "Pod", name, template, reason)


def _before_idle(scope: ServiceScope, draft: PodDraft) -> PodDraft:
    """The draft with the service as its last init container, and a main container that does nothing."""
    container = {field: value for field, value in _container(scope, draft).items() if field not in _MAIN_ONLY}
    idle = {
        "name": unused_name("done", (scope.kube_name,)),
        "image": scope.options.tool_image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["sh", "-c", _IDLE],
        "securityContext": TOOL_SECURITY,
    }
    return PodDraft(
        container=idle,
        pod=draft.pod,
        labels=draft.labels,
        annotations=draft.annotations,
        volumes=draft.volumes,
        init_containers=[*draft.init_containers, (PodDraft.SELF, container)],
    )


def _jobs(scope: ServiceScope, draft: PodDraft, restart: Restart) -> Iterator[Resource]:
    """One Job for each replica, which counts the restarts."""
    for name in scope.names.pods[scope.name]:
        template = _template(scope, draft, "Never")
        spec = {"backoffLimit": restart.attempts, "template": template}
        again = f", and again up to {restart.attempts} times when it fails" if restart.attempts else " to its end"
        reason = f"runs {scope.name}{again}"
        yield _resource(scope, "Job", name, {"spec": spec}, reason)


def _replicated_job(scope: ServiceScope, draft: PodDraft, restart: Restart) -> Iterator[Resource]:
    replicas = scope.service.replicas
    if not replicas:
        return
    policy = "OnFailure" if restart.policy != "Never" else "Never"
    spec = {
        "backoffLimit": restart.attempts,
        "completions": replicas,
        "parallelism": replicas,
        "template": _template(scope, draft, policy),
    }
    if scope.service.deploy and scope.service.deploy.mode == "global-job":
        message = "a job on every node is not translated yet: it runs once for each replica"
        scope.report.warning(Code.NOT_TRANSLATED, scope.path("deploy", "mode"), message)
    yield _resource(scope, "Job", scope.kube_name, {"spec": spec}, f"runs {scope.name} to its end {replicas} times")


def _daemon_set(scope: ServiceScope, draft: PodDraft, restart: Restart) -> Iterator[Resource]:
    if restart.policy != "Always":
        message = "on every node (mode: global) a container is always restarted, whatever its restart policy says"
        scope.report.note(Code.APPROXIMATED, scope.path("deploy", "mode"), message)
    selector = {"matchLabels": selector_labels(scope.root, scope.name)}
    spec = {"selector": selector, "template": _template(scope, draft, "Always")}
    yield _resource(scope, "DaemonSet", scope.kube_name, {"spec": spec}, f"runs {scope.name} once on every node")


def _resource(scope: ServiceScope, kind: str, name: KubeName, body: Manifest, reason: str) -> Resource:
    labels = {"labels": object_labels(scope.root, scope.name)}
    manifest = {
        "apiVersion": _API_VERSIONS[kind],
        "kind": kind,
        "metadata": {"name": name, **body.get("metadata", labels)},
        "spec": body["spec"],
    }
    return Resource(manifest, ("services", scope.name), reason)


_API_VERSIONS = {"Pod": "v1", "Job": "batch/v1", "DaemonSet": "apps/v1"}


def _why(scope: ServiceScope, name: KubeName) -> str:
    return (
        f"runs {scope.name}"
        if name == scope.kube_name
        else f"runs {scope.name}, one of {scope.service.replicas} replicas"
    )


def _template(scope: ServiceScope, draft: PodDraft, restart_policy: str) -> Manifest:
    """Metadata and spec of the service's pod."""
    metadata: Manifest = {"labels": {**object_labels(scope.root, scope.name), **draft.labels}}
    if draft.annotations:
        metadata["annotations"] = dict(draft.annotations)
    init_containers = [container for _, container in sorted(draft.init_containers, key=lambda entry: entry[0])]
    spec = {
        **draft.pod,
        "restartPolicy": restart_policy,
        **({"initContainers": init_containers} if init_containers else {}),
        "containers": [_container(scope, draft)],
        **({"volumes": draft.volumes} if draft.volumes else {}),
    }
    return {"metadata": metadata, "spec": spec}


def _container(scope: ServiceScope, draft: PodDraft) -> Manifest:
    """The service's container."""
    container: Manifest = {"name": scope.kube_name, **draft.container}
    if draft.mounts:
        container["volumeMounts"] = draft.mounts
    return container


CONCERNS: tuple[Concern, ...] = (pod_basics, stop_grace_period, init_process, platform, runtime)

_GRACE = Row(
    "services.*.stop_grace_period",
    KeyClass.APPROXIMATED,
    "spec.terminationGracePeriodSeconds",
    stop_grace_period,
    "Less than a second becomes 1 s: Kubernetes kills no container without a moment's notice.",
)
_INIT = Row(
    "services.*.init",
    KeyClass.APPROXIMATED,
    "",
    init_process,
    "The program is the first process itself: nothing reaps orphaned processes or handles signals for it.",
    "start the program through `tini` in the image where that matters",
    defaults=(False,),
)

ROWS: tuple[Row, ...] = (
    Row("services", KeyClass.TRANSLATED, "Pod, Job, DaemonSet, Service", workload),
    Row("services.*", KeyClass.TRANSLATED, "Pod, Job, DaemonSet, Service", workload),
    Row("services.*.deploy", KeyClass.TRANSLATED, "", workload),
    Row("services.*.deploy.mode", KeyClass.TRANSLATED, "DaemonSet, Job", workload),
    Row("services.*.deploy.replicas", KeyClass.TRANSLATED, "one Pod each", workload),
    Row("services.*.scale", KeyClass.TRANSLATED, "one Pod each", workload),
    Row("services.*.platform", KeyClass.TRANSLATED, "spec.nodeSelector", platform),
    Row("services.*.runtime", KeyClass.TRANSLATED, "spec.runtimeClassName", runtime),
    _GRACE,
    _INIT,
)
