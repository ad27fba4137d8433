"""What stands at the source of a bind mount."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from hybridcompose.gather.facts import BoundSource, SourceKind
from hybridcompose.translate.identifiers import below, clean

if TYPE_CHECKING:
    from hybridcompose.spec.mounts import VolumeMount
    from hybridcompose.translate.scope import ProjectScope

#: The host's own directories: Docker shows the host there, whether the path is on this machine or not.
_SYSTEM = (
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/lib",
    "/proc",
    "/run",
    "/sys",
    "/usr",
    "/var/lib/docker",
    "/var/log",
    "/var/run",
)


def source_at(root: ProjectScope, path: str) -> BoundSource:
    """What was gathered at an absolute path; missing where nothing was."""
    found = root.facts.sources.get(path)
    if found is not None:
        return found
    return BoundSource(path, SourceKind.MISSING, inside_project=below(clean(path), root.once(_border)) is not None)


def needs_host(source: BoundSource) -> bool:
    """Whether a source belongs to the machine rather than to the project."""
    if source.kind is SourceKind.SPECIAL:
        return True
    if source.inside_project:
        return False
    path = clean(source.source)
    is_system = path == "/" or any(below(path, root) is not None for root in _SYSTEM)
    return is_system or source.kind is not SourceKind.MISSING


def makes_source(mount: VolumeMount) -> bool:
    """Whether Docker makes a missing bind source: unless ``create_host_path`` is written as false."""
    bind = mount.bind
    return bind is None or bind.create_host_path or "create_host_path" not in bind.model_fields_set


def is_made(root: ProjectScope, mount: VolumeMount) -> bool:
    """Whether a bind mount shows a directory that Docker makes because it is missing."""
    source = source_at(root, mount.source or "")
    return source.kind is SourceKind.MISSING and not needs_host(source) and makes_source(mount)


def relative_source(root: ProjectScope, source: str) -> str:
    """A source's path relative to the project directory, absolute where it lies outside the project's border."""
    directory, path = root.project.working_dir, clean(source)
    if not directory or below(path, root.once(_border)) is None:
        return source
    return below(path, root.once(_directory)) or posixpath.relpath(source, directory)


def base_name(source: BoundSource) -> str:
    """The last part of a source's path."""
    return posixpath.basename(source.source.rstrip("/")) or "root"


def _border(root: ProjectScope) -> str:
    return clean(root.facts.border or root.project.working_dir or "/")


def _directory(root: ProjectScope) -> str:
    return clean(root.project.working_dir or "/")
