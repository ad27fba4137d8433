"""Health checks as probes: readiness, never liveness, because Docker leaves an unhealthy container running."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hybridcompose.diagnostics import Code
from hybridcompose.plan import Health
from hybridcompose.plan.labels import START_PERIODS
from hybridcompose.spec.scalars import Duration
from hybridcompose.translate.escape import escape_all
from hybridcompose.translate.options import DefaultProbe
from hybridcompose.translate.registry.row import KeyClass, Row

if TYPE_CHECKING:
    from hybridcompose.plan import Manifest
    from hybridcompose.spec.extension import Probe
    from hybridcompose.translate.scope import Concern, PodDraft, ServiceScope

_SECOND = 1_000_000_000
DEFAULT_INTERVAL = Duration(30 * _SECOND)
DEFAULT_TIMEOUT = Duration(30 * _SECOND)
DEFAULT_RETRIES = 3
#: Docker's period of checks while a start period runs.
DEFAULT_START_INTERVAL = Duration(5 * _SECOND)
#: How often a service that says nothing about its start is asked whether it is ready.
QUICK_START = Duration(2 * _SECOND)
#: The largest int32: a startup probe that never kills.
NEVER = 2_147_483_647


def health(scope: ServiceScope, draft: PodDraft) -> None:
    """``readinessProbe``, behind a ``startupProbe`` that polls quickly and never kills."""
    action = _action(scope)
    if action is None:
        if scope.options.default_probe is DefaultProbe.TCP and not _disabled(scope) and not _test(scope):
            _probe_port(scope, draft)
        return
    _report_rounding(scope)
    interval = _given(scope, "interval") or DEFAULT_INTERVAL
    probe = {**action, "timeoutSeconds": _seconds(_given(scope, "timeout") or DEFAULT_TIMEOUT)}
    draft.container["startupProbe"] = {
        **probe,
        "periodSeconds": _seconds(_start_interval(scope, interval)),
        "failureThreshold": NEVER,
    }
    draft.container["readinessProbe"] = {
        **probe,
        "periodSeconds": _seconds(interval),
        "failureThreshold": min(_given(scope, "retries") or DEFAULT_RETRIES, NEVER),
    }
    _note_start_period(scope, draft)


def _note_start_period(scope: ServiceScope, draft: PodDraft) -> None:
    """Keeps on the pod what no probe says: `ps` finds out with it from when on failures count."""
    period = _given(scope, "start_period")
    if period:
        draft.annotations[START_PERIODS] = json.dumps({scope.kube_name: period / _SECOND})


def _probe_port(scope: ServiceScope, draft: PodDraft) -> None:
    """Ready when the first published TCP port is open."""
    published = (port.target for port in scope.service.ports if port.published and port.protocol in (None, "tcp"))
    target = next(published, None)
    if target is not None:
        draft.container["readinessProbe"] = {"tcpSocket": {"port": target}, "periodSeconds": 2, "timeoutSeconds": 1}


def has_healthcheck(scope: ServiceScope) -> bool | None:
    """Whether the service can become healthy; ``None`` where only its unknown image could tell."""
    if _disabled(scope):
        return False
    if _test(scope) or _probe(scope) is not None:
        return True
    known = scope.image.complete or scope.image.healthcheck is not None
    return False if known else None


def health_of(scope: ServiceScope) -> Health | None:
    """The check's own times, by which Docker finds a service unhealthy. ``None`` without a check."""
    if not _test(scope) and _probe(scope) is None:
        return None
    return Health(
        start_period=(_given(scope, "start_period") or 0) / _SECOND,
        interval=(_given(scope, "interval") or DEFAULT_INTERVAL) / _SECOND,
        timeout=(_given(scope, "timeout") or DEFAULT_TIMEOUT) / _SECOND,
        retries=_given(scope, "retries") or DEFAULT_RETRIES,
    )


def _action(scope: ServiceScope) -> Manifest | None:
    """What the probes do; ``None`` where there are none. Reports what is missing or wrong."""
    probe = _probe(scope)
    if probe is not None:
        from hybridcompose.translate.probes import action_of

        return action_of(probe)
    test = _test(scope)
    if test:
        command = _command(scope, test)
        return None if command is None else {"exec": {"command": command}}
    if _lacks_test(scope):
        _report_missing_test(scope)
    return None


def _probe(scope: ServiceScope) -> Probe | None:
    """The check that ``x-hybridcompose`` puts in the place of the test."""
    chosen = scope.settings.probe if scope.settings is not None else None
    return chosen if chosen is not None and chosen.model_fields_set else None


def _disabled(scope: ServiceScope) -> bool:
    if scope.settings is not None and scope.settings.probe is not None:
        return not scope.settings.probe.model_fields_set
    own = scope.service.healthcheck
    return own is not None and (own.disable or own.test[:1] == ("NONE",))


def _test(scope: ServiceScope) -> tuple[str, ...]:
    """The test in Compose's form, empty where there is none or none is known."""
    own, image = scope.service.healthcheck, scope.image.healthcheck
    if _disabled(scope):
        return ()
    test = (own.test if own is not None else ()) or (image.test if image is not None else ())
    return () if test[:1] == ("NONE",) else test


def _lacks_test(scope: ServiceScope) -> bool:
    return scope.service.healthcheck is not None and not _disabled(scope)


def _report_missing_test(scope: ServiceScope) -> None:
    scope.report.warning(
        Code.NO_HEALTHCHECK,
        scope.path("healthcheck"),
        "the health check has no test, and none is known of the image: the service is ready once it runs",
        "write `test:` with what the image's HEALTHCHECK says",
    )


def _command(scope: ServiceScope, test: tuple[str, ...]) -> list[str] | None:
    kind, arguments = test[0], test[1:]
    if kind == "CMD-SHELL" and arguments:
        return ["/bin/sh", "-c", *escape_all(arguments)]
    if kind == "CMD" and arguments:
        return escape_all(arguments)
    scope.report.error(
        Code.INVALID_VALUE,
        scope.path("healthcheck", "test"),
        "a list must start with CMD, CMD-SHELL or NONE, and the first two need a command",
        'write ["CMD", "program", "argument"], or one string for the shell',
    )
    return None


def _given(scope: ServiceScope, field: str) -> Any:
    """The service's value, else the image's. Zero means "not given" to Docker, in both."""
    own, image = scope.service.healthcheck, scope.image.healthcheck
    given = getattr(own, field) if own is not None else None
    return given or (image is not None and getattr(image, field)) or None


def _start_interval(scope: ServiceScope, interval: Duration) -> Duration:
    given: Duration | None = _given(scope, "start_interval")
    if given is not None:
        return given
    return DEFAULT_START_INTERVAL if _given(scope, "start_period") else min(interval, QUICK_START)


def _seconds(duration: Duration) -> int:
    return max(1, min(-(-duration // 1_000_000_000), NEVER))


def _report_rounding(scope: ServiceScope) -> None:
    own = scope.service.healthcheck
    for key, row in _ROUNDED.items() if own is not None else ():
        value: Any = getattr(own, key)
        if value and not value.is_whole_seconds:
            scope.report.approximated(row, scope.path("healthcheck", key))


_PROBES = "spec.containers[].readinessProbe"
_STARTUP = "spec.containers[].startupProbe"
_ROUNDS = "A probe counts in whole seconds: fractions round up."

_ROUNDED = {
    "interval": Row(
        "services.*.healthcheck.interval", KeyClass.APPROXIMATED, f"{_PROBES}.periodSeconds", health, _ROUNDS
    ),
    "timeout": Row(
        "services.*.healthcheck.timeout", KeyClass.APPROXIMATED, f"{_PROBES}.timeoutSeconds", health, _ROUNDS
    ),
    "start_interval": Row(
        "services.*.healthcheck.start_interval", KeyClass.APPROXIMATED, f"{_STARTUP}.periodSeconds", health, _ROUNDS
    ),
}

CONCERNS: tuple[Concern, ...] = (health,)

ROWS: tuple[Row, ...] = (
    Row("services.*.healthcheck", KeyClass.TRANSLATED, f"{_PROBES}, startupProbe", health),
    Row("services.*.healthcheck.test", KeyClass.TRANSLATED, f"{_PROBES}.exec.command", health),
    _ROUNDED["interval"],
    _ROUNDED["timeout"],
    Row("services.*.healthcheck.retries", KeyClass.TRANSLATED, f"{_PROBES}.failureThreshold", health),
    Row(
        "services.*.healthcheck.start_period",
        KeyClass.TRANSLATED,
        f"{_STARTUP}",
        health,
        "Failures before the first success never count, however long the start takes; checks come every 5 s, Docker's "
        "default, unless start_interval says otherwise.",
    ),
    _ROUNDED["start_interval"],
    Row("services.*.healthcheck.disable", KeyClass.TRANSLATED, "no probe", health),
)
