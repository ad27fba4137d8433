"""What the stages of one load share: the files read, the findings, and whether positions are recorded."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from hybridcompose.diagnostics import Code, ComposePath, Diagnostic, LoadError, Location, Severity
from hybridcompose.diagnostics.remedies import meant
from hybridcompose.load.marks import find
from hybridcompose.load.trees import prune
from hybridcompose.reading import MAX_BYTES, read_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: As in the reference: more nodes than this in one document are taken for an attack.
MAX_NODES = 100_000
#: More mistakes than this are not looked for.
MAX_FINDINGS = 100
#: Shorter values of variables are parts of ordinary words.
_TELLING = 4
#: What gives a service its image, and what is said about a misspelt one.
_IMAGE_KEYS = ("image", "build", "provider", "extends")
_MEANT_IMAGE = [f"did you mean {key}?" for key in _IMAGE_KEYS]
#: The length of the path of a service, a network and so on.
_ELEMENT = 2


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
    #: The warnings, each with its place where positions are recorded.
    warnings: dict[Diagnostic, Location | None] = field(default_factory=dict)
    counted: dict[Code, int] = field(default_factory=dict)
    focus: object = None
    #: What could not be read: a second run neither waits nor looks again.
    refused: dict[str, OSError] = field(default_factory=dict)
    #: Characters that variables have added to the trees.
    grown: int = 0
    #: Values of variables that stand in the tree, each with the variable's name.
    substituted: dict[str, str] = field(default_factory=dict)
    #: The compose files among ``files``.
    sources: set[str] = field(default_factory=set)
    #: What was found so far; the values that it is about are taken out of the tree, so that later stages can go on.
    errors: list[Diagnostic] = field(default_factory=list)
    pruned: set[ComposePath] = field(default_factory=set)
    #: Whether a part of the project could not be read, so that nothing can be said about references to it.
    incomplete: bool = False
    #: The lines of files in which a part of a text was looked for.
    rows: dict[str, list[str]] = field(default_factory=dict)
    #: The names by which people know ``sources``.
    shown: dict[str, str] = field(default_factory=dict)

    def read(self, path: str, shown: ComposePath = (), limit: int = MAX_BYTES) -> bytes:
        """The bytes of a file. A missing or unreadable one is a located error, and one longer than ``limit``."""
        if path not in self.files:
            try:
                if path in self.refused:
                    raise self.refused[path]
                self.files[path] = read_file(path, limit)
            except OSError as error:
                self.refused[path] = error
                self.fail(*unreadable(path, error, named=bool(shown)), path=shown)
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

    def report(self, findings: Iterable[Diagnostic], tree: dict[str, Any] | None) -> None:
        """Keeps findings, and takes what they are about out of ``tree``. Raises ``LoadError`` where nothing can go on.

        A list goes as a whole, so that the indexes of what stays are the file's. What only follows from an earlier
        finding is no news. No ``tree``: nothing depends on what was found.
        """
        fresh = [finding for finding in findings if not self.follows(finding)]
        self.errors += fresh
        for finding in fresh:
            place = finding.path if tree is None else prune(tree, finding.path)
            self.pruned.update(place[:end] for end in range(_ELEMENT, len(place) + 1))
        shallow = tree is not None and any(len(finding.path) <= _ELEMENT for finding in fresh)
        if shallow or len(self.errors) >= MAX_FINDINGS:
            raise LoadError(self.errors)

    @contextmanager
    def keeping(self) -> Iterator[None]:
        """A block whose failure is kept and ends nothing else."""
        try:
            yield
        except LoadError as error:
            self.errors += error.diagnostics
            if len(self.errors) >= MAX_FINDINGS:
                raise LoadError(self.errors) from None

    def follows(self, finding: Diagnostic) -> bool:
        """Whether a finding only says that something is missing which an earlier one is about."""
        path = finding.path
        if finding.code is Code.MISSING_IMAGE:
            return any(
                set(error.path).intersection(_IMAGE_KEYS) or error.remedy in _MEANT_IMAGE for error in self.errors
            )
        return path in self.pruned

    def warn(
        self,
        code: Code,
        message: str,
        *,
        path: ComposePath = (),
        remedy: str | None = None,
        token: str | None = None,
        place: Location | None = None,
    ) -> None:
        """A warning at a compose path, or at a known ``place``.

        ``token`` is a pattern for the part of the text at the path that it is about.
        """
        warning = Diagnostic(code, Severity.WARNING, message, path, remedy)
        if warning in self.warnings:
            return
        self.counted[code] = self.counted.get(code, 0) + 1
        if place is None and self.counted[code] <= MAX_FINDINGS:
            place = self.inside(path, token) if token else self.location(path)
        self.warnings[warning] = place

    def located_warnings(self) -> tuple[Diagnostic, ...]:
        """The warnings with their places; those beyond the limit are counted."""
        found = []
        shown: dict[Code, int] = {}
        for warning, place in self.warnings.items():
            shown[warning.code] = shown.get(warning.code, 0) + 1
            if shown[warning.code] <= MAX_FINDINGS:
                found.append(warning._replace(location=place))
        for code, count in shown.items():
            if count > MAX_FINDINGS:
                message = f"{count - MAX_FINDINGS} more of these are not shown"
                found.append(
                    Diagnostic(code, Severity.WARNING, message, remedy="correct the first ones and load again")
                )
        return tuple(dict.fromkeys(found))

    def fail(self, code: Code, message: str, remedy: str | None = None, *, path: ComposePath = ()) -> NoReturn:
        raise LoadError([self.finding(code, message, remedy, path=path)])

    def finding(
        self, code: Code, message: str, remedy: str | None = None, *, path: ComposePath = (), key: bool = False
    ) -> Diagnostic:
        """An error at a compose path of the tree in focus; ``key``: at the key, not at its value."""
        return Diagnostic(code, Severity.ERROR, message, path, remedy, self.location(path, key=key))

    def location(self, path: ComposePath, *, key: bool = False) -> Location | None:
        """Where ``path`` is written, in a run that records positions."""
        return locate(self.focus, path, key=key) if self.trace and path else None

    def inside(self, path: ComposePath, pattern: str) -> Location | None:
        """The first match of ``pattern`` in the text at ``path``, in a run that records positions."""
        place = self.location(path)
        data = self.files.get(self.shown.get(place.file, "")) if place is not None else None
        if place is None or data is None:
            return place
        from hybridcompose.load.inside import narrowed, rows_of

        if place.file not in self.rows:
            self.rows[place.file] = rows_of(data)
        return narrowed(place, self.rows[place.file], pattern)

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


def unreadable(path: str, error: OSError, named: bool = False) -> tuple[Code, str, str]:
    """Why a file cannot be read, and what to do. ``named``: by a compose file, not on the command line."""
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        start = "the directory of the file that names it" if named else "the current directory"
        remedy = _neighbour(path) or f"check the path; it is relative to {start}"
        return Code.NO_COMPOSE_FILE, f"no such file: {path}", remedy
    if isinstance(error, IsADirectoryError):
        return Code.UNREADABLE_FILE, f"{path} is a directory", "name a file in it"
    if isinstance(error, PermissionError):
        return Code.UNREADABLE_FILE, f"no permission to read {path}", "change the file's mode or the user"
    return Code.UNREADABLE_FILE, f"cannot read {path}: {error.strerror or error}", "check the path"


def _neighbour(path: str) -> str | None:
    """A file beside the missing one that was probably meant."""
    directory, name = os.path.split(path)
    try:
        return meant(name, os.listdir(directory or os.curdir))
    except OSError:
        return None
