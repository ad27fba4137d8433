"""The images that the recorded projects name, as far as the records tell what is in them."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.cluster.observed import push
from tests.cluster.rig import oci, programs
from tests.cluster.rig.cache import cached, digest, sources
from tests.cluster.rig.prerequisites import BUSYBOX
from tests.cluster.rig.process import run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SOURCES = Path(__file__).parent
PROBE = SOURCES / "probe"
PASSWD = """\
root:x:0:0:root:/root:/bin/sh
nobody:x:65534:65534:nobody:/nonexistent:/bin/false
www-data:x:33:33:www-data:/var/www:/bin/sh
app:x:1000:1000:app:/home/app:/bin/sh
"""
GROUP = "root:x:0:\nwww-data:x:33:\nnogroup:x:65534:\nstaff:x:50:app\nextra:x:2000:app\napp:x:1000:\n"


@dataclass(frozen=True, slots=True)
class Configured(oci.Process):
    """A process with more of an image's configuration."""

    more: Mapping[str, Any] = field(default_factory=dict)

    def config(self) -> dict[str, Any]:
        # super() without arguments does not know the class that slots=True makes
        return {**oci.Process.config(self), **self.more}


_PROBE = ("/probe",)
IMAGES: Mapping[str, oci.Process] = {
    "base/busybox": oci.Process(cmd=("sh",)),
    "base/probe": oci.Process(_PROBE),
    "lab/ep": oci.Process(_PROBE, ("img-cmd",)),
    "lab/shcmd": oci.Process(cmd=("/bin/sh", "-c", "/probe shell-cmd $HOME")),
    "lab/shep": oci.Process(("/bin/sh", "-c", "/probe ep-shell")),
    "lab/inherit": oci.Process(("/probe", "child")),
    "lab/user": Configured(_PROBE, workdir="/home/app", more={"User": "app"}),
    "lab/wd": Configured(_PROBE, workdir="/made/by/image", more={"User": "app"}),
    "lab/vol": Configured(_PROBE, more={"Volumes": {"/decl": {}}}),
    "lab/stopsig": Configured(_PROBE, more={"StopSignal": "SIGQUIT"}),
}


def publish(registry: str) -> None:
    """Puts all images into a registry. Raises ``OSError`` where it cannot be reached."""
    layout = cached("images", "observed", key(), _make)
    for name in IMAGES:
        push.image(layout / name.replace("/", "-"), registry, f"{repository()}/{name}", "1")


def repository() -> str:
    """What all names begin with in the registry: another one for other content, as nodes keep what they have."""
    return f"observed-{key()}"


@cache
def key() -> str:
    written = sources(PROBE, ("go.mod", "*.go"))
    own = (SOURCES / "images.py", Path(oci.__file__), BUSYBOX)
    return digest(run(["go", "env", "GOVERSION"], cwd=PROBE), os.uname().machine, *own, *written)


def _make(layouts: Path) -> None:
    first = layouts / "parts"
    layers = {name: _layer(first, fill) for name, fill in (("base", _fill), ("volumes", _fill_volumes))}
    for name, process in IMAGES.items():
        layout = layouts / name.replace("/", "-")
        shutil.copytree(oci.blobs(first), oci.blobs(layout), copy_function=os.link)
        oci.image(layout, layers.values() if name == "lab/vol" else [layers["base"]], process)


def _layer(layout: Path, fill: Callable[[Path], None]) -> oci.Layer:
    with tempfile.TemporaryDirectory() as directory:
        fill(Path(directory))
        return oci.layer(layout, Path(directory))


def _fill(root: Path) -> None:
    for directory in ("bin", "dev", "etc", "home/app", "made/by/image", "proc", "root", "run", "sys", "tmp", "var/www"):
        (root / directory).mkdir(parents=True)
    (root / "tmp").chmod(0o1777)
    for owned in ("home/app", "made/by/image"):
        os.chown(root / owned, 1000, 1000)
    shutil.copy(BUSYBOX, root / "bin/busybox")
    for applet in run([BUSYBOX, "--list"]).split():
        if applet != "busybox":
            (root / "bin" / applet).symlink_to("busybox")
    (root / "etc/passwd").write_text(PASSWD)
    (root / "etc/group").write_text(GROUP)
    environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-buildvcs=false"}
    run(["go", "build", "-trimpath", "-ldflags", programs.LINK, "-o", str(root / "probe")], cwd=PROBE, env=environment)


def _fill_volumes(root: Path) -> None:
    """What new volumes are filled with: a set group, an own mode, a link, a directory."""
    data, declared = root / "data", root / "decl"
    (data / "sub").mkdir(parents=True)
    declared.mkdir()
    (data / "f").write_text("img\n")
    (data / "f").chmod(0o640)
    for path in (data, data / "sub", data / "f"):
        os.chown(path, 1000, 1001)
    data.chmod(0o2770)
    (data / "l").symlink_to("f")
    os.chown(data / "l", 0, 1001, follow_symlinks=False)
    (declared / "f").write_text("d\n")
    os.chown(declared, 33, 0)
