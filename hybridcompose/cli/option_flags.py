"""A flag for every field of ``Options``, so that the library and the command line cannot differ."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, get_type_hints

import click

from hybridcompose.translate.options import IN_CLUSTER, Options

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

#: What ``--help`` says. Every field has its line (a test compares).
HELP = {
    "registry": "Push built images to this registry (HOST[:PORT][/PREFIX]).",
    "pull_registry": "Nodes pull built images from here, where that differs from --registry.",
    "registry_secret": "kubernetes.io/dockerconfigjson Secret for pushing and pulling.",
    "registry_insecure": "The registry speaks plain HTTP.",
    "ask_registry": "Ask here which images are built already, where that is not --registry; none: do not ask.",
    "insecure_registry": "Further registry (HOST[:PORT]) that speaks plain HTTP; repeatable.",
    "resolve_images": "Ask registries for digests and configurations of images, where they answer.",
    "registry_credentials": "Credentials of builds and pods, where no Secret is named: none, or those of docker login.",
    "namespace": "Namespace of all objects (default: the one that kubectl applies to).",
    "ordering": "How depends_on holds: init containers wait, or nothing does.",
    "secrets": "Name the Secrets that must exist, or print their values.",
    "kaniko_image": "Builder image.",
    "tool_image": "Image of helper containers, with a shell and busybox's tools.",
    "allow_host_access": "Allow binds outside the project, host namespaces and devices.",
    "host_gateway": "Address for host-gateway in extra_hosts; runner: the machine of up.",
    "dependency_timeout": "Seconds that a service waits for its dependencies.",
    "server_side_apply": "The manifests are for kubectl apply --server-side: an object may hold 1 MiB.",
    "build_timeout": "Seconds after which a build has failed.",
    "context_mode": "Build contexts: configmap, in objects; stream, sent by up and build; auto, sent if too large;"
    " others are fetched from there.",
    "context_location": "Where: URL#REF:DIRECTORY (git), CLAIM/DIRECTORY (pvc), the URL that archives lie under.",
    "context_secret": "Secret with the credentials for it.",
    "context_timeout": "Seconds that a build waits while nothing of a streamed context arrives.",
    "workloads": "A service is pods of its own, or a Deployment (StatefulSet with a claim, Job for one-shots).",
    "one_shot": "Service that runs to its end, also where no other awaits that; repeatable.",
    "default_probe": "A service without a health check is ready when it runs, or when its published port is open.",
    "default_cpu_request": "Cores (0.5) that a container requests if it says nothing.",
    "default_memory_request": "Memory (64m) that a container requests if it says nothing.",
    "default_cpu_limit": "Cores that a container may use if it says nothing.",
    "default_memory_limit": "Memory that a container may use if it says nothing.",
    "build_cpu_request": "Cores that a build requests.",
    "build_memory_request": "Memory (512m) that a build requests.",
    "build_cpu_limit": "Cores that a build may use.",
    "build_memory_limit": "Memory that a build may use.",
    "kubernetes_version": "Oldest Kubernetes release (1.N) that the manifests are for.",
    "pod_security": "Pod Security Standard that every pod must fit.",
    "image_rewrite": "Pull images whose name begins with FROM from TO instead (FROM=TO); repeatable.",
    "device_resource": "Extended resource of a device driver or generic resource (NAME=RESOURCE); repeatable.",
    "storage": "Volumes end with the pods that use them, or each is a PersistentVolumeClaim.",
    "storage_class": "StorageClass of claims (default: the cluster's).",
    "storage_size": "Size of a claim.",
    "storage_access": "Access mode of claims: with ReadWriteMany pods that share a volume run on any node.",
    "expose": "Reach published ports from outside through a further Service of this type.",
    "network_policies": "Keep services apart that share no network (needs a cluster that enforces NetworkPolicies).",
    "rewrite_hostnames": "Write changed host names into environments and commands that mention them.",
    "dns": "Who answers for names: the cluster, or a server of the project that knows every name verbatim.",
    "dns_image": "CoreDNS image for --dns project.",
    "namespace_mode": "The namespace is the project's own, or shared with other projects and runs.",
    "cluster_dns": "Address of the cluster's DNS server: spares shared pods an init container.",
    "cluster_domain": "Domain of the cluster's Services.",
    "registry_ca": "File with the certificates (PEM) that builds trust the registry by.",
    "pull_secret": "Secret with credentials for pulling, for every pod; repeatable.",
    "node_selector": "Label that the nodes of every pod have (KEY=VALUE); repeatable.",
    "toleration": "Taint that every pod bears (KEY[=VALUE][:EFFECT]); repeatable.",
    "label": "Label of every object (KEY=VALUE); repeatable.",
    "http_proxy": "HTTP_PROXY of builds and services that set none.",
    "https_proxy": "HTTPS_PROXY of builds and services that set none.",
    "no_proxy": "NO_PROXY of builds and services that set none; name the services here.",
}
_SHORT = {"namespace": "-n"}


def _content(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """The text of a file. What holds certificates already is taken as it is."""
    if value is None or "-----BEGIN" in value:
        return value
    try:
        with open(value, encoding="utf-8") as stream:
            return stream.read()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise click.BadParameter(f"cannot read {value}: {reason}", context, option) from None


#: Fields that hold what a file says.
_FILES: dict[str, dict[str, Any]] = {"registry_ca": {"callback": _content, "default": None, "metavar": "FILE"}}

_NO_DEFAULTS: Mapping[str, Any] = MappingProxyType({})
#: What the command decides, not its user.
WITHOUT_FLAG = frozenset({"streaming", "collect", "forwarded"})
#: What is no choice where the manifests go straight to a cluster.
_FIXED = WITHOUT_FLAG | {"namespace", "ordering", "secrets", "server_side_apply"}


def cluster_translation_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Decorates a command that runs what it translates: all flags but those that this decides."""
    return _decorated(function, without=_FIXED, defaults=IN_CLUSTER)


def one_off_translation_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same for ``run``, where ``--label`` is Docker Compose's."""
    return _decorated(function, without=_FIXED, renamed={"label": "--object-label"}, defaults=IN_CLUSTER)


def translation_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Decorates a command with the flags; each reaches it under the field's name."""
    return _decorated(function, without=WITHOUT_FLAG)


def _decorated(
    function: Callable[..., Any],
    *,
    without: Collection[str],
    renamed: Mapping[str, str] = MappingProxyType({}),
    defaults: Mapping[str, Any] = _NO_DEFAULTS,
) -> Callable[..., Any]:
    types = get_type_hints(Options)
    for field in reversed([field for field in Options._fields if field not in without]):
        flag = renamed.get(field, f"--{field.replace('_', '-')}")
        names = [*filter(None, [_SHORT.get(field)]), flag, field]
        variable = f"HYBRIDCOMPOSE_{field.upper()}"
        kind = _FILES.get(field) or _kind(defaults.get(field, Options._field_defaults[field]), types[field])
        function = click.option(*names, help=HELP.get(field), envvar=variable, **kind)(function)
    return function


def _kind(default: Any, kind: Any) -> dict[str, Any]:
    if kind is bool:
        return {"is_flag": True, "default": default}
    if kind is int:
        return {"type": int, "default": default, "show_default": True, "metavar": "SECONDS"}
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        choice = click.Choice([member.value for member in kind])
        return {"type": choice, "default": default.value, "show_default": True}
    if str(kind).startswith("tuple"):
        return {"multiple": True, "default": default, "metavar": "TEXT"}
    return {"default": default, "show_default": default is not None, "metavar": "TEXT"}
