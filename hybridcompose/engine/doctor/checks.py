"""All looks, one after the other, each as far as those before allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from hybridcompose.cluster import access, execute, quota
from hybridcompose.cluster.api import namespace_path
from hybridcompose.cluster.kinds import WORKLOADS
from hybridcompose.cluster.observe import look
from hybridcompose.cluster.permissions import needed
from hybridcompose.diagnostics import ClusterError, format_path
from hybridcompose.engine.doctor.check import Check, failure, ok, warning
from hybridcompose.engine.rbac import circumstances
from hybridcompose.plan import Resource

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hybridcompose.engine.target import Target
    from hybridcompose.plan import Plan
    from hybridcompose.translate.options import Options

#: What one run of a project needs, from its start to its end.
COMMANDS = ("up", "down", "ps", "logs", "wait")
_RBAC = "hybridcompose rbac prints the role that is needed"
_CLASSES = "/apis/storage.k8s.io/v1/storageclasses"
_DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"
_LEVEL = "pod-security.kubernetes.io/enforce"
#: Stands for the names of pods that are only tried.
_PROBE = "hybridcompose-doctor"


class Patient(NamedTuple):
    """Who is looked at. ``plan`` is that of the project at hand, where there is one."""

    target: Target
    options: Options
    plan: Plan | None = None


def checks(patient: Patient) -> Iterator[Check]:
    """All that needs no pod. Ends early where the rest makes no sense."""
    server = _server(patient)
    yield server
    if server.status == "failure":
        return
    try:
        body = _namespace(patient.target)
    except ClusterError as error:
        yield _of(error, "namespace")
        return
    yield from _about_namespace(patient, body)
    yield from _permissions(patient)
    yield _storage(patient)
    if body is not None:
        pods = _tried(patient)
        yield from _admission(body, pods)
        yield from _quota(patient, pods)


def _of(error: ClusterError, name: str) -> Check:
    found = error.diagnostics[0]
    return failure(name, found.message, found.remedy or "")


def _server(patient: Patient) -> Check:
    try:
        version = patient.target.api.get("/version")
    except ClusterError as error:
        return _of(error, "server")
    told = f"Kubernetes {version['gitVersion']} at {patient.target.api.host}"
    minor = "".join(filter(str.isdigit, version["minor"]))
    if minor and int(minor) < patient.options.minor:
        message = f"{told} is older than 1.{patient.options.minor}, which the manifests are for"
        return warning("server", message, f"give --kubernetes-version 1.{minor}")
    return ok("server", told)


def _namespace(target: Target) -> dict[str, Any] | None:
    """The namespace; ``None`` where there is none, an empty one where it may not be read."""
    try:
        body: dict[str, Any] = target.api.get(namespace_path(target.namespace))
    except ClusterError as error:
        if error.status == 404:
            return None
        if error.status == 403 and target.named:
            return {"metadata": {}}
        raise
    return body


def _about_namespace(patient: Patient, body: dict[str, Any] | None) -> Iterator[Check]:
    name = patient.target.namespace
    if body is None:
        if patient.target.shared:
            yield failure("namespace", f"there is no {name}, and a shared one is not made", "ask for it to be made")
        else:
            yield ok("namespace", f"{name} is not there: up makes it")
        return
    found = execute.as_namespace(name, body)
    if found.owner not in ("", patient.target.label):
        yield _of(execute.foreign(name, found.owner), "namespace")
    elif found.terminating:
        yield warning("namespace", f"{name} is still going away: up waits for that")
    else:
        yield ok("namespace", f"{name} is there{', made for this project' if found.owner else ''}")


def _permissions(patient: Patient) -> Iterator[Check]:
    target = patient.target
    about = circumstances(patient.options, target.namespace if target.named else None, patient.plan)
    wanted = needed(COMMANDS, about)
    where = f"in the namespace {target.namespace}"
    try:
        missing = access.missing(target.api, wanted, target.namespace)
    except ClusterError as error:
        yield warning("permissions", f"they cannot be asked for: {error.diagnostics[0].message}")
        return
    for one in missing:
        yield failure(
            "permissions", f"the account may not {one} {'in the cluster' if one.everywhere else where}", _RBAC
        )
    if not missing:
        yield ok("permissions", f"the account may do all {len(wanted)} things that {' '.join(COMMANDS)} need")


def _storage(patient: Patient) -> Check:
    claims = (
        [one.manifest["spec"] for one in patient.plan.resources if one.key.kind == "PersistentVolumeClaim"]
        if (patient.plan)
        else []
    )
    wanted = {claim.get("storageClassName") for claim in claims}
    if patient.plan is not None and not claims:
        return ok("storage", "the project needs no claims")
    try:
        classes = patient.target.api.get(_CLASSES)["items"]
    except ClusterError as error:
        return warning("storage", f"classes of storage are not known: {error.diagnostics[0].message}")
    names = {one["metadata"]["name"] for one in classes}
    default = [
        one["metadata"]["name"]
        for one in classes
        if (one["metadata"].get("annotations") or {}).get(_DEFAULT_CLASS) == "true"
    ]
    unknown = sorted(name for name in wanted if name and name not in names)
    if unknown:
        told = f"there is no StorageClass {', '.join(unknown)}"
        return failure("storage", told, f"choose from {', '.join(sorted(names)) or 'none'} with --storage-class")
    if not default and (None in wanted or patient.plan is None):
        report = failure if claims else warning
        return report("storage", "no StorageClass is the default", "name one with --storage-class")
    return ok("storage", f"the default StorageClass is {default[0]}" if default else "the StorageClass is there")


class Tried(NamedTuple):
    """A pod as the server would take it, or why it would not; ``number`` of them are made for ``place``."""

    place: str
    number: int
    outcome: dict[str, Any] | ClusterError


def _tried(patient: Patient) -> list[Tried]:
    def tried(item: tuple[str, int, Resource]) -> Tried:
        place, number, resource = item
        try:
            body = execute.tried(patient.target.api, patient.target.namespace, resource, _PROBE)
        except ClusterError as error:
            return Tried(place, number, error)
        return Tried(place, number, {"kind": "Pod", **body})

    return execute.together(tried, _pods(patient.plan) if patient.plan else ())


def _pods(plan: Plan) -> Iterator[tuple[str, int, Resource]]:
    """One pod for each workload, also where a controller makes it: controllers are not refused, their pods are."""
    for resource in plan.resources:
        manifest = resource.manifest
        spec = manifest.get("spec", {})
        template = manifest if resource.key.kind == "Pod" else spec.get("template")
        if template is not None:
            labels = template["metadata"].get("labels", {})
            body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": _PROBE, "labels": labels}}
            place = format_path(resource.cause) or str(resource.key)
            made = Resource({**body, "spec": template["spec"]}, resource.cause, resource.reason)
            yield place, spec.get("replicas", 1), made


def _admission(body: dict[str, Any], pods: Sequence[Tried]) -> Iterator[Check]:
    level = (body["metadata"].get("labels") or {}).get(_LEVEL)
    told = f"Pod Security level {level}" if level else "no Pod Security level of its own"
    refused = [one for one in pods if isinstance(one.outcome, ClusterError)]
    for one in refused:
        assert isinstance(one.outcome, ClusterError)  # noqa: S101  (as just chosen)
        found = one.outcome.diagnostics[0]
        yield failure("admission", f"{one.place}: {found.message}", found.remedy or "")
    if not refused:
        accepted = f"{len(pods)} pods are accepted; " if pods else ""
        yield ok("admission", f"{accepted}the namespace has {told}")


def _quota(patient: Patient, pods: Sequence[Tried]) -> Iterator[Check]:
    target = patient.target
    try:
        quotas = target.api.get(f"{namespace_path(target.namespace)}/resourcequotas")["items"]
        runs = bool(look(target.api, target.namespace, target.selector).pods)
    except ClusterError as error:
        yield warning("quota", f"it is not known: {error.diagnostics[0].message}")
        return
    told = ", ".join(one["metadata"]["name"] for one in quotas)
    if not quotas:
        yield ok("quota", "the namespace has none")
        return
    if runs or patient.plan is None:
        yield ok("quota", f"the namespace has {told}{'; the project runs already' if runs else ''}")
        return
    others = [one.manifest for one in patient.plan.resources if one.key.kind not in WORKLOADS]
    made = [one.outcome for one in pods for _ in range(one.number) if isinstance(one.outcome, dict)]
    short = quota.short(quotas, [*made, *others])
    for one in short:
        message = f"{one.quota} leaves {one.left} of {one.resource}, and the project wants {one.wanted}"
        yield failure("quota", message, "free some of it, ask for more, or give services less")
    if not short:
        yield ok("quota", f"the project fits into {told}")
