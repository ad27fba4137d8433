"""The objects that run a service: Pods, or the Job or controller that the policy, the mode or the user asks for.

A service that others await with ``service_completed_successfully`` runs as the last init container of its pod, before
a container that does nothing: the pod is ready exactly when the service has exited with 0.
Sources: Compose Specification, "restart", "scale", "stop_grace_period"; Compose Deploy Specification, "mode".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code
from hybridcompose.translate.lifecycle import STOP_SIGNAL
from hybridcompose.translate.names import label_name
from hybridcompose.translate.options import Ordering, Workloads
from hybridcompose.translate.ordering import COMPLETED
from hybridcompose.translate.pods import before_idle, idle_name, resource, template
from hybridcompose.translate.registry.row import KeyClass, Row
from hybridcompose.translate.restart import Restart, restart_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hybridcompose.plan import KubeName, Manifest, Resource
    from hybridcompose.translate.scope import Concern, PodDraft, ServiceScope

#: Seconds between the stop signal and the kill, where the project says nothing.
DEFAULT_GRACE_PERIOD = 10

#: The largest int32: a Job that is never given up.
UNLIMITED = 2_147_483_647
#: What an idle container of a Job exits with when it is stopped: no success, so that the Job makes another pod.
STOPPED = 143
#: The minor release of Kubernetes from which on a Job may leave ends of its pods uncounted.
POD_FAILURE_POLICY = 26
_IN_AN_INIT_CONTAINER = "{} runs to its end in an init container; others wait until it has succeeded"
_MAKE_SEVERAL = frozenset(("Deployment", "Job", "StatefulSet"))


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
    """The RuntimeClass of that name, or of the nearest that Kubernetes allows."""
    wanted = scope.service.runtime
    if not wanted:
        return
    draft.pod["runtimeClassName"] = name = ".".join(label_name(part) for part in wanted.split("."))
    if name != wanted:
        message = f"the runtime {wanted!r} is the RuntimeClass {name!r} here: Kubernetes does not allow that name"
        scope.report.warning(Code.NAME_CHANGED, scope.path("runtime"), message, f"call the RuntimeClass {name}")


def workload(scope: ServiceScope, draft: PodDraft) -> Iterator[Resource]:
    """The objects that run the service. None where it has no replicas, unless a controller could be scaled up."""
    if scope.name in scope.root.jobs:
        from hybridcompose.translate.jobs import job

        return job(scope, draft)
    mode = scope.service.deploy.mode if scope.service.deploy else None
    restart = restart_of(scope)
    deployed = scope.options.workloads is Workloads.DEPLOYMENT
    if mode == "global-job" or (mode == "global" and _is_awaited_in_manifests(scope)):
        _report_everywhere(scope)
    if _is_awaited_in_manifests(scope):
        return _awaited_jobs(scope, draft, restart) if deployed else _awaited_pods(scope, draft, restart)
    if mode == "global":
        return _controller(scope, draft, restart, "DaemonSet")
    if mode in ("replicated-job", "global-job"):
        return _replicated_job(scope, draft, restart)
    if scope.settings is not None and scope.settings.kind == "job" and not deployed:
        return _jobs(scope, draft, restart)
    if deployed and is_one_shot(scope):
        return _one_shot_jobs(scope, draft, restart)
    return _jobs(scope, draft, restart) if restart.attempts and not deployed else running(scope, draft, restart)


def running(scope: ServiceScope, draft: PodDraft, restart: Restart) -> Iterator[Resource]:
    """What keeps the pods of a service that serves others."""
    if scope.options.workloads is Workloads.DEPLOYMENT:
        return _controller(scope, draft, restart, "StatefulSet" if _holds_claim(draft) else "Deployment")
    return _pods(scope, draft, restart)


def is_one_shot(scope: ServiceScope) -> bool:
    """Whether the service runs to its end: another awaits that, or the user says so."""
    chosen = scope.settings is not None and scope.settings.kind == "job"
    return chosen or COMPLETED in scope.root.awaited.get(scope.name, ()) or scope.name in scope.options.one_shot


def _is_awaited_in_manifests(scope: ServiceScope) -> bool:
    """Whether other pods find out by themselves that the service has ended well."""
    return scope.options.ordering is Ordering.INIT and COMPLETED in scope.root.awaited.get(scope.name, ())


def _holds_claim(draft: PodDraft) -> bool:
    return any("persistentVolumeClaim" in volume for volume in draft.volumes)


def _controller(scope: ServiceScope, draft: PodDraft, restart: Restart, kind: str) -> Iterator[Resource]:
    from hybridcompose.translate.controllers import controller

    return controller(scope, draft, restart, kind)


def kept(scope: ServiceScope, workloads: Sequence[Resource]) -> int | None:
    """How many pods one object of the service makes; ``None`` where each is one pod, or the nodes decide."""
    makes_several = len(workloads) == 1 and workloads[0].manifest["kind"] in _MAKE_SEVERAL
    return scope.service.replicas if makes_several else None


def _pods(scope: ServiceScope, draft: PodDraft, restart: Restart) -> Iterator[Resource]:
    """One pod for each replica. Replicas hold the same values: what is written of one is written of all."""
    pod = template(scope, draft, restart.policy)
    for name in scope.names.pods[scope.name]:
        yield resource(scope, "Pod", name, pod, _why(scope, name))


def _awaited_pods(scope: ServiceScope, draft: PodDraft, restart: Restart) -> Iterator[Resource]:
    """Pods that are ready when the service has exited with 0, and fail when it has failed."""
    report_lost_hooks(scope)
    if restart.attempts:
        message = "other services await its success: a failing run is repeated without being counted"
        scope.report.note(Code.APPROXIMATED, scope.path("restart"), message)
    repeats = restart.policy != "Never" or restart.attempts
    pod = template(scope, before_idle(scope, draft), "OnFailure" if repeats else "Never")
    for name in scope.names.pods[scope.name]:
        yield resource(scope, "Pod", name, pod, _IN_AN_INIT_CONTAINER.format(scope.name))


def _awaited_jobs(scope: ServiceScope, draft: PodDraft, restart: Restart) -> Iterator[Resource]:
    """Jobs whose pods are ready when the service has exited with 0. A pod that is lost is replaced, and runs again."""
    report_lost_hooks(scope)
    spec: Manifest = {"backoffLimit": _tries(restart)}
    if scope.options.knows(POD_FAILURE_POLICY):
        stopped = {"containerName": idle_name(scope), "operator": "In", "values": [STOPPED]}
        spec["podFailurePolicy"] = {"rules": [{"action": "Ignore", "onExitCodes": stopped}]}
    spec["template"] = template(scope, before_idle(scope, draft, STOPPED), "Never")
    for name in scope.names.pods[scope.name]:
        yield resource(scope, "Job", name, {"spec": spec}, _IN_AN_INIT_CONTAINER.format(scope.name))


def _one_shot_jobs(scope: ServiceScope, draft: PodDraft, restart: Restart) -> Iterator[Resource]:
    spec = {"backoffLimit": _tries(restart), "template": template(scope, draft, "Never")}
    for name in scope.names.pods[scope.name]:
        yield resource(scope, "Job", name, {"spec": spec}, f"runs {scope.name} to its end")


def _tries(restart: Restart) -> int:
    """How often a failed run is repeated: as often as is counted, never, or without end."""
    return restart.attempts if restart.policy == "Never" else UNLIMITED


def report_lost_hooks(scope: ServiceScope) -> None:
    """Says that a service in an init container has no hooks of its life."""
    for key in ("post_start", "pre_stop"):
        if getattr(scope.service, key):
            message = "other services await its success, so that it runs as an init container, which has no hooks"
            scope.report.warning(Code.NO_EQUIVALENT, scope.path(key), message, "call it from the service's own command")
    path = scope.path("stop_signal")
    if scope.report.has(Code.APPROXIMATED, path):
        message = "other services await its success, so that it runs as an init container, which no shell can stop"
        scope.report.warning(Code.NO_EQUIVALENT, path, message, STOP_SIGNAL.remedy)


def _jobs(scope: ServiceScope, draft: PodDraft, restart: Restart) -> Iterator[Resource]:
    """One Job for each replica, which counts the restarts."""
    for name in scope.names.pods[scope.name]:
        again = f", and again up to {restart.attempts} times when it fails" if restart.attempts else " to its end"
        spec = {"backoffLimit": restart.attempts, "template": template(scope, draft, "Never")}
        yield resource(scope, "Job", name, {"spec": spec}, f"runs {scope.name}{again}")


def _replicated_job(scope: ServiceScope, draft: PodDraft, restart: Restart) -> Iterator[Resource]:
    replicas = scope.service.replicas
    if not replicas:
        return
    policy = "OnFailure" if restart.policy != "Never" else "Never"
    spec = {
        "backoffLimit": _tries(restart),
        "completions": replicas,
        "parallelism": replicas,
        "template": template(scope, draft, policy),
    }
    yield resource(scope, "Job", scope.kube_name, {"spec": spec}, f"runs {scope.name} to its end {replicas} times")


def _report_everywhere(scope: ServiceScope) -> None:
    message = "nothing in Kubernetes runs a job once on every node: it runs once for each replica"
    remedy = "write mode: replicated-job with as many replicas as are needed"
    scope.report.warning(Code.NO_EQUIVALENT, scope.path("deploy", "mode"), message, remedy)


def _why(scope: ServiceScope, name: KubeName) -> str:
    return (
        f"runs {scope.name}"
        if name == scope.kube_name
        else f"runs {scope.name}, one of {scope.service.replicas} replicas"
    )


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
    Row("services", KeyClass.TRANSLATED, "Pod, Deployment, StatefulSet, DaemonSet, Job, Service", workload),
    Row("services.*", KeyClass.TRANSLATED, "Pod, Deployment, StatefulSet, DaemonSet, Job, Service", workload),
    Row("services.*.deploy", KeyClass.TRANSLATED, "", workload),
    Row("services.*.deploy.mode", KeyClass.TRANSLATED, "DaemonSet, Job", workload),
    Row("services.*.deploy.replicas", KeyClass.TRANSLATED, "one Pod each; spec.replicas", workload),
    Row("services.*.scale", KeyClass.TRANSLATED, "one Pod each; spec.replicas", workload),
    Row("services.*.platform", KeyClass.TRANSLATED, "spec.nodeSelector", platform),
    Row("services.*.runtime", KeyClass.TRANSLATED, "spec.runtimeClassName", runtime),
    _GRACE,
    _INIT,
)
