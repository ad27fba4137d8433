"""The build sections of a project: contexts read and packed, Dockerfiles understood.

Services that send the same files share the archive: a context is read once.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from hybridcompose.diagnostics import Severity
from hybridcompose.gather import build_findings as findings
from hybridcompose.gather.contents import Contents
from hybridcompose.gather.context import is_remote
from hybridcompose.gather.facts import BuildFacts
from hybridcompose.gather.ignore import DOCKERIGNORE, IgnoreRules, InvalidPatternError, read_rules
from hybridcompose.reading import read_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from hybridcompose.diagnostics import ComposePath, Diagnostic, Location
    from hybridcompose.gather.archive import Archive
    from hybridcompose.gather.facts import ImageUse
    from hybridcompose.spec import Project
    from hybridcompose.spec.build import Build
    from hybridcompose.spec.service import WorkloadSpec

_DEFAULT_DOCKERFILE = "Dockerfile"
#: Makes an image of a directory, for FROM and COPY --from of other builds.
_WHOLE_CONTEXT = "FROM scratch\nCOPY . /\n"
_NO_CONTEXTS: Mapping[str, BuildFacts] = MappingProxyType({})
_NO_RULES = IgnoreRules()
#: A longer Dockerfile is not read: no builder's input is.
MAX_DOCKERFILE = 512 * 1024


class _RefusedError(Exception):
    """A build that cannot be read: its finding is all that is left of it."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


class _Request(NamedTuple):
    """One build section with what the environment adds to it. ``room`` is ``services`` or ``jobs``."""

    room: str
    service: str
    build: Build
    args: Mapping[str, str]
    platform: str | None

    @property
    def path(self) -> ComposePath:
        return (self.room, self.service, "build")

    @property
    def context(self) -> str:
        return self.build.context or "."


class _Dockerfile(NamedTuple):
    """``file`` is where it can be opened (``None``: in the compose file), ``inside`` its path in the context."""

    text: str
    file: str | None = None
    inside: str | None = None


class _Packed(NamedTuple):
    contents: Contents
    archive: Archive
    largest: tuple[tuple[str, int], ...]
    dockerfile: str = ""
    ignored: tuple[str, ...] = ()


def read_builds(project: Project) -> tuple[dict[str, BuildFacts], list[Diagnostic]]:
    """What is known of every service or job with ``build``, by its name, and what was found."""
    reader = _Reader(project.locate)
    builds = {}
    elements: list[tuple[str, str, WorkloadSpec]] = [
        *(("services", name, service) for name, service in project.services.items()),
        *(("jobs", name, job) for name, job in project.jobs.items()),
    ]
    for room, name, element in elements:
        if element.build is not None:
            try:
                builds[name] = reader.read(_request(room, name, element, element.build, project.environment))
            except _RefusedError as refusal:
                reader.found.append(refusal.diagnostic)
    return builds, reader.found


@dataclass(slots=True)
class _Reader:
    #: Where a compose path is written.
    locate: Callable[[ComposePath], Location | None]
    found: list[Diagnostic] = field(default_factory=list)
    packed: dict[Contents, _Packed] = field(default_factory=dict)

    def read(self, request: _Request) -> BuildFacts:
        if is_remote(request.context):
            return self._remote(request)
        directory = _context_directory(request)
        dockerfile = _dockerfile(directory, request)
        rules = _rules(directory, dockerfile, request.path)
        known = self._understand(request, dockerfile, directory, rules)
        packed = self._pack(request, dockerfile, directory, rules)
        contexts = self._named_contexts(request, known["uses"])
        return BuildFacts(
            service=request.service,
            context=directory,
            digest=_digest(request, packed.archive.sha256, packed.dockerfile, dockerfile.text, contexts),
            dockerfile=packed.dockerfile,
            archive=packed.archive.data,
            archive_size=packed.archive.size,
            streamed_size=packed.archive.streamed_size,
            streamed_sha256=packed.archive.streamed_sha256,
            source=packed.contents,
            args=request.args,
            platform=request.platform,
            largest=packed.largest,
            text=dockerfile.text,
            ignored=packed.ignored,
            contexts=contexts,
            **known,
        )

    def _named_contexts(self, request: _Request, uses: Iterable[ImageUse]) -> dict[str, BuildFacts]:
        """The directories among the additional contexts that the Dockerfile names."""
        used = {use.name for use in uses}
        written = sorted(request.build.additional_contexts.items())
        return {
            name: self._named_context(request, name, place)
            for name, place in written
            if name in used and is_directory_context(place)
        }

    def _named_context(self, request: _Request, name: str, place: str) -> BuildFacts:
        path = (*request.path, "additional_contexts", name)
        if not os.path.isdir(place):
            what = "is not a directory" if os.path.exists(place) else "does not exist"
            raise _RefusedError(findings.missing_named_context(place, what, path))
        rules = _read_rules([os.path.join(place, DOCKERIGNORE)], path)
        packed = self._packed_once(request, Contents(os.path.normpath(place), rules, frozenset(), _WHOLE_CONTEXT))
        seen = json.dumps([packed.archive.sha256, packed.dockerfile, request.platform])
        return BuildFacts(
            service=request.service,
            context=os.path.normpath(place),
            digest=hashlib.sha256(seen.encode()).hexdigest(),
            dockerfile=packed.dockerfile,
            archive=packed.archive.data,
            archive_size=packed.archive.size,
            streamed_size=packed.archive.streamed_size,
            streamed_sha256=packed.archive.streamed_sha256,
            source=packed.contents,
            platform=request.platform,
            largest=packed.largest,
        )

    def _remote(self, request: _Request) -> BuildFacts:
        """Nothing is fetched: what the builder will find there is not known, the digest covers the address alone."""
        build = request.build
        name, text = build.dockerfile or _DEFAULT_DOCKERFILE, build.dockerfile_inline or ""
        return BuildFacts(
            service=request.service,
            context=request.context,
            digest=_digest(request, request.context, name, text),
            dockerfile=name,
            remote=True,
            args=request.args,
            platform=request.platform,
            text=text,
            **(self._understand(request, _Dockerfile(text), None) if text else {}),
        )

    def _understand(
        self, request: _Request, dockerfile: _Dockerfile, directory: str | None, rules: IgnoreRules = _NO_RULES
    ) -> dict[str, Any]:
        from hybridcompose.gather.build_needs import image_uses, platform_values, secret_uses, steps
        from hybridcompose.gather.differences import Place, differences, in_every_kaniko, in_one_kaniko
        from hybridcompose.gather.dockerfile import DockerfileError, UnknownStageError, parse_dockerfile
        from hybridcompose.gather.image_config import image_of
        from hybridcompose.gather.label_lines import label_lines
        from hybridcompose.gather.run_lines import run_lines
        from hybridcompose.gather.stage_differences import whole_differences
        from hybridcompose.gather.stage_names import stage_names

        if dockerfile.file is None and len(dockerfile.text) > MAX_DOCKERFILE:
            message = f"it is longer than {MAX_DOCKERFILE >> 10} KiB"
            raise _RefusedError(findings.invalid_dockerfile(None, message, 0, request.path))
        try:
            parsed = parse_dockerfile(dockerfile.text, request.args, request.platform)
            target = parsed.target(request.build.target)
            stages = parsed.ancestry(target, request.build.additional_contexts)
            image = image_of(parsed, stages, request.args, request.platform, directory)
        except UnknownStageError as error:
            name = request.build.target or ""
            finding = findings.unknown_target(dockerfile.file, error.message, request.path, name, error.known)
            raise _RefusedError(finding) from None
        except DockerfileError as error:
            finding = findings.invalid_dockerfile(
                dockerfile.file, error.message, error.line, request.path, dockerfile.text
            )
            if dockerfile.file is None:
                place = self.locate((*request.path, "dockerfile_inline"))
                finding = findings.in_compose_file(finding, place, error.message, error.line, dockerfile.text)
            raise _RefusedError(finding) from None
        path = (*request.path, "dockerfile" if dockerfile.file else "dockerfile_inline")
        there = Place(path, dockerfile.file)
        found = list(whole_differences(parsed, target, request.args, request.platform, directory, rules.matcher()))
        for finding in (*differences(dockerfile.text, parsed.needed(target), there), *in_every_kaniko(found, there)):
            self._add(finding)
        labels = label_lines(parsed, stages, request.build.labels)
        for step in labels.kept:
            message = "Kaniko takes this label, and Docker that of build.labels"
            self._add(there.finding(Severity.WARNING, step.start_line, step.name, message, "set it in one of the two"))
        contexts, is_named = request.build.additional_contexts, bool(request.build.target)
        names = stage_names(parsed, target, contexts, is_named=is_named)
        return {
            "differences": tuple(in_one_kaniko(found)),
            "stage_names": names.reworded,
            "target": names.target,
            "label_lines": labels.added,
            "run_lines": tuple(run_lines(parsed, target, dockerfile.text)) if "<<" in dockerfile.text else (),
            "stages": tuple(stage.name or str(stage.index) for stage in parsed.stages),
            "base_images": parsed.base_images(target),
            "uses": image_uses(parsed, target, request.build.additional_contexts),
            "secrets": secret_uses(parsed, target),
            "platform_args": platform_values(parsed, target, request.platform),
            "steps": tuple(steps(parsed, target)),
            "file": dockerfile.file or "",
            "image": image,
        }

    def _add(self, finding: Diagnostic) -> None:
        """Keeps a finding unless another service has the same one at the same line."""
        known = {(other.location, other.message) for other in self.found if other.location}
        if (finding.location, finding.message) not in known:
            self.found.append(finding)

    def _pack(self, request: _Request, dockerfile: _Dockerfile, directory: str, rules: IgnoreRules) -> _Packed:
        contents = _contents(directory, dockerfile, rules)
        packed = self._packed_once(request, contents)
        return packed if dockerfile.inside is None else packed._replace(dockerfile=dockerfile.inside)

    def _packed_once(self, request: _Request, contents: Contents) -> _Packed:
        if contents not in self.packed:
            try:
                self.packed[contents] = self._packed(request, contents)
            except OSError as error:
                raise _RefusedError(findings.unreadable(error, contents.directory, request.path)) from error
        return self.packed[contents]

    def _packed(self, request: _Request, contents: Contents) -> _Packed:
        archive, context, name = contents.pack()
        self.found.extend(
            findings.special_file(contents.directory, special, request.path) for special in context.special
        )
        hidden = (name.rpartition("/")[0],) if name else ()
        return _Packed(contents, archive, context.largest(), name, (*contents.rules.patterns, *hidden))


def _contents(directory: str, dockerfile: _Dockerfile, rules: IgnoreRules) -> Contents:
    matcher = rules.matcher()
    name = dockerfile.inside
    sent = {DOCKERIGNORE, name, f"{name}.dockerignore"} if name else {DOCKERIGNORE}
    forced = frozenset(path for path in sent if path and matcher is not None and matcher.matches(path))
    return Contents(directory, rules, forced, dockerfile.text if name is None else None)


def _request(room: str, name: str, service: WorkloadSpec, build: Build, environment: Mapping[str, str]) -> _Request:
    return _Request(room, name, build, arguments(build, environment), _platform(service, build, environment))


def arguments(build: Build, environment: Mapping[str, str]) -> dict[str, str]:
    """The build arguments with their values: one without comes from the environment, or is not given at all."""
    values = {name: environment.get(name) if value is None else value for name, value in build.args.items()}
    return {name: value for name, value in sorted(values.items()) if value is not None}


def _platform(service: WorkloadSpec, build: Build, environment: Mapping[str, str]) -> str | None:
    """The one platform that the service's image is for; ``None`` where that is left to the builder."""
    if service.platform and (not build.platforms or service.platform in build.platforms):
        return service.platform
    if build.platforms:
        return build.platforms[0] if len(build.platforms) == 1 else None
    return environment.get("DOCKER_DEFAULT_PLATFORM") or None


def _context_directory(request: _Request) -> str:
    context = request.context
    if not os.path.isdir(context):
        what = "is not a directory" if os.path.exists(context) else "does not exist"
        raise _RefusedError(findings.missing_context(context, what, request.path))
    return os.path.normpath(context)


def _dockerfile(directory: str, request: _Request) -> _Dockerfile:
    """The build's Dockerfile. It stands ``inside`` only where no link leads to it: a builder may not follow one."""
    if request.build.dockerfile_inline:
        return _Dockerfile(request.build.dockerfile_inline)
    file = _existing(os.path.normpath(os.path.join(directory, request.build.dockerfile or _DEFAULT_DOCKERFILE)))
    try:
        text = read_file(file, MAX_DOCKERFILE).decode("utf-8", "surrogateescape")
    except OSError as error:
        raise _RefusedError(findings.missing_dockerfile(file, error, request.path)) from None
    inside = os.path.relpath(file, directory)
    is_member = os.path.realpath(file) == os.path.join(os.path.realpath(directory), inside)
    return _Dockerfile(text, file, inside if is_member else None)


def _existing(file: str) -> str:
    """The file, or ``dockerfile`` in place of a missing ``Dockerfile``, which BuildKit takes, too."""
    place, name = os.path.split(file)
    lower = os.path.join(place, name.lower())
    return lower if name == _DEFAULT_DOCKERFILE and not os.path.exists(file) and os.path.exists(lower) else file


def _rules(directory: str, dockerfile: _Dockerfile, path: ComposePath) -> IgnoreRules:
    specific = [f"{dockerfile.file}.dockerignore"] if dockerfile.file else []
    return _read_rules([*specific, os.path.join(directory, DOCKERIGNORE)], path)


def _read_rules(candidates: Iterable[str], path: ComposePath) -> IgnoreRules:
    try:
        return read_rules(candidates)
    except InvalidPatternError as error:
        raise _RefusedError(findings.invalid_rules(error.file, error, path)) from None
    except OSError as error:
        raise _RefusedError(findings.unreadable(error, "a file", path)) from None


def is_directory_context(place: str) -> bool:
    """Whether an additional context is a directory: not an image, a service's image or something to fetch."""
    return not (is_remote(place) or place.startswith("service:"))


def _digest(
    request: _Request, content: str, dockerfile: str, text: str, contexts: Mapping[str, BuildFacts] = _NO_CONTEXTS
) -> str:
    """The SHA-256 over all that decides what is built; what only decides how fast or where it goes is left out."""
    build = request.build
    inputs = {
        "additional_contexts": {
            # Where a directory stands is not what it holds; one that nothing uses decides nothing.
            name: contexts[name].digest if name in contexts else "" if is_directory_context(place) else place
            for name, place in build.additional_contexts.items()
        },
        "args": dict(request.args),
        "content": content,
        "dockerfile": dockerfile,
        "entitlements": sorted(build.entitlements),
        "extra_hosts": {host: list(addresses) for host, addresses in build.extra_hosts.items()},
        "labels": build.labels,
        "network": build.network,
        "platform": request.platform,
        "platforms": sorted(build.platforms),
        "privileged": build.privileged,
        "secrets": sorted(f"{secret.source}:{secret.target or ''}" for secret in build.secrets),
        "ssh": sorted(build.ssh),
        "target": build.target,
        "text": text,
    }
    canonical = json.dumps(inputs, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
