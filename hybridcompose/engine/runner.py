"""The machine that this runs on, as others reach it."""

from __future__ import annotations

import socket

from hybridcompose.diagnostics import Code, Diagnostic, HybridComposeError, Severity

#: An address for documentation: nothing is sent there, the system only says which way it would go.
_ANYWHERE = ("192.0.2.1", 9)


def runner_address() -> str:
    """The address that this machine (or pod) has on its way to others. Raises where it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            way.connect(_ANYWHERE)
            address: str = way.getsockname()[0]
        except OSError as error:
            message = f"this machine's address is not known: {error.strerror or error}"
            found = Diagnostic(Code.INVALID_OPTION, Severity.ERROR, message, remedy="give --host-gateway an address")
            raise HybridComposeError([found]) from error
    return address
