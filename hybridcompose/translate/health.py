"""Stands in for the module of this name until it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.translate.registry.row import KeyClass, Row

if TYPE_CHECKING:
    from hybridcompose.translate.scope import Concern, PodDraft, ServiceScope


def has_healthcheck(scope: ServiceScope) -> bool | None:
    check = scope.service.healthcheck
    if check is None:
        return scope.image.healthcheck is not None if scope.image.complete else None
    return not check.disable


def health(scope: ServiceScope, draft: PodDraft) -> None:
    if (check := scope.service.healthcheck) and check.test and not check.disable:
        draft.container["readinessProbe"] = {"exec": {"command": list(check.test[1:])}}


CONCERNS: tuple[Concern, ...] = (health,)

ROWS: tuple[Row, ...] = (
    Row("services.*.healthcheck", KeyClass.TRANSLATED, "", health),
    Row("services.*.healthcheck.disable", KeyClass.TRANSLATED, "", health),
    Row("services.*.healthcheck.interval", KeyClass.PENDING, note="not there yet"),
    Row("services.*.healthcheck.retries", KeyClass.PENDING, note="not there yet"),
    Row("services.*.healthcheck.start_interval", KeyClass.PENDING, note="not there yet"),
    Row("services.*.healthcheck.start_period", KeyClass.PENDING, note="not there yet"),
    Row("services.*.healthcheck.test", KeyClass.TRANSLATED, "", health),
    Row("services.*.healthcheck.timeout", KeyClass.PENDING, note="not there yet"),
)
