"""What the engine is made of: programs of the Go modules beside this file, and of the rig's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.cluster.rig import prerequisites
from tests.cluster.rig import programs as rig_programs
from tests.cluster.rig.programs import Group
from tests.parity.engine.settings import SOURCES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

#: The Debian package of every further program that is called.
PACKAGES = {
    **prerequisites.PACKAGES,
    "iptables": "iptables",
    "tini-static": "tini",
    "gcc": "gcc",
    "pkg-config": "pkg-config",
}
#: runc's filters of system calls are written in C.
LIBRARIES = (*prerequisites.FURTHER, "libc6-dev", "libseccomp-dev")

_MOBY, _BUILDX, _COMPOSE = "github.com/moby/moby/v2", "github.com/docker/buildx", "github.com/docker/compose/v5"
ENGINE = Group(
    "dockerd",
    "moby",
    (f"{_MOBY}/cmd/dockerd", f"{_MOBY}/cmd/docker-proxy"),
    sources=SOURCES,
    versions=((_MOBY, f"{_MOBY}/dockerversion.Version"),),
)
BUILDX = Group(
    "buildx",
    "buildx",
    (f"{_BUILDX}/cmd/buildx",),
    sources=SOURCES,
    versions=((_BUILDX, f"{_BUILDX}/version.Version"),),
)
COMPOSE = Group(
    "compose",
    "compose",
    (f"{_COMPOSE}/cmd",),
    output="docker-compose",
    sources=SOURCES,
    versions=((_COMPOSE, f"{_COMPOSE}/internal.Version"),),
)
#: Debian's own does not know the namespaces that this engine asks for.
RUNC = Group("runc", "runc", ("github.com/opencontainers/runc",), tags="seccomp", sources=SOURCES, cgo=True)
GROUPS = (ENGINE, COMPOSE, BUILDX, RUNC)
#: Of the rig: the runtime, a first process, and a server of names.
_SHARED = ("containerd", "pause", "coredns")


def build() -> Mapping[str, Path]:
    """The directory of each group, which holds its programs. What was built before is not built again."""
    prerequisites.ensure(PACKAGES, LIBRARIES)
    return rig_programs.build((*(group for group in rig_programs.GROUPS if group.name in _SHARED), *GROUPS))


def versions() -> dict[str, str]:
    """The pinned version of each program, by its name."""
    modules = {
        "dockerd": (ENGINE, _MOBY),
        "compose": (COMPOSE, _COMPOSE),
        "buildx": (BUILDX, _BUILDX),
        "runc": (RUNC, "github.com/opencontainers/runc"),
    }
    return {name: rig_programs.pinned(group, module) for name, (group, module) in modules.items()}
