"""Certificates are read once for all connections to an API server.

A connection that is given files reads them when it begins, and without an authority all that the system trusts, which
takes longer than the connection itself.
"""

from __future__ import annotations

import ssl
from typing import Any

#: How urllib3 calls what becomes one context.
_GIVEN = ("ca_certs", "ca_cert_data", "cert_file", "key_file")


def read_once(pool: Any) -> None:
    """Lets the connections of a pool of urllib3's share what is read of its certificates here.

    Raises ``OSError`` where they cannot be read, ``ValueError`` where they are none.
    """
    from urllib3.util.ssl_ import create_urllib3_context

    given: dict[str, Any] = pool.connection_pool_kw
    if given.get("ssl_context") is not None:
        return
    authorities, data, certificate, key = (given.pop(name, None) for name in _GIVEN)
    context = create_urllib3_context(cert_reqs=given.get("cert_reqs", ssl.CERT_REQUIRED))
    if authorities or data:
        context.load_verify_locations(authorities, cadata=data)
    elif context.verify_mode != ssl.CERT_NONE:
        context.load_default_certs()
    if certificate:
        context.load_cert_chain(certificate, key)
    given["ssl_context"] = context
