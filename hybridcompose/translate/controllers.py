"""Services as controllers, which replace pods that are lost and update them step by step.

Sources: Compose Deploy Specification, "mode", "update_config"; Kubernetes, "Deployments", "StatefulSets", "DaemonSet".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code
from hybridcompose.translate.labels import selector_labels
from hybridcompose.translate.pods import resource, template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hybridcompose.plan import Manifest, Resource
    from hybridcompose.spec.deploy import UpdateConfig
    from hybridcompose.translate.restart import Restart
    from hybridcompose.translate.scope import PodDraft, ServiceScope

_REASONS = {
    "DaemonSet": "runs {} once on every node",
    "Deployment": "keeps {} running",
    "StatefulSet": "keeps {} running, never two pods of one number on its volumes",
}


def controller(scope: ServiceScope, draft: PodDraft, restart: Restart, kind: str) -> Iterator[Resource]:
    """A Deployment, StatefulSet or DaemonSet of the service's name."""
    if restart.policy != "Always":
        _report_restart(scope, kind)
    spec: Manifest = {
        "selector": {"matchLabels": selector_labels(scope.root, scope.name)},
        **_OWN_FIELDS[kind](scope),
        "template": template(scope, draft, "Always"),
    }
    yield resource(scope, kind, scope.kube_name, {"spec": spec}, _REASONS[kind].format(scope.name))


def _report_restart(scope: ServiceScope, kind: str) -> None:
    if kind == "DaemonSet":
        message = "on every node (mode: global) a container is always restarted, whatever its restart policy says"
        scope.report.note(Code.APPROXIMATED, scope.path("deploy", "mode"), message)
        return
    scope.report.note(
        Code.APPROXIMATED,
        scope.path("restart"),
        f"a {kind} always restarts its containers, whatever the restart policy says",
        "name a service that runs to its end with --one-shot, or choose --workloads pod",
    )


def _deployment(scope: ServiceScope) -> Manifest:
    return {
        "replicas": scope.service.replicas,
        "strategy": {"type": "RollingUpdate", "rollingUpdate": _steps(_update_of(scope))},
    }


def _stateful_set(scope: ServiceScope) -> Manifest:
    update = _update_of(scope)
    if update is not None and update.order == "start-first":
        scope.report.note(
            Code.APPROXIMATED,
            scope.path("deploy", "update_config", "order"),
            "the service holds a volume: its old pod stops before the new one starts",
        )
    return {
        "podManagementPolicy": "Parallel",
        "replicas": scope.service.replicas,
        "serviceName": scope.kube_name,
    }


def _daemon_set(scope: ServiceScope) -> Manifest:
    update = _update_of(scope)
    if update is None:
        return {}
    return {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": _steps(update)}}


_OWN_FIELDS = {"DaemonSet": _daemon_set, "Deployment": _deployment, "StatefulSet": _stateful_set}


def _update_of(scope: ServiceScope) -> UpdateConfig | None:
    return scope.service.deploy.update_config if scope.service.deploy else None


def _steps(update: UpdateConfig | None) -> Manifest:
    """How many pods are replaced at a time: by default one, which stops before its successor starts, as in Docker."""
    parallelism = 1 if update is None or update.parallelism is None else update.parallelism
    at_once: int | str = parallelism or "100%"
    if update is not None and update.order == "start-first":
        return {"maxSurge": at_once, "maxUnavailable": 0}
    return {"maxSurge": 0, "maxUnavailable": at_once}
