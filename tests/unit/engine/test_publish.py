"""Whether ports can be forwarded is known before anything is made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from hybridcompose.diagnostics import ClusterError, Code
from hybridcompose.engine.forwards import Wanted
from hybridcompose.engine.publish import Publisher
from hybridcompose.engine.target import Silent
from tests.unit.cluster.server import Answer, Request, message, serve
from tests.unit.engine.containers import target_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _allows(number: int) -> Callable[[Request], Answer]:
    """A server that says yes to so many questions, and no to the rest."""
    asked: list[Request] = []

    def answer(request: Request) -> Answer:
        asked.append(request)
        return Answer(201, [json.dumps({"status": {"allowed": len(asked) <= number}}).encode()])

    return answer


def _entered(directory: Path, answer: Callable[[Request], Answer]) -> list[Request]:
    with serve(directory, answer) as (api, asked):
        with Publisher(target_of(api), [Wanted("web", 80)], Silent()):
            pass
        return asked


def test_an_account_that_may_not_connect_to_pods_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(ClusterError) as caught:
        _entered(tmp_path, _allows(0))
    (found,) = caught.value.diagnostics
    assert found.code is Code.MISSING_PERMISSION
    assert found.message == "the account may not create pods/portforward in the namespace p"
    assert "hybridcompose rbac" in (found.remedy or "")


@pytest.mark.parametrize("number", [1, 2])
def test_one_of_the_verbs_is_enough_for_some_servers(tmp_path: Path, number: int) -> None:
    assert len(_entered(tmp_path, _allows(number))) == 2


def test_who_may_not_ask_may_be_allowed_all_the_same(tmp_path: Path) -> None:
    assert _entered(tmp_path, lambda _: message(403, "no"))
