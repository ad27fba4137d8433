"""Ports, the networks a container joins, and the top-level networks.

Source: Compose Specification, "ports", "networks" (service), "Networks top-level element".
"""

# Annotations are values here, not text that pydantic would have to evaluate at every start.

from typing import TYPE_CHECKING, Annotated

from pydantic import BeforeValidator

from hybridcompose.spec.base import Spec, Strings
from hybridcompose.spec.deferred import deferred
from hybridcompose.spec.scalars import Bool, Int, Labels, Options, _text

if TYPE_CHECKING:
    from hybridcompose.spec.ipam import Ipam
else:
    Ipam = deferred("Ipam", "hybridcompose.spec.ipam")


class Port(Spec):
    """One entry of ``ports`` in long form: ``target`` is the container's port, ``published`` the host's."""

    name: str | None = None
    mode: str | None = None
    host_ip: str | None = None
    target: Int = 0
    published: Annotated[str | None, BeforeValidator(_text)] = None
    protocol: str | None = None
    app_protocol: str | None = None


class NetworkAttachment(Spec):
    """What a service says about one network that it joins."""

    aliases: Strings = ()
    driver_opts: Options = {}
    gw_priority: Int = 0
    interface_name: str | None = None
    ipv4_address: str | None = None
    ipv6_address: str | None = None
    link_local_ips: Strings = ()
    mac_address: str | None = None
    priority: Int = 0
    use_service_name_alias: Bool | None = None


class Network(Spec):
    """A top-level network; ``name`` is set by the loader."""

    ALWAYS = {"ipam": {}}

    name: str | None = None
    driver: str | None = None
    driver_opts: Options = {}
    ipam: Ipam | None = None
    external: Bool = False
    internal: Bool = False
    attachable: Bool = False
    labels: Labels = {}
    enable_ipv4: Bool | None = None
    enable_ipv6: Bool | None = None
