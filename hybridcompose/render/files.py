"""A plan as files of a directory: names and texts, not yet written."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.plan.order import rank
from hybridcompose.render.stream import check_format, document

if TYPE_CHECKING:
    from hybridcompose.plan import Plan, ResourceKey
    from hybridcompose.render.stream import Format


class OutputFile(NamedTuple):
    """One file to write. ``private``: it may hold a secret, and only its owner should read it."""

    name: str
    text: str
    private: bool = False

    def __repr__(self) -> str:
        # The text may hold a secret.
        return f"OutputFile({self.name!r}, private={self.private})"


def files(plan: Plan, format: Format = "yaml") -> tuple[OutputFile, ...]:  # noqa: A002  (the public name)
    """One file per object, in the plan's order. Raises ``TranslateError`` as ``render`` does."""
    check_format(format)
    return tuple(
        OutputFile(file_name(resource.key, format), document(resource, format), private=resource.key.kind == "Secret")
        for resource in plan.resources
    )


def file_name(key: ResourceKey, extension: str) -> str:
    """``NN-kind-name.yaml``. NN is the kind's place in the order of creation, in which kubectl reads a directory;

    it does not count the objects, so that a new one leaves the names of the others as they are.
    """
    return f"{rank(key.kind):02}-{key.kind.lower()}-{key.name}.{extension}"
