"""How the build context reaches the Job: inside the manifests, streamed, or fetched by the builder."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.diagnostics import Code
from hybridcompose.translate.labels import object_labels
from hybridcompose.translate.names import object_name
from hybridcompose.translate.options import ContextMode

if TYPE_CHECKING:
    from hybridcompose.gather.facts import BuildFacts
    from hybridcompose.plan import ContextArchive, Manifest, StreamedContext
    from hybridcompose.translate.scope import ServiceScope

ARCHIVE = "context.tar.gz"
DIRECTORY = "/kaniko-context"
#: ``kubectl apply`` keeps a copy of the object in an annotation; all annotations together hold this many bytes.
ANNOTATIONS_LIMIT = 262_144
#: A ConfigMap's data, as the API server counts it when nothing is copied into an annotation.
DATA_LIMIT = 1_048_576
#: What else the copy holds: the annotation's key, the namespace, braces.
_RESERVE = 1_024

_COMMIT = re.compile(r"[0-9a-f]{40}")
_WEB = re.compile(r"https?://")
_TARBALLS = (".tar.gz", ".tgz")


class BuildContext(NamedTuple):
    """``flags`` tell Kaniko where the context is.

    ``config_map`` holds it where the manifests do, ``stream`` says what to send where they do not. Else it is fetched:
    ``archive`` is what must lie there, in the volume of ``claim`` where one is named. ``secret`` holds variables with
    credentials (``key_file``: a key of Google's), ``environment`` further ones. ``dockerfile`` is the text of one that
    what is fetched does not hold.
    """

    flags: tuple[str, ...]
    config_map: Manifest | None = None
    stream: StreamedContext | None = None
    archive: ContextArchive | None = None
    claim: str | None = None
    secret: str | None = None
    key_file: bool = False
    environment: tuple[tuple[str, str], ...] = ()
    dockerfile: str | None = None


#: Modes in which the context comes from who runs the command.
_SENT = (ContextMode.AUTO, ContextMode.CONFIGMAP, ContextMode.STREAM)
_FLAGS = (f"--context=tar://{DIRECTORY}/{ARCHIVE}",)


def context_of(scope: ServiceScope, facts: BuildFacts) -> BuildContext | None:
    """The context of a service's build; ``None`` after an error was reported."""
    if facts.remote:
        return _remote(scope, facts)
    mode = scope.options.context_mode
    if mode not in _SENT:
        from hybridcompose.translate.context_places import context_elsewhere

        return context_elsewhere(scope, facts)
    manifest = None if mode is ContextMode.STREAM else _config_map(scope, facts)
    if manifest is not None:
        return BuildContext(_FLAGS, manifest)
    stream = None if mode is ContextMode.CONFIGMAP else _stream(scope, facts)
    if stream is not None:
        return BuildContext(_FLAGS, stream=stream)
    if mode is ContextMode.STREAM:
        _report_no_stream(scope)
    else:
        _report_size(scope, facts)
    return None


def _stream(scope: ServiceScope, facts: BuildFacts) -> StreamedContext | None:
    """What to send; ``None`` where nobody would."""
    if not scope.options.streaming:
        return None
    from hybridcompose.translate.kaniko_stream import streamed

    return streamed(facts)


def _report_no_stream(scope: ServiceScope) -> None:
    scope.report.error(
        Code.INVALID_OPTION,
        scope.path("build", "context"),
        "rendered manifests wait for no streamed context: whoever applies them does not send it",
        "run up or build, or leave out --context-mode stream",
    )


def _config_map(scope: ServiceScope, facts: BuildFacts) -> Manifest | None:
    """The archive as a ConfigMap; ``None`` where it is too long for one."""
    if facts.archive is None or facts.archive_size > DATA_LIMIT - len(ARCHIVE):
        return None
    manifest: Manifest = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": object_name("context", scope.name, facts.digest[:10]),
            "labels": object_labels(scope.root, scope.name),
        },
        "binaryData": {ARCHIVE: b64encode(facts.archive).decode()},
    }
    copied = len(json.dumps(manifest, separators=(",", ":"))) + _RESERVE
    return manifest if scope.options.server_side_apply or copied <= ANNOTATIONS_LIMIT else None


def _report_size(scope: ServiceScope, facts: BuildFacts) -> None:
    server_side = scope.options.server_side_apply
    limit = DATA_LIMIT if server_side else (ANNOTATIONS_LIMIT - _RESERVE) * 3 // 4
    remedies = []
    if facts.largest:
        biggest = ", ".join(f"{name} ({_amount(size)})" for name, size in facts.largest)
        remedies.append(f"exclude what the build does not need in .dockerignore; the biggest are {biggest}")
    if not server_side and facts.archive_size <= DATA_LIMIT - len(ARCHIVE):
        remedies.append("give --server-side-apply and apply with kubectl apply --server-side")
    if scope.options.context_mode is ContextMode.CONFIGMAP:
        remedies.append("leave out --context-mode configmap: up and build then stream it")
    elif not scope.options.streaming:
        remedies.append("run up or build, which stream it into the waiting Job")
    scope.report.error(
        Code.CONTEXT_TOO_LARGE,
        scope.path("build", "context"),
        f"the build context is {_amount(facts.archive_size)} compressed, and a manifest holds {_amount(limit)} of it",
        "; or ".join(remedies) or "make the context smaller",
    )


def _amount(size: int) -> str:
    for unit, factor in (("MiB", 1 << 20), ("KiB", 1 << 10)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}"
    return f"{size} bytes"


def _remote(scope: ServiceScope, facts: BuildFacts) -> BuildContext | None:
    """A context that Kaniko fetches: a Git repository over HTTPS, or a tarball."""
    address, _, fragment = facts.context.partition("#")
    flags = git_flags(address, fragment) if _is_git(address) else _tarball_flags(address)
    if scope.service.build is not None and scope.service.build.dockerfile_inline:
        _refuse(scope, "dockerfile_inline", "Kaniko takes no inline Dockerfile beside a remote context")
    elif address.startswith(("ssh://", "git@")):
        _refuse(scope, "context", "Kaniko fetches no repository over SSH")
    elif not flags:
        _refuse(scope, "context", f"Kaniko cannot fetch {address} as a build context")
    else:
        if not is_commit(facts.context):
            message = "what is fetched can change while the image's tag stays: the tag covers the address alone"
            remedy = "name a commit: URL.git#COMMIT"
            scope.report.note(Code.APPROXIMATED, scope.path("build", "context"), message, remedy)
        return BuildContext(flags)
    return None


def is_commit(address: str) -> bool:
    """Whether a remote context says by itself what is in it."""
    fragment = address.partition("#")[2]
    return _COMMIT.fullmatch(fragment.partition(":")[0]) is not None


def _is_git(address: str) -> bool:
    return address.startswith(("git://", "github.com/")) or bool(_WEB.match(address) and address.endswith(".git"))


def git_flags(address: str, fragment: str) -> tuple[str, ...]:
    """Kaniko always clones over HTTPS; a short name is a branch or a tag, submodules come along as in Docker."""
    reference, _, directory = fragment.partition(":")
    place = re.sub(r"^[a-z]+://", "", address)
    full = reference.startswith("refs/") or _COMMIT.fullmatch(reference) is not None
    flags = [f"--context=git://{place}{f'#{reference}' if full else ''}", "--git=recurse-submodules=true"]
    if reference and not full:
        flags.append(f"--git=branch={reference}")
    if directory:
        flags.append(f"--context-sub-path={directory.strip('/')}")
    return tuple(flags)


def _tarball_flags(address: str) -> tuple[str, ...]:
    return (f"--context={address}",) if address.startswith("https://") and address.endswith(_TARBALLS) else ()


def _refuse(scope: ServiceScope, key: str, message: str) -> None:
    scope.report.error(
        Code.NO_EQUIVALENT,
        scope.path("build", key),
        message,
        "write a Git repository as https://HOST/PATH.git#REF:DIRECTORY, or check it out and name the directory",
    )
