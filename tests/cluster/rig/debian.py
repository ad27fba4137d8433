"""Root file systems of Debian packages: one with Python, and what server programs add to it."""

from __future__ import annotations

import os
import shutil
import stat
import tarfile
from pathlib import Path

from tests.cluster.rig import oci
from tests.cluster.rig.process import run

BASE = ("python3-minimal", "python3", "ca-certificates")
SERVERS = ("postgresql", "redis-server", "nginx-light")
#: Nobody reads these in a test, and they are half of the size.
LEFT_OUT = ("usr/share/doc/", "usr/share/man/", "usr/share/locale/", "usr/share/info/", "var/cache/", "var/lib/apt/")
#: Its content is the machine's or the kernel's.
EMPTIED = ("dev/", "proc/", "sys/", "run/", "tmp/", "etc/resolv.conf", "usr/sbin/policy-rc.d")


def suite() -> str:
    """The code name of the machine's own release: its mirror has it and its keys are here."""
    values = dict(line.partition("=")[::2] for line in Path("/etc/os-release").read_text().splitlines())
    return values.get("VERSION_CODENAME", "").strip('"')


def mirror() -> str:
    """Where this machine gets its own packages from."""
    lines = run(["apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME) $(COMPONENT)", "Created-By: Packages"])
    found = [
        uri for uri, code, component in map(str.split, lines.splitlines()) if (code, component) == (suite(), "main")
    ]
    return found[0] if found else "http://deb.debian.org/debian"


def python(layout: Path) -> None:
    """Debian's essential packages and Python. The root stays beside the image: the servers are installed on it."""
    root = layout / "root"
    _bootstrap(root)
    oci.image(layout, [oci.layer(layout, root, _packed)], oci.Process(cmd=("python3",)))


def servers(layout: Path, base: Path) -> None:
    """``base`` is the layout that ``python`` made; its layer becomes the lower one here."""
    scratch = layout / "scratch"
    added = _add_servers(base / "root", scratch)
    lower = oci.layers(base)
    for layer in lower:
        name = layer.digest.removeprefix("sha256:")
        oci.blobs(layout).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(oci.blobs(base) / name, oci.blobs(layout) / name)
    process = oci.Process(cmd=("sh",), env=(f"{oci.PATH}:{_postgres(added)}",))
    oci.image(layout, [*lower, oci.layer(layout, added, _packed)], process)
    shutil.rmtree(scratch)


def _postgres(root: Path) -> str:
    """Debian keeps the database's own programs out of the path, by version; Docker's images don't."""
    return next(f"/{path.relative_to(root)}" for path in root.glob("usr/lib/postgresql/*/bin"))


def _bootstrap(root: Path) -> None:
    run(["debootstrap", "--variant=minbase", f"--include={','.join(BASE)}", suite(), root, mirror()])


#: In a mount namespace of its own: the overlay ends with the shell, however that ends.
INSTALL = """
mount -t overlay overlay -o "lowerdir=$1,upperdir=$2,workdir=$3" "$4"
cp /etc/resolv.conf "$4/etc/resolv.conf"
printf '#!/bin/sh\\nexit 101\\n' > "$4/usr/sbin/policy-rc.d"
chmod 755 "$4/usr/sbin/policy-rc.d"
mkdir -p "$4/etc/postgresql-common"
echo 'create_main_cluster = false' > "$4/etc/postgresql-common/createcluster.conf"
chroot "$4" apt-get -qq update
shift 4
chroot "$0" apt-get -qq install --yes --no-install-recommends "$@"
"""


def _add_servers(base: Path, scratch: Path) -> Path:
    """Installs the servers on top of ``base``; the result has the difference, as an overlay keeps it.

    ``policy-rc.d`` is Debian's way to say that packages start no service here. No database is made: a data directory
    belongs into a volume, and would be made anew there.
    """
    upper, work, root = (scratch / name for name in ("upper", "work", "root"))
    for directory in (upper, work, root):
        directory.mkdir(parents=True)
    environment = {"PATH": os.environ["PATH"], "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    script: list[str | Path] = ["unshare", "--mount", "sh", "-euc", INSTALL, root, base, upper, work, root, *SERVERS]
    run(script, env=environment)
    return upper


def _packed(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """How a file of a root file system lies in a layer; ``None`` where it doesn't."""
    if entry.name.startswith((*LEFT_OUT, *EMPTIED)):
        return None
    if entry.ischr() and (entry.devmajor, entry.devminor) == (0, 0):
        # an overlay marks a deleted file with this device, a layer with a name
        directory, _, name = entry.name.rpartition("/")
        entry.name = f"{directory}/.wh.{name}" if directory else f".wh.{name}"
        entry.type, entry.size = tarfile.REGTYPE, 0
        entry.mode = stat.S_IRUSR | stat.S_IWUSR
    return entry
