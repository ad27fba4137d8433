"""Runs the program under a limit of memory, and writes down what it took: CPU seconds and peak MiB.

The peak is the kernel's for this program alone: what ``wait4`` tells includes the process that started it.
"""

from __future__ import annotations

import atexit
import resource
import sys
from pathlib import Path

_LIMIT = 1 << 30


def _write(file: str) -> None:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    peak = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    Path(file).write_text(f"{usage.ru_utime + usage.ru_stime} {int(peak) // 1024}", encoding="utf-8")


def main() -> None:
    result, *arguments = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (_LIMIT, _LIMIT))
    atexit.register(_write, result)
    sys.argv[1:] = arguments
    from hybridcompose.__main__ import main as program

    program()


if __name__ == "__main__":
    main()
