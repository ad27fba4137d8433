"""What a user can choose about a translation."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Ordering(StrEnum):
    """How ``depends_on`` holds in rendered manifests."""

    INIT = "init"
    NONE = "none"


class Secrets(StrEnum):
    """Whether secret values are part of the manifests."""

    EXTERNAL = "external"
    INLINE = "inline"


class ContextMode(StrEnum):
    """How build contexts reach their Jobs.

    In the manifests, sent into the waiting pods, or whichever is possible; the rest are places to fetch them from.
    """

    AUTO = "auto"
    CONFIGMAP = "configmap"
    STREAM = "stream"
    GIT = "git"
    PVC = "pvc"
    S3 = "s3"
    GS = "gs"
    AZURE = "azure"
    HTTPS = "https"


class Workloads(StrEnum):
    """What runs a service: pods of its own, or controllers that replace them."""

    POD = "pod"
    DEPLOYMENT = "deployment"


class DefaultProbe(StrEnum):
    """What tells that a service without a health check is ready: that it runs, or that a published port is open."""

    NONE = "none"
    TCP = "tcp"


class PodSecurity(StrEnum):
    """The Pod Security Standard that the pods must fit."""

    RESTRICTED = "restricted"
    BASELINE = "baseline"
    PRIVILEGED = "privileged"


class Storage(StrEnum):
    """Whether volumes outlive the pods that use them."""

    EPHEMERAL = "ephemeral"
    PERSISTENT = "persistent"


class AccessMode(StrEnum):
    """What a volume's claim asks for: one node at a time, or many."""

    ONE_NODE = "ReadWriteOnce"
    MANY_NODES = "ReadWriteMany"


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


class ResolveImages(StrEnum):
    """Whether registries are asked for digests and configurations of images, where they answer."""

    NONE = "none"
    AUTO = "auto"


class RegistryCredentials(StrEnum):
    """Where credentials of builds and pods come from, where no Secret is named for them."""

    NONE = "none"
    DOCKER = "docker"


#: Kaniko's maintained fork: Google's repository was archived in June 2025.
KANIKO_IMAGE = "ghcr.io/osscontainertools/kaniko:v1.28.3"
#: Waits for dependencies, copies files into volumes, idles behind finished one-shots. The musl variant is static: its
#: busybox also runs in other images, which that of the default (glibc) variant does not.
TOOL_IMAGE = "busybox:1.37.0-musl"
#: The newest release of Kubernetes that this was tried on.
KUBERNETES_VERSION = "1.37"
#: Answers for a project's names with ``dns=project``; it needs CoreDNS's plugins rewrite, template, forward and ready.
DNS_IMAGE = "coredns/coredns:1.15.0"


class Options(NamedTuple):
    """The choices of one translation; every one has a flag of the same name on the command line.

    ``registry`` is where built images are pushed to (``host[:port][/prefix]``), ``pull_registry`` where nodes pull
    them from if that differs. ``registry_secret`` names a ``kubernetes.io/dockerconfigjson`` Secret.
    ``dependency_timeout`` and ``build_timeout`` are in seconds. ``server_side_apply`` says that the manifests are
    applied with ``kubectl apply --server-side``, which lets one object hold 1 MiB instead of a quarter of it.
    ``context_location`` is where contexts are fetched from, in the form that ``context_mode`` has, and
    ``context_secret`` names the Secret with credentials for it.
    ``context_timeout`` is how many seconds a Job waits while nothing of a streamed context arrives. ``streaming`` says
    that who applies the plan sends these contexts, as `up` and `build` do, ``collect`` that artefacts are fetched from
    ended containers, as `up --artifacts` does, and ``forwarded`` names services whose ports are bound where the plan is
    applied, as `up --publish` does: these are theirs to set, and have no flag.
    ``one_shot`` names services that run to their end although no other awaits it. ``kubernetes_version`` is the
    oldest release of the target (``1.N``). The defaults of requests and limits are written as in Compose (``0.5``,
    ``64m``) and hold for containers that say nothing; ``build_cpu_request`` and its like hold for the pods that build.
    ``image_rewrite`` holds ``FROM=TO`` prefixes of image names,
    ``device_resource`` ``NAME=RESOURCE``: the extended resource of a device driver, capability or generic resource.
    ``storage`` decides which volumes are claims; ``storage_size`` (a Kubernetes quantity), ``storage_class`` (default:
    the cluster's) and ``storage_access`` are what claims ask for.
    ``cluster_dns`` is the address of the cluster's DNS server, ``cluster_domain`` the domain that it serves.
    ``host_gateway`` is an address; ``up`` also takes ``runner``, the machine that it runs on.
    ``node_selector`` and ``label`` hold ``KEY=VALUE``, ``toleration`` ``KEY[=VALUE][:EFFECT]`` as for kubectl taint.
    ``registry_ca`` is the text (PEM) of the certificates that builds trust the registry by. ``ask_registry`` is where
    this program asks for what builds have pushed, if that differs from ``registry``, ``none`` for nowhere.
    ``insecure_registry`` are further hosts without TLS. ``resolve_images`` and ``registry_credentials`` say what is
    gathered before a translation.
    """

    registry: str | None = None
    pull_registry: str | None = None
    registry_secret: str | None = None
    registry_insecure: bool = False
    ask_registry: str | None = None
    insecure_registry: tuple[str, ...] = ()
    resolve_images: ResolveImages = ResolveImages.NONE
    registry_credentials: RegistryCredentials = RegistryCredentials.NONE
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
    context_mode: ContextMode = ContextMode.AUTO
    context_location: str | None = None
    context_secret: str | None = None
    context_timeout: int = 300
    streaming: bool = False
    collect: bool = False
    forwarded: tuple[str, ...] = ()
    workloads: Workloads = Workloads.POD
    one_shot: tuple[str, ...] = ()
    default_probe: DefaultProbe = DefaultProbe.NONE
    default_cpu_request: str | None = None
    default_memory_request: str | None = None
    default_cpu_limit: str | None = None
    default_memory_limit: str | None = None
    build_cpu_request: str | None = None
    build_memory_request: str | None = None
    build_cpu_limit: str | None = None
    build_memory_limit: str | None = None
    kubernetes_version: str = KUBERNETES_VERSION
    pod_security: PodSecurity = PodSecurity.PRIVILEGED
    image_rewrite: tuple[str, ...] = ()
    device_resource: tuple[str, ...] = ()

    storage: Storage = Storage.EPHEMERAL
    storage_class: str | None = None
    storage_size: str = "1Gi"
    storage_access: AccessMode = AccessMode.ONE_NODE

    expose: Expose = Expose.NONE
    network_policies: bool = False
    rewrite_hostnames: bool = False
    dns: Dns = Dns.CLUSTER
    dns_image: str = DNS_IMAGE
    namespace_mode: NamespaceMode = NamespaceMode.OWN
    cluster_dns: str | None = None
    cluster_domain: str = "cluster.local"

    registry_ca: str | None = None
    pull_secret: tuple[str, ...] = ()
    node_selector: tuple[str, ...] = ()
    toleration: tuple[str, ...] = ()
    label: tuple[str, ...] = ()
    http_proxy: str | None = None
    https_proxy: str | None = None
    no_proxy: str | None = None

    def knows(self, minor: int) -> bool:
        """Whether every cluster that the manifests are for is at least Kubernetes 1.``minor``."""
        return self.minor >= minor

    @property
    def minor(self) -> int:
        """``37`` of ``1.37``; what is no such version counts as the newest."""
        found = self.kubernetes_version.removeprefix("1.")
        return int(found) if found.isdecimal() else int(KUBERNETES_VERSION.removeprefix("1."))


#: What is chosen where nothing else is, when the objects go straight to a cluster.
IN_CLUSTER: Mapping[str, StrEnum] = MappingProxyType(
    {"resolve_images": ResolveImages.AUTO, "registry_credentials": RegistryCredentials.DOCKER}
)

#: Choices that change every pod after it was made.
_FINISHING = (
    "default_cpu_request",
    "default_memory_request",
    "default_cpu_limit",
    "default_memory_limit",
    "image_rewrite",
)


#: What the pods that build ask for.
BUILD_RESOURCES = ("build_cpu_request", "build_memory_request", "build_cpu_limit", "build_memory_limit")


def asks_for_finish(options: Options) -> bool:
    """Whether the pods are changed once more when all of them are made."""
    return options.pod_security is not PodSecurity.PRIVILEGED or any(getattr(options, name) for name in _FINISHING)


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
