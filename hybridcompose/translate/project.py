"""``translate``: a project and what is known around it become a plan."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code, Severity, TranslateError
from hybridcompose.plan import BuiltImage, Plan, PlannedService, Resource, ResourceKey, in_order
from hybridcompose.translate import health, labels, network, ordering, workload
from hybridcompose.translate.concerns import concerns_for
from hybridcompose.translate.limits import check_size
from hybridcompose.translate.names import names_of
from hybridcompose.translate.options import SITE, Dns, Expose, Options, asks_for_finish
from hybridcompose.translate.report import Report
from hybridcompose.translate.scope import Concern, PodDraft, ProjectScope, ServiceScope
from hybridcompose.translate.unsupported import has_settings, report_untranslated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from hybridcompose.diagnostics import Diagnostic
    from hybridcompose.gather.facts import Facts
    from hybridcompose.spec import Project
    from hybridcompose.translate.settings import Settings

_NO_OPTIONS = Options()
_Service = tuple[ServiceScope, PodDraft]


def translate(project: Project, facts: Facts, options: Options = _NO_OPTIONS) -> Plan:
    """The Kubernetes objects of a project, in the order of creation.

    Pure: the same project, facts and options give the same plan. Raises ``TranslateError`` with every finding where
    at least one is an error.
    """
    report = Report(project.jobs)
    root = _root(_with_changed_hosts(project, report, options), facts, options, report)
    names = (*sorted(project.services), *sorted(project.jobs))
    drafts = [(scope, draft_of(scope)) for scope in map(root.service, names)]
    pods = _by_pod(root, drafts)
    workloads = {name: _workload(root, mates) for name, mates in pods.items()}
    resources = [
        *chain.from_iterable(draft.resources for _, draft in drafts),
        *chain.from_iterable(_waiting(root, mates, workloads) for mates in pods.values()),
        *_of_services(project, network.name_services(root)),
        *_of_services(project, ordering.ready_services(root)),
        *_of_services(project, _asked_for(root)),
        *_logins(root),
    ]
    network.isolation(root)
    report_untranslated(root, project)
    if root.settings is not None:
        _report_settings(root)
    ours = [(scope, draft) for scope, draft in drafts if scope.name in project.services]
    images = tuple(chain.from_iterable(draft.images for _, draft in ours))
    if root.names.prefix:
        resources, images = _in_shared_namespace(root, resources, images)
    objects = in_order(_finished(root, _distinct(resources, report)))
    for resource in objects:
        check_size(root, resource)
    diagnostics = _weighed(root, (*facts.diagnostics, *report.diagnostics))
    if any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics):
        raise TranslateError(diagnostics)
    built = {image.reference for image in images}
    services = tuple(_planned(scope, pods[root.pod_of(scope.name)], workloads, built) for scope, _ in ours)
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
    names, awaited = names_of(whole, report, options), ordering.awaited(whole)
    if facts.logins.entries:
        from hybridcompose.translate.registry_logins import with_logins

        options = with_logins(project, facts, options, report)
    return ProjectScope(whole, facts, options, names, report, awaited, project.jobs, _settings(project))


def _logins(root: ProjectScope) -> Iterator[Resource]:
    if root.facts.logins.entries:
        from hybridcompose.translate.registry_logins import login_secret

        found = login_secret(root)
        if found is not None:
            yield found


def _of_services(project: Project, resources: Iterable[Resource]) -> Iterator[Resource]:
    """Those that are not for a job: like what `docker compose run` starts, a job answers to no name."""
    return (found for found in resources if found.cause[:1] != ("services",) or found.cause[1] not in project.jobs)


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
    given = frozenset(scope.service.model_fields_set)
    for concern in (*concerns_for(given), *scope.root.once(_further_concerns)):
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


def _with_changed_hosts(project: Project, report: Report, options: Options) -> Project:
    if not options.rewrite_hostnames:
        return project
    from hybridcompose.translate.hostnames import rewritten

    return rewritten(project, report, options)


def _in_shared_namespace(
    root: ProjectScope, resources: list[Resource], images: tuple[BuiltImage, ...]
) -> tuple[list[Resource], tuple[BuiltImage, ...]]:
    from hybridcompose.translate.shared_namespace import with_prefix

    return with_prefix(root, resources, images)


def _by_pod(root: ProjectScope, drafts: Iterable[_Service]) -> Mapping[str, list[_Service]]:
    """The services of each pod, the one whose pod it is first."""
    pods: dict[str, list[_Service]] = {}
    for scope, draft in sorted(drafts, key=lambda entry: root.pod_of(entry[0].name) != entry[0].name):
        pods.setdefault(root.pod_of(scope.name), []).append((scope, draft))
    return pods


def _workload(root: ProjectScope, mates: list[_Service]) -> tuple[Resource, ...]:
    if len(mates) == 1:
        found = workload.workload(*mates[0])
    else:
        from hybridcompose.translate.shared_pods import shared_pod

        found = shared_pod(root, mates)
    scope = mates[0][0]
    if scope.settings is None:
        return tuple(found)
    from hybridcompose.translate.extension import patched

    return patched(scope, found)


def _asked_for(root: ProjectScope) -> Iterator[Resource]:
    """What only some users choose: each module is read only then."""
    options = root.options
    own = root.settings.services.values() if root.settings is not None else ()
    if options.expose is not Expose.NONE or any(settings.expose for settings in own):
        from hybridcompose.translate.published import published_services

        yield from published_services(root)
    if options.network_policies:
        from hybridcompose.translate.policies import network_policies

        yield from network_policies(root)
    if options.dns is Dns.PROJECT:
        from hybridcompose.translate.dns_server import dns_server

        yield from dns_server(root)


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


def _planned(
    scope: ServiceScope, mates: list[_Service], workloads: Mapping[str, tuple[Resource, ...]], built: set[str]
) -> PlannedService:
    """What those who watch the service must know. A pod of several services waits for the needs of all."""
    own = scope.root.pod_of(scope.name)
    needs = (need for mate, _ in mates for need in ordering.needs_of(mate))
    return PlannedService(
        name=scope.name,
        label=labels.label_value(scope.name),
        container=scope.kube_name,
        workloads=tuple(resource.key for resource in workloads[own]),
        needs=tuple(dict.fromkeys(need for need in needs if scope.root.pod_of(need.service) != own)),
        images=tuple(sorted(built & _images_of(mates))) if built else (),
        health=health.health_of(scope),
        replicas=workload.kept(scope, workloads[own]),
    )


def _images_of(mates: list[_Service]) -> set[str]:
    """The images that a pod runs or mounts."""
    drafts = [draft for _, draft in mates]
    containers = [c for draft in drafts for c in (draft.container, *(entry for _, entry in draft.init_containers))]
    mounted = {volume["image"]["reference"] for draft in drafts for volume in draft.volumes if "image" in volume}
    return mounted | {container.get("image", "") for container in containers}


def _waiting(
    root: ProjectScope, mates: list[_Service], workloads: Mapping[str, tuple[Resource, ...]]
) -> Iterator[Resource]:
    """A pod's workload, with what must be there first: its images' builds and its dependencies."""
    own = mates[0][0].name
    built = [image.job for _, draft in mates for image in draft.images]
    known = root.project.services
    targets = {root.pod_of(name) for scope, _ in mates for name in scope.service.depends_on if name in known}
    awaited = [other.key for name in sorted(targets - {own}) for other in workloads[name]]
    if not (built or awaited):
        return iter(workloads[own])
    return (resource._replace(waits_for=(*built, *awaited)) for resource in workloads[own])


def _distinct(resources: Iterable[Resource], report: Report) -> Iterable[Resource]:
    """Each object once: services that share a config or an image each bring it."""
    found: dict[ResourceKey, Resource] = {}
    for resource in resources:
        other = found.setdefault(resource.key, resource)
        # Of a service whose name is another one's, every object is: that is told once.
        if other.manifest != resource.manifest and not report.has(Code.NAME_CONFLICT, resource.cause[:2]):
            message = f"two different objects would be named {resource.key}: one {other.reason}, one {resource.reason}"
            report.error(Code.NAME_CONFLICT, resource.cause, message, "rename one of the two")
    return found.values()
