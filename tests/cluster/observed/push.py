"""An OCI layout to a registry without TLS. Source: OCI Distribution Specification 1.1, "Push"."""

from __future__ import annotations

import json
import urllib.request
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin

from tests.cluster.rig import oci

if TYPE_CHECKING:
    from pathlib import Path


def image(layout: Path, registry: str, repository: str, tag: str) -> None:
    """Raises ``OSError`` where the registry does not answer or refuses."""
    base = f"http://{registry}/v2/{repository}/"
    described = json.loads((layout / "index.json").read_text())["manifests"][0]
    manifest = _content(layout, described["digest"])
    parts = json.loads(manifest)
    for blob in (parts["config"], *parts["layers"]):
        if not _has(f"{base}blobs/{blob['digest']}"):
            place = urljoin(base, _send("POST", f"{base}blobs/uploads/"))
            place += ("&" if "?" in place else "?") + urlencode({"digest": blob["digest"]})
            _send("PUT", place, _content(layout, blob["digest"]), "application/octet-stream")
    _send("PUT", f"{base}manifests/{tag}", manifest, described["mediaType"])


def _content(layout: Path, digest: str) -> bytes:
    return (oci.blobs(layout) / digest.removeprefix("sha256:")).read_bytes()


def _has(url: str) -> bool:
    try:
        _send("HEAD", url)
    except HTTPError as error:
        if error.code != 404:  # noqa: PLR2004  (not found)
            raise
        return False
    return True


def _send(method: str, url: str, data: bytes | None = None, media_type: str = "") -> str:
    """The answer's location."""
    headers = {"Content-Type": media_type} if media_type else {}
    request = urllib.request.Request(url, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return str(answer.headers.get("Location", ""))
