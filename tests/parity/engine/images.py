"""The images of both sides: the rig's, and the probe. They have the same names under Docker and in the cluster."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.cluster.rig import images as rig_images
from tests.cluster.rig import oci, prerequisites, programs, registry
from tests.cluster.rig.cache import cached, digest
from tests.cluster.rig.images import Image
from tests.cluster.rig.process import run
from tests.cluster.rig.programs import Group
from tests.cluster.rig.settings import SOURCES as RIG_SOURCES
from tests.parity.engine.settings import SOURCES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.cluster.rig.settings import Rig
    from tests.parity.engine.api import Api

PREFIX = "parity"
#: Of the rig's images those that compose files name.
_SHARED = ("busybox", "python", "servers")
NAMES = ("probe", *_SHARED)
PROBE = Group("probe", "probe", ("hybridcompose/probe",), sources=SOURCES.parent)
PASSWD = """\
root:x:0:0:root:/root:/bin/sh
www-data:x:33:33:www-data:/var/www:/bin/sh
app:x:1000:1000:app:/home/app:/bin/sh
nobody:x:65534:65534:nobody:/nonexistent:/bin/false
"""
GROUP = "root:x:0:\nwww-data:x:33:\nstaff:x:50:app\napp:x:1000:\nextra:x:2000:app\nnogroup:x:65534:\n"


def name(image: Image) -> str:
    """What compose files and Dockerfiles write."""
    return f"{PREFIX}/{image.name}:1"


def build(built: Mapping[str, Path]) -> list[Image]:
    """All images; what was made before is not made again."""
    further = rig_images.build({**built, **programs.build()})
    return [_probe(), *(image for image in further if image.name in _SHARED)]


def _probe() -> Image:
    """A small system with users, groups and directories of several owners, and the probe in it."""
    program = programs.build((PROBE,))["probe"]
    files = (Path(__file__), prerequisites.BUSYBOX)

    def make(layout: Path) -> None:
        with tempfile.TemporaryDirectory() as directory:
            _fill(Path(directory), program / "probe")
            oci.image(layout, [oci.layer(layout, Path(directory))], oci.Process(("/bin/probe",)))

    key = digest(RIG_SOURCES / "oci.py", os.uname().machine, program.name, *files)
    return Image("probe", cached("images", "probe", key, make))


def _fill(root: Path, probe: Path) -> None:
    for path in (
        "bin",
        "sbin",
        "usr/bin",
        "usr/sbin",
        "etc",
        "root",
        "tmp",
        "var/www",
        "home/app",
        "proc",
        "sys",
        "dev",
    ):
        (root / path).mkdir(parents=True)
    (root / "tmp").chmod(0o1777)
    shutil.copy(prerequisites.BUSYBOX, root / "bin/busybox")
    shutil.copy(probe, root / "bin/probe")
    for applet in run([prerequisites.BUSYBOX, "--list"]).split():
        if applet != "busybox":
            (root / "bin" / applet).symlink_to("busybox")
    (root / "etc/passwd").write_text(PASSWD)
    (root / "etc/group").write_text(GROUP)
    os.chown(root / "home/app", 1000, 1000)
    _content(root / "srv/site")


def _content(root: Path) -> None:
    """What a volume over it begins with: entries of several kinds, modes and owners."""
    (root / "closed").mkdir(parents=True)
    (root / "index.html").write_text("<p>of the image</p>\n")
    (root / "closed/key").write_text("key\n")
    (root / "closed/key").chmod(0o640)
    (root / "latest").symlink_to("index.html")
    os.chown(root / "closed/key", 1000, 50)
    for path, mode, owner in ((root / "closed", 0o2770, (1000, 50)), (root, 0o755, (33, 33))):
        os.chown(path, *owner)
        path.chmod(mode)


def load(api: Api, images: list[Image], registry_name: str, scratch: Path) -> None:
    """Gives the engine those images."""
    for image in images:
        archive = scratch / f"{image.name}.tar"
        registry.archive(image.layout, f"{registry_name}/{name(image)}", archive)
        api.load(archive)
        archive.unlink()


def serve(rig: Rig, images: list[Image]) -> None:
    """Gives a running rig those images: its registry reads what lies in its directories."""
    for image in images:
        registry.serve(image.layout, rig.state / "registry", f"{PREFIX}/{image.name}", "1")
