"""``images``: what the containers of a project run, as the nodes know it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.cluster import nodes
from hybridcompose.cluster.observe import look
from hybridcompose.engine.logs import container_names
from hybridcompose.engine.tables import aligned
from hybridcompose.engine.target import existing
from hybridcompose.engine.wait import not_running
from hybridcompose.translate.labels import label_value

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from hybridcompose.engine.target import Target

_UNITS = ("B", "kB", "MB", "GB", "TB")
#: So much of a digest is shown.
_SHORT = 12


class Image(NamedTuple):
    """The image of one container. ``size`` in bytes, compressed; 0 and empty texts where the nodes may not be read."""

    container: str
    repository: str
    tag: str
    platform: str
    digest: str
    size: int


def images(target: Target, services: Collection[str]) -> list[Image]:
    """The image of every container, or of those of these services. Raises ``ClusterError`` for an unknown service."""
    existing(target)
    pods = list(look(target.api, target.namespace, target.selector).of_services())
    wanted = {label_value(name): name for name in services}
    for label in sorted(wanted.keys() - {pod.service for pod in pods}):
        raise not_running(wanted[label], target)
    known, names = nodes.read(target.api), container_names(pods)
    found = []
    for pod in pods:
        if pod.main is None or (wanted and pod.service not in wanted):
            continue
        repository, tag = _parts(pod.main.image)
        node = known.get(pod.node, nodes.NodeState())
        digest = pod.main.image_id.rpartition("sha256:")[2]
        size = next((node.images[name] for name in (pod.main.image_id, pod.main.image) if name in node.images), 0)
        found.append(Image(f"{target.project}-{names[pod.key]}", repository, tag, node.platform, digest, size))
    return sorted(found)


def _parts(reference: str) -> tuple[str, str]:
    """Repository and tag; a pinned image has none, or both."""
    name, _, _ = reference.partition("@")
    place, slash, last = name.rpartition("/")
    last, _, tag = last.partition(":")
    return f"{place}{slash}{last}", tag or ("<none>" if "@" in reference else "latest")


def as_table(found: Iterable[Image]) -> Iterator[str]:
    rows = [(*one[:4], one.digest[:_SHORT], size(one.size)) for one in found]
    return aligned([("CONTAINER", "REPOSITORY", "TAG", "PLATFORM", "IMAGE ID", "SIZE"), *rows])


def as_json(found: Iterable[Image]) -> str:
    """One array, with the names of Docker Compose."""
    told = [
        {
            "ID": f"sha256:{one.digest}" if one.digest else "",
            "ContainerName": one.container,
            "Repository": one.repository,
            "Tag": one.tag,
            "Platform": one.platform,
            "Size": one.size,
        }
        for one in found
    ]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def size(number: int) -> str:
    """``12.5MB``: three digits of it, as Docker writes sizes; empty for 0."""
    value, unit = float(number), 0
    while value >= 1000 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{value:.3g}{_UNITS[unit]}" if number else ""
