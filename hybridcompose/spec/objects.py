"""Top-level configs, secrets and models. Source: Compose Specification, the top-level elements of these names."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from hybridcompose.spec.base import Spec, Strings
from hybridcompose.spec.scalars import Bool, Int, Labels, WholeTexts


class FileObject(Spec):
    """What a top-level config and a secret share: where the content comes from.

    ``content`` is resolved by the loader where it comes from ``environment``; then it is not printed.
    """

    name: str | None = None
    file: str | None = None
    environment: str | None = None
    content: str | None = None
    external: Bool = False
    labels: Labels = {}
    template_driver: str | None = None

    def to_dict(self) -> dict[str, Any]:
        canonical = super().to_dict()
        if self.environment:
            canonical.pop("content", None)
        return canonical


class Config(FileObject):
    """A top-level config."""


class Secret(FileObject):
    """A top-level secret. Its content is never printed."""

    driver: str | None = None
    driver_opts: WholeTexts = {}

    #: Not a key of the specification here: the loader hands it over under a name that no file can use.
    content: str | None = Field(default=None, alias="#content", repr=False)


class Model(Spec):
    name: str | None = None
    model: str
    context_size: Int = 0
    runtime_flags: Strings = ()
