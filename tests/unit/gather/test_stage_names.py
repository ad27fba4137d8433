from __future__ import annotations

import pytest

from hybridcompose.gather.dockerfile import parse_dockerfile
from hybridcompose.gather.stage_names import StageNames, stage_names


def names(text: str, target: str | None = None, *contexts: str) -> StageNames:
    parsed = parse_dockerfile(text, {})
    return stage_names(parsed, parsed.target(target), contexts, is_named=target is not None)


def words(text: str, target: str | None = None, *contexts: str) -> list[tuple[int, str]]:
    return [(word.first_line, word.new) for word in names(text, target, *contexts).reworded]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a\nFROM b\nCOPY --from=0 /x /y\n", [(1, "a AS stage-0"), (3, "--from=stage-0")]),
        ("FROM a AS one\nFROM b\nCOPY --from=0 /x /y\n", [(3, "--from=one")]),
        ("FROM a AS One\nFROM b\nCOPY --from=ONE /x /y\n", [(3, "--from=one")]),
        ("FROM a AS One\nFROM One\n", [(2, "one")]),
        ("ARG X=One\nFROM a AS One\nFROM $X\n", [(3, "one")]),
    ],
)
def test_a_stage_is_named_in_small_letters(text: str, expected: list[tuple[int, str]]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "FROM a AS one\nFROM one\nCOPY --from=one /x /y\n",
        "FROM a\nCOPY --from=Image:1 /x /y\n",
        "FROM a\nFROM b AS unused\nCOPY --from=0 /x /y\nFROM c AS last\n",
    ],
)
def test_what_is_a_name_already_or_not_needed_stays(text: str) -> None:
    assert words(text) == []


def test_a_named_context_is_no_stage() -> None:
    assert words("FROM a AS One\nFROM b\nCOPY --from=ONE /x /y\n", None, "ONE") == []


def test_a_target_is_a_name_in_small_letters() -> None:
    assert names("FROM a\nFROM b AS two\n", "TWO").target == "two"


def test_the_last_stage_is_a_target_where_it_does_not_take_all_others() -> None:
    assert names("FROM a\nFROM b\n").target == "stage-1"
    assert words("FROM a\nFROM b\n") == [(2, "b AS stage-1")]
    assert names("FROM a AS one\nFROM one\n").target == names("FROM a\n").target == ""


def test_a_name_that_is_taken_is_not_given_again() -> None:
    assert words("FROM a\nFROM b AS stage-0\nCOPY --from=0 /x /y\n")[0] == (1, "a AS stage-0-")
