"""A pytest plugin: a compose project runs in a cluster for the tests that ask for ``compose_environment``.

Whoever has hybridcompose installed loads this module in every run of pytest: it imports what it needs when a test
needs it.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    import hybridcompose as hc

Scope = Literal["session", "package", "module", "class", "function"]
_SCOPES: tuple[Scope, ...] = ("session", "package", "module", "class", "function")
_FIXTURE = "compose_environment"
#: Last lines of each container, of those since the test began, that are attached to a failing test.
_TAIL = 500
#: By so many seconds the clocks of nodes may be behind.
_SKEW = 2.0


class _Option(NamedTuple):
    """An option on the command line, ``--hybridcompose-NAME``, and in the configuration, ``hybridcompose_NAME``."""

    name: str
    help: str
    ini: Literal["string", "paths", "args", "bool"] = "string"
    metavar: str = "TEXT"


_OPTIONS = (
    _Option("file", "compose file; repeat to merge (default: as docker compose finds it)", "paths", "FILE"),
    _Option("profile", "profile to activate; repeatable", "args", "NAME"),
    _Option("registry", "registry that built images are pushed to (or $HYBRIDCOMPOSE_REGISTRY)"),
    _Option("namespace", "namespace of the project (default: one of its own for each run)"),
    _Option("scope", "what shares an environment: session (default), package, module, class or function"),
    _Option("timeout", "seconds until everything must be healthy"),
    _Option("keep-on-failure", "leave what runs in the cluster when a test has failed", "bool"),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("hybridcompose", "compose projects in a Kubernetes cluster")
    repeated = ("paths", "args")
    for option in _OPTIONS:
        more: dict[str, Any] = {"action": "store_true"} if option.ini == "bool" else {"metavar": option.metavar}
        more |= {"action": "append"} if option.ini in repeated else {}
        group.addoption(f"--hybridcompose-{option.name}", default=None, help=option.help, **more)
        name = f"hybridcompose_{option.name.replace('-', '_')}"
        parser.addini(name, option.help, type=option.ini, default=[] if option.ini in repeated else None)


def _chosen(config: pytest.Config, name: str) -> Any:
    """What the command line says, else the configuration."""
    given = config.getoption(f"--hybridcompose-{name}")
    return config.getini(f"hybridcompose_{name.replace('-', '_')}") if given is None else given


def _scope(fixture_name: str, config: pytest.Config) -> Scope:
    given = _chosen(config, "scope") or "session"
    for scope in _SCOPES:
        if scope == given:
            return scope
    raise pytest.UsageError(f"--hybridcompose-scope cannot be {given!r}: choose from {', '.join(_SCOPES)}")


@dataclass
class _State:
    """What the plugin knows of its session: what runs, whether a test with it has failed, what was left."""

    running: list[hc.Environment] = field(default_factory=list)
    failed: bool = False
    kept: list[str] = field(default_factory=list)


_STATE = pytest.StashKey[_State]()
_BEGAN = pytest.StashKey[float]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_STATE] = _State()


@pytest.fixture(scope=_scope)
def compose_options() -> dict[str, Any]:
    """Further arguments of ``hybridcompose.up``: define a fixture of this name to give some."""
    return {}


@pytest.fixture(scope=_scope)
def compose_project(request: pytest.FixtureRequest) -> hc.Project:
    """The project that the options name, under a name that no other run has. Define one of this name for another."""
    import uuid

    import hybridcompose as hc

    files, profiles = _chosen(request.config, "file"), _chosen(request.config, "profile")
    name = hc.load(*files, profiles=profiles).name
    return hc.load(*files, profiles=profiles, project_name=f"{name}-{uuid.uuid4().hex[:6]}{_worker(request.config)}")


def _worker(config: pytest.Config) -> str:
    """``-gw0`` in a process of pytest-xdist: each has an environment of its own."""
    given: dict[str, Any] = getattr(config, "workerinput", {})
    return f"-{given['workerid']}" if given else ""


@pytest.fixture(scope=_scope)
def compose_environment(
    request: pytest.FixtureRequest, compose_project: hc.Project, compose_options: dict[str, Any]
) -> Iterator[hc.Environment]:
    """The project running in a cluster: a ``hybridcompose.Environment``. It ends with the scope."""
    import hybridcompose as hc

    state, started = request.config.stash[_STATE], False
    options = {**_arguments(request.config, compose_options), **compose_options}

    def keep() -> bool:
        wanted = bool(_chosen(request.config, "keep-on-failure")) and (state.failed or not started)
        if wanted:
            name, namespace = compose_project.name, options.get("namespace") or compose_project.name
            told = f"{name} was left in the namespace {namespace}; to end it: "
            _leave(request.config, f"{told}hybridcompose -p {name} down -v -n {namespace}")
        return wanted

    with _ended_by_sigterm(), hc.up(compose_project, keep=keep, **options) as environment:
        started = True
        state.running.append(environment)
        try:
            yield environment
        finally:
            state.running.remove(environment)


def _arguments(config: pytest.Config, given: dict[str, Any]) -> dict[str, Any]:
    """What the options and the organisation's settings say."""
    import hybridcompose as hc

    found: dict[str, Any] = {"configuration": hc.configuration()}
    registry = _chosen(config, "registry") or os.environ.get("HYBRIDCOMPOSE_REGISTRY")
    if registry:
        found["registry"] = registry
    namespace, timeout = _chosen(config, "namespace"), _chosen(config, "timeout")
    if namespace:
        settings = {**found["configuration"].options, **given}
        found["namespace"] = namespace if settings.get("namespace_mode") == "shared" else namespace + _worker(config)
    if timeout:
        try:
            found["timeout"] = float(timeout)
        except ValueError:
            raise pytest.UsageError(f"--hybridcompose-timeout {timeout!r} is no number of seconds") from None
    return found


def _leave(config: pytest.Config, told: str) -> None:
    kept = config.stash[_STATE].kept
    kept.append(told)
    output: dict[str, Any] | None = getattr(config, "workeroutput", None)
    if output is not None:
        output["hybridcompose_kept"] = kept


@contextmanager
def _ended_by_sigterm() -> Generator[None]:
    """What a CI system sends to end a run ends it as Ctrl-C does: nothing is left behind."""
    import signal
    import threading

    mine = threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    if mine:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        if mine:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if _uses(item):
        import time

        item.stash[_BEGAN] = time.time()


def _uses(item: pytest.Item) -> bool:
    return _FIXTURE in getattr(item, "fixturenames", ())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    state = item.config.stash[_STATE]
    if report.failed and _uses(item):
        state.failed = True
        for environment in state.running:
            report.sections.append((f"services of {environment.project}", _told(environment, item.stash[_BEGAN])))
    return report


def _told(environment: hc.Environment, began: float) -> str:
    """How the services stand, and what they have written since the test began."""
    import hybridcompose as hc

    try:
        containers = environment.ps()
        written = environment.logs(tail=_TAIL, since=began - _SKEW)
    except hc.HybridComposeError as error:
        return f"cannot be looked at: {error}"
    return "".join(f"{_state(container)}\n" for container in containers) + written


def _state(container: hc.Container) -> str:
    code = "" if container.exit_code is None else f" with code {container.exit_code}"
    return f"{container.name}: {container.state}{code}{f', {container.health}' if container.health else ''}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    kept = config.stash[_STATE].kept
    if kept:
        terminalreporter.section("hybridcompose")
        for told in kept:
            terminalreporter.write_line(told)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """What a process of pytest-xdist has left is told by the one that has the terminal."""
    kept = getattr(node, "workeroutput", {}).get("hybridcompose_kept", ())
    node.config.stash[_STATE].kept.extend(kept)
