"""``build`` → a Kaniko Job that builds the service's image in the cluster and pushes it.

The image's tag is the hash of everything that the build can see, so that the same input is the same image. The pod
of a built service names an image that exists once its Job is done: until then the kubelet retries the pull
(``ImagePullBackOff``), and the pod starts by itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code, Severity
from hybridcompose.plan import BuiltImage, KubeName, Resource, ResourceKey
from hybridcompose.translate.labels import object_labels
from hybridcompose.translate.names import label_name
from hybridcompose.translate.registry.row import KeyClass, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hybridcompose.gather.facts import BuildFacts
    from hybridcompose.spec.build import Build
    from hybridcompose.translate.kaniko_context import BuildContext
    from hybridcompose.translate.scope import PodDraft, ProjectScope, ServiceScope

_TAG = 16
_COMPONENT = re.compile(r"[^a-z0-9._/-]+")


def build(scope: ServiceScope, draft: PodDraft) -> None:
    """Adds the Job and its context, and makes the service run the image that the Job pushes."""
    section = scope.service.build
    if section is None:
        _take_image_of_another_service(scope, draft)
    elif _is_possible(scope) and scope.build is not None:
        _add_build(scope, draft, section, scope.build)


def _add_build(scope: ServiceScope, draft: PodDraft, section: Build, facts: BuildFacts) -> None:
    from hybridcompose.translate.kaniko_context import context_of

    context = context_of(scope, facts)
    if context is not None:
        _report_differences(scope, section)
        _add_job(scope, draft, section, facts, context)


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


def _add_job(scope: ServiceScope, draft: PodDraft, section: Build, facts: BuildFacts, context: BuildContext) -> None:
    push, pull = references(scope.root, scope.name)
    from hybridcompose.translate.kaniko_job import Job, ca_object

    job = Job(scope, section, facts, context, (push, *_further_names(scope, section)))
    cause = scope.path("build")
    name = job.name
    waits: tuple[ResourceKey, ...] = ()
    if context.config_map is not None:
        waits = (ResourceKey("ConfigMap", context.config_map["metadata"]["name"]),)
        reason = f"the build context of {scope.name}, for its Job"
        draft.resources.append(Resource(context.config_map, scope.path("build", "context"), reason))
    if scope.options.registry_ca:
        certificates = ca_object(scope)
        waits = (*waits, certificates.key)
        draft.resources.append(certificates)
    manifest = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name, "labels": object_labels(scope.root, scope.name)},
        "spec": job.spec,
    }
    draft.resources.append(Resource(manifest, cause, f"builds the image of {scope.name} and pushes {push}", waits))
    draft.images.append(BuiltImage(scope.name, pull, push, ResourceKey("Job", KubeName(name))))
    draft.container["image"] = pull


def references(root: ProjectScope, service: str) -> tuple[str, str]:
    """What the built image of a service is pushed as, and pulled as. The tag says what it was built from."""
    options, facts = root.options, root.facts.builds[service]
    name = f"{repository(root, service)}:{facts.digest[:_TAG]}"
    registry = (options.registry or "").strip("/")
    return f"{registry}/{name}", f"{(options.pull_registry or registry).strip('/')}/{name}"


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


def _further_names(scope: ServiceScope, section: Build) -> list[str]:
    """``image`` and ``tags`` name the image for people and later steps, so they are pushed too, to our registry."""
    registry = (scope.options.registry or "").strip("/")
    names = [*([scope.service.image] if scope.service.image else []), *section.tags]
    return sorted({f"{registry}/{':'.join(_split(name))}" for name in names})


def _take_image_of_another_service(scope: ServiceScope, draft: PodDraft) -> None:
    """A service that only names an image which another one builds runs that build, as it does under Docker."""
    image = scope.service.image
    if image is None or scope.options.registry is None:
        return
    for name, other in sorted(scope.project.services.items()):
        if other.image == image and other.build is not None and name in scope.facts.builds:
            draft.container["image"] = references(scope.root, name)[1]
            return


def _report_differences(scope: ServiceScope, section: Build) -> None:
    """Reports what differs in the keys that are given."""
    for key, holds in _APPROXIMATED.items():
        if holds(section):
            scope.report.approximated(_ROW[key], scope.path("build", key))
    from hybridcompose.translate.kaniko_job import report_network

    report_network(scope, section)


_APPROXIMATED: dict[str, Callable[[Build], bool]] = {
    "cache_from": lambda section: bool(section.cache_from) and not section.no_cache,
    "cache_to": lambda section: bool(section.cache_to) and not section.no_cache,
    "platforms": lambda section: len(section.platforms) > 1,
}

_JOB = "Job.spec.template.spec"
_ARGS = f"{_JOB}.containers[].args"
_T, _A, _D, _N, _P = (
    KeyClass.TRANSLATED,
    KeyClass.APPROXIMATED,
    KeyClass.DIAGNOSED,
    KeyClass.NO_EFFECT,
    KeyClass.PENDING,
)


def _rows() -> Iterator[Row]:
    for key, key_class, fields, note, remedy in _TABLE:
        path = f"services.*.build.{key}" if key else "services.*.build"
        function = build if key_class in (_T, _A) else None
        yield Row(path, key_class, fields, function, note, remedy, _DEFAULTS.get(key, ()))


_CACHE = "Kaniko keeps its layers in the repository <image>/cache of the registry, not where this says."
_SECRET = "build secrets are not translated yet: RUN --mount=type=secret finds none."  # noqa: S105  (a sentence)
_SECRET_REMEDY = "pass what is not confidential in build.args, or fetch it in the container"  # noqa: S105  (a sentence)
_CONTEXTS = "FROM and COPY --from find no image or directory of this name yet."
_ULIMIT = "A build's steps have the limits of the node's container runtime."

#: Values that ask for what Kaniko does anyway.
_DEFAULTS: dict[str, tuple[object, ...]] = {"isolation": ("default",), "provenance": ("false",), "sbom": ("false",)}

#: Key below ``build``, class, Kubernetes fields, note, remedy.
_TABLE: tuple[tuple[str, KeyClass, str, str, str], ...] = (
    ("", _T, "Job, ConfigMap, Pod.spec.containers[].image", "", ""),
    ("additional_contexts", _P, "", _CONTEXTS, "build the other image beforehand and name it in FROM"),
    ("additional_contexts.*", _P, "", _CONTEXTS, "build the other image beforehand and name it in FROM"),
    ("args", _T, f"{_ARGS} --build-arg", "", ""),
    ("args.*", _T, f"{_ARGS} --build-arg", "", ""),
    ("cache_from", _A, f"{_ARGS} --cache --cache-repo", _CACHE, ""),
    ("cache_to", _A, f"{_ARGS} --cache --cache-repo", _CACHE, ""),
    ("context", _T, f"ConfigMap.binaryData, {_ARGS} --context", "", ""),
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
        f"{_JOB}.nodeSelector, {_ARGS} --custom-platform",
        "Of several platforms the image is built for that of the node that builds it: Kaniko makes no index.",
        "choose one with the service's platform",
    ),
    ("privileged", _D, "", "Kaniko's steps never get more privileges than its pod.", "build without it"),
    ("provenance", _D, "", "Kaniko makes no attestations.", "attest the pushed image with a tool of its own"),
    ("pull", _N, "", "Kaniko pulls base images anew in every build.", ""),
    ("sbom", _D, "", "Kaniko makes no attestations.", "attest the pushed image with a tool of its own"),
    ("secrets", _P, "", _SECRET, _SECRET_REMEDY),
    ("secrets[].gid", _P, "", _SECRET, _SECRET_REMEDY),
    ("secrets[].mode", _P, "", _SECRET, _SECRET_REMEDY),
    ("secrets[].source", _P, "", _SECRET, _SECRET_REMEDY),
    ("secrets[].target", _P, "", _SECRET, _SECRET_REMEDY),
    ("secrets[].uid", _P, "", _SECRET, _SECRET_REMEDY),
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
