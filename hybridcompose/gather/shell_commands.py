"""What the commands of a RUN step plainly do to files and users: no more than can be read without running them."""

from __future__ import annotations

import posixpath
import re
import shlex
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.spec.scalars import digits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from e2b_dockerfile_utils import DockerfileInstruction

_KNOWN = re.compile(r"\b(chmod|chown|install|ln|mkdir|mkfifo|useradd)\b|/etc/passwd")
_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)\})")
#: What a shell makes something else of.
_EXPANDED = re.compile(r"[$`*?\[{~]")
_ACCOUNT = re.compile(r"(?<![\w:])([a-z_][\w-]*):[^:\s]*:(\d{1,10}):(\d{1,10}):")
#: Options that take the next word.
_VALUED = {"mkdir": "m", "install": "mog", "mkfifo": "m", "useradd": "ugdGscbe"}
_LONG = {"--mode": "m", "--owner": "o", "--group": "g", "--uid": "u", "--gid": "g"}


class Change(NamedTuple):
    """One command's change. ``paths`` are absolute; ``mode`` is octal or symbolic, as written.

    ``kind``: ``directory`` (made if it is not there), ``owner``, ``mode``, ``link`` (a hard link: target, new name),
    ``pipe``, ``symlink`` (``owner`` is what it points to), ``account`` (``owner`` is its name, ``numbers`` its uid and
    gid).
    """

    kind: str
    paths: tuple[str, ...] = ()
    owner: str = ""
    mode: str = ""
    recursive: bool = False
    numbers: tuple[int, int] = (0, 0)


def changes(step: DockerfileInstruction, directory: str | None, known: Mapping[str, str]) -> Iterator[Change]:
    """The changes of a step that runs in ``directory`` (``None``: not known) with the variables ``known``."""
    texts = [*([] if step.json else step.args), *(heredoc.content for heredoc in step.heredocs)]
    if not _KNOWN.search("\n".join((*step.args, *texts))):
        return
    for words in [step.args] if step.json else [words for text in texts for words in _commands(text)]:
        if words[0] == "cd":
            directory = _absolute(words[1], directory, known) if len(words) == 2 else None
        elif (read := _READERS.get(posixpath.basename(words[0]))) is not None:
            yield from read(_Command(words, directory, known))
    for text in texts:
        for found in _ACCOUNT.finditer(text) if "/etc/passwd" in text else ():
            yield Change("account", owner=found[1], numbers=(int(found[2]), int(found[3])))


def _commands(text: str) -> Iterator[list[str]]:
    lexer = shlex.shlex(text.replace("\n", " ; "), posix=True, punctuation_chars=True)
    lexer.commenters, lexer.whitespace_split = "", True
    words: list[str] = []
    try:
        for word in lexer:
            if word and set(word) <= set("();<>|&"):
                if words:
                    yield words
                words = []
            else:
                words.append(word)
    except ValueError:
        return  # a quote that does not end: whatever it is, it is not plain
    if words:
        yield words


class _Command:
    """A command's options by their letter, and its operands."""

    def __init__(self, words: Sequence[str], directory: str | None, known: Mapping[str, str]) -> None:
        self.options: dict[str, str] = {}
        self.operands: list[str] = []
        self._directory, self._known = directory, known
        rest = list(words[1:])
        valued = _VALUED.get(posixpath.basename(words[0]), "")
        while rest:
            word = rest.pop(0)
            name, joined, value = word.partition("=")
            if word.startswith("--"):
                letter = _LONG.get(name, name)
                self.options[letter] = value if joined else rest.pop(0) if rest and letter in valued else ""
            elif word.startswith("-") and len(word) > 1:
                self._short(word[1:], rest, valued)
            else:
                self.operands.append(word)

    def _short(self, letters: str, rest: list[str], valued: str) -> None:
        for at, letter in enumerate(letters):
            if letter in valued:
                self.options[letter] = letters[at + 1 :] or (rest.pop(0) if rest else "")
                return
            self.options[letter] = ""

    def text(self, word: str) -> str:
        """The word with its variables; empty where they are not known."""
        found = _replaced(word, self._known)
        return "" if _EXPANDED.search(found) else found

    def paths(self, words: Sequence[str]) -> tuple[str, ...]:
        found = (_absolute(word, self._directory, self._known) for word in words)
        return tuple(path for path in found if path)

    @property
    def recursive(self) -> bool:
        return "R" in self.options or "--recursive" in self.options


def _replaced(word: str, known: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda found: known.get(found[1] or found[2], found[0]), word) if "$" in word else word


def _absolute(word: str, directory: str | None, known: Mapping[str, str]) -> str | None:
    path = _replaced(word, known)
    if _EXPANDED.search(path) or not (path.startswith("/") or directory):
        return None
    return "/" + posixpath.normpath(posixpath.join(directory or "/", path)).lstrip("/")


def _mkdir(command: _Command) -> Iterator[Change]:
    yield Change("directory", command.paths(command.operands), mode=command.text(command.options.get("m", "")))


def _install(command: _Command) -> Iterator[Change]:
    if "d" in command.options or "--directory" in command.options:
        owner, mode = command.options.get("o", ""), command.options.get("m", "")
        yield Change("directory", command.paths(command.operands), command.text(owner), command.text(mode))


def _chown(command: _Command) -> Iterator[Change]:
    owner, *words = command.operands or [""]
    yield Change("owner", command.paths(words), command.text(owner), recursive=command.recursive)


def _chmod(command: _Command) -> Iterator[Change]:
    mode, *words = command.operands or [""]
    yield Change("mode", command.paths(words), mode=command.text(mode), recursive=command.recursive)


def _ln(command: _Command) -> Iterator[Change]:
    paths = command.paths(command.operands)
    if len(command.operands) != 2:
        return
    if "s" in command.options or "--symbolic" in command.options:
        there, path = command.text(command.operands[0]), command.paths(command.operands[1:])
        if there and path:
            yield Change("symlink", path, there)
    elif len(paths) == 2:
        yield Change("link", paths)


def _mkfifo(command: _Command) -> Iterator[Change]:
    yield Change("pipe", command.paths(command.operands))


def _useradd(command: _Command) -> Iterator[Change]:
    uid, gid = digits(command.options.get("u", "")), digits(command.options.get("g", ""))
    if uid is not None and gid is not None and command.operands:
        yield Change("account", owner=command.operands[-1], numbers=(uid, gid))


_READERS = {
    "chmod": _chmod,
    "chown": _chown,
    "install": _install,
    "ln": _ln,
    "mkdir": _mkdir,
    "mkfifo": _mkfifo,
    "useradd": _useradd,
}
