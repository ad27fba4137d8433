"""``build`` → a Kaniko Job that builds the service's image in the cluster and pushes it.

The image's tag is the hash of everything that the build can see, so that the same input is the same image. The pod
of a built service names an image that exists once its Job is done: until then the kubelet retries the pull
(``ImagePullBackOff``), and the pod starts by itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code, Severity
from hybridcompose.translate.names import label_name
from hybridcompose.translate.registry.row import KeyClass, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hybridcompose.gather.facts import BuildFacts
    from hybridcompose.spec.build import Build
    from hybridcompose.translate.scope import PodDraft, ProjectScope, ServiceScope

_TAG = 16
_COMPONENT = re.compile(r"[^a-z0-9._/-]+")


def build(scope: ServiceScope, draft: PodDraft) -> None:
    """Adds the Job and its context, and makes the service run the image that the Job pushes."""
    section = scope.service.build
    if section is None:
        _take_image_of_another_service(scope, draft)
    elif _is_possible(scope) and scope.build is not None:
        _add_build(scope, draft, section)


def _add_build(scope: ServiceScope, draft: PodDraft, section: Build) -> None:
    from hybridcompose.translate.kaniko_builds import built_images, prepared
    from hybridcompose.translate.kaniko_releases import report_release

    found = prepared(scope.root, scope.name)
    if found is None:
        return
    _report_differences(scope, section)
    if scope.build is not None:
        report_release(scope, scope.build)
    draft.resources += found.resources
    draft.images += built_images(scope.root, scope.name, found)
    _run(scope, draft, scope.name)


def _run(scope: ServiceScope, draft: PodDraft, builder: str) -> None:
    """Makes the pod run the image that is built for a service."""
    draft.container["image"] = references(scope.root, builder)[1]


def _is_possible(scope: ServiceScope) -> bool:
    """Whether the build was read and has somewhere to push to; what is missing is reported."""
    options, path = scope.options, scope.path("build")
    if options.registry is None:
        scope.report.error(
            Code.NO_REGISTRY,
            path,
            "the image must be pushed to a registry that the cluster's nodes can pull from",
            "give --registry HOST[:PORT][/PREFIX]",
        )
    elif "://" in options.registry:
        scope.report.error(
            Code.INVALID_OPTION, path, f"the registry {options.registry} is a URL", "leave out the scheme: HOST[:PORT]"
        )
    if scope.build is None and not _is_reported(scope):
        scope.report.error(
            Code.MISSING_BUILD_CONTEXT, path, "its context was not read", "pass the facts that gather(project) gives"
        )
    return options.registry is not None and "://" not in options.registry and scope.build is not None


def _is_reported(scope: ServiceScope) -> bool:
    """Whether reading the build already found why it is impossible."""
    return any(
        finding.severity is Severity.ERROR and finding.path[:3] == scope.path("build")
        for finding in scope.facts.diagnostics
    )


def references(root: ProjectScope, service: str) -> tuple[str, str]:
    """What the built image of a service is pushed as, and pulled as. The tag says what it was built from."""
    from hybridcompose.translate.kaniko_images import builds

    options, facts = root.options, root.once(builds).facts[service]
    name = repository(root, service)
    return (
        reference(options.registry, name, facts),
        reference(options.pull_registry or options.registry, name, facts),
    )


def reference(registry: str | None, name: str, facts: BuildFacts) -> str:
    """An image's full name, with the hash of what it is built from as its tag."""
    return f"{(registry or '').strip('/')}/{name}:{facts.digest[:_TAG]}"


def repository(root: ProjectScope, service: str) -> str:
    """The image's name without registry and tag: that of ``image`` where it is given, else ``project-service``."""
    image = root.project.services[service].image
    if image:
        return _split(image)[0]
    return label_name(f"{root.project.name}-{service}")


def _split(image: str) -> tuple[str, str]:
    """An image reference as its name without the registry's host, and its tag."""
    name = image.partition("@")[0]
    name, colon, tag = name.rpartition(":") if ":" in name.rpartition("/")[2] else (name, "", "")
    host, slash, rest = name.partition("/")
    if slash and ("." in host or ":" in host or host == "localhost"):
        name = rest
    return _COMPONENT.sub("-", name.lower()).strip("-./_"), tag if colon else "latest"


def further_names(scope: ServiceScope) -> list[str]:
    """``image`` and ``tags`` name the image for people and later steps, so they are pushed too, to our registry."""
    registry, section = (scope.options.registry or "").strip("/"), scope.service.build
    names = [*([scope.service.image] if scope.service.image else []), *(section.tags if section else ())]
    return sorted({f"{registry}/{':'.join(_split(name))}" for name in names})


def _take_image_of_another_service(scope: ServiceScope, draft: PodDraft) -> None:
    """A service that only names an image which another one builds runs that build, as it does under Docker."""
    builder = builder_of(scope.root, scope.service.image)
    if builder is not None:
        _run(scope, draft, builder)


def builder_of(root: ProjectScope, image: str | None) -> str | None:
    """The service that builds an image; ``None`` where it comes from elsewhere."""
    if image is None or root.options.registry is None or not root.facts.builds:
        return None
    from hybridcompose.gather.registries.names import canonical
    from hybridcompose.translate.kaniko_images import built_names

    return root.once(built_names).get(canonical(image))


def _report_differences(scope: ServiceScope, section: Build) -> None:
    """Reports what differs in the keys that are given."""
    for key, holds in _APPROXIMATED.items():
        if holds(scope, section):
            scope.report.approximated(_ROW[key], scope.path("build", key))
    from hybridcompose.translate.kaniko_job import report_network

    report_network(scope, section)


def _caches_elsewhere(scope: ServiceScope, section: Build, places: tuple[str, ...]) -> bool:
    """Whether a cache is asked for at a place that isn't in the registry that is pushed to."""
    from hybridcompose.translate.kaniko_job import cache_repository

    return bool(places) and not section.no_cache and cache_repository(section, scope.options.registry) is None


_APPROXIMATED: dict[str, Callable[[ServiceScope, Build], bool]] = {
    "cache_from": lambda scope, section: _caches_elsewhere(scope, section, section.cache_from),
    "cache_to": lambda scope, section: _caches_elsewhere(scope, section, section.cache_to),
    "platforms": lambda _, section: len(section.platforms) > 1,
    "secrets": lambda _, section: bool(section.secrets),
}

_JOB = "Job.spec.template.spec"
_ARGS = f"{_JOB}.containers[].args"
_T, _A, _D, _N = KeyClass.TRANSLATED, KeyClass.APPROXIMATED, KeyClass.DIAGNOSED, KeyClass.NO_EFFECT


def _rows() -> Iterator[Row]:
    for key, key_class, fields, note, remedy in _TABLE:
        path = f"services.*.build.{key}" if key else "services.*.build"
        function = build if key_class in (_T, _A) else None
        yield Row(path, key_class, fields, function, note, remedy, _DEFAULTS.get(key, ()))


_CACHE = (
    "Kaniko keeps its layers in the registry that is pushed to: in the repository that a ref of type=registry names "
    "there, else in <image>/cache."
)
_SECRET = "Other steps of the build can read it too; it is never part of the image."  # noqa: S105  (a sentence)
_SECRET_OWNER = "BuildKit ignores it, and so does Kaniko: the step's own mount says it."  # noqa: S105  (a sentence)
_SECRET_REMEDY = "write it in the Dockerfile: RUN --mount=type=secret,id=NAME,uid=…,gid=…,mode=…"  # noqa: S105
_CONTEXTS = "A directory is made into an image of its own, by a Job before this one."
_ULIMIT = "A build's steps have the limits of the node's container runtime."

#: Values that ask for what Kaniko does anyway.
_DEFAULTS: dict[str, tuple[object, ...]] = {"isolation": ("default",), "provenance": ("false",), "sbom": ("false",)}

#: Key below ``build``, class, Kubernetes fields, note, remedy.
_TABLE: tuple[tuple[str, KeyClass, str, str, str], ...] = (
    ("", _T, "Job, ConfigMap, Pod.spec.containers[].image", "", ""),
    ("additional_contexts", _T, "ConfigMap, Job", _CONTEXTS, ""),
    ("additional_contexts.*", _T, "ConfigMap, Job", _CONTEXTS, ""),
    ("args", _T, f"{_ARGS} --build-arg", "", ""),
    ("args.*", _T, f"{_ARGS} --build-arg", "", ""),
    ("cache_from", _A, f"{_ARGS} --cache --cache-repo", _CACHE, ""),
    ("cache_to", _A, f"{_ARGS} --cache --cache-repo", _CACHE, ""),
    ("context", _T, f"ConfigMap.binaryData or {_JOB}.initContainers[receive-context], {_ARGS} --context", "", ""),
    ("dockerfile", _T, f"{_ARGS} --dockerfile", "", ""),
    ("dockerfile_inline", _T, f"ConfigMap.binaryData, {_ARGS} --dockerfile", "", ""),
    ("entitlements", _D, "", "Kaniko's steps never get more privileges than its pod.", "build without them"),
    ("extra_hosts", _T, f"{_JOB}.hostAliases", "", ""),
    ("extra_hosts.*", _T, f"{_JOB}.hostAliases", "", ""),
    ("isolation", _D, "", "Isolation technologies are a matter of Windows hosts.", "leave it out"),
    ("labels", _T, f"{_ARGS} --label", "", ""),
    ("labels.*", _T, f"{_ARGS} --label", "", ""),
    ("network", _T, f"{_JOB}.hostNetwork", "", ""),
    ("no_cache", _T, f"{_ARGS} --cache", "", ""),
    ("no_cache_filter", _D, "", "Kaniko's cache is used for all stages or for none.", "write no_cache: true"),
    (
        "platforms",
        _A,
        f"{_JOB}.nodeSelector, {_ARGS} --custom-platform --build-arg",
        "Of several platforms the image is built for that of the node that builds it: Kaniko makes no index.",
        "choose one with the service's platform",
    ),
    ("privileged", _D, "", "Kaniko's steps never get more privileges than its pod.", "build without it"),
    ("provenance", _D, "", "Kaniko makes no attestations.", "attest the pushed image with a tool of its own"),
    ("pull", _N, "", "Kaniko pulls base images anew in every build.", ""),
    ("sbom", _D, "", "Kaniko makes no attestations.", "attest the pushed image with a tool of its own"),
    ("secrets", _A, f"Secret, {_JOB}.volumes[], {_ARGS} --secret", _SECRET, ""),
    ("secrets[].gid", _D, "", _SECRET_OWNER, _SECRET_REMEDY),
    ("secrets[].mode", _D, "", _SECRET_OWNER, _SECRET_REMEDY),
    ("secrets[].source", _T, f"{_JOB}.volumes[].secret", "", ""),
    ("secrets[].target", _T, f"{_ARGS} --secret", "", ""),
    ("secrets[].uid", _D, "", _SECRET_OWNER, _SECRET_REMEDY),
    ("shm_size", _T, f"{_JOB}.volumes[].emptyDir.sizeLimit", "", ""),
    ("ssh", _D, "", "Kaniko forwards no SSH agent.", "fetch over HTTPS with a token"),
    ("ssh.*", _D, "", "Kaniko forwards no SSH agent.", "fetch over HTTPS with a token"),
    ("tags", _T, f"{_ARGS} --destination", "", ""),
    ("target", _T, f"{_ARGS} --target", "", ""),
    ("ulimits", _D, "", _ULIMIT, "leave them out"),
    ("ulimits.*", _D, "", _ULIMIT, "leave them out"),
    ("ulimits.*.hard", _D, "", _ULIMIT, "leave them out"),
    ("ulimits.*.soft", _D, "", _ULIMIT, "leave them out"),
)

ROWS: tuple[Row, ...] = tuple(_rows())
_ROW = {row.path.removeprefix("services.*.build."): row for row in ROWS}

CONCERNS: tuple[Callable[[ServiceScope, PodDraft], None], ...] = (build,)
