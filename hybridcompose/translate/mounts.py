"""Adds volumes and mounts to a pod: names unique, targets never mounted twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.diagnostics import Code
from hybridcompose.translate.identifiers import clean
from hybridcompose.translate.names import label_name

if TYPE_CHECKING:
    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.plan import Manifest
    from hybridcompose.spec.mounts import VolumeMount
    from hybridcompose.translate.scope import PodDraft, ServiceScope
    from hybridcompose.translate.volume_init import Preparation


def add_volume(draft: PodDraft, preferred: str, source: Manifest) -> str:
    """Adds a pod volume and returns its name: ``preferred`` made valid, numbered where another one has it.

    A volume that is there already, under such a name and with the same source, is used again.
    """
    stem = label_name(preferred, limit=59)
    present = {volume["name"]: volume for volume in draft.volumes}
    name, number = str(stem), 2
    while name in present:
        if present[name] == {"name": name, **source}:
            return name
        name, number = f"{stem}-{number}", number + 1
    draft.volumes.append({"name": name, **source})
    return name


def add_mount(scope: ServiceScope, draft: PodDraft, mount: Manifest, path: ComposePath) -> None:
    """Mounts into the main container, unless Kubernetes (and Docker) would refuse the target."""
    target = clean(mount["mountPath"])
    problem = _problem(draft, target)
    if problem is None:
        draft.mounts.append({**mount, "mountPath": target})
        return
    code, message, remedy = problem
    scope.report.error(code, path, message, remedy)


def _problem(draft: PodDraft, target: str) -> tuple[Code, str, str] | None:
    if not target.startswith("/"):
        return Code.INVALID_VALUE, f"the mount target {target!r} is not an absolute path", f"write /{target} instead"
    if target == "/":
        return Code.INVALID_VALUE, "nothing can be mounted at /", "mount a directory below it"
    if ":" in target:
        return Code.NO_EQUIVALENT, f"Kubernetes refuses ':' in the mount target {target!r}", "use a path without ':'"
    if any(mount["mountPath"] == target for mount in draft.mounts):
        return Code.CONFLICTING_VALUES, f"something else is mounted at {target}", "remove one of the two"
    return None


class Mounting(NamedTuple):
    """One entry of a service's ``volumes`` on its way into the pod. ``path`` is its compose path."""

    scope: ServiceScope
    draft: PodDraft
    preparation: Preparation
    mount: VolumeMount
    path: ComposePath

    @property
    def target(self) -> str:
        return clean(self.mount.target or "/")

    @property
    def source(self) -> str:
        return self.mount.source or ""

    def add_volume(self, prefix: str, source: Manifest) -> str:
        """Adds a pod volume called after the target."""
        return add_volume(self.draft, f"{prefix}-{self.target}", source)

    def add_mount(self, volume: str, sub_path: str | None = None, **fields: object) -> None:
        """Mounts a pod volume, or what it has at ``sub_path``, at the target."""
        mount: Manifest = {"name": volume, "mountPath": self.target}
        if sub_path is not None:
            mount["subPath"] = sub_path
        if self.mount.read_only:
            mount["readOnly"] = True
        add_mount(self.scope, self.draft, mount | fields, self.path)
