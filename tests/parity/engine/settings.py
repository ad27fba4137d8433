"""Where one engine lives. Nothing here touches the machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.cluster.rig.settings import Rig, chosen_rig

SOURCES = Path(__file__).parent
#: Its own bridge, where also its name server listens, and where networks of projects are taken from. Other engines
#: have the same ones, in other namespaces.
BRIDGE = "172.30.0.1"
POOL = "172.30.128.0/17"


@dataclass(frozen=True, slots=True)
class Engine:
    """The engine beside the rig of the same number (0 to 9)."""

    rig: Rig

    @property
    def name(self) -> str:
        """Also the argument of the first process and the root of the control groups."""
        return f"hcdocker{self.rig.number}"

    @property
    def state(self) -> Path:
        return Path("/var/tmp") / self.name

    @property
    def socket(self) -> Path:
        return self.state / "docker.sock"

    @property
    def client(self) -> Path:
        """Docker's configuration directory, with Compose and buildx as plug-ins."""
        return self.state / "client"

    def log(self, component: str) -> Path:
        return self.state / "log" / f"{component}.log"


def chosen_engine() -> Engine:
    """The engine of ``HYBRIDCOMPOSE_RIG``, the first one by default."""
    return Engine(chosen_rig())
