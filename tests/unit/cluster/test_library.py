"""Of the client only what is used is imported, and others find all of it. In processes of their own: imports stay."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = (
    *("kubernetes.dynamic", "kubernetes.informer", "kubernetes.leaderelection", "jsonschema"),
    *("oauthlib", "oauthlib.oauth2", "requests_oauthlib", "requests", "dateutil.parser", "multiprocessing.pool"),
)
CONNECT = f"""
import sys
from hybridcompose.cluster.api import connect
from hybridcompose.diagnostics import ClusterError
try:
    connect("/nowhere")
except ClusterError:
    pass
assert "kubernetes.client.rest" in sys.modules
assert not [name for name in {HEAVY!r} if name in sys.modules]
"""


def ends(program: str, *arguments: str) -> str:
    """What a program writes; it must end with 0."""
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_connection_imports_no_more_than_it_needs() -> None:
    ends(CONNECT)


@pytest.mark.parametrize(
    "use",
    [
        "import kubernetes; kubernetes.dynamic.DynamicClient; kubernetes.__version__",
        "import kubernetes; kubernetes.client.CoreV1Api; kubernetes.watch.Watch",
        "from kubernetes import client, config, dynamic, watch; client.V1Pod; dynamic.DynamicClient",
        "from kubernetes.stream import stream; from kubernetes.utils import quantity; quantity.parse_quantity('1Ki')",
        "from kubernetes.client import ApiClient; ApiClient().pool.close()",
        "from kubernetes.client import ApiClient as A; A().deserialize('\"2026-01-02\"', 'date', 'application/json')",
        "import oauthlib.oauth2; from requests_oauthlib import OAuth2Session; type('Own', (OAuth2Session,), {})",
    ],
)
def test_who_uses_the_client_beside_us_finds_all_of_it(use: str) -> None:
    ends(f"{CONNECT}\n{use}\n")


def test_threads_that_ask_at_the_same_time_get_the_same() -> None:
    program = f"""{CONNECT}
import kubernetes
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(8) as pool:
    print(len(set(pool.map(lambda _: kubernetes.dynamic.DynamicClient, range(32)))))
"""
    assert ends(program) == "1"


def test_a_client_that_was_imported_before_stays_as_it_is() -> None:
    program = "import kubernetes; before = kubernetes; from hybridcompose.cluster.library import in_parts; in_parts()"
    ends(f"{program}; import sys; assert sys.modules['kubernetes'] is before and before.watch")


PROVIDER = """
import base64, json, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

def token(expires):
    parts = [json.dumps(part).encode() for part in ({"alg": "none"}, {"exp": expires}, "signature")]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)

class Provider(BaseHTTPRequestHandler):
    def do_GET(self):
        self._answer({"token_endpoint": f"{address}/token", "credentials": self.headers.get("Authorization")})

    def do_POST(self):
        asked = self.rfile.read(int(self.headers["Content-Length"])).decode()
        assert "refresh_token=the-last-one" in asked, asked
        self._answer({"id_token": token(4_000_000_000), "refresh_token": "the-next-one", "access_token": "any"})

    def _answer(self, content):
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
Thread(target=server.serve_forever, daemon=True).start()
address = f"http://127.0.0.1:{server.server_port}"
known = {"idp-issuer-url": address, "client-id": "me", "client-secret": "s", "refresh-token": "the-last-one"}
user = {"auth-provider": {"name": "oidc", "config": {**known, "id-token": token(1)}}}
config = {
    "clusters": [{"name": "c", "cluster": {"server": address}}],
    "users": [{"name": "u", "user": user}],
    "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
    "current-context": "x",
}
open(sys.argv[1], "w").write(json.dumps(config))
from hybridcompose.cluster.api import connect
print(connect(sys.argv[1]).get("/version")["credentials"] == f"Bearer {token(4_000_000_000)}")
"""


def test_the_token_of_an_openid_provider_is_renewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    assert ends(PROVIDER, str(tmp_path / "kubeconfig")) == "True"
