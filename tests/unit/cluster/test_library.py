"""Of the client only what is used is imported, and others find all of it. In processes of their own: imports stay."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("kubernetes.dynamic", "kubernetes.informer", "kubernetes.leaderelection", "jsonschema")
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


def ends(program: str) -> str:
    """What a program writes; it must end with 0."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=120)
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
