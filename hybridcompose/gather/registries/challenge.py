"""What a registry demands with 401, and the token that answers it.

Source: RFC 9110, section 11.6.1; the distribution project's "Token Authentication Specification".
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode, urlsplit
from urllib.request import parse_http_list, parse_keqv_list

from hybridcompose.gather.registries.errors import RegistryError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hybridcompose.gather.registries.docker_config import Login
    from hybridcompose.gather.registries.transport import Transport

_MAX_ANSWER = 256 * 1024


class Challenge(NamedTuple):
    """A ``WWW-Authenticate`` header: ``scheme`` in lower case, its parameters by name."""

    scheme: str
    parameters: Mapping[str, str]


def challenges(headers: Iterable[str]) -> dict[str, Challenge]:
    """Those that can be answered, by scheme; of a malformed one nothing is left."""
    found: dict[str, Challenge] = {}
    for header in headers:
        scheme, _, rest = header.strip().partition(" ")
        try:
            parameters = parse_keqv_list(parse_http_list(rest))
        except ValueError:
            continue
        found.setdefault(scheme.lower(), Challenge(scheme.lower(), {k.lower(): v for k, v in parameters.items()}))
    return found


def answer(
    transport: Transport, host: str, repository: str, demanded: Mapping[str, Challenge], login: Login | None
) -> str:
    """The ``Authorization`` header that a registry wants. Raises ``RegistryError`` where there is none to give."""
    bearer = demanded.get("bearer")
    if bearer is not None:
        return f"Bearer {_token(transport, host, repository, bearer, login)}"
    if "basic" in demanded and login is not None and not login.identity_token:
        return _basic(login)
    raise RegistryError(host, "wants credentials, and there are none for it")


def _basic(login: Login) -> str:
    return "Basic " + base64.b64encode(f"{login.username}:{login.password}".encode()).decode()


def _token(transport: Transport, host: str, repository: str, bearer: Challenge, login: Login | None) -> str:
    realm = bearer.parameters.get("realm", "")
    address = urlsplit(realm)
    # Credentials of a registry with TLS do not leave it.
    allowed = ("https",) if transport.scheme(host) == "https" else ("https", "http")
    if address.scheme not in allowed or not address.hostname:
        raise RegistryError(host, "names no usable place for tokens")
    fields = {"service": bearer.parameters.get("service", ""), "scope": f"repository:{repository}:pull"}
    if login is not None and login.identity_token:
        form = {**fields, "grant_type": "refresh_token", "client_id": "hybridcompose"}
        body = urlencode({**form, "refresh_token": login.identity_token}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        reply = transport.elsewhere("POST", host, realm, headers, _MAX_ANSWER, body)
    else:
        headers = {"Authorization": _basic(login)} if login is not None else {}
        joint = "&" if address.query else "?"
        reply = transport.elsewhere("GET", host, f"{realm}{joint}{urlencode(fields)}", headers, _MAX_ANSWER)
    if reply.status in (400, 401, 403):
        raise RegistryError(host, "refuses the credentials" if login is not None else "wants credentials")
    if reply.status != 200:
        raise RegistryError(host, f"gives no token (its server for them answers {reply.status})")
    told = reply.json(host)
    token = told.get("token") or told.get("access_token")
    if not isinstance(token, str) or not token.isascii() or not token.isprintable():
        raise RegistryError(host, "gives no token")
    return token
