"""``--dns project``: a DNS server of the project's own, which knows every name verbatim, as Docker's does.

A pod with CoreDNS turns names into those of Services, which the cluster's server then answers; all else is passed on
unchanged. It listens on one port for each view (see ``dns_views``); a Service with a cluster address stands before
each port. That address is not known when manifests are made: an init container of every pod looks it up.
Sources: CoreDNS, plugins "rewrite", "template", "forward"; Kubernetes, "DNS for Services and Pods".
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from hybridcompose.plan import KubeName, Resource
from hybridcompose.plan.labels import PROJECT, ROLE
from hybridcompose.translate.labels import label_value, object_labels
from hybridcompose.translate.names import object_name, unused_name
from hybridcompose.translate.ordering import TOOL_SECURITY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hybridcompose.plan import Manifest
    from hybridcompose.translate.dns_views import View
    from hybridcompose.translate.scope import ProjectScope

_STEM = "hybridcompose-dns"
FIRST_PORT = 1053
_READY_PORT = 8181
#: Stands for the domain of the namespace's Services, which only a pod in it knows.
_DOMAIN = "@DOMAIN@"
_COREFILE = "Corefile"

#: Fills the domain in.
_SCRIPT = f"""\
while read -r key first rest; do
  [ "$key" = search ] && domain=$first
done </etc/resolv.conf
[ -n "$domain" ] || {{ echo "hybridcompose: /etc/resolv.conf names no domain of the namespace" >&2; exit 1; }}
sed "s/{_DOMAIN}/$domain/g" /template/{_COREFILE} >/etc/coredns/{_COREFILE}
"""


def server_name(root: ProjectScope, number: int = 0) -> KubeName:
    """The Service of a view; the first one's name is also that of the server's other objects."""
    parts = (root.names.prefix, _STEM, str(number + 1) if number else "")
    return unused_name(object_name(*filter(None, parts)), root.once(_taken))


def _taken(root: ProjectScope) -> frozenset[str]:
    return root.names.of_services()


def selector(root: ProjectScope) -> dict[str, str]:
    """The label by which the server's pod is found."""
    return {PROJECT: label_value(root.project.name), ROLE: "dns"}


def dns_server(root: ProjectScope) -> Iterator[Resource]:
    """The server: its configuration, its pod, and a Service for each view. Nothing where no service asks."""
    views = root.names.views
    if views is None or not views.views:
        return
    corefile = "".join(_block(number, view) for number, view in enumerate(views.views))
    yield Resource(_config_map(root, corefile), ("networks",), "the names that the project's DNS server knows")
    yield Resource(_deployment(root, corefile, len(views.views)), ("networks",), "answers for the project's names")
    for number in range(len(views.views)):
        askers = ", ".join(name for name, found in sorted(views.of_service.items()) if found == number)
        yield Resource(_service(root, number), ("networks",), f"the DNS server as {askers} see it")


def _block(number: int, view: View) -> str:
    """The server block of one view."""
    lines = ["errors"]
    if number == 0:
        lines.append(f"ready :{_READY_PORT}")
    lines += [f"rewrite name exact {name}. {target}.{_DOMAIN}." for name, target in view.names.items()]
    lines += [f"rewrite name exact {alias}. {_outside(target)}" for alias, target in view.external.items()]
    if view.hidden:
        # The whole name: there are top-level domains that are called as services are.
        lines.append(f'template ANY ANY {{\n        match "^({"|".join(view.hidden)})[.]$"')
        lines[-1] += "\n        rcode NXDOMAIN\n        fallthrough\n    }"
    if view.servers:
        lines.append(f"forward {_DOMAIN} /etc/resolv.conf")
    lines.append(f"forward . {' '.join(view.servers) or '/etc/resolv.conf'}")
    return f".:{FIRST_PORT + number} {{\n" + "".join(f"    {line}\n" for line in lines) + "}\n"


def _outside(target: str) -> str:
    """A Service of the same namespace, or a whole name."""
    return f"{target}." if "." in target else f"{target}.{_DOMAIN}."


def _config_map(root: ProjectScope, corefile: str) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": server_name(root), "labels": object_labels(root)},
        "data": {_COREFILE: corefile},
    }


def _service(root: ProjectScope, number: int) -> Manifest:
    ports = [
        {"name": name, "port": 53, "protocol": protocol, "targetPort": FIRST_PORT + number}
        for name, protocol in (("dns", "UDP"), ("dns-tcp", "TCP"))
    ]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": server_name(root, number), "labels": object_labels(root)},
        "spec": {"selector": selector(root), "ports": ports},
    }


def _deployment(root: ProjectScope, corefile: str, views: int) -> Manifest:
    """A Deployment, because it can be changed in place; its pods are named by what they answer."""
    labels = {**object_labels(root), ROLE: "dns"}
    digest = hashlib.sha256(corefile.encode()).hexdigest()[:16]
    template = {
        "metadata": {"labels": labels, "annotations": {"hybridcompose.io/corefile": digest}},
        "spec": _pod(root, views),
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": server_name(root), "labels": labels},
        "spec": {"replicas": 1, "selector": {"matchLabels": selector(root)}, "template": template},
    }


def _pod(root: ProjectScope, views: int) -> Manifest:
    return {
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": 1,
        "initContainers": [_write_corefile(root)],
        "containers": [_coredns(root, views)],
        "volumes": [
            {"name": "template", "configMap": {"name": server_name(root)}},
            {"name": "config", "emptyDir": {}},
        ],
    }


def _write_corefile(root: ProjectScope) -> Manifest:
    return {
        "name": "write-corefile",
        "image": root.options.tool_image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["sh", "-c", _SCRIPT],
        "securityContext": TOOL_SECURITY,
        "terminationMessagePolicy": "FallbackToLogsOnError",
        "volumeMounts": [
            {"name": "template", "mountPath": "/template", "readOnly": True},
            {"name": "config", "mountPath": "/etc/coredns"},
        ],
    }


def _coredns(root: ProjectScope, views: int) -> Manifest:
    ports = range(FIRST_PORT, FIRST_PORT + views)
    return {
        "name": "coredns",
        "image": root.options.dns_image,
        "imagePullPolicy": "IfNotPresent",
        "args": ["-conf", f"/etc/coredns/{_COREFILE}"],
        "ports": [{"containerPort": port, "protocol": protocol} for port in ports for protocol in ("UDP", "TCP")],
        "readinessProbe": {"httpGet": {"path": "/ready", "port": _READY_PORT}, "periodSeconds": 1},
        # The published image's program has this capability in its file: without it, it cannot be started at all.
        "securityContext": {**TOOL_SECURITY, "capabilities": {"add": ["NET_BIND_SERVICE"], "drop": ["ALL"]}},
        "volumeMounts": [{"name": "config", "mountPath": "/etc/coredns", "readOnly": True}],
    }
