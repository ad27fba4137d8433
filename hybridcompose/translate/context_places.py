"""Build contexts that the builder fetches on request: the repository of the checkout, or an archive in a store.

The archive is the one that would be sent otherwise; ``build --write-contexts`` writes it, and who runs that brings it
to the store. Its name holds the hash of what is built. Source: Kaniko's documentation, "kaniko Build Contexts".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.diagnostics import Code
from hybridcompose.gather.facts import Checkout
from hybridcompose.plan import ContextArchive
from hybridcompose.translate.kaniko_context import DIRECTORY, BuildContext, git_flags, is_commit
from hybridcompose.translate.names import object_name
from hybridcompose.translate.options import ContextMode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.gather.facts import BuildFacts
    from hybridcompose.translate.scope import ServiceScope

_SHOWN = 3


class _Store(NamedTuple):
    """What a location looks like, and an example of it."""

    pattern: re.Pattern[str]
    example: str


_STORES: Mapping[ContextMode, _Store] = {
    ContextMode.S3: _Store(re.compile(r"s3://[^/]+(/.*)?"), "s3://BUCKET/PREFIX"),
    ContextMode.GS: _Store(re.compile(r"gs://[^/]+(/.*)?"), "gs://BUCKET/PREFIX"),
    ContextMode.AZURE: _Store(
        re.compile(r"https://[^/]+\.blob\.core\.[^/]+/[^/]+(/.*)?"),
        "https://ACCOUNT.blob.core.windows.net/CONTAINER/PREFIX",
    ),
    ContextMode.HTTPS: _Store(re.compile(r"https://[^/@]+(/.*)?"), "https://HOST/PREFIX"),
    ContextMode.PVC: _Store(re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?(/.*)?"), "CLAIM/DIRECTORY"),
}


def context_elsewhere(scope: ServiceScope, facts: BuildFacts) -> BuildContext | None:
    """The context as ``--context-mode`` names it; ``None`` after an error was reported."""
    if scope.options.context_mode is ContextMode.GIT:
        return _git(scope, facts)
    return _stored(scope, facts, _STORES[scope.options.context_mode])


def _stored(scope: ServiceScope, facts: BuildFacts, store: _Store) -> BuildContext | None:
    mode, location = scope.options.context_mode, scope.options.context_location or ""
    if store.pattern.fullmatch(location) is None:
        what = "what is given is none" if location else "none is given"
        _error(scope, f"context mode {mode} needs a location, and {what}", f"give --context-location {store.example}")
        return None
    if facts.source is None:
        _error(scope, "it is not known how to make its archive", "pass the facts that gather(project) gives")
        return None
    name = f"{object_name('context', scope.name, facts.digest[:10])}.tar.gz"
    archive = ContextArchive(name, facts.streamed_size, facts.streamed_sha256, facts.source)
    if mode is ContextMode.PVC:
        claim, _, directory = location.partition("/")
        inside = "/".join(filter(None, (DIRECTORY, directory.strip("/"), name)))
        return BuildContext((f"--context=tar://{inside}",), claim=claim, archive=archive)
    flags = (f"--context={location.rstrip('/')}/{name}",)
    return BuildContext(flags, archive=archive, secret=scope.options.context_secret, key_file=mode is ContextMode.GS)


def _git(scope: ServiceScope, facts: BuildFacts) -> BuildContext | None:
    location = scope.options.context_location
    if location:
        return _named_repository(scope, facts, location)
    found = facts.checkout
    if not isinstance(found, Checkout):
        reason = f": {found}" if found else " to know of"
        remedy = "give --context-location URL#COMMIT:DIRECTORY, or another --context-mode"
        _error(scope, f"its context {facts.context} is in no Git checkout{reason}", remedy)
        return None
    _report_state(scope, found)
    directory = f":{found.directory}" if found.directory else ""
    flags = git_flags(f"{found.scheme}://{found.repository}", f"{found.commit}{directory}")
    return _fetched(scope, facts, flags, found.scheme)


def _named_repository(scope: ServiceScope, facts: BuildFacts, location: str) -> BuildContext | None:
    address, _, fragment = location.partition("#")
    scheme = address.partition("://")[0]
    if scheme not in ("https", "http") or "@" in address:
        remedy = "give https://HOST/PATH.git#COMMIT:DIRECTORY, and its credentials with --context-secret"
        _error(scope, "the location of its context is no address that Kaniko fetches a repository from", remedy)
        return None
    if not is_commit(location):
        message = "what is fetched can change while the image's tag stays"
        scope.report.note(Code.APPROXIMATED, _path(scope), message, "name a commit: URL.git#COMMIT")
    return _fetched(scope, facts, git_flags(address, fragment), scheme)


def _fetched(scope: ServiceScope, facts: BuildFacts, flags: tuple[str, ...], scheme: str) -> BuildContext:
    # Kaniko takes HTTPS unless it is told otherwise.
    method = (("GIT_PULL_METHOD", "http"),) if scheme == "http" else ()
    added = facts.source.added if facts.source is not None else None
    return BuildContext(flags, environment=method, secret=scope.options.context_secret, dockerfile=added)


def _report_state(scope: ServiceScope, found: Checkout) -> None:
    path = _path(scope)
    if found.changed:
        names = ", ".join(found.changed[:_SHOWN])
        more = len(found.changed) - _SHOWN
        scope.report.warning(
            Code.CHECKOUT_CHANGED,
            path,
            f"{names}{f' and {more} more' if more > 0 else ''}: not so in commit {found.commit[:10]}, which is built",
            "commit and push it, exclude it in .dockerignore, or leave out --context-mode git",
        )
    if not found.published:
        scope.report.warning(
            Code.CHECKOUT_CHANGED,
            path,
            f"no branch of the remote is known to hold commit {found.commit[:10]}",
            "push it before the build",
        )


def _path(scope: ServiceScope) -> ComposePath:
    return scope.path("build", "context")


def _error(scope: ServiceScope, message: str, remedy: str) -> None:
    scope.report.error(Code.INVALID_OPTION, _path(scope), message, remedy)
