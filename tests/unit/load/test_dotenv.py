from __future__ import annotations

import pytest

from hybridcompose.load.dotenv import EnvFileError, parse, parse_raw

SHELL = {"SHELL": "from shell", "NONE": ""}


def read(text: str) -> dict[str, str]:
    return dict(parse(text, SHELL.get))


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("A=1\nB=2\n", {"A": "1", "B": "2"}),
        ("A=1\r\nB=2\r\n", {"A": "1", "B": "2"}),
        ("\ufeffA=1", {"A": "1"}),
        ("# c\n\n  A=1\n\t#d\n", {"A": "1"}),
        ("A=\n\nB=1", {"A": "", "B": "1"}),
        ("A: 1\nB = 2\n", {"A": "1", "B": "2"}),
        ("export A=1\nexport\tB=2\nexportC=3\n", {"A": "1", "B": "2", "exportC": "3"}),
        ("a.b=1\nc-d=2\ne[0]=3\né=4\n", {"a.b": "1", "c-d": "2", "e[0]": "3", "é": "4"}),
        ("A=b # c\nB=b#c\nC=#d\n", {"A": "b", "B": "b#c", "C": "#d"}),
        ("A=  x y  \n", {"A": "x y"}),
        ("A=1\nA=2\n", {"A": "2"}),
        ("=1\n", {"": "1"}),
        ("", {}),
    ],
)
def test_statements_comments_and_separators(text: str, variables: dict[str, str]) -> None:
    assert read(text) == variables


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("A='x $SHELL\\n'", {"A": "x $SHELL\\n"}),
        ('A="x\\ny\\t\\"z\\""', {"A": 'x\ny\t"z"'}),
        ("A='it\\'s'", {"A": "it's"}),
        ('A="two\nlines" # c\nB=1', {"A": "two\nlines", "B": "1"}),
        ('A="x"B=1', {"A": "x", "B": "1"}),
        ('A="\\$SHELL $$SHELL"', {"A": "$SHELL $SHELL"}),
        ('A="\\0123\\x41\\c"', {"A": "S\\x41\\c"}),
        ('A=""', {"A": ""}),
        ('A="a\\\\b"', {"A": "a\\b"}),
    ],
)
def test_quotes_and_escapes(text: str, variables: dict[str, str]) -> None:
    assert read(text) == variables


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ('A=1\nB=${A}2\nC="$B 3"\n', {"A": "1", "B": "12", "C": "12 3"}),
        ("SHELL=file\nB=$SHELL\n", {"SHELL": "file", "B": "from shell"}),
        ("A=${X:-d}\nB=$X\n", {"A": "d", "B": ""}),
        ("SHELL\nNONE\nUNKNOWN\n", {"SHELL": "from shell", "NONE": ""}),
    ],
)
def test_variables_of_the_shell_win_over_those_of_the_file(text: str, variables: dict[str, str]) -> None:
    assert read(text) == variables


def test_a_bare_name_at_the_very_end_is_a_value_without_name() -> None:
    assert read("A=1\nSHELL") == {"A": "1", "": "SHELL"}


def test_variables_of_earlier_files_are_known_and_the_result_is_added_to_them() -> None:
    into = {"A": "first"}
    assert parse("B=$A\nA=second\n", SHELL.get, into=into) is into
    assert into == {"A": "second", "B": "first"}


def test_unset_variables_are_reported() -> None:
    warned: list[str] = []
    parse("A=$X ${Y:-1}", SHELL.get, warn=warned.append)
    assert warned == ["X"]


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("OK=1\nA B=1\n", 2, "contains a blank"),
        ("OK=1\n\n# c\nA!=1\n", 4, "'!'"),
        ('OK=1\nA="x\ny', 2, "not closed"),
        ('A="x\ny"\nB=${\n', 3, "interpolation"),
        ("A=1\nB=${X?missing thing}\n", 2, "missing thing"),
        ("export \t", 1, "name is missing"),
    ],
)
def test_an_error_says_the_line_and_what_is_wrong(text: str, line: int, part: str) -> None:
    with pytest.raises(EnvFileError) as caught:
        read(text)
    assert caught.value.line == line
    assert part in caught.value.message


def test_a_value_is_never_repeated_in_an_error() -> None:
    for text in ("A=hunter2 ${", 'A="hunter2', "A='hunter2"):
        with pytest.raises(EnvFileError) as caught:
            read(text)
        assert "hunter2" not in str(caught.value)


# --- format: raw


def raw(text: str) -> dict[str, str]:
    return dict(parse_raw(text, SHELL.get))


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("A='x' # $SHELL \n", {"A": "'x' # $SHELL "}),
        ("\ufeff  A=1\r\n# c\n\nB==2\n", {"A": "1", "B": "=2"}),
        ("SHELL\nUNKNOWN\n", {"SHELL": "from shell"}),
        ("A!b=1", {"A!b": "1"}),
    ],
)
def test_raw_lines_are_taken_as_they_stand(text: str, variables: dict[str, str]) -> None:
    assert raw(text) == variables


@pytest.mark.parametrize(("text", "line"), [("OK=1\n=1\n", 2), ("A =1", 1), ("export A=1", 1)])
def test_raw_names_are_not_empty_and_hold_no_blank(text: str, line: int) -> None:
    with pytest.raises(EnvFileError) as caught:
        raw(text)
    assert caught.value.line == line
