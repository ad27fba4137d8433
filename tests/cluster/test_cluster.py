"""The cluster itself does what Kubernetes promises, so that a failure elsewhere is the project's own."""

from __future__ import annotations

import http.client
import re
import subprocess
from typing import TYPE_CHECKING

from tests.cluster.client import Cluster, Namespace, pod, service, until

if TYPE_CHECKING:
    from pathlib import Path

SLEEP = ("sleep", "1000")
NON_ROOT = {"runAsUser": 1000, "runAsGroup": 1000, "runAsNonRoot": True}


def test_every_node_is_ready(cluster: Cluster) -> None:
    nodes = cluster.get("nodes")["items"]
    conditions = [condition for node in nodes for condition in node["status"]["conditions"]]
    assert [condition["status"] for condition in conditions if condition["type"] == "Ready"] == ["True"] * len(nodes)
    assert nodes


def test_a_service_name_resolves_to_its_pod(namespace: Namespace) -> None:
    busybox = namespace.cluster.image("busybox")
    namespace.apply(service("db"), pod(busybox, "db", *SLEEP), pod(busybox, "client", *SLEEP))
    namespace.ready("db", "client")
    address = namespace.get("pod", "db")["status"]["podIP"]
    name = f"db.{namespace.name}.svc.cluster.local."
    answer = until(lambda: namespace.run("client", "nslookup", "-type=a", name, check=False), "an answer for db")
    assert address in answer


def test_a_cluster_address_leads_to_the_pod(namespace: Namespace) -> None:
    busybox = namespace.cluster.image("busybox")
    serve = ("sh", "-c", "mkdir /www; echo here > /www/index.html; httpd -f -p 80 -h /www")
    namespace.apply(service("web", 80), pod(busybox, "web", *serve), pod(busybox, "client", *SLEEP))
    namespace.ready("web", "client")
    fetch = ("timeout", "3", "wget", "-q", "-O", "-", "http://web")
    assert until(lambda: namespace.run("client", *fetch, check=False), "the web page") == "here\n"


def test_a_network_policy_blocks(namespace: Namespace) -> None:
    busybox = namespace.cluster.image("busybox")
    policy = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "friends-only"},
        "spec": {
            "podSelector": {"matchLabels": {"app": "web"}},
            "ingress": [{"from": [{"podSelector": {"matchLabels": {"app": "friend"}}}]}],
        },
    }
    web = pod(busybox, "web", "sh", "-c", "echo here > index.html; exec httpd -f -p 80 -h .")
    namespace.apply(web, pod(busybox, "friend", *SLEEP), pod(busybox, "stranger", *SLEEP))
    namespace.ready("web", "friend", "stranger")
    fetch = ("timeout", "2", "wget", "-q", "-O", "-", f"http://{namespace.get('pod', 'web')['status']['podIP']}")

    def answers(client: str) -> bool:
        return namespace.run(client, *fetch, check=False) == "here\n"

    until(lambda: answers("stranger"), "an answer without a policy")
    namespace.apply(policy)
    until(lambda: not answers("stranger"), "the block of strangers")
    assert answers("friend")


def test_a_claim_binds_and_a_user_without_privileges_writes_to_it(namespace: Namespace) -> None:
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Mi"}}},
    }
    writer = pod(
        namespace.cluster.image("busybox"),
        "writer",
        *("sh", "-c", "id -u > /data/written && cat /data/written"),
        securityContext=NON_ROOT,
        volumes=[{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}],
        container={"volumeMounts": [{"name": "data", "mountPath": "/data"}]},
    )
    namespace.apply(claim, writer)
    assert namespace.ended("writer") == 0
    assert namespace.kubectl("logs", "writer").stdout == "1000\n"
    assert namespace.get("pvc", "data")["status"]["phase"] == "Bound"


def test_exec_gives_output_and_exit_code(namespace: Namespace) -> None:
    namespace.apply(pod(namespace.cluster.image("busybox"), "box", *SLEEP))
    namespace.ready("box")
    done = namespace.kubectl("exec", "box", "--", "sh", "-c", "echo out; echo err >&2; exit 7", check=False)
    assert (done.returncode, done.stdout, done.stderr.splitlines()[0]) == (7, "out\n", "err")


def test_logs_are_followed_until_the_end(namespace: Namespace) -> None:
    counting = "for i in 1 2 3; do echo line $i; sleep 0.3; done"
    namespace.apply(pod(namespace.cluster.image("busybox"), "counter", "sh", "-c", counting))
    until(lambda: namespace.kubectl("logs", "counter", check=False).stdout, "the first line")
    assert namespace.kubectl("logs", "--follow", "counter").stdout == "line 1\nline 2\nline 3\n"


def test_standard_input_reaches_an_attached_container(namespace: Namespace) -> None:
    reader = {"stdin": True, "stdinOnce": True}
    namespace.apply(pod(namespace.cluster.image("busybox"), "reader", "wc", "-c", container=reader))
    namespace.ready("reader")
    namespace.kubectl("attach", "--stdin", "--quiet", "reader", stdin="x" * 300_000)
    assert namespace.ended("reader") == 0
    assert namespace.kubectl("logs", "reader").stdout.strip() == "300000"


def test_a_port_is_forwarded(namespace: Namespace, tmp_path: Path) -> None:
    serve = "echo here > index.html; exec httpd -f -p 8080 -h ."
    namespace.apply(pod(namespace.cluster.image("busybox"), "web", "sh", "-c", serve))
    namespace.ready("web")
    log = tmp_path / "forward"
    command = namespace.cluster.command("-n", namespace.name, "port-forward", "pod/web", ":8080")
    with log.open("w") as output, subprocess.Popen(command, stdout=output, stderr=output) as forward:
        try:
            found = until(lambda: re.search(r"127\.0\.0\.1:(\d+)", log.read_text()), "the forwarded port")
            connection = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=10)
            connection.request("GET", "/")
            assert connection.getresponse().read() == b"here\n"
            connection.close()
        finally:
            forward.terminate()
