"""Stands in for the module of this name until it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.translate.registry.row import KeyClass, Row

if TYPE_CHECKING:
    from hybridcompose.translate.scope import Concern, PodDraft, ServiceScope


def process(scope: ServiceScope, draft: PodDraft) -> None:
    if scope.service.image:
        draft.container["image"] = scope.service.image
    if scope.service.command:
        draft.container["args"] = list(scope.service.command)


CONCERNS: tuple[Concern, ...] = (process,)

ROWS: tuple[Row, ...] = (
    Row("services.*.command", KeyClass.TRANSLATED, "", process),
    Row("services.*.entrypoint", KeyClass.PENDING, note="not there yet"),
    Row("services.*.image", KeyClass.TRANSLATED, "", process),
    Row("services.*.pull_policy", KeyClass.PENDING, note="not there yet"),
    Row("services.*.stdin_open", KeyClass.PENDING, note="not there yet"),
    Row("services.*.tty", KeyClass.PENDING, note="not there yet"),
    Row("services.*.working_dir", KeyClass.PENDING, note="not there yet"),
)
