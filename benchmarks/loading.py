"""``python -m benchmarks.loading REQUESTS``: loads each line's project and prints it, as the reference driver does.

``python -m benchmarks.loading --only FILE`` prints the seconds and CPU seconds of ``hc.load`` alone, as JSON.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from pathlib import Path


def answer(requests: str) -> None:
    """One line of JSON for each line of a file of requests (``tests/oracle/loader``)."""
    import hybridcompose as hc

    for line in Path(requests).read_text(encoding="utf-8").splitlines():
        request = json.loads(line)
        try:
            project = hc.load(
                *request["files"],
                environment=request["environment"],
                profiles=request["profiles"],
                project_directory=request["dir"],
            )
        except hc.LoadError as error:
            print(json.dumps({"ok": False, "error": str(error)}))
        else:
            print(json.dumps({"ok": True, "project": project.to_dict()}))


def only(file: str) -> None:
    from hybridcompose.api import load

    wall, cpu = time.perf_counter(), time.process_time()
    load(file, environment={})
    print(json.dumps({"seconds": time.perf_counter() - wall, "cpu": time.process_time() - cpu}))


if __name__ == "__main__":
    # As the command line runs.
    gc.disable()
    if sys.argv[1] == "--only":
        only(sys.argv[2])
    else:
        answer(sys.argv[1])
