"""What runs around a service's life: hooks before and after the start and before the stop, and the stop signal.

Sources: Compose Specification, "pre_start", "post_start", "pre_stop", "stop_signal".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code
from hybridcompose.translate.registry.row import KeyClass, Row

if TYPE_CHECKING:
    from hybridcompose.translate.scope import Concern, PodDraft, ServiceScope

_KILL = ("KILL", "9", "STOP", "19")
_SENT = re.compile(r"[A-Z]+[0-9]*|[0-9]+")
#: Shells do not know these by name. Source: signal(7), for the numbers that Docker sends.
_REAL_TIME = re.compile(r"(RTMIN\+?|RTMAX-?)([0-9]+)?")
_REAL_TIME_FIRST, _REAL_TIME_LAST = 34, 64


def pre_start(scope: ServiceScope, draft: PodDraft) -> None:
    """``pre_start``: an init container for each hook, in order, after the waiting and the filling of volumes."""
    if scope.service.pre_start:
        from hybridcompose.translate.hooks import add_pre_start

        add_pre_start(scope, draft)


def lifecycle(scope: ServiceScope, draft: PodDraft) -> None:
    """``post_start`` and ``pre_stop``: the container's lifecycle handlers."""
    if scope.service.post_start or scope.service.pre_stop:
        from hybridcompose.translate.hooks import add_lifecycle

        add_lifecycle(scope, draft)


def stop_signal(scope: ServiceScope, draft: PodDraft) -> None:
    """A ``preStop`` handler for a signal that is not the one that the image names itself, or else the default.

    It sends the signal and lasts until the first process has ended, or its time has.
    """
    wanted = scope.service.stop_signal
    name = _signal(wanted or "")
    if not wanted or name == _signal(scope.image.stop_signal or "SIGTERM"):
        return
    if name in _KILL or not _SENT.fullmatch(name):
        message = f"{wanted!r} is no signal that a container can send to its first process. {_STOP_NOTE}"
        scope.report.warning(Code.NO_EQUIVALENT, scope.path("stop_signal"), message, STOP_SIGNAL.remedy)
        return
    scope.report.approximated(STOP_SIGNAL, scope.path("stop_signal"))
    handlers = draft.container.setdefault("lifecycle", {})
    send = f"kill -{name} 1 && while kill -0 1 && sleep 1; do :; done"
    if "preStop" in handlers:
        import shlex

        send = f"{shlex.join(handlers['preStop']['exec']['command'])}; {send}"
    handlers["preStop"] = {"exec": {"command": ["/bin/sh", "-c", send]}}


def _signal(name: str) -> str:
    short = name.upper().removeprefix("SIG")
    if (real_time := _REAL_TIME.fullmatch(short)) is not None:
        away = int(real_time[2] or 0)
        return str(_REAL_TIME_FIRST + away if "MIN" in short else _REAL_TIME_LAST - away)
    return "TERM" if short == "15" else short


CONCERNS: tuple[Concern, ...] = (lifecycle, stop_signal)
#: After the volumes: a hook has those of its service.
LAST_CONCERNS: tuple[Concern, ...] = (pre_start,)

_STOP_NOTE = "The kubelet sends the image's own STOPSIGNAL, or SIGTERM."
_PRE_START = "spec.initContainers[]"
_HANDLER = "The kubelet runs the commands one after the other in a shell if there are several."
_LOST = "A handler runs as the container does: the kubelet gives it no other user, rights or variables."


def _handlers(key: str, field: str, note: str) -> tuple[Row, ...]:
    path = f"services.*.{key}"
    fields = f"spec.containers[].lifecycle.{field}.exec"
    diagnosed = (
        Row(f"{path}[].{part}", KeyClass.DIAGNOSED, note=_LOST, remedy="put it into the command, as in env KEY=value …")
        for part in ("environment", "environment.*", "privileged", "user")
    )
    return (
        Row(path, KeyClass.APPROXIMATED, fields, lifecycle, f"{note} {_HANDLER}"),
        Row(f"{path}[].command", KeyClass.TRANSLATED, f"{fields}.command", lifecycle),
        Row(f"{path}[].working_dir", KeyClass.TRANSLATED, f"{fields}.command", lifecycle, "Changed to by a shell."),
        *diagnosed,
    )


POST_START = _handlers("post_start", "postStart", "The container counts as started when they have ended.")
PRE_STOP = _handlers("pre_stop", "preStop", "They also run before a restart, and within the grace period.")

STOP_SIGNAL = Row(
    "services.*.stop_signal",
    KeyClass.APPROXIMATED,
    "spec.containers[].lifecycle.preStop.exec",
    stop_signal,
    f"A shell of the image sends the signal. Where it has none, {_STOP_NOTE[:1].lower()}{_STOP_NOTE[1:]}",
    "write STOPSIGNAL into the Dockerfile",
)

ROWS: tuple[Row, ...] = (
    Row(
        "services.*.pre_start",
        KeyClass.APPROXIMATED,
        _PRE_START,
        pre_start,
        "The hooks run in every pod of the service, and again whenever a pod is replaced.",
    ),
    Row(
        "services.*.pre_start[].per_replica",
        KeyClass.NO_EFFECT,
        note="Every replica is a pod, which runs the hooks: where that is not asked for, a finding says so.",
    ),
    *POST_START,
    *PRE_STOP,
    STOP_SIGNAL,
)
