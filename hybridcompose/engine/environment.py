"""A running project, for tests: ``with hc.up(project) as environment``."""

from __future__ import annotations

from contextlib import contextmanager
from secrets import token_hex
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from hybridcompose.cluster.observe import look
from hybridcompose.engine import addresses, copy, logs, run, up, wait
from hybridcompose.engine import exec as exec_
from hybridcompose.engine.conversation import Recorder, Result
from hybridcompose.engine.forwards import Forwards
from hybridcompose.engine.target import Silent, Target
from hybridcompose.translate.labels import label_value
from hybridcompose.translate.one_off import OneOff

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from hybridcompose.engine.addresses import Address
    from hybridcompose.plan import Plan


class Environment(NamedTuple):
    """What runs in the cluster, until the ``with`` block ends."""

    target: Target
    #: The plan that runs a service once more. Raises ``KeyError`` where there is no such service or job.
    plan_of: Callable[[OneOff], Plan]
    #: Ports that are open on this machine while the block lasts.
    forwards: Forwards

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

    def run(
        self,
        service: str,
        *command: str,
        stdin: bytes = b"",
        environment: Mapping[str, str] = MappingProxyType({}),
        **changes: Any,
    ) -> Result:
        """Runs a new container of the service, or a job: the program's exit code, and what it wrote.

        Without a ``command`` its own. What it depends on runs or is started; the container does not answer to the
        service's name, and is removed at the end. ``changes`` are fields of ``hybridcompose.translate.one_off.OneOff``,
        such as ``user``, ``workdir`` and ``entrypoint``. Raises as ``up``, ``ClusterError`` for an unknown service.
        """
        recorder = Recorder(stdin)
        one_off = OneOff(service, token_hex(6), command, environment=environment, stdin=recorder.stdin, **changes)
        try:
            plan = self.plan_of(one_off)
        except KeyError:
            raise wait.not_running(service, self.target) from None
        request = run.Request(remove=True)
        return recorder.result(run.run(self.target, plan, request, recorder, Silent()))

    def port(self, service: str, port: int, *, protocol: str = "tcp", index: int | None = None) -> Address:
        """The host and the port at which this process reaches a port of the service, while the block lasts.

        Inside the cluster that is the service's name (with ``index`` the address of one container), elsewhere a port
        of this machine, which is carried there. Raises ``ClusterError`` where the service has no such port.
        """
        return addresses.find_port(self.target, service, port, protocol, index, forwards=self.forwards)

    def url(self, service: str, port: int | None = None) -> str:
        """``http://HOST:PORT`` for a port of the service, by default its first; ``https`` for 443 and 8443.

        Raises as ``port``.
        """
        return addresses.find_url(self.target, service, port, forwards=self.forwards)

    def cp(self, source: str, destination: str, *, index: int | None = None) -> None:
        """Copies ``SERVICE:PATH`` to a path here, or a path here to ``SERVICE:PATH``, as ``docker cp`` does.

        Raises ``ClusterError``, ``OutputError`` for what cannot be written here.
        """
        here, there = copy.side(source), copy.side(destination)
        request = copy.Request(index)
        if here.service:
            copy.from_container(self.target, here, destination, request, Silent(), lambda _: None)
        else:
            copy.to_container(self.target, source, there, request, Silent(), None)


@contextmanager
def running(
    target: Target,
    plan: Plan,
    seconds: float | None,
    dependency_seconds: float | None,
    plan_of: Callable[[OneOff], Plan],
) -> Iterator[Environment]:
    """Starts the plan, waits until it is ready, and removes it whatever happens."""
    request = up.Request(wait=True, seconds=seconds)
    if dependency_seconds is not None:
        request = request._replace(dependency_seconds=dependency_seconds)
    created = up.prepared(target, Silent())
    try:
        up.start(target, plan, request, Silent())
        with Forwards(target) as forwards:
            yield Environment(target, plan_of, forwards)
    finally:
        up.remove(target, Silent(), volumes=created)
