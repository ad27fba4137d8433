"""``top``: the processes of each container, as the container itself sees them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.cluster.observe import look
from hybridcompose.cluster.state import Phase
from hybridcompose.cluster.streams.exec import STALL_SECONDS, Program
from hybridcompose.cluster.streams.logs import Source
from hybridcompose.engine.logs import container_names
from hybridcompose.engine.tables import aligned
from hybridcompose.engine.target import existing
from hybridcompose.engine.wait import not_running
from hybridcompose.plan.labels import ONE_OFF
from hybridcompose.translate.labels import label_value

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from hybridcompose.engine.target import Console, Target

HEAD = ("SERVICE", "#", "UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD")
#: Reads /proc with what every shell has; a line each: the kernel's clock and ticks, then uid, stat and command line.
_SCRIPT = r"""
read -r up rest </proc/uptime; echo "$up"
for process in /proc/[0-9]*; do
  while read -r key first rest; do [ "$key" = Uid: ] && uid=$first; done 2>/dev/null <"$process/status"
  read -r stat 2>/dev/null <"$process/stat" || continue
  command=$(tr '\000\n\t' '   ' 2>/dev/null <"$process/cmdline")
  printf '%s\t%s\t%s\n' "$uid" "$stat" "$command"
done
"""
#: Ticks of the kernel's clock in a second, as it tells processes of them on every platform of Linux.
_TICKS = 100


class Process(NamedTuple):
    """``started`` in seconds since 1970, ``busy`` the seconds of processor time."""

    uid: str
    pid: int
    parent: int
    started: float
    busy: int
    command: str


def show(target: Target, services: Collection[str], console: Console) -> None:
    """One table of all containers of these services, or of all. Raises ``ClusterError`` for an unknown service."""
    existing(target)
    pods = list(look(target.api, target.namespace, target.selector).of_services())
    names, wanted = container_names(pods), {label_value(name): name for name in services}
    for label in sorted(wanted.keys() - {pod.service for pod in pods}):
        raise not_running(wanted[label], target)
    rows = []
    for pod in sorted(pods, key=lambda pod: names[pod.key]):
        if pod.main is None or pod.main.phase is not Phase.RUNNING or (wanted and pod.service not in wanted):
            continue
        source = Source(target.namespace, pod.name, pod.main.name)
        with Program(target.api, source, ("/bin/sh", "-c", _SCRIPT)) as program:
            code = program.wait(STALL_SECONDS)
        if code:
            console.note(f"{names[pod.key]}: its processes cannot be listed: the image has no shell")
            continue
        one_off, (service, _, number) = pod.labels.get(ONE_OFF), names[pod.key].rpartition("-")
        service, number = (one_off, "") if one_off else (service, number)
        rows += [(service, number, *row) for row in table(processes(program.output, time.time()))]
    for line in aligned([HEAD, *rows]):
        console.out(line)


def processes(text: str, now: float) -> Iterator[Process]:
    """What the script has written, without the script's own processes. ``now`` in seconds since 1970.

    Source: proc(5), "/proc/pid/stat".
    """
    uptime, *lines = text.splitlines()
    for line in lines:
        uid, stat, command = line.split("\t", 2)
        pid, _, rest = stat.partition(" (")
        name, _, fields = rest.rpartition(") ")
        numbers = fields.split()
        started = now - float(uptime) + int(numbers[19]) / _TICKS
        busy = (int(numbers[11]) + int(numbers[12])) // _TICKS
        if "</proc/uptime" not in command and not command.startswith("tr \\000\\n"):
            yield Process(uid, int(pid), int(numbers[1]), started, busy, command.strip() or f"[{name}]")


def table(found: Iterable[Process]) -> Iterator[tuple[str, ...]]:
    """The columns of `ps -ef` after those of the service."""
    for one in sorted(found, key=lambda process: process.pid):
        clock = time.strftime("%H:%M", time.localtime(one.started))
        busy = time.strftime("%H:%M:%S", time.gmtime(one.busy))
        yield one.uid, str(one.pid), str(one.parent), "0", clock, "?", busy, one.command
