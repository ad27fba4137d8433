"""Every fixture goes up, is used from inside and from outside, and down: by the program and by the library."""

from __future__ import annotations

import json
import signal
import subprocess
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Any

import hybridcompose as hc
from tests.cluster.client import until
from tests.cluster.fixture_projects import ADJUSTED, LEFT_OUT, published, runnable, servers, targets
from tests.e2e.program import COMMAND, environment
from tests.fixtures import NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from tests.cluster.client import Cluster
    from tests.cluster.fixture_projects import Target
    from tests.cluster.places import Place
    from tests.fixtures import Fixture

RUNNING = [name for name in NAMES if name not in LEFT_OUT]
#: Projects that run at the same time.
WIDTH = 4
#: Prints what answers at each HOST:PORT.
ASK = ["sh", "-c", 'for at; do timeout 5 wget -q -O - "http://$at/" || exit 1; done', "sh"]


def test_the_tables_of_fixtures_name_what_there_is() -> None:
    assert {*ADJUSTED, *LEFT_OUT} <= set(NAMES)
    assert not ADJUSTED.keys() & LEFT_OUT.keys()


def test_every_fixture_goes_up_is_used_and_goes_down(cluster: Cluster, place: Place, tmp_path: Path) -> None:
    def attempt(number: int, name: str) -> str:
        own = replace(place, name=f"{place.name}-{name}")
        try:
            fixture = runnable(name, tmp_path / name, place.base_image)
            _one(fixture, own, cluster, by_program=number % 2 == 0)
        except (AssertionError, OSError, subprocess.TimeoutExpired, hc.HybridComposeError) as error:
            notes = "\n".join(getattr(error, "__notes__", ()))
            return f"{name}: {type(error).__name__}: {error}\n{notes}"
        finally:
            own.run(own.command("down", "-v", "-t", "0"))
        return ""

    assert RUNNING
    with ThreadPoolExecutor(WIDTH) as pool:
        failed = [told for told in pool.map(attempt, count(), RUNNING) if told]
    assert not failed, "\n\n".join(failed)


def _one(fixture: Fixture, place: Place, cluster: Cluster, *, by_program: bool) -> None:
    """The program starts it, the library takes it over; either the library's block removes it, or the program."""
    project = fixture.load(place.name)
    services = project.to_dict()["services"]
    options = {**place.options, **fixture.render, "dns_image": cluster.image("coredns")}
    program = _Program(fixture, place, options)
    shared = options.get("namespace_mode") == "shared"
    if shared:
        cluster.kubectl("create", "namespace", place.name)

    def nothing_runs() -> bool:
        return not cluster.get("pods", "--namespace", place.name)["items"]

    try:
        program.up("-d", "--wait", "--wait-timeout", "120")
        listed = [json.loads(line) for line in program.run("ps", "-a", "--format", "json").splitlines()]
        _check_states(services, {(one["Service"], one["State"], one["ExitCode"]) for one in listed})
        _use_inside(services, options, lambda source, *command: program.run("exec", "-T", source, *command))
        with program.published() as port:
            _use_outside(services, port)
            place_of: dict[str, Any] = {"kubeconfig": str(place.kubeconfig), "namespace": place.name, "timeout": 120}
            with hc.up(project, keep=lambda: by_program, **place_of, **options) as running:
                _check_states(services, {(one.service, one.state, one.exit_code or 0) for one in running.ps()})
                _use_inside(services, options, lambda source, *command: running.exec(source, *command).text)
                _use_outside(services, lambda name, port: "{}:{}".format(*running.port(name, port)))
            # Volumes that the library has not made stay.
            assert by_program or nothing_runs()
            program.run("down", "-v", "-t", "0")
            assert nothing_runs()
            assert shared or place.is_gone()
    finally:
        if shared:
            cluster.kubectl("delete", "namespace", place.name, "--wait=false")


def _check_states(services: Mapping[str, Any], found: set[tuple[str, str, int]]) -> None:
    """Every service is there: the servers run, and what runs once has ended well."""
    lasting = set(servers(services))
    assert found == {(name, "running" if name in lasting else "exited", 0) for name in services}


def _use_inside(services: Mapping[str, Any], options: Mapping[str, Any], execute: Callable[..., str]) -> None:
    """Every server answers to each of its names, asked by a service that shares a network with it."""
    asked = targets(services, options)
    for source in sorted({target.source for target in asked}):
        own = [target for target in asked if target.source == source]

        def answered(source: str = source, own: list[Target] = own) -> bool:
            answers = execute(source, *ASK, *(f"{target.host}:{target.port}" for target in own)).split()
            # A server without a health check may not listen yet.
            return len(answers) == len(own) and all(
                answer in target.answers for answer, target in zip(answers, own, strict=True)
            )

        until(answered, f"answers for {source} from {own}")


def _use_outside(services: Mapping[str, Any], address: Callable[[str, int], str]) -> None:
    """Every published TCP port of a server answers this process."""
    ports = [(name, port) for name in servers(services) for port in published(services, name)]
    assert ports
    for name, port in ports:

        def answered(name: str = name, port: int = port) -> bool:
            try:
                with urllib.request.urlopen(f"http://{address(name, port)}/", timeout=10) as page:
                    return bool(page.read().decode() == f"{name}\n")
            except OSError:
                return False

        until(answered, f"an answer from outside at port {port} of {name}")


@dataclass(frozen=True)
class _Program:
    """The program with a fixture's files, in a namespace of the project's name."""

    fixture: Fixture
    place: Place
    options: Mapping[str, Any]

    def run(self, *words: str, check: bool = True) -> str:
        done = subprocess.run(self._command(*words), env=self._variables, **_CAPTURED, check=False, timeout=300)
        assert not check or done.returncode == 0, f"{words}: {done.stderr}{done.stdout}"
        return str(done.stdout)

    def up(self, *words: str) -> str:
        return self.run("up", *self._flags(), *words)

    @contextmanager
    def published(self) -> Iterator[Callable[[str, int], str]]:
        """``up --publish`` beside what runs already; where each port is open on this machine."""
        out = self.fixture.directory / "env"
        command = self._command("up", *self._flags(), "--publish", "auto", "--env-out", str(out))
        with subprocess.Popen(command, env=self._variables, **_CAPTURED) as process:
            try:

                def written() -> bool:
                    assert process.poll() is None, process.communicate()
                    return out.exists()

                until(written, f"{out}", 120)
                yield lambda name, port: self.run("port", name, str(port)).strip()
            finally:
                process.send_signal(signal.SIGINT)
                process.communicate(timeout=120)

    def _command(self, *words: str) -> list[str]:
        place = ["-n", self.place.name, "--kubeconfig", str(self.place.kubeconfig)]
        head, *tail = words
        return [*COMMAND, "-q", *self.fixture.words, "-p", self.place.name, head, *place, *tail]

    def _flags(self) -> list[str]:
        flags: list[str] = []
        for name, value in self.options.items():
            flag = f"--{name.replace('_', '-')}"
            flags += [flag] * value if isinstance(value, bool) else [flag, str(value)]
        return flags

    @property
    def _variables(self) -> dict[str, str]:
        return environment(**self.fixture.environment)


_CAPTURED: Mapping[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
