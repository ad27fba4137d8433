"""What each command asks of the API, as the permissions that its account needs. Pure.

Tests run every command under exactly these, and with each of them taken away.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.cluster.kinds import KINDS, PATHS, RARE, VOLUMES, WORKLOADS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping


class Permission(NamedTuple):
    """One verb on one resource (``pods/log``). ``everywhere``: it is asked for outside of the project's namespace."""

    group: str
    resource: str
    verb: str
    everywhere: bool = False

    def __str__(self) -> str:
        return f"{self.verb} {self.resource}{f'.{self.group}' if self.group else ''}"


#: What most projects consist of.
_COMMON = tuple(kind for kind in KINDS if kind not in RARE)


class Circumstances(NamedTuple):
    """What decides what a command asks for, beside the command.

    ``kinds`` are those of the objects that `up` makes, ``built`` of those that `build` makes. ``own``: the namespace is
    the project's, and made for it. ``checked``: it is shared with others, whose objects must not be touched.
    ``streamed``: build contexts are sent, or artefacts fetched. ``published``: ports are opened on the machine of `up`
    or `run`.
    """

    kinds: Collection[str] = (*_COMMON, VOLUMES)
    own: bool = True
    checked: bool = False
    streamed: bool = True
    published: bool = False
    built: Collection[str] = ("ConfigMap", "Job", "Secret")


class When(StrEnum):
    """When something is asked for."""

    ALWAYS = "always"
    OWN = "own"
    CHECKED = "checked"
    STREAMED = "streamed"
    PUBLISHED = "published"


class Of(StrEnum):
    """Kinds that depend on the project."""

    MADE = "those that `up` makes"
    BUILT = "those that `build` makes, and removes when they are not needed any more"
    RUNNING = "those of them that run services or builds"
    REMOVED = "those of them that `down` removes"
    VOLUMES = "those of them that only `down -v` removes"
    LISTED = "all that `down` looks for, also where `up` made none"


class Ask(NamedTuple):
    """Verbs on kinds, or on ``resources``, which need no namespace where they are ``everywhere``."""

    verbs: tuple[str, ...]
    kinds: Of | tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    when: When = When.ALWAYS
    everywhere: bool = False


def _namespaces(*verbs: str, when: When = When.OWN) -> Ask:
    return Ask(verbs, resources=("namespaces",), when=when, everywhere=True)


_FIND = (_namespaces("get"),)
_PREPARE = (*_FIND, _namespaces("create"), Ask(("get",), ("ServiceAccount",), when=When.OWN))
_PODS = Ask(("list",), ("Pod",))
_WATCH = Ask(("list", "watch"), ("Pod", "Job", "Event"))
_LOGS = Ask(("get",), resources=("pods/log",))
_EXEC = Ask(("get", "create"), resources=("pods/exec",))
_ATTACH = Ask(("get", "create"), resources=("pods/attach",))
_FORWARD = Ask(("get", "create"), resources=("pods/portforward",), when=When.PUBLISHED)
_RUNS = Ask(("list",), tuple(kind for kind in WORKLOADS if kind not in RARE))
_APPLY = Ask(("patch", "create"), Of.MADE)
#: What `stop` and `kill` keep.
_STOPPED = Ask(("list",), ("ConfigMap",))
_KEPT = Ask(("list", "delete"), ("ConfigMap",))
_CLEAR = (*_FIND, _namespaces("delete"), Ask(("list",), Of.LISTED), Ask(("delete",), Of.REMOVED))
#: What `stop` has kept goes, too.
_REMOVE = (*_CLEAR, Ask(("delete",), ("ConfigMap",)))
#: Volumes go with a namespace that was made for the run, and where that is asked for.
_DOWN = (*_REMOVE, Ask(("delete",), Of.VOLUMES))
_UNDO = (*_CLEAR, Ask(("delete",), Of.VOLUMES, when=When.OWN))
_STOP = (*_FIND, _WATCH, _RUNS, Ask(("patch", "create"), ("ConfigMap",)), Ask(("delete",), Of.RUNNING))
_START = (
    *_FIND,
    _PODS,
    _WATCH,
    Ask(("patch", "create"), Of.RUNNING),
    Ask(("delete",), Of.RUNNING),
    _KEPT,
)
_BUILD = (
    *_PREPARE,
    _WATCH,
    _LOGS,
    Ask(("patch", "create", "delete"), Of.BUILT),
    _EXEC._replace(when=When.STREAMED),
    Ask(("get",), ("Pod",), when=When.STREAMED),
    _namespaces("delete"),
    Ask(("list",), Of.LISTED, when=When.OWN),
)

#: The one flag that makes a command ask for what another does.
AND_DOWN = "wait --down-project"
#: What each command asks for.
COMMANDS: Mapping[str, tuple[Ask, ...]] = {
    "up": (
        *_PREPARE,
        _namespaces("patch"),
        Ask(("list",), Of.MADE, when=When.CHECKED),
        _WATCH,
        _RUNS,
        _KEPT,
        _APPLY,
        Ask(("get",), Of.RUNNING),
        Ask(("delete",), Of.RUNNING),
        _LOGS,
        _EXEC._replace(when=When.STREAMED),
        _FORWARD,
        Ask(("patch", "create"), ("ConfigMap",), when=When.PUBLISHED),
        *_UNDO,
    ),
    "down": _DOWN,
    "ps": (*_FIND, _PODS, _STOPPED, Ask(("list",), ("Event",))),
    "logs": (*_FIND, _WATCH, _LOGS),
    "wait": (*_FIND, _WATCH, _STOPPED),
    AND_DOWN: (*_FIND, _WATCH, _STOPPED, *_REMOVE),
    "exec": (*_FIND, _PODS, _EXEC),
    "run": (
        *_PREPARE,
        Ask(("list",), Of.MADE, when=When.CHECKED),
        _WATCH,
        _KEPT,
        _APPLY,
        Ask(("get", "delete"), Of.RUNNING),
        _ATTACH,
        _LOGS,
        _EXEC._replace(when=When.STREAMED),
        _FORWARD,
    ),
    "cp": (*_FIND, _PODS, _EXEC),
    "port": (*_FIND, _PODS, Ask(("list",), ("Service",)), Ask(("get",), ("ConfigMap",))),
    "url": (*_FIND, _PODS, Ask(("list",), ("Service",)), Ask(("get",), ("ConfigMap",))),
    "build": _BUILD,
    "stop": _STOP,
    "start": _START,
    "restart": (*_STOP, *_START),
    "kill": (*_STOP, _EXEC),
    "top": (*_FIND, _PODS, _EXEC),
    "events": (*_FIND, _WATCH),
    "ls": (Ask(("list",), ("Pod", "ConfigMap")),),
    "gc": (_namespaces("list", "delete", when=When.ALWAYS),),
    "images": (*_FIND, _PODS),
    "doctor": (
        *_PREPARE,
        _WATCH,
        _LOGS,
        Ask(("patch", "create", "delete"), ("Pod", "Service")),
        Ask(("list",), resources=("resourcequotas",)),
        *(ask._replace(when=When.OWN) for ask in _UNDO),
    ),
    "diff": (*_FIND, Ask(("get", "patch", "create"), Of.MADE), Ask(("list",), ("Pod", "Job")), _RUNS),
}


def needed(commands: Collection[str], circumstances: Circumstances) -> tuple[Permission, ...]:
    """What these commands ask for, each once, in order. Raises ``KeyError`` for an unknown one."""
    asked = (ask for name in commands for ask in COMMANDS[name] if _holds(ask.when, circumstances))
    return tuple(sorted({permission for ask in asked for permission in _permissions(ask, circumstances)}))


def _holds(when: When, circumstances: Circumstances) -> bool:
    return {
        When.ALWAYS: True,
        When.OWN: circumstances.own,
        When.CHECKED: circumstances.checked,
        When.STREAMED: circumstances.streamed,
        When.PUBLISHED: circumstances.published,
    }[when]


def _permissions(ask: Ask, circumstances: Circumstances) -> Iterator[Permission]:
    kinds = _kinds(ask.kinds, circumstances) if isinstance(ask.kinds, Of) else ask.kinds
    named = [_resource(kind) for kind in kinds] + [("", resource) for resource in ask.resources]
    for verb in ask.verbs:
        yield from (Permission(group, resource, verb, ask.everywhere) for group, resource in named)


def _kinds(of: Of, circumstances: Circumstances) -> tuple[str, ...]:
    made = circumstances.kinds
    return {
        Of.MADE: tuple(made),
        Of.BUILT: tuple(circumstances.built),
        Of.RUNNING: tuple(kind for kind in WORKLOADS if kind in made),
        Of.REMOVED: tuple(kind for kind in KINDS if kind in made),
        Of.VOLUMES: tuple(kind for kind in made if kind == VOLUMES),
        Of.LISTED: (*_COMMON, VOLUMES, *(kind for kind in made if kind in RARE)),
    }[of]


def _resource(kind: str) -> tuple[str, str]:
    """API group and name of a kind's resource."""
    place, plural = PATHS[kind]
    return (place.split("/")[1] if place.startswith("apis/") else "", plural)
