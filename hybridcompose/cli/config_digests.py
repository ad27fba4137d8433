"""``config --resolve-image-digests`` and ``--lock-image-digests``: tags pinned to digests, as registries know them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from hybridcompose import api
from hybridcompose.engine.registry_access import RegistryAccess

if TYPE_CHECKING:
    from hybridcompose.cli.session import Session
    from hybridcompose.spec import Project


def pinned(session: Session, project: Project) -> Project:
    """The project with the digest of every image that a service names.

    Mirrors, certificates and registries without TLS are those of the configuration file. Raises
    ``HybridComposeError`` where a digest cannot be had.
    """
    access = RegistryAccess(api.checked_options(session.configured()), os.environ)
    return api.located(project, lambda: access.pinned(project))


def images_only(project: Project) -> dict[str, Any]:
    """An override file with nothing but the images."""
    named = {name: service.image for name, service in project.services.items() if service.image}
    return {"services": {name: {"image": image} for name, image in sorted(named.items())}}
