"""Bind mounts: files of the project travel in ConfigMaps; what a container writes stays in its pod."""

from __future__ import annotations

import hashlib
import posixpath
from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code
from hybridcompose.gather.facts import MAX_BYTES, SourceKind
from hybridcompose.translate.bound import base_name, makes_source, needs_host, relative_source, source_at
from hybridcompose.translate.claims import claimed_as, mount_claim
from hybridcompose.translate.content import CONFIG_MAP, PREFIX, Content, content_of
from hybridcompose.translate.copied import is_in_image
from hybridcompose.translate.file_differences import BIND_ROW, report_widened
from hybridcompose.translate.host_access import mount_host, shows_time_zone
from hybridcompose.translate.identifiers import below, clean
from hybridcompose.translate.inherited import mounts_of, mounts_of_scope
from hybridcompose.translate.mounts import add_volume
from hybridcompose.translate.names import object_name
from hybridcompose.translate.options import PodSecurity
from hybridcompose.translate.payload import budget, divided, entries_of, too_large
from hybridcompose.translate.shared_volumes import request_of
from hybridcompose.translate.users import is_known_non_root, runs_as

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hybridcompose.gather.facts import BoundSource
    from hybridcompose.plan import Manifest
    from hybridcompose.translate.mounts import Mounting
    from hybridcompose.translate.payload import Entry
    from hybridcompose.translate.scope import ProjectScope, ServiceScope


def bind(at: Mounting) -> None:
    """One bind mount, by what stands at its source."""
    source = source_at(at.scope.root, at.source)
    if shows_time_zone(at):
        return
    if needs_host(source):
        mount_host(at, source)
    else:
        _note_propagation(at)
        _inside_project(at, source)


def _inside_project(at: Mounting, source: BoundSource) -> None:
    if is_in_image(at.scope, source, at.target):
        _leave_out(at)
    elif source.kind is SourceKind.MISSING:
        _missing(at)
    else:
        _project_files(at, source)


def _note_propagation(at: Mounting) -> None:
    if at.mount.bind is not None and at.mount.bind.propagation:
        message = "mounts made below the source on the host don't appear: the pod has a copy of the files"
        at.scope.report.note(Code.APPROXIMATED, (*at.path, "bind", "propagation"), message)


def _leave_out(at: Mounting) -> None:
    at.scope.report.note(
        Code.BIND_LEFT_OUT,
        at.path,
        f"left out: the Dockerfile copies {_shown(at)} to {at.target}, so the image holds these files",
    )


def _shown(at: Mounting) -> str:
    return relative_source(at.scope.root, at.source)


def _missing(at: Mounting) -> None:
    if not makes_source(at.mount):
        at.scope.report.error(
            Code.MISSING_BIND_SOURCE,
            at.path,
            f"the bind source {_shown(at)} does not exist, and nothing is to make it",
            "create it, or remove `create_host_path: false`",
        )
        return
    # Where nothing may run as root the directory stays as Kubernetes makes it.
    restricted = at.scope.options.pod_security is PodSecurity.RESTRICTED
    claimed = claimed_as(at)
    if claimed is None:
        volume = at.add_volume("bind", {"emptyDir": {}})
        if not restricted:
            at.preparation.set_mode(at.preparation.place(volume), 0o755)
    else:
        volume = mount_claim(at, claimed, at.path, request_of(at.scope.root))
        if not restricted:
            at.preparation.make("directory", f"{at.preparation.place(volume)}/{claimed.sub_path}")
    at.add_mount(volume, claimed.sub_path if claimed is not None else None)
    belonging = "to which every user may write" if restricted else "that belongs to root, as under Docker"
    message = f"{_shown(at)} does not exist: the service starts with an empty directory {belonging}"
    at.scope.report.note(Code.MISSING_BIND_SOURCE, at.path, message)


def _mount_empty(at: Mounting) -> None:
    at.add_mount(at.add_volume("bind", {"emptyDir": {}}))


def _project_files(at: Mounting, source: BoundSource) -> None:
    entries = entries_of(source, base_name(source))
    at.scope.report.approximated(BIND_ROW, at.path)
    if at.mount.read_only and is_known_non_root(at.scope):
        # The files belong to root here: what their owner could read, all can.
        widened = tuple(entry.readable_by_all() for entry in entries)
        report_widened(at.scope.report, at.path, entries, widened)
        entries = widened
    if not source.complete:
        _refuse_size(at, source)
    elif not entries and not source.directories:
        _mount_empty(at)
    elif at.mount.read_only and not (_large(at, entries) or _lacking_mount_points(at, source)):
        _show(at, source, entries)
    else:
        _copy(at, source, entries)


def _refuse_size(at: Mounting, source: BoundSource) -> None:
    largest = max(source.files, key=lambda file: file.size, default=None)
    inner = f", its largest file {largest.path} {largest.size:,}" if largest is not None and largest.path else ""
    at.scope.report.error(
        Code.BIND_TOO_LARGE,
        at.path,
        f"{_shown(at)} holds {source.size:,} bytes{inner}: manifests carry up to {MAX_BYTES:,} of a source",
        "copy the files into the image with COPY, or bind only what the service reads",
    )


def _show(at: Mounting, source: BoundSource, entries: tuple[Entry, ...]) -> None:
    """Mounts the files themselves, read-only."""
    content = _content(at, source, entries)
    if source.kind is SourceKind.FILE:
        at.add_mount(at.add_volume("bind", content.volume()), entries[0].path)
        return
    _note_empty_directories(at, source)
    at.add_mount(at.add_volume("bind", content.volume(f"{PREFIX}/")), PREFIX)


def _copy(at: Mounting, source: BoundSource, entries: tuple[Entry, ...]) -> None:
    """Copies the files into an emptyDir before the service starts: it may write there, or one is in several pieces."""
    volume = at.add_volume("bind", {"emptyDir": {}})
    owner = "" if at.mount.read_only else _owner(at.scope)
    place = at.preparation.place(volume)
    large = _large(at, entries)
    whole = [entry for entry in entries if entry not in large] if large else entries
    if whole:
        content = _content(at, source, whole)
        at.preparation.copy(_origin(at, content), place, owner)
    elif source.kind is SourceKind.DIRECTORY:
        at.preparation.set_mode(place, 0o755, owner)
    if large:
        _join(at, source, large, place, owner)
    for directory in source.directories:
        at.preparation.make("directory", posixpath.join(place, directory), owner)
    for kind, inner in _lacking_mount_points(at, source):
        at.preparation.make(kind, posixpath.join(place, inner))
    at.add_mount(volume, entries[0].path if source.kind is SourceKind.FILE else None)
    if not at.mount.read_only and not _warned_of_sharing(at):
        message = f"the service gets a copy of {_shown(at)}: what it writes stays in its pod"
        at.scope.report.note(Code.BIND_COPIED, at.path, message, "add :ro if it only reads")


def _large(at: Mounting, entries: Sequence[Entry]) -> list[Entry]:
    return too_large(entries, budget(at.scope.options))


def _join(at: Mounting, source: BoundSource, large: list[Entry], place: str, owner: str) -> None:
    """Makes the files that no object holds from pieces."""
    limit = budget(at.scope.options)
    pieces = [divided(entry, number, limit) for number, entry in enumerate(large)]
    origin = at.preparation.show(_origin(at, _content(at, source, [*chain.from_iterable(pieces)], "pieces")))
    for number, entry in enumerate(large):
        at.preparation.join(f"{origin}/{number}", posixpath.join(place, entry.path), entry.mode, owner)


def _origin(at: Mounting, content: Content) -> Manifest:
    """A mount, without its path, that shows the files of a content to an init container."""
    return {"name": add_volume(at.draft, f"source-{content.name}", content.volume(f"{PREFIX}/")), "subPath": PREFIX}


def _content(at: Mounting, source: BoundSource, entries: Sequence[Entry], *kind: str) -> Content:
    # The hash tells sources of one name apart; it is over the relative path, so that every machine gives the same.
    limit = budget(at.scope.options)
    digest = hashlib.sha256(_shown(at).encode()).hexdigest()[:8]
    content = content_of(CONFIG_MAP, object_name("bind", base_name(source)[:40], digest, *kind), entries, limit)
    at.draft.resources += content.objects(at.scope.root, at.path, f"the files of {_shown(at)}")
    return content


def _lacking_mount_points(at: Mounting, source: BoundSource) -> list[tuple[str, str]]:
    """Where the service mounts something inside this read-only mount that its files don't hold.

    Each as ``directory`` or ``file``. The runtime makes mount points, but not in a read-only volume.
    """
    if source.kind is not SourceKind.DIRECTORY or not at.mount.read_only:
        return []
    present = {file.path for file in source.files} | set(source.directories)
    present |= {parent for path in present for parent in _parents(path)}
    found = []
    for other, _ in mounts_of_scope(at.scope):
        inner = below(clean(other.target or "/"), at.target)
        if inner and inner not in present:
            is_file = other.type == "bind" and source_at(at.scope.root, other.source or "").kind is SourceKind.FILE
            found.append(("file" if is_file else "directory", inner))
    return found


def _parents(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:end]) for end in range(1, len(parts))]


def _owner(scope: ServiceScope) -> str:
    """Whom copied files belong to: the service's user where its number is known, so that it can write."""
    uid, gid = runs_as(scope)
    if not uid:
        return ""
    return f"{uid}:{gid}" if gid is not None else str(uid)


def _note_empty_directories(at: Mounting, source: BoundSource) -> None:
    if source.directories:
        at.scope.report.note(
            Code.APPROXIMATED,
            at.path,
            f"empty directories are not in the mount: {', '.join(source.directories)}",
            "put a file into them if the service needs them",
        )


def _warned_of_sharing(at: Mounting) -> bool:
    """Warns where services would see each other's writes under Docker."""
    others = _others_that_share(at)
    if others:
        at.scope.report.warning(
            Code.BIND_COPIED,
            at.path,
            f"{_shown(at)} is also bound by {', '.join(others)}: each has a copy and sees no writes of the others",
            "use a named volume for what they share",
        )
    return bool(others)


def _others_that_share(at: Mounting) -> list[str]:
    users = at.scope.root.once(bind_users).get(at.source, {})
    if not any(users.values()):
        return []
    return [name for name in users if name != at.scope.name]


def bind_users(root: ProjectScope) -> Mapping[str, Mapping[str, bool]]:
    """Which services bind each source, and whether they may write there."""
    users: dict[str, dict[str, bool]] = defaultdict(dict)
    for name in root.project.services:
        for mount, _ in mounts_of(root, name):
            if mount.type == "bind" and mount.source:
                written = users[mount.source].get(name, False)
                users[mount.source][name] = written or not mount.read_only
    return users
