"""Requests to registries: bounded in time, size and number, and in vain only once for each registry.

urllib3 is there for the Kubernetes client anyway. Libraries for registries retry, have no bounds, or bring
more than is wanted here, which is three kinds of GET.
"""

from __future__ import annotations

import json
import threading
import time
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from hybridcompose.gather.registries.errors import RegistryError
from hybridcompose.gather.registries.names import api_host

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Collection, Mapping

    from urllib3 import BaseHTTPResponse, PoolManager

CONNECT_SECONDS = 2.0
#: Of silence, and for an answer as a whole.
READ_SECONDS = 5.0
ANSWER_SECONDS = 20.0
_REDIRECTS = 5
_PIECE = 64 * 1024


class NoTlsError(RegistryError):
    """What answers there speaks something else than TLS."""


class NotTrustedError(RegistryError):
    """Nobody who is trusted here vouches for what answers there."""


class Reply(NamedTuple):
    """An answer, read. Header names are in lower case; ``demands`` are the ``WWW-Authenticate`` headers."""

    status: int
    headers: Mapping[str, str]
    demands: tuple[str, ...]
    data: bytes

    def json(self, host: str) -> dict[str, Any]:
        """The JSON object that it holds. Raises ``RegistryError``."""
        try:
            told = json.loads(self.data)
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict):
            raise RegistryError(host, "answers with something that is no registry's answer")
        return told


class Transport:
    """``insecure`` are the hosts that speak plain HTTP, beside this machine. ``ca`` are further certificates (PEM).

    Threads may share it.
    """

    def __init__(self, insecure: Collection[str] = (), ca: str | None = None) -> None:
        self._insecure, self._ca = frozenset(insecure), ca
        self._lock = threading.Lock()
        self._hosts: dict[str, threading.Lock] = {}
        self._reached: set[str] = set()
        self._failed: dict[str, RegistryError] = {}
        self._schemes: dict[str, str] = {}
        self._pools: dict[tuple[str, str, bool], PoolManager] = {}

    def scheme(self, host: str) -> str:
        """``https``, or ``http`` where a registry has no TLS and need not have it."""
        return self._schemes.get(host) or _schemes(host, self._insecure, has_ca=bool(self._ca))[0]

    def registry(self, method: str, host: str, path: str, headers: Mapping[str, str], limit: int) -> Reply:
        """An answer of a registry's API. Raises ``RegistryError``, at once where the registry has failed before."""
        return self._once(host, lambda: self._of_registry(method, host, path, headers, limit))

    def _of_registry(self, method: str, host: str, path: str, headers: Mapping[str, str], limit: int) -> Reply:
        known = self._schemes.get(host)
        schemes = (known,) if known else _schemes(host, self._insecure, has_ca=bool(self._ca))
        scheme = schemes[0] if len(schemes) == 1 or self._speaks_tls(host) else schemes[1]
        reply = self._send(method, host, f"{scheme}://{api_host(host)}/v2/{path}", headers, limit)
        self._schemes[host] = scheme
        return reply

    def _speaks_tls(self, host: str) -> bool:
        """Asks without trusting anybody, which sends nothing: to read all that the system trusts takes longer.

        Raises ``RegistryError`` where nothing answers.
        """
        try:
            self._send("GET", host, f"https://{api_host(host)}/v2/", {}, 0, trusting=False)
        except NoTlsError:
            return False
        except NotTrustedError:
            return True
        raise AssertionError("a server was trusted that nobody vouches for")

    def elsewhere(
        self, method: str, host: str, url: str, headers: Mapping[str, str], limit: int, body: bytes | None = None
    ) -> Reply:
        """An answer of a server that a registry sends its clients to. Raises as ``registry`` does."""
        self._check(host)
        return self._noted(host, lambda: self._send(method, host, url, headers, limit, body))

    def _once(self, host: str, ask: Callable[[], Reply]) -> Reply:
        """Until a registry has answered, one question is asked at a time: where the first is in vain, all are."""
        with self._lock:
            lock = self._hosts.setdefault(host, threading.Lock())
        if host not in self._reached:
            with lock:
                self._check(host)
                if host not in self._reached:
                    reply = self._noted(host, ask)
                    self._reached.add(host)
                    return reply
        self._check(host)
        return self._noted(host, ask)

    def _check(self, host: str) -> None:
        if host in self._failed:
            raise self._failed[host]

    def _noted(self, host: str, ask: Callable[[], Reply]) -> Reply:
        try:
            return ask()
        except RegistryError as error:
            if error.lasting:
                self._failed[host] = error
            raise

    def _send(
        self,
        method: str,
        host: str,
        url: str,
        headers: Mapping[str, str],
        limit: int,
        body: bytes | None = None,
        *,
        trusting: bool = True,
    ) -> Reply:
        from urllib3 import Retry, Timeout
        from urllib3.exceptions import HTTPError

        # A redirect to another host loses the credentials: that is urllib3's default.
        retries = Retry(
            total=None, connect=0, read=0, status=0, other=0, redirect=_REDIRECTS, respect_retry_after_header=False
        )
        try:
            response = self._pool(url, host, trusting=trusting).request(
                method,
                url,
                body=body,
                headers={"User-Agent": "hybridcompose", **headers},
                preload_content=False,
                decode_content=False,
                retries=retries,
                timeout=Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            )
            with response:
                data = _read(response, host, limit)
                found = {name.lower(): value for name, value in response.headers.items()}
                demands = tuple(response.headers.getlist("www-authenticate"))
                reply = Reply(response.status, found, demands, data)
        except (HTTPError, OSError, ValueError) as error:
            raise _failed(host, error) from error
        if reply.status == 429:
            raise RegistryError(host, "has had too many questions (429)", lasting=True)
        return reply

    def _pool(self, url: str, host: str, *, trusting: bool) -> PoolManager:
        from urllib3 import PoolManager, ProxyManager

        parts = urlsplit(url)
        proxy = getproxies().get(parts.scheme, "") if not proxy_bypass(parts.netloc) else ""
        with self._lock:
            key = (proxy, parts.scheme, trusting)
            if key not in self._pools:
                common: dict[str, Any] = {"maxsize": 8}
                if parts.scheme == "https" or self._ca:
                    common["ssl_context"] = self._context(host) if trusting else _trusting_nobody()
                self._pools[key] = ProxyManager(proxy, **common) if proxy else PoolManager(**common)
            return self._pools[key]

    def _context(self, host: str) -> ssl.SSLContext:
        """What the system trusts, and the organisation's certificates beside it."""
        import ssl

        context = ssl.create_default_context()
        if self._ca:
            try:
                context.load_verify_locations(cadata=self._ca)
            except (ssl.SSLError, ValueError):
                raise RegistryError(
                    host, "cannot be asked: --registry-ca holds no certificates", lasting=True
                ) from None
        return context


def _trusting_nobody() -> ssl.SSLContext:
    import ssl

    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _read(response: BaseHTTPResponse, host: str, limit: int) -> bytes:
    """The whole body. Single reads, since one that waits for a full piece would wait as long as a server drips."""
    data = bytearray()
    end = time.monotonic() + ANSWER_SECONDS
    while piece := response.read1(_PIECE, decode_content=False):
        data += piece
        if len(data) > limit:
            raise RegistryError(host, f"answers with more than {limit >> 10} KiB")
        if time.monotonic() > end:
            raise RegistryError(host, f"does not finish an answer within {ANSWER_SECONDS:g} s", lasting=True)
    return bytes(data)


def _failed(host: str, error: BaseException) -> RegistryError:
    """Why there was no answer, without the address, which may be a signed one."""
    from urllib3 import exceptions as e

    while isinstance(error, e.MaxRetryError) and error.reason is not None:
        error = error.reason
    if isinstance(error, e.ProxyError) and error.original_error is not None:
        return RegistryError(host, "cannot be reached: the proxy does not answer", lasting=True)
    if isinstance(error, e.NameResolutionError):
        return RegistryError(host, "cannot be reached: its name is unknown", lasting=True)
    if isinstance(error, e.NewConnectionError):
        return RegistryError(host, "cannot be reached: no connection", lasting=True)
    if isinstance(error, e.ConnectTimeoutError):
        return RegistryError(host, f"does not answer within {CONNECT_SECONDS:g} s", lasting=True)
    if isinstance(error, e.ReadTimeoutError):
        return RegistryError(host, f"is silent for {READ_SECONDS:g} s", lasting=True)
    if isinstance(error, e.SSLError):
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            return NotTrustedError(host, "has a certificate that is not trusted here", lasting=True)
        return NoTlsError(host, "does not speak TLS", lasting=True)
    if isinstance(error, e.ResponseError):
        return RegistryError(host, "leads in circles")
    return RegistryError(host, "breaks off its answer")


def _schemes(host: str, insecure: Collection[str], *, has_ca: bool) -> tuple[str, ...]:
    """What a registry is tried with, in this order.

    As for Kaniko, one at a private address may do without TLS; this machine's has none, unless there are certificates.
    """
    if host in insecure:
        return ("http",)
    name = (urlsplit(f"//{host}").hostname or "").lower()
    try:
        address = ip_address(name)
    except ValueError:
        address = None
    if name == "localhost" or (address is not None and address.is_loopback):
        return ("https",) if has_ca else ("http",)
    return ("https", "http") if address is not None and address.is_private else ("https",)
