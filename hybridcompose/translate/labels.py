"""Labels of our own on every object."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hybridcompose.translate.names import label_name

if TYPE_CHECKING:
    from hybridcompose.translate.scope import ProjectScope

PROJECT = "hybridcompose.io/project"
SERVICE = "hybridcompose.io/service"

_LABEL_VALUE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")


def label_value(text: str) -> str:
    """``text`` where Kubernetes takes it as a label's value, else the nearest valid name."""
    return text if _LABEL_VALUE.fullmatch(text) else label_name(text)


def object_labels(root: ProjectScope, service: str | None = None) -> dict[str, str]:
    """The labels of an object of the project, or of one of its services."""
    project = label_value(root.project.name)
    labels = {
        "app.kubernetes.io/instance": project,
        "app.kubernetes.io/managed-by": "hybridcompose",
        "app.kubernetes.io/name": label_value(service or root.project.name),
        "app.kubernetes.io/part-of": project,
        PROJECT: project,
    }
    return labels if service is None else {**labels, SERVICE: label_value(service)}
