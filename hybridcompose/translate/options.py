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


class Expose(StrEnum):
    """How published ports are reached from outside the cluster."""

    NONE = "none"
    NODEPORT = "nodeport"
    LOADBALANCER = "loadbalancer"


class Dns(StrEnum):
    """Who answers for the names of a project: the cluster's server, or one of the project's own beside it."""

    CLUSTER = "cluster"
    PROJECT = "project"


class NamespaceMode(StrEnum):
    """Whether the project has its namespace for itself."""

    OWN = "own"
    SHARED = "shared"


#: Kaniko's maintained fork: Google's repository was archived in June 2025.
KANIKO_IMAGE = "ghcr.io/osscontainertools/kaniko:v1.28.3"
#: Waits for dependencies, copies files into volumes, idles behind finished one-shots. The musl variant is static: its
#: busybox also runs in other images, which that of the default (glibc) variant does not.
TOOL_IMAGE = "busybox:1.37.0-musl"
#: Answers for a project's names with ``dns=project``; it needs CoreDNS's plugins rewrite, template, forward and ready.
DNS_IMAGE = "coredns/coredns:1.15.0"


@dataclass(frozen=True, slots=True)
class Options:
    """The choices of one translation; every one has a flag of the same name on the command line.

    ``registry`` is where built images are pushed to (``host[:port][/prefix]``), ``pull_registry`` where nodes pull
    them from if that differs. ``registry_secret`` names a ``kubernetes.io/dockerconfigjson`` Secret.
    ``dependency_timeout`` and ``build_timeout`` are in seconds. ``server_side_apply`` says that the manifests are
    applied with ``kubectl apply --server-side``, which lets one object hold 1 MiB instead of a quarter of it.
    ``cluster_dns`` is the address of the cluster's DNS server, ``cluster_domain`` the domain that it serves.
    ``host_gateway`` is an address; ``up`` also takes ``runner``, the machine that it runs on.
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
    expose: Expose = Expose.NONE
    network_policies: bool = False
    rewrite_hostnames: bool = False
    dns: Dns = Dns.CLUSTER
    dns_image: str = DNS_IMAGE
    namespace_mode: NamespaceMode = NamespaceMode.OWN
    cluster_dns: str | None = None
    cluster_domain: str = "cluster.local"
