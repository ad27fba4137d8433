"""A plan into a directory, all or nothing: a run that fails leaves what was there before."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code, Diagnostic, OutputError, Severity
from hybridcompose.render import files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hybridcompose.plan import Plan
    from hybridcompose.render import Format, OutputFile

#: Lists the files of the last run, so that the next one knows which are its own. kubectl does not read it.
INDEX = ".hybridcompose"


def write(plan: Plan, directory: str | os.PathLike[str], format: Format = "yaml") -> list[str]:  # noqa: A002  (public)
    """Writes one file per object and returns the paths, in the order of creation.

    Files of an earlier run that no object has any more are removed. Other files in the directory would be
    applied together with the project's: they are an error and stay untouched (hidden ones do not matter).
    Secrets are readable by their owner alone. Raises ``OutputError`` where the directory cannot be written.
    """
    rendered = files(plan, format)
    with replacing(directory) as new:
        _stage(rendered, new)
    return [os.path.join(directory, file.name) for file in rendered]


@contextmanager
def replacing(directory: str | os.PathLike[str]) -> Iterator[Path]:
    """An empty directory to fill: when the block ends, its content takes the place of what the last run left.

    A block that fails leaves everything as it was. Raises ``OutputError`` as ``write`` does.
    """
    target = Path(directory)
    with _reported(target), _directory(target):
        own = _own_entries(target)
        _refuse_foreign_files(target, own)
        with tempfile.TemporaryDirectory(prefix=f"{INDEX}-", dir=target) as staging:
            new = Path(staging, "new")
            new.mkdir()
            yield new
            _create(new / INDEX, "".join(f"{name}\n" for name in sorted(os.listdir(new))), mode=0o666)
            _swap(target, Path(staging), own)


def check_replaceable(directory: str | os.PathLike[str]) -> None:
    """Raises ``OutputError`` where ``replacing`` would, before anything was done that is worth keeping."""
    target = Path(directory)
    with _reported(target), _directory(target):
        _refuse_foreign_files(target, _own_entries(target))
        tempfile.TemporaryDirectory(prefix=f"{INDEX}-", dir=target).cleanup()


def replace_file(path: str, text: str) -> None:
    """Writes a file: all of it, or it stays as it was. Raises ``OSError``."""
    path = os.path.realpath(path)
    fresh = os.path.join(os.path.dirname(path), f".{os.path.basename(path)}.{os.getpid()}")
    try:
        with open(fresh, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        if os.path.exists(path):
            os.chmod(fresh, os.stat(path).st_mode & 0o7777)
        os.replace(fresh, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(fresh)
        raise


@contextmanager
def _reported(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = f"cannot write {error.filename or target}: {error.strerror or error}"
        raise _unwritable(message, "choose another directory, or make this one writable") from error


@contextmanager
def _directory(target: Path) -> Iterator[None]:
    """Makes the directory, and takes it away again where writing fails."""
    made = not target.exists()
    target.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        if made:
            with suppress(OSError):
                target.rmdir()
        raise


def _own_entries(target: Path) -> set[str]:
    """The files and directories that the index of an earlier run names and that are still there."""
    try:
        listed = (target / INDEX).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return set()
    # A name with a slash would lead out of the directory.
    names = {name for name in listed if os.path.basename(name) == name and name not in ("", os.curdir, os.pardir)}
    return {name for name in names if (target / name).exists()}


def _refuse_foreign_files(target: Path, own: set[str]) -> None:
    foreign = sorted(name for name in os.listdir(target) if name not in own and not name.startswith("."))
    if foreign:
        names = ", ".join(foreign[:3]) + (f" and {len(foreign) - 3} more" if len(foreign) > 3 else "")
        message = f"{target} holds files that are not from an earlier run: {names}"
        raise _unwritable(message, "choose an empty directory, or move these files away")


def _unwritable(message: str, remedy: str) -> OutputError:
    return OutputError([Diagnostic(Code.UNWRITABLE_OUTPUT, Severity.ERROR, message, remedy=remedy)])


def _stage(rendered: Iterable[OutputFile], new: Path) -> None:
    """Everything that can fail for want of space happens here, before an old file is touched."""
    for file in rendered:
        _create(new / file.name, file.text, mode=0o600 if file.private else 0o666)


def _create(path: Path, text: str, mode: int) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)


def _swap(target: Path, staging: Path, own: set[str]) -> None:
    """Moves the old files out and the new ones in; where a move fails, those before it are undone.

    The files move, not the directory: it may be a mount point, a link or the current directory.
    """
    old = staging / "old"
    old.mkdir()
    outgoing = [name for name in sorted({*own, INDEX}) if (target / name).exists()]
    moves = [
        *((target / name, old / name) for name in outgoing),
        *((path, target / path.name) for path in sorted((staging / "new").iterdir())),
    ]
    done: list[tuple[Path, Path]] = []
    try:
        for source, destination in moves:
            source.rename(destination)
            done.append((source, destination))
    except BaseException:
        for source, destination in reversed(done):
            destination.rename(source)
        raise
