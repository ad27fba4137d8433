"""The public functions, from load to up. ``import hybridcompose as hc`` gives them all."""

from __future__ import annotations

import functools
import gc
import os
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from hybridcompose.diagnostics import Code, Diagnostic, HybridComposeError, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from hybridcompose.engine.environment import Environment
    from hybridcompose.gather.facts import Facts
    from hybridcompose.load.configuration import Configured
    from hybridcompose.plan import Plan
    from hybridcompose.render import Format
    from hybridcompose.spec import Project
    from hybridcompose.translate.one_off import OneOff
    from hybridcompose.translate.options import Options

_T = TypeVar("_T")
_P = ParamSpec("_P")


def _without_collection(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """Pauses the cyclic garbage collector during a call.

    What these functions make is kept, and has no cycles: the collector would only walk through it again and again,
    so that a thousand services took twice as long each as thirty.
    """

    @functools.wraps(function)
    def paused(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        if not gc.isenabled():
            return function(*args, **kwargs)
        gc.disable()
        try:
            return function(*args, **kwargs)
        finally:
            gc.enable()

    return paused


@_without_collection
def load(
    *paths: str | os.PathLike[str],
    profiles: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    project_directory: str | os.PathLike[str] | None = None,
    project_name: str | None = None,
    env_files: Sequence[str | os.PathLike[str]] = (),
    stdin: Callable[[], bytes] | None = None,
) -> Project:
    """Reads compose files as ``docker compose`` does.

    ``paths``: one file or several to merge in this order, ``-`` for standard input; none: found as Docker Compose
    finds them (``COMPOSE_FILE``, else ``compose.yaml`` and its siblings here or in a parent directory).
    ``profiles``: the active ones, ``["*"]`` for all; none: ``COMPOSE_PROFILES``.
    ``environment`` replaces the process's for interpolation and ``COMPOSE_*``; ``env_files`` replace ``.env``.
    ``project_directory`` is what relative paths start from (the first file's directory), ``project_name`` wins over
    ``name:``. ``stdin`` gives the content for ``-`` and is called at most once.

    The result's ``diagnostics`` hold warnings. Raises ``LoadError`` for what the reference refuses.
    Source: Compose Specification; the reference is compose-go 2.16.2.
    """
    from hybridcompose.load import load as load_project

    return load_project(
        [os.fspath(path) for path in paths] or None,
        environment=environment,
        profiles=list(profiles),
        project_directory=None if project_directory is None else os.fspath(project_directory),
        project_name=project_name,
        env_files=[os.fspath(path) for path in env_files],
        stdin=stdin,
    )


def gather(project: Project, **options: Any) -> Facts:
    """Reads what the project points at: build contexts and Dockerfiles, bound files, configs and secrets.

    ``translate`` does so by itself; gather first to translate the same facts several times. Of the ``options`` of
    ``translate`` those count that say which registries are asked, and how: none unless ``resolve_images="auto"``.
    Raises ``LoadError`` where something that must be there is missing or cannot be read.
    """
    return _gathered(project, checked_options(options))


def _gathered(project: Project, options: Options) -> Facts:
    if options.resolve_images == "none" and options.registry_credentials == "none":
        from hybridcompose.gather import gather as gather_facts

        return _with_checkouts(located(project, lambda: gather_facts(project)), options)
    from hybridcompose.engine.registry_access import RegistryAccess

    access = RegistryAccess(options, os.environ)
    return _with_checkouts(located(project, lambda: access.gather(project)), options)


def configuration(
    path: str | os.PathLike[str] | None = None, *, environment: Mapping[str, str] | None = None
) -> Configured:
    """An organisation's settings, for ``translate(…, configuration=…)`` and ``up``.

    ``path`` is the file; none: ``HYBRIDCOMPOSE_CONFIG``, else ``hybridcompose/config.yaml`` in the user's directory of
    configurations (``XDG_CONFIG_HOME``, ``~/.config``), which need not be there. ``environment`` replaces that of the
    process. Raises ``LoadError`` with everything that is wrong in it.
    """
    from hybridcompose.load.configuration import read_configuration

    return read_configuration(
        None if path is None else os.fspath(path), os.environ if environment is None else environment
    )


@_without_collection
def translate(
    project: Project, *, facts: Facts | None = None, configuration: Configured | None = None, **options: Any
) -> Plan:
    """The Kubernetes objects that the project becomes, each with its cause.

    ``options`` are the fields of ``hybridcompose.translate.options.Options``, among them ``registry`` (where built
    images are pushed, ``host[:port][/prefix]``) and ``namespace``. Without ``facts`` they are gathered here; with
    ``facts`` nothing is read. ``configuration`` holds defaults for options; without it there are none but the
    library's own: no file and no variable is looked at. The same project, facts and options give the same plan.

    The plan's ``diagnostics`` say what differs from Docker Compose, with file, line and remedy. Raises
    ``TranslateError`` where the project cannot run on Kubernetes as it is, ``HybridComposeError`` for an option that
    does not exist.
    """
    chosen = checked_options({**configuration.options, **options} if configuration is not None else options)
    known = facts if facts is not None else _gathered(project, chosen)
    from hybridcompose.translate import translate as translate_project

    plan = located(project, lambda: translate_project(project, known, chosen))
    # What gathering found belongs to the plan's findings, whether the translation passed it on or not.
    found = (*known.diagnostics, *plan.diagnostics)
    if not found:
        return plan
    from hybridcompose.diagnostics.findings import Findings

    place = _without_collection(functools.partial(_with_locations, project))
    return plan._replace(diagnostics=Findings(found, place))


def _with_checkouts(facts: Facts, options: Options) -> Facts:
    """What builds from a repository need to know, where they are asked for."""
    if options.context_mode != "git":
        return facts
    from hybridcompose.gather.checkouts import with_checkouts

    return with_checkouts(facts)


@_without_collection
def render(plan: Plan, format: Format = "yaml") -> str:  # noqa: A002  (reads best at the call)
    """The plan as one text for ``kubectl apply -f -``.

    ``yaml``: documents separated by ``---``, each under a comment with the compose element that it exists for.
    ``json``: one ``v1`` List. The same plan gives the same bytes. Raises ``TranslateError`` where a value is not
    valid UTF-8.
    """
    from hybridcompose.render import render as render_plan

    return render_plan(plan, format)


def write(plan: Plan, directory: str | os.PathLike[str], format: Format = "yaml") -> list[str]:  # noqa: A002  (as above)
    """Writes one file per object into ``directory`` and returns their paths, in the order of creation.

    Files of an earlier run that no object has any more go away; anything else in the directory is an error. A run
    that fails leaves everything as it was. Raises ``OutputError``, and ``TranslateError`` as ``render`` does.
    """
    from hybridcompose.write import write as write_plan

    return write_plan(plan, directory, format)


@contextmanager
def up(
    project: Project,
    *,
    services: Sequence[str] = (),
    namespace: str | None = None,
    kubeconfig: str | None = None,
    context: str | None = None,
    timeout: float | None = None,
    expires: float | None = None,
    keep: Callable[[], bool] | None = None,
    **options: Any,
) -> Iterator[Environment]:
    """The project running in a cluster, for a ``with`` block: builds, starts in order, waits, and removes at the end.

    The block begins when every service is healthy, runs without a health check, or has ended with 0; ``timeout``
    limits the seconds until then. The cluster is that of ``kubeconfig`` and ``context`` (default: as kubectl), the
    namespace one of the project's name, made for it. ``services`` starts only these and what they depend on.
    ``expires`` is the number of seconds after which ``gc`` may remove what a killed process left. ``keep`` is asked
    when the block ends, however it does: where it says true, everything stays. ``options`` are those of ``translate``,
    and ``configuration``.

    Raises ``ClusterError``, ``BuildError``, ``ServiceError`` and ``TimedOutError``; nothing is left then either. The
    notes of these errors (PEP 678) hold what happened until then: states, events, last lines of logs.
    """
    from hybridcompose.cluster.api import connect
    from hybridcompose.engine.environment import running
    from hybridcompose.engine.target import target
    from hybridcompose.engine.up import Request

    given: Configured | None = options.pop("configuration", None)
    options = {**(given.options if given is not None else {}), **options}
    plan = translate_for_cluster(_selected(project, services), namespace, **options)
    shared = options.get("namespace_mode") == "shared"
    chosen = target(connect(kubeconfig, context), project.name, namespace, shared=shared)
    again = functools.partial(translate_one_off, project, namespace=namespace, **options)
    request = Request(wait=True, seconds=timeout, lifetime=expires)
    if (seconds := options.get("dependency_timeout")) is not None:
        request = request._replace(dependency_seconds=seconds)
    with ExitStack() as stack:
        yield located(project, lambda: stack.enter_context(running(chosen, plan, request, again, keep)))


def build(  # noqa: PLR0913  (what the command's flags say, each by its name)
    project: Project,
    *,
    services: Sequence[str] = (),
    build_args: Mapping[str, str | None] | None = None,
    no_cache: bool = False,
    pull: bool = False,
    with_dependencies: bool = False,
    parallel: int | None = None,
    namespace: str | None = None,
    kubeconfig: str | None = None,
    context: str | None = None,
    **options: Any,
) -> dict[str, str]:
    """Builds the images of these services, or of all, in a cluster, and pushes them to the registry.

    The result is what each service's image can be pulled as, ``HOST/NAME:TAG@sha256:…``, by service. What has not
    changed since it was built is not built again, unless ``no_cache`` or ``pull`` is set. ``build_args`` win over the
    file's; one that is ``None`` takes its value from the project's environment. ``parallel`` limits how many images
    are built at the same time (default: all). Cluster, namespace and ``options`` are as for ``up``.

    Raises ``ClusterError`` and ``BuildError``; what was made by then is removed.
    """
    from hybridcompose.cluster.api import connect
    from hybridcompose.cluster.decide import Builds
    from hybridcompose.engine import build as engine
    from hybridcompose.engine.target import Silent, target
    from hybridcompose.load.selection import rebuilt

    given: Configured | None = options.pop("configuration", None)
    options = {**(given.options if given is not None else {}), **options}
    chosen = rebuilt(_selected(project, services), build_args or {}, no_cache=no_cache, pull=pull)
    plan = translate_for_cluster(chosen, namespace, **options)
    builds = Builds.ALL if no_cache or pull else Builds.CURRENT
    request = engine.Request(() if with_dependencies else tuple(services), builds, max(parallel or 0, 0))
    place = target(
        connect(kubeconfig, context), project.name, namespace, shared=options.get("namespace_mode") == "shared"
    )
    return engine.references(located(project, lambda: engine.build(place, plan, request, Silent())))


def _selected(project: Project, services: Sequence[str]) -> Project:
    from hybridcompose.load.selection import with_services

    try:
        return with_services(project, services)
    except KeyError as error:
        raise _invalid_option(f"there is no service {error.args[0]}", project.services) from None


def translate_for_cluster(project: Project, namespace: str | None, **options: Any) -> Plan:
    """The plan for who makes the objects in order, with all that they need: nothing waits inside the pods."""
    fixed = {
        "ordering": "none",
        "secrets": "inline",
        "server_side_apply": True,
        "namespace": namespace,
        "streaming": True,
    }
    if options.get("host_gateway") == "runner":
        from hybridcompose.engine.runner import runner_address

        fixed["host_gateway"] = runner_address()
    from hybridcompose.engine.registry_access import RegistryAccess
    from hybridcompose.translate.options import IN_CLUSTER

    chosen = {**IN_CLUSTER, **options, **fixed}
    checked = checked_options(chosen)
    access = RegistryAccess(checked, os.environ)
    facts = _with_checkouts(located(project, lambda: access.gather(project)), checked)
    plan = access.with_pushed(translate(project, facts=facts, **chosen), project, facts)
    if not project.jobs:
        return plan
    message = f"jobs do not run when the project starts: {', '.join(sorted(project.jobs))}"
    remedy = "render makes a Job or CronJob of each"
    note = Diagnostic(Code.APPROXIMATED, Severity.NOTE, message, ("jobs",), remedy)
    return plan._replace(diagnostics=(*plan.diagnostics, *_with_locations(project, [note])))


def translate_one_off(project: Project, one_off: OneOff, namespace: str | None, **options: Any) -> Plan:
    """The plan that runs a service, or a job, once more; its last service is that run.

    Raises ``KeyError`` where the project has neither of that name, else as ``translate``.
    """
    from hybridcompose.translate.one_off import changed, with_one_off

    plan = translate_for_cluster(changed(project, one_off), namespace, **options)
    return located(project, lambda: with_one_off(plan, one_off))


def checked_options(given: Mapping[str, Any]) -> Options:
    """Checked options; a choice may be given as its text (``ordering="none"``)."""
    from typing import get_type_hints

    from hybridcompose.translate.options import Options

    types = get_type_hints(Options)
    unknown = sorted(set(given).difference(types))
    if unknown:
        raise _invalid_option(f"there is no option {', '.join(unknown)}", types)
    return Options(**{name: _choice(name, value, types[name]) for name, value in given.items()})


def _choice(name: str, value: Any, kind: Any) -> Any:
    if not (isinstance(kind, type) and issubclass(kind, StrEnum)):
        return value
    try:
        return kind(value)
    except ValueError:
        raise _invalid_option(f"{name} cannot be {value!r}", kind) from None


def _invalid_option(message: str, choices: Iterable[str]) -> HybridComposeError:
    remedy = f"choose from {', '.join(choices)}"
    return HybridComposeError([Diagnostic(Code.INVALID_OPTION, Severity.ERROR, message, remedy=remedy)])


def located(project: Project, work: Callable[[], _T]) -> _T:
    """Runs ``work``; an error's findings get their places in the compose files."""
    try:
        return work()
    except HybridComposeError as error:
        found = error.with_diagnostics(_with_locations(project, error.diagnostics))
        for note in getattr(error, "__notes__", ()):
            found.add_note(note)
        raise found from error


def placed(project: Project, found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings with their places in the compose files."""
    return _with_locations(project, found)


def _with_locations(project: Project, found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    def place(diagnostic: Diagnostic) -> Diagnostic:
        key = diagnostic.code is Code.UNKNOWN_KEY
        return diagnostic.located(functools.partial(project.locate, key=key))

    return tuple(dict.fromkeys(map(place, found)))
