"""``x-hybridcompose``: what a project says about Kubernetes, where Compose has no words for it.

Imported when a project has the key. The descriptions are the documentation: ``docs/reference/x-hybridcompose.md`` and
``schemas/x-hybridcompose.json`` are generated from them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from hybridcompose.spec.base import Tuple
from hybridcompose.spec.settings import (
    AbsolutePaths,
    AccessMode,
    Labels,
    ObjectName,
    ObjectNames,
    Port,
    Quantity,
    Setting,
    Tolerations,
    described,
)

_ACCEPT = "Codes of findings that are known and accepted: a warning of such a code becomes a note"


class HttpProbe(Setting):
    """A GET request; an answer from 200 to 399 is healthy."""

    path: str = described("Path, with a leading slash.", "/")
    port: Port = described("Port of the container.", ...)
    scheme: Literal["HTTP", "HTTPS"] = described("HTTPS certificates are not verified.", "HTTP")


class TcpProbe(Setting):
    """A connection that opens is healthy."""

    port: Port = described("Port of the container.", ...)


class Probe(Setting):
    """How the cluster finds out whether the service is healthy; one of the two. Without either: it never asks."""

    http: HttpProbe | None = described("A GET request; an answer from 200 to 399 is healthy.")
    tcp: TcpProbe | None = described("A connection that opens is healthy.")


def _probe(value: object) -> object:
    if value == "none":
        return Probe()
    if not isinstance(value, dict):
        raise ValueError("must be a probe: write none, or http: or tcp: below it")
    if {"http", "tcp"} <= value.keys() or not value:
        raise ValueError("must be one probe: write http: or tcp: below it")
    return value


def _also_none(schema: dict[str, Any]) -> None:
    schema.setdefault("anyOf", []).insert(0, {"const": "none"})


class PodSettings(Setting):
    """What services can have in common."""

    expose: Literal["none", "nodeport", "loadbalancer"] | None = described(
        "How published ports are reachable from outside the cluster."
    )
    service_account: ObjectName | None = described("ServiceAccount that the pod runs as; it gets the account's token.")
    pull_secrets: ObjectNames = described("Secrets with credentials for pulling the image.", ())
    node_selector: Labels = described("Labels of the nodes that the pod may run on.", {})
    tolerations: Tolerations = described(
        "Taints of nodes that the pod bears: `KEY`, `KEY=VALUE` or `KEY=VALUE:EFFECT`.", ()
    )
    container: dict[str, Any] = described("Fields merged into the container that runs the service.", {})
    pod: dict[str, Any] = described("Fields merged into the PodSpec.", {})
    manifest: dict[str, Any] = described("Fields merged into the whole object: Pod, Job, DaemonSet.", {})


class ServiceSettings(PodSettings):
    """`services.*.x-hybridcompose`."""

    accept: Tuple[str] = described(f"{_ACCEPT}, where it is about this service.", ())
    kind: Literal["service", "job"] | None = described(
        "`job`: the service runs to its end, as a Job that counts the attempts of `restart: on-failure:N`; "
        "it is not restarted otherwise."
    )
    probe: Annotated[Probe | None, BeforeValidator(_probe)] = described(
        "Instead of the health check's command: `http`, `tcp`, or `none` for no check. Its times are those of "
        "`healthcheck`.",
        json_schema_extra=_also_none,
    )
    artefacts: AbsolutePaths = described(
        "Directories of the container, or files in its volumes, that are results: `up --artifacts` fetches them.", ()
    )


class ClaimSettings(Setting):
    """What volumes can have in common."""

    storage_class: ObjectName | None = described("StorageClass of the claim.")
    size: Quantity | None = described("Size of the claim, as Kubernetes writes it: `10Gi`.")
    access_mode: AccessMode | None = described("How many nodes may mount the claim, and how.")


class VolumeSettings(ClaimSettings):
    """`volumes.*.x-hybridcompose`: the claim that holds the volume, where one does."""

    accept: Tuple[str] = described(f"{_ACCEPT}, where it is about this volume.", ())
    copy_from: ObjectName | None = described(
        "Name of a claim whose content the volume begins with: it is copied into the volume while that is empty."
    )


class NetworkSettings(Setting):
    """`networks.*.x-hybridcompose`."""

    accept: Tuple[str] = described(f"{_ACCEPT}, where it is about this network.", ())


class Defaults(Setting):
    """What holds for every service and every volume that does not give the same key itself."""

    service: PodSettings | None = described("For every service.")
    volume: ClaimSettings | None = described("For every volume that is not external.")


class ProjectSettings(Setting):
    """The top-level `x-hybridcompose`."""

    accept: Tuple[str] = described(f"{_ACCEPT}.", ())
    defaults: Defaults | None = described(
        "What holds for every service and volume; a key that the element gives replaces the default as a whole."
    )


#: Where the key may stand, and what it holds there.
PLACES: dict[str, type[Setting]] = {
    "": ProjectSettings,
    "services.*": ServiceSettings,
    "volumes.*": VolumeSettings,
    "networks.*": NetworkSettings,
}
