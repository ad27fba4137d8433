"""Why a build has failed: the step of the Dockerfile and what it wrote last, or what kept the builder from its work."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.diagnostics import BuildError, Code, Diagnostic, HybridComposeError, Location, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hybridcompose.cluster.decide import Failure
    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.engine.build_log import BuildLog
    from hybridcompose.plan import BuildStep, BuiltImage


class _Cause(NamedTuple):
    """What Kaniko's last words mean; ``{0}`` and so on are the pattern's groups.

    ``of_step``: a step is to blame, and not what is around the build.
    """

    pattern: re.Pattern[str]
    message: str
    remedy: str
    of_step: bool = False


def _cause(pattern: str, message: str, remedy: str, *, of_step: bool = False) -> _Cause:
    return _Cause(re.compile(pattern, re.IGNORECASE | re.DOTALL), message, remedy, of_step)


_UNREACHABLE = r"((?:dial tcp|lookup ).*|no such host.*|i/o timeout.*|connection refused.*|no route to host.*)"
_REFUSED = r".*?(unauthorized.*|denied.*|forbidden.*|40[13] .*)"
_TLS = r".*?(x509.*|tls: .*)"
_PUSH = r"(?:error checking push permissions|failed to push|error pushing)"
_PULL = r"(?:unable to retrieve image manifest|retrieving image|failed to get filesystem from image|get \"?https?://)"

#: From the special to the general: the first that matches tells.
_CAUSES = (
    _cause(
        r"getting user group from chown: user (\S+) is not a uid and does not exist",
        "the image has no user {0}: Kaniko fails, where Docker takes root",
        "write a number, or make the user in a RUN step before it",
        of_step=True,
    ),
    _cause(
        r"getting user group from chown: strconv\.ParseUint: parsing \"([^\"]*)\"",
        "the image has no group {0}: Kaniko fails, where Docker takes root's",
        "write a number, or make the group in a RUN step before it",
        of_step=True,
    ),
    _cause(
        rf"{_PUSH}.*HTTP response to HTTPS client",
        "the registry that is pushed to speaks plain HTTP",
        "give --registry-insecure, or a registry with TLS",
    ),
    _cause(
        rf"{_PUSH}{_TLS}",
        "the certificate of the registry that is pushed to is not trusted: {0}",
        "name the file of its authority with --registry-ca",
    ),
    _cause(
        rf"{_PUSH}{_REFUSED}",
        "the registry refuses the push: {0}",
        "log in with docker login, or name a Secret whose credentials may push there with --registry-secret",
    ),
    _cause(
        rf"{_PUSH}.*?{_UNREACHABLE}",
        "the registry cannot be reached from the cluster: {0}",
        "check --registry, that it runs, and that pods may connect to it",
    ),
    _cause(
        rf"{_PULL}{_REFUSED}",
        "a base image may not be pulled: {0}",
        "check its name, and the credentials of --registry-secret",
    ),
    _cause(
        rf"{_PULL}.*?(MANIFEST_UNKNOWN.*|NAME_UNKNOWN.*|not found.*)",
        "a base image is not there: {0}",
        "check its name and tag, and whether its platform exists",
    ),
    _cause(
        rf"{_PULL}.*?{_UNREACHABLE}",
        "the registry of a base image cannot be reached from the cluster: {0}",
        "check its name, and that pods may connect there; --image-rewrite names a mirror",
    ),
    _cause(
        r"(no space left on device|disk quota exceeded)",
        "the node has no room for the build: {0}",
        "free space on the node, or make the image smaller",
    ),
)


_OTHER_IMAGES = "name images that the cluster can pull with --kaniko-image and --tool-image"


def build_failure(image: BuiltImage, log: BuildLog, failure: Failure) -> tuple[Iterator[str], HybridComposeError]:
    """Lines about the failure, for standard error, and the error that ends the command."""
    return _lines(image, failure, log), BuildError([_diagnostic(image, failure, log)])


def _lines(image: BuiltImage, failure: Failure, log: BuildLog) -> Iterator[str]:
    step = log.step
    where = f"{_name(image)}:{step.line}, {step.text}" if step is not None else "before the first step"
    if log.output:
        yield f"--- the last lines of the build of {image.title} ({where})"
        yield from (f"    {line}" for line in log.output)
    if log.last and log.last not in log.output:
        yield f"--- the builder in pod {failure.pod} said at last"
        yield f"    {log.last}"


def _name(image: BuiltImage) -> str:
    return image.recipe.file.rpartition("/")[2] or "inline Dockerfile"


def _diagnostic(image: BuiltImage, failure: Failure, log: BuildLog) -> Diagnostic:
    step = log.step
    if step is not None and log.exit_code is not None:
        message = f"{step.text} ended with code {log.exit_code}"
        return _at(image, step, message, "correct the step; what it wrote last is shown above")
    text = " ".join(log.last.split())
    for cause in _CAUSES:
        found = cause.pattern.search(text)
        if found is not None:
            message = cause.message.format(*found.groups())
            if step is not None and cause.of_step:
                return _at(image, step, message, cause.remedy)
            return Diagnostic(Code.BUILD_FAILED, Severity.ERROR, message, _path(image), cause.remedy)
    message = f"{failure.message}{f': {text}' if text else ''}"
    if step is None:
        remedy = _OTHER_IMAGES if "cannot be pulled" in failure.message else None
        return Diagnostic(Code.BUILD_FAILED, Severity.ERROR, message, _path(image), remedy)
    return _at(image, step, f"{step.text}: {message}")


def _path(image: BuiltImage, key: str = "") -> ComposePath:
    return ("services", image.service, "build", *([key] if key else []))


def _at(image: BuiltImage, step: BuildStep, message: str, remedy: str | None = None) -> Diagnostic:
    """About a step, at its line where the Dockerfile is a file."""
    file = image.recipe.file
    path = _path(image, "dockerfile" if file else "dockerfile_inline")
    location = Location(file, step.line, 1, max(1, len(step.text.partition(" ")[0]))) if file else None
    text = message if file else f"line {step.line}: {message}"
    return Diagnostic(Code.BUILD_FAILED, Severity.ERROR, text, path, remedy, location)
