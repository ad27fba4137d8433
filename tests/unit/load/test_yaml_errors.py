from __future__ import annotations

import pytest

from hybridcompose.diagnostics import Code, Diagnostic, LoadError
from hybridcompose.load.document import read_documents


def refused(data: bytes) -> Diagnostic:
    with pytest.raises(LoadError) as caught:
        read_documents(data, "compose.yml")
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code is Code.INVALID_YAML
    return diagnostic


def place(finding: Diagnostic) -> tuple[int, int]:
    assert finding.location is not None
    assert finding.location.file == "compose.yml"
    return finding.location.line, finding.location.column


@pytest.mark.parametrize("data", [b"a:\n\t- b\n", b"a:\n  b: 1\n\tc: 2\n", b"a:\n \tb: 1\n"])
def test_a_tab_is_named_and_spaces_are_the_remedy(data: bytes) -> None:
    finding = refused(data)
    assert "tab" in finding.message
    assert finding.remedy == "indent with spaces"


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (b"a: 1\nb: @x\n", (2, 4)),
        (b"a: b: c\n", (1, 5)),
        (b"a:\n  b: 1\n c: 2\n", (3, 2)),
        (b"a: 1\nb: [1, 2\n", (2, 4)),
        (b'a: 1\nb: "x\n', (2, 4)),
        (b'a: "\\q"\n', (1, 5)),
        (b"a: 1\nb: \xff\n", (2, 4)),
        ("é: 1\nü: \x01\n".encode(), (2, 4)),
        (b"a: b\x00c", (1, 5)),
        (b"a: !!int x\n", (1, 4)),
    ],
)
def test_broken_yaml_is_one_finding_at_its_place_with_a_remedy(data: bytes, where: tuple[int, int]) -> None:
    finding = refused(data)
    assert place(finding) == where
    assert finding.remedy


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n\x00", b"PK\x03\x04", b"\xff\xfe\x00", b"\xff\xfea\x00\x00\xd8", b"\x00" * 9]
)
def test_binary_files_are_one_finding(data: bytes) -> None:
    assert refused(data).location is not None


def test_an_unreadable_byte_is_named() -> None:
    assert "0xff" in refused(b"a: \xff").message
    assert "U+0007" in refused(b"a: \x07").message


def test_a_value_that_begins_with_a_reserved_character_wants_quotes() -> None:
    finding = refused(b"a: `x`\n")
    assert "`" in finding.message
    assert finding.remedy == "put quotes around the value"
