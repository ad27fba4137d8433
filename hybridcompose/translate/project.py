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
    network,
    ordering,
    ports,
    process,
    resources,
    security,
    storage,
    workload,
)
from hybridcompose.translate.names import names_of
from hybridcompose.translate.options import SITE, Options
from hybridcompose.translate.report import Report
from hybridcompose.translate.scope import Concern, PodDraft, ProjectScope, ServiceScope
from hybridcompose.translate.unsupported import has_settings, report_untranslated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from hybridcompose.diagnostics import Diagnostic
    from hybridcompose.gather.facts import Facts
    from hybridcompose.spec import Project
    from hybridcompose.translate.settings import Settings

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
    *storage.CONCERNS,
    *configs.CONCERNS,
)

_NO_OPTIONS = Options()


def translate(project: Project, facts: Facts, options: Options = _NO_OPTIONS) -> Plan:
    """The Kubernetes objects of a project, in the order of creation.

    Pure: the same project, facts and options give the same plan. Raises ``TranslateError`` with every finding where
    at least one is an error.
    """
    report = Report()
    settings = _settings(project)
    root = ProjectScope(project, facts, options, names_of(project, report), report, ordering.awaited(project), settings)
    drafts = [(scope, draft_of(scope)) for scope in map(root.service, sorted(project.services))]
    workloads = {scope.name: _workloads(scope, draft) for scope, draft in drafts}
    resources = [
        *chain.from_iterable(draft.resources for _, draft in drafts),
        *chain.from_iterable(_waiting(scope, draft, workloads) for scope, draft in drafts),
        *network.name_services(root),
        *ordering.ready_services(root),
    ]
    network.isolation(root)
    report_untranslated(root)
    if root.settings is not None:
        _report_settings(root)
    objects = in_order(_distinct(resources, report))
    diagnostics = _weighed(root, (*facts.diagnostics, *report.diagnostics))
    if any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics):
        raise TranslateError(diagnostics)
    images = tuple(chain.from_iterable(draft.images for _, draft in drafts))
    built = {image.reference for image in images}
    services = tuple(_planned(scope, draft, workloads[scope.name], built) for scope, draft in drafts)
    return Plan(project.name, options.namespace, objects, images, diagnostics, services)


def draft_of(scope: ServiceScope) -> PodDraft:
    """The pod of one service, after every concern has written its part."""
    draft = PodDraft()
    for concern in (*CONCERNS, *scope.root.once(_further_concerns)):
        concern(scope, draft)
    return draft


def _further_concerns(root: ProjectScope) -> tuple[Concern, ...]:
    """What only some projects and clusters ask for: its modules are imported for them alone."""
    found: tuple[Concern, ...] = ()
    if any(getattr(root.options, name) for name in SITE):
        from hybridcompose.translate import site

        site.check_options(root.options, root.report)
        found += site.CONCERNS
    if root.settings is not None:
        from hybridcompose.translate import extension

        found += extension.CONCERNS
    return found


def _settings(project: Project) -> Settings | None:
    if not has_settings(project):
        return None
    from hybridcompose.translate.settings import settings_of

    return settings_of(project)


def _workloads(scope: ServiceScope, draft: PodDraft) -> tuple[Resource, ...]:
    resources = workload.workload(scope, draft)
    if scope.settings is None:
        return tuple(resources)
    from hybridcompose.translate.extension import patched

    return patched(scope, resources)


def _report_settings(root: ProjectScope) -> None:
    from hybridcompose.translate.claim_settings import report_settings
    from hybridcompose.translate.shared_volumes import claimed_keys

    report_settings(root, claimed_keys(root))


def _weighed(root: ProjectScope, found: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """The findings, with those that the project accepts as notes."""
    if root.settings is None:
        return found
    from hybridcompose.diagnostics.accept import weighed

    return weighed(found, root.settings.accepted)


def _planned(scope: ServiceScope, draft: PodDraft, workloads: tuple[Resource, ...], built: set[str]) -> PlannedService:
    """What those who watch the service must know."""
    containers = [draft.container, *(container for _, container in draft.init_containers)]
    return PlannedService(
        name=scope.name,
        label=labels.label_value(scope.name),
        container=scope.kube_name,
        workloads=tuple(resource.key for resource in workloads),
        needs=ordering.needs_of(scope),
        images=tuple(sorted(built.intersection(container.get("image", "") for container in containers))),
        health=health.health_of(scope),
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
