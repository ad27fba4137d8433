"""``translate``: a project and what is known around it become a plan."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code, Severity, TranslateError
from hybridcompose.plan import Plan, PlannedService, Resource, ResourceKey, in_order
from hybridcompose.translate import (
    configs,
    environment,
    health,
    kaniko,
    labels,
    lifecycle,
    network,
    ordering,
    ports,
    process,
    resources,
    scheduling,
    security,
    storage,
    workload,
)
from hybridcompose.translate.names import names_of
from hybridcompose.translate.options import Options, asks_for_finish
from hybridcompose.translate.report import Report
from hybridcompose.translate.scope import Concern, PodDraft, ProjectScope, ServiceScope
from hybridcompose.translate.unsupported import report_untranslated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from hybridcompose.gather.facts import Facts
    from hybridcompose.spec import Project

#: What happens to each service, in this order.
CONCERNS: tuple[Concern, ...] = (
    *workload.CONCERNS,
    *labels.CONCERNS,
    *process.CONCERNS,
    *kaniko.CONCERNS,
    *environment.CONCERNS,
    *security.CONCERNS,
    *resources.CONCERNS,
    *health.CONCERNS,
    *ports.CONCERNS,
    *network.CONCERNS,
    *ordering.CONCERNS,
    *lifecycle.CONCERNS,
    *scheduling.CONCERNS,
    *storage.CONCERNS,
    *configs.CONCERNS,
    *scheduling.LAST_CONCERNS,
    *lifecycle.LAST_CONCERNS,
)

_NO_OPTIONS = Options()


def translate(project: Project, facts: Facts, options: Options = _NO_OPTIONS) -> Plan:
    """The Kubernetes objects of a project, in the order of creation.

    Pure: the same project, facts and options give the same plan. Raises ``TranslateError`` with every finding where
    at least one is an error.
    """
    report = Report(project.jobs)
    root = _root(project, facts, options, report)
    names = (*sorted(project.services), *sorted(project.jobs))
    drafts = [(scope, draft_of(scope)) for scope in map(root.service, names)]
    workloads = {scope.name: tuple(workload.workload(scope, draft)) for scope, draft in drafts}
    resources = [
        *chain.from_iterable(draft.resources for _, draft in drafts),
        *chain.from_iterable(_waiting(scope, draft, workloads) for scope, draft in drafts),
        *_of_services(project, network.name_services(root)),
        *_of_services(project, ordering.ready_services(root)),
    ]
    network.isolation(root)
    report_untranslated(root, project)
    objects = in_order(_finished(root, _distinct(resources, report)))
    diagnostics = (*facts.diagnostics, *report.diagnostics)
    if any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics):
        raise TranslateError(diagnostics)
    ours = [(scope, draft) for scope, draft in drafts if scope.name in project.services]
    images = tuple(chain.from_iterable(draft.images for _, draft in ours))
    built = {image.reference for image in images}
    services = tuple(_planned(scope, draft, workloads[scope.name], built) for scope, draft in ours)
    return Plan(project.name, options.namespace, objects, images, diagnostics, services)


def _root(project: Project, facts: Facts, options: Options, report: Report) -> ProjectScope:
    """The scope of the whole project, in which jobs are services, too."""
    if options.kubernetes_version != _NO_OPTIONS.kubernetes_version or options.one_shot:
        from hybridcompose.translate.choices import check_choices

        check_choices(project, options, report)
    whole = project
    if project.jobs:
        from hybridcompose.translate.jobs import with_jobs

        whole = with_jobs(project)
    return ProjectScope(whole, facts, options, names_of(whole, report), report, ordering.awaited(whole), project.jobs)


def _of_services(project: Project, resources: Iterable[Resource]) -> Iterator[Resource]:
    """Those that are not for a job: like what `docker compose run` starts, a job answers to no name."""
    return (resource for resource in resources if resource.cause[1] not in project.jobs)


def _finished(root: ProjectScope, resources: Iterable[Resource]) -> Iterable[Resource]:
    """The objects after what holds for all of them: mirrors, defaults, the Pod Security level."""
    if root.jobs:
        resources = [resource._replace(cause=root.report.place(resource.cause)) for resource in resources]
    if not asks_for_finish(root.options):
        return resources
    from hybridcompose.translate.finish import finished

    return finished(root, resources)


def draft_of(scope: ServiceScope) -> PodDraft:
    """The pod of one service, after every concern has written its part."""
    draft = PodDraft()
    for concern in CONCERNS:
        concern(scope, draft)
    return draft


def _planned(scope: ServiceScope, draft: PodDraft, workloads: tuple[Resource, ...], built: set[str]) -> PlannedService:
    """What those who watch the service must know."""
    containers = [draft.container, *(container for _, container in draft.init_containers)]
    images = {container.get("image", "") for container in containers}
    images |= {volume["image"]["reference"] for volume in draft.volumes if "image" in volume}
    return PlannedService(
        name=scope.name,
        label=labels.label_value(scope.name),
        container=scope.kube_name,
        workloads=tuple(resource.key for resource in workloads),
        needs=ordering.needs_of(scope),
        images=tuple(sorted(built & images)),
        health=health.health_of(scope),
        replicas=workload.kept(scope, workloads),
    )


def _waiting(scope: ServiceScope, draft: PodDraft, workloads: Mapping[str, tuple[Resource, ...]]) -> Iterator[Resource]:
    """The service's workload, with what must be there first: its image's build and its dependencies."""
    built = [image.job for image in draft.images]
    awaited = [other.key for name in sorted(scope.service.depends_on) for other in workloads.get(name, ())]
    return (resource._replace(waits_for=(*built, *awaited)) for resource in workloads[scope.name])


def _distinct(resources: Iterable[Resource], report: Report) -> Iterable[Resource]:
    """Each object once: services that share a config or an image each bring it."""
    found: dict[ResourceKey, Resource] = {}
    for resource in resources:
        other = found.setdefault(resource.key, resource)
        if other.manifest != resource.manifest:
            message = f"two different objects would be named {resource.key}: one {other.reason}, one {resource.reason}"
            report.error(Code.NAME_CONFLICT, resource.cause, message, "rename one of the two")
    return found.values()
