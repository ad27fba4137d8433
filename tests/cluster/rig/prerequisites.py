"""What the rig needs from the machine: Debian packages, which are installed, and the rest, which is named."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from tests.cluster.rig.cache import say
from tests.cluster.rig.oci import ARCHITECTURES
from tests.cluster.rig.process import run, succeeds
from tests.cluster.rig.settings import RigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: The Debian package of every program that is called.
PACKAGES = {
    "unshare": "util-linux",
    "nsenter": "util-linux",
    "ip": "iproute2",
    "nft": "nftables",
    "runc": "runc",
    "openssl": "openssl",
    "debootstrap": "debootstrap",
    "go": "golang-go",
}
#: Packages that have no program of a name of its own. Debian's other busybox is dynamically linked, which is of no use
#: in an image of its own.
FURTHER = ("busybox-static",)
#: The first Go that fetches the version that a module asks for by itself.
GO = (1, 21)
BUSYBOX = Path("/bin/busybox")


def impossible() -> list[str]:
    """What no package can cure on this machine."""
    reasons = []
    if os.uname().sysname != "Linux" or os.uname().machine not in ARCHITECTURES:
        reasons.append(f"it needs Linux on {' or '.join(ARCHITECTURES)}")
        return reasons
    if os.geteuid() != 0:
        reasons.append("it needs root")
    if not _controllers() >= {"cpu", "memory", "pids"}:
        reasons.append("it needs the control groups cpu, memory and pids below /sys/fs/cgroup")
    if os.geteuid() == 0 and not succeeds(["unshare", "--mount", "--net", "--pid", "--fork", "true"]):
        reasons.append("it must be allowed to make namespaces (unshare)")
    if "overlay" not in Path("/proc/filesystems").read_text() and not succeeds(["modprobe", "overlay"]):
        reasons.append("it needs the file system overlay")
    if not shutil.which("apt-get"):
        reasons.append("it needs Debian: its images are made of Debian's packages")
    return reasons


def missing_packages(programs: Mapping[str, str] = PACKAGES, further: Iterable[str] = FURTHER) -> list[str]:
    missing = {package for program, package in programs.items() if not shutil.which(program, path=_path())}
    missing |= {package for package in further if not succeeds(["dpkg-query", "--status", package])}
    return sorted(missing)


def ensure(programs: Mapping[str, str] = PACKAGES, further: Iterable[str] = FURTHER) -> None:
    """Installs what is missing of the packages of these programs, and of further ones."""
    if against := impossible():
        raise RigError(f"there can be no test cluster here: {'; '.join(against)}")
    os.environ["PATH"] = _path()
    packages = missing_packages(programs, further)
    if packages:
        say(f"installing {' '.join(packages)}")
        # RUNLEVEL=1: packages of daemons start none of them
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        run(["apt-get", "-qq", "update"], env=environment)
        run(["apt-get", "-qq", "install", "--yes", "--no-install-recommends", *packages], env=environment)
    found = re.match(r"go(\d+)\.(\d+)", run(["go", "env", "GOVERSION"]))
    if found and (int(found[1]), int(found[2])) < GO:
        raise RigError(f"{found[0]} is too old: it needs Go {GO[0]}.{GO[1]} or later in PATH")


def _path() -> str:
    """Debian's users have no sbin in their path, and the tools lie there."""
    return f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


def _controllers() -> set[str]:
    unified = Path("/sys/fs/cgroup/cgroup.controllers")
    if unified.exists():
        return set(unified.read_text().split())
    lines = Path("/proc/self/cgroup").read_text().splitlines() if Path("/proc/self/cgroup").exists() else []
    return {name for line in lines for name in line.split(":")[1].split(",")}
