"""Images as `images` shows them."""

from __future__ import annotations

import json

import pytest

from hybridcompose.engine.images import Image, as_json, as_table, size

_ONE = Image("shop-web-1", "registry:5000/web", "1", "linux/amd64", "ab" * 32, 12_500_000)


@pytest.mark.parametrize(
    ("number", "text"), [(0, ""), (999, "999B"), (1_000, "1kB"), (12_500_000, "12.5MB"), (2_340_000_000, "2.34GB")]
)
def test_a_size_has_three_digits_and_its_unit(number: int, text: str) -> None:
    assert size(number) == text


def test_a_row_shows_the_beginning_of_the_digest() -> None:
    assert list(as_table([_ONE]))[1].split() == [
        "shop-web-1",
        "registry:5000/web",
        "1",
        "linux/amd64",
        "abababababab",
        "12.5MB",
    ]


def test_an_object_has_all_of_it() -> None:
    assert json.loads(as_json([_ONE])) == [
        {
            "ID": f"sha256:{'ab' * 32}",
            "ContainerName": "shop-web-1",
            "Repository": "registry:5000/web",
            "Tag": "1",
            "Platform": "linux/amd64",
            "Size": 12_500_000,
        }
    ]
