"""Mounts of what is kept in PersistentVolumeClaims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.translate.mounts import add_volume
from hybridcompose.translate.shared_volumes import claim, claimed_volumes, identity, keep_together

if TYPE_CHECKING:
    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.plan import Manifest
    from hybridcompose.translate.mounts import Mounting
    from hybridcompose.translate.shared_volumes import ClaimedVolume, ClaimRequest


def claimed_as(at: Mounting) -> ClaimedVolume | None:
    """The claim that holds what is mounted; ``None`` where it is the pod's own."""
    root = at.scope.root
    name = identity(root, at.mount)
    return None if name is None else root.once(claimed_volumes).get(name)


def mount_claim(at: Mounting, claimed: ClaimedVolume, cause: ComposePath, request: ClaimRequest) -> str:
    """Adds the claim and the pod's volume that shows it; returns the volume's name."""
    root = at.scope.root
    keep_together(root, at.draft, claimed)
    at.draft.resources.append(claim(root, claimed, cause, request))
    return add_volume(at.draft, claimed.claim, claim_source(claimed.claim))


def claim_source(name: str) -> Manifest:
    """A volume source that is a claim."""
    return {"persistentVolumeClaim": {"claimName": name}}
