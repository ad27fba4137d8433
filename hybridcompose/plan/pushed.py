"""Which builds are spared, because a registry holds their images already."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from hybridcompose.plan.model import BuiltImage, Plan, ResourceKey


def with_pushed(plan: Plan, digests: Mapping[str, str], anew: Collection[str] = ()) -> Plan:
    """The plan that knows which of its images need no build.

    ``digests`` (``sha256:…``) are those of names that a registry holds. The images of the services ``anew`` are built
    whatever there is.
    """
    by_job: dict[ResourceKey, list[BuiltImage]] = {}
    for image in plan.images:
        by_job.setdefault(image.job, []).append(image)
    there = {
        job
        for job, images in by_job.items()
        if all(image.service not in anew and _is_there(image, digests) for image in images)
    }
    wanted = [job for job, images in by_job.items() if job not in there and any(not image.part for image in images)]
    missing = _with_needed(plan, wanted, there)
    # A part that nothing asks for any more has no digest to speak of.
    needless = [image for image in plan.images if image.job not in missing]
    return plan._replace(pushed={image.reference: digests.get(image.push_reference, "") for image in needless})


def _is_there(image: BuiltImage, digests: Mapping[str, str]) -> bool:
    """Whether a build would only push what is there. Further names may have moved on: then it moves them back."""
    digest = digests.get(image.push_reference)
    return digest is not None and all(digests.get(name) == digest for name in image.tags)


def _with_needed(plan: Plan, jobs: Collection[ResourceKey], there: Collection[ResourceKey]) -> set[ResourceKey]:
    """These Jobs and those that they take images from, as far as these are not there."""
    resources, left = plan.by_key(), list(jobs)
    found = set(left)
    while left:
        before = {key for key in resources[left.pop()].waits_for if key.kind == "Job"}.difference(found, there)
        found |= before
        left.extend(before)
    return found


def spared(plan: Plan) -> frozenset[ResourceKey]:
    """What is not made for the images in ``plan.pushed``: their Jobs, and the ConfigMaps that only these mount."""
    if not plan.pushed:
        return frozenset()
    jobs = {image.job for image in plan.images if image.reference in plan.pushed}
    theirs: set[ResourceKey] = set()
    others: set[ResourceKey] = set()
    for resource in plan.resources:
        (theirs if resource.key in jobs else others).update(resource.waits_for)
    return frozenset(jobs) | {key for key in theirs - others if key.kind == "ConfigMap"}
