"""``deploy.placement``: constraints on nodes, and spreading over them.

Source: Compose Deploy Specification, "placement".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from hybridcompose.diagnostics import Code
from hybridcompose.translate.labels import selector_labels

if TYPE_CHECKING:
    from hybridcompose.plan import Manifest
    from hybridcompose.spec.deploy import Placement
    from hybridcompose.translate.scope import PodDraft, ServiceScope

_CONSTRAINT = re.compile(r"\s*([^=!\s]+)\s*(==|!=)\s*(.*?)\s*")
_HOSTNAME = "kubernetes.io/hostname"
_LABELS = {
    "node.hostname": _HOSTNAME,
    "node.platform.arch": "kubernetes.io/arch",
    "node.platform.os": "kubernetes.io/os",
}
_ARCHITECTURES = {"aarch64": "arm64", "armhf": "arm", "armv7l": "arm", "i386": "386", "x86_64": "amd64"}
CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
_KEY = re.compile(r"([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
_VALUE = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")
_IN = {"==": "In", "!=": "NotIn"}


def add_placement(scope: ServiceScope, draft: PodDraft, given: Placement) -> None:
    """Affinities, tolerations and spread constraints of the pod."""
    terms = [term for index, text in enumerate(given.constraints) if (term := _term(scope, draft, index, text))]
    if terms:
        selector = {"nodeSelectorTerms": [{"matchExpressions": terms}]}
        _affinity(draft, "nodeAffinity")["requiredDuringSchedulingIgnoredDuringExecution"] = selector
    for index, preference in enumerate(given.preferences):
        _spread(scope, draft, index, preference.spread or "")
    if given.max_replicas_per_node > 0:
        _limit_per_node(scope, draft, given.max_replicas_per_node)


def _affinity(draft: PodDraft, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = draft.pod.setdefault("affinity", {}).setdefault(kind, {})
    return found


def _term(scope: ServiceScope, draft: PodDraft, index: int, text: str) -> Manifest | None:
    found = _CONSTRAINT.fullmatch(text)
    if found is None:
        scope.report.error(
            Code.INVALID_VALUE,
            scope.path("deploy", "placement", "constraints", index),
            f"{text!r} is no constraint",
            "write it as in node.labels.disk == ssd",
        )
        return None
    subject, operator, value = found.groups()
    if subject == "node.role" and value in ("manager", "worker"):
        return _role(scope, draft, index, is_manager=(value == "manager") == (operator == "=="))
    label = _LABELS.get(subject, subject.removeprefix("node.labels.") if subject.startswith("node.labels.") else "")
    if subject == "node.platform.arch":
        value = _ARCHITECTURES.get(value, value)
    if not _KEY.fullmatch(label) or not _VALUE.fullmatch(value):
        scope.report.warning(
            Code.NO_EQUIVALENT,
            scope.path("deploy", "placement", "constraints", index),
            f"no label of a Kubernetes node says {text.strip()!r}: left out",
            "use node.labels.NAME, node.hostname, node.platform.os, node.platform.arch or node.role",
        )
        return None
    return {"key": label, "operator": _IN[operator], "values": [value]}


def _role(scope: ServiceScope, draft: PodDraft, index: int, *, is_manager: bool) -> Manifest:
    which = "a node of the control plane" if is_manager else "a node outside the control plane"
    path = scope.path("deploy", "placement", "constraints", index)
    scope.report.note(Code.APPROXIMATED, path, f"the role of a node in Swarm becomes {which}")
    if not is_manager:
        return {"key": CONTROL_PLANE, "operator": "DoesNotExist"}
    draft.pod["tolerations"] = [{"key": CONTROL_PLANE, "operator": "Exists", "effect": "NoSchedule"}]
    return {"key": CONTROL_PLANE, "operator": "Exists"}


def _spread(scope: ServiceScope, draft: PodDraft, index: int, subject: str) -> None:
    label = _LABELS.get(subject, subject.removeprefix("node.labels.") if subject.startswith("node.labels.") else "")
    if not _KEY.fullmatch(label):
        scope.report.warning(
            Code.NO_EQUIVALENT,
            scope.path("deploy", "placement", "preferences", index, "spread"),
            f"pods cannot be spread over {subject!r}: left out",
            "write spread: node.labels.NAME",
        )
        return
    _add_constraint(scope, draft, label, 1, "ScheduleAnyway")


def _add_constraint(scope: ServiceScope, draft: PodDraft, label: str, skew: int, otherwise: str) -> None:
    constraint = {
        "labelSelector": {"matchLabels": selector_labels(scope.root, scope.name)},
        "maxSkew": skew,
        "topologyKey": label,
        "whenUnsatisfiable": otherwise,
    }
    draft.pod.setdefault("topologySpreadConstraints", []).append(constraint)


def _limit_per_node(scope: ServiceScope, draft: PodDraft, most: int) -> None:
    if most == 1:
        term = {
            "labelSelector": {"matchLabels": selector_labels(scope.root, scope.name)},
            "topologyKey": _HOSTNAME,
        }
        _affinity(draft, "podAntiAffinity")["requiredDuringSchedulingIgnoredDuringExecution"] = [term]
        return
    path = scope.path("deploy", "placement", "max_replicas_per_node")
    message = f"no node gets {most} pods more than another: Kubernetes has no absolute number for a node"
    scope.report.note(Code.APPROXIMATED, path, message)
    _add_constraint(scope, draft, _HOSTNAME, most, "DoNotSchedule")
