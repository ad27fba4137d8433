"""Labels of our own on every object, and the user's labels, kept in one annotation.

Kubernetes allows labels of 63 characters and annotation keys of one form only; Compose allows any text. The user's
``labels``, ``annotations`` and ``deploy.labels`` are therefore kept verbatim as JSON in the annotation
``hybridcompose.io/metadata`` of the pod.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from hybridcompose.plan.labels import MANAGED_BY, OWNER, PROJECT, SERVICE
from hybridcompose.translate.names import label_name
from hybridcompose.translate.registry.row import KeyClass, Row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hybridcompose.translate.scope import Concern, PodDraft, ProjectScope, ServiceScope

NAME = "app.kubernetes.io/name"
METADATA = "hybridcompose.io/metadata"

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_LABEL_VALUE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")


@lru_cache(maxsize=4096)  # every object of a service asks for the same few
def label_value(text: str) -> str:
    """``text`` where Kubernetes takes it as a label's value, else the nearest valid name."""
    return text if _LABEL_VALUE.fullmatch(text) else label_name(text)


def object_labels(root: ProjectScope, service: str | None = None) -> Mapping[str, str]:
    """The labels of an object of the project, or of one of its services: one mapping, which the objects share."""
    known = root.once(_of_objects)
    if service not in known:
        name = label_value(service or "")
        known[service] = {**known[None], NAME: name, SERVICE: name}
    return known[service]


def _of_objects(root: ProjectScope) -> dict[str | None, dict[str, str]]:
    """The labels by service: those of the project now, those of a service once they are asked for."""
    return {None: _of_project(root)}


def _of_project(root: ProjectScope) -> dict[str, str]:
    project = label_value(root.project.name)
    labels = {
        "app.kubernetes.io/instance": project,
        MANAGED_BY: OWNER,
        NAME: project,
        "app.kubernetes.io/part-of": project,
        PROJECT: project,
    }
    if root.options.label:
        from hybridcompose.translate.site import pairs

        labels = pairs(root.options.label) | labels
    return labels


def project_labels(root: ProjectScope) -> dict[str, str]:
    """What all pods of the project are found by."""
    return {PROJECT: label_value(root.project.name)}


def selector_labels(root: ProjectScope, service: str) -> dict[str, str]:
    """What the pods of one service are found by, also among other projects in the namespace."""
    return {PROJECT: label_value(root.project.name), SERVICE: label_value(root.pod_of(service))}


def user_metadata(scope: ServiceScope, draft: PodDraft) -> None:
    """Keeps the user's labels and annotations on the pod."""
    service = scope.service
    given = {
        "annotations": service.annotations,
        "deploy.labels": service.deploy.labels if service.deploy else {},
        "labels": service.labels,
    }
    kept = {key: dict(sorted(entries.items())) for key, entries in given.items() if entries}
    if kept:
        draft.annotations[METADATA] = _JSON.encode(kept)


CONCERNS: tuple[Concern, ...] = (user_metadata,)

_FIELD = f"metadata.annotations[{METADATA}]"

ROWS: tuple[Row, ...] = tuple(
    Row(path, KeyClass.TRANSLATED, _FIELD, user_metadata)
    for path in (
        "services.*.annotations",
        "services.*.annotations.*",
        "services.*.deploy.labels",
        "services.*.deploy.labels.*",
        "services.*.labels",
        "services.*.labels.*",
    )
)
