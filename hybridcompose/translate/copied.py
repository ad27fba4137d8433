"""Whether an image already holds what a bind mount shows: the Dockerfile copied the same path there."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from hybridcompose.translate.identifiers import below, clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hybridcompose.gather.facts import BoundSource, CopiedPath
    from hybridcompose.translate.scope import ServiceScope


def is_in_image(scope: ServiceScope, source: BoundSource, target: str) -> bool:
    """Whether the service's own build copies ``source`` to ``target``."""
    if scope.build is None or scope.build.remote:
        return False
    target = clean(target)
    return any(
        _lands_at(source, origin, place, target)
        for copied in scope.build.image.copied
        for origin, place in _copies(scope.build.context, copied)
    )


def _copies(context: str, copied: CopiedPath) -> Iterator[tuple[str, str]]:
    """Host path and image path of each source that is named without wildcards."""
    for written in copied.sources:
        origin = clean(posixpath.join(clean(context), written.lstrip("/")))
        if not any(character in written for character in "*?[") and below(origin, clean(context)) is not None:
            yield origin, clean(copied.target)


def _lands_at(source: BoundSource, origin: str, place: str, target: str) -> bool:
    inner = below(clean(source.source), origin)
    return inner is not None and clean(posixpath.join(place, inner)) == target
