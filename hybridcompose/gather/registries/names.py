"""The names of images, and of the registries that hold them.

Source: the distribution project's reference grammar; Docker's own registry has three names for three uses.
"""

from __future__ import annotations

import re
from typing import NamedTuple

#: What is built for, and pulled, where nothing says it.
DEFAULT_PLATFORM = "linux/amd64"
HUB = "docker.io"
#: Where the hub answers, and what Docker's configuration files call it.
_HUB_API, _HUB_ACCOUNT = "registry-1.docker.io", "https://index.docker.io/v1/"
_HUB_NAMES = frozenset({HUB, "index.docker.io", _HUB_API})

_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?")
_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_REPOSITORY = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


class ImageName(NamedTuple):
    """An image in full. ``digest`` (``sha256:…``) wins over ``tag`` where a name has both, as for Docker."""

    host: str
    repository: str
    tag: str = "latest"
    digest: str = ""

    @property
    def reference(self) -> str:
        """What to ask the registry for."""
        return self.digest or self.tag

    def __str__(self) -> str:
        name = f"{self.host}/{self.repository}"
        return f"{name}@{self.digest}" if self.digest else f"{name}:{self.tag}"


def image_name(text: str) -> ImageName | None:
    """The parts of a name as people write it; ``None`` for what is none, such as one with a variable in it."""
    name, at, digest = text.partition("@")
    if ":" in name.rpartition("/")[2]:
        name, _, tag = name.rpartition(":")
    else:
        tag = "latest"
    first, slash, rest = name.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        host, repository = (HUB if first in _HUB_NAMES else first), rest
    else:
        host, repository = HUB, name
    if host == HUB and "/" not in repository:
        repository = f"library/{repository}"
    fits = _HOST.fullmatch(host) and _REPOSITORY.fullmatch(repository) and _TAG.fullmatch(tag)
    if not fits or (at and not is_digest(digest)):
        return None
    return ImageName(host, repository, tag, digest)


def canonical(text: str) -> str:
    """A name with all that Docker leaves out, so that two names of one image are alike; what is none stays as it is."""
    return str(image_name(text) or text)


def is_digest(text: str) -> bool:
    return _DIGEST.fullmatch(text) is not None


def host_of(registry: str) -> str:
    """The host of ``HOST[:PORT][/PREFIX]``, by its usual name."""
    host = registry.partition("/")[0]
    return HUB if host in _HUB_NAMES else host


def api_host(host: str) -> str:
    """Where a registry answers."""
    return _HUB_API if host == HUB else host


def account(host: str) -> str:
    """The key of a registry in Docker's configuration files."""
    return _HUB_ACCOUNT if host == HUB else host


def host_of_account(key: str) -> str:
    """The registry that a key of Docker's configuration files means: a host, or an old address of its API."""
    return host_of(key.partition("://")[2] if "://" in key else key)
