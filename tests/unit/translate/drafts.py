"""One service, translated by the concerns of its own keys, and its pod checked against the Kubernetes schemas."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import kubernetes_validate

from hybridcompose.gather.facts import (
    BoundSource,
    BuildFacts,
    Facts,
    ImageConfig,
    ImageHealthcheck,
    SourceFile,
    SourceKind,
)
from hybridcompose.spec import Duration, Project
from hybridcompose.translate import configs, environment, health, process, resources, security, storage
from hybridcompose.translate.names import Names, label_name
from hybridcompose.translate.options import Options
from hybridcompose.translate.report import Report
from hybridcompose.translate.scope import PodDraft, ProjectScope, ServiceScope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hybridcompose.diagnostics import Code, Diagnostic
    from hybridcompose.plan import Manifest

_CONCERNS = (
    *process.CONCERNS,
    *environment.CONCERNS,
    *security.CONCERNS,
    *resources.CONCERNS,
    *health.CONCERNS,
    *storage.CONCERNS,
    *configs.CONCERNS,
)
_UNKNOWN_IMAGE = ImageConfig()
_OPTIONS = Options()


class Body:
    """The translated body of one service's pod, and what was found on the way."""

    def __init__(self, scope: ServiceScope, draft: PodDraft) -> None:
        self.scope = scope
        self.draft = draft

    @property
    def container(self) -> Manifest:
        return self.draft.container

    @property
    def mounts(self) -> dict[str, Manifest]:
        """The main container's mounts by target."""
        return {mount["mountPath"]: mount for mount in self.draft.mounts}

    @property
    def volumes(self) -> dict[str, Manifest]:
        return {volume["name"]: volume for volume in self.draft.volumes}

    def volume_at(self, target: str) -> Manifest:
        """The pod volume that is mounted at a target."""
        return self.volumes[self.mounts[target]["name"]]

    def init(self, name: str) -> Manifest:
        """The init container of a name."""
        (found,) = [container for _, container in self.draft.init_containers if container["name"] == name]
        return found

    @property
    def init_names(self) -> list[str]:
        ordered = sorted(self.draft.init_containers, key=lambda entry: entry[0])
        return [container["name"] for _, container in ordered]

    def objects(self, kind: str) -> dict[str, Manifest]:
        return {resource.key.name: resource.manifest for resource in self.draft.resources if resource.key.kind == kind}

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        return self.scope.report.diagnostics

    @property
    def codes(self) -> list[Code]:
        return [diagnostic.code for diagnostic in self.diagnostics]

    def only(self, code: Code) -> Diagnostic:
        """The one finding of a code."""
        (found,) = [diagnostic for diagnostic in self.diagnostics if diagnostic.code is code]
        return found


def body(
    service: dict[str, Any],
    *,
    name: str = "web",
    others: Mapping[str, dict[str, Any]] | None = None,
    top: dict[str, Any] | None = None,
    sources: tuple[BoundSource, ...] = (),
    image: ImageConfig = _UNKNOWN_IMAGE,
    images: Mapping[str, ImageConfig] | None = None,
    build: BuildFacts | None = None,
    options: Options = _OPTIONS,
    environment: dict[str, str] | None = None,
    border: str = "",
    working_dir: str = "/shop",
) -> Body:
    """Translates one service of a small project in ``/shop``; every object that comes out is valid."""
    services = {**(others or {}), name: {"image": "app"} | service}
    project = Project.model_validate({"name": "shop", "services": services, **(top or {})})
    project._working_dir = working_dir
    project._environment = environment or {}
    names = Names({entry: label_name(entry) for entry in services})
    facts = Facts(
        sources={source.source: source for source in sources},
        builds={name: build} if build else {},
        images={project.services[name].image or "": image, **(images or {})},
        border=border,
    )
    root = ProjectScope(project, facts, options, names, Report())
    found = Body(*_translated(root, name, build.image if build else image, build))
    _check(found)
    return found


def _translated(
    root: ProjectScope, name: str, image: ImageConfig, build: BuildFacts | None
) -> tuple[ServiceScope, PodDraft]:
    scope = ServiceScope(root, name, root.project.services[name], root.names.services[name], image, build)
    draft = PodDraft()
    for concern in _CONCERNS:
        concern(scope, draft)
    return scope, draft


def _check(found: Body) -> None:
    draft = found.draft
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web", "labels": draft.labels},
        "spec": {
            **draft.pod,
            "initContainers": [container for _, container in draft.init_containers],
            "containers": [{"name": "web", "image": "app"} | draft.container | {"volumeMounts": draft.mounts}],
            "volumes": draft.volumes,
        },
    }
    names = [volume["name"] for volume in draft.volumes]
    assert len(names) == len(set(names))
    for containers in (pod["spec"]["initContainers"], pod["spec"]["containers"]):  # type: ignore[index]  # plain JSON
        for container in containers:
            assert {mount["name"] for mount in container.get("volumeMounts", ())} <= set(names)
    for manifest in (pod, *(resource.manifest for resource in draft.resources)):
        _valid(json.dumps(manifest, sort_keys=True))


@cache
def _valid(manifest: str) -> None:
    kubernetes_validate.validate(json.loads(manifest), "1.37", strict=True)


def bind(source: str, target: str, **keys: Any) -> dict[str, Any]:
    """A bind mount as the short form gives it."""
    return {"type": "bind", "source": source, "target": target, "bind": {}, **keys}


def named(source: str, target: str, **keys: Any) -> dict[str, Any]:
    return {"type": "volume", "source": source, "target": target, "volume": {}, **keys}


def file_at(path: str, content: bytes = b"text\n", mode: int = 0o644, *, inside: bool = True) -> BoundSource:
    file = SourceFile("", mode, len(content), content)
    return BoundSource(path, SourceKind.FILE, mode, len(content), (file,), inside_project=inside)


def directory_at(
    path: str, files: Mapping[str, bytes], *, empty: tuple[str, ...] = (), inside: bool = True
) -> BoundSource:
    found = tuple(SourceFile(name, 0o644, len(content), content) for name, content in sorted(files.items()))
    size = sum(file.size for file in found)
    return BoundSource(path, SourceKind.DIRECTORY, 0o755, size, found, empty, inside)


def missing_at(path: str, *, inside: bool = True) -> BoundSource:
    return BoundSource(path, SourceKind.MISSING, inside_project=inside)


def image_check(*test: str, **seconds: float) -> ImageConfig:
    """An image with a HEALTHCHECK; times in seconds."""
    times = {key: Duration(int(value * 1_000_000_000)) for key, value in seconds.items()}
    return ImageConfig(healthcheck=ImageHealthcheck(test=test, **times))
