"""The programs of the node, built from the Go modules beside this file, each at one pinned version."""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.cluster.rig.cache import cached, digest, say, sources
from tests.cluster.rig.process import run
from tests.cluster.rig.settings import SOURCES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

#: Symbols are of no use here, and without paths the result does not depend on where the tree lies.
LINK = "-s -w"
#: Drivers for file systems that need C libraries or that no test uses.
CONTAINERD_TAGS = "no_btrfs,no_zfs,no_devmapper,no_aufs"


@dataclass(frozen=True, slots=True)
class Group:
    """Programs that one call of the compiler makes. ``output`` names the one of a package with an unfit last name.

    ``module`` is a directory below ``sources``. ``versions`` are the variables that take the version of a module of
    theirs, where releases are linked with it: module and variable.
    """

    name: str
    module: str
    packages: tuple[str, ...]
    tags: str = ""
    output: str = ""
    # Where the tree lies is no part of what is made, and so of no name.
    sources: Path = field(default=SOURCES, repr=False)
    cgo: bool = field(default=False, repr=False)
    versions: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def directory(self) -> Path:
        return self.sources / self.module


GROUPS = (
    Group(
        "kubernetes",
        "k8s",
        (
            "k8s.io/kubernetes/cmd/kube-apiserver",
            "k8s.io/kubernetes/cmd/kube-controller-manager",
            "k8s.io/kubernetes/cmd/kube-proxy",
            "k8s.io/kubernetes/cmd/kube-scheduler",
            "k8s.io/kubernetes/cmd/kubectl",
            "k8s.io/kubernetes/cmd/kubelet",
            "rig/k8s/cmd/netpol",
        ),
    ),
    Group("etcd", "k8s", ("go.etcd.io/etcd/server/v3",), output="etcd"),
    Group(
        "containerd",
        "node",
        (
            "github.com/containerd/containerd/v2/cmd/containerd",
            "github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2",
        ),
        tags=CONTAINERD_TAGS,
    ),
    Group(
        "cni",
        "node",
        (
            "github.com/containernetworking/plugins/plugins/ipam/host-local",
            "github.com/containernetworking/plugins/plugins/main/loopback",
            "github.com/containernetworking/plugins/plugins/main/ptp",
            "github.com/containernetworking/plugins/plugins/meta/portmap",
        ),
    ),
    Group("registry", "node", ("github.com/distribution/distribution/v3/cmd/registry",)),
    Group("coredns", "node", ("rig/node/cmd/coredns",)),
    Group("pause", "node", ("rig/node/cmd/pause",)),
    Group("kaniko", "kaniko", ("github.com/GoogleContainerTools/kaniko/cmd/executor",)),
)


def build(groups: Iterable[Group] = GROUPS) -> Mapping[str, Path]:
    """The directory of each group, which holds its programs. What was built before is not built again."""
    version = run(["go", "env", "GOVERSION"], cwd=SOURCES / "k8s").strip()
    started = time.monotonic()
    made = {group.name: cached("programs", group.name, key(group, version), _compiler(group)) for group in groups}
    if (seconds := time.monotonic() - started) > 1:
        say(f"all programs: {seconds:.0f} s")
    return made


def key(group: Group, go_version: str) -> str:
    files = sources(group.directory, ("go.mod", "go.sum", "*.go"))
    compiler = ("cgo",) if group.cgo else ()
    return digest(go_version, repr(group), _link_flags(group), os.uname().machine, *compiler, *files)


def pinned(group: Group, module: str) -> str:
    """The version of a module that the group's own one requires, such as ``v1.2.3``."""
    found = re.search(rf"\s{re.escape(module)} (v\S+)", (group.directory / "go.mod").read_text())
    return found[1] if found else ""


def _link_flags(group: Group) -> str:
    if group.name != "kubernetes":
        return " ".join([LINK, *(f"-X {name}={pinned(group, module)}" for module, name in group.versions)])
    # The version is not in the sources: releases are linked this way, and clients ask the server for it.
    version = pinned(group, "k8s.io/kubernetes")
    minor = version.split(".")[1] if version else ""
    server, client = "k8s.io/component-base/version", "k8s.io/client-go/pkg/version"
    values = {
        f"{server}.gitVersion": version,
        f"{server}.gitMajor": "1",
        f"{server}.gitMinor": minor,
        f"{client}.gitVersion": version,
    }
    return " ".join([LINK, *(f"-X {name}={value}" for name, value in values.items())])


def _compiler(group: Group) -> Callable[[Path], None]:
    def compile_into(directory: Path) -> None:
        environment = {**os.environ, "CGO_ENABLED": str(int(group.cgo)), "GOFLAGS": "-buildvcs=false"}
        tags = ["-tags", group.tags] if group.tags else []
        output = f"{directory}/{group.output}"
        command = ["go", "build", "-trimpath", "-ldflags", _link_flags(group), *tags, "-o", output, *group.packages]
        run(["nice", "-n", "3", *command], cwd=group.directory, env=environment)

    return compile_into
