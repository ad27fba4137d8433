"""What takes long to start is started once for all processes of tests, and ends with the last of them."""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from tests.cluster.rig.cache import lock
from tests.cluster.rig.settings import cache_root

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Started = TypeVar("Started")
_OURS = "started by tests"
#: Who holds the lock of this name looks at what the whole machine has: nothing is started or ended meanwhile.
MACHINE = "machine"


@contextmanager
def shared(
    name: str, is_there: Callable[[], bool], up: Callable[[], Started], down: Callable[[], object]
) -> Iterator[Started]:
    """What ``up`` gives. What was there before the first process of tests is left; else the last one calls ``down``.

    Every process holds a lock together with the others, which the kernel gives back if one dies. A process that gets
    it for itself is the first, or the last. What the file says is of use only while somebody holds the lock.
    """
    path = cache_root() / f"{name}.users"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        if _alone(file.fileno()):
            file.truncate(0)
            if not is_there():
                file.write(_OURS)
                file.flush()
        fcntl.flock(file, fcntl.LOCK_SH)
        try:
            with lock(MACHINE):
                started = up()
            yield started
        finally:
            if _alone(file.fileno()) and path.read_text() == _OURS:
                with lock(MACHINE):
                    down()


def _alone(file: int) -> bool:
    """Whether no other process holds the lock; this one then holds it for itself."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
