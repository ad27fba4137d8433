"""What a service mounts: its own ``volumes``, and those of other services that ``volumes_from`` names.

Source: Compose Specification, "volumes_from". As in Docker the other container's anonymous volumes and those of its
image come too; a target of the service's own wins; a mount that is read-only there stays read-only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.spec.mounts import VolumeMount
from hybridcompose.translate.identifiers import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.translate.scope import ProjectScope, ServiceScope

CONTAINER = "container"


class Mounted(NamedTuple):
    """A mount and the compose path that asks for it."""

    mount: VolumeMount
    path: ComposePath


class Origin(NamedTuple):
    """An entry of ``volumes_from``: the service (or container, outside the project), and whether it is read-only."""

    name: str
    read_only: bool
    is_container: bool = False

    @classmethod
    def parse(cls, entry: str) -> Origin:
        is_container = entry.startswith(f"{CONTAINER}:")
        name, _, mode = entry.removeprefix(f"{CONTAINER}:").partition(":")
        return cls(name, "ro" in mode.split(","), is_container)


def mounts_of(root: ProjectScope, name: str) -> tuple[Mounted, ...]:
    """All mounts of a service, its own first. Volumes without a name have one where other services use them too."""
    return root.once(_all_mounts)[name]


def mounts_of_scope(scope: ServiceScope) -> tuple[Mounted, ...]:
    """The same for a service as it is in the project, or for a hook, which takes nothing from others."""
    if scope.service is scope.root.project.services.get(scope.name):
        return mounts_of(scope.root, scope.name)
    return tuple(_own(scope, frozenset()))


def is_anonymous(mount: VolumeMount) -> bool:
    return mount.type == "volume" and not mount.source


def _givers(root: ProjectScope) -> frozenset[str]:
    """The services whose volumes others take."""
    return frozenset(
        Origin.parse(entry).name for service in root.project.services.values() for entry in service.volumes_from
    )


def _all_mounts(root: ProjectScope) -> dict[str, tuple[Mounted, ...]]:
    found: dict[str, tuple[Mounted, ...]] = {}
    givers = root.once(_givers)
    for name in root.project.services:
        _collect(root, name, givers, found)
    return found


def _collect(
    root: ProjectScope, name: str, givers: frozenset[str], found: dict[str, tuple[Mounted, ...]]
) -> tuple[Mounted, ...]:
    if name in found:
        return found[name]
    scope = root.service(name)
    own = found[name] = tuple(_own(scope, givers))  # the loader refuses cycles
    if not scope.service.volumes_from:
        return own
    mounts = list(own)
    targets = {clean(entry.mount.target or "/") for entry in mounts}
    for index, written in enumerate(scope.service.volumes_from):
        for taken in _given(root, Origin.parse(written), givers, found):
            if taken.target not in targets:
                targets.add(taken.target or "/")
                path = ("services", name, "volumes_from", index)
                read_only = taken.read_only or Origin.parse(written).read_only
                mounts.append(Mounted(taken.model_copy(update={"read_only": read_only}), path))
    found[name] = tuple(mounts)
    return found[name]


def _given(
    root: ProjectScope, origin: Origin, givers: frozenset[str], found: dict[str, tuple[Mounted, ...]]
) -> Iterator[VolumeMount]:
    if not origin.is_container and origin.name in root.project.services:
        for entry in _collect(root, origin.name, givers, found):
            yield entry.mount.model_copy(update={"target": clean(entry.mount.target or "/")})


def _own(scope: ServiceScope, givers: frozenset[str]) -> Iterator[Mounted]:
    """A service's own mounts in their order, the volumes of its image last."""
    owner = f"{scope.root.project.name}_{scope.name}" if scope.name in givers else None
    volumes = scope.service.volumes
    for index, mount in enumerate(volumes):
        yield Mounted(_named(owner, mount), scope.path("volumes", index))
    if not scope.image.volumes:
        return
    targets = {clean(mount.target or "/") for mount in volumes}
    # A word of VOLUME that is no absolute path is one below the root, for Docker as well.
    for target in (clean(f"/{volume}") for volume in scope.image.volumes):
        if target not in targets:
            yield Mounted(_named(owner, VolumeMount(type="volume", target=target)), scope.path("image"))


def _named(owner: str | None, mount: VolumeMount) -> VolumeMount:
    """An anonymous volume that others take (``owner`` is given) is as good as a named one."""
    if owner is None or not is_anonymous(mount):
        return mount
    return mount.model_copy(update={"source": f"{owner}{clean(mount.target or '/')}"})
