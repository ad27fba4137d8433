"""What can be observed of an image: its configuration, and the files that its layers leave."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import stat
import tarfile
import urllib.request
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    Blobs = Callable[[str], bytes]

#: Parts of the configuration that decide what a container is.
KEYS = (
    "Env",
    "Cmd",
    "Entrypoint",
    "User",
    "WorkingDir",
    "ExposedPorts",
    "Volumes",
    "Labels",
    "StopSignal",
    "Healthcheck",
    "Shell",
    "OnBuild",
    "Author",
)
#: What runs only if it has them.
_CAPABILITIES = "SCHILY.xattr.security.capability"
#: Directories that runc makes for a step. Every container has them, whatever its image holds.
MOUNT_POINTS = frozenset(("/dev", "/proc", "/sys"))
_ACCEPTED = ", ".join(
    (
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.oci.image.index.v1+json",
    )
)
_WHITEOUT, _OPAQUE = ".wh.", ".wh..wh..opq"


@dataclass
class Image:
    """``files`` are lines such as ``file 0644 0:0 5f36b2ea290645ee34`` by absolute path."""

    config: Mapping[str, Any]
    files: dict[str, str] = field(default_factory=dict)

    def changed_from(self, base: Image) -> dict[str, str]:
        """The files that are not as in the base; a deleted one is ``gone``."""
        changed = {
            path: line for path, line in self.files.items() if base.files.get(path) != line and path not in MOUNT_POINTS
        }
        return {**changed, **{path: "gone" for path in base.files if path not in self.files}}

    def observable(self, base: Image) -> dict[str, Any]:
        """What a comparison is about. Empty and absent parts of a configuration are the same.

        Docker Compose labels what it builds, with its version and the project, for its own bookkeeping.
        """
        labels = self.config.get("Labels") or {}
        kept = {name: value for name, value in labels.items() if not name.startswith("com.docker.compose.")}
        given = {**self.config, "Labels": kept}
        config = {key: given[key] for key in KEYS if given.get(key)}
        return {"config": config, "files": dict(sorted(self.changed_from(base).items()))}


def of_archive(path: Path) -> Image:
    """The image of an OCI layout in a tar file."""
    with tarfile.open(path) as tar:

        def blob(digest: str) -> bytes:
            member = tar.extractfile(f"blobs/{digest.replace(':', '/')}")
            assert member is not None
            return member.read()

        index = tar.extractfile("index.json")
        assert index is not None
        return _image(_manifest(json.loads(index.read()), blob), blob)


def of_layout(path: Path) -> Image:
    """The image of an OCI layout in a directory."""

    def blob(digest: str) -> bytes:
        return (path / "blobs" / digest.replace(":", "/")).read_bytes()

    return _image(_manifest(json.loads((path / "index.json").read_bytes()), blob), blob)


def of_registry(registry: str, repository: str, reference: str) -> Image:
    """The image of a registry that speaks plain HTTP."""

    def fetch(kind: str, name: str) -> bytes:
        request = urllib.request.Request(
            f"http://{registry}/v2/{repository}/{kind}/{name}", headers={"Accept": _ACCEPTED}
        )
        with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310  (http)
            data: bytes = response.read()
            return data

    return _image(json.loads(fetch("manifests", reference)), lambda digest: fetch("blobs", digest))


def _manifest(index: Any, blob: Blobs) -> Any:
    """The first manifest of an image, through indexes; attestations have no platform."""
    while "manifests" in index:
        real = [entry for entry in index["manifests"] if entry.get("platform", {}).get("os") != "unknown"]
        index = json.loads(blob(real[0]["digest"]))
    return index


def _image(manifest: Any, blob: Blobs) -> Image:
    document = json.loads(blob(manifest["config"]["digest"]))
    image = Image({**(document.get("config") or {}), "Author": document.get("author")})
    for layer in manifest["layers"]:
        _apply(image.files, _layer(layer["digest"], blob))
    return image


_READ: dict[str, list[tuple[str, str]]] = {}


def _layer(digest: str, blob: Blobs) -> list[tuple[str, str]]:
    """Its entries in order, each with its line. Layers of base images are read once."""
    if digest not in _READ:
        _READ[digest] = list(_entries(blob(digest)))
    return _READ[digest]


def _entries(data: bytes) -> Iterator[tuple[str, str]]:
    plain = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
        for entry in tar:
            yield "/" + entry.name.strip("/").removeprefix("./"), _line(tar, entry)


def _line(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> str:
    owner = f"{entry.uid}:{entry.gid}"
    if entry.issym():
        return f"link {owner} {entry.linkname}"
    if entry.islnk():
        return f"hard link /{entry.linkname.removeprefix('./').strip('/')}"
    mode = f"{stat.S_IMODE(entry.mode):04o} {owner}"
    if entry.isdir():
        return f"directory {mode}"
    if entry.isfile():
        content = tar.extractfile(entry)
        assert content is not None
        capabilities = entry.pax_headers.get(_CAPABILITIES, "").encode("utf-8", "surrogateescape").hex()
        line = f"file {mode} {hashlib.sha256(content.read()).hexdigest()[:16]}"
        return f"{line} with capabilities {capabilities}" if capabilities else line
    return f"special {mode}"


def _apply(files: dict[str, str], layer: list[tuple[str, str]]) -> None:
    removed = [path for path, _ in layer if path.rpartition("/")[2].startswith(_WHITEOUT)]
    for path in removed:
        parent, _, name = path.rpartition("/")
        opaque = name == _OPAQUE
        gone = parent if opaque else f"{parent}/{name.removeprefix(_WHITEOUT)}"
        for known in [known for known in files if known.startswith(f"{gone}/") or (known == gone and not opaque)]:
            del files[known]
    for path, line in layer:
        if path.rpartition("/")[2].startswith(_WHITEOUT) or path in ("/", "/."):
            continue
        if not line.startswith("directory") and files.get(path, "").startswith("directory"):
            for below in [known for known in files if known.startswith(f"{path}/")]:
                del files[below]
        files[path] = files.get(line.removeprefix("hard link "), line) if line.startswith("hard link ") else line
