"""``rbac``: the smallest role that commands need, with an account that has it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from hybridcompose.cluster.decide import is_of_a_job
from hybridcompose.cluster.kinds import KINDS, RARE, VOLUMES
from hybridcompose.cluster.permissions import Circumstances, needed
from hybridcompose.engine.fetch import leaves_results
from hybridcompose.plan import Plan, Resource
from hybridcompose.translate.options import Dns, NamespaceMode, Workloads

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from hybridcompose.cluster.permissions import Permission
    from hybridcompose.translate.options import Options

_API = "rbac.authorization.k8s.io"


class Account(NamedTuple):
    """The service account that gets the role."""

    name: str
    namespace: str


def circumstances(
    options: Options, namespace: str | None, plan: Plan | None = None, *, published: bool = False
) -> Circumstances:
    """What decides about permissions: of this project, or without a ``plan`` of all that these options let run.

    ``published``: `up` or `run` opens ports on its machine.
    """
    about = Circumstances(
        kinds=_kinds_that_may_be(options) if plan is None else kinds_of(plan),
        own=namespace is None,
        checked=options.namespace_mode is NamespaceMode.SHARED,
        streamed=plan is None
        or any(image.context is not None for image in plan.images)
        or any(map(leaves_results, plan.resources)),
        published=published,
    )
    return about if plan is None else about._replace(built=_built(plan))


def _built(plan: Plan) -> tuple[str, ...]:
    """The kinds of what `build` makes of a plan."""
    from hybridcompose.engine.build import with_needed

    return tuple(sorted({key.kind for key in with_needed(plan, (image.job for image in plan.images))}))


def kinds_of(plan: Plan) -> tuple[str, ...]:
    """The kinds of what `up` makes of a plan."""
    return tuple(sorted({resource.key.kind for resource in plan.resources if not is_of_a_job(resource)}))


def _kinds_that_may_be(options: Options) -> tuple[str, ...]:
    found = {*(kind for kind in KINDS if kind not in RARE), VOLUMES, "DaemonSet"}
    if options.workloads is Workloads.DEPLOYMENT:
        found |= {"Deployment", "StatefulSet"}
    if options.dns is Dns.PROJECT:
        found.add("Deployment")
    if options.network_policies:
        found.add("NetworkPolicy")
    return tuple(sorted(found))


def objects(
    commands: Collection[str], about: Circumstances, namespace: str | None, name: str, account: Account
) -> Plan:
    """The account, a Role for ``namespace``, and a ClusterRole for the rest (all of it without ``namespace``)."""
    permissions = needed(commands, about)
    inside = [one for one in permissions if namespace is not None and not one.everywhere]
    outside = [one for one in permissions if one not in inside]
    told = ", ".join(commands)
    found = [_account(account, told)]
    if inside:
        reason = f"what {told} ask for in the namespace {namespace}"
        found += _granted("Role", {"name": name, "namespace": namespace}, inside, account, reason)
    if outside:
        found += _granted("ClusterRole", {"name": name}, outside, account, f"what {told} ask for in the cluster")
    return Plan("", namespace, tuple(found))


def _account(account: Account, told: str) -> Resource:
    metadata = {"name": account.name, "namespace": account.namespace}
    manifest = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}
    return Resource(manifest, (), f"the account that runs {told}")


def _granted(
    kind: str, metadata: dict[str, Any], permissions: Iterable[Permission], account: Account, reason: str
) -> Iterator[Resource]:
    yield Resource(
        {"apiVersion": f"{_API}/v1", "kind": kind, "metadata": metadata, "rules": list(_rules(permissions))}, (), reason
    )
    binding = {
        "apiVersion": f"{_API}/v1",
        "kind": f"{kind}Binding",
        "metadata": metadata,
        "roleRef": {"apiGroup": _API, "kind": kind, "name": metadata["name"]},
        "subjects": [{"kind": "ServiceAccount", "name": account.name, "namespace": account.namespace}],
    }
    yield Resource(binding, (), f"gives the {kind} to the account")


def _rules(permissions: Iterable[Permission]) -> Iterator[dict[str, list[str]]]:
    """One rule for all resources of an API group that have the same verbs."""
    verbs: dict[tuple[str, str], list[str]] = {}
    for group, resource, verb, _ in permissions:
        verbs.setdefault((group, resource), []).append(verb)
    rows = sorted((group, sorted(set(names)), resource) for (group, resource), names in verbs.items())
    for (group, names), found in groupby(rows, key=lambda row: row[:2]):
        yield {"apiGroups": [group], "resources": [resource for *_, resource in found], "verbs": names}
