"""The ``develop`` section: local only, kept so that the canonical form is complete.

Source: Compose Develop Specification.
"""

from __future__ import annotations

from typing import Literal

from hybridcompose.spec.base import Spec, StringOrList, Tuple
from hybridcompose.spec.hooks import ServiceHook
from hybridcompose.spec.scalars import Bool


class DevelopWatch(Spec):
    """One rule of ``develop.watch``."""

    ALWAYS = {"exec": {"command": None}}

    path: str
    action: Literal["rebuild", "sync", "restart", "sync+restart", "sync+exec"]
    target: str | None = None
    exec: ServiceHook | None = None
    include: StringOrList = ()
    ignore: StringOrList = ()
    initial_sync: Bool = False


class Develop(Spec):
    watch: Tuple[DevelopWatch] = ()
