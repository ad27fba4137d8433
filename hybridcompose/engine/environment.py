"""A running project, for tests: ``with hc.up(project) as environment``."""

from __future__ import annotations

from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.cluster.observe import look
from hybridcompose.engine import exec as exec_
from hybridcompose.engine import logs, up, wait
from hybridcompose.engine.conversation import Recorder, Result
from hybridcompose.engine.target import Silent, Target
from hybridcompose.translate.labels import label_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hybridcompose.plan import Plan


class Environment(NamedTuple):
    """What runs in the cluster, until the ``with`` block ends."""

    target: Target

    @property
    def namespace(self) -> str:
        """The namespace of all objects; every service answers there under its name."""
        return self.target.namespace

    def wait(self, service: str) -> int:
        """Waits until the service has ended, and returns its exit code. Raises ``ClusterError`` for an unknown one."""
        return wait.wait(self.target, [service])[1]

    def logs(self, service: str) -> str:
        """What all containers of the service have written so far. Raises ``ClusterError`` for an unknown one."""
        pods = look(self.target.api, self.namespace, self.target.selector).pods_of(label_value(service))
        if not pods:
            raise wait.not_running(service, self.target)
        return "".join(logs.text(self.target, pod, logs.Form()) for pod in pods)

    def exec(
        self,
        service: str,
        *command: str,
        stdin: bytes = b"",
        user: str = "",
        workdir: str = "",
        environment: Mapping[str, str] = MappingProxyType({}),
        index: int | None = None,
    ) -> Result:
        """Runs a program in a container of the service: its exit code, and what it wrote.

        ``index`` is which container, from 1, where the service has several. ``user``, ``workdir`` and ``environment``
        need a shell in the image. Raises ``ClusterError`` where the service does not run.
        """
        variables = tuple(f"{name}={value}" for name, value in environment.items())
        recorder = Recorder(stdin)
        call = exec_.Call(command, user, workdir, variables, index)
        return recorder.result(exec_.run(self.target, service, call, recorder))


@contextmanager
def running(
    target: Target, plan: Plan, seconds: float | None, dependency_seconds: float | None
) -> Iterator[Environment]:
    """Starts the plan, waits until it is ready, and removes it whatever happens."""
    request = up.Request(wait=True, seconds=seconds)
    if dependency_seconds is not None:
        request = request._replace(dependency_seconds=dependency_seconds)
    created = up.prepared(target, Silent())
    try:
        up.start(target, plan, request, Silent())
        yield Environment(target)
    finally:
        up.remove(target, Silent(), volumes=created)
