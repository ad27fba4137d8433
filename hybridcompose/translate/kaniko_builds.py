"""The Jobs of a project's builds: one for services that share a build, after those whose images it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.diagnostics import Code
from hybridcompose.plan import BuiltImage, Recipe, Resource, ResourceKey
from hybridcompose.spec.build import Build
from hybridcompose.translate.image_names import image as mirrored
from hybridcompose.translate.image_names import rewrites_of
from hybridcompose.translate.kaniko import further_names, reference, references, repository
from hybridcompose.translate.kaniko_context import context_of, is_commit
from hybridcompose.translate.kaniko_dockerfile import build_steps, image_words, kaniko_words, rewritten
from hybridcompose.translate.kaniko_images import Kind, Source, builds, unused_contexts
from hybridcompose.translate.kaniko_job import Extras, Job, ca_object, cache_repository, is_fork
from hybridcompose.translate.labels import object_labels
from hybridcompose.translate.names import object_name
from hybridcompose.translate.options import Ordering
from hybridcompose.translate.registry_logins import login_secret
from hybridcompose.translate.volume_init import TOOLS, TOOLS_VOLUME, copy_tools

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.gather.facts import BuildFacts, Reworded
    from hybridcompose.plan import ContextArchive, Manifest, StreamedContext
    from hybridcompose.translate.kaniko_context import BuildContext
    from hybridcompose.translate.scope import ProjectScope, ServiceScope

_DOCKERFILE = "Dockerfile"
_DOCKERFILE_DIRECTORY = "/kaniko-dockerfile"


class Prepared(NamedTuple):
    """A build's objects, the last of them its Job, and the images that they push for the project.

    ``stream`` and ``archive`` say how the Job gets its context where the objects do not hold it.
    """

    job: ResourceKey
    resources: tuple[Resource, ...]
    images: tuple[BuiltImage, ...] = ()
    stream: StreamedContext | None = None
    archive: ContextArchive | None = None


class _Taken(NamedTuple):
    """An image that a build takes: what the Dockerfile calls it, and, where the project builds it, how."""

    push: str
    pull: str | None = None
    job: ResourceKey | None = None


def prepared(root: ProjectScope, service: str) -> Prepared | None:
    """The build that makes a service's image; ``None`` after an error. Services that share it get the same."""
    return root.once(_all_prepared)[root.once(leaders)[service]]


def leaders(root: ProjectScope) -> Mapping[str, str]:
    """The first service that has the same build as this one, itself perhaps."""
    first: dict[object, str] = {}
    return {name: first.setdefault(_key(root, name), name) for name in sorted(root.facts.builds)}


def _key(root: ProjectScope, name: str) -> object:
    """What makes two builds one: the content, and what else the Job is made from."""
    section = root.project.services[name].build
    if section is None:
        return name
    caches = bool(section.cache_from or section.cache_to) and not section.no_cache
    # Where each keeps its layers depends on the image's name.
    place = cache_repository(section, root.options.registry) or repository(root, name) if caches else ""
    return root.once(builds).facts[name].digest, int(section.shm_size), place


def _all_prepared(root: ProjectScope) -> dict[str, Prepared | None]:
    members: dict[str, list[str]] = {}
    for name, leader in root.once(leaders).items():
        members.setdefault(leader, []).append(name)
    found: dict[str, Prepared | None] = {}
    for leader in members:
        _prepare(root, leader, members, found)
    return found


def _prepare(
    root: ProjectScope, leader: str, members: Mapping[str, list[str]], found: dict[str, Prepared | None]
) -> Prepared | None:
    """Prepares what a build needs before the build itself. A cycle has been reported by now."""
    if leader in found:
        return found[leader]
    found[leader] = None
    scope = root.service(leader)
    plans = root.once(builds)
    taken = {name: _Taken(there) for name, there in _mirrored(root, leader)}
    below: list[Prepared] = []
    for name, source in plans.sources[leader].items():
        if source.kind is Kind.IMAGE:
            taken[name] = _Taken(mirrored(root.once(rewrites_of), source.name))
            continue
        other = _needed(root, scope, source, members, found)
        if other is None:
            return None
        prepared_one, taken[name] = other
        if source.kind is Kind.DIRECTORY:
            below.append(prepared_one)
    found[leader] = _built(scope, plans.facts[leader], taken, below, members[leader])
    return found[leader]


def _mirrored(root: ProjectScope, service: str) -> Iterator[tuple[str, str]]:
    """The images that a Dockerfile takes from registries, where they come from a mirror, and their names there."""
    if not root.options.image_rewrite:
        return
    sources = root.once(builds).sources[service]
    for name in {use.name: None for use in root.facts.builds[service].uses if use.name not in sources}:
        there = mirrored(root.once(rewrites_of), name)
        if there != name:
            yield name, there


def _needed(
    root: ProjectScope,
    scope: ServiceScope,
    source: Source,
    members: Mapping[str, list[str]],
    found: dict[str, Prepared | None],
) -> tuple[Prepared, _Taken] | None:
    """The build of an image that another build takes."""
    if source.kind is Kind.SERVICE:
        other = _prepare(root, root.once(leaders)[source.name], members, found)
        return None if other is None else (other, _Taken(*references(root, source.name), other.job))
    return _directory(scope, source.name)


def _directory(scope: ServiceScope, name: str) -> tuple[Prepared, _Taken] | None:
    """A named context that is a directory, as an image of its own."""
    facts = scope.root.facts.builds[scope.name].contexts[name]
    context = context_of(scope, facts)
    if context is None:
        return None
    push, pull = (
        reference(registry, object_name(repository(scope.root, scope.name).rpartition("/")[2], name), facts)
        for registry in (scope.options.registry, scope.options.pull_registry or scope.options.registry)
    )
    extras = _dockerfile(scope, facts, context, {})
    job = Job(scope, Build(context=facts.context), facts, context, (push,), extras)
    path = scope.path("build", "additional_contexts", name)
    resources = _objects(job, path, f"makes an image of the build context {name} and pushes {push}")
    key = resources[-1].key
    image = BuiltImage(scope.name, pull, push, key, context.stream, name, archive=context.archive)
    return Prepared(key, resources, (image,)), _Taken(push, pull, key)


def _built(
    scope: ServiceScope, facts: BuildFacts, taken: Mapping[str, _Taken], below: list[Prepared], members: list[str]
) -> Prepared | None:
    section = scope.service.build
    context = context_of(scope, facts)
    if section is None or context is None:
        return None
    extras = _extras(scope, section, facts, context, taken)
    pushed = [references(scope.root, name)[0] for name in members]
    more = sorted({name for member in members for name in further_names(scope.root.service(member))})
    job = Job(scope, section, facts, context, (*pushed, *more), extras)
    whose = scope.name if members == [scope.name] else ", ".join(members)
    reason = f"builds the image of {whose} and pushes {pushed[0]}"
    resources = _objects(job, scope.path("build"), reason, tuple(one.job for one in taken.values() if one.job))
    images = tuple(image for one in below for image in one.images)
    before = (resource for one in below for resource in one.resources)
    return Prepared(resources[-1].key, (*before, *resources), images, context.stream, context.archive)


def _objects(job: Job, cause: ComposePath, reason: str, after: tuple[ResourceKey, ...] = ()) -> tuple[Resource, ...]:
    """The Job, last, after what it mounts."""
    scope, spec = job.scope, job.spec
    resources = list(job.extras.resources)
    if job.context.config_map is not None:
        why = f"the build context of {scope.name}, for its Job"
        resources.append(Resource(job.context.config_map, scope.path("build", "context"), why))
    if scope.options.registry_ca:
        resources.append(ca_object(scope))
    logins = login_secret(scope.root)
    if logins is not None:
        resources.append(logins)
    manifest = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": job.name_with(spec), "labels": object_labels(scope.root, scope.name)},
        "spec": spec,
    }
    waits = (*(resource.key for resource in resources), *dict.fromkeys(after))
    return (*resources, Resource(manifest, cause, reason, waits))


# --- what a build has beside its context


def _extras(
    scope: ServiceScope, section: Build, facts: BuildFacts, context: BuildContext, taken: Mapping[str, _Taken]
) -> Extras:
    for name in unused_contexts(scope.root, scope.name):
        path = scope.path("build", "additional_contexts", name)
        scope.report.note(Code.APPROXIMATED, path, f"no FROM and no COPY --from names {name!r}: it is left out")
    beside = _secrets(scope, section, facts).joined(_dockerfile(scope, facts, context, taken))
    return beside.joined(_waiting(scope, taken))


def _secrets(scope: ServiceScope, section: Build, facts: BuildFacts) -> Extras:
    if not section.secrets:
        return Extras()
    from hybridcompose.translate.kaniko_secrets import FORK_FLAG, build_secrets

    fork = is_fork(scope.options.kaniko_image)
    secrets = build_secrets(scope, section, facts, is_fork=fork)
    return Extras(
        flags=secrets.flags,
        variables=(FORK_FLAG,) if fork else (),
        volumes=secrets.volumes,
        mounts=secrets.mounts,
        resources=secrets.resources,
    )


def _dockerfile(scope: ServiceScope, facts: BuildFacts, context: BuildContext, taken: Mapping[str, _Taken]) -> Extras:
    """The Dockerfile with other names, or one that the context lacks, beside it: that stays as it was packed."""
    names = {name: one.push for name, one in taken.items()}
    text = rewritten(facts, (*_words(scope, facts), *image_words(facts, names)))
    text = context.dockerfile if text is None else text
    if text is None:
        return Extras()
    name = object_name("dockerfile", scope.name, facts.digest[:10])
    data = {_DOCKERFILE: text}
    if facts.ignored:
        data[f"{_DOCKERFILE}.dockerignore"] = "".join(f"{pattern}\n" for pattern in facts.ignored)
    manifest = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "labels": object_labels(scope.root, scope.name)},
        "data": data,
    }
    reason = f"the Dockerfile of {scope.name}, with the names that its images have in the registry"
    mount = {"name": "dockerfile", "mountPath": _DOCKERFILE_DIRECTORY, "readOnly": True}
    return Extras(
        dockerfile=f"{_DOCKERFILE_DIRECTORY}/{_DOCKERFILE}",
        volumes=({"name": "dockerfile", "configMap": {"name": name}},),
        mounts=(mount,),
        resources=(Resource(manifest, scope.path("build"), reason),),
    )


def _words(scope: ServiceScope, facts: BuildFacts) -> tuple[Reworded, ...]:
    return kaniko_words(facts, is_fork=is_fork(scope.options.kaniko_image))


def _waiting(scope: ServiceScope, taken: Mapping[str, _Taken]) -> Extras:
    """Init containers of the images that a build takes: the kubelet pulls again until they are there.

    Nothing of the sort where the objects are made in order.
    """
    images = sorted({one.pull for one in taken.values() if one.pull is not None})
    if not images or scope.options.ordering is Ordering.NONE:
        return Extras()
    return Extras(
        volumes=({"name": TOOLS_VOLUME, "emptyDir": {}},),
        init_containers=(copy_tools(scope), *(_await(index, image) for index, image in enumerate(images, start=1))),
    )


def _await(index: int, image: str) -> Manifest:
    return {
        "name": f"await-image-{index}",
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "command": [f"{TOOLS}/busybox", "true"],
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
        "volumeMounts": [{"name": TOOLS_VOLUME, "mountPath": TOOLS, "readOnly": True}],
    }


def built_images(root: ProjectScope, service: str, found: Prepared) -> Iterator[BuiltImage]:
    """The images that a service brings to the plan: its own, and with a shared build's first service what it needs."""
    push, pull = references(root, service)
    facts = root.facts.builds[service]
    first = root.once(leaders)[service] == service
    if first:
        yield from found.images
    yield BuiltImage(
        service,
        pull,
        push,
        found.job,
        found.stream if first else None,
        tags=tuple(further_names(root.service(service))),
        archive=found.archive if first else None,
        floating=facts.remote and not is_commit(facts.context),
        recipe=Recipe(tuple(build_steps(facts, _words(root.service(service), facts))), facts.file),
    )
