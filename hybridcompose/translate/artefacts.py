"""``x-hybridcompose.artefacts``: results of a container that can be fetched when it has ended.

Nothing reaches into a container that has ended. So a path that is a result lies in a volume (one that the service has
there anyway, else one of its own, filled from the image as a new volume of Docker's is), and a second container of
the pod mounts the same volume and idles until the pod is removed. The service's own container is as it ever was.
Whoever fetches nothing makes no such container: a pod with one does not end by itself.
"""

from __future__ import annotations

import json
import posixpath
from typing import TYPE_CHECKING, Any

from hybridcompose.diagnostics import Code
from hybridcompose.plan.labels import ARTEFACTS, COLLECTOR, CONTAINERS
from hybridcompose.spec.project import EXTENSION
from hybridcompose.translate.identifiers import below, clean
from hybridcompose.translate.labels import label_value
from hybridcompose.translate.mounts import add_mount, add_volume
from hybridcompose.translate.options import PodSecurity, Workloads
from hybridcompose.translate.ordering import TOOL_SECURITY
from hybridcompose.translate.pods import IDLE
from hybridcompose.translate.restart import attempts_of

if TYPE_CHECKING:
    from hybridcompose.plan import Manifest
    from hybridcompose.translate.scope import PodDraft, ServiceScope
    from hybridcompose.translate.volume_init import Preparation

#: Reads what any user has written, and no more.
_READING: dict[str, Any] = {
    **TOOL_SECURITY,
    "runAsUser": 0,
    "runAsGroup": 0,
    "capabilities": {"drop": ["ALL"], "add": ["DAC_OVERRIDE"]},
}


def artefacts(scope: ServiceScope, draft: PodDraft, preparation: Preparation) -> None:
    """Keeps the paths in an annotation, and what lies there within reach. All other mounts are known by now."""
    paths = scope.settings.artefacts if scope.settings is not None else ()
    if not paths:
        return
    draft.annotations[ARTEFACTS] = json.dumps(paths, ensure_ascii=False)
    if not scope.options.collect:
        return
    problem = _problem(scope)
    if problem is not None:
        scope.report.warning(Code.NO_EQUIVALENT, scope.path(EXTENSION, "artefacts"), *problem)
        return
    mounts: dict[str, Manifest] = {}
    for index, path in enumerate(paths):
        mount = _mount_of(scope, draft, preparation, clean(path), index)
        if mount is not None:
            mounts[mount["mountPath"]] = {**mount, "readOnly": True}
    if mounts:
        draft.annotations[CONTAINERS] = json.dumps({scope.kube_name: label_value(scope.name)})
        draft.companions.append(_collector(scope, [mounts[target] for target in sorted(mounts)]))


def _problem(scope: ServiceScope) -> tuple[str, str] | None:
    """Why nothing can be fetched from the service's pods, and what to write instead."""
    own = scope.root.pod_of(scope.name)
    if any(scope.root.pod_of(name) == own for name in scope.project.services if name != scope.name):
        return (
            "its artefacts cannot be fetched: it shares a pod with another service",
            "let the services reach each other by name",
        )
    mode = scope.service.deploy.mode if scope.service.deploy else None
    counted = attempts_of(scope) or mode in ("replicated-job", "global-job") or scope.name in scope.root.jobs
    deployed = scope.options.workloads is Workloads.DEPLOYMENT
    if counted or deployed or (scope.settings is not None and scope.settings.kind == "job"):
        return (
            "its artefacts cannot be fetched: a Job, or a Deployment, is over only when every container of its pod is",
            "leave out what counts its attempts (kind: job, restart: on-failure:N, deploy.mode), and --workloads",
        )
    return None


def _mount_of(scope: ServiceScope, draft: PodDraft, preparation: Preparation, path: str, index: int) -> Manifest | None:
    """The mount that a path lies in: the deepest one that is there, else one of its own."""
    there = [mount for mount in draft.mounts if below(path, mount["mountPath"]) is not None]
    if there:
        return max(there, key=lambda mount: len(mount["mountPath"]))
    place = scope.path(EXTENSION, "artefacts", index)
    if posixpath.splitext(path)[1]:
        message = f"{path} cannot be fetched: it seems to be a file, and it lies in no volume"
        remedy = f"name its directory: {posixpath.dirname(path)}, or mount a volume there"
        scope.report.warning(Code.NO_EQUIVALENT, place, message, remedy)
        return None
    volume = add_volume(draft, f"artefacts-{path}", {"emptyDir": {}})
    if scope.options.pod_security is not PodSecurity.RESTRICTED:
        preparation.fill(path, volume)
    mount = {"name": volume, "mountPath": path}
    add_mount(scope, draft, mount, place)
    return mount


def _collector(scope: ServiceScope, mounts: list[Manifest]) -> Manifest:
    restricted = scope.options.pod_security is PodSecurity.RESTRICTED
    return {
        "name": COLLECTOR,
        "image": scope.options.tool_image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["sh", "-c", IDLE.format(0)],
        "securityContext": TOOL_SECURITY if restricted else _READING,
        "volumeMounts": mounts,
    }
