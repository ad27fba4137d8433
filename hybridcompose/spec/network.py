"""Ports, the networks a container joins, and the top-level networks.

Source: Compose Specification, "ports", "networks" (service), "Networks top-level element".
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator

from hybridcompose.spec.base import Spec, Strings, Tuple
from hybridcompose.spec.scalars import Bool, Int, Labels, Options, _text


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


class IpamPool(Spec):
    subnet: str | None = None
    gateway: str | None = None
    ip_range: str | None = None
    aux_addresses: Options = {}


class Ipam(Spec):
    driver: str | None = None
    config: Tuple[IpamPool] = ()
    options: Options = {}


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
