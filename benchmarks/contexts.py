"""``python -m benchmarks.contexts MEBIBYTES``: packs and sends a build context of that size, and prints what it took.

Sending goes to a taker that throws everything away: what is measured is the reading side, which is where a large
context could fill the memory.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from pathlib import Path

from hybridcompose.gather.contents import Contents

_BLOCK = 8 << 20


def peak() -> float:
    """The most memory that this process has used, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(mebibytes: int) -> None:
    with tempfile.TemporaryDirectory() as directory:
        _fill(Path(directory) / "blob", mebibytes << 20)
        contents = Contents(directory)
        before = peak()
        start = time.perf_counter()
        archive, _, _ = contents.pack()
        packed = time.perf_counter()
        contents.send(lambda _: None)
        sent = time.perf_counter()
    print(f"{mebibytes} MiB, {archive.streamed_size >> 20} MiB compressed")
    print(f"packed in {packed - start:.1f} s, sent in {sent - packed:.1f} s")
    print(f"peak memory {before:.0f} MiB before, {peak():.0f} MiB after: {peak() - before:.1f} MiB more")


def _fill(path: Path, size: int) -> None:
    with path.open("wb") as file:
        for start in range(0, size, _BLOCK):
            file.write(os.urandom(min(_BLOCK, size - start)))


if __name__ == "__main__":
    main(int(sys.argv[1]))
