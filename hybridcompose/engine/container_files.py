"""Files of a container, through the programs of its image: tar, test, readlink."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.cluster.refusals import refused
from hybridcompose.cluster.streams.exec import BrokenConnectionError, Program, Streams
from hybridcompose.engine.containers import source_of
from hybridcompose.engine.conversation import STDOUT
from hybridcompose.engine.exec import NOT_FOUND, broken

if TYPE_CHECKING:
    from collections.abc import Callable

    from hybridcompose.cluster.state import PodState
    from hybridcompose.diagnostics import ClusterError
    from hybridcompose.engine.target import Target

#: What GNU tar exits with when a file has changed while it was read.
_CHANGED = 1


class Place(NamedTuple):
    """A container that files go to or come from. ``name`` is that of people: ``web-1``."""

    target: Target
    service: str
    name: str
    pod: PodState

    def read(self, directory: str, root: str, path: str, take: Callable[[bytes], object]) -> None:
        """The archive of ``root`` in a directory. Raises ``ClusterError``."""
        wrong: list[bytes] = []

        def taken(stream: int, data: bytes) -> None:
            if stream == STDOUT:
                take(data)
            else:
                wrong.append(data)

        name = f"./{root}" if root.startswith("-") else root
        code = self._run(("tar", "-cf", "-", "-C", directory, name), taken)
        if code and (code != _CHANGED or b"changed as we read" not in b"".join(wrong)):
            raise self._failed(code, path, wrong)

    def write(self, directory: str, path: str, send: Callable[[Program], None]) -> None:
        """Unpacks the archive that ``send`` gives into a directory. Raises ``ClusterError``."""
        wrong: list[bytes] = []
        command = ("tar", "-xpf", "-", "-C", directory)
        code = self._run(command, lambda _, data: wrong.append(data), send)
        if code:
            raise self._failed(code, path, wrong)

    def check(self, question: str, path: str) -> bool:
        """What ``test`` says of a path."""
        code = self._run(("test", question, path), lambda _, __: None)
        if code not in (0, 1):
            raise self._failed(code, path, [])
        return code == 0

    def resolved(self, path: str) -> str:
        """Where a symbolic link leads."""
        told: list[bytes] = []
        code = self._run(("readlink", "-f", path), lambda _, data: told.append(data))
        return b"".join(told).decode(errors="surrogateescape").removesuffix("\n") if code == 0 else path

    def _run(
        self,
        command: tuple[str, ...],
        take: Callable[[int, bytes], None],
        send: Callable[[Program], None] | None = None,
    ) -> int:
        streams = Streams(stdin=send is not None)
        try:
            with Program(
                self.target.api, source_of(self.target, self.pod), command, streams=streams, take=take
            ) as program:
                if send is not None:
                    send(program)
                    program.end_input()
                code = program.wait(None)
                return NOT_FOUND if code < 0 else code
        except BrokenConnectionError as error:
            raise broken(self.service, error) from error

    def _failed(self, code: int, path: str, wrong: list[bytes]) -> ClusterError:
        if code == NOT_FOUND:
            return refused(
                f"the image of {self.service} has no tar or no test, with which files are copied",
                "mount a volume, or give the image these programs",
            )
        told = " ".join(b"".join(wrong).decode(errors="replace").split())[-300:]
        return refused(
            f"cannot copy {path} in {self.name}: {told or f'tar ended with code {code}'}", "correct the path"
        )
