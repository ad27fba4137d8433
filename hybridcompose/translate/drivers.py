"""Volumes that Docker's ``local`` driver mounts from elsewhere: NFS, memory, a path of the host."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.diagnostics import Code
from hybridcompose.spec.scalars import Bytes
from hybridcompose.translate.options import Storage
from hybridcompose.translate.quantities import memory
from hybridcompose.translate.shared_volumes import size_option

if TYPE_CHECKING:
    from hybridcompose.plan import Manifest
    from hybridcompose.spec.project import Volume
    from hybridcompose.translate.scope import ProjectScope


class Driven(NamedTuple):
    """What a volume's driver options come to: a volume source of the pod, or a path of the host."""

    source: Manifest | None = None
    host_path: str | None = None


def driven(root: ProjectScope, key: str, volume: Volume) -> Driven | None:
    """The mount that the driver options describe, ``None`` for an ordinary volume."""
    if volume.external:
        return None
    if volume.driver not in (None, "", "local"):
        _not_translated(root, key, "driver", f"nothing is known of the volume driver {volume.driver!r}")
        return None
    if not volume.driver_opts or (size_option(volume) and len(volume.driver_opts) == 1 and _is_persistent(root)):
        return None
    options = _mount_options(volume.driver_opts.get("o", ""))
    found = _of_type(volume.driver_opts, options)
    if volume.driver_opts.get("type") == "tmpfs" and {"gid", "mode", "uid"} & options.keys():
        message = "the volume in memory has the mode and owner of the image's directory, else 0755 and root"
        root.report.note(Code.APPROXIMATED, ("volumes", key, "driver_opts"), message, "use the service's tmpfs instead")
    if found is None:
        _not_translated(root, key, "driver_opts", "these driver options have no equivalent")
    return found


def _of_type(opts: dict[str, str], options: dict[str, str]) -> Driven | None:
    kind, device = opts.get("type", ""), opts.get("device", "")
    if kind == "tmpfs":
        return Driven({"emptyDir": {"medium": "Memory", **_limit(options.get("size", ""))}})
    if kind in ("nfs", "nfs4") and options.get("addr"):
        read_only = {"readOnly": True} if "ro" in options else {}
        return Driven({"nfs": {"server": options["addr"], "path": device.removeprefix(":"), **read_only}})
    if ("bind" in options or "rbind" in options) and device.startswith("/"):
        return Driven(host_path=device)
    return None


def _is_persistent(root: ProjectScope) -> bool:
    return root.options.storage is Storage.PERSISTENT


def _limit(size: str) -> Manifest:
    """The limit of a volume in memory; none for a share of the host's memory, which no pod has."""
    try:
        return {"sizeLimit": memory(Bytes.parse(size))} if size else {}
    except ValueError:
        return {}


def _mount_options(text: str) -> dict[str, str]:
    pairs = (option.partition("=") for option in text.split(",") if option)
    return {name.strip(): value.strip() for name, _, value in pairs}


def _not_translated(root: ProjectScope, key: str, field: str, problem: str) -> None:
    root.report.warning(
        Code.NO_EQUIVALENT,
        ("volumes", key, field),
        f"{problem}: the volume is an ordinary one",
        "make a PersistentVolumeClaim with the storage wanted and name it with `external: true` and `name:`",
    )
