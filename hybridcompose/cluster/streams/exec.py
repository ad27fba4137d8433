"""A program that runs in a container, with its standard streams.

On clusters that cannot be told that standard input is at its end (before 1.30) a program that reads it must know how
much comes. And one that ends before it has read everything may lose its exit code, because the connection is reset;
what it wrote a moment before arrives.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.cluster.api import Api, path_of
from hybridcompose.cluster.streams.channels import STALL_SECONDS, BrokenConnectionError, Channels

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from hybridcompose.cluster.streams.logs import Source

__all__ = ["STALL_SECONDS", "STDERR", "STDOUT", "BrokenConnectionError", "Program", "Streams", "attach"]

STDIN, STDOUT, STDERR, _STATUS, _RESIZE = range(5)
#: What is kept of the program's output where nobody takes it.
_KEPT = 65_536


class Streams(NamedTuple):
    """Which standard streams are connected. With ``tty`` the program has a terminal, and one output."""

    stdin: bool = True
    output: bool = True
    tty: bool = False

    def query(self) -> list[tuple[str, str]]:
        wanted = {
            "stdin": self.stdin,
            "stdout": self.output,
            "stderr": self.output and not self.tty,
            "tty": self.tty,
        }
        return [(name, "true") for name, value in wanted.items() if value]


_ALL = Streams()


class Program(Channels):
    """Runs from entering the block until it ends, or the block is left.

    What it writes goes to ``take``, with the number of the stream: ``STDOUT`` or ``STDERR``; without it to ``output``.
    ``code`` is what the program exited with, once that is known; -1 where it could not run to its end, and
    ``problem`` then says why.
    """

    def __init__(
        self,
        api: Api,
        source: Source,
        command: Sequence[str],
        *,
        streams: Streams = _ALL,
        take: Callable[[int, bytes], None] | None = None,
        connection: str = "exec",
    ) -> None:
        query = [("container", source.container), *(("command", part) for part in command), *streams.query()]
        super().__init__(api, path_of("Pod", source.namespace, source.pod, connection), query)
        self._output = b""
        self._take = take or self._keep
        self.code: int | None = None
        self.problem = ""

    @property
    def output(self) -> str:
        """What it wrote to both of its outputs, the end of it where that is much."""
        return self._output.decode(errors="replace")

    @property
    def over(self) -> bool:
        return self.code is not None

    def taken(self, channel: int, data: bytes) -> None:
        if channel == _STATUS:
            self.code, self.problem = _end(data)
        elif channel in (STDOUT, STDERR):
            self._take(channel, data)

    def _keep(self, _: int, data: bytes) -> None:
        self._output = (self._output + data)[-_KEPT:]

    def write(self, data: bytes) -> bool:
        """Gives data to the program; says whether it still runs. Raises ``BrokenConnectionError``."""
        self.send(STDIN, data)
        return not self.over

    def end_input(self) -> bool:
        """The program has everything that it will get; ``False`` where the cluster cannot say so to it."""
        return self.end(STDIN)

    def resize(self, columns: int, lines: int) -> None:
        """Changes the size of its terminal."""
        self.send(_RESIZE, json.dumps({"Width": columns, "Height": lines}).encode())

    def wait(self, seconds: float | None) -> int:
        """The program's exit code. Raises ``BrokenConnectionError``, also when nothing is heard for ``seconds``."""
        while self.code is None:
            self.receive(seconds)
        return self.code

    def talk(self, watched: Mapping[int, Callable[[], bool]]) -> int:
        """The program's exit code, after as long as it takes. Raises ``BrokenConnectionError``.

        What is watched for a file descriptor is called whenever that can be read, until it says ``False``.
        """
        left = dict(watched)
        while self.code is None:
            for descriptor in self.listen(left):
                if not left[descriptor]():
                    del left[descriptor]
        return self.code


def attach(api: Api, source: Source, streams: Streams, take: Callable[[int, bytes], None]) -> Program:
    """The program that is the container's own: its streams from now on. Raises ``ClusterError``.

    Its end is told without its exit code, which is in the pod's state.
    """
    return Program(api, source, (), streams=streams, take=take, connection="attach")


def _end(content: bytes) -> tuple[int, str]:
    """The exit code in a ``Status``; -1, and why, where the program could not run to its end."""
    status = json.loads(content)
    if status.get("status") == "Success":
        return 0, ""
    causes = (status.get("details") or {}).get("causes") or ()
    code = next((int(cause["message"]) for cause in causes if cause.get("reason") == "ExitCode"), -1)
    return code, "" if code != -1 else str(status.get("message") or "no reason given")
