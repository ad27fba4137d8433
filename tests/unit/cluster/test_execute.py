"""Requests that are made at the same time."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

import pytest

from hybridcompose.cluster.execute import AT_A_TIME, apply_all, together
from hybridcompose.diagnostics import ClusterError
from hybridcompose.plan import ResourceKey
from tests.plans import config_map
from tests.unit.cluster.server import Answer, Request, message, serve

if TYPE_CHECKING:
    from pathlib import Path


def test_objects_are_made_some_at_a_time(tmp_path: Path) -> None:
    meeting = threading.Barrier(AT_A_TIME, timeout=10)

    def answer(request: Request) -> Answer:
        meeting.wait()
        uid = f"uid-{request.path.rpartition('/')[2]}"
        return Answer(200, [json.dumps({"metadata": {"uid": uid}}).encode()])

    resources = [config_map(f"c{number}") for number in range(2 * AT_A_TIME)]
    with serve(tmp_path, answer) as (api, asked):
        made = apply_all(api, "ns", resources)
    assert made == [(resource.key, f"uid-{resource.key.name}") for resource in resources]
    assert len(asked) == 2 * AT_A_TIME


def test_what_is_refused_does_not_hide_what_was_made(tmp_path: Path) -> None:
    def answer(request: Request) -> Answer:
        if request.path.endswith("/bad"):
            return message(422, "invalid")
        return Answer(200, [b'{"metadata": {"uid": "u"}}'])

    with serve(tmp_path, answer) as (api, _):
        outcomes = dict(apply_all(api, "ns", [config_map("bad"), config_map("good")]))
    assert isinstance(outcomes[ResourceKey("ConfigMap", "bad")], ClusterError)
    assert outcomes[ResourceKey("ConfigMap", "good")] == "u"


def test_the_first_error_of_many_is_raised() -> None:
    def work(number: int) -> int:
        if number >= 2:
            raise ValueError(number)
        return number

    with pytest.raises(ValueError, match="2"):
        together(work, range(5))
    assert together(work, range(2)) == [0, 1]
