"""Configs and secrets: one ConfigMap or Secret each, mounted file by file.

A secret's value is in no finding. Unless asked, it is in no manifest either: the pod then names a Secret that must
exist, and a note says which command makes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.diagnostics import Code
from hybridcompose.spec.mounts import FileMount
from hybridcompose.translate.content import CONFIG_MAP, PREFIX, SECRET, Content, ObjectKind, content_of
from hybridcompose.translate.file_differences import FILE_ROWS, VALUE_ROWS, is_hidden, report_widened
from hybridcompose.translate.file_objects import Held, Origin, held
from hybridcompose.translate.identifiers import unique_labels
from hybridcompose.translate.mounts import add_mount, add_volume
from hybridcompose.translate.names import label_name
from hybridcompose.translate.options import Secrets
from hybridcompose.translate.payload import Entry, budget, too_large
from hybridcompose.translate.registry.row import KeyClass, Row
from hybridcompose.translate.users import is_known_non_root, runs_as
from hybridcompose.translate.volume_init import Preparation, add_init_containers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.plan import KubeName, Manifest, Resource
    from hybridcompose.spec.objects import FileObject
    from hybridcompose.translate.scope import Concern, PodDraft, ProjectScope, ServiceScope


class _Kind(NamedTuple):
    """Configs or secrets: the key in the compose file, where relative targets stand, what they become."""

    key: str
    word: str
    directory: str
    object_kind: ObjectKind


CONFIGS = _Kind("configs", "config", "/", CONFIG_MAP)
SECRETS = _Kind("secrets", "secret", "/run/secrets/", SECRET)


class _Grant(NamedTuple):
    """One entry of a service's ``configs`` or ``secrets`` on its way into the pod."""

    scope: ServiceScope
    draft: PodDraft
    kind: _Kind
    mount: FileMount
    path: ComposePath

    @property
    def key(self) -> str:
        return self.mount.source or ""

    @property
    def object_path(self) -> ComposePath:
        return (self.kind.key, self.key)

    @property
    def target(self) -> str:
        target = self.mount.target or self.key
        return target if target.startswith("/") else f"{self.kind.directory}{target}"

    @property
    def is_rendered(self) -> bool:
        return self.kind is CONFIGS or self.scope.options.secrets is Secrets.INLINE


class _Made(NamedTuple):
    """What the same files become in every service that has them. ``volumes`` are the volume sources by prefix."""

    content: Content
    objects: list[Resource]
    volumes: dict[str, Manifest]

    def volume(self, prefix: str = "") -> Manifest:
        if prefix not in self.volumes:
            self.volumes[prefix] = self.content.volume(prefix)
        return self.volumes[prefix]


class _Known(NamedTuple):
    """What is worked out for the first service that asks: what fits, by kind and key, and what is made of it."""

    held: dict[tuple[str, str], Held]
    made: dict[tuple[str, str, tuple[Entry, ...]], _Made]


def _known(_root: ProjectScope) -> _Known:
    return _Known({}, {})


def configs(scope: ServiceScope, draft: PodDraft) -> None:
    """The service's configs as files of ConfigMaps."""
    for index, mount in enumerate(scope.service.configs):
        _grant(_Grant(scope, draft, CONFIGS, mount, scope.path("configs", index)))


def secrets(scope: ServiceScope, draft: PodDraft) -> None:
    """The service's secrets as files of Secrets."""
    for index, mount in enumerate(scope.service.secrets):
        _grant(_Grant(scope, draft, SECRETS, mount, scope.path("secrets", index)))


def _grant(grant: _Grant) -> None:
    top = getattr(grant.scope.project, grant.kind.key).get(grant.key)
    if top is None:
        _report_undefined(grant)
        return
    found = _held(grant, top)
    if found is None:
        return
    if found.origin is Origin.VALUE and not found.entries[0].content and grant.is_rendered:
        does = "like docker compose, this makes no file of it"
        if not top.environment:
            does = "this makes no file of it, where docker compose takes the project's directory"
        message = f"the {grant.kind.word} {grant.key!r} is empty: {does}"
        grant.scope.report.warning(Code.APPROXIMATED, grant.path, message, "give it a value, or leave it out")
        return
    if found.origin is Origin.VALUE and is_hidden(grant.scope, grant.target):
        message = f"a tmpfs above it hides {grant.target}, as under docker compose: the {grant.kind.word} is not there"
        grant.scope.report.warning(Code.APPROXIMATED, grant.path, message, "use `file:`, or another target")
        return
    _report_differences(grant, found)
    if not found.entries:
        _mount(grant, {"emptyDir": {}}, None)
        return
    made = _made(grant, top, found)
    _provide(grant, found, made)
    if _has_owner(grant, found):
        _mount_owned(grant, found, made)
    elif found.origin is Origin.DIRECTORY:
        _mount(grant, made.volume(f"{PREFIX}/"), PREFIX)
    else:
        # By subPath, so that several files in one directory don't hide each other.
        _mount(grant, made.volume(), found.entries[0].path)


def secret_content(scope: ServiceScope, draft: PodDraft, key: str, path: ComposePath) -> Content | None:
    """A secret's file for another use than a service's mount; ``None`` after an error. ``path`` is what asks for it."""
    grant = _Grant(scope, draft, SECRETS, FileMount(source=key), path)
    top = scope.project.secrets.get(key)
    if top is None:
        _report_undefined(grant)
        return None
    found = _held(grant, top)
    if found is None or not found.entries:
        return None
    made = _made(grant, top, found)
    _provide(grant, found, made)
    return made.content


def _report_undefined(grant: _Grant) -> None:
    message = f"no {grant.kind.word} {grant.key!r} stands at the top level"
    grant.scope.report.error(Code.UNDEFINED_REFERENCE, grant.path, message, f"define it under `{grant.kind.key}`")


def _held(grant: _Grant, top: FileObject) -> Held | None:
    """What the object holds; ``None`` after an error, which every service that asks gets to hear."""
    known, place = grant.scope.root.once(_known).held, (grant.kind.key, grant.key)
    if place in known:
        return known[place]
    found = held(grant.scope, grant.key, top, grant.object_path)
    if found is None or not _fits(grant, found):
        return None
    known[place] = found
    return found


def _fits(grant: _Grant, found: Held) -> bool:
    large = too_large(found.entries, budget(grant.scope.options)) if grant.is_rendered else []
    for entry in large:
        grant.scope.report.error(
            Code.OBJECT_TOO_LARGE,
            grant.object_path,
            f"the {grant.kind.word} {grant.key!r} has {len(entry.content):,} bytes: no rendered object holds that",
            "copy the file into the image",
        )
    return not large


def _made(grant: _Grant, top: FileObject, found: Held) -> _Made:
    entries = tuple(_with_modes(grant, found))
    root = grant.scope.root
    known, place = root.once(_known).made, (grant.kind.key, grant.key, entries)
    if place not in known:
        name = _object_name(root, grant.kind, grant.key, top)
        if grant.is_rendered:
            content = content_of(grant.kind.object_kind, name, entries, budget(root.options))
            objects = content.objects(root, grant.object_path, f"the {grant.kind.word} {grant.key!r}")
        else:
            content, objects = Content(grant.kind.object_kind, name, (entries,)), []
        known[place] = _Made(content, objects, {})
    return known[place]


def _with_modes(grant: _Grant, found: Held) -> list[Entry]:
    """The entries with the modes that they have in the container.

    A file that comes from the host has root as its owner here, not the host's user: what its owner could read, a
    service that runs as another user can. A value's file is root's in Docker too.
    """
    given = grant.mount.mode if found.origin in _HONOURING else None
    entries = [entry if given is None else entry._replace(mode=given & 0o777) for entry in found.entries]
    is_other_user = is_known_non_root(grant.scope) or bool(grant.mount.uid or grant.mount.gid)
    if _has_owner(grant, found) or found.origin is Origin.VALUE or not is_other_user:
        return entries
    widened = [entry if entry.mode & 0o004 else entry.readable_by_all() for entry in entries]
    if found.origin in _FILES:
        report_widened(grant.scope.report, grant.path, entries, widened)
    return widened


#: What is mounted as it is on the machine, in Docker.
_FILES = (Origin.FILE, Origin.DIRECTORY)
#: Docker honours uid, gid and mode for what it copies into a container; a file of the host is mounted as it is.
_HONOURING = (Origin.VALUE, Origin.EXTERNAL)


def _has_owner(grant: _Grant, found: Held) -> bool:
    return found.origin in _HONOURING and bool(grant.mount.uid or grant.mount.gid)


def _mount_owned(grant: _Grant, found: Held, made: _Made) -> None:
    """A copy of the file that belongs to the user and group given: files of a ConfigMap or Secret are root's."""
    stem = f"{grant.kind.word}-{grant.key}"
    copied: Manifest = {"medium": "Memory"} if grant.kind is SECRETS else {}
    volume = add_volume(grant.draft, f"{stem}-owned", {"emptyDir": copied})
    origin = add_volume(grant.draft, stem, made.volume(f"{PREFIX}/"))
    preparation = Preparation()
    owner = _owner(grant)
    preparation.copy({"name": origin, "subPath": PREFIX}, preparation.place(volume), owner)
    add_init_containers(grant.scope, grant.draft, preparation)
    mount = {"name": volume, "mountPath": grant.target, "subPath": found.entries[0].path}
    add_mount(grant.scope, grant.draft, mount, grant.path)


def _owner(grant: _Grant) -> str:
    """The user and group given, or the container's user where it has one: Docker then heeds no other."""
    given = f"{grant.mount.uid or 0}:{grant.mount.gid or 0}"
    uid, gid = runs_as(grant.scope) if grant.scope.service.user or grant.scope.image.user else (None, None)
    if uid is None:
        return given
    owner = f"{uid}:{(grant.mount.gid or 0) if gid is None else gid}"
    if owner != given:
        message = f"the file belongs to the service's user ({owner}), not to {given}: as in Docker, where there is one"
        key = "uid" if grant.mount.uid else "gid"
        grant.scope.report.note(Code.APPROXIMATED, (*grant.path, key), message, "write the service's user and group")
    return owner


def _report_differences(grant: _Grant, found: Held) -> None:
    report = grant.scope.report
    for field in ("uid", "gid", "mode") if found.origin in _FILES else ():
        if getattr(grant.mount, field) is not None:
            message = f"{field} is ignored for a source that is a file, as in Docker: the file's own mode holds"
            report.warning(Code.APPROXIMATED, (*grant.path, field), message, "set it on the file itself")
    if found.origin is Origin.VALUE and grant.scope.service.read_only:
        message = "docker compose refuses this source in a service that is read_only; here it is mounted"
        report.note(Code.APPROXIMATED, grant.path, message, "use `file:` where Docker runs the service too")
    if found.origin in _FILES:
        report.approximated(FILE_ROWS[grant.kind.key], (*grant.object_path, "file"))
    if found.origin is Origin.VALUE and not _has_owner(grant, found) and not is_known_non_root(grant.scope):
        key = "environment" if getattr(grant.scope.project, grant.kind.key)[grant.key].environment else "content"
        report.approximated(VALUE_ROWS[grant.kind.key, key], (*grant.object_path, key))


def _provide(grant: _Grant, found: Held, made: _Made) -> None:
    """Makes the object, or says that it must exist."""
    report, cause, content = grant.scope.report, grant.object_path, made.content
    if found.origin is Origin.EXTERNAL:
        message = f"the {content.kind.kind} {content.name!r} must exist in the namespace, with the key {grant.key!r}"
        report.warning(Code.APPROXIMATED, cause, message)
    elif grant.is_rendered:
        grant.draft.resources += made.objects
    else:
        command = _create_command(grant.scope, content.name, found)
        message = f"the Secret {content.name!r} must exist in the namespace: {command}"
        report.note(Code.SECRET_NOT_INLINED, cause, message, "choose --secrets inline to have it in the manifests")


def _create_command(scope: ServiceScope, name: str, found: Held) -> str:
    namespace = f" -n {scope.options.namespace}" if scope.options.namespace else ""
    return f"kubectl create secret generic {name}{namespace} {' '.join(found.literals)}"


def _mount(grant: _Grant, source: Manifest, sub_path: str | None) -> None:
    volume = add_volume(grant.draft, f"{grant.kind.word}-{grant.key}", source)
    mount: Manifest = {"name": volume, "mountPath": grant.target, "readOnly": True}
    if sub_path is not None:
        mount["subPath"] = sub_path
    add_mount(grant.scope, grant.draft, mount, grant.path)


def _object_name(root: ProjectScope, kind: _Kind, key: str, top: FileObject) -> KubeName:
    name = top.name or key
    if top.external:
        return label_name(name, limit=253)
    return root.once(_config_names if kind is CONFIGS else _secret_names)[name]


def _config_names(root: ProjectScope) -> Mapping[str, KubeName]:
    return _names("config", root.project.configs)


def _secret_names(root: ProjectScope) -> Mapping[str, KubeName]:
    return _names("secret", root.project.secrets)


def _names(word: str, objects: Mapping[str, FileObject]) -> Mapping[str, KubeName]:
    """Object names by compose name, which holds the project's: projects share a namespace without clashes."""
    names = {top.name or key for key, top in objects.items()}
    labels = unique_labels(f"{word}-{name}" for name in names)
    return {name: labels[f"{word}-{name}"] for name in names}


CONCERNS: tuple[Concern, ...] = (configs, secrets)

_OWNER_NOTE = "An init container copies the file for its owner. Ignored for `file:` sources, as in Docker."
_OWNED = "spec.volumes[].emptyDir, initContainers[prepare-volumes]"
_MOUNT = "spec.containers[].volumeMounts[]"


def _service_rows(kind: _Kind) -> tuple[Row, ...]:
    function, prefix = (configs, "services.*.configs") if kind is CONFIGS else (secrets, "services.*.secrets")
    return (
        Row(prefix, KeyClass.TRANSLATED, f"spec.volumes[], {_MOUNT}", function),
        Row(f"{prefix}[].source", KeyClass.TRANSLATED, "spec.volumes[]", function),
        Row(f"{prefix}[].target", KeyClass.TRANSLATED, f"{_MOUNT}.mountPath", function),
        Row(f"{prefix}[].uid", KeyClass.TRANSLATED, _OWNED, function, _OWNER_NOTE),
        Row(f"{prefix}[].gid", KeyClass.TRANSLATED, _OWNED, function, _OWNER_NOTE),
        Row(f"{prefix}[].mode", KeyClass.TRANSLATED, "spec.volumes[].*.defaultMode", function),
    )


def _top_rows(kind: _Kind) -> tuple[Row, ...]:
    function = configs if kind is CONFIGS else secrets
    made, exists = (
        kind.object_kind.kind,
        f"A {kind.object_kind.kind} of that name, with the key {kind.word}, must exist.",
    )
    labels = "Labels for people and tools of Docker; nothing in a container sees them."
    return (
        Row(kind.key, KeyClass.TRANSLATED, made, function),
        Row(f"{kind.key}.*", KeyClass.TRANSLATED, made, function),
        FILE_ROWS[kind.key]._replace(function=function),
        VALUE_ROWS[kind.key, "environment"]._replace(function=function),
        Row(f"{kind.key}.*.name", KeyClass.TRANSLATED, f"{made} metadata.name", function),
        Row(f"{kind.key}.*.external", KeyClass.TRANSLATED, f"{made} that exists", function, exists),
        Row(f"{kind.key}.*.external.name", KeyClass.NO_EFFECT, note=f"Read while loading: the {kind.word}'s name."),
        Row(f"{kind.key}.*.labels", KeyClass.NO_EFFECT, note=labels),
        Row(f"{kind.key}.*.labels.*", KeyClass.NO_EFFECT, note=labels),
        Row(
            f"{kind.key}.*.template_driver",
            KeyClass.DIAGNOSED,
            note="Swarm's templates are not filled in; docker compose doesn't do it either.",
            remedy="write the finished text",
        ),
    )


def _driver_row(path: str) -> Row:
    return Row(
        f"secrets.*.{path}",
        KeyClass.DIAGNOSED,
        note="Swarm's secret drivers don't exist in Kubernetes.",
        remedy="make the Secret with the store's own operator and name it with `external: true`",
    )


_SERVICE_ROWS = (*_service_rows(CONFIGS), *_service_rows(SECRETS))

ROWS: tuple[Row, ...] = (
    *_SERVICE_ROWS,
    *_top_rows(CONFIGS),
    VALUE_ROWS["configs", "content"]._replace(function=configs),
    *_top_rows(SECRETS),
    _driver_row("driver"),
    _driver_row("driver_opts"),
    _driver_row("driver_opts.*"),
)
