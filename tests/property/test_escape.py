from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hybridcompose.translate.escape import escape

TEXTS = st.text(alphabet=st.one_of(st.sampled_from("$()AB é☃"), st.characters(codec="utf-8")), max_size=30)


def expand(text: str, variables: dict[str, str]) -> str:
    """A model of the kubelet's expansion, byte by byte as it reads."""
    data = text.encode()
    out, position = b"", 0
    while position < len(data):
        byte, rest = data[position : position + 1], data[position + 1 :]
        position += 1
        if byte != b"$" or not rest:
            out += byte
        elif rest[:1] == b"$":
            out += b"$"
            position += 1
        elif rest[:1] == b"(" and b")" in rest:
            name = rest[1 : rest.index(b")")].decode(errors="replace")
            out += variables.get(name, f"$({name})").encode()
            position += rest.index(b")") + 1
        else:
            # A single byte is taken for a character of that number.
            out += b"$" + chr(rest[0]).encode()
            position += 1
    return out.decode(errors="replace")


@given(TEXTS)
def test_the_kubelet_gives_back_what_was_escaped(text: str) -> None:
    assert expand(escape(text), {"A": "value", "B": "$(A)", "": "empty"}) == text


@given(TEXTS)
def test_escaping_only_doubles_dollars(text: str) -> None:
    assert escape(text).replace("$", "") == text.replace("$", "")


def test_the_model_expands_as_the_kubelet_does() -> None:
    assert expand("$(A)$(C)$$(A)$$$A$(", {"A": "x"}) == "x$(C)$(A)$$A$("
