"""Rows of ``x-hybridcompose``: not of the specification, so that they stand apart from its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.plan.labels import ARTEFACTS
from hybridcompose.spec.extension import PLACES
from hybridcompose.spec.project import EXTENSION
from hybridcompose.spec.schema import model_at
from hybridcompose.translate import artefacts, claim_settings, extension, health, published, settings, workload
from hybridcompose.translate.registry.row import KeyClass, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic import BaseModel

_ACCEPT = (KeyClass.TRANSLATED, "severity of findings", settings.settings_of)
_CLAIM = claim_settings.claim_spec

#: By setting, whatever the place: class, Kubernetes fields, function. What is below a setting shares its row's fate.
_TABLE: dict[str, tuple[KeyClass, str, Callable[..., object] | None]] = {
    "accept": _ACCEPT,
    "access_mode": (KeyClass.TRANSLATED, "PersistentVolumeClaim.spec.accessModes", _CLAIM),
    "artefacts": (KeyClass.TRANSLATED, f"metadata.annotations[{ARTEFACTS}]", artefacts.artefacts),
    "container": (KeyClass.TRANSLATED, "spec.containers[]", extension.patched),
    "copy_from": (KeyClass.TRANSLATED, "initContainers[fill-volumes]", claim_settings.copied_claim),
    "defaults": (KeyClass.TRANSLATED, "", settings.settings_of),
    "expose": (KeyClass.TRANSLATED, "Service.spec.type", published.published_services),
    "kind": (KeyClass.TRANSLATED, "Job", workload.workload),
    "manifest": (KeyClass.TRANSLATED, "Pod, Job, DaemonSet", extension.patched),
    "node_selector": (KeyClass.TRANSLATED, "spec.nodeSelector", extension.scheduling),
    "pod": (KeyClass.TRANSLATED, "spec", extension.patched),
    "probe": (KeyClass.TRANSLATED, "spec.containers[].readinessProbe, startupProbe", health.health),
    "pull_secrets": (KeyClass.TRANSLATED, "spec.imagePullSecrets", extension.identity),
    "service": (KeyClass.TRANSLATED, "", settings.settings_of),
    "service_account": (KeyClass.TRANSLATED, "spec.serviceAccountName", extension.identity),
    "size": (KeyClass.TRANSLATED, "PersistentVolumeClaim.spec.resources.requests.storage", _CLAIM),
    "storage_class": (KeyClass.TRANSLATED, "PersistentVolumeClaim.spec.storageClassName", _CLAIM),
    "tolerations": (KeyClass.TRANSLATED, "spec.tolerations", extension.scheduling),
    "volume": (KeyClass.TRANSLATED, "", settings.settings_of),
}


def _rows() -> Iterator[Row]:
    for place, model in PLACES.items():
        path = f"{place}.{EXTENSION}".lstrip(".")
        yield Row(path, KeyClass.TRANSLATED, "", settings.settings_of, "Settings of this program.")
        yield from _below(model, path)


def _below(model: type[BaseModel], path: str, inherited: str = "") -> Iterator[Row]:
    for name, field in model.model_fields.items():
        setting = name if name in _TABLE and not inherited else inherited
        key_class, fields, function = _TABLE[setting]
        inner = f"{path}.{name}"
        yield Row(inner, key_class, fields, function, field.description or "")
        below = model_at((name,), model)
        if below is not None:
            grouped = name in ("defaults", "service", "volume")
            yield from _below(below, inner, "" if grouped else setting)


ROWS: tuple[Row, ...] = tuple(_rows())
