"""What holds for every input of the small grammars, not only for the examples in the unit tests."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from hypothesis import given
from hypothesis import strategies as st

from hybridcompose.diagnostics import LoadError
from hybridcompose.load.document import read_documents
from hybridcompose.load.dotenv import EnvFileError, parse, parse_raw
from hybridcompose.load.ports import parse_port
from hybridcompose.load.template import InvalidTemplate, RequiredVariable, substitute
from hybridcompose.load.volume_spec import parse_volume
from hybridcompose.spec.scalars import Bytes, Duration
from hybridcompose.spec.shellwords import split, truncated

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
E = TypeVar("E", bound=Exception)

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
# YAML escapes a character beyond the first plane otherwise than JSON, and the reference refuses JSON's way too.
JSON_TEXT = st.text(st.characters(exclude_categories=["Cs"], max_codepoint=0xFFFF))
# A key of more than 1024 bytes on one line is none in YAML.
KEYS = st.text(st.characters(exclude_categories=["Cs"], max_codepoint=0xFFFF), max_size=100)
SCALARS = st.none() | st.booleans() | st.integers(-(1 << 63), (1 << 64) - 1) | JSON_TEXT
TREES = st.recursive(
    SCALARS | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)
YAML_PIECES = st.sampled_from(
    [
        *"ab-\n[]{},?|#~@%\\é'\"\t\0",
        ": ",
        "- ",
        "  ",
        "12",
        "&x ",
        "*x",
        "<<: *x",
        "!reset ",
        "!override ",
        "!!int ",
        "---\n",
    ]
)


def pieces(*items: str) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(items), max_size=12).map("".join)


def outcome(read: Callable[[], T], errors: type[E] | tuple[type[E], ...]) -> tuple[T | None, list[E]]:
    """What ``read`` gives, or ``None`` and the error that it raises."""
    try:
        return read(), []
    except errors as error:
        return None, [error]


@given(TREES)
def test_what_json_says_is_read_as_json_means_it(tree: Any) -> None:
    (document,) = read_documents(json.dumps(tree, indent=1).encode(), "f")
    assert document.value == tree
    assert document.resets == ()


@given(st.lists(YAML_PIECES, max_size=30).map("".join).map(str.encode) | st.binary(max_size=60))
def test_every_file_is_documents_or_one_located_finding_traced_or_not(data: bytes) -> None:
    plain, errors = outcome(lambda: read_documents(data, "f"), LoadError)
    if plain is None:
        (finding,) = errors[0].diagnostics
        assert finding.location is not None
        assert finding.location.line <= data.count(b"\n") + data.count(b"\r") + data.count(b"\xc2\x85") + 2
        return
    assert [str(document) for document in read_documents(data, "f", trace=True)] == [
        str(document) for document in plain
    ]


@given(TEXT)
def test_doubled_dollar_signs_bring_any_text_through_interpolation(text: str) -> None:
    assert substitute(text.replace("$", "$$"), lambda _name: None, lambda _name: None) == text


@given(pieces("$", "${", "}", "{", "A", "B", "$$", ":-", "-", ":+", "?", "x", "\n"))
def test_a_template_expands_or_is_refused_by_name(template: str) -> None:
    expand = partial(substitute, template, {"A": "a", "B": ""}.get, lambda _name: None)
    expanded, errors = outcome(expand, (InvalidTemplate, RequiredVariable))
    assert (expanded is None) == bool(errors)
    assert expanded is not None or "${" in template


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="'\\")))
def test_single_quotes_bring_any_value_through_an_env_file(value: str) -> None:
    assert parse(f"A='{value}'\n", lambda _name: None) == {"A": value}


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r")))
def test_a_raw_value_is_taken_to_the_last_character(value: str) -> None:
    assert parse_raw(f"A={value}\n", lambda _name: None) == {"A": value}


@given(pieces("A", "B", "=", ": ", "\n", " ", "'", '"', "#", "export ", "\\", "$A", "${B", "}", "é", "\r", "!"))
def test_an_env_file_is_variables_or_an_error_with_its_line(text: str) -> None:
    variables, errors = outcome(lambda: parse(text, lambda _name: None), EnvFileError)
    assert variables is None or all(isinstance(value, str) for value in variables.values())
    assert all(1 <= error.line <= text.count("\n") + 1 for error in errors)


@given(st.lists(st.text(st.characters(exclude_characters="'"))))
def test_words_in_single_quotes_are_split_as_they_were_joined(words: list[str]) -> None:
    line = " ".join(f"'{word}'" for word in words)
    assert split(line) == words
    assert truncated(line) is None


@given(pieces("a", " ", "'", '"', "`", "$(", "(", ")", ";", "|", ">", "2>", "\\", "\n"))
def test_what_is_lost_is_the_end_of_the_line_and_changes_no_word(line: str) -> None:
    try:
        lost = truncated(line)
    except ValueError:
        return
    if lost is not None:
        assert line.endswith(lost)
        assert split(line[: len(line) - len(lost)]) == split(line)


@given(st.integers(1, 65000), st.integers(0, 30), st.integers(1, 65000), st.sampled_from(["tcp", "udp", "sctp"]))
def test_a_range_of_ports_gives_each_port_once(first: int, more: int, host: int, protocol: str) -> None:
    entries = parse_port(f"{host}-{host + more}:{first}-{first + more}/{protocol}")
    pairs = sorted((entry["target"], entry["published"]) for entry in entries)
    assert pairs == [(first + n, str(host + n)) for n in range(more + 1)]


@given(pieces("80", "-", ":", "[", "]", "1.2.3.4", "::1", "/", "udp", "x", "٣") | TEXT)
def test_a_port_is_entries_or_an_explanation(spec: str) -> None:
    entries, errors = outcome(lambda: parse_port(spec), ValueError)
    assert entries or repr(spec) in str(errors[0])


@given(pieces("a", "./", "/", "..", ":", "ro", ",", "z", "${", "}", "C:", "\\") | TEXT)
def test_a_volume_has_a_type_and_a_clean_target(spec: str) -> None:
    try:
        volume = parse_volume(spec)
    except ValueError:
        return
    assert volume["type"] in ("bind", "volume")
    target = volume.get("target", "/")
    assert target == "/" or not ("//" in target or target.endswith("/"))


@given(st.integers(-(1 << 63) + 1, (1 << 63) - 1))
def test_a_duration_is_read_back_from_its_canonical_form(nanoseconds: int) -> None:
    assert Duration.parse(str(Duration(nanoseconds))) == nanoseconds


@given(st.integers(-(1 << 63), (1 << 63) - 1))
def test_a_size_is_read_back_from_its_canonical_form(size: int) -> None:
    assert Bytes.parse(str(Bytes(size))) == size
