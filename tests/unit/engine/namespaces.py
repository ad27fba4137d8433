"""An API server that knows namespaces and what is in them, and nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.unit.cluster.server import Answer, Request, message

if TYPE_CHECKING:
    from hybridcompose.engine.progress import Event, Output

OURS = {"app.kubernetes.io/managed-by": "hybridcompose", "hybridcompose.io/project": "demo"}


@dataclass
class Namespaces:
    """``labels`` by namespace; ``objects`` are paths below ``/api/v1/namespaces``, such as ``demo/pods/web``.

    ``forbidden`` are collections that may not be listed.
    """

    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    objects: set[str] = field(default_factory=set)
    may_create: bool = True
    forbidden: frozenset[str] = frozenset()

    def __call__(self, request: Request) -> Answer:
        rest = request.path.partition("/namespaces")[2].strip("/").split("/")
        if request.method == "POST":
            return self._create()
        if len(rest) == 1:
            return self._namespace(request.method, rest[0])
        if request.method == "DELETE":
            self.objects.discard("/".join(rest))
            return Answer()
        if len(rest) == 3:
            return Answer() if "/".join(rest) in self.objects else message(404, "not found")
        if "watch" in request.query:
            return Answer(200, [])  # a watch that ends before anything has happened
        return message(403, "forbidden") if rest[-1] in self.forbidden else self._list("/".join(rest))

    def _create(self) -> Answer:
        if not self.may_create:
            return message(403, "forbidden")
        self.labels["demo"] = OURS
        self.objects.add("demo/serviceaccounts/default")
        return Answer()

    def _namespace(self, method: str, name: str) -> Answer:
        if name not in self.labels:
            return message(404, "not found")
        if method == "DELETE":
            del self.labels[name]
            return Answer()
        return _json({"metadata": {"name": name, "labels": self.labels[name]}})

    def _list(self, place: str) -> Answer:
        names = sorted(path.rpartition("/")[2] for path in self.objects if path.rpartition("/")[0] == place)
        return _json({"metadata": {"resourceVersion": "1"}, "items": [_object(name) for name in names]})


def _object(name: str) -> dict[str, Any]:
    spec = {"containers": [{"name": "c", "image": "i"}]}
    return {"metadata": {"name": name, "uid": name}, "spec": spec, "status": {}}


def _json(value: Any) -> Answer:
    return Answer(200, [json.dumps(value).encode()])


class Lines:
    """A console that keeps what it is told."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.output: list[str] = []
        self.events: list[Event | Output] = []

    def out(self, line: str) -> None:
        self.output.append(line)

    def note(self, line: str) -> None:
        self.notes.append(line)

    def tell(self, event: Event | Output) -> None:
        self.events.append(event)
        self.notes.append(str(event))
