"""Host names, name servers, and who is found under which name."""

from __future__ import annotations

from tests.cluster.observed.naming import asking
from tests.cluster.observed.reporting import reporting

NAMES = reporting("names", "hostname", "domainname", "hosts", "resolv", "dns", "env")
DISCOVERY = asking(
    "discover",
    "dns",
    "tcp",
    asked_of=("linker", "web", "island"),
    override="services: {hostnet: !reset null, inside: !reset null, nonet: !reset null}\n",
    options=("--dns=project", "--network-policies"),
)
IDENTITIES = asking("dns-ids", "dns", asked_of=("both", "plain"), options=("--dns=project", "--network-policies"))
LOW_PORTS = reporting("port80-nonroot", "tcp", "sysctl", "uid")

CASES = (NAMES, DISCOVERY, IDENTITIES, LOW_PORTS)
