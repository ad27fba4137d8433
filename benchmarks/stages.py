"""``python -m benchmarks.stages SMALL FILE [REGISTRY]``: prints the CPU seconds of each stage of FILE,
in one process, as JSON.

The project SMALL goes first, so that no stage of FILE is charged for imports, and none looks cheap beside a load that
is. The whole is done several times, and the median of each stage is what counts.
"""

from __future__ import annotations

import gc
import json
import statistics
import sys
import time
from typing import TYPE_CHECKING, Any, TypeVar

import hybridcompose as hc

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


RUNS = 5


def stages(file: str, registry: str | None = None) -> dict[str, float]:
    """CPU seconds by stage. ``registry``: where built images are pushed."""
    options: dict[str, Any] = {"registry": registry} if registry else {}
    seconds: dict[str, float] = {}

    def timed(name: str, work: Callable[[], T]) -> T:
        start = time.process_time()
        result = work()
        seconds[name] = time.process_time() - start
        return result

    project = timed("load", lambda: hc.load(file, environment={}))
    facts = timed("gather", lambda: hc.gather(project))
    plan = timed("translate", lambda: hc.translate(project, facts=facts, **options))
    timed("render", lambda: hc.render(plan))
    return seconds


if __name__ == "__main__":
    # As the command line runs.
    gc.disable()
    small, *measured = sys.argv[1:]
    stages(small)
    runs = [stages(*measured) for _ in range(RUNS)]
    print(json.dumps({name: statistics.median(run[name] for run in runs) for name in runs[0]}))
