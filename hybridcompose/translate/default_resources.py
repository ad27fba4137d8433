"""Requests and limits for containers that say nothing, as a cluster with quotas wants them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.diagnostics import Code
from hybridcompose.translate.quantities import cpu, memory
from hybridcompose.translate.resources import SMALL_CPU, SMALL_MEMORY

if TYPE_CHECKING:
    from hybridcompose.plan import Manifest
    from hybridcompose.translate.scope import ProjectScope


class Default(NamedTuple):
    """``request`` and ``limit`` in cores or bytes, 0 where there is none."""

    request: float = 0
    limit: float = 0


class Defaults(NamedTuple):
    cpu: Default
    memory: Default


def defaults_of(root: ProjectScope) -> Defaults | None:
    """What the options say of services, ``None`` where they say nothing. Reports what cannot be read."""
    return _said(root, "default")


def of_builds(root: ProjectScope) -> Defaults | None:
    """The same of the pods that build."""
    return _said(root, "build")


def _said(root: ProjectScope, whose: str) -> Defaults | None:
    cores = Default(_cores(root, f"{whose}_cpu_request"), _cores(root, f"{whose}_cpu_limit"))
    size = Default(_size(root, f"{whose}_memory_request"), _size(root, f"{whose}_memory_limit"))
    return Defaults(cores, size) if any((*cores, *size)) else None


def _cores(root: ProjectScope, name: str) -> float:
    text = getattr(root.options, name)
    if not text:
        return 0
    try:
        cores = float(text)
    except ValueError:
        cores = 0.0
    if not 0 < cores < float("inf"):
        root.report.error(Code.INVALID_OPTION, (), f"{name} cannot be {text!r}", "write a number of cores, as in 0.5")
        return 0
    return cores


def _size(root: ProjectScope, name: str) -> int:
    from hybridcompose.spec.scalars import Bytes

    text = getattr(root.options, name)
    if not text:
        return 0
    try:
        size = int(Bytes.parse(text))
    except ValueError:
        size = 0
    if size <= 0:
        root.report.error(Code.INVALID_OPTION, (), f"{name} cannot be {text!r}", "write a size, as in 512m")
    return size


def filled(defaults: Defaults, container: Manifest) -> Manifest:
    """The container with what it does not say itself. A request never exceeds its limit."""
    resources = container.get("resources", {})
    requests, limits = dict(resources.get("requests", {})), dict(resources.get("limits", {}))
    _fill("cpu", defaults.cpu, requests, limits, SMALL_CPU)
    _fill("memory", defaults.memory, requests, limits, SMALL_MEMORY)
    fields = {name: values for name, values in (("limits", limits), ("requests", requests)) if values}
    return {**container, "resources": {**resources, **fields}} if fields else container


def _fill(kind: str, default: Default, requests: dict[str, str], limits: dict[str, str], small: float) -> None:
    written = cpu if kind == "cpu" else _memory
    own_limit, own_request = _number(limits.get(kind)), _number(requests.get(kind))
    limit = own_limit or max(default.limit, own_request if default.limit else 0)
    if limit and not own_limit:
        limits[kind] = written(limit)
    request = default.request or (small if limit else 0)
    if request and not own_request:
        requests[kind] = written(min(request, limit or request))


def _memory(size: float) -> str:
    return memory(int(size))


def _number(quantity: str | None) -> float:
    """A quantity that this package has written: cores with or without ``m``, or bytes."""
    if quantity is None:
        return 0
    return int(quantity[:-1]) / 1000 if quantity.endswith("m") else float(quantity)
