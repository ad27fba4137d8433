"""``python -m benchmarks.stages FILE``: prints the seconds of each stage, in one process, as JSON."""

from __future__ import annotations

import gc
import json
import sys
import time
from typing import TYPE_CHECKING, TypeVar

import hybridcompose as hc

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def stages(file: str) -> dict[str, float]:
    """Seconds by stage. The first stage includes its imports, as in a real run."""
    seconds: dict[str, float] = {}

    def timed(name: str, work: Callable[[], T]) -> T:
        start = time.perf_counter()
        result = work()
        seconds[name] = time.perf_counter() - start
        return result

    project = timed("load", lambda: hc.load(file, environment={}))
    facts = timed("gather", lambda: hc.gather(project))
    plan = timed("translate", lambda: hc.translate(project, facts=facts))
    timed("render", lambda: hc.render(plan))
    return seconds


if __name__ == "__main__":
    # As the command line runs.
    gc.disable()
    print(json.dumps(stages(sys.argv[1])))
