"""What the elements of a project say about one another: references, exclusions, circles.

Source: the reference's consistency check of a loaded project.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code, ComposePath, abridged
from hybridcompose.diagnostics.remedies import meant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from hybridcompose.spec.project import Project
    from hybridcompose.spec.service import Service, WorkloadSpec

    #: Code, message, remedy, and the path below the service.
    Problem = tuple[Code, str, str | None, ComposePath]


def problems(project: Project) -> Iterator[Problem]:
    """Everything that contradicts itself in the enabled services and jobs, with whole compose paths."""
    for name, service in project.services.items():
        for rule in _SERVICE_RULES:
            for code, message, remedy, below in rule(name, service, project):
                yield code, message, remedy, ("services", name, *below)
    yield from _jobs(project)
    yield from _secrets(project)
    yield from _circles(project)


def _image(name: str, service: Service, project: Project) -> Iterator[Problem]:
    if service.build is None and not service.image and service.provider is None:
        yield (
            Code.MISSING_IMAGE,
            f'service "{name}" has neither an image nor a build context specified',
            "write image: NAME or build: DIRECTORY",
            (),
        )


def _build(name: str, service: Service, project: Project) -> Iterator[Problem]:
    build = service.build
    if build is None:
        return
    if build.dockerfile and build.dockerfile_inline:
        yield (
            Code.CONFLICTING_VALUES,
            "dockerfile and dockerfile_inline are mutually exclusive",
            "keep one of them",
            ("build", "dockerfile_inline"),
        )
    for context, source in build.additional_contexts.items():
        target = source.removeprefix("service:")
        if target == source:
            continue
        other = project.services.get(target) or project.disabled_services.get(target)
        path = ("build", "additional_contexts", context)
        if other is None:
            message, remedy = f'additional context names the unknown service "{target}"', _service_for(target, project)
            yield Code.UNDEFINED_REFERENCE, message, remedy, path
        elif other.build is None:
            message = f'additional context names "{target}", which is not built'
            yield Code.UNDEFINED_REFERENCE, message, "name a service with build, or give that one a build", path
    if build.platforms and service.platform and service.platform not in build.platforms:
        yield (
            Code.CONFLICTING_VALUES,
            f'build.platforms must include the service\'s platform "{service.platform}"',
            "add it to build.platforms",
            ("build", "platforms"),
        )
    for index, secret in enumerate(build.secrets):
        if secret.source not in project.secrets:
            yield _undefined("secret", secret.source, ("build", "secrets", index, "source"), project.secrets)


def _undefined(kind: str, name: str | None, below: ComposePath, known: Iterable[str]) -> Problem:
    remedy = meant(name or "", known) or f"declare {name} under the top-level {kind}s, or correct the name"
    if kind == "volume":
        remedy = f"{remedy}; for a directory write ./{name}"
    return Code.UNDEFINED_REFERENCE, f'refers to undefined {kind} "{name}"', remedy, below


def _service_for(name: str, project: Project) -> str:
    """The remedy for the name of a service that does not exist."""
    return meant(name, (*project.services, *project.disabled_services)) or "define it, or correct the name"


def _networks(name: str, service: Service, project: Project) -> Iterator[Problem]:
    if service.network_mode and service.networks:
        yield (
            Code.CONFLICTING_VALUES,
            "network_mode and networks are mutually exclusive",
            "remove one of them",
            ("network_mode",),
        )
    for network in service.networks:
        if network not in project.networks:
            yield _undefined("network", network, ("networks", network), project.networks)
    target = (service.network_mode or "").removeprefix("service:")
    if service.network_mode and target != service.network_mode and target not in project.services:
        dependency = service.depends_on.get(target)
        # A required dependency is refused by itself.
        if dependency is not None and not dependency.required and target in project.disabled_services:
            message = f'service "{target}" not found: no active profile selects it'
            yield Code.UNDEFINED_REFERENCE, message, "activate one of its profiles", ("network_mode",)


def _healthcheck(name: str, service: Service, project: Project) -> Iterator[Problem]:
    check = service.healthcheck
    if check is not None and check.test and check.test[0] not in ("CMD", "CMD-SHELL", "NONE"):
        yield (
            Code.INVALID_VALUE,
            'healthcheck.test must start with "CMD", "CMD-SHELL" or "NONE"',
            f'write ["CMD", "{check.test[0]}", …], or one string for the shell',
            ("healthcheck", "test", 0),
        )


def _dependencies(name: str, service: Service, project: Project) -> Iterator[Problem]:
    for target, dependency in service.depends_on.items():
        below = ("depends_on", target)
        disabled = project.disabled_services.get(target)
        if target in project.services or (disabled is not None and not dependency.required):
            continue
        if disabled is not None:
            yield (
                Code.UNDEFINED_REFERENCE,
                f'depends on service "{target}", which no active profile selects',
                f"activate one of its profiles: {', '.join(disabled.profiles)}",
                below,
            )
        elif target in project.jobs:
            yield Code.UNDEFINED_REFERENCE, f'cannot depend on job "{target}"', "only jobs can depend on jobs", below
        else:
            yield (
                Code.UNDEFINED_REFERENCE,
                f'depends on undefined service "{target}"',
                _service_for(target, project),
                below,
            )


def _references(name: str, service: Service, project: Project) -> Iterator[Problem]:
    for index, mount in enumerate(service.volumes):
        if mount.type == "volume" and mount.source and mount.source not in project.volumes:
            yield _undefined("volume", mount.source, ("volumes", index, "source"), project.volumes)
    for index, config in enumerate(service.configs):
        if config.source not in project.configs:
            yield _undefined("config", config.source, ("configs", index, "source"), project.configs)
    for index, secret in enumerate(service.secrets):
        if secret.source not in project.secrets:
            yield _undefined("secret", secret.source, ("secrets", index, "source"), project.secrets)
    for model in service.models:
        if model not in project.models:
            yield _undefined("model", model, ("models", model), project.models)


def _scale(name: str, service: Service, project: Project) -> Iterator[Problem]:
    deploy = service.deploy
    replicas = deploy.replicas if deploy is not None else None
    if service.scale is not None and replicas is not None and service.scale != replicas:
        yield (
            Code.CONFLICTING_VALUES,
            "can't set distinct values on 'scale' and 'deploy.replicas'",
            "keep one of them",
            ("scale",),
        )
    for value, below in ((service.scale, ("scale",)), (replicas, ("deploy", "replicas"))):
        if value is not None and value < 0:
            yield Code.INVALID_VALUE, "must be greater than or equal to 0", "write 0 or more", below
    if service.replicas > 1 and service.container_name:
        attribute = "scale" if service.scale is not None else "deploy.replicas"
        yield (
            Code.CONFLICTING_VALUES,
            f"can't set container_name and {attribute}: a container name is unique",
            "remove container_name",
            ("container_name",),
        )


def _resources(name: str, service: Service, project: Project) -> Iterator[Problem]:
    resources = service.deploy.resources if service.deploy is not None else None
    limits = resources.limits if resources is not None else None
    reservations = resources.reservations if resources is not None else None
    pairs = (
        ("cpus", service.cpus, limits, "cpus"),
        ("mem_limit", service.mem_limit, limits, "memory"),
        ("mem_reservation", service.mem_reservation, reservations, "memory"),
        ("pids_limit", service.pids_limit, limits, "pids"),
    )
    for key, value, section, field in pairs:
        if value and section is not None and getattr(section, field) != value:
            name_there = f"deploy.resources.{'limits' if section is limits else 'reservations'}.{field}"
            yield (
                Code.CONFLICTING_VALUES,
                f"can't set distinct values on '{key}' and '{name_there}'",
                "keep one of them",
                (key,),
            )


def _watch(name: str, service: Service, project: Project) -> Iterator[Problem]:
    for index, rule in enumerate(service.develop.watch if service.develop is not None else ()):
        below = ("develop", "watch", index)
        if not rule.path:
            yield Code.INVALID_VALUE, "path can't be blank", "write a path", (*below, "path")
        if not rule.target and rule.action not in ("rebuild", "restart"):
            yield Code.INVALID_VALUE, "target is required for non-rebuild actions", "write target: PATH", below


def _targets(name: str, service: Service, project: Project) -> Iterator[Problem]:
    mounted: dict[str | None, str] = {}
    places: list[tuple[str | None, str, ComposePath]] = [
        (mount.partition(":")[0], f"tmpfs[{index}]", ("tmpfs", index)) for index, mount in enumerate(service.tmpfs)
    ]
    places += [(mount.target, f"volumes[{index}]", ("volumes", index)) for index, mount in enumerate(service.volumes)]
    for target, place, below in places:
        if target in mounted:
            yield (
                Code.CONFLICTING_VALUES,
                f"target {target} is already mounted by {mounted[target]}",
                "give each mount a target of its own",
                below,
            )
        mounted[target] = place


def _jobs(project: Project) -> Iterator[Problem]:
    for name in (*project.jobs, *project.disabled_jobs):
        if name in project.services or name in project.disabled_services:
            yield (
                Code.CONFLICTING_VALUES,
                f'"{name}" is both a service and a job',
                "rename one of them",
                ("jobs", name),
            )
    for name, job in project.jobs.items():
        for target, dependency in job.depends_on.items():
            known = target in project.jobs or target in project.services
            if not known and not (target in project.disabled_services and not dependency.required):
                yield (
                    Code.UNDEFINED_REFERENCE,
                    f'depends on undefined service or job "{target}"',
                    "define it, or correct the name",
                    ("jobs", name, "depends_on", target),
                )


def _secrets(project: Project) -> Iterator[Problem]:
    for name, secret in project.secrets.items():
        if not secret.external and not secret.file and not secret.environment:
            yield (
                Code.INVALID_VALUE,
                f'secret "{name}" must declare either `file` or `environment`',
                "write file: PATH or environment: NAME",
                ("secrets", name),
            )


def _circles(project: Project) -> Iterator[Problem]:
    """Dependencies that lead back to where they start: one problem for each circle that is found."""
    done: set[str] = set()
    for start in sorted(project.services):
        circle = _circle_from(start, project.services, done)
        if circle:
            yield (
                Code.DEPENDENCY_CYCLE,
                f"dependency cycle detected: {' -> '.join(abridged(circle))}",
                "remove one of these depends_on entries",
                ("services", circle[0], "depends_on", circle[1]),
            )
            return


def _circle_from(start: str, services: dict[str, Service], done: set[str]) -> list[str]:
    """Walks depth first without recursion; ``done`` holds what leads to no circle."""
    path: list[str] = []
    standing: set[str] = set()
    pending: list[tuple[str, Iterator[str]]] = []

    def enter(name: str) -> None:
        path.append(name)
        standing.add(name)
        pending.append((name, iter(sorted(_children(services[name])))))

    if start not in done:
        enter(start)
    while pending:
        name, children = pending[-1]
        child = next(children, None)
        if child is None:
            done.add(name)
            standing.remove(path.pop())
            pending.pop()
        elif child in standing:
            return [*path[path.index(child) :], child]
        elif child in services and child not in done:
            enter(child)
    return []


def _children(service: WorkloadSpec) -> set[str]:
    return set(service.depends_on)


_SERVICE_RULES: tuple[Callable[[str, Service, Project], Iterator[Problem]], ...] = (
    _image,
    _build,
    _networks,
    _healthcheck,
    _dependencies,
    _references,
    _scale,
    _resources,
    _watch,
    _targets,
)
