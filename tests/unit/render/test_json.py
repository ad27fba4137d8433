from __future__ import annotations

import json

import pytest

from hybridcompose.render.json import dump
from tests.awkward import AWKWARD


def test_awkward_text_reads_back() -> None:
    assert json.loads(dump(AWKWARD)) == AWKWARD


def test_keys_stand_in_the_same_order_as_in_yaml() -> None:
    assert dump({"b": (1,), "name": "x", "a": {}}) == '{\n  "name": "x",\n  "a": {},\n  "b": [\n    1\n  ]\n}\n'


def test_infinity_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        dump(float("inf"))
