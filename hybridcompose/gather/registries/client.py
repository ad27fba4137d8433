"""The questions to registries: which digest has a tag, and what is an image's configuration.

Source: the OCI Distribution and Image specifications; Docker's Image Manifest Version 2, Schema 2.
"""

from __future__ import annotations

import hashlib
import threading
from typing import TYPE_CHECKING, Any, NamedTuple

from hybridcompose.gather.registries.challenge import answer, challenges
from hybridcompose.gather.registries.docker_config import DockerConfig
from hybridcompose.gather.registries.errors import RegistryError
from hybridcompose.gather.registries.names import DEFAULT_PLATFORM, is_digest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hybridcompose.gather.registries.names import ImageName
    from hybridcompose.gather.registries.transport import Reply, Transport

_INDEXES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
_MANIFESTS = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
_ACCEPT = {"Accept": ", ".join((*_INDEXES, *_MANIFESTS))}
_DIGEST_HEADER = "docker-content-digest"
MAX_MANIFEST = 4 * 1024 * 1024
MAX_CONFIG = 4 * 1024 * 1024


class Manifest(NamedTuple):
    """A manifest as JSON, and the digest that its name has: of an index, where the name leads to one."""

    digest: str
    content: Mapping[str, Any]


class Registries:
    """Asks the registries that images come from. Threads may share it."""

    def __init__(self, transport: Transport, config: DockerConfig | None = None) -> None:
        self._transport, self._config = transport, config or DockerConfig()
        self._lock = threading.Lock()
        self._authorizations: dict[tuple[str, str], str] = {}

    def digest(self, name: ImageName) -> str | None:
        """The digest (``sha256:…``) that a name has in its registry; ``None`` where there is no such image.

        Raises ``RegistryError`` and ``CredentialsError``.
        """
        path = f"{name.repository}/manifests/{name.reference}"
        reply = self._get("HEAD", name, path, MAX_MANIFEST)
        digest = reply.headers.get(_DIGEST_HEADER, "")
        if reply.status == 200 and is_digest(digest):
            return digest
        if reply.status in (200, 405):
            # Not every registry answers HEAD, or says the digest.
            reply = self._get("GET", name, path, MAX_MANIFEST)
        return _sha256(reply.data) if _exists(name, reply) else None

    def image(self, name: ImageName, platform: str | None = None) -> Manifest | None:
        """An image as it is for a platform; ``None`` where there is none. Raises as ``digest`` does."""
        found = self._manifest(name)
        if found is None or "manifests" not in found.content:
            return found
        chosen = _chosen(found.content["manifests"], platform or DEFAULT_PLATFORM)
        of_platform = None if chosen is None else self._manifest(name._replace(digest=chosen))
        return None if of_platform is None else Manifest(found.digest, of_platform.content)

    def _manifest(self, name: ImageName) -> Manifest | None:
        reply = self._get("GET", name, f"{name.repository}/manifests/{name.reference}", MAX_MANIFEST)
        if not _exists(name, reply):
            return None
        digest = _sha256(reply.data)
        if name.digest and digest != name.digest:
            raise RegistryError(name.host, f"gives something else for {name}")
        return Manifest(digest, reply.json(name.host))

    def configuration(self, name: ImageName, manifest: Manifest) -> dict[str, Any]:
        """The image configuration that a manifest names. Raises as ``digest`` does."""
        config = manifest.content.get("config")
        digest = config.get("digest", "") if isinstance(config, dict) else ""
        if not isinstance(digest, str) or not is_digest(digest):
            raise RegistryError(name.host, f"has {name} in a form that is not understood")
        return self._checked(name, digest, MAX_CONFIG).json(name.host)

    def blob(self, name: ImageName, digest: str, limit: int) -> bytes:
        """The content with a digest, of at most ``limit`` bytes. Raises as ``digest`` does."""
        return self._checked(name, digest, limit).data

    def _checked(self, name: ImageName, digest: str, limit: int) -> Reply:
        reply = self._get("GET", name, f"{name.repository}/blobs/{digest}", limit)
        if reply.status != 200 or _sha256(reply.data) != digest:
            raise RegistryError(name.host, f"does not give what {name} consists of")
        return reply

    def _get(self, method: str, name: ImageName, path: str, limit: int) -> Reply:
        """The answer, after the credentials that are asked for."""
        key = (name.host, name.repository)
        with self._lock:
            given = self._authorizations.get(key)
        reply = self._send(method, name, path, limit, given)
        if reply.status != 401:
            return reply
        login = self._config.login(name.host)
        demanded = challenges(reply.demands)
        authorization = answer(self._transport, name.host, name.repository, demanded, login)
        reply = self._send(method, name, path, limit, authorization)
        if reply.status == 401:
            reason = "refuses the credentials" if login is not None else "wants credentials, and there are none for it"
            raise RegistryError(name.host, reason)
        with self._lock:
            self._authorizations[key] = authorization
        return reply

    def _send(self, method: str, name: ImageName, path: str, limit: int, authorization: str | None) -> Reply:
        headers = {**_ACCEPT, **({"Authorization": authorization} if authorization else {})}
        return self._transport.registry(method, name.host, path, headers, limit)


def _exists(name: ImageName, reply: Reply) -> bool:
    """Whether there is such an image. Raises ``RegistryError`` for answers that do not say so."""
    if reply.status in (200, 404):
        return reply.status == 200
    if reply.status == 403:
        raise RegistryError(name.host, f"does not let {name.repository} be read")
    raise RegistryError(name.host, f"answers {reply.status}")


def _sha256(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _chosen(entries: Any, platform: str) -> str | None:
    """The manifest in an index that a platform takes: of its variant, if it says one; else the only one there is."""
    system, _, rest = platform.partition("/")
    architecture, _, variant = rest.partition("/")
    images = [entry for entry in entries if isinstance(entry, dict) and _is_image(entry)] if entries else []
    fitting = [
        entry
        for entry in images
        if entry["platform"].get("os") == system and entry["platform"].get("architecture") == architecture
    ]
    exact = [entry for entry in fitting if entry["platform"].get("variant", "") == variant]
    for entry in (*exact, *fitting, *(images if len(images) == 1 else ())):
        digest = entry.get("digest")
        if isinstance(digest, str) and is_digest(digest):
            return digest
    return None


def _is_image(entry: dict[str, Any]) -> bool:
    """Attestations stand in an index, too, for a platform that is unknown."""
    platform = entry.get("platform")
    return isinstance(platform, dict) and platform.get("os") != "unknown"
