"""What ``x-hybridcompose`` changes in the pod and the objects of a service. Imported when a project has the key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hybridcompose.diagnostics import Code
from hybridcompose.spec.extension import ServiceSettings
from hybridcompose.spec.project import EXTENSION
from hybridcompose.translate.patch import merged
from hybridcompose.translate.site import tolerations_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.plan import Manifest, Resource
    from hybridcompose.translate.scope import Concern, PodDraft, ServiceScope

_TEMPLATE = ("spec", "template", "spec")
#: Where the PodSpec stands, by kind.
_POD_SPEC: dict[str, tuple[str, ...]] = {
    "CronJob": ("spec", "jobTemplate", *_TEMPLATE),
    "DaemonSet": _TEMPLATE,
    "Deployment": _TEMPLATE,
    "Job": _TEMPLATE,
    "Pod": ("spec",),
    "StatefulSet": _TEMPLATE,
}
#: What an object is found by: a patch that changed it would make another object.
_FIXED = (("apiVersion",), ("kind",), ("metadata", "name"), ("metadata", "namespace"), ("spec", "selector"))


def scheduling(scope: ServiceScope, draft: PodDraft) -> None:
    """``node_selector`` and ``tolerations``, over what the options say."""
    settings = _settings(scope)
    if settings.node_selector:
        draft.pod["nodeSelector"] = {**draft.pod.get("nodeSelector", {}), **settings.node_selector}
    if settings.tolerations:
        known = draft.pod.get("tolerations", [])
        draft.pod["tolerations"] = [*known, *(one for one in tolerations_of(settings.tolerations) if one not in known)]


def identity(scope: ServiceScope, draft: PodDraft) -> None:
    """``service_account`` with its token, ``pull_secrets``."""
    settings = _settings(scope)
    if settings.service_account is not None:
        draft.pod["serviceAccountName"] = settings.service_account
        draft.pod["automountServiceAccountToken"] = True
    if settings.pull_secrets:
        known = draft.pod.get("imagePullSecrets", [])
        secrets = [{"name": name} for name in settings.pull_secrets]
        draft.pod["imagePullSecrets"] = [*known, *(secret for secret in secrets if secret not in known)]


def place_of(scope: ServiceScope, key: str) -> ComposePath:
    """Where a setting of a service is written: at the service, else among the defaults."""
    own = scope.service.extensions.get(EXTENSION)
    if isinstance(own, dict) and key in own:
        return scope.path(EXTENSION, key)
    return (EXTENSION, "defaults", "service", key)


CONCERNS: tuple[Concern, ...] = (scheduling, identity)


def patched(scope: ServiceScope, resources: Iterable[Resource]) -> tuple[Resource, ...]:
    """The objects that run a service, with the fields merged in that it gives."""
    settings = _settings(scope)
    if not (settings.container or settings.pod or settings.manifest):
        return tuple(resources)
    _refuse_identity(scope, settings.manifest)
    return tuple(resource._replace(manifest=_patched(scope, resource.manifest)) for resource in resources)


def _patched(scope: ServiceScope, manifest: Manifest) -> Manifest:
    settings = _settings(scope)
    place = _POD_SPEC.get(manifest["kind"], ())
    if settings.container and place:
        manifest = _at(manifest, place, lambda pod: _with_container(pod, scope.kube_name, settings.container))
    if settings.pod and place:
        manifest = _at(manifest, place, lambda pod: merged(pod, settings.pod))
    patched: Manifest = merged(manifest, settings.manifest)
    return patched


def _at(value: Any, place: tuple[str, ...], change: Any) -> Any:
    if not place:
        return change(value)
    return {**value, place[0]: _at(value[place[0]], place[1:], change)}


def _with_container(pod: Manifest, name: str, patch: Manifest) -> Manifest:
    """The pod with the service's own container changed, which may be an init container."""
    lists: Manifest = {
        field: [merged(entry, patch) if entry["name"] == name else entry for entry in pod[field]]
        for field in ("initContainers", "containers")
        if field in pod
    }
    return {**pod, **lists}


def _refuse_identity(scope: ServiceScope, patch: Manifest) -> None:
    for fixed in _FIXED:
        node: Any = patch
        for part in fixed:
            node = node.get(part) if isinstance(node, dict) else None
        if node is not None:
            message = f"{'.'.join(fixed)} cannot be changed: the object is found by it"
            scope.report.error(
                Code.INVALID_VALUE, (*place_of(scope, "manifest"), *fixed), message, "leave it out of manifest"
            )
    if "name" in _settings(scope).container:
        path = (*place_of(scope, "container"), "name")
        scope.report.error(Code.INVALID_VALUE, path, "the container's name cannot be changed", "leave it out")


def _settings(scope: ServiceScope) -> ServiceSettings:
    return scope.settings or ServiceSettings()
