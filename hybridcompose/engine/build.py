"""``build``: the images alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.cluster.decide import Builds, Run
from hybridcompose.engine import ends
from hybridcompose.engine.loop import carry_out
from hybridcompose.engine.target import prepare

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from hybridcompose.engine.target import Console, Target
    from hybridcompose.plan import Plan, ResourceKey


def with_needed(plan: Plan, jobs: Iterable[ResourceKey]) -> set[ResourceKey]:
    """The Jobs and all that must be there first: contexts, and the Jobs of images that they take."""
    resources, left = plan.by_key(), list(jobs)
    wanted = set(left)
    while left:
        needed = set(resources[left.pop()].waits_for) - wanted
        wanted |= needed
        left.extend(needed)
    return wanted


def build(target: Target, plan: Plan, services: Collection[str], console: Console) -> None:
    """Builds the images of these services, or all, and those that they are made from, anew. Raises ``BuildError``."""
    wanted = with_needed(plan, (image.job for image in plan.images if not services or image.service in services))
    images = tuple(image for image in plan.images if image.job in wanted)
    chosen = plan._replace(images=images, resources=tuple(r for r in plan.resources if r.key in wanted), services=())
    if not images:
        console.note("nothing to build")
        return
    prepare(target)
    carry_out(target, chosen, Run(builds=Builds.ALL, only_builds=True), ends.built, console)
