"""The storage of the rig's registry, filled from OCI layouts: quicker than a push, and nothing has to run for it."""

from __future__ import annotations

import io
import json
import shutil
import tarfile
from typing import TYPE_CHECKING

from tests.cluster.rig import oci

if TYPE_CHECKING:
    from pathlib import Path


def serve(layout: Path, storage: Path, repository: str, tag: str) -> None:
    """Makes an image known under ``repository:tag``, in the directories that the registry's own driver makes."""
    root = storage / "docker" / "registry" / "v2"
    home = root / "repositories" / repository
    for blob in oci.blobs(layout).iterdir():
        link(blob, root / "blobs" / "sha256" / blob.name[:2] / blob.name / "data")
        _link_text(home / "_layers" / "sha256" / blob.name, blob.name)
    manifest = json.loads((layout / "index.json").read_text())["manifests"][0]["digest"].removeprefix("sha256:")
    _link_text(home / "_manifests" / "revisions" / "sha256" / manifest, manifest)
    _link_text(home / "_manifests" / "tags" / tag / "current", manifest)
    _link_text(home / "_manifests" / "tags" / tag / "index" / "sha256" / manifest, manifest)


def link(source: Path, target: Path) -> None:
    """Blobs never change, so that one file serves all who hold it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        return
    try:
        target.hardlink_to(source)
    except OSError:  # another file system
        shutil.copyfile(source, target)


def _link_text(directory: Path, digest: str) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "link").write_text(f"sha256:{digest}")


def archive(layout: Path, name: str, target: Path) -> None:
    """One file that ``kind load image-archive``, ``ctr images import`` and ``skopeo copy oci-archive:`` take."""
    index = json.loads((layout / "index.json").read_text())
    index["manifests"][0]["annotations"] = {
        "io.containerd.image.name": name,
        "org.opencontainers.image.ref.name": name.rpartition(":")[2],
    }
    data = json.dumps(index).encode()
    with tarfile.open(target, "w") as tar:
        entry = tarfile.TarInfo("index.json")
        entry.size = len(data)
        tar.addfile(entry, io.BytesIO(data))
        for part in ("oci-layout", "blobs"):
            tar.add(layout / part, arcname=part)
