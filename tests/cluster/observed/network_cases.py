"""Host names, name servers, and who is found under which name."""

from __future__ import annotations

from tests.cluster.observed.case import ANYTHING, DOCUMENTED, MISSING, Difference, without
from tests.cluster.observed.leaves import OWN
from tests.cluster.observed.naming import asking
from tests.cluster.observed.reporting import reporting

_HOSTNAME = "services.{service}.hostname"


def _patient(*services: str) -> str:
    return "services:\n" + "".join(f"  {name}: {{environment: {{PROBE_RETRY: 20}}}}\n" for name in services)


_RENAMED = (("upperhost", "my-host"),)
NAMES = reporting(
    "names",
    "hostname",
    "domainname",
    "hosts",
    "resolv",
    "dns",
    "env",
    # A service's own name is in the cluster's DNS a moment after its start.
    override=_patient("host", "dom"),
    options=("--host-gateway=172.30.0.1",),
    differences=(
        *(Difference(f"{name}/hostname", new, "name-changed", "services.{service}.hostname") for name, new in _RENAMED),
        *(
            Difference(f"{name}/env:HOSTNAME", new, "name-changed", "services.{service}.hostname")
            for name, new in _RENAMED
        ),
        *(Difference(f"{name}/hosts:{new}", [OWN], "name-changed", _HOSTNAME) for name, new in _RENAMED),
        Difference("fqdnhost/hosts:a", MISSING, "approximated", _HOSTNAME),
        Difference("upperhost/hosts:My_Host", MISSING, "name-changed", _HOSTNAME),
        Difference("dom*/domainname", "(none)", "no-equivalent", "services.{service}.domainname"),
        Difference("dom*/hosts:*.example.test", MISSING, "no-equivalent", "services.{service}.domainname"),
        Difference("dom/dns:myhost.example.test", ANYTHING, "no-equivalent", "services.{service}.domainname"),
        Difference("dns/resolv:search", ANYTHING, "approximated", "services.dns.dns_search"),
        Difference("dnsnone/resolv:search", ANYTHING, "approximated", "services.dnsnone.dns_search"),
        Difference("dnsopt/resolv:option*", "5", "approximated", "services.dnsopt.dns_opt"),
    ),
)
#: Names as they are written, on the networks that they belong to.
_APART = ("--dns=project", "--network-policies")
DISCOVERY = asking(
    "discover",
    "dns",
    "tcp",
    asked_of=("linker", "web", "island"),
    override=without("hostnet", "inside", "nonet"),
    options=_APART,
    differences=(
        Difference("linker/dns:many", ["many"] * 3, DOCUMENTED, "pods.md: a link to a service of several containers"),
        Difference("*/dns:discover-many-2", "NXDOMAIN", DOCUMENTED, "pods.md: `PROJECT-SERVICE-2`"),
        Difference("linker/dns:discover-web-1", "NXDOMAIN", DOCUMENTED, "pods.md: beside a `container_name`"),
    ),
)
IDENTITIES = asking(
    "dns-ids",
    "dns",
    asked_of=("both", "plain"),
    options=_APART,
    differences=(
        Difference("*/dns:stopped", ANYTHING, DOCUMENTED, "pods.md: a container that has ended", always=False),
    ),
)
LOW_PORTS = reporting("port80-nonroot", "tcp", "sysctl", "uid")

CASES = (NAMES, DISCOVERY, IDENTITIES, LOW_PORTS)
