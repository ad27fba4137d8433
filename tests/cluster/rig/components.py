"""The programs of the node in the order of their start, each with its command line and what it waits for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.cluster.rig.configuration import FEATURES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.cluster.rig.settings import Rig

ETCD = "http://127.0.0.1:2379"
ETCD_PEERS = "http://127.0.0.1:2380"
GATES = ",".join(f"{name}={json.dumps(value)}" for name, value in FEATURES.items())
#: One person's cluster: no election takes time, and nobody has to be protected from its requests.
ALONE = ("--leader-elect=false", "--kube-api-qps=1000", "--kube-api-burst=2000", f"--feature-gates={GATES}")


@dataclass(frozen=True, slots=True)
class Component:
    """``program`` is also the name of its process. Clients of the API start when the API server answers."""

    group: str
    program: str
    arguments: tuple[str, ...]
    needs_api: bool = False

    def command(self, programs: Mapping[str, Path]) -> list[str | Path]:
        return [programs[self.group] / self.program, *self.arguments]


def components(rig: Rig) -> tuple[Component, ...]:
    state = rig.state
    return (
        Component("etcd", "etcd", _etcd()),
        Component("kubernetes", "kube-apiserver", _api_server(rig)),
        Component("containerd", "containerd", ("--config", f"{state}/containerd.toml")),
        Component("registry", "registry", ("serve", f"{state}/registry.yaml")),
        Component("kubernetes", "kube-controller-manager", _controller_manager(rig), needs_api=True),
        Component(
            "kubernetes", "kube-scheduler", (f"--kubeconfig={rig.pki}/scheduler.kubeconfig", *ALONE), needs_api=True
        ),
        Component(
            "kubernetes",
            "kubelet",
            (
                f"--config={state}/kubelet.yaml",
                f"--kubeconfig={rig.pki}/node.kubeconfig",
                f"--hostname-override={rig.name}",
                f"--node-ip={rig.address}",
            ),
            needs_api=True,
        ),
        Component("kubernetes", "kube-proxy", (f"--config={state}/proxy.yaml",), needs_api=True),
        Component(
            "kubernetes",
            "netpol",
            ("-kubeconfig", f"{rig.pki}/netpol.kubeconfig", "-pv", f"{state}/volumes"),
            needs_api=True,
        ),
    )


def _etcd() -> tuple[str, ...]:
    return (
        "--data-dir=/var/lib/etcd",
        "--unsafe-no-fsync",  # a test cluster does not survive its machine
        f"--listen-client-urls={ETCD}",
        f"--advertise-client-urls={ETCD}",
        f"--listen-peer-urls={ETCD_PEERS}",
        f"--initial-advertise-peer-urls={ETCD_PEERS}",
        f"--initial-cluster=default={ETCD_PEERS}",
        "--log-level=warn",
    )


def _api_server(rig: Rig) -> tuple[str, ...]:
    pki = rig.pki
    return (
        f"--etcd-servers={ETCD}",
        "--secure-port=6443",
        f"--advertise-address={rig.address}",
        f"--service-cluster-ip-range={rig.services}",
        f"--client-ca-file={pki}/ca.crt",
        f"--tls-cert-file={pki}/apiserver.crt",
        f"--tls-private-key-file={pki}/apiserver.key",
        f"--service-account-key-file={pki}/sa.pub",
        f"--service-account-signing-key-file={pki}/sa.key",
        "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
        f"--kubelet-client-certificate={pki}/kubelet-client.crt",
        f"--kubelet-client-key={pki}/kubelet-client.key",
        f"--kubelet-certificate-authority={pki}/ca.crt",
        "--kubelet-preferred-address-types=InternalIP",  # the node's name is in no DNS
        "--authorization-mode=Node,RBAC",
        "--enable-admission-plugins=NodeRestriction",
        "--allow-privileged=true",
        f"--requestheader-client-ca-file={pki}/ca.crt",
        "--requestheader-allowed-names=front-proxy-client",
        "--requestheader-username-headers=X-Remote-User",
        "--requestheader-group-headers=X-Remote-Group",
        "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        f"--proxy-client-cert-file={pki}/frontproxy.crt",
        f"--proxy-client-key-file={pki}/frontproxy.key",
        f"--feature-gates={GATES}",
    )


def _controller_manager(rig: Rig) -> tuple[str, ...]:
    pki = rig.pki
    return (
        f"--kubeconfig={pki}/controller-manager.kubeconfig",
        f"--service-account-private-key-file={pki}/sa.key",
        f"--root-ca-file={pki}/ca.crt",
        f"--cluster-signing-cert-file={pki}/ca.crt",
        f"--cluster-signing-key-file={pki}/ca.key",
        "--use-service-account-credentials",
        f"--flex-volume-plugin-dir={rig.state}/volume-plugins",  # it makes the default one on the machine
        "--concurrent-namespace-syncs=20",  # every test leaves one behind
        *ALONE,
    )
