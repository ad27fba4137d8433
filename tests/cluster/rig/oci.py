"""Images as OCI layouts, written without a container engine."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#: The architecture's name in images, by the machine's.
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


@dataclass(frozen=True, slots=True)
class Layer:
    """A compressed layer that lies among the blobs. ``diff_id`` is the digest of what is in it."""

    digest: str
    diff_id: str
    size: int


@dataclass(frozen=True, slots=True)
class Process:
    """What a container of the image runs."""

    entrypoint: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()
    env: tuple[str, ...] = (PATH,)
    workdir: str = "/"

    def config(self) -> dict[str, Any]:
        values = {
            "Entrypoint": list(self.entrypoint),
            "Cmd": list(self.cmd),
            "Env": list(self.env),
            "WorkingDir": self.workdir,
        }
        return {key: value for key, value in values.items() if value}


class _Hashed(io.RawIOBase):
    """A file that knows the digest and the size of what went through it."""

    def __init__(self, target: IO[bytes]) -> None:
        self.target, self.hash, self.size = target, hashlib.sha256(), 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.hash.update(data)
        self.size += len(data)
        return self.target.write(data)

    @property
    def digest(self) -> str:
        return f"sha256:{self.hash.hexdigest()}"


def blobs(layout: Path) -> Path:
    return layout / "blobs" / "sha256"


@contextmanager
def _layer_file(layout: Path, made: list[Layer]) -> Iterator[tarfile.TarFile]:
    """A tar to be filled; when it is closed its layer is in ``made``."""
    blobs(layout).mkdir(parents=True, exist_ok=True)
    partial = layout / "layer.partial"
    with partial.open("wb") as file:
        packed = _Hashed(file)
        with gzip.GzipFile(filename="", mode="wb", compresslevel=1, fileobj=packed, mtime=0) as compressor:
            plain = _Hashed(compressor)  # type: ignore[arg-type]  # GzipFile has what is used of IO: write
            with tarfile.open(fileobj=plain, mode="w|", format=tarfile.PAX_FORMAT) as tar:
                yield tar
    partial.rename(blobs(layout) / packed.hash.hexdigest())
    made.append(Layer(packed.digest, plain.digest, packed.size))


def _without_time(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.mtime = 0
    entry.uname = entry.gname = ""
    return entry


def layer(
    layout: Path, root: Path, keep: Callable[[tarfile.TarInfo], tarfile.TarInfo | None] = lambda entry: entry
) -> Layer:
    """Packs a directory, owners and modes as they are; ``keep`` may change or leave out entries."""
    made: list[Layer] = []

    def entry(info: tarfile.TarInfo) -> tarfile.TarInfo | None:
        kept = keep(info)
        return _without_time(kept) if kept else None

    with _layer_file(layout, made) as tar:
        for name in sorted(os.listdir(root)):
            tar.add(root / name, arcname=name, filter=entry)
    return made[0]


def image(layout: Path, layers: Iterable[Layer], process: Process) -> None:
    """Completes a layout whose layers are there already."""
    described = [{"mediaType": LAYER, "digest": layer.digest, "size": layer.size} for layer in layers]
    config = {
        "architecture": ARCHITECTURES[os.uname().machine],
        "os": "linux",
        "created": "1970-01-01T00:00:00Z",
        "config": process.config(),
        "rootfs": {"type": "layers", "diff_ids": [layer.diff_id for layer in layers]},
    }
    manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": _blob(layout, CONFIG, config), "layers": described}
    index = {"schemaVersion": 2, "manifests": [_blob(layout, MANIFEST, manifest)]}
    (layout / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
    (layout / "index.json").write_text(json.dumps(index))


def _blob(layout: Path, media_type: str, value: Mapping[str, Any]) -> dict[str, Any]:
    data = json.dumps(value).encode()
    name = hashlib.sha256(data).hexdigest()
    (blobs(layout) / name).write_bytes(data)
    return {"mediaType": media_type, "digest": f"sha256:{name}", "size": len(data)}


def layers(layout: Path) -> list[Layer]:
    """The layers of the image that a layout holds."""
    manifest = _read_blob(layout, json.loads((layout / "index.json").read_text())["manifests"][0]["digest"])
    diff_ids = _read_blob(layout, manifest["config"]["digest"])["rootfs"]["diff_ids"]
    return [
        Layer(described["digest"], diff_id, described["size"])
        for described, diff_id in zip(manifest["layers"], diff_ids, strict=True)
    ]


def _read_blob(layout: Path, digest: str) -> Any:
    return json.loads((blobs(layout) / digest.removeprefix("sha256:")).read_bytes())
