"""The labels by which the objects of a project are found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.translate.names import label_name

if TYPE_CHECKING:
    from hybridcompose.translate.scope import ProjectScope


def object_labels(root: ProjectScope, service: str | None = None) -> dict[str, str]:
    """The labels of an object that belongs to the project, or to one of its services."""
    project = label_name(root.project.name)
    labels = {
        "app.kubernetes.io/managed-by": "hybridcompose",
        "app.kubernetes.io/part-of": project,
        "hybridcompose.io/project": project,
    }
    if service is not None:
        labels["app.kubernetes.io/name"] = root.names.services[service]
        labels["hybridcompose.io/service"] = root.names.services[service]
    return labels
