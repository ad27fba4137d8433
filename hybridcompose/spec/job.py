"""Jobs. Source: Compose Specification, "Jobs top-level element"."""

from __future__ import annotations

from typing import Literal

from hybridcompose.spec.base import Spec, Strings, Tuple
from hybridcompose.spec.scalars import Bool
from hybridcompose.spec.service import WorkloadSpec


class Schedule(Spec):
    cron: str
    timezone: str | None = None
    concurrency: Literal["forbid", "queue"] | None = None
    missed_fires: Literal["one", "skip"] | None = None


class Triggers(Spec):
    manual: Bool | None = None
    schedule: Tuple[Schedule] = ()


class Job(WorkloadSpec):
    """One entry of the top-level ``jobs``; ``triggers`` says when it runs."""

    profiles: Strings = ()
    triggers: Triggers
