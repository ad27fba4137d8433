"""The ports of a container: what it listens on, whether published, exposed or both.

Every port of a pod is open to the others, so declared ports are information; the cluster's tools and probes read it.
Source: Compose Specification, "ports" and "expose".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.diagnostics import Code
from hybridcompose.spec.scalars import digits
from hybridcompose.translate.options import Expose
from hybridcompose.translate.registry.row import KeyClass, Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.plan import Manifest
    from hybridcompose.translate.scope import Concern, PodDraft, ServiceScope

_EXPOSED = re.compile(r"(\d+)(?:-(\d+))?(?:/([a-zA-Z]+))?")
_LAST = 65535
_PROTOCOLS = ("TCP", "UDP", "SCTP")
#: Kubernetes allows service names of RFC 6335 for ports.
_NAME_LIMIT = 15


class _Declared(NamedTuple):
    number: int
    protocol: str
    path: ComposePath
    name: str = ""


def ports(scope: ServiceScope, draft: PodDraft) -> None:
    """The container's ports, each number and protocol once; the first name that is given for it holds."""
    found: dict[tuple[int, str], str] = {}
    for port in (*_of_ports(scope), *_of_expose(scope)):
        if _is_valid(scope, port):
            known = found.get((port.number, port.protocol))
            found[port.number, port.protocol] = known or (port.name and _unused(port_name(port.name), found.values()))
    if found:
        draft.container["ports"] = [_manifest(number, protocol, name) for (number, protocol), name in found.items()]
    _note_published(scope)


def port_name(name: str) -> str:
    """``name`` as Kubernetes allows it: at most 15 letters, digits and single dashes, one letter among them."""
    text = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:_NAME_LIMIT].rstrip("-")
    return text if re.search("[a-z]", text) else ""


def _unused(name: str, taken: Iterable[str]) -> str:
    return "" if name in taken else name


def _manifest(number: int, protocol: str, name: str) -> Manifest:
    port: Manifest = {"containerPort": number, "protocol": protocol}
    return {"name": name, **port} if name else port


def _of_ports(scope: ServiceScope) -> Iterator[_Declared]:
    for index, port in enumerate(scope.service.ports):
        path = scope.path("ports", index)
        yield _Declared(port.target, (port.protocol or "tcp").upper(), path, port.name or "")


def _of_expose(scope: ServiceScope) -> Iterator[_Declared]:
    for index, text in enumerate(scope.service.expose):
        path = scope.path("expose", index)
        match = _EXPOSED.fullmatch(text)
        first, last = (digits(match[1]) or 0, digits(match[2] or match[1]) or 0) if match else (0, 0)
        if match is None or not 1 <= first <= last <= _LAST:
            message = f"{text!r} is not a port"
            scope.report.error(Code.INVALID_VALUE, path, message, 'write a port or a range, such as "3000-3005/udp"')
            continue
        for number in range(first, last + 1):
            yield _Declared(number, (match[3] or "tcp").upper(), path)


def _is_valid(scope: ServiceScope, port: _Declared) -> bool:
    if 1 <= port.number <= _LAST and port.protocol in _PROTOCOLS:
        return True
    message = f"{port.number}/{port.protocol.lower()} is not a port that a container can listen on"
    scope.report.error(Code.INVALID_VALUE, port.path, message, "write a number from 1 to 65535, and tcp, udp or sctp")
    return False


def exposed_as(scope: ServiceScope) -> Expose:
    """How the service is reached from outside: as it says itself, else as the options say."""
    own = scope.settings.expose if scope.settings is not None else None
    return scope.options.expose if own is None else Expose(own)


def _note_published(scope: ServiceScope) -> None:
    """Once for each service: the ports after the first would say the same."""
    if exposed_as(scope) is not Expose.NONE or scope.name in scope.options.forwarded:
        return
    for index, port in enumerate(scope.service.ports):
        if port.published:
            scope.report.approximated(_PUBLISHED, scope.path("ports", index, "published"))
            return


CONCERNS: tuple[Concern, ...] = (ports,)

_FIELD = "containers[].ports[]"
_NO_HOST = "No port of a machine is bound: there is nothing for it to choose."

_PUBLISHED = Row(
    "services.*.ports[].published",
    KeyClass.APPROXIMATED,
    _FIELD,
    ports,
    "The port is reachable inside the cluster, under the service's name and the container's port; "
    "no port of a machine is bound.",
    "from outside, choose --expose, or `up --publish`",
)

ROWS: tuple[Row, ...] = (
    Row("services.*.expose", KeyClass.TRANSLATED, _FIELD, ports),
    Row("services.*.ports", KeyClass.TRANSLATED, _FIELD, ports),
    Row("services.*.ports[].name", KeyClass.TRANSLATED, f"{_FIELD}.name", ports),
    Row("services.*.ports[].protocol", KeyClass.TRANSLATED, f"{_FIELD}.protocol", ports),
    Row("services.*.ports[].target", KeyClass.TRANSLATED, f"{_FIELD}.containerPort", ports),
    Row("services.*.ports[].host_ip", KeyClass.NO_EFFECT, note=_NO_HOST),
    Row("services.*.ports[].mode", KeyClass.NO_EFFECT, note=_NO_HOST),
    Row(
        "services.*.ports[].app_protocol",
        KeyClass.NO_EFFECT,
        note="Information for people and proxies: no program in a container can observe it.",
    ),
    _PUBLISHED,
)
