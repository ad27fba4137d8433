"""The few requests to the engine that Compose and buildx have no command for."""

from __future__ import annotations

import http.client
import json
import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tests.cluster.rig.settings import RigError

if TYPE_CHECKING:
    from pathlib import Path


class _Connection(http.client.HTTPConnection):
    """HTTP through a socket of the file system."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=300)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self.path))


class Api:
    """Requests through ``socket``, each on a connection of its own. A refusal is an error with the engine's words."""

    def __init__(self, socket: Path) -> None:
        self.socket = socket

    def answers(self) -> bool:
        try:
            return self._request("GET", "/_ping") == b"OK"
        except (OSError, http.client.HTTPException, RigError):
            return False

    def get(self, path: str) -> Any:
        return json.loads(self._request("GET", path))

    def container(self, name: str) -> Any:
        return self.get(f"/containers/{quote(name)}/json")

    def load(self, archive: Path) -> None:
        """Imports an OCI layout in a tar file, under the name that its index gives."""
        with archive.open("rb") as file:
            said = self._request("POST", "/images/load?quiet=1", file, archive.stat().st_size)
        if b'"error"' in said:
            raise RigError(f"the engine does not take {archive}: {said.decode(errors='replace')[-500:]}")

    def save(self, image: str, target: Path) -> None:
        """Writes an image as an OCI layout in a tar file."""
        connection = _Connection(self.socket)
        try:
            connection.request("GET", f"/images/{quote(image, safe='')}/get")
            response = connection.getresponse()
            _check(response, "GET", image)
            with target.open("wb") as file:
                while block := response.read(1 << 20):
                    file.write(block)
        finally:
            connection.close()

    def _request(self, method: str, path: str, body: Any = None, length: int = 0) -> bytes:
        connection = _Connection(self.socket)
        try:
            headers = {"Content-Length": str(length), "Content-Type": "application/x-tar"} if body else {}
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            _check(response, method, path)
            return response.read()
        finally:
            connection.close()


def _check(response: http.client.HTTPResponse, method: str, path: str) -> None:
    if response.status >= 400:
        raise RigError(f"{method} {path}: {response.status} {response.read().decode(errors='replace')[:500]}")
