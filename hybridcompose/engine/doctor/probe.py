"""A short-lived pod, made as those of any project: what it can pull, look up and reach."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from hybridcompose.cluster import execute
from hybridcompose.cluster.observe import Observer
from hybridcompose.cluster.streams.logs import Source, read
from hybridcompose.cluster.troubles import Limits, trouble_of
from hybridcompose.diagnostics import HybridComposeError
from hybridcompose.engine.doctor.check import Check, failure, ok, warning
from hybridcompose.engine.down import down
from hybridcompose.engine.explain import waits_for
from hybridcompose.engine.target import Silent, prepare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hybridcompose.cluster.state import Observed, PodState
    from hybridcompose.engine.target import Target
    from hybridcompose.plan import Plan

#: What the names of the probe's services begin with.
_INSIDE, _NODE = "doctor-inside-", "doctor-node-"
#: What no registry holds: the node's answer tells whether it was asked.
_NO_IMAGE = "hybridcompose-doctor:none"
_SECONDS = 90.0
#: What the kubelet says when it has tried once.
_REFUSED = "ErrImagePull"
#: Words of container runtimes about a registry that has answered, and about one that wants credentials.
_ANSWERED = ("not found", "manifest unknown", "manifest_unknown", "name unknown")
_DENIED = ("401", "403", "denied", "unauthorized", "authorization failed")
_SCRIPT = """\
nslookup "$0" >/tmp/told 2>&1 || nslookup "$0" >/tmp/told 2>&1; echo "dns $? $(tail -n 1 /tmp/told)"
[ -n "$1" ] || exit 0
printf 'GET /v2/ HTTP/1.0\\r\\nHost: %s\\r\\n\\r\\n' "$1" | timeout 10 nc "$1" "$2" >/tmp/told 2>&1
echo "registry $? $(head -n 1 /tmp/told | tr -cd ' -~')"
"""


class Registry(NamedTuple):
    """Where it is for pods (``host`` and ``port``) and under which name nodes pull from it (``pulled``)."""

    host: str
    port: int
    pulled: str


def registry(push: str, pull: str | None, *, insecure: bool) -> Registry:
    """The registry of the options of these names: ``HOST[:PORT][/PREFIX]``."""
    host, _, port = push.partition("/")[0].partition(":")
    return Registry(host, int(port or (80 if insecure else 443)), pull or push)


def compose_file(token: str, tool_image: str, domain: str, found: Registry | None) -> str:
    """The probe as a project. Names end with ``token``, so that several stand side by side."""
    host, port = (found.host, str(found.port)) if found else ("", "")
    script = _SCRIPT.replace("$", "$$")
    command = ["sh", "-c", script, f"kubernetes.default.svc.{domain}", host, port]
    services: dict[str, Any] = {f"{_INSIDE}{token}": {"image": tool_image, "command": command, "tmpfs": ["/tmp"]}}  # noqa: S108  (in the pod)
    if found is not None:
        services[f"{_NODE}{token}"] = {"image": f"{found.pulled}/{_NO_IMAGE}", "command": ["true"]}
    return json.dumps({"services": services})


def checks(target: Target, plan: Plan, tool_image: str, found: Registry | None) -> list[Check]:
    """Runs the probe and removes it."""
    try:
        if not target.named:
            prepare(target)
        for _, outcome in execute.apply_all(target.api, target.namespace, plan.resources):
            if isinstance(outcome, HybridComposeError):
                raise outcome
        seen = _settled(target, plan)
        return [*_inside(target, plan, seen, tool_image, found), *([_node(plan, seen, found)] if found else ())]
    except HybridComposeError as error:
        first = error.diagnostics[0]
        return [failure("pods", f"none could be tried: {first.message}", first.remedy or "")]
    finally:
        _remove(target, plan)


def _remove(target: Target, plan: Plan) -> None:
    """A namespace that was there is somebody's, who may be another project: only what was made in it goes."""
    try:
        for resource in plan.resources if target.named else ():
            execute.remove(target.api, target.namespace, resource.key, grace=0)
        if not target.named:
            down(target, Silent(), volumes=True, grace=0, wait=False)
    except HybridComposeError:  # what was found must not be hidden; the namespace carries its label
        return


def _settled(target: Target, plan: Plan) -> Observed:
    """What is seen once every pod has ended, or cannot run."""
    end = time.monotonic() + _SECONDS
    with Observer(target.api, target.namespace, target.selector) as observer:
        version = -1
        while True:
            version, seen = observer.wait(version, 1)
            pods = [seen.pods_of(service.label) for service in plan.services]
            done = all(found and _is_settled(found[0]) for found in pods)
            if done or time.monotonic() > end:
                return seen


def _is_settled(pod: PodState) -> bool:
    asked = pod.main is not None and pod.main.image.endswith(_NO_IMAGE) and pod.main.reason == _REFUSED
    return asked or pod.finished or trouble_of(pod, time.time(), Limits()) is not None


def _pod(plan: Plan, seen: Observed, prefix: str) -> PodState | None:
    label = next(service.label for service in plan.services if service.name.startswith(prefix))
    return next(iter(seen.pods_of(label)), None)


def _inside(target: Target, plan: Plan, seen: Observed, tool_image: str, found: Registry | None) -> Iterator[Check]:
    pod = _pod(plan, seen, _INSIDE)
    if pod is None or not pod.finished or pod.main is None or not pod.main.has_run:
        trouble = trouble_of(pod, time.time(), Limits()) if pod else None
        told = trouble.message if trouble else (waits_for(pod) or pod.unschedulable or pod.phase) if pod else "no pod"
        yield failure("pods", f"a pod with {tool_image} does not run: {told}", _TOOL_IMAGE)
        return
    yield ok("pods", f"a pod with {tool_image} runs and ends")
    lines = read(target.api, Source(target.namespace, pod.name, pod.main.name)).splitlines()
    answers = {name: rest.partition(" ") for name, _, rest in (line.partition(" ") for line in lines)}
    if "dns" in answers:
        yield _dns(int(answers["dns"][0]), answers["dns"][2])
    if found is not None and "registry" in answers:
        yield _reached(found, int(answers["registry"][0]), answers["registry"][2])


_TOOL_IMAGE = "name an image with a shell that nodes can pull with --tool-image, or a mirror with --image-rewrite"


def _dns(code: int, said: str) -> Check:
    if code == 0:
        return ok("dns", "names of the cluster are answered in pods")
    if code == 127:
        return warning("dns", "not tried: the tool image has no nslookup")
    return failure("dns", f"the cluster's own name is not answered in pods: {said}", "correct --cluster-domain")


def _reached(found: Registry, code: int, said: str) -> Check:
    where = f"{found.host}:{found.port}"
    # A server that wants TLS hangs up on this question, or says so.
    if code == 0 or said.startswith("HTTP/"):
        return ok("registry from pods", f"{where} answers")
    if code == 127:
        return warning("registry from pods", "not tried: the tool image has no nc")
    told = said or "no answer within 10 s"
    return failure("registry from pods", f"{where}: {told}", "builds push there: correct --registry, or open the way")


def _node(plan: Plan, seen: Observed, found: Registry | None) -> Check:
    pod, name = _pod(plan, seen, _NODE), "registry from nodes"
    where = found.pulled if found else ""
    if pod is None or pod.main is None:
        return warning(name, "not tried: the pod has not begun")
    events = [event.message for event in seen.events_of(pod.uid) if event.reason == "Failed"]
    said = " ".join((pod.main.message, *events)).lower()
    if any(word in said for word in _DENIED):
        return warning(name, f"{where} answers, and wants credentials", "name them with --registry-secret")
    if any(word in said for word in _ANSWERED):
        return ok(name, f"{where} answers")
    told = events[0] if events else waits_for(pod) or pod.unschedulable or pod.phase
    return failure(name, f"{where}: {told}", "nodes pull from there: correct --registry or --pull-registry")
