"""Whatever JSON can say reads back as it was, by libyaml and by PyYAML's own parser."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from hybridcompose.render.yaml import dump
from tests.awkward import AWKWARD

# Characters that mean something to YAML come up far more often than by chance.
_TEXT = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.text("\n\n\t  ab-:#|>'\"\r\x85\u2028\ufeff019.eE_+yno~", max_size=15),
    st.sampled_from(AWKWARD),
)
_SCALAR = st.one_of(
    _TEXT, st.integers(-(10**12), 10**12), st.booleans(), st.none(), st.floats(allow_nan=False, allow_infinity=False)
)
_DATA = st.recursive(
    _SCALAR,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_TEXT, inner, max_size=4)),
    max_leaves=12,
)


def _same(one: Any, other: Any) -> bool:
    """Equal, and of equal types: Python takes 1, 1.0 and True for the same."""
    return one == other and repr(one) == repr(other) if not isinstance(one, (dict, list)) else _same_parts(one, other)


def _same_parts(one: Any, other: Any) -> bool:
    if type(one) is not type(other) or len(one) != len(other):
        return False
    if isinstance(one, dict):
        return all(key in other and _same(value, other[key]) for key, value in one.items())
    return all(_same(*pair) for pair in zip(one, other, strict=True))


@given(_DATA)
def test_libyaml_reads_back_what_was_written(data: Any) -> None:
    assert _same(yaml.load(dump(data), yaml.CSafeLoader), data)


@given(st.dictionaries(_TEXT, _TEXT, max_size=4))
def test_pyyaml_reads_back_what_was_written(data: dict[str, str]) -> None:
    assert yaml.load(dump(data), yaml.SafeLoader) == data


@given(st.lists(st.dictionaries(_TEXT, _TEXT, max_size=3), min_size=1, max_size=4))
def test_documents_of_a_stream_stay_apart(documents: list[dict[str, str]]) -> None:
    stream = "---\n".join(f"# reason\n{dump(entry)}" for entry in documents)
    assert list(yaml.load_all(stream, yaml.CSafeLoader)) == documents
