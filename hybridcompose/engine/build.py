"""``build``: the images alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from hybridcompose.cluster import execute
from hybridcompose.cluster.decide import Builds, Run
from hybridcompose.cluster.observe import look
from hybridcompose.cluster.state import Observed
from hybridcompose.cluster.troubles import Limits
from hybridcompose.cluster.views import BuildView, build_view
from hybridcompose.diagnostics import HybridComposeError
from hybridcompose.engine import ends
from hybridcompose.engine.down import down
from hybridcompose.engine.loop import carry_out
from hybridcompose.engine.pod_security_level import check_level
from hybridcompose.engine.progress import build_event
from hybridcompose.engine.target import prepare
from hybridcompose.plan import ResourceKey

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from hybridcompose.cluster.decide import Decision
    from hybridcompose.engine.target import Console, Target
    from hybridcompose.plan import BuiltImage, Plan


class Request(NamedTuple):
    """What is to be built: the images of these services, or of all, and those that they are made from.

    ``parallel`` limits how many Jobs build at the same time (0: any number).
    """

    services: tuple[str, ...] = ()
    builds: Builds = Builds.CURRENT
    parallel: int = 0

    @property
    def run(self) -> Run:
        return Run(builds=self.builds, only_builds=True, parallel=self.parallel)


def with_needed(plan: Plan, jobs: Iterable[ResourceKey]) -> set[ResourceKey]:
    """The Jobs and all that must be there first: contexts, and the Jobs of images that they take."""
    resources, left = plan.by_key(), list(jobs)
    wanted = set(left)
    while left:
        needed = set(resources[left.pop()].waits_for) - wanted
        wanted |= needed
        left.extend(needed)
    return wanted


def chosen(plan: Plan, services: Collection[str]) -> Plan:
    """What of the plan builds the images of these services, or of all where none is named."""
    wanted = with_needed(plan, (image.job for image in plan.images if not services or image.service in services))
    images = tuple(image for image in plan.images if image.job in wanted)
    return plan._replace(images=images, resources=tuple(r for r in plan.resources if r.key in wanted), services=())


def build(target: Target, plan: Plan, request: Request, console: Console) -> tuple[BuildView, ...]:
    """Builds what is asked for, and says how each image stands at the end.

    The Jobs stay, because a later run takes what they have built for done; what they were made from goes. A run that
    fails or is interrupted takes away what it has made. Raises ``BuildError``, ``ClusterError``.
    """
    wanted = chosen(plan, request.services)
    if not wanted.images:
        console.note("nothing to build")
        return ()
    if all(image.reference in plan.pushed for image in wanted.images):
        return _told(wanted, console)
    check_level(target, wanted)
    leftovers = _Leftovers(target, console)
    created = prepare(target)
    try:
        carry_out(target, wanted, request.run, ends.built, console, watch=leftovers.watch, made=leftovers.made.append)
    except BaseException:
        leftovers.remove(everything=created)
        raise
    leftovers.remove(everything=False)
    return leftovers.views


def _told(plan: Plan, console: Console) -> tuple[BuildView, ...]:
    """Says that everything is in the registry: no cluster is needed for that."""
    views = tuple(BuildView(image, done=True, digest=plan.pushed[image.reference]) for image in plan.images)
    for view in views:
        console.tell(build_event(view, known=False))
    return views


class _Leftovers:
    """What a run has made and nobody needs when it is over."""

    def __init__(self, target: Target, console: Console) -> None:
        self._target, self._console = target, console
        self.made: list[ResourceKey] = []
        self.views: tuple[BuildView, ...] = ()

    def watch(self, decision: Decision) -> None:
        self.views = decision.builds

    def remove(self, *, everything: bool) -> None:
        """``everything``: the namespace, too, which was made for this run. Hides no error that led here."""
        try:
            if everything:
                down(self._target, self._console, volumes=True, grace=0, wait=False)
                return
            done = {view.image.job for view in self.views if view.done}
            keys = [key for key in self.made if key not in done]
            if any(key.kind == "Secret" for key in keys) and self._is_in_use():
                keys = [key for key in keys if key.kind != "Secret"]
            execute.together(lambda key: execute.remove(self._target.api, self._target.namespace, key), keys)
        except HybridComposeError as error:
            self._console.note(f"not everything was removed: {error}")

    def _is_in_use(self) -> bool:
        """Whether services run there: they may mount the same Secrets, or pull with them."""
        return any(look(self._target.api, self._target.namespace, self._target.selector).of_services())


def outlook(target: Target, plan: Plan, request: Request) -> list[tuple[BuiltImage, bool]]:
    """The images that are asked for, and whether each would be built; makes nothing."""
    wanted = chosen(plan, request.services)
    found = target.find()
    seen = Observed() if found is None else look(target.api, target.namespace, target.selector, jobs=True)
    taken = {ResourceKey("Job", name): job.uid for name, job in seen.jobs.items() if not job.deleting}

    def is_needed(image: BuiltImage) -> bool:
        if image.reference in plan.pushed:
            return False
        anew = request.builds is Builds.ALL or (request.builds is Builds.CURRENT and image.floating)
        return anew or not build_view(image, seen, taken, 0, Limits()).done

    return [(image, is_needed(image)) for image in wanted.images]


def references(views: Iterable[BuildView]) -> dict[str, str]:
    """What workloads pull, by service: pinned by digest where that is known."""
    own = (view for view in views if not view.image.part)
    return {view.image.service: f"{view.image.reference}{f'@{view.digest}' if view.digest else ''}" for view in own}


def metadata(views: Iterable[BuildView]) -> dict[str, dict[str, Any]]:
    """What ``--metadata-file`` holds, by service, with the keys that ``docker buildx bake`` writes."""
    found: dict[str, dict[str, Any]] = {}
    for view in views:
        if not view.image.part:
            digest = {"containerimage.digest": view.digest} if view.digest else {}
            found[view.image.service] = {
                **digest,
                "image.name": ",".join((view.image.push_reference, *view.image.tags)),
            }
    return found
