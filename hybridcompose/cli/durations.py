"""Spans of time as compose files write them: ``90s``, ``1h30m``, ``7d``."""

from __future__ import annotations

import click


class _Duration(click.ParamType[float]):
    """Gives seconds."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        from hybridcompose.spec.scalars import Duration

        if isinstance(value, float):
            return value
        try:
            nanoseconds = int(Duration.parse(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)
        if nanoseconds <= 0:
            self.fail("a span of time is longer than 0", param, ctx)
        return nanoseconds / 1_000_000_000


DURATION = _Duration()
