"""What a user can choose about a translation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Ordering(StrEnum):
    """How ``depends_on`` holds in rendered manifests."""

    INIT = "init"
    NONE = "none"


class Secrets(StrEnum):
    """Whether secret values are part of the manifests."""

    EXTERNAL = "external"
    INLINE = "inline"


#: Kaniko's maintained fork: Google's repository was archived in June 2025.
KANIKO_IMAGE = "ghcr.io/osscontainertools/kaniko:v1.28.3"
#: Waits for dependencies, copies files into volumes, idles behind finished one-shots. The musl variant is static: its
#: busybox also runs in other images, which that of the default (glibc) variant does not.
TOOL_IMAGE = "busybox:1.37.0-musl"


@dataclass(frozen=True, slots=True)
class Options:
    """The choices of one translation; every one has a flag of the same name on the command line.

    ``registry`` is where built images are pushed to (``host[:port][/prefix]``), ``pull_registry`` where nodes pull
    them from if that differs. ``registry_secret`` names a ``kubernetes.io/dockerconfigjson`` Secret.
    ``dependency_timeout`` and ``build_timeout`` are in seconds. ``server_side_apply`` says that the manifests are
    applied with ``kubectl apply --server-side``, which lets one object hold 1 MiB instead of a quarter of it.
    ``node_selector`` and ``label`` hold ``KEY=VALUE``, ``toleration`` ``KEY[=VALUE][:EFFECT]`` as for kubectl taint.
    ``registry_ca`` is the text (PEM) of the certificates that builds trust the registry by.
    """

    registry: str | None = None
    pull_registry: str | None = None
    registry_secret: str | None = None
    registry_insecure: bool = False
    namespace: str | None = None
    ordering: Ordering = Ordering.INIT
    secrets: Secrets = Secrets.EXTERNAL
    kaniko_image: str = KANIKO_IMAGE
    tool_image: str = TOOL_IMAGE
    allow_host_access: bool = False
    host_gateway: str | None = None
    dependency_timeout: int = 600
    build_timeout: int = 3600
    server_side_apply: bool = False
    registry_ca: str | None = None
    pull_secret: tuple[str, ...] = ()
    node_selector: tuple[str, ...] = ()
    toleration: tuple[str, ...] = ()
    label: tuple[str, ...] = ()
    http_proxy: str | None = None
    https_proxy: str | None = None
    no_proxy: str | None = None


#: What every pod of a cluster must have; the module for it is imported when one of these is given.
SITE = (
    "pull_secret",
    "registry_secret",
    "node_selector",
    "toleration",
    "label",
    "http_proxy",
    "https_proxy",
    "no_proxy",
)
