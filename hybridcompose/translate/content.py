"""Files of the project as ConfigMaps (or Secrets) and the volumes that show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.plan import KubeName, Manifest, Resource
from hybridcompose.translate.labels import object_labels
from hybridcompose.translate.payload import BUDGET, Entry, data_fields, items, packed, usual_mode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.translate.scope import ProjectScope

#: Directories stand below one prefix, so that its subPath shows them plainly, without the kubelet's links.
PREFIX = "d"


class ObjectKind(NamedTuple):
    """How one kind of object holds files and how a volume names it."""

    kind: str
    text_field: str
    binary_field: str
    volume_field: str
    name_field: str


CONFIG_MAP = ObjectKind("ConfigMap", "data", "binaryData", "configMap", "name")
SECRET = ObjectKind("Secret", "stringData", "data", "secret", "secretName")


class Content(NamedTuple):
    """Files packed into objects called ``name``, ``name-2``, … of one kind."""

    kind: ObjectKind
    name: KubeName
    groups: tuple[tuple[Entry, ...], ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(entry for group in self.groups for entry in group)

    def names(self) -> Iterable[tuple[str, tuple[Entry, ...]]]:
        for index, group in enumerate(self.groups):
            yield self.name if index == 0 else f"{self.name}-{index + 1}", group

    def objects(
        self, root: ProjectScope, cause: ComposePath, reason: str, annotations: dict[str, str] | None = None
    ) -> list[Resource]:
        """The objects themselves."""
        return [
            Resource(
                {
                    "apiVersion": "v1",
                    "kind": self.kind.kind,
                    "metadata": {"name": name, "labels": object_labels(root)}
                    | ({"annotations": annotations} if annotations else {}),
                    **data_fields(group, self.kind.text_field, self.kind.binary_field),
                },
                cause,
                reason,
            )
            for name, group in self.names()
        ]

    def volume(self, prefix: str = "") -> Manifest:
        """A volume source with every file at ``prefix`` + its path."""
        mode = usual_mode(self.entries)
        if len(self.groups) == 1:
            source = {self.kind.name_field: self.name, "items": items(self.entries, prefix, mode), "defaultMode": mode}
            return {self.kind.volume_field: source}
        sources = [
            {self.kind.volume_field: {"name": name, "items": items(group, prefix, mode)}}
            for name, group in self.names()
        ]
        return {"projected": {"sources": sources, "defaultMode": mode}}


def content_of(kind: ObjectKind, name: KubeName, entries: Iterable[Entry], limit: int = BUDGET) -> Content:
    """The entries under the name, in as many objects as their size asks for."""
    return Content(kind, name, tuple(tuple(group) for group in packed(entries, limit)))
