"""What a decision asks for: one change of the cluster each, which `execute` and the uploads carry out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from hybridcompose.cluster.state import PodState
    from hybridcompose.plan import BuiltImage, Resource, ResourceKey, StreamedContext


class Apply(NamedTuple):
    """Make the object, or bring it to this form."""

    resource: Resource


class Adopt(NamedTuple):
    """Take over what an earlier run made and this one would make again just so."""

    key: ResourceKey
    uid: str


class Remove(NamedTuple):
    """Delete what is in the way of a new one."""

    key: ResourceKey
    uid: str


class Touch(NamedTuple):
    """Let a Service forget a finished pod: its address stays in DNS until the Service is changed."""

    service: str
    pod: PodState


class Send(NamedTuple):
    """Send a build context into the pod that waits for it."""

    image: BuiltImage
    context: StreamedContext
    pod: PodState


Step = Apply | Adopt | Remove | Touch | Send
