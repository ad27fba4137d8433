"""What runs around a service's start and stop, and what stands in for a service.

Source: Compose Specification, "pre_start", "post_start", "pre_stop", "provider".
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator

from hybridcompose.spec.base import Spec
from hybridcompose.spec.command import Command
from hybridcompose.spec.container import ContainerSpec
from hybridcompose.spec.scalars import Bool, Environment, text_of


class ServiceHook(Spec):
    """A command run in the service's container at ``post_start`` or ``pre_stop``."""

    ALWAYS = {"command": None}

    command: Command
    user: str | None = None
    privileged: Bool = False
    working_dir: str | None = None
    environment: Environment = {}


class PreStartHook(ContainerSpec):
    """An init container that completes before the service starts."""

    per_replica: Bool = False


def _provider_options(value: object) -> object:
    if not isinstance(value, dict):
        raise ValueError("must be a mapping")
    return {
        key: tuple(text_of(item) for item in entry) if isinstance(entry, list) else (text_of(entry),)
        for key, entry in value.items()
        if entry != []
    }


class Provider(Spec):
    type: str
    options: Annotated[dict[str, tuple[str, ...]], BeforeValidator(_provider_options)] = {}
