"""Where one rig lives: its name, directories and addresses. Nothing here touches the machine."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

SOURCES = Path(__file__).parent


class RigError(Exception):
    """What is wrong and what to do about it, for a person."""


def cache_root() -> Path:
    """Programs and images, named by what they are made from; shared by all rigs and safe to delete when none runs."""
    home = os.environ.get("XDG_CACHE_HOME") or str(Path("~").expanduser() / ".cache")
    return Path(home) / "hybridcompose" / "rig"


class Place(Protocol):
    """A set of namespaces with a first process and a directory of its own."""

    @property
    def name(self) -> str: ...

    @property
    def state(self) -> Path: ...

    def log(self, component: str) -> Path: ...


@dataclass(frozen=True, slots=True)
class Rig:
    """One node. ``number`` (0 to 9) keeps several apart: all addresses follow from it."""

    number: int = 0

    def __post_init__(self) -> None:
        if self.number not in range(10):
            raise RigError(f"HYBRIDCOMPOSE_RIG is a number from 0 to 9, not {self.number}")

    @property
    def name(self) -> str:
        """Also the argument of the first process, the host's interface and the root of the control groups."""
        return f"hcrig{self.number}"

    @property
    def state(self) -> Path:
        """On a real file system, because overlays cannot lie on a tmpfs or on each other."""
        return Path("/var/tmp") / self.name

    @property
    def address(self) -> str:
        return f"10.99.{self.number}.1"

    @property
    def host_address(self) -> str:
        return f"10.99.{self.number}.2"

    @property
    def pods(self) -> str:
        return f"10.{244 + self.number}.0.0/16"

    @property
    def services(self) -> str:
        """Apart from the nodes' own 10.99: what is no Service in this range is dropped."""
        return f"10.{100 + self.number}.0.0/16"

    @property
    def api_service(self) -> str:
        return f"10.{100 + self.number}.0.1"

    @property
    def dns_service(self) -> str:
        return f"10.{100 + self.number}.0.10"

    @property
    def server(self) -> str:
        return f"https://{self.address}:6443"

    @property
    def registry(self) -> str:
        return f"{self.address}:5000"

    @property
    def pki(self) -> Path:
        return self.state / "pki"

    @property
    def kubeconfig(self) -> Path:
        return self.pki / "admin.kubeconfig"

    def log(self, component: str) -> Path:
        return self.state / "log" / f"{component}.log"


def chosen_rig() -> Rig:
    """The rig of ``HYBRIDCOMPOSE_RIG``, the first one by default."""
    text = os.environ.get("HYBRIDCOMPOSE_RIG", "0")
    if not text.isdigit():
        raise RigError(f"HYBRIDCOMPOSE_RIG is a number from 0 to 9, not {text!r}")
    return Rig(int(text))
