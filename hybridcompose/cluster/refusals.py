"""What an API server answers when it says no, as findings: which permission is missing, and what helps. Pure."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from hybridcompose.diagnostics import ClusterError, Code, Diagnostic, Severity


class Missing(NamedTuple):
    """A permission that an account does not have; ``namespace`` is empty where it is about the whole cluster."""

    account: str
    verb: str
    resource: str
    namespace: str = ""

    def __str__(self) -> str:
        where = f"in the namespace {self.namespace}" if self.namespace else "in the cluster"
        return f"{self.verb} {self.resource} {where}"


#: What every authorizer of Kubernetes answers. Source: k8s.io/apiserver, responsewriters.Forbidden.
_FORBIDDEN = re.compile(
    r'User "(?P<account>[^"]*)" cannot (?P<verb>\S+) resource "(?P<resource>[^"]*)" in API group "(?P<group>[^"]*)"'
    r'(?: in the namespace "(?P<namespace>[^"]*)")?'
)
_ASK = "hybridcompose rbac prints the role that the commands need: have it applied, or name another namespace with -n"
#: What helps, by what the server's message holds. Sources: Kubernetes' admission plugins of these names.
_BY_TEXT = (
    ("exceeded quota", "free some of the namespace's quota, or ask for more: kubectl describe quota shows it"),
    ("failed quota", "the quota wants these set: give --default-cpu-limit, --default-memory-limit and their requests"),
    ("violates PodSecurity", "choose --pod-security as the namespace demands, or a namespace that allows more"),
    ("usage per", "the namespace has a LimitRange: change deploy.resources, or the defaults for what says nothing"),
    ("denied the request", "an admission rule of the cluster says no: change what it names, or ask who runs it"),
)
_BY_STATUS = {
    401: "the credentials of the kubeconfig are not valid any more: log in again",
    403: "ask for the permission, or name a namespace that you may use with --namespace",
}
_VERBS = {"CONNECT": "open", "DELETE": "delete", "GET": "read", "PATCH": "apply", "POST": "make"}


def missing_permission(message: str) -> Missing | None:
    """The permission that a server's message is about, where it is about one."""
    found = _FORBIDDEN.search(message)
    if found is None:
        return None
    resource = f"{found['resource']}.{found['group']}" if found["group"] else found["resource"]
    return Missing(found["account"], found["verb"], resource, found["namespace"] or "")


def refused(message: str, remedy: str | None = None, status: int | None = None) -> ClusterError:
    """The error for what a cluster does not do. ``status`` is the HTTP status, where there is one."""
    return ClusterError([Diagnostic(Code.CLUSTER_REFUSED, Severity.ERROR, message, remedy=remedy)], status)


def not_allowed(missing: Missing, status: int | None = 403) -> ClusterError:
    """The error for a permission that an account does not have."""
    account = f"the account {missing.account}" if missing.account else "the account"
    message = f"{account} may not {missing}"
    return ClusterError([Diagnostic(Code.MISSING_PERMISSION, Severity.ERROR, message, remedy=_ASK)], status)


def refusal(status: int, data: bytes, method: str, path: str) -> ClusterError:
    """The error for an answer of the API server. ``data`` is its body, ``method`` and ``path`` what was asked."""
    told = _message(data)
    missing = missing_permission(told) if status == 403 else None
    if missing is not None:
        return not_allowed(missing)
    remedy = next((help_ for text, help_ in _BY_TEXT if text in told), _BY_STATUS.get(status))
    if "/secrets" in path:
        # A refused object is quoted in the answer.
        told = "the server's answer is not shown, because it may quote the secret"
    return refused(f"the API server refuses to {_VERBS.get(method, method)} {_named(path)}: {told}", remedy, status)


def _named(path: str) -> str:
    """``pods/web in the namespace ci`` for the address of that pod."""
    namespace, *rest = path.partition("/namespaces")[2].strip("/").split("/")
    return f"{'/'.join(rest)} in the namespace {namespace}" if rest else f"the namespace {namespace}".rstrip()


def _message(data: bytes) -> str:
    try:
        told = json.loads(data)["message"]
    except (ValueError, KeyError, TypeError):
        told = data.decode(errors="replace")
    return " ".join(str(told).split())[:600] or "no reason given"
