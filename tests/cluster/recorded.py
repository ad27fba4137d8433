"""Commands under exactly the role that ``rbac`` prints for each, and what they ask of the API server."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from hybridcompose.cluster import permissions
from tests.e2e.program import COMMAND, environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.cluster.accounts import Account
    from tests.faults import Faults

Wanted = tuple[str, str, str]
_PLACE = re.compile(
    r"/(?:api|apis/(?P<group>[^/]+))/v1(?:/namespaces/[^/]+)?/(?P<kind>[a-z]+)(?:/(?P<name>[^/]+)(?:/(?P<below>[a-z]+))?)?"
)
#: Servers differ in which verb they want of who connects to a pod.
_CONNECTS = ("exec", "attach", "portforward")


@dataclass(frozen=True)
class Recorded:
    """Runs commands as an ``account`` through ``faults``. ``asked``: verb, resource and API group, by command."""

    account: Account
    faults: Faults
    kubeconfig: Path
    file: Path
    about: permissions.Circumstances
    variables: Mapping[str, str]
    asked: dict[str, set[Wanted]] = field(default_factory=dict)

    def needed(self, command: str) -> set[Wanted]:
        found = permissions.needed([command], self.about)
        return {(one.verb, one.resource, one.group) for one in found if not one.everywhere}

    def run(self, command: str, name: str, *words: str, code: int = 0, inside: bool = False) -> str:
        """Its output under the role of the ``command``, where that role is enough. ``inside``: as in a pod."""
        self.account.limit(
            [{"apiGroups": [group], "resources": [kind], "verbs": [verb]} for verb, kind, group in self.needed(command)]
        )
        begun = len(self.faults.asked)
        more = {"KUBERNETES_SERVICE_HOST": "10.0.0.1"} if inside else {}
        done = subprocess.run(
            [*COMMAND, "-q", "-f", str(self.file), name, "--kubeconfig", str(self.kubeconfig), *words],
            env=environment(**self.variables, **more),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        assert done.returncode == code, (name, words, done.stdout, done.stderr)
        found = {one for method, path in self.faults.asked[begun:] for one in _wanted(method, path)}
        self.asked.setdefault(command, set()).update(found)
        return done.stdout


def _wanted(method: str, path: str) -> Iterator[Wanted]:
    """What a request needs. Server-side apply, which alone has ``force``, makes what is not there."""
    place, _, text = path.partition("?")
    query = parse_qs(text)
    if (match := _PLACE.fullmatch(place)) is None:
        return  # a namespace itself
    group, kind, name, below = match.group("group") or "", match["kind"], match["name"], match["below"]
    resource = f"{kind}/{below}" if below else kind
    if below in _CONNECTS:
        verbs: tuple[str, ...] = ("get", "create")
    elif method == "GET":
        verbs = ("watch",) if "watch" in query else ("get",) if name else ("list",)
    elif method == "PATCH":
        verbs = ("patch", "create") if "force" in query else ("patch",)
    else:
        verbs = ({"POST": "create", "DELETE": "delete"}[method],)
    for verb in verbs:
        yield verb, resource, group
