"""The connection to an API server: requests as JSON, errors of the client translated into ours.

The client library reads the kubeconfig (certificates, tokens, credential plugins, proxies) and holds the connections;
objects stay JSON, because its models of the whole API would be built and thrown away for each watched object.
"""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from hybridcompose.cluster import certificates
from hybridcompose.cluster.kinds import PATHS
from hybridcompose.cluster.library import in_parts, rare_ones_later
from hybridcompose.cluster.refusals import refusal
from hybridcompose.diagnostics import ClusterError, Code, Diagnostic, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from urllib3 import BaseHTTPResponse

#: Who manages the fields that are applied.
FIELD_MANAGER = "hybridcompose"
CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0
#: What a server answers that may answer otherwise in a moment.
BUSY = (429, 500, 502, 503, 504)
#: How often a request is tried where the server is known to be there: for half a minute, as pauses double from 0.4 s.
_TRIES = 11
_LONGEST_PAUSE = 4.0
#: The same where nothing has answered yet, or the caller has patience of its own.
_FEW = 2

_CHECK = "check with kubectl version; name another cluster with --kubeconfig or --context"


def path_of(kind: str, namespace: str, *rest: str) -> str:
    """The address of a kind's collection in a namespace, of one object, or of something below it."""
    group, plural = PATHS[kind]
    return "/".join(["", group, "namespaces", quote(namespace), plural, *map(quote, rest)])


def everywhere(kind: str) -> str:
    """The address of a kind's collection in all namespaces."""
    group, plural = PATHS[kind]
    return f"/{group}/{plural}"


def group_of(kind: str) -> str:
    """The ``apiVersion`` of a kind."""
    return PATHS[kind][0].partition("/")[2]


def namespace_path(name: str | None = None) -> str:
    return f"/api/v1/namespaces/{quote(name)}" if name else "/api/v1/namespaces"


class Api:
    """One API server with one identity. Threads may share it."""

    def __init__(self, configuration: Any, pool: Any) -> None:
        self._configuration = configuration
        self._pool = pool
        self._answered = False

    @property
    def host(self) -> str:
        """The server's address, as the kubeconfig has it."""
        return str(self._configuration.host)

    def get(self, path: str, **query: str) -> Any:
        return self.request("GET", path, query)

    def request(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        content_type: str = "application/json",
    ) -> Any:
        """The answer's JSON. Raises ``ClusterError``, with ``status`` where the server answered."""
        response = self._send(method, path, query or {}, body, content_type)
        with response:
            data = response.read()
        return json.loads(data)

    def text(self, path: str, query: Mapping[str, str]) -> str:
        """The answer as text. Raises ``ClusterError``."""
        with self._send("GET", path, query) as response:
            return response.read().decode(errors="replace")

    def stream(self, path: str, query: Mapping[str, str], seconds: float) -> BaseHTTPResponse:
        """An answer that goes on, unread; reading it fails after ``seconds`` of silence. Raises ``ClusterError``."""
        return self._send("GET", path, query, seconds=seconds, tries=_FEW)

    def websocket(self, path: str, query: Sequence[tuple[str, str]], protocol: str) -> Any:
        """A connection of the client's websocket library. Raises ``ClusterError``, with ``status`` if it has one."""
        from kubernetes.stream import ws_client
        from websocket import WebSocketBadStatusException, WebSocketException

        connect: Any = ws_client.create_websocket
        host = self._configuration.host
        url = f"ws{host.removeprefix('http')}{path}?{urlencode(query)}"
        try:
            return connect(self._configuration, url, {"sec-websocket-protocol": protocol, **self._credentials()})
        except WebSocketBadStatusException as error:
            body = error.resp_body or b""
            told = body if isinstance(body, bytes) else body.encode()
            raise refusal(error.status_code, told, "CONNECT", path) from error
        except (WebSocketException, OSError) as error:
            raise unreachable(f"the API server {host} does not answer: {error or type(error).__name__}") from error

    def _send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        body: Any = None,
        content_type: str = "",
        *,
        seconds: float = READ_SECONDS,
        tries: int = _TRIES,
    ) -> BaseHTTPResponse:
        from urllib3 import Timeout
        from urllib3.exceptions import HTTPError

        url = f"{self._configuration.host}{path}{f'?{urlencode(query)}' if query else ''}"
        headers = {"Accept": "application/json, */*", **self._credentials()}
        if body is not None:
            headers["Content-Type"] = content_type
        try:
            response: BaseHTTPResponse = self._pool.request(
                method,
                url,
                # The server reads patches as YAML, which has no surrogate pairs.
                body=None if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass"),
                headers=headers,
                preload_content=False,
                retries=self._retries(tries),
                timeout=Timeout(connect=CONNECT_SECONDS, read=seconds),
            )
        except (HTTPError, OSError) as error:
            raise unreachable(f"the API server {self._configuration.host} does not answer: {_reason(error)}") from error
        self._answered = True
        if response.status >= 400:
            with response:
                raise refusal(response.status, response.read(), method, path)
        return response

    def _retries(self, tries: int) -> Any:
        """Every request here can be repeated: who makes something that is there already hears of it, and looks."""
        from urllib3 import Retry

        begun = tries if self._answered else _FEW
        return Retry(
            total=tries,
            connect=begun,
            read=_FEW,
            other=begun,  # among others a certificate that is not trusted
            backoff_factor=0.2,
            backoff_max=_LONGEST_PAUSE,
            status_forcelist=BUSY,
            allowed_methods=None,
            raise_on_status=False,
        )

    def _credentials(self) -> dict[str, str]:
        """Asked anew for each request: tokens of credential plugins run out."""
        settings = self._configuration.auth_settings().values()
        return {entry["key"]: entry["value"] for entry in settings if entry["in"] == "header" and entry["value"]}


def connect(kubeconfig: str | None = None, context: str | None = None) -> Api:
    """The cluster of a kubeconfig (default: ``KUBECONFIG``, else ``~/.kube/config``), or the one that this runs in.

    Raises ``ClusterError`` where there is none. Nothing is sent yet.
    """
    in_parts()
    with rare_ones_later():
        from kubernetes.client import ApiClient, Configuration
        from kubernetes.config import ConfigException, load_incluster_config, load_kube_config

    configuration = Configuration()
    chosen = kubeconfig or os.environ.get("KUBECONFIG") or None
    inside = "KUBERNETES_SERVICE_HOST" in os.environ
    try:
        if chosen is None and context is None and inside and not _has_default_file():
            in_cluster: Any = load_incluster_config
            in_cluster(client_configuration=configuration)
        else:
            from_file: Any = load_kube_config
            from_file(chosen, context, client_configuration=configuration, persist_config=False)
    except Exception as error:  # a file of the wrong form makes the client raise anything
        # Only the client's own errors are sure not to quote the file.
        told = str(error) if isinstance(error, ConfigException) else type(error).__name__
        raise unreachable(f"the kubeconfig cannot be used: {told}") from error
    # One connection for each watch and each followed log, beside those for requests.
    configuration.connection_pool_maxsize = 64
    pool = ApiClient(configuration).rest_client.pool_manager
    if configuration.host.startswith("https"):
        try:
            certificates.read_once(pool)
        except (OSError, ValueError) as error:
            raise unreachable(f"the certificates of the kubeconfig cannot be used: {error}") from error
    return Api(configuration, pool)


class Patience:
    """What breaks off is taken up again. Only a server that does not come back is believed to be gone."""

    def __init__(self, seconds: float = 30.0) -> None:
        self._seconds = seconds
        self._since: float | None = None

    def lost(self, error: ClusterError) -> None:
        """A request got no answer. Raises its error when that has lasted too long, or it was an answer after all."""
        if error.status is not None and error.status not in BUSY:
            raise error
        now = time.monotonic()
        self._since = self._since or now
        if now - self._since > self._seconds:
            raise error

    def found(self) -> None:
        """The server answers."""
        self._since = None


def _has_default_file() -> bool:
    return os.path.exists(os.path.expanduser("~/.kube/config"))


def unreachable(message: str) -> ClusterError:
    return ClusterError([Diagnostic(Code.CLUSTER_UNREACHABLE, Severity.ERROR, message, remedy=_CHECK)])


def _reason(error: BaseException) -> str:
    """The innermost cause, without the client's own wrapping."""
    from urllib3.exceptions import MaxRetryError, NameResolutionError, NewConnectionError

    while isinstance(error, MaxRetryError) and error.reason is not None:
        error = error.reason
    if isinstance(error, NameResolutionError):
        return "its name is unknown"
    if isinstance(error, NewConnectionError):
        return str(error).rpartition("] ")[2].rpartition(": ")[2]
    return str(error).partition("(Caused by")[0].strip() or type(error).__name__
