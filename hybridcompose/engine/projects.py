"""``ls``: the projects that run in a cluster, or in the one namespace that may be seen."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from hybridcompose.cluster import parse, stopped
from hybridcompose.cluster.api import everywhere, path_of
from hybridcompose.cluster.state import Phase
from hybridcompose.diagnostics import ClusterError
from hybridcompose.engine.tables import aligned
from hybridcompose.plan.labels import PROJECT, SERVICE, STOPPED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from hybridcompose.cluster.api import Api
    from hybridcompose.cluster.state import PodState

#: The words of Docker for where a container is, in the order in which `ls` tells them.
_WORDS = ("created", "exited", "restarting", "running")


class Listed(NamedTuple):
    """A project in a namespace. ``states`` counts its containers by the word of Docker for where they are."""

    name: str
    namespace: str
    states: Counter[str]

    @property
    def status(self) -> str:
        """``exited(1), running(2)``."""
        return ", ".join(f"{word}({self.states[word]})" for word in _WORDS if self.states[word])

    @property
    def runs(self) -> bool:
        return bool(self.states["running"] or self.states["restarting"] or self.states["created"])


def listed(api: Api, namespace: str | None, *, every: bool) -> list[Listed]:
    """The projects by name; only those of which something runs unless ``every`` is set.

    Raises ``ClusterError`` where pods may not be listed, everywhere where no namespace is named.
    """
    found: dict[tuple[str, str], Counter[str]] = {}
    for body in _bodies(api, "Pod", namespace, f"{PROJECT},{SERVICE}"):
        pod = parse.pod(body)
        key = (body["metadata"]["labels"][PROJECT], body["metadata"]["namespace"])
        found.setdefault(key, Counter()).update(map(state, pod.parts or (pod,)))
    for body in _bodies(api, "ConfigMap", namespace, f"{PROJECT},{STOPPED}") if every else ():
        key = (body["metadata"]["labels"][PROJECT], body["metadata"]["namespace"])
        found.setdefault(key, Counter()).update(map(state, stopped.read(body).containers))
    projects = [Listed(*key, states) for key, states in sorted(found.items())]
    return [project for project in projects if every or project.runs]


def _bodies(api: Api, kind: str, namespace: str | None, selector: str) -> list[dict[str, Any]]:
    path = path_of(kind, namespace) if namespace else everywhere(kind)
    try:
        items: list[dict[str, Any]] = api.get(path, labelSelector=selector)["items"]
    except ClusterError as error:
        if error.status == 403 and not namespace:
            remedy = "name the namespace that you may see with --namespace"
            found = [diagnostic._replace(remedy=remedy) for diagnostic in error.diagnostics]
            raise ClusterError(found, error.status) from error
        raise
    return items


def state(pod: PodState) -> str:
    """Docker's word for where a service's container is."""
    if pod.over:
        return "exited"
    if pod.main is None or not pod.main.has_run:
        return "created"
    return "running" if pod.main.phase is Phase.RUNNING else "restarting"


def as_table(projects: Sequence[Listed]) -> Iterator[str]:
    """Lines of aligned columns. What Docker shows of the compose files, the cluster does not know."""
    return aligned([("NAME", "STATUS", "NAMESPACE"), *((one.name, one.status, one.namespace) for one in projects)])


def as_json(projects: Iterable[Listed]) -> str:
    """One array, as Docker Compose prints it."""
    told = [{"Name": one.name, "Status": one.status, "Namespace": one.namespace} for one in projects]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))
