"""Spans of time as compose files write them, ``90s``, ``1h30m``, ``7d``, and points in time."""

from __future__ import annotations

import time
from datetime import datetime

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


class _Moment(click.ParamType[float]):
    """A point in time, in seconds since 1970: a date as in RFC 3339, a number of seconds, or how long ago it was."""

    name = "moment"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        text = str(value)
        if text.replace(".", "", 1).isdecimal():
            return float(text)
        try:
            # Without an offset it is the time of this machine.
            return datetime.fromisoformat(text).timestamp()
        except ValueError:
            pass
        try:
            return time.time() - DURATION.convert(text, param, ctx)
        except click.BadParameter:
            self.fail(f"{text!r} is neither a time (2026-01-31T13:00:00Z) nor a span until now (90s, 10m)", param, ctx)


DURATION, MOMENT = _Duration(), _Moment()
