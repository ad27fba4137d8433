"""``build``: the images alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.cluster.decide import Builds, Run
from hybridcompose.engine import ends
from hybridcompose.engine.loop import carry_out
from hybridcompose.engine.target import prepare

if TYPE_CHECKING:
    from collections.abc import Collection

    from hybridcompose.engine.target import Console, Target
    from hybridcompose.plan import Plan


def build(target: Target, plan: Plan, services: Collection[str], console: Console) -> None:
    """Builds the images of these services, or all, anew. Raises ``BuildError``."""
    images = tuple(image for image in plan.images if not services or image.service in services)
    jobs = {image.job for image in images}
    wanted = {*jobs, *(key for job in jobs for key in plan.by_key()[job].waits_for)}
    chosen = plan._replace(images=images, resources=tuple(r for r in plan.resources if r.key in wanted), services=())
    if not images:
        console.note("nothing to build")
        return
    prepare(target)
    carry_out(target, chosen, Run(builds=Builds.ALL, only_builds=True), ends.built, console)
