"""The profiles stage: which services and jobs take part. Source: Compose Specification, "Profiles"."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from hybridcompose.spec import Job, Service

E = TypeVar("E", "Service", "Job")


def select(elements: Mapping[str, E], active: Collection[str]) -> tuple[dict[str, E], dict[str, E]]:
    """The elements that the active profiles select (``*``: all), and the others."""
    enabled = {name: element for name, element in elements.items() if _selected(element.profiles, active)}
    return enabled, {name: element for name, element in elements.items() if name not in enabled}


def _selected(declared: tuple[str, ...], active: Collection[str]) -> bool:
    return not declared or "*" in active or any(profile in active for profile in declared)
