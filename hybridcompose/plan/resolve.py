"""Pins built images: a tag becomes the digest that its build has pushed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hybridcompose.plan.model import Resource


def resolve(resource: Resource, digests: Mapping[str, str]) -> Resource:
    """The resource with ``reference@digest`` for every reference that ``digests`` (``sha256:…``) holds."""
    return resource._replace(manifest=_pinned(resource.manifest, digests)) if digests else resource


def _pinned(value: Any, digests: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_pinned(item, digests) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: _image(item, digests) if key == "image" else _pinned(item, digests) for key, item in value.items()}


def _image(value: Any, digests: Mapping[str, str]) -> Any:
    """A container's image; under other keys of that name (volumes, environments) stand no plain texts."""
    return f"{value}@{digests[value]}" if isinstance(value, str) and value in digests else _pinned(value, digests)
