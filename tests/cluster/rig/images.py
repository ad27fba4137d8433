"""The images of the test cluster, made from Debian's packages and from the programs built here. No hub is asked."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.cluster.rig import debian, oci
from tests.cluster.rig.cache import cached, digest, say
from tests.cluster.rig.prerequisites import BUSYBOX
from tests.cluster.rig.process import run
from tests.cluster.rig.settings import SOURCES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PASSWD = """\
root:x:0:0:root:/root:/bin/sh
nobody:x:65534:65534:nobody:/:/bin/false
app:x:1000:1000:app:/:/bin/sh
"""
GROUP = "root:x:0:\nstaff:x:50:app\napp:x:1000:\nnogroup:x:65534:\n"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
#: Kaniko's own settings: where its images keep what they read.
KANIKO_ENV = (
    "PATH=/usr/local/bin:/kaniko",
    "HOME=/root",
    "USER=root",
    "SSL_CERT_DIR=/kaniko/ssl/certs",
    "DOCKER_CONFIG=/kaniko/.docker",
)


@dataclass(frozen=True, slots=True)
class Image:
    """``rig/<name>:1`` and the OCI layout that holds it."""

    name: str
    layout: Path

    @property
    def repository(self) -> str:
        return f"rig/{self.name}"


def build(programs: Mapping[str, Path]) -> list[Image]:
    """All images; what was made before is not made again."""
    started = time.monotonic()
    made = [*_of_programs(programs), *_of_debian()]
    if (seconds := time.monotonic() - started) > 1:
        say(f"all images: {seconds:.0f} s")
    return made


def _of_programs(programs: Mapping[str, Path]) -> list[Image]:
    """Images with little but one program in them, by the function that fills their root."""
    fill: dict[str, tuple[Callable[[Path], None], oci.Process, str | Path]] = {
        "pause": (_only(programs["pause"] / "pause"), oci.Process(("/pause",)), programs["pause"].name),
        "coredns": (_only(programs["coredns"] / "coredns"), oci.Process(("/coredns",)), programs["coredns"].name),
        "busybox": (_busybox, oci.Process(cmd=("sh",)), BUSYBOX),
        "kaniko": (
            _kaniko(programs["kaniko"] / "executor"),
            oci.Process(("/kaniko/executor",), env=KANIKO_ENV, workdir="/workspace"),
            programs["kaniko"].name,
        ),
    }
    images = []
    for name, (fill_root, process, content) in fill.items():

        def make(layout: Path, fill_root: Callable[[Path], None] = fill_root, process: oci.Process = process) -> None:
            with tempfile.TemporaryDirectory() as root:
                fill_root(Path(root))
                oci.image(layout, [oci.layer(layout, Path(root))], process)

        images.append(Image(name, cached("images", name, _key(content), make)))
    return images


def _key(*content: str | Path) -> str:
    return digest(SOURCES / "oci.py", SOURCES / "images.py", os.uname().machine, *content)


def _only(program: Path) -> Callable[[Path], None]:
    def fill(root: Path) -> None:
        shutil.copy(program, root / program.name)

    return fill


def _busybox(root: Path) -> None:
    for directory in ("bin", "etc", "root", "tmp", "usr/bin", "var"):
        (root / directory).mkdir(parents=True)
    (root / "tmp").chmod(0o1777)
    shutil.copy(BUSYBOX, root / "bin/busybox")
    for applet in run([BUSYBOX, "--list"]).split():
        if applet != "busybox":
            (root / "bin" / applet).symlink_to("busybox")
    (root / "etc/passwd").write_text(PASSWD)
    (root / "etc/group").write_text(GROUP)


def _kaniko(executor: Path) -> Callable[[Path], None]:
    def fill(root: Path) -> None:
        for directory in ("etc", "workspace", "kaniko/.docker", "kaniko/ssl/certs"):
            (root / directory).mkdir(parents=True)
        shutil.copy(executor, root / "kaniko/executor")
        (root / "kaniko/.docker/config.json").write_text("{}")
        if CERTIFICATES.exists():
            shutil.copy(CERTIFICATES, root / "kaniko/ssl/certs/ca-certificates.crt")
        (root / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
        (root / "etc/group").write_text("root:x:0:\n")

    return fill


def _of_debian() -> list[Image]:
    """Python, and the servers as one more layer on it, so that nodes hold the common part once."""
    key = digest(SOURCES / "oci.py", SOURCES / "debian.py", debian.suite(), os.uname().machine)
    python = cached("images", "python", key, debian.python)
    servers = cached("images", "servers", key, lambda layout: debian.servers(layout, python))
    return [Image("python", python), Image("servers", servers)]
