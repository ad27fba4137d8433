"""What is left of a directory by drawn ``.dockerignore`` files, held against what BuildKit would send.

``HYBRIDCOMPOSE_FUZZ=5000`` draws that many with a seed of their own (``make fuzz-ignore N=5000``).
"""

from __future__ import annotations

import base64
import json
import os
import random
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from hybridcompose.gather.context import ROOT, Context
from hybridcompose.gather.ignore import InvalidPatternError, read_rules
from tests.contract.reference import missing
from tools.go_programs import UnbuildableError, built

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Sent = Callable[[Path, bytes], list[str] | None]

LONG_RUN = int(os.environ.get("HYBRIDCOMPOSE_FUZZ", "0"))
SEED = random.randrange(1 << 32) if LONG_RUN else 20_261  # noqa: S311  (no secret)
SETTINGS = settings(
    max_examples=LONG_RUN or 300,
    deadline=None,
    database=None,
    print_blob=False,
    suppress_health_check=list(HealthCheck),
)
MODULE = Path(__file__).parent / "context"
#: Names of one directory that patterns tell apart, or that look like patterns themselves.
NAMES = ("a", "b", "ab", "a.b", "c.py", ".env", "lib", "a b", "[x]", "*", "!no", "#c", "ä", "x\\y", "^", "a+b", "-")

_LITERAL = st.sampled_from(
    [*(name for name in NAMES if "\\" not in name), "Lib", "\\*", "\\[x]", "\\!no", ".", "..", ""]
)
_WILD = st.sampled_from(
    [
        "*",
        "**",
        "?",
        "*.py",
        "a*",
        "*b",
        "a?b",
        "[ab]",
        "[^a]",
        "[a-c]*",
        "a**",
        "**b",
        "**.py",
        "*.*",
        "[!a]",
        "*^b",
        "^a*",
        "a?^",
        "x\\\\y",
    ]
)
#: Docker refuses these at the beginning of a pattern; further behind it looks no closer than a match asks for.
_BROKEN = st.sampled_from(["[", "a[", "[a-", "[]", "\\", "[a-]", "[-a]", "[]a]", "!", "!/"])
_SEGMENT = st.one_of(_LITERAL, _LITERAL, _WILD, _WILD)
_PATH = st.lists(_SEGMENT, min_size=1, max_size=4).map("/".join)
_PATTERN = st.builds(
    lambda *parts: "".join(parts),
    st.sampled_from(["", "", "", "!", "!", "! ", " ", "\t!"]),
    st.sampled_from(["", "", "", "/", "./", "//", "../"]),
    _PATH,
    st.sampled_from(["", "", "", "/", "/**", "/*", " ", "\r", "/."]),
)
_OTHER = st.sampled_from(["", "  ", "# comment", " # late", "/", ".", "#c\ra", "*"])
_LINES = st.lists(st.one_of(*[_PATTERN] * 6, _OTHER), min_size=1, max_size=6)
_TEXT = st.builds(
    lambda start, lines, broken, end: start + "\n".join([*lines, *broken]) + end,
    st.sampled_from(["", "", "", "\ufeff"]),
    _LINES,
    st.sampled_from([False] * 15 + [True]).flatmap(lambda drawn: st.lists(_BROKEN, min_size=drawn, max_size=drawn)),
    st.sampled_from(["", "\n"]),
)


@pytest.fixture(scope="module")
def sent() -> Iterator[Sent]:
    """Asks the reference; ``None`` where it refuses the ignore file."""
    try:
        program = built(MODULE, ".", ("go.mod", "go.sum", "main.go"))
    except UnbuildableError as error:
        missing(str(error))
    with subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def ask(root: Path, text: bytes) -> list[str] | None:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps({"root": str(root), "ignore": base64.b64encode(text).decode()}) + "\n")
            process.stdin.flush()
            answer: dict[str, Any] = json.loads(process.stdout.readline())
            return None if "error" in answer else sorted(answer["paths"])

        yield ask
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every name at the top, as a file or a directory with files and directories."""
    root = tmp_path_factory.mktemp("context")
    drawn = random.Random(7)  # noqa: S311  (the same tree in each run)
    for place, name in enumerate(NAMES):
        if place % 3 == 2:
            (root / name).write_text("")
            continue
        for inner in drawn.sample(NAMES, 5):
            (root / name).mkdir(exist_ok=True)
            if drawn.random() < 0.5:
                (root / name / inner).mkdir()
                for leaf in drawn.sample(NAMES, 3):
                    (root / name / inner / leaf).write_text("")
            else:
                (root / name / inner).write_text("")
    (root / "lib" / "nothing").mkdir(parents=True)
    return root


def ours(root: Path, ignore: Path) -> list[str] | None:
    try:
        rules = read_rules([str(ignore)])
    except InvalidPatternError:
        return None
    return sorted(member.path for member in Context(str(root), rules).members() if member is not ROOT)


def test_what_is_sent_is_what_buildkit_sends(sent: Sent, tree: Path, tmp_path: Path) -> None:
    ignore = tmp_path / ".dockerignore"

    @seed(SEED)
    @SETTINGS
    @given(_TEXT)
    def run(text: str) -> None:
        data = text.encode()
        ignore.write_bytes(data)
        assert ours(tree, ignore) == sent(tree, data), text

    print(f"seed {SEED}")
    run()
