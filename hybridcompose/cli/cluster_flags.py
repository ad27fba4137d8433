"""What the commands that talk to a cluster have in common: which cluster, which namespace, where they speak."""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from hybridcompose.cli.session import Session
    from hybridcompose.engine.progress import Event, Output
    from hybridcompose.engine.target import Target


class Place(NamedTuple):
    """Where to go, as the flags say."""

    namespace: str | None
    kubeconfig: str | None
    context: str | None

    def target(self, project: str, *, shared: bool = False) -> Target:
        """The project there. Raises ``ClusterError`` where no cluster is configured."""
        from hybridcompose.cluster.api import connect
        from hybridcompose.engine.target import target

        return target(connect(self.kubeconfig, self.context), project, self.namespace, shared=shared)


_FLAGS = (
    click.option("-n", "--namespace", metavar="NAME", help="Namespace of all objects (default: the project's name)."),
    click.option("--kubeconfig", metavar="FILE", help="Configuration of the cluster (default: as kubectl finds it)."),
    click.option("--context", metavar="NAME", help="Context of that configuration (default: its current one)."),
)


def cluster_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Decorates a command with the flags, which reach it as one ``place``."""
    import functools

    @functools.wraps(function)
    def command(
        *arguments: Any, namespace: str | None, kubeconfig: str | None, context: str | None, **options: Any
    ) -> Any:
        return function(*arguments, place=Place(namespace, kubeconfig, context), **options)

    decorated: Callable[..., Any] = command
    for flag in reversed(_FLAGS):
        decorated = flag(decorated)
    return decorated


def named_project(session: Session, services: Collection[str] = ()) -> str:
    """The project's name: with ``-p`` no compose file is needed.

    Raises ``click.BadParameter`` for a service that the compose files lack, where they are read.
    """
    if session.project_name and not session.files:
        return session.project_name
    return (session.load_services(services) if services else session.load()).name


def coloured_output() -> bool:
    """Whether the output is for the eyes of a person who wants colours."""
    from hybridcompose.diagnostics.output import colour

    return colour.wanted(os.environ, terminal=sys.stdout is not None and sys.stdout.isatty())


class Terminal:
    """Lines to standard output and standard error, whole ones from any thread; progress as the display shows it.

    What builds write is shown with ``show_builds``; a whole run, with its ``phases``, in groups where a CI system has
    some.
    """

    def __init__(
        self, *, quiet: bool = False, progress: str = "plain", show_builds: bool = True, phases: bool = False
    ) -> None:
        from hybridcompose.cli.progress import chosen

        self._show_builds = show_builds
        self._display = chosen(progress, quiet=quiet, phases=phases)
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        with self._lock:
            self._display.close()

    def out(self, line: str) -> None:
        """Prints a line of the result. Raises ``BrokenPipeError`` where the reader is gone."""
        with self._lock:
            if sys.stdout.isatty() and self._display.above(line):
                return
            self._display.beside(line)
            sys.stdout.buffer.write(f"{line}\n".encode(errors="backslashreplace"))
            sys.stdout.buffer.flush()

    def note(self, line: str) -> None:
        """Says what happens, unless that is not wanted."""
        with self._lock:
            self._display.note(line)

    def tell(self, event: Event | Output) -> None:
        """Shows how far something is."""
        from hybridcompose.engine.progress import Output

        if self._show_builds or not isinstance(event, Output):
            with self._lock:
                self._display.tell(event)
