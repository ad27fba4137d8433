from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.cluster.decide import Failure, Kind
from hybridcompose.cluster.state import ContainerState, EventState, Observed, Phase
from hybridcompose.diagnostics import BuildError, ServiceError, TimedOutError
from hybridcompose.engine.explain import error_of, explain
from hybridcompose.engine.target import target
from tests.unit.cluster.server import Answer, Request, message, serve
from tests.unit.cluster.worlds import NOW, pod, service

if TYPE_CHECKING:
    from pathlib import Path

_FAILURE = Failure(Kind.SERVICE, "db", "db is unhealthy", "db", "db")


def _log(request: Request) -> Answer:
    return Answer(200, [b"before\n" if "previous" in request.query else b"after\n"])


def test_a_failure_shows_the_state_the_events_and_the_last_lines(tmp_path: Path) -> None:
    main = ContainerState("db", "i", Phase.RUNNING, restarts=2, since=NOW)
    probe = EventState("uid-db", "db", "Unhealthy", "Startup probe failed: no", warning=True, times=7)
    pulled = EventState("uid-db", "db", "Pulled", "image is there", warning=False)
    earlier = EventState("uid-of-another-db", "db", "Failed", "long ago", warning=True)
    found = Observed({"db": pod(service("db"), containers=(main,))}, {}, (probe, pulled, earlier))
    with serve(tmp_path, _log) as (api, asked):
        lines = list(explain(target(api, "demo"), _FAILURE, found))
    assert lines == [
        "--- pod db: Running",
        "    db: running, 2 restarts",
        "--- events of db",
        "    Unhealthy: Startup probe failed: no (7 times)",
        "--- before its restart, the last lines of db in db",
        "    before",
        "--- the last lines of db in db",
        "    after",
    ]
    assert {request.query["tailLines"] for request in asked} == {"20"}


def test_a_log_that_cannot_be_read_hides_nothing_else(tmp_path: Path) -> None:
    found = Observed({"db": pod(service("db"))})
    with serve(tmp_path, lambda _: message(403, "forbidden")) as (api, _):
        lines = list(explain(target(api, "demo"), _FAILURE, found))
    assert lines == ["--- pod db: Running", "    db: running"]


def test_each_kind_of_failure_is_an_error_of_its_own_at_its_compose_element() -> None:
    assert isinstance(error_of(_FAILURE), ServiceError)
    assert isinstance(error_of(_FAILURE._replace(kind=Kind.TIME)), TimedOutError)
    error = error_of(_FAILURE._replace(kind=Kind.BUILD))
    assert isinstance(error, BuildError)
    assert error.diagnostics[0].path == ("services", "db", "build")
