"""Properties of build contexts: the archive depends on content alone, and the walk agrees with the rules."""

from __future__ import annotations

import fnmatch
import io
import os
import tarfile
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from hybridcompose.gather.archive import Archive, pack
from hybridcompose.gather.context import Context
from hybridcompose.gather.ignore import IgnoreRules, parse_rules

_NAME = st.sampled_from(["a", "b", "c.py", "d.log", ".env", "lib"])
_PATH = st.lists(_NAME, min_size=1, max_size=4).map("/".join)
_TREE = st.dictionaries(_PATH, st.binary(max_size=20), max_size=12)


def plant(root: Path, tree: dict[str, bytes], *, backwards: bool = False, time: int = 1) -> dict[str, bytes]:
    """Writes the files that do not need a directory where another file stands; gives what was written."""
    written: dict[str, bytes] = {}
    for name, content in sorted(tree.items()):
        parents = {str(parent) for parent in Path(name).parents}
        if not parents & written.keys() and not any(other.startswith(f"{name}/") for other in written):
            written[name] = content
    for name, content in sorted(written.items(), reverse=backwards):
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        os.utime(file, (time, time))
    return written


def packed(root: Path, rules: IgnoreRules | None = None) -> Archive:
    return pack(Context(str(root), rules or IgnoreRules()).members())


def files_in(archive: Archive) -> set[str]:
    assert archive.data is not None
    with tarfile.open(fileobj=io.BytesIO(archive.data), mode="r:gz") as tar:
        return {entry.name for entry in tar.getmembers() if entry.isreg()}


@given(_TREE, st.integers(1, 10**9))
def test_the_same_tree_is_the_same_archive_whenever_and_in_whatever_order_it_was_made(
    tree: dict[str, bytes], time: int
) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        plant(Path(one), tree)
        plant(Path(two), tree, backwards=True, time=time)
        assert packed(Path(one)) == packed(Path(two))


@given(_TREE, st.data())
def test_any_change_of_content_changes_the_hash(tree: dict[str, bytes], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        written = plant(root, {**tree, "a.txt": b"x"})
        before = packed(root)
        name = data.draw(st.sampled_from(sorted(written)))
        (root / name).write_bytes(written[name] + b"!")
        assert packed(root).sha256 != before.sha256


_SEGMENT = st.sampled_from(["a", "b", "c.py", "*.log", "*", "lib", ".env", "?", "[ab]"])
_PATTERN = st.builds(
    lambda exception, parts: exception + "/".join(parts),
    st.sampled_from(["", "", "!"]),
    st.lists(st.one_of(_SEGMENT, st.just("**")), min_size=1, max_size=3),
)


def is_ignored(path: str, patterns: list[str]) -> bool:
    """A model of Docker's rule: from the top directory down, each pattern in turn can change the verdict.

    A pattern that changed it for a directory holds for all that is below; one that would not change it is not asked.
    """
    parts = path.split("/")
    held = [False] * len(patterns)
    ignored = False
    for depth in range(1, len(parts) + 1):
        ignored = False
        for index, pattern in enumerate(patterns):
            exception = pattern.startswith("!")
            asked = exception == ignored and fits(parts[:depth], pattern.removeprefix("!").split("/"))
            held[index] = held[index] or asked
            if held[index]:
                ignored = not exception
    return ignored


def fits(parts: list[str], pattern: list[str]) -> bool:
    if not pattern:
        return not parts
    if pattern[0] == "**":
        # At the end it stands for something, elsewhere also for nothing.
        if len(pattern) == 1:
            return bool(parts)
        return any(fits(parts[skipped:], pattern[1:]) for skipped in range(len(parts) + 1))
    return bool(parts) and fnmatch.fnmatchcase(parts[0], pattern[0]) and fits(parts[1:], pattern[1:])


@given(_TREE, st.lists(_PATTERN, max_size=4))
def test_what_is_sent_is_what_the_ignore_file_leaves(tree: dict[str, bytes], patterns: list[str]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        written = plant(Path(directory), tree)
        rules = IgnoreRules(parse_rules("\n".join(patterns)))
        assert files_in(packed(Path(directory), rules)) == {name for name in written if not is_ignored(name, patterns)}
