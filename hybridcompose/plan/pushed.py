"""Leaves out the builds whose images are in the registry already."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hybridcompose.plan.model import BuiltImage, Plan, ResourceKey


def is_pushed(image: BuiltImage, digests: Mapping[str, str]) -> bool:
    """Whether a build would only push what is there; ``digests`` (``sha256:…``) by name, of names that exist.

    Names for people may have moved on to another image: then the build moves them back.
    """
    digest = digests.get(image.push_reference)
    return digest is not None and all(digests.get(name) == digest for name in image.tags)


def without_pushed(plan: Plan, digests: Mapping[str, str], kept: Iterable[str] = ()) -> Plan:
    """The plan without the Jobs of such images, and without what only these Jobs need.

    The digests of those images pin the workloads. The builds of the services ``kept`` stay.
    """
    kept = frozenset(kept)
    by_job: dict[ResourceKey, list[BuiltImage]] = {}
    for image in plan.images:
        by_job.setdefault(image.job, []).append(image)
    done = {
        job
        for job, images in by_job.items()
        if all(image.service not in kept and is_pushed(image, digests) for image in images)
    }
    needed = _needed(plan, {job for job, images in by_job.items() if job not in done and _is_own(images)}, done)
    dropped = by_job.keys() - needed
    if not dropped:
        return plan
    resources = tuple(
        resource._replace(waits_for=tuple(key for key in resource.waits_for if key not in dropped))
        for resource in plan.resources
        if resource.key not in dropped and resource.key not in _only_for(plan, dropped)
    )
    return plan._replace(
        resources=resources,
        images=tuple(image for image in plan.images if image.job not in dropped),
        pushed={
            **plan.pushed,
            **{i.reference: digests[i.push_reference] for i in plan.images if i.job in done & dropped},
        },
    )


def _is_own(images: Iterable[BuiltImage]) -> bool:
    """Whether they are wanted for themselves: a part is wanted for a build alone."""
    return any(not image.part for image in images)


def _needed(plan: Plan, jobs: Iterable[ResourceKey], done: set[ResourceKey]) -> set[ResourceKey]:
    """These Jobs and those that they take images from, as far as these are not there."""
    resources, left = plan.by_key(), list(jobs)
    found = set(left)
    while left:
        before = {key for key in resources[left.pop()].waits_for if key.kind == "Job"} - found - done
        found |= before
        left.extend(before)
    return found


def _only_for(plan: Plan, dropped: Iterable[ResourceKey]) -> set[ResourceKey]:
    """The ConfigMaps that only these Jobs mount: their contexts and Dockerfiles."""
    dropped = frozenset(dropped)
    theirs: set[ResourceKey] = set()
    others: set[ResourceKey] = set()
    for resource in plan.resources:
        (theirs if resource.key in dropped else others).update(resource.waits_for)
    return {key for key in theirs - others if key.kind == "ConfigMap"}
