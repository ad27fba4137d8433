"""The node: namespaces that one first process holds open, and the way out of them. All of it ends with that process.

What is not about Kubernetes works for any `Place`, such as the container engine of the parity tests.
"""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from tests.cluster.rig.process import arguments, detach, pid_namespace, processes, program, run, succeeds, until
from tests.cluster.rig.settings import RigError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.cluster.rig.settings import Place, Rig

CGROUPS = Path("/sys/fs/cgroup")
#: With cgroup v2 a group has those that the one above it hands on.
CONTROLLERS = {"cpu", "cpuset", "io", "memory", "pids"}
#: Kernel settings that the kubelet would set. They have no namespace, so that it is shown what it wants to see instead.
WANTED_BY_KUBELET = {
    "vm/overcommit_memory": "1",
    "vm/panic_on_oom": "0",
    "kernel/panic": "10",
    "kernel/panic_on_oops": "1",
    "kernel/keys/root_maxkeys": "1000000",
    "kernel/keys/root_maxbytes": "25000000",
}
#: $1 is the state directory. Everything that programs write to well-known places lands there, or in memory.
MOUNTS = """
mount --make-rshared /
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/netns /run/lock
for place in lib log; do
    mkdir -p "$1/var/$place"
    mount --bind "$1/var/$place" "/var/$place"
done
"""
#: $1 is the node's address, $2 the services' range. No default route: nothing here reaches beyond the machine.
NETWORK = """
ip link set lo up
ip address replace "$1/30" dev eth0
ip link set eth0 up
ip route replace "$2" dev eth0
"""
SYSCTLS = {"net/ipv4/ip_forward": "1", "net/ipv4/conf/all/rp_filter": "0", "net/ipv4/conf/default/rp_filter": "0"}


def first_process(place: Place) -> int | None:
    """Found by its arguments: no file has to be right about it."""
    for pid in processes():
        argv = arguments(pid)
        if len(argv) == 2 and argv[1] == place.name and Path(argv[0]).name == "pause":
            return pid
    return None


def running(place: Place) -> set[str]:
    """The names of the programs that run in the node, those in containers not included."""
    first = first_process(place)
    if first is None:
        return set()
    inside = pid_namespace(first)
    return {program(pid) for pid in processes() if pid_namespace(pid) == inside and arguments(pid)}


def inside(place: Place, command: Sequence[str | Path]) -> list[str | Path]:
    """The command as one that runs in the node."""
    return ["nsenter", f"--target={_require(place)}", "--mount", "--net", "--pid", "--", *command]


def _require(place: Place) -> int:
    if (pid := first_process(place)) is None:
        raise RigError(f"{place.name} does not run")
    return pid


def start(rig: Rig, pause: Path) -> None:
    """Opens the namespaces and prepares mounts, kernel settings and the link to the machine."""
    _check_addresses(rig)
    open_namespaces(rig, pause)
    _show_wanted_settings(rig)
    set_kernel(rig, SYSCTLS)
    _connect(rig)


def open_namespaces(place: Place, pause: Path) -> None:
    """Starts the first process, ``pause``. Inside, well-known places are the state directory's or in memory."""
    isolated = ["unshare", "--mount", "--net", "--pid", "--fork", "--mount-proc"]
    detach([*isolated, pause, place.name], place.log("node"))
    until(lambda: first_process(place) is not None, f"the first process of {place.name}", 10)
    run(inside(place, ["sh", "-euc", MOUNTS, "mounts", place.state]))
    _make_groups(place)


def set_kernel(place: Place, settings: Mapping[str, str]) -> None:
    """Sets those settings of the kernel that a network namespace has for itself."""
    for setting, value in settings.items():
        run(inside(place, ["sh", "-euc", 'echo "$2" > "/proc/sys/$1"', "set", setting, value]))


def _show_wanted_settings(rig: Rig) -> None:
    for setting, value in WANTED_BY_KUBELET.items():
        if not Path("/proc/sys", setting).exists():
            continue
        shown = rig.state / "sysctl" / setting.replace("/", ".")
        shown.parent.mkdir(exist_ok=True)
        shown.write_text(f"{value}\n")
        run(inside(rig, ["mount", "--bind", shown, f"/proc/sys/{setting}"]))


def _check_addresses(rig: Rig) -> None:
    """Two machines behind one address would show as anything but that."""
    asked = ["ip", "-oneline", "route", "get", rig.address]
    if not succeeds(asked):
        return  # a machine without any way out
    route = run(asked)
    if route.startswith("local") or " via " not in route:
        raise RigError(
            f"the address {rig.address} is in use on this machine: {route.strip()}\n"
            "HYBRIDCOMPOSE_RIG=1 (to 9) takes other ones"
        )


def _connect(rig: Rig) -> None:
    run(["ip", "link", "add", rig.name, "type", "veth", "peer", "name", "eth0", "netns", str(_require(rig))])
    run(["ip", "address", "add", f"{rig.host_address}/30", "dev", rig.name])
    run(["ip", "link", "set", rig.name, "up"])
    run(inside(rig, ["sh", "-euc", NETWORK, "network", rig.address, rig.services]))
    for destination in (rig.pods, rig.services):
        run(["ip", "route", "replace", destination, "via", rig.address])


def hierarchies() -> list[Path]:
    """Where control groups are made: one place with cgroup v2, one for each controller with v1."""
    if (CGROUPS / "cgroup.controllers").exists():
        return [CGROUPS]
    return sorted({path.resolve() for path in CGROUPS.iterdir() if (path / "cgroup.procs").exists()})


def _make_groups(place: Place) -> None:
    """The kubelet wants the root of its groups to exist, with all controllers that it uses."""
    for hierarchy in hierarchies():
        for controller in sorted(_words(hierarchy / "cgroup.controllers") & CONTROLLERS):
            if controller not in _words(hierarchy / "cgroup.subtree_control"):
                (hierarchy / "cgroup.subtree_control").write_text(f"+{controller}")
        (hierarchy / place.name).mkdir(exist_ok=True)


def _words(file: Path) -> set[str]:
    return set(file.read_text().split()) if file.exists() else set()


def interface_exists(place: Place) -> bool:
    return Path("/sys/class/net", place.name).exists()


def remove(place: Place) -> None:
    """Ends the node and what it left, whatever state it is in."""
    if (pid := first_process(place)) is not None:
        os.kill(pid, signal.SIGKILL)
    until(lambda: first_process(place) is None, f"the end of the processes of {place.name}", 60)
    if interface_exists(place):
        succeeds(["ip", "link", "delete", place.name])  # the kernel may have been quicker
    until(lambda: not interface_exists(place), f"the end of the interface {place.name}", 30)
    for hierarchy in hierarchies():
        _remove_group(hierarchy / place.name)
    _remove_state(place)


def _remove_group(group: Path) -> None:
    """From the inside out; a group is busy for a moment after its last process."""
    if not group.is_dir():
        return
    for directory, _, _ in os.walk(group, topdown=False):
        until(lambda path=directory: _removed(path), f"the end of {directory}", 20)  # type: ignore[misc]  # mypy sees no type for a bound default


def _removed(group: str) -> bool:
    try:
        os.rmdir(group)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def _remove_state(place: Place) -> None:
    mounts = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    if foreign := [mount for mount in mounts if mount.startswith(f"{place.state}/")]:
        raise RigError(f"{foreign[0]} is still mounted; unmount it, then try again")
    shutil.rmtree(place.state, ignore_errors=True)
