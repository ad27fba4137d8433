"""Takes the steps that were decided; decides nothing."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from hybridcompose.cluster.api import FIELD_MANAGER, Api, group_of, namespace_path, path_of
from hybridcompose.cluster.kinds import RARE, VOLUMES, WORKLOADS
from hybridcompose.diagnostics import ClusterError, Code, Diagnostic, Severity
from hybridcompose.plan import Resource, ResourceKey
from hybridcompose.plan.labels import MANAGED_BY, OWNER, PROJECT, SERVICE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_T = TypeVar("_T")
_R = TypeVar("_R")

#: Requests at a time: an API server answers so many in the time of one, and more would only wait there.
AT_A_TIME = 8
_LEVEL = "pod-security.kubernetes.io/enforce"
_APPLY = "application/apply-patch+yaml"
_MERGE = "application/merge-patch+json"


class Namespace(NamedTuple):
    """A namespace and whether it was made for a project (``owner``: its label), and is going away.

    ``level`` is the Pod Security level that it enforces, empty where it says none.
    """

    name: str
    owner: str = ""
    terminating: bool = False
    level: str = ""


def find_namespace(api: Api, name: str, *, known: bool = True) -> Namespace | None:
    """The namespace; ``None`` where there is none.

    One that is ``known`` to exist and may not be read is taken for nobody's; else that is a ``ClusterError``.
    """
    try:
        body = api.get(namespace_path(name))
    except ClusterError as error:
        if error.status == 404:
            return None
        if error.status == 403 and known:
            return Namespace(name)
        raise
    return as_namespace(name, body)


def as_namespace(name: str, body: Mapping[str, Any]) -> Namespace:
    """The namespace of this JSON."""
    labels = body["metadata"].get("labels") or {}
    owner = labels.get(PROJECT, "") if labels.get(MANAGED_BY) == OWNER else ""
    return Namespace(name, owner, "deletionTimestamp" in body["metadata"], labels.get(_LEVEL, ""))


def create_namespace(api: Api, name: str, project: str) -> None:
    """Makes the project's own namespace, with the labels by which `down` knows that it may delete it."""
    labels = {MANAGED_BY: OWNER, PROJECT: project}
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}
    query = {"fieldManager": FIELD_MANAGER}
    try:
        api.request("POST", namespace_path(), query, body)
    except ClusterError as error:
        if error.status == 403:
            found = error.diagnostics[0]
            message = f"the namespace {name} does not exist, and may not be made: {found.message}"
            remedy = "name one that exists with --namespace, or ask for the role that hybridcompose rbac prints"
            raise ClusterError([found._replace(message=message, remedy=remedy)], 403) from error
        # A request whose answer was lost has been sent again; or another run of the project was faster.
        if error.status != 409 or (made := find_namespace(api, name)) is None or made.owner != project:
            raise


def own_namespaces(api: Api) -> list[dict[str, Any]]:
    """All namespaces that were made for projects and are not going away already, each whole."""
    bodies = api.get(namespace_path(), labelSelector=f"{MANAGED_BY}={OWNER}")["items"]
    return [body for body in bodies if "deletionTimestamp" not in body["metadata"]]


def annotate_namespace(api: Api, name: str, annotations: Mapping[str, str]) -> None:
    """Adds annotations to a namespace."""
    body = {"metadata": {"annotations": dict(annotations)}}
    api.request("PATCH", namespace_path(name), {"fieldManager": FIELD_MANAGER}, body, _MERGE)


def delete_namespace(api: Api, name: str) -> None:
    _unless_gone(api, namespace_path(name))


def taken(namespace: str, key: ResourceKey) -> ClusterError:
    message = f"{key} in the namespace {namespace} is not the project's"
    remedy = "choose another project name with -p, or another namespace"
    return ClusterError([Diagnostic(Code.FOREIGN_OBJECT, Severity.ERROR, message, remedy=remedy)])


def foreign(name: str, owner: str) -> ClusterError:
    message = f"the namespace {name} was made for the project {owner}"
    remedy = "choose another with --namespace, or another project name with -p"
    return ClusterError([Diagnostic(Code.FOREIGN_NAMESPACE, Severity.ERROR, message, remedy=remedy)])


def apply(api: Api, namespace: str, resource: Resource) -> str:
    """Brings an object to the form of a resource, whoever made it; returns its uid."""
    key = resource.key
    query = {"fieldManager": FIELD_MANAGER, "force": "true"}
    path = path_of(key.kind, namespace, key.name)
    body: dict[str, Any] = api.request("PATCH", path, query, resource.manifest, _APPLY)
    return str(body["metadata"]["uid"])


def tried(api: Api, namespace: str, resource: Resource, name: str | None = None) -> dict[str, Any]:
    """What an object would be once it is applied: the server only pretends, as under another ``name``.

    Raises ``ClusterError`` where the server would refuse it.
    """
    manifest, key = resource.manifest, resource.key
    query = {"fieldManager": FIELD_MANAGER, "force": "true", "dryRun": "All"}
    if name is not None:
        manifest = {**manifest, "metadata": {**manifest["metadata"], "name": name}}
    found: dict[str, Any] = api.request(
        "PATCH", path_of(key.kind, namespace, name or key.name), query, manifest, _APPLY
    )
    return found


def there(api: Api, namespace: str, key: ResourceKey) -> dict[str, Any] | None:
    """The object as it is; ``None`` where there is none."""
    try:
        found: dict[str, Any] = api.get(path_of(key.kind, namespace, key.name))
    except ClusterError as error:
        if error.status == 404:
            return None
        raise
    return found


def apply_all(
    api: Api, namespace: str, resources: Iterable[Resource], owner: Mapping[str, str] | None = None
) -> list[tuple[ResourceKey, str | ClusterError]]:
    """As ``apply`` for objects that do not need one another: each with its uid, or with why it was not made.

    They go with their ``owner``, where there is one.
    """

    def made(resource: Resource) -> tuple[ResourceKey, str | ClusterError]:
        try:
            return resource.key, apply(api, namespace, resource if owner is None else owned(resource, owner))
        except ClusterError as error:
            return resource.key, error

    return together(made, resources)


def together(work: Callable[[_T], _R], items: Iterable[_T]) -> list[_R]:
    """``work`` for each item, some at a time; the results in the order of the items. Raises what the first raised."""
    from concurrent.futures import ThreadPoolExecutor

    every = list(items)
    if len(every) < 2:
        return [work(item) for item in every]
    with ThreadPoolExecutor(AT_A_TIME, thread_name_prefix="requests") as pool:
        return list(pool.map(work, every))


def side_by_side(work: Callable[[], _T], other: Callable[[], _R]) -> tuple[_T, _R]:
    """The results of both, done at the same time. Raises what ``work`` raised, else what ``other`` did."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1, thread_name_prefix="requests") as pool:
        beside = pool.submit(other)
        return work(), beside.result()


def remove(api: Api, namespace: str, key: ResourceKey, grace: int | None = None) -> None:
    """Begins to delete an object, with what belongs to it.

    A Job stays until its pods are gone: the next one of that name would take them for its own.
    """
    options = _options(grace)
    if key.kind == "Job":
        options["propagationPolicy"] = "Foreground"
    _unless_gone(api, path_of(key.kind, namespace, key.name), options)


def remove_all(api: Api, namespace: str, kind: str, selector: str, grace: int | None = None) -> None:
    """Begins to delete all objects of a kind with these labels."""
    options = _options(grace if kind == "Pod" else None)
    found = names(api, namespace, kind, selector)
    together(lambda name: _unless_gone(api, path_of(kind, namespace, name), options), found)


def _listed(api: Api, namespace: str, kind: str, **query: str) -> list[Any]:
    try:
        items: list[Any] = api.get(path_of(kind, namespace), **query)["items"]
    except ClusterError as error:
        if error.status == 403 and kind in RARE:
            return []
        raise
    return items


def workloads(api: Api, namespace: str, selector: str) -> list[tuple[Resource, str]]:
    """What runs the services of these labels, as it is in the cluster, each with its service's label.

    That is neither what a controller has made nor what builds an image.
    """

    def listed(kind: str) -> list[tuple[Resource, str]]:
        bodies = _listed(api, namespace, kind, labelSelector=selector)
        found = [{"apiVersion": group_of(kind), "kind": kind, **body} for body in bodies if _is_own(body)]
        return [(Resource(body, (), "as it runs"), _pods_labels(body)[SERVICE]) for body in found]

    return list(chain.from_iterable(together(listed, WORKLOADS)))


def _is_own(body: Mapping[str, Any]) -> bool:
    made = any(owner.get("controller") for owner in body["metadata"].get("ownerReferences") or ())
    return not made and SERVICE in _pods_labels(body)


def _pods_labels(body: Mapping[str, Any]) -> dict[str, str]:
    """The labels of the pods that a workload makes, or of the pod that it is."""
    spec = body.get("spec", {}).get("jobTemplate", body).get("spec", {})
    labels: dict[str, str] = spec.get("template", body)["metadata"].get("labels") or {}
    return labels


def exists(api: Api, namespace: str, key: ResourceKey) -> bool:
    """Whether the object is there."""
    return there(api, namespace, key) is not None


def foreign_objects(api: Api, namespace: str, resources: Iterable[Resource], project: str) -> list[ResourceKey]:
    """Which of the objects exist already without being the project's (``project``: its label)."""
    wanted = {resource.key for resource in resources}
    found = []
    for kind in sorted({key.kind for key in wanted}):
        for body in _listed(api, namespace, kind):
            key = ResourceKey(kind, body["metadata"]["name"])
            if key in wanted and (body["metadata"].get("labels") or {}).get(PROJECT) != project:
                found.append(key)
    return found


def names(api: Api, namespace: str, kind: str, selector: str) -> list[str]:
    """The names of all objects of a kind with these labels."""
    return [body["metadata"]["name"] for body in _listed(api, namespace, kind, labelSelector=selector)]


def owned(resource: Resource, owner: Mapping[str, str]) -> Resource:
    """The object as one that goes with another (``owner``: a reference to that). Volumes outlive what has made them."""
    if resource.key.kind == VOLUMES:
        return resource
    manifest = resource.manifest
    return resource._replace(
        manifest={**manifest, "metadata": {**manifest["metadata"], "ownerReferences": [dict(owner)]}}
    )


def own(api: Api, namespace: str, key: ResourceKey, owner: Mapping[str, str]) -> None:
    """Lets an object that is there go with another than before."""
    body = {"metadata": {"ownerReferences": [dict(owner)]}}
    api.request("PATCH", path_of(key.kind, namespace, key.name), {"fieldManager": FIELD_MANAGER}, body, _MERGE)


def data_of(api: Api, namespace: str, name: str) -> dict[str, str]:
    """What a ConfigMap holds; nothing where there is none."""
    try:
        found: dict[str, str] = api.get(path_of("ConfigMap", namespace, name)).get("data") or {}
    except ClusterError as error:
        if error.status == 404:
            return {}
        raise
    return found


def name_of_service(api: Api, namespace: str, selector: str, service: str) -> str:
    """The name under which pods find those of a service (``service``: its label), empty where there is none."""
    bodies = _listed(api, namespace, "Service", labelSelector=f"{selector},{SERVICE}={service}")
    found = [body for body in bodies if (body["spec"].get("selector") or {}).get(SERVICE) == service]
    every = [body for body in found if body["spec"].get("publishNotReadyAddresses")]
    return next((str(body["metadata"]["name"]) for body in every or found), "")


def touch(api: Api, namespace: str, service: str, uid: str) -> None:
    """Changes a Service, so that its addresses are listed anew: without finished pods."""
    body = {"metadata": {"annotations": {"hybridcompose.io/without": uid}}}
    api.request("PATCH", path_of("Service", namespace, service), {"fieldManager": FIELD_MANAGER}, body, _MERGE)


def _options(grace: int | None) -> dict[str, Any]:
    given = {} if grace is None else {"gracePeriodSeconds": grace}
    return {"propagationPolicy": "Background", **given}


def _unless_gone(api: Api, path: str, options: dict[str, Any] | None = None) -> None:
    try:
        api.request("DELETE", path, {}, options or {"propagationPolicy": "Background"})
    except ClusterError as error:
        if error.status not in (404, 409):  # 409: it is going already
            raise
