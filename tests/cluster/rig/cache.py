"""Directories that are made once and named by the content that they are made from."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.cluster.rig.settings import cache_root

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path


#: Two weeks: branches with different versions do not build in turns.
KEPT_SECONDS = 14 * 86_400


def say(text: str) -> None:
    print(f"rig: {text}", file=sys.stderr, flush=True)


@contextmanager
def lock(name: str) -> Iterator[None]:
    """One process at a time; the kernel gives the lock back when its holder dies."""
    path = cache_root() / f"{name}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another process that holds {path}")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def digest(*parts: str | bytes | Path) -> str:
    """Twelve hexadecimal digits over texts and the contents of files."""
    total = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part if isinstance(part, bytes) else part.read_bytes()
        total.update(hashlib.sha256(data).digest())
    return total.hexdigest()[:12]


def cached(kind: str, name: str, key: str, make: Callable[[Path], None]) -> Path:
    """The directory ``kind/name-key``. ``make`` fills it at most once: an interrupted one never gets the final name."""
    final = cache_root() / kind / f"{name}-{key}"
    if final.is_dir():
        os.utime(final)
        return final
    with lock(f"{kind}-{name}"):
        if not final.is_dir():
            started = time.monotonic()
            say(f"making {kind}/{name}")
            partial = final.with_suffix(".partial")
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir(parents=True)
            make(partial)
            os.replace(partial, final)
            say(f"{kind}/{name}: {time.monotonic() - started:.1f} s")
            _forget_unused(final, name)
    return final


def _forget_unused(made: Path, name: str) -> None:
    """Each change of a version leaves half a gigabyte behind."""
    for other in made.parent.glob(f"{name}-*"):
        if time.time() - other.stat().st_mtime > KEPT_SECONDS:
            shutil.rmtree(other, ignore_errors=True)


def sources(directory: Path, patterns: Iterable[str]) -> list[Path]:
    return sorted(path for pattern in patterns for path in directory.rglob(pattern))
