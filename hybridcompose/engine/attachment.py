"""The streams of a container that is about to run, as completely as a cluster gives them.

A container's output before somebody attaches is in its log alone, where both outputs are one. So the connection is
tried until it holds, from before the program begins; whether it missed anything, the log says: when it holds, while
nothing arrives and when something does for the first time, because a busy node connects the streams a moment after it
says so, and at the end.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from hybridcompose.cluster.streams.exec import BrokenConnectionError, Streams, attach
from hybridcompose.cluster.streams.logs import Follower, read_bytes
from hybridcompose.diagnostics import ClusterError
from hybridcompose.engine.arrivals import Arrivals, LoggedLength, as_on_a_terminal
from hybridcompose.engine.conversation import STDOUT

if TYPE_CHECKING:
    from collections.abc import Callable

    from hybridcompose.cluster.api import Api
    from hybridcompose.cluster.streams.exec import Program
    from hybridcompose.cluster.streams.logs import Source
    from hybridcompose.engine.conversation import Partner

#: Seconds between two tries to attach.
_PAUSE = 0.03
#: How long the last lines of a container that has ended may take.
_LAST_LINES = 10.0
#: What an API server answers while a container does not run yet.
_NOT_YET = (400, 404, 409, 500)
#: Seconds between two looks whether a program has ended that could not be attached to.
_LOOK = 0.5
#: Seconds in which what one output brings may be under way while the other has arrived, or the log has it.
_UNDER_WAY = 0.3
#: Seconds between looks at the log while nothing has arrived: the first ones, and all later ones.
_FIRST_SILENCE, _SILENCE = 0.5, 5.0


class Attachment:
    """Connects a partner with a program: tries to from ``begin`` on, in the background, until ``talk`` takes over."""

    def __init__(self, api: Api, source: Source, partner: Partner) -> None:
        self._api, self._source, self._partner = api, source, partner
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self._program: Program | None = None
        self._follower: Follower | None = None
        #: What was written before the connection, as far as the log knew it just after.
        self._before = b""
        #: What comes through the connection; ``None`` where the log brings it.
        self._take: Callable[[int, bytes], None] | None = None
        self._shown = LoggedLength()
        #: What has come through the connection, what of it is held back, and for how long at most.
        self._arrivals = Arrivals()
        self._held: list[tuple[int, bytes]] = []
        self._timer: threading.Timer | None = None
        self._lock = threading.RLock()
        self._talked = threading.Event()
        self._error: Exception | None = None

    def begin(self) -> None:
        """Begins to attach, unless it has."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._connect, name=f"attach-{self._source.pod}", daemon=True)
            self._thread.start()

    def talk(self, has_ended: Callable[[], bool]) -> None:
        """Until the program has ended, or the connection has. Raises ``ClusterError``."""
        self._await_connection(has_ended)
        if self._program is None:
            self._follow()
            return
        if self._partner.tty:
            self._catch_up(self._program)
        elif self._before:
            self._follow()
        else:
            self._take = self._first
            threading.Thread(target=self._break_silence, name=f"log-{self._source.pod}", daemon=True).start()
        try:
            self._partner.talk(self._program)
        except BrokenConnectionError:
            # What the connection brings no more, the log does, but for carriage returns before line feeds.
            self._follow()
        else:
            # What was quick enough stands in the log alone.
            if self._held or not self._shown.length:
                self._follow()
        finally:
            self._talked.set()
            self._program.close()

    def check(self) -> None:
        """Raises what has ended the reading of the log."""
        if self._follower is not None and self._follower.error is not None:
            raise self._follower.error

    def finish(self) -> None:
        """The container has ended: takes its last lines, or what the connection has missed."""
        if self._follower is not None:
            self._follower.finish(_LAST_LINES)
            self.check()
        elif self._shown.length and self._arrivals.complete and not self._partner.tty:
            missed = self._arrivals.missed(read_bytes(self._api, self._source))
            if missed:
                self._partner.take(STDOUT, missed)

    def stop(self) -> None:
        """Gives up at once."""
        self._over.set()
        self._talked.set()
        if self._timer is not None:
            self._timer.cancel()
        if self._program is not None:
            self._program.close()
        if self._follower is not None:
            self._follower.stop()

    def _await_connection(self, has_ended: Callable[[], bool]) -> None:
        self.begin()
        while self._thread is not None and self._thread.is_alive():
            self._thread.join(_LOOK)
            if self._thread.is_alive() and has_ended():
                self._over.set()
        if self._error is not None:
            raise self._error

    def _connect(self) -> None:
        streams = Streams(stdin=self._partner.stdin, tty=self._partner.tty)
        while self._program is None and not self._over.wait(_PAUSE):
            try:
                self._program = attach(self._api, self._source, streams, self._arrived)
                self._before = read_bytes(self._api, self._source)
            except ClusterError as error:
                if error.status not in _NOT_YET:
                    self._error = error
                    return

    def _catch_up(self, program: Program) -> None:
        """Shows what was written before. What has arrived already may be in the log, too."""
        early: list[tuple[int, bytes]] = []
        self._take = lambda stream, data: early.append((stream, data))
        program.receive_waiting()
        self._take = self._show
        before, arrived = as_on_a_terminal(self._before), b"".join(data for _, data in early)
        known = next((n for n in range(len(arrived), 0, -1) if before.endswith(arrived[:n])), 0)
        if before:
            self._show(STDOUT, before)
        for stream, data in early:
            cut, known = data[known:], max(0, known - len(data))
            self._show(stream, cut)

    def _arrived(self, stream: int, data: bytes) -> None:
        with self._lock:
            if self._take is not None:
                self._arrivals.add(stream, data)
                self._take(stream, data)

    def _first(self, stream: int, data: bytes) -> None:
        """Shows what arrives first once the log has nothing before it; else the log is what is shown."""
        self._held.append((stream, data))
        if self._timer is None:
            self._before = read_bytes(self._api, self._source)
        if self._arrivals.continue_from(self._before):
            self._release()
        elif self._timer is None:
            self._timer = threading.Timer(_UNDER_WAY, self._give_up)
            self._timer.daemon = True
            self._timer.start()

    def _break_silence(self) -> None:
        """Shows the log where it has what does not arrive: the program may wait for an answer to that."""
        pause = _FIRST_SILENCE
        while not self._talked.wait(pause) and not self._has_arrived():
            pause = min(2 * pause, _SILENCE)
            try:
                silent = not read_bytes(self._api, self._source)
            except ClusterError:
                continue  # the connection, or the end of the pod, says what is wrong
            if silent or self._talked.wait(_UNDER_WAY):
                continue
            with self._lock:
                if not self._has_arrived():
                    self._follow()

    def _has_arrived(self) -> bool:
        return bool(self._shown.length or self._held or self._follower)

    def _release(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        held, self._held, self._take = self._held, [], self._show
        for stream, data in held:
            self._show(stream, data)

    def _give_up(self) -> None:
        with self._lock:
            if self._held:
                self._follow()

    def _show(self, stream: int, data: bytes) -> None:
        self._shown.add(stream, data)
        self._partner.take(stream, data)

    def _follow(self) -> None:
        with self._lock:
            if self._follower is None:
                self._follow_log()

    def _follow_log(self) -> None:
        self._held, self._take, left = [], None, self._shown.length

        def line(text: str) -> None:
            nonlocal left
            data = text.encode(errors="surrogateescape")
            known = min(left, len(data))
            left -= known
            if known < len(data):
                new = data[known:]
                self._partner.take(STDOUT, as_on_a_terminal(new) if self._partner.tty else new)

        self._follower = Follower(self._api, self._source, line, raw=True)
