"""Restart policies: what Compose says, and the kind of workload that does it.

Sources: Compose Specification, "restart"; Compose Deploy Specification, "restart_policy".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.diagnostics import Code
from hybridcompose.spec.scalars import digits
from hybridcompose.translate.options import Storage
from hybridcompose.translate.registry.row import KeyClass, Row

if TYPE_CHECKING:
    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.translate.scope import ServiceScope

#: ``deploy.restart_policy.condition`` in the words of ``restart``; without a condition nothing is restarted.
_CONDITIONS = {"": "no", "none": "no", "any": "always"}

_KUBERNETES = {"no": "Never", "always": "Always", "unless-stopped": "Always", "on-failure": "OnFailure"}


class Restart(NamedTuple):
    """``policy`` is the pod's restartPolicy, ``attempts`` how often a failed run is repeated (0: not counted)."""

    policy: str
    attempts: int = 0


def restart_of(scope: ServiceScope) -> Restart:
    """The restart policy of a service. Reports what Docker refuses."""
    condition, attempts, path = _given(scope)
    policy = _KUBERNETES.get(condition)
    if policy is None:
        remedy = "write no, always, unless-stopped, on-failure or on-failure:N"
        scope.report.error(Code.INVALID_VALUE, path, f"unknown restart policy {condition!r}", remedy)
        return Restart("Never")
    if attempts and condition != "on-failure":
        message = f"a number of attempts can only be given for on-failure, not for {condition!r}"
        scope.report.error(Code.CONFLICTING_VALUES, path, message, "write the condition on-failure, or leave it out")
    elif attempts:
        said = _KEPT if scope.options.storage is Storage.PERSISTENT else _ANEW
        scope.report.note(Code.APPROXIMATED, path, *said)
    elif policy != "Never":
        scope.report.approximated(_ROW, path)
    return Restart("Never", attempts) if attempts else Restart(policy)


def attempts_of(scope: ServiceScope) -> int:
    """How often a failed run is repeated, where that is counted; else 0."""
    return _given(scope)[1]


def _given(scope: ServiceScope) -> tuple[str, int, ComposePath]:
    """Condition, attempts and where they stand: ``deploy.restart_policy`` wins as a whole."""
    deploy = scope.service.deploy
    if deploy and deploy.restart_policy:
        policy = deploy.restart_policy
        key = "condition" if policy.condition else "max_attempts"
        condition = policy.condition or ""
        path = scope.path("deploy", "restart_policy", key)
        return _CONDITIONS.get(condition, condition), policy.max_attempts or 0, path
    condition, _, attempts = (scope.service.restart or "no").partition(":")
    path = scope.path("restart")
    count = digits(attempts)
    if attempts and count is None:
        message = f"{attempts!r} is not a number: like Docker, this counts no attempts"
        scope.report.warning(Code.INVALID_VALUE, path, message, "write on-failure:3")
    return condition, count or 0, path


_KEPT = ("A run after a failed one begins with the image's files: Docker starts the same container again.", None)
_ANEW = (
    "A run after a failed one begins with the image's files, and with new volumes where it is a new pod: "
    "Docker starts the same container again.",
    "keep what a next run needs with --storage persistent",
)
_BACK_OFF = "The waiting time between restarts is the kubelet's: 10 s, doubled up to 5 minutes."

_ROW = Row(
    "services.*.restart",
    KeyClass.APPROXIMATED,
    "spec.restartPolicy, Job.spec.backoffLimit",
    restart_of,
    "A restarted container begins with the image's files again, where Docker keeps what it wrote; "
    "between restarts the kubelet waits 10 s, doubled up to 5 minutes.",
)

_POLICY = "services.*.deploy.restart_policy"

ROWS: tuple[Row, ...] = (
    _ROW,
    Row(_POLICY, KeyClass.TRANSLATED, "spec.restartPolicy", restart_of),
    Row(f"{_POLICY}.condition", KeyClass.TRANSLATED, "spec.restartPolicy", restart_of),
    Row(f"{_POLICY}.max_attempts", KeyClass.TRANSLATED, "Job.spec.backoffLimit", restart_of),
    Row(f"{_POLICY}.delay", KeyClass.DIAGNOSED, note=_BACK_OFF),
    Row(f"{_POLICY}.window", KeyClass.DIAGNOSED, note="Kubernetes counts every failure, also after a long good run."),
)
