"""Hooks of a service: init containers before its start, lifecycle handlers after the start and before the stop.

A `pre_start` hook has every key of a container, taken over from its service where it says nothing. What it has in
common with the service is reported there alone. Source: Compose Specification, "pre_start", "post_start", "pre_stop".
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code
from hybridcompose.gather.facts import ImageConfig
from hybridcompose.spec.as_service import as_service
from hybridcompose.translate import configs, environment, kaniko, process, resources, scheduling, security, storage
from hybridcompose.translate.lifecycle import POST_START, PRE_STOP
from hybridcompose.translate.names import unused_name
from hybridcompose.translate.report import Report
from hybridcompose.translate.scope import PodDraft, ServiceScope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.plan import Manifest
    from hybridcompose.spec.hooks import PreStartHook, ServiceHook
    from hybridcompose.translate.scope import Concern


def image_of_another_service(scope: ServiceScope, draft: PodDraft) -> None:
    """A hook whose image another service builds runs that build."""
    if scope.service.build is None:
        kaniko.build(scope, draft)


#: What makes a container, in the order of the service's own.
_CONCERNS: tuple[Concern, ...] = (
    *process.CONCERNS,
    image_of_another_service,
    *environment.CONCERNS,
    *security.CONCERNS,
    *resources.CONCERNS,
    *storage.CONCERNS,
    *configs.CONCERNS,
    *scheduling.LAST_CONCERNS,
)
_KEY = 4


def add_pre_start(scope: ServiceScope, draft: PodDraft) -> None:
    """The init containers of a service's hooks; they see the service's volumes as well as their own."""
    for index, hook in enumerate(scope.service.pre_start):
        at = scope.path("pre_start", index)
        if not hook.per_replica and scope.service.replicas > 1:
            message = f"the hook runs {scope.service.replicas} times: once in the pod of every replica"
            scope.report.note(Code.APPROXIMATED, (*at, "per_replica"), message, "let it do nothing the second time")
        draft.init_containers.append((PodDraft.HOOK, _init_container(scope, draft, hook, at)))


def _init_container(scope: ServiceScope, draft: PodDraft, hook: PreStartHook, at: ComposePath) -> Manifest:
    report = Report()
    inner = _scope(scope, hook, at, report)
    found = PodDraft(labels=draft.labels, volumes=draft.volumes, resources=draft.resources)
    if inner.service.build is not None and "image" in draft.container:
        found.container["image"] = draft.container["image"]
    for concern in _CONCERNS:
        concern(inner, found)
    _tell(scope, hook, report)
    draft.init_containers.extend(_named(found, at))
    return {"name": _name(draft, f"pre-start-{at[-1]}"), **found.container, **_mounts(draft, found)}


def _scope(scope: ServiceScope, hook: PreStartHook, at: ComposePath, report: Report) -> ServiceScope:
    """The hook as a service of its own: of the service's image, which may be built, where it names no other."""
    service, image, build = as_service(hook), ImageConfig(), None
    if hook.image in (None, scope.service.image):
        service = service.model_copy(update={"build": scope.service.build})
        # The volumes that the image asks for are there already.
        image, build = scope.image._replace(volumes=()), scope.build
    else:
        image = scope.facts.images.get(hook.image or "", image)
    return ServiceScope(scope.root, scope.name, service, scope.kube_name, image, build, at, report)


def _tell(scope: ServiceScope, hook: PreStartHook, report: Report) -> None:
    """Passes on what was found of the hook's own keys."""
    for found in report.diagnostics:
        key = found.path[_KEY] if len(found.path) > _KEY else None
        if not isinstance(key, str) or getattr(hook, key, None) != getattr(scope.service, key, None):
            scope.report.add(found.severity, found.code, found.path, found.message, found.remedy)


def _named(found: PodDraft, at: ComposePath) -> Iterator[tuple[int, Manifest]]:
    """What fills the hook's own volumes, beside what fills the service's."""
    for stage, container in found.init_containers:
        yield stage, {**container, "name": f"{container['name']}-{at[-1]}"}


def _name(draft: PodDraft, wanted: str) -> str:
    return unused_name(wanted, (container["name"] for _, container in draft.init_containers))


def _mounts(draft: PodDraft, found: PodDraft) -> Manifest:
    """The hook's mounts, and those of its service at other targets."""
    targets = {mount["mountPath"] for mount in found.mounts}
    mounts = [*found.mounts, *(mount for mount in draft.mounts if mount["mountPath"] not in targets)]
    return {"volumeMounts": mounts} if mounts else {}


def add_lifecycle(scope: ServiceScope, draft: PodDraft) -> None:
    """The handlers of the container."""
    keys = (("postStart", "post_start", POST_START), ("preStop", "pre_stop", PRE_STOP))
    for field, key, rows in keys:
        hooks: tuple[ServiceHook, ...] = getattr(scope.service, key)
        if hooks:
            scope.report.approximated(rows[0], scope.path(key))
            handler = {"exec": {"command": _command(hooks)}}
            draft.container.setdefault("lifecycle", {})[field] = handler


def _command(hooks: tuple[ServiceHook, ...]) -> list[str]:
    """One hook as it is. Several, or one with a directory of its own, need a shell: the first failure ends it."""
    if len(hooks) == 1 and not hooks[0].working_dir:
        return list(hooks[0].command or ())
    return ["/bin/sh", "-c", " && ".join(chain.from_iterable(_step(hook) for hook in hooks))]


def _step(hook: ServiceHook) -> Iterator[str]:
    import shlex

    command = shlex.join(hook.command or ())
    yield f"(cd {shlex.quote(hook.working_dir)} && {command})" if hook.working_dir else command
