"""Both sides look at several projects at a time: a project is waited for, more than that it is worked on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from tests.parity.observing import observe
from tests.parity.scenarios import batches

if TYPE_CHECKING:
    from collections.abc import Iterable
    from concurrent.futures import Future

    from tests.parity.observing import Shown
    from tests.parity.scenarios import Scenario
    from tests.parity.sides import Side

#: Projects of one side that run at a time. More do not end sooner on two processors.
AT_ONCE = 4


class Observed:
    """What one side shows of these scenarios, which are begun at once and asked for in any order."""

    def __init__(self, side: Side, scenarios: Iterable[Scenario]) -> None:
        self._pool = ThreadPoolExecutor(AT_ONCE, side.name)
        self._seen: dict[str, Future[dict[str, Shown]]] = {}
        for batch in batches(scenarios):
            begun = self._pool.submit(observe, side, batch)
            self._seen.update((scenario.id, begun) for scenario in batch)

    def of(self, scenario: Scenario) -> Shown:
        """Waits for it. What failed there fails here."""
        return self._seen[scenario.id].result()[scenario.id]

    def end(self) -> None:
        """What has not begun does not begin; what has is waited for, so that nothing of it is left."""
        self._pool.shutdown(cancel_futures=True)
