"""The seam between a build's Job and what builds in it.

The Job, its pod, the context and the order of builds are the same whatever builds. A builder says what its container is
told and on which nodes it can run; the digest of what it has pushed it writes as the container's termination message.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from hybridcompose.plan import Manifest
    from hybridcompose.translate.kaniko_job import Job


class Builder(Protocol):
    """What builds images. Kaniko is the one that is there."""

    def container(self, job: Job) -> Manifest:
        """The container that builds; it ends with 0 when all of ``job.destinations`` are pushed."""

    def platform(self, job: Job) -> str | None:
        """What the node must be (``linux/amd64``); ``None`` where any will do."""
