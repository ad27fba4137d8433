"""The probes of ``x-hybridcompose``: a request or a connection in the place of a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hybridcompose.plan import Manifest
    from hybridcompose.spec.extension import Probe


def action_of(probe: Probe) -> Manifest:
    """The probe's handler."""
    if probe.http is not None:
        http = {"path": probe.http.path, "port": probe.http.port}
        return {"httpGet": http if probe.http.scheme == "HTTP" else {**http, "scheme": probe.http.scheme}}
    return {"tcpSocket": {"port": probe.tcp.port if probe.tcp is not None else 0}}
