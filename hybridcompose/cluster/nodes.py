"""What is known of the nodes, where they may be read."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.diagnostics import ClusterError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hybridcompose.cluster.api import Api


class NodeState(NamedTuple):
    """``platform`` is ``linux/amd64``; ``images`` holds the size in bytes of each image by each of its names."""

    platform: str = ""
    images: Mapping[str, int] = MappingProxyType({})


def read(api: Api) -> dict[str, NodeState]:
    """The nodes by name; none where they may not be read, which few accounts may."""
    try:
        bodies = api.get("/api/v1/nodes")["items"]
    except ClusterError as error:
        if error.status == 403:
            return {}
        raise
    found = {}
    for body in bodies:
        status = body.get("status", {})
        info = status.get("nodeInfo", {})
        sizes = {name: image["sizeBytes"] for image in status.get("images") or () for name in image.get("names") or ()}
        platform = f"{info.get('operatingSystem', '')}/{info.get('architecture', '')}".strip("/")
        found[body["metadata"]["name"]] = NodeState(platform, sizes)
    return found
