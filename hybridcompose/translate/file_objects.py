"""What a top-level config or secret holds, by where it comes from."""

from __future__ import annotations

import posixpath
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.diagnostics import Code
from hybridcompose.gather.facts import SourceKind
from hybridcompose.translate.bound import relative_source, source_at
from hybridcompose.translate.options import Secrets
from hybridcompose.translate.payload import Entry, entries_of

if TYPE_CHECKING:
    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.spec.objects import FileObject
    from hybridcompose.translate.scope import ServiceScope

#: The mode of what doesn't come from a file, in Docker.
DEFAULT_MODE = 0o444


class Origin(StrEnum):
    FILE = "file"
    DIRECTORY = "directory"
    VALUE = "value"
    EXTERNAL = "external"


class Held(NamedTuple):
    """The files of a config or secret, and for each key how ``kubectl create`` gets it."""

    origin: Origin
    entries: tuple[Entry, ...]
    literals: tuple[str, ...] = ()


def held(scope: ServiceScope, key: str, top: FileObject, path: ComposePath) -> Held | None:
    """What the object holds, ``None`` (and an error) where that can't be had. ``path`` is the object's own."""
    if top.external:
        return Held(Origin.EXTERNAL, (Entry(key, key, DEFAULT_MODE, b""),))
    value = top.content
    if value is None and top.environment:
        value = scope.project.environment.get(top.environment)
    if value is None and top.file and not top.environment:
        return _from_file(scope, key, top.file, path)
    if value is None and not (top.environment and _is_made_elsewhere(scope, path)):
        _report_unset(scope, top, path)
        return None
    literal = f'{key}="${top.environment}"' if top.environment else f"{key}=..."
    return Held(Origin.VALUE, (Entry(key, key, DEFAULT_MODE, (value or "").encode()),), (f"--from-literal={literal}",))


def _from_file(scope: ServiceScope, key: str, file: str, path: ComposePath) -> Held | None:
    source = source_at(scope.root, file)
    shown = relative_source(scope.root, file)
    if source.kind is SourceKind.MISSING and _is_made_elsewhere(scope, path):
        return Held(Origin.FILE, (Entry(key, key, DEFAULT_MODE, b""),), (_from(key, shown),))
    if source.kind in (SourceKind.MISSING, SourceKind.SPECIAL):
        problem = "does not exist" if source.kind is SourceKind.MISSING else "is neither a file nor a directory"
        scope.report.error(Code.MISSING_BIND_SOURCE, (*path, "file"), f"{shown} {problem}", "create the file")
        return None
    if not source.complete:
        message = f"{shown} holds {source.size:,} bytes: an object of the API server can't hold that"
        scope.report.error(Code.OBJECT_TOO_LARGE, (*path, "file"), message, "copy it into the image")
        return None
    if source.kind is SourceKind.DIRECTORY:
        entries = entries_of(source, key)
        literals = tuple(_from(entry.key, posixpath.join(shown, entry.path)) for entry in entries)
        return Held(Origin.DIRECTORY, entries, literals)
    entry = Entry(key, key, source.files[0].mode & 0o777, source.files[0].content or b"")
    return Held(Origin.FILE, (entry,), (_from(key, shown),))


def _is_made_elsewhere(scope: ServiceScope, path: ComposePath) -> bool:
    """Whether the object is a Secret that the manifests only name: then its value need not be known here."""
    return path[0] == "secrets" and scope.options.secrets is Secrets.EXTERNAL


def _from(key: str, file: str) -> str:
    import shlex

    return f"--from-file={key}={shlex.quote(file)}"


def _report_unset(scope: ServiceScope, top: FileObject, path: ComposePath) -> None:
    word = str(path[0]).removesuffix("s")
    if top.environment:
        scope.report.error(
            Code.UNSET_SOURCE,
            (*path, "environment"),
            f"the environment variable {top.environment!r}, which the {word} {path[1]!r} is made of, is not set",
            f"set {top.environment} in the environment or in .env",
        )
    else:
        scope.report.error(Code.UNSET_SOURCE, path, f"nothing says what the {word} {path[1]!r} holds", "write `file:`")
