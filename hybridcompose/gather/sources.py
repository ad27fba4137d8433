"""What bind mounts, config files and secret files show.

A bind mount shows the inside of its directory: a link that stays inside is followed, since a ConfigMap has no links;
a link that leaves the directory points at something that a container does not see, so it is left out and reported
(which also keeps files that nobody meant to mount out of the manifests).
"""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.diagnostics import Code, Diagnostic, Severity
from hybridcompose.gather.border import is_inside
from hybridcompose.gather.context import MAX_DEPTH
from hybridcompose.gather.facts import MAX_BYTES, BoundSource, SourceFile, SourceKind
from hybridcompose.reading import read_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.spec import Project
    from hybridcompose.spec.container import ContainerSpec
    from hybridcompose.spec.mounts import VolumeMount
    from hybridcompose.spec.objects import FileObject
    from hybridcompose.spec.project import Volume

#: No more entries than this are looked at in one source, so that a mount of ``/`` does not hang.
MAX_ENTRIES = 20_000


class _Wanted(NamedTuple):
    source: str
    path: ComposePath
    anywhere: bool


def read_sources(project: Project, border: str = "") -> tuple[dict[str, BoundSource], list[Diagnostic]]:
    """Every source by its absolute path, each read once, and what could not be read.

    ``border`` is the directory outside of which bind mounts are not read.
    """
    wanted: dict[str, _Wanted] = {}
    for want in _wanted(project):
        known = wanted.get(want.source)
        if known is None or (want.anywhere and not known.anywhere):
            wanted[want.source] = want
    found: list[Diagnostic] = []
    return {source: _read(want, border, found) for source, want in sorted(wanted.items())}, found


def _wanted(project: Project) -> Iterator[_Wanted]:
    for path, index, mount in _mounts(project):
        if mount.type == "bind" and mount.source:
            yield _Wanted(mount.source, (*path, "volumes", index), anywhere=False)
        elif mount.type == "volume" and mount.source in project.volumes:
            device = bound_device(project.volumes[mount.source])
            if device is not None:
                yield _Wanted(device, ("volumes", mount.source, "driver_opts", "device"), anywhere=False)
    files: tuple[tuple[str, dict[str, FileObject]], ...] = (
        ("configs", dict(project.configs)),
        ("secrets", dict(project.secrets)),
    )
    for room, objects in files:
        for name, entry in objects.items():
            if entry.file:
                yield _Wanted(entry.file, (room, name, "file"), anywhere=True)


def _mounts(project: Project) -> Iterator[tuple[ComposePath, int, VolumeMount]]:
    """The mounts of services, their `pre_start` hooks, and jobs, each with its container's compose path."""
    elements: list[tuple[ComposePath, ContainerSpec]] = []
    for name, service in project.services.items():
        elements.append((("services", name), service))
        elements += [(("services", name, "pre_start", at), hook) for at, hook in enumerate(service.pre_start)]
    elements += [(("jobs", name), job) for name, job in project.jobs.items()]
    for path, element in elements:
        for index, mount in enumerate(element.volumes):
            yield path, index, mount


def bound_device(volume: Volume) -> str | None:
    """The host path of a volume that Docker's ``local`` driver binds (``o: bind``, ``device: PATH``)."""
    options = volume.driver_opts
    binds = {"bind", "rbind"} & set(options.get("o", "").split(","))
    device = options.get("device", "")
    return device if volume.driver in (None, "local") and binds and os.path.isabs(device) else None


def _read(want: _Wanted, border: str, found: list[Diagnostic]) -> BoundSource:
    real = os.path.realpath(want.source)
    inside = bool(border) and is_inside(real, border)
    try:
        status = os.stat(real)
    except (FileNotFoundError, NotADirectoryError):
        return BoundSource(want.source, SourceKind.MISSING, inside_project=inside)
    except OSError as error:
        found.append(_unreadable(want, want.source, error, Severity.ERROR))
        return BoundSource(want.source, SourceKind.SPECIAL, inside_project=inside)
    kind, mode = _kind(status), stat.S_IMODE(status.st_mode) & 0o777
    if kind is SourceKind.SPECIAL or not (inside or want.anywhere):
        return BoundSource(want.source, kind, mode, inside_project=inside)
    if kind is SourceKind.FILE:
        content = _content(real, want, found, Severity.ERROR) if status.st_size <= MAX_BYTES else None
        file = SourceFile("", mode, len(content) if content is not None else status.st_size, content)
        return BoundSource(want.source, kind, mode, file.size, (file,), inside_project=inside)
    walk = _Walk(want, real, found)
    walk.directory(real, "", ())
    return walk.source(mode, inside)


def _kind(status: os.stat_result) -> SourceKind:
    if stat.S_ISREG(status.st_mode):
        return SourceKind.FILE
    return SourceKind.DIRECTORY if stat.S_ISDIR(status.st_mode) else SourceKind.SPECIAL


@dataclass(slots=True)
class _Walk:
    """One directory: looked at first, read afterwards, if it is small enough to be of use."""

    want: _Wanted
    root: str
    found: list[Diagnostic]
    files: list[tuple[str, str, os.stat_result]] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    entries: int = 0

    def directory(self, real: str, relative: str, parents: tuple[tuple[int, int], ...]) -> None:
        if len(parents) >= MAX_DEPTH:
            error = OSError(errno.ELOOP, f"directories are nested more than {MAX_DEPTH} deep")
            self.found.append(_unreadable(self.want, real, error, Severity.ERROR))
            return
        try:
            status = os.stat(real)
            names = sorted(os.listdir(real))
        except OSError as error:
            self.found.append(_unreadable(self.want, real, error, Severity.WARNING))
            return
        identity = (status.st_dev, status.st_ino)
        if identity in parents:  # a link that leads back to a directory above itself
            return
        if not names and relative:
            self.empty.append(relative)
        for name in names:
            if self.entries >= MAX_ENTRIES:
                self.entries += 1
                return
            self.entries += 1
            self.entry(f"{real}/{name}", f"{relative}/{name}" if relative else name, (*parents, identity))

    def entry(self, path: str, relative: str, parents: tuple[tuple[int, int], ...]) -> None:
        real = os.path.realpath(path) if os.path.islink(path) else path
        if real != path and not (real == self.root or real.startswith(self.root + "/")):
            self.found.append(_escaping(self.want, path))
            return
        try:
            status = os.stat(real)
        except OSError as error:
            # A dangling link is dangling in the container too.
            if not os.path.islink(path):
                self.found.append(_unreadable(self.want, path, error, Severity.WARNING))
            return
        kind = _kind(status)
        if kind is SourceKind.DIRECTORY:
            self.directory(real, relative, parents)
        elif kind is SourceKind.FILE:
            self.files.append((relative, real, status))
        else:
            self.found.append(_special(self.want, path))

    def source(self, mode: int, inside: bool) -> BoundSource:
        truncated = self.entries > MAX_ENTRIES
        size = sum(status.st_size for _, _, status in self.files)
        wanted = size <= MAX_BYTES and not truncated
        files = [file for entry in sorted(self.files) if (file := self._file(*entry, wanted)) is not None]
        return BoundSource(
            self.want.source,
            SourceKind.DIRECTORY,
            mode,
            sum(file.size for file in files),
            tuple(files),
            tuple(sorted(self.empty)),
            inside,
            truncated,
        )

    def _file(self, relative: str, real: str, status: os.stat_result, wanted: bool) -> SourceFile | None:
        mode = stat.S_IMODE(status.st_mode) & 0o777
        if not wanted:
            return SourceFile(relative, mode, status.st_size)
        content = _content(real, self.want, self.found, Severity.WARNING)
        return None if content is None else SourceFile(relative, mode, len(content), content)


def _content(path: str, want: _Wanted, found: list[Diagnostic], severity: Severity) -> bytes | None:
    try:
        return read_file(path, MAX_BYTES)
    except OSError as error:
        found.append(_unreadable(want, path, error, severity))
        return None


def _unreadable(want: _Wanted, path: str, error: OSError, severity: Severity) -> Diagnostic:
    return Diagnostic(
        Code.UNREADABLE_SOURCE,
        severity,
        f"{path} cannot be read: {(error.strerror or 'unknown error').lower()}",
        want.path,
        "make it readable for the user who runs hybridcompose, or leave it out",
    )


def _escaping(want: _Wanted, path: str) -> Diagnostic:
    return Diagnostic(
        Code.CONTEXT_ESCAPE,
        Severity.WARNING,
        f"{path} is a link that leaves the mounted directory: it is left out, a container would not see its target",
        want.path,
        "mount the target, or replace the link with a copy of it",
    )


def _special(want: _Wanted, path: str) -> Diagnostic:
    return Diagnostic(
        Code.SPECIAL_FILE,
        Severity.WARNING,
        f"{path} is a socket, pipe or device: it is left out",
        want.path,
        "mount a directory without it",
    )
