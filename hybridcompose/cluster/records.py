"""What is kept of a project when it goes: the API server's own words about its pods and events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from hybridcompose.cluster import parse
from hybridcompose.cluster.api import path_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hybridcompose.cluster.api import Api
    from hybridcompose.cluster.state import PodState


class Recorded(NamedTuple):
    """A pod as a value, how it stands in the server's words (nothing of its specification), and its annotations."""

    pod: PodState
    standing: Mapping[str, Any]
    annotations: Mapping[str, str]


def pods(api: Api, namespace: str, selector: str) -> list[Recorded]:
    """All pods of a project, also those that build, by name."""
    bodies = api.get(path_of("Pod", namespace), labelSelector=selector)["items"]
    return sorted(map(_recorded, bodies), key=lambda one: one.pod.name)


def _recorded(body: Mapping[str, Any]) -> Recorded:
    metadata = body["metadata"]
    kept = ("name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "labels", "ownerReferences")
    standing = {
        "metadata": {key: metadata[key] for key in kept if key in metadata},
        "node": body["spec"].get("nodeName", ""),
        "status": body.get("status", {}),
    }
    return Recorded(parse.pod(body), standing, metadata.get("annotations") or {})


def events(api: Api, namespace: str, subjects: frozenset[str] | None) -> list[str]:
    """What the cluster told, a line each, in order; about these objects (by uid) alone where they are given."""
    bodies = api.get(path_of("Event", namespace))["items"]
    told = [(parse.event(body), body) for body in bodies]
    kept = [(event, body) for event, body in told if subjects is None or event.subject in subjects]
    return [_line(body) for _, body in sorted(kept, key=lambda entry: (entry[0].last, entry[0].name, entry[0].reason))]


def _line(body: Mapping[str, Any]) -> str:
    event, subject = parse.event(body), body.get("involvedObject", {})
    when = body.get("lastTimestamp") or body.get("eventTime") or body["metadata"].get("creationTimestamp", "")
    times = f" (x{event.times})" if event.times > 1 else ""
    kind = "Warning" if event.warning else "Normal"
    return f"{when} {kind} {event.reason} {subject.get('kind', '')}/{event.name}{times}: {event.message}"
