"""An organisation's settings: the shape of the configuration file.

The descriptions are the documentation: ``docs/reference/configuration.md`` and ``schemas/configuration.json`` are
generated from them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from hybridcompose.spec.settings import (
    AccessMode,
    Hosts,
    Labels,
    ObjectName,
    ObjectNames,
    Quantity,
    Setting,
    Tolerations,
    described,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


class Registry(Setting):
    """Where built images go."""

    push: str | None = described("Builds push to this registry: `HOST[:PORT][/PREFIX]`.")
    pull: str | None = described("Nodes pull from here, where that differs.")
    secret: ObjectName | None = described("`kubernetes.io/dockerconfigjson` Secret for pushing and pulling.")
    insecure: bool | None = described("The registry speaks plain HTTP.")
    ask: str | None = described(
        "Programs that run here ask this one for images that are built already, where that is not `push`; `none`: "
        "they do not ask."
    )
    ca: str | None = described(
        "File with the certificates (PEM) that builds trust the registry by, relative to this file. What nodes trust "
        "is a setting of the nodes."
    )


class Images(Setting):
    """Where images come from."""

    rewrites: dict[str, str] = described("Beginnings of image names, and what stands for them: mirrors.", {})
    insecure: Hosts = described("Further registries (`HOST[:PORT]`) that speak plain HTTP.", ())
    kaniko: str | None = described("Builder image.")
    tool: str | None = described("Image of helper containers, with a shell and busybox's tools.")
    dns: str | None = described("Image of the projects' own DNS servers.")


class Pods(Setting):
    """What every pod gets, builds included."""

    pull_secrets: ObjectNames = described("Secrets with credentials for pulling.", ())
    node_selector: Labels = described("Labels of the nodes that pods may run on.", {})
    tolerations: Tolerations = described("Taints of nodes: `KEY`, `KEY=VALUE` or `KEY=VALUE:EFFECT`.", ())
    labels: Labels = described("Labels of every object.", {})
    security: Literal["restricted", "baseline", "privileged"] | None = described(
        "Pod Security Standard that the pods must fit."
    )


class Amounts(Setting):
    """CPU and memory, as in Compose."""

    cpu: str | None = described('Cores: `"0.5"`.')
    memory: str | None = described("Bytes, with Compose's units: `64m`.")


class Resources(Setting):
    """For containers that ask for none."""

    requests: Amounts | None = described("What a container is given at least.")
    limits: Amounts | None = described("What a container is given at most.")
    build_requests: Amounts | None = described("What a build is given at least.")
    build_limits: Amounts | None = described("What a build is given at most.")


class Proxies(Setting):
    """Proxies of builds and services that set none themselves."""

    http: str | None = described("`HTTP_PROXY`, in both cases.")
    https: str | None = described("`HTTPS_PROXY`, in both cases.")
    no_proxy: str | None = described("`NO_PROXY`, in both cases. Name the services of the projects here.")


class Storage(Setting):
    """Claims for volumes, where the project says nothing else."""

    storage_class: ObjectName | None = Field(default=None, alias="class", description="StorageClass.")
    size: Quantity | None = described("Size of each claim: `10Gi`.")
    access_mode: AccessMode | None = described("How many nodes may mount each claim, and how.")


class Configuration(Setting):
    """The configuration file. Everything in it is optional."""

    registry: Registry | None = described("Where built images go.")
    images: Images | None = described("Where images come from.")
    pods: Pods | None = described("What every pod gets, builds included.")
    resources: Resources | None = described("For containers that ask for none.")
    proxies: Proxies | None = described("Proxies of builds and services that set none themselves.")
    storage: Storage | None = described("Claims for volumes, where the project says nothing else.")
    options: dict[str, Any] = described(
        "Any other option of the command line by its name, dashes as underscores: `build_timeout: 1800`.", {}
    )


#: The option that a setting is a default of. Mappings are given as ``KEY=VALUE`` texts.
OPTIONS: dict[tuple[str, ...], str] = {
    ("registry", "push"): "registry",
    ("registry", "pull"): "pull_registry",
    ("registry", "secret"): "registry_secret",
    ("registry", "insecure"): "registry_insecure",
    ("registry", "ask"): "ask_registry",
    ("registry", "ca"): "registry_ca",
    ("images", "rewrites"): "image_rewrite",
    ("images", "insecure"): "insecure_registry",
    ("images", "kaniko"): "kaniko_image",
    ("images", "tool"): "tool_image",
    ("images", "dns"): "dns_image",
    ("pods", "pull_secrets"): "pull_secret",
    ("pods", "node_selector"): "node_selector",
    ("pods", "tolerations"): "toleration",
    ("pods", "labels"): "label",
    ("pods", "security"): "pod_security",
    ("resources", "requests", "cpu"): "default_cpu_request",
    ("resources", "requests", "memory"): "default_memory_request",
    ("resources", "limits", "cpu"): "default_cpu_limit",
    ("resources", "limits", "memory"): "default_memory_limit",
    ("resources", "build_requests", "cpu"): "build_cpu_request",
    ("resources", "build_requests", "memory"): "build_memory_request",
    ("resources", "build_limits", "cpu"): "build_cpu_limit",
    ("resources", "build_limits", "memory"): "build_memory_limit",
    ("proxies", "http"): "http_proxy",
    ("proxies", "https"): "https_proxy",
    ("proxies", "no_proxy"): "no_proxy",
    ("storage", "storage_class"): "storage_class",
    ("storage", "size"): "storage_size",
    ("storage", "access_mode"): "storage_access",
}


def given_options(configuration: Configuration) -> Iterator[tuple[tuple[str, ...], str, Any]]:
    """Where each setting that is given stands, the option that it is for, and its value."""
    for path, option in OPTIONS.items():
        value: Any = configuration
        for part in path:
            value = getattr(value, part, None)
        if value:
            texts = tuple(f"{key}={entry}" for key, entry in value.items()) if isinstance(value, dict) else value
            yield ("storage", "class") if path[-1] == "storage_class" else path, option, texts
    for name, value in configuration.options.items():
        yield ("options", name), name, tuple(value) if isinstance(value, list) else value
