"""``build.secrets``: files of Secrets in the builder's pod.

The maintained fork of Kaniko mounts them for the steps that ask for them. Google's releases read ``RUN --mount`` and do
nothing: there the file is mounted into the pod where the step looks for it, for all steps. Mounts are never part of the
image. Source: Compose Build Specification, "secrets"; as in Docker the file's owner and mode are the Dockerfile's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.diagnostics import Code
from hybridcompose.translate.configs import secret_content

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hybridcompose.gather.facts import BuildFacts
    from hybridcompose.plan import Manifest, Resource
    from hybridcompose.spec.build import Build
    from hybridcompose.translate.scope import ServiceScope

#: Where the fork reads secrets from.
DIRECTORY = "/hybridcompose-secrets"
#: The fork gives steps their secrets where this is set.
FORK_FLAG = "FF_KANIKO_RUN_MOUNT_SECRET"


class BuildSecrets(NamedTuple):
    """What a build's secrets add to its pod, and the Secrets themselves where they are rendered."""

    flags: tuple[str, ...] = ()
    volumes: tuple[Manifest, ...] = ()
    mounts: tuple[Manifest, ...] = ()
    resources: tuple[Resource, ...] = ()


def build_secrets(scope: ServiceScope, section: Build, facts: BuildFacts, *, is_fork: bool) -> BuildSecrets:
    """The secrets of one build."""
    from hybridcompose.translate.scope import PodDraft

    flags: list[str] = []
    volumes: list[Manifest] = []
    mounts: dict[str, Manifest] = {}
    draft = PodDraft()
    for index, secret in enumerate(section.secrets):
        source = secret.source or ""
        name = secret.target or source
        content = secret_content(scope, draft, source, scope.path("build", "secrets", index))
        if content is None:
            continue
        file = content.entries[0].path
        volume = f"secret-{index}"
        volumes.append({"name": volume, **content.volume()})
        if is_fork:
            place = f"{DIRECTORY}/{index}"
            mounts[place] = {"name": volume, "mountPath": place, "readOnly": True}
            flags.append(f"--secret=id={name},src={place}/{file}")
        else:
            for target in _targets(scope, facts, name):
                mounts[target] = {"name": volume, "mountPath": target, "subPath": file, "readOnly": True}
    return BuildSecrets(tuple(flags), tuple(volumes), tuple(mounts.values()), tuple(draft.resources))


def _targets(scope: ServiceScope, facts: BuildFacts, name: str) -> Iterator[str]:
    """Where the steps look for a secret; the usual place where the Dockerfile is not known."""
    if not facts.text:
        yield f"/run/secrets/{name}"
    for use in facts.secrets:
        if use.name == name and use.target:
            yield use.target
        elif use.name == name:
            scope.report.warning(
                Code.BUILD_DIFFERENCE,
                scope.path("build", "secrets"),
                f"this release of Kaniko gives no step the variable {use.variable} of the secret {name!r}",
                "mount the secret as a file, or choose the maintained fork with --kaniko-image",
            )
