"""Where a pod looks names up, where the cluster's own settings would not do: its ``/etc/resolv.conf``.

The kubelet gives all containers of a pod one such file. An init container that runs as root may write it, and all that
start later see what it wrote, whoever they run as (seen with containerd).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code
from hybridcompose.translate.escape import escape_all
from hybridcompose.translate.names import has_own_network, unused_name
from hybridcompose.translate.network import overrides_hostname
from hybridcompose.translate.options import Dns
from hybridcompose.translate.ordering import TOOL_SECURITY

if TYPE_CHECKING:
    from hybridcompose.plan import Manifest
    from hybridcompose.translate.scope import PodDraft, ServiceScope

CONTAINER = "set-up-dns"

#: Names are asked for in full. The server is there once it answers for its own Service, through the cluster's server.
SERVER_SCRIPT = """\
# Arguments: the seconds to wait, the DNS server's Service, its selector, then further lines of /etc/resolv.conf.
limit=$1 name=$2 selector=$3
shift 3
while read -r key first rest; do
  [ "$key" = search ] && domain=$first
done </etc/resolv.conf
seconds() { read -r up rest </proc/uptime; up=${up%.*}; }
address() { nslookup -type="$1" "$name.$domain." 2>/dev/null | sed -n 's/^Address: *\\([0-9a-f.:]*[0-9a-f]\\)$/\\1/p'; }
seconds
end=$((up + limit))
until
  server=$(address a | tail -n 1)
  [ -n "$server" ] || server=$(address aaaa | tail -n 1)
  [ -n "$server" ] && nslookup -type=a "$name.$domain." "$server" >/dev/null 2>&1
do
  seconds
  if [ "$up" -ge "$end" ]; then
    echo "hybridcompose: the project's DNS server was not there within $limit s." \\
      "Look at: kubectl describe pod -l $selector; kubectl logs -l $selector --all-containers" >&2
    exit 1
  fi
  sleep 0.3
done
{ echo "nameserver $server"; for line; do echo "$line"; done; } >/etc/resolv.conf
"""

SEARCH_SCRIPT = """\
# Argument: the project's part of the domain that is searched first.
lines=$(
  while read -r key rest; do
    [ "$key" = search ] && rest="$1.${rest%% *} $rest"
    echo "$key $rest"
  done </etc/resolv.conf
)
echo "$lines" >/etc/resolv.conf
"""


def resolver(scope: ServiceScope, draft: PodDraft) -> None:
    """Lets the pod ask the project's own DNS server, or search the project's own domain first."""
    if scope.options.dns is Dns.PROJECT:
        _ask_own_server(scope, draft)
    elif has_own_network(scope.service):
        _search_own_domain(scope, draft)


def _ask_own_server(scope: ServiceScope, draft: PodDraft) -> None:
    from hybridcompose.translate.dns_server import selector, server_name

    views = scope.names.views
    if views is None or scope.name not in views.of_service:
        return
    chosen = ",".join(f"{label}={value}" for label, value in selector(scope.root).items())
    service = server_name(scope.root, views.of_service[scope.name])
    arguments = [str(scope.options.dependency_timeout), service, chosen, *_lines(scope)]
    draft.init_containers.append((draft.NAMES, _container(scope, SERVER_SCRIPT, arguments)))


def _lines(scope: ServiceScope) -> list[str]:
    """As Docker writes them: no search domain of its own, and names without a dot are asked for as they are."""
    service = scope.service
    searches = [domain for domain in service.dns_search if domain != "."]
    options = list(service.dns_opt)
    if not any(option.startswith("ndots:") for option in options):
        options.append("ndots:0")
    return [*([f"search {' '.join(searches)}"] if searches else []), f"options {' '.join(options)}"]


def _search_own_domain(scope: ServiceScope, draft: PodDraft) -> None:
    """The pod is known as its service below the project's headless Service, whose domain is searched first."""
    draft.pod["hostname"] = scope.names.hosts[scope.name]
    draft.pod["subdomain"] = scope.names.prefix
    if (scope.service.hostname or "").lower() not in ("", scope.names.hosts[scope.name]):
        own = overrides_hostname(scope, draft)
        message = (
            f"others find the container as {draft.pod['hostname']!r}, not by its host name"
            if own
            else f"the container's own host name is {draft.pod['hostname']!r}: others find it by that name"
        )
        remedy = "choose --dns project, which needs no host names"
        scope.report.note(Code.NAME_CHANGED, scope.path("hostname"), message, remedy)
    if scope.options.cluster_dns:
        _known_server(scope, draft, scope.options.cluster_dns)
        return
    draft.init_containers.append((draft.NAMES, _container(scope, SEARCH_SCRIPT, [scope.names.prefix])))


def _known_server(scope: ServiceScope, draft: PodDraft, address: str) -> None:
    options = scope.options
    if not _is_address(address):
        message = f"--cluster-dns {address} is no address"
        scope.report.error(Code.INVALID_OPTION, (), message, "give the cluster address of the cluster's DNS Service")
        return
    if options.namespace is None:
        message = "with --cluster-dns the namespace must be known, because its domain is searched"
        scope.report.error(Code.INVALID_OPTION, (), message, "give --namespace, or leave --cluster-dns out")
        return
    domain = f"svc.{options.cluster_domain}"
    own = f"{options.namespace}.{domain}"
    given: Manifest = draft.pod.get("dnsConfig", {})
    draft.pod["dnsPolicy"] = "None"
    draft.pod["dnsConfig"] = {
        "nameservers": [address, *given.get("nameservers", ())],
        "searches": [f"{scope.names.prefix}.{own}", own, domain, options.cluster_domain, *given.get("searches", ())],
        "options": given.get("options") or [{"name": "ndots", "value": "5"}],
    }


def _is_address(text: str) -> bool:
    from ipaddress import ip_address

    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _container(scope: ServiceScope, script: str, arguments: list[str]) -> Manifest:
    return {
        "name": unused_name(CONTAINER, (scope.kube_name,)),
        "image": scope.options.tool_image,
        "imagePullPolicy": "IfNotPresent",
        "command": escape_all(["sh", "-c", script, CONTAINER]),
        "args": arguments,
        # The file belongs to root, and is read-only where the root file system is.
        "securityContext": {**TOOL_SECURITY, "readOnlyRootFilesystem": False, "runAsUser": 0, "runAsGroup": 0},
        "terminationMessagePolicy": "FallbackToLogsOnError",
    }
