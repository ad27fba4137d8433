"""The drawn projects reach the merge rules: a rule that is broken on purpose shows as a difference."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from hybridcompose.load import merge
from tests.oracle.projects import project
from tests.oracle.test_loading_equals_the_reference import problems

if TYPE_CHECKING:
    from hybridcompose.load.tables import Node
    from tests.oracle.reference_loader import ReferenceLoader

#: Projects within which a broken rule is found.
MOST = 2_000


def rule_at(path: str) -> Node[Any]:
    node: Node[Any] | None = merge._TABLE
    for part in path.split("."):
        assert node is not None
        node = node.child(part)
    assert node is not None
    return node


@pytest.mark.parametrize("path", ["services.*.command", "services.*.depends_on", "services.*.healthcheck.test"])
def test_a_rule_that_is_lost_is_found(
    reference: ReferenceLoader, schema: Any, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rule_at(path), "rule", None)
    drawn = (project(schema, random.Random(number).randrange) for number in range(MOST))  # noqa: S311  (no secret)
    assert any(problems(reference, case) for case in drawn)
