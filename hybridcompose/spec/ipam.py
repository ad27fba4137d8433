"""How a network's addresses are managed. Source: Compose Specification, "ipam"."""

from __future__ import annotations

from hybridcompose.spec.base import Spec, Tuple
from hybridcompose.spec.scalars import Options


class IpamPool(Spec):
    subnet: str | None = None
    gateway: str | None = None
    ip_range: str | None = None
    aux_addresses: Options = {}


class Ipam(Spec):
    driver: str | None = None
    config: Tuple[IpamPool] = ()
    options: Options = {}
