"""What runs: image, pull policy, entrypoint, command, working directory, terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code
from hybridcompose.translate.escape import escape_all
from hybridcompose.translate.identifiers import clean
from hybridcompose.translate.registry.row import KeyClass, Row

if TYPE_CHECKING:
    from hybridcompose.translate.scope import Concern, PodDraft, ServiceScope

_PULL_POLICIES = {
    None: "IfNotPresent",
    "missing": "IfNotPresent",
    "if_not_present": "IfNotPresent",
    "build": "IfNotPresent",
    "always": "Always",
    "never": "Never",
}


def image(scope: ServiceScope, draft: PodDraft) -> None:
    """The image of a service that isn't built; a built one gets the reference that its Job pushes."""
    name = scope.service.image
    if not name:
        return
    if not name.islower():
        _check_case(scope, name)
    if scope.service.build is None:
        draft.container["image"] = name


def _check_case(scope: ServiceScope, name: str) -> None:
    """Reports capitals where neither Docker nor a node takes them: between the registry and the tag.

    Source: the distribution project's reference grammar, where a first part with capitals is a registry.
    """
    first, slash, _ = name.partition("/")
    is_host = "." in first or ":" in first or first == "localhost" or first != first.lower()
    start = len(first) + 1 if slash and is_host else 0
    written = name[start:].partition("@")[0].partition(":")[0]
    if written == written.lower():
        return
    is_official = not slash or (first == "docker.io" and "/" not in written)
    repository = f"library/{written}" if is_official else written
    message = f"invalid reference format: repository name ({repository}) must be lowercase"
    remedy = f"write {name[:start]}{written.lower()}{name[start + len(written) :]}"
    scope.report.error(Code.INVALID_VALUE, scope.path("image"), message, remedy)


def pull_policy(scope: ServiceScope, draft: PodDraft) -> None:
    """``imagePullPolicy``, always written out: the API's own default depends on the tag."""
    policy = scope.service.pull_policy
    if scope.service.build is not None:
        # The tag is the hash of what was built: what a node has under it is what the registry has.
        draft.container["imagePullPolicy"] = "IfNotPresent"
    elif policy in _PULL_POLICIES:
        draft.container["imagePullPolicy"] = _PULL_POLICIES[policy]
    else:
        draft.container["imagePullPolicy"] = "Always"
        scope.report.approximated(PULL_POLICY, scope.path("pull_policy"))


def command(scope: ServiceScope, draft: PodDraft) -> None:
    """``entrypoint`` and ``command``: an entrypoint drops the image's CMD, an empty command keeps it."""
    entrypoint, arguments = scope.service.entrypoint, scope.service.command
    if entrypoint is not None and not entrypoint:
        entrypoint, arguments = arguments or _image_command(scope), None
    if entrypoint:
        draft.container["command"] = escape_all(entrypoint)
    if arguments:
        draft.container["args"] = escape_all(arguments)


def _image_command(scope: ServiceScope) -> tuple[str, ...] | None:
    if not scope.image.command:
        scope.report.error(
            Code.UNKNOWN_ENTRYPOINT,
            scope.path("entrypoint"),
            "an empty entrypoint runs the image's CMD alone, and that CMD is not known here",
            "write `command:` with what the image's CMD says",
        )
    return scope.image.command


def working_dir(scope: ServiceScope, draft: PodDraft) -> None:
    """``workingDir``; the runtime creates a missing one, owned by root, as Docker does."""
    path = scope.service.working_dir
    if not path:
        return
    if path.startswith("/"):
        draft.container["workingDir"] = clean(path)
        return
    scope.report.error(
        Code.INVALID_VALUE,
        scope.path("working_dir"),
        f"the working directory {path!r} is not an absolute path",
        f"write /{path.removeprefix('./')} instead",
    )


def terminal(scope: ServiceScope, draft: PodDraft) -> None:
    """``tty`` and an open standard input."""
    if scope.service.tty:
        draft.container["tty"] = True
    if scope.service.stdin_open:
        draft.container["stdin"] = True


PULL_POLICY = Row(
    "services.*.pull_policy",
    KeyClass.APPROXIMATED,
    "spec.containers[].imagePullPolicy",
    pull_policy,
    "An age limit on the local image (refresh, daily, weekly, every_*) becomes Always: Kubernetes doesn't keep the "
    "time of a pull. The other policies hold as they are.",
)

CONCERNS: tuple[Concern, ...] = (image, pull_policy, command, working_dir, terminal)

ROWS: tuple[Row, ...] = (
    Row("services.*.image", KeyClass.TRANSLATED, "spec.containers[].image", image),
    PULL_POLICY,
    Row("services.*.entrypoint", KeyClass.TRANSLATED, "spec.containers[].command", command),
    Row("services.*.command", KeyClass.TRANSLATED, "spec.containers[].args", command),
    Row("services.*.working_dir", KeyClass.TRANSLATED, "spec.containers[].workingDir", working_dir),
    Row("services.*.tty", KeyClass.TRANSLATED, "spec.containers[].tty", terminal),
    Row("services.*.stdin_open", KeyClass.TRANSLATED, "spec.containers[].stdin", terminal),
)
