"""Compose names as Kubernetes names: valid, stable, and never two for one."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hybridcompose.plan import KubeName

if TYPE_CHECKING:
    from collections.abc import Mapping

_VALID = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")


def label_name(name: str, limit: int = 63) -> KubeName:
    """``name`` as an RFC 1123 label of at most ``limit`` characters; a cut name ends in a hash of the whole."""
    if len(name) <= limit and _VALID.fullmatch(name):
        return KubeName(name)
    text = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    if not text:
        return KubeName(f"x-{_hash(name)}")
    if len(text) <= limit:
        return KubeName(text)
    return KubeName(f"{text[: limit - 9].rstrip('-')}-{_hash(name)}")


def object_name(*parts: str, limit: int = 63) -> KubeName:
    """Several parts joined with dashes into one valid name."""
    return label_name("-".join(parts), limit)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Names:
    """The Kubernetes name of every service: of its pod (or pods), its Service, and so of its DNS name."""

    services: Mapping[str, KubeName]
