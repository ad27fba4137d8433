"""An OCI layout to a registry without TLS. Source: OCI Distribution Specification 1.1, "Push"."""

from __future__ import annotations

import json
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from tests.cluster.rig import oci

if TYPE_CHECKING:
    from pathlib import Path

_BLOB = "application/octet-stream"


def image(layout: Path, registry: str, repository: str, tag: str) -> None:
    """Raises ``OSError`` where the registry does not answer or refuses."""
    base = f"/v2/{repository}"
    described = json.loads((layout / "index.json").read_text())["manifests"][0]
    manifest = _content(layout, described["digest"])
    parts = json.loads(manifest)
    with closing(HTTPConnection(registry, timeout=60)) as connection:
        for blob in (parts["config"], *parts["layers"]):
            if _send(connection, "HEAD", f"{base}/blobs/{blob['digest']}") == (HTTPStatus.NOT_FOUND, ""):
                _, place = _send(connection, "POST", f"{base}/blobs/uploads/", b"")
                found = urlsplit(place)
                query = "&".join(part for part in (found.query, urlencode({"digest": blob["digest"]})) if part)
                _send(connection, "PUT", f"{found.path}?{query}", _content(layout, blob["digest"]), _BLOB)
        _send(connection, "PUT", f"{base}/manifests/{tag}", manifest, described["mediaType"])


def _content(layout: Path, digest: str) -> bytes:
    return (oci.blobs(layout) / digest.removeprefix("sha256:")).read_bytes()


def _send(
    connection: HTTPConnection, method: str, path: str, data: bytes | None = None, media_type: str = ""
) -> tuple[int, str]:
    """The answer's status, which may be 404, and its location."""
    connection.request(method, path, data, {"Content-Type": media_type} if media_type else {})
    answer = connection.getresponse()
    text = answer.read()
    if answer.status >= HTTPStatus.BAD_REQUEST and answer.status != HTTPStatus.NOT_FOUND:
        raise OSError(f"{method} {path}: {answer.status} {text.decode(errors='replace')}")
    return answer.status, answer.headers.get("Location") or ""
