"""The configuration files of the node's programs, as values."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.cluster.rig.settings import SOURCES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cluster.rig.settings import Rig

#: A container's stop signal is a field that is not there without it; compose files set it.
FEATURES = {"ContainerStopSignals": True}
SOCKET = "/run/containerd/containerd.sock"

CONTAINERD = """\
version = 3
root = "/var/lib/containerd"
state = "/run/containerd"
# it makes /opt/containerd on the machine, for a feature that nothing here uses
disabled_plugins = ["io.containerd.internal.v1.opt"]
# without CAP_SYS_RESOURCE no score can be lowered
oom_score = 0
[grpc]
  address = "@SOCKET@"
[plugins.'io.containerd.cri.v1.runtime']
  restrict_oom_score_adj = true
  [plugins.'io.containerd.cri.v1.runtime'.cni]
    bin_dirs = ["@CNI@"]
    conf_dir = "@STATE@/cni"
  [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
      SystemdCgroup = false
[plugins.'io.containerd.cri.v1.images'.pinned_images]
  sandbox = "@REGISTRY@/rig/pause:1"
[plugins.'io.containerd.cri.v1.images'.registry]
  config_path = "@STATE@/certs.d"
[plugins.'io.containerd.nri.v1.nri']
  disable = true
"""
#: The registry speaks plain HTTP, which containerd does not try by itself.
HOSTS = """\
server = "http://@REGISTRY@"
[host."http://@REGISTRY@"]
  capabilities = ["pull", "resolve", "push"]
"""


def write(rig: Rig, plugins: Path) -> None:
    """Writes all of them below the state directory. ``plugins`` is where the network plugins lie."""
    files: dict[str, str] = {
        "containerd.toml": _filled(CONTAINERD, rig, plugins),
        f"certs.d/{rig.registry}/hosts.toml": _filled(HOSTS, rig, plugins),
        "cni/10-rig.conflist": json.dumps(_network(rig)),
        "registry.yaml": json.dumps(_registry(rig)),
        "kubelet.yaml": json.dumps(_kubelet(rig)),
        "proxy.yaml": json.dumps(_proxy(rig)),
        "resolv.conf": "options ndots:1\n",
        "cluster.yaml": _filled((SOURCES / "cluster.yaml").read_text(), rig, plugins),
    }
    for name, text in files.items():
        path = rig.state / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def _filled(text: str, rig: Rig, plugins: Path) -> str:
    values = {
        "@SOCKET@": SOCKET,
        "@CNI@": str(plugins),
        "@STATE@": str(rig.state),
        "@REGISTRY@": rig.registry,
        "@DNS@": rig.dns_service,
    }
    for mark, value in values.items():
        text = text.replace(mark, value)
    return text


def _network(rig: Rig) -> dict[str, Any]:
    """Pods are routed, not bridged: no packet of theirs meets br_netfilter."""
    ranges = [[{"subnet": rig.pods.replace(".0.0/16", ".0.0/24")}]]
    ipam = {"type": "host-local", "ranges": ranges, "routes": [{"dst": "0.0.0.0/0"}]}
    return {
        "cniVersion": "1.0.0",
        "name": "rig",
        "plugins": [
            {"type": "ptp", "ipMasq": False, "mtu": 1500, "ipam": ipam},
            {"type": "portmap", "capabilities": {"portMappings": True}, "backend": "nftables"},
        ],
    }


def _registry(rig: Rig) -> dict[str, Any]:
    return {
        "version": 0.1,
        "log": {"level": "warn"},
        "storage": {
            "filesystem": {"rootdirectory": str(rig.state / "registry")},
            "delete": {"enabled": True},
            "cache": {"blobdescriptor": "inmemory"},
        },
        "http": {"addr": rig.registry},
    }


def _kubelet(rig: Rig) -> dict[str, Any]:
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": True},
            "x509": {"clientCAFile": str(rig.pki / "ca.crt")},
        },
        "authorization": {"mode": "Webhook"},
        "tlsCertFile": str(rig.pki / "kubelet-server.crt"),
        "tlsPrivateKeyFile": str(rig.pki / "kubelet-server.key"),
        "clusterDNS": [rig.dns_service],
        "clusterDomain": "cluster.local",
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": f"/{rig.name}",
        "failCgroupV1": False,  # older Debian machines have v1
        "failSwapOn": False,
        "containerRuntimeEndpoint": f"unix://{SOCKET}",
        "resolvConf": str(rig.state / "resolv.conf"),
        "volumePluginDir": str(rig.state / "volume-plugins"),
        "oomScoreAdj": 0,
        "maxPods": 110,
        # tests wait for all of these otherwise
        "serializeImagePulls": False,
        "registryPullQPS": 0,
        "eventRecordQPS": 0,
        "kubeAPIQPS": 100,
        "kubeAPIBurst": 200,
        # a full disk of the machine is no reason to lose pods
        "imageGCHighThresholdPercent": 100,
        "evictionHard": {
            "memory.available": "200Mi",
            "nodefs.available": "1%",
            "imagefs.available": "1%",
            "nodefs.inodesFree": "1%",
        },
        "allowedUnsafeSysctls": ["net.core.somaxconn", "net.ipv4.*"],
        "featureGates": FEATURES,
    }


def _proxy(rig: Rig) -> dict[str, Any]:
    return {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "clientConnection": {"kubeconfig": str(rig.pki / "proxy.kubeconfig")},
        "mode": "nftables",
        "clusterCIDR": rig.pods,
        "hostnameOverride": rig.name,
        # these limits have no namespace: the machine's stay
        "conntrack": {"maxPerCore": 0, "tcpEstablishedTimeout": "0s", "tcpCloseWaitTimeout": "0s"},
    }
