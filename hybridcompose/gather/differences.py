"""Dockerfile instructions that Kaniko treats otherwise than BuildKit, each found at its line.

Read in the sources of Kaniko 1.24.0 and of its maintained fork. A warning: the build fails or its result differs.
A note: a difference that does no harm.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.diagnostics import Code, Diagnostic, Location, Severity
from hybridcompose.gather.facts import FlavourDifference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from e2b_dockerfile_utils import DockerfileInstruction

    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.gather.dockerfile import Stage
    from hybridcompose.gather.followed import Found

_DIRECTIVE = re.compile(r"#\s*([a-zA-Z]\w*)\s*=\s*(.+?)\s*")
_GIT = re.compile(r"git@|git://|ssh://|https?://[^#?]+\.git([#?].*)?$")
_SPECIAL = re.compile(r"--chmod=0*[1-7][0-7]{3}")
_DOCKER_FRONTEND = re.compile(r"(docker\.io/)?docker/dockerfile(-upstream)?([:@].*)?")


class Difference(NamedTuple):
    """``found`` says whether an instruction is of this kind."""

    instructions: frozenset[str]
    found: Callable[[DockerfileInstruction], bool]
    severity: Severity
    message: str
    remedy: str | None = None


def _mounts(step: DockerfileInstruction) -> Iterator[dict[str, str]]:
    for flag in step.flags:
        if flag.startswith("--mount="):
            parts = (part.partition("=") for part in flag.removeprefix("--mount=").split(","))
            options = {name.strip().lower(): value for name, _, value in parts}
            yield {"type": "bind", **options}


def _mount(kind: str, *, elsewhere: bool | None = None) -> Callable[[DockerfileInstruction], bool]:
    """A mount of that type; with ``elsewhere``, one that takes (or does not take) its content from a stage or image."""

    def found(step: DockerfileInstruction) -> bool:
        return any(
            mount["type"] == kind and (elsewhere is None or ("from" in mount) == elsewhere) for mount in _mounts(step)
        )

    return found


def _flag(*flags: str) -> Callable[[DockerfileInstruction], bool]:
    """One of these flags, with any value unless one is given."""

    def found(step: DockerfileInstruction) -> bool:
        return any(flag in flags or flag.partition("=")[0] in flags for flag in step.flags)

    return found


def _adds_repository(step: DockerfileInstruction) -> bool:
    return any(_GIT.match(word) for word in step.args[:-1])


def _has_script(step: DockerfileInstruction) -> bool:
    """A heredoc that names its own interpreter."""
    return len(step.heredocs) == 1 and step.heredocs[0].content.lstrip("\t").startswith("#!")


def _has_special_bits(step: DockerfileInstruction) -> bool:
    return any(_SPECIAL.fullmatch(flag) for flag in step.flags)


_RUN = frozenset(("RUN",))
_ADD = frozenset(("ADD",))
_COPY = frozenset(("COPY",))
_COPIES = _ADD | _COPY
_WARNING, _NOTE = Severity.WARNING, Severity.NOTE

DIFFERENCES: tuple[Difference, ...] = (
    Difference(
        _RUN, _mount("cache"), _NOTE, "a cache mount that is made starts empty in every build: slower, same result"
    ),
    Difference(
        _RUN,
        _mount("secret"),
        _NOTE,
        "the step finds its secret where the compose file gives it (build.secrets), and other steps can read it too",
    ),
    Difference(
        _RUN,
        _mount("ssh"),
        _WARNING,
        "Kaniko forwards no SSH agent: the step runs without it",
        "fetch over HTTPS with a token from a build secret",
    ),
    Difference(
        _RUN,
        _mount("bind", elsewhere=False),
        _NOTE,
        "Kaniko's maintained fork copies the files for the time of the step; other releases mount nothing",
        "COPY the files before the step",
    ),
    Difference(
        _RUN,
        _mount("bind", elsewhere=True),
        _WARNING,
        "Kaniko mounts nothing from other stages or images: the step runs without it",
        "write COPY --from=… before the step",
    ),
    Difference(
        _RUN,
        _mount("tmpfs"),
        _NOTE,
        "Kaniko mounts no tmpfs: what the step writes there becomes part of the image",
        "remove it at the end of the step",
    ),
    Difference(_RUN, _flag("--network=none"), _NOTE, "the step has network access: Kaniko ignores --network"),
    Difference(
        _RUN,
        _flag("--network=host"),
        _WARNING,
        "Kaniko ignores --network: the step sees the build pod's network, not the host's",
    ),
    Difference(_RUN, _flag("--security=insecure"), _WARNING, "Kaniko ignores --security: the step is not privileged"),
    Difference(_RUN, _flag("--device"), _WARNING, "Kaniko ignores --device: the step has no such device"),
    Difference(
        _ADD,
        _flag("--checksum"),
        _WARNING,
        "Kaniko does not verify the checksum",
        "compare it in a RUN step, with sha256sum -c",
    ),
    Difference(
        _ADD,
        _adds_repository,
        _WARNING,
        "Kaniko does not clone Git repositories in ADD",
        "clone in a RUN step, or give the repository as the build's context",
    ),
    Difference(
        _ADD, _flag("--unpack"), _WARNING, "Kaniko ignores --unpack: local archives are unpacked, downloads are not"
    ),
    Difference(_COPIES, _flag("--link"), _NOTE, "Kaniko copies into an ordinary layer: same files, other caching"),
    Difference(
        _COPY,
        _flag("--parents"),
        _WARNING,
        "Kaniko does not keep the parent directories",
        "write one COPY for each directory",
    ),
    Difference(
        _COPIES,
        _flag("--exclude"),
        _WARNING,
        "Kaniko copies the excluded files too",
        "exclude them in .dockerignore",
    ),
    Difference(
        _RUN,
        _has_script,
        _WARNING,
        "Kaniko gives the heredoc to sh and ignores its first line (#!)",
        "COPY the script into the image and RUN it",
    ),
    Difference(
        _COPIES,
        _has_special_bits,
        _WARNING,
        "Kaniko leaves out the set-user-ID, set-group-ID and sticky bits of --chmod",
        "set them in a RUN step, with chmod",
    ),
    Difference(frozenset(("HEALTHCHECK",)), _flag("--start-interval"), _NOTE, "Kaniko leaves --start-interval out"),
    Difference(
        frozenset(("MAINTAINER",)),
        lambda _: True,
        _NOTE,
        "Kaniko leaves the author out of the image",
        "write LABEL org.opencontainers.image.authors=…",
    ),
)


class Place(NamedTuple):
    """Where a Dockerfile stands: its compose path, and its file (``None`` inside the compose file)."""

    path: ComposePath
    file: str | None

    def finding(
        self,
        severity: Severity,
        line: int,
        word: str,
        message: str,
        remedy: str | None = None,
        code: Code = Code.BUILD_DIFFERENCE,
    ) -> Diagnostic:
        location = Location(self.file, line, 1, max(len(word), 1)) if self.file else None
        place = f"{word}: " if self.file else f"line {line} of the Dockerfile, {word}: "
        return Diagnostic(code, severity, place + message, self.path, remedy, location)


def differences(text: str, stages: Iterable[Stage], place: Place) -> Iterator[Diagnostic]:
    """What Kaniko does otherwise in these stages, as far as an instruction tells by itself."""
    syntax = _syntax(text)
    if syntax is not None:
        line, frontend = syntax
        known = _DOCKER_FRONTEND.fullmatch(frontend)
        yield place.finding(
            _NOTE if known else _WARNING,
            line,
            "# syntax",
            "Kaniko reads Dockerfiles with a parser of its own" + ("" if known else f", not with {frontend}"),
        )
    for stage in stages:
        platform = next((flag.partition("=")[2] for flag in stage.flags if flag.startswith("--platform=")), "$")
        if not platform.startswith("$"):
            remedy = f"write build.platforms: [{platform}]"
            yield place.finding(_WARNING, stage.line, "FROM", "Kaniko builds all stages for one platform", remedy)
        for step in stage.instructions:
            for row in DIFFERENCES:
                if step.name in row.instructions and row.found(step):
                    yield place.finding(row.severity, step.start_line, step.name, row.message, row.remedy)


def in_every_kaniko(found: Iterable[Found], place: Place) -> Iterator[Diagnostic]:
    """Those of the differences that do not depend on which Kaniko builds."""
    for one in found:
        if one.only is None:
            yield place.finding(one.severity, one.step.start_line, one.step.name, one.message, one.remedy, one.code)


def in_one_kaniko(found: Iterable[Found]) -> Iterator[FlavourDifference]:
    """The others."""
    for one in found:
        if one.only is not None:
            is_note = one.severity is _NOTE
            yield FlavourDifference(one.only, one.step.start_line, one.step.name, one.message, one.remedy, is_note)


def _syntax(text: str) -> tuple[int, str] | None:
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        directive = _DIRECTIVE.fullmatch(line.strip())
        if directive is None:
            return None
        if directive[1].lower() == "syntax":
            return number, directive[2]
    return None
