"""What the stages of one load share: the files read, the findings, and whether positions are recorded."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import NoReturn

from hybridcompose.diagnostics import Code, ComposePath, Diagnostic, LoadError, Location, Severity
from hybridcompose.load.marks import find

#: As in the reference: more nodes than this in one document are taken for an attack.
MAX_NODES = 100_000
#: Shorter values of variables are parts of ordinary words.
_TELLING = 4


@dataclass(slots=True)
class Context:
    """One run of the pipeline.

    ``files`` caches what was read, so that a second run, made only to find positions, sees the same bytes.
    ``focus`` is the tree that compose paths of findings refer to at the moment.
    """

    home: str | None
    trace: bool = False
    max_nodes: int = MAX_NODES
    #: Variables are not replaced: a short form that cannot be read is left as it is written.
    lenient: bool = False
    files: dict[str, bytes] = field(default_factory=dict)
    warnings: list[Diagnostic] = field(default_factory=list)
    focus: object = None
    #: Values of variables that stand in the tree, each with the variable's name.
    substituted: dict[str, str] = field(default_factory=dict)
    #: The compose files among ``files``.
    sources: set[str] = field(default_factory=set)

    def read(self, path: str, shown: ComposePath = ()) -> bytes:
        """The bytes of a file. A missing or unreadable one is a located error."""
        if path not in self.files:
            try:
                with open(path, "rb") as file:
                    self.files[path] = file.read()
            except OSError as error:
                self.fail(*unreadable(path, error), path=shown)
        return self.files[path]

    def discreet(self, finding: Diagnostic) -> Diagnostic:
        """The finding with variables in the place of their values, unless a compose file itself says the value."""
        for value, name in self.substituted.items():
            said = value in finding.message or value in (finding.remedy or "")
            if said and len(value) >= _TELLING and not any(value.encode() in self.files[file] for file in self.sources):
                message = finding.message.replace(value, f"${{{name}}}")
                remedy = finding.remedy and finding.remedy.replace(value, f"${{{name}}}")
                finding = finding._replace(message=message, remedy=remedy)
        return finding

    def warn(self, code: Code, message: str, *, path: ComposePath = (), remedy: str | None = None) -> None:
        finding = Diagnostic(code, Severity.WARNING, message, path, remedy, self.location(path))
        if finding not in self.warnings:
            self.warnings.append(finding)

    def fail(self, code: Code, message: str, remedy: str | None = None, *, path: ComposePath = ()) -> NoReturn:
        raise LoadError([self.finding(code, message, remedy, path=path)])

    def finding(self, code: Code, message: str, remedy: str | None = None, *, path: ComposePath = ()) -> Diagnostic:
        """An error at a compose path of the tree in focus."""
        return Diagnostic(code, Severity.ERROR, message, path, remedy, self.location(path))

    def location(self, path: ComposePath, *, key: bool = False) -> Location | None:
        """Where ``path`` is written, in a run that records positions."""
        return locate(self.focus, path, key=key) if self.trace and path else None

    def local(self, file: str, path: ComposePath = ()) -> str:
        """``file`` with ``~`` expanded. Compose files in registries and Git repositories are not read: an error."""
        if "://" in file or file.startswith("git@"):
            self.fail(
                Code.UNSUPPORTED_RESOURCE,
                f"{file} is no local file: compose files in registries and repositories are not read",
                "fetch it beforehand and name the local copy",
                path=path,
            )
        return self.expand_user(file)

    def expand_user(self, path: str) -> str:
        """A leading ``~`` as the user's home directory."""
        if not path.startswith("~") or self.home is None:
            return path
        return os.path.normpath(self.home + "/" + path[1:])


def locate(tree: object, path: ComposePath, *, key: bool = False) -> Location | None:
    """The position of a compose path in a tree whose values carry marks."""
    return find(tree, path, key=key)


def unreadable(path: str, error: OSError) -> tuple[Code, str, str]:
    """Why a file cannot be read, and what to do."""
    if isinstance(error, FileNotFoundError):
        return Code.NO_COMPOSE_FILE, f"no such file: {path}", "check the path; it is relative to the current directory"
    if isinstance(error, IsADirectoryError):
        return Code.UNREADABLE_FILE, f"{path} is a directory", "name the compose file in it"
    if isinstance(error, PermissionError):
        return Code.UNREADABLE_FILE, f"no permission to read {path}", "change the file's mode or the user"
    return Code.UNREADABLE_FILE, f"cannot read {path}: {error.strerror or error}", "check the path"
