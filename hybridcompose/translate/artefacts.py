"""``x-hybridcompose.artefacts``: results of a container that can be fetched when it has ended.

Nothing reaches into a container that has ended. So a path that is a result lies in a volume (one that the service has
there anyway, else one of its own, filled from the image as a new volume of Docker's is), and a second container of
the pod mounts the same volume and idles until the pod is removed. The service's own container is as it ever was.
Whoever fetches nothing makes no such container: a pod with one does not end by itself, and the Job of such a pod is
over only when whoever fetches has ended that container, too.
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
from hybridcompose.translate.options import PodSecurity
from hybridcompose.translate.ordering import TOOL_SECURITY
from hybridcompose.translate.pods import IDLE

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
    if not scope.options.collect or scope.name in scope.root.jobs:
        return
    mounts: dict[str, Manifest] = {}
    for index, path in enumerate(paths):
        mount = _mount_of(scope, draft, preparation, clean(path), index)
        if mount is not None:
            mounts[mount["mountPath"]] = {**mount, "readOnly": True}
    if mounts:
        draft.annotations[CONTAINERS] = json.dumps({scope.kube_name: label_value(scope.name)})
        draft.companions.append(_collector(scope, [mounts[target] for target in sorted(mounts)]))


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
