"""Pod Security Standards: what a pod lacks is added where nothing changes for its programs, the rest is an error.

Source: Kubernetes, "Pod Security Standards".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.diagnostics import Code
from hybridcompose.translate.kaniko_job import CAPABILITIES
from hybridcompose.translate.options import PodSecurity
from hybridcompose.translate.ordering import TOOL_SECURITY
from hybridcompose.translate.pod_specs import changed_containers, containers_of, is_build
from hybridcompose.translate.users import number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.plan import Manifest, Resource
    from hybridcompose.translate.scope import ProjectScope, ServiceScope

#: Whom helper containers run as that need no rights at all: nobody.
NOBODY = 65534
_HOST_NAMESPACES = {"hostIPC": "ipc", "hostNetwork": "network_mode", "hostPID": "pid"}
_SELINUX_TYPES = ("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t")
_RESTRICTED_VOLUMES = frozenset(
    (
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "image",
        "persistentVolumeClaim",
        "projected",
        "secret",
    )
)
_COPIERS = ("prepare-volumes", "fill-volumes")


class _Problem(NamedTuple):
    """``key`` is the compose key that it comes from, ``hook`` the hook that has the key, below the element."""

    key: str
    message: str
    remedy: str
    hook: ComposePath = ()


def secured(root: ProjectScope, resource: Resource, pod: Manifest) -> Manifest:
    """The PodSpec as the chosen level wants it. What it does not admit is an error at the key that asks for it."""
    level = root.options.pod_security
    found = [*_baseline(pod)]
    if level is PodSecurity.RESTRICTED:
        found += _restricted_build() if is_build(resource) else _restricted(root, resource, pod)
    told = {(problem.key, problem.message) for problem in found if not problem.hook}
    for problem in found:
        if problem.hook and (problem.key, problem.message) in told:
            continue  # the hook has it from its service
        path = resource.cause if is_build(resource) else (*resource.cause, *problem.hook, problem.key)
        message = f"Pod Security {level} does not admit {problem.message}"
        root.report.error(Code.POD_SECURITY, path, message, problem.remedy)
    if level is not PodSecurity.RESTRICTED:
        return pod
    return changed_containers(pod, _confined if resource.cause[:1] == ("services",) else _confined_server)


def _baseline(pod: Manifest) -> Iterator[_Problem]:
    for field, key in _HOST_NAMESPACES.items():
        if pod.get(field):
            yield _Problem(key, "a namespace of the node", f"leave out {key}: host")
    for volume in pod.get("volumes", ()):
        if "hostPath" in volume:
            key = "devices" if volume["name"].startswith("device-") else "volumes"
            yield _Problem(key, f"the node's path {volume['hostPath']['path']}", "use a named volume")
    for container in containers_of(pod):
        for problem in _baseline_container(container.get("securityContext", {})):
            yield problem._replace(hook=_hook(container))


def _hook(container: Manifest) -> ComposePath:
    """The path of the `pre_start` hook that an init container stands for."""
    _, start, number = container["name"].partition("pre-start-")
    return ("pre_start", int(number)) if start and number.isdecimal() else ()


def _baseline_container(context: Manifest) -> Iterator[_Problem]:
    if context.get("privileged"):
        yield _Problem("privileged", "privileged containers", "leave it out, or add single capabilities")
    added = [name for name in context.get("capabilities", {}).get("add", ()) if name not in CAPABILITIES]
    if added:
        yield _Problem("cap_add", f"the capabilities {', '.join(added)}", "leave them out")
    for field in ("seccompProfile", "appArmorProfile"):
        if context.get(field, {}).get("type") == "Unconfined":
            yield _Problem("security_opt", f"an unconfined {field}", "leave the option out")
    labels = context.get("seLinuxOptions", {})
    if labels.get("user") or labels.get("role") or labels.get("type", "") not in _SELINUX_TYPES:
        yield _Problem("security_opt", "these SELinux labels", "leave the option out")
    if context.get("procMount") == "Unmasked":
        yield _Problem("security_opt", "unmasked system paths", "leave the option out")


def _restricted_build() -> Iterator[_Problem]:
    yield _Problem(
        "build",
        "builds: Kaniko unpacks images as root",
        "build the image beforehand and name it in image, or build in a namespace of the level baseline",
    )


def _restricted(root: ProjectScope, resource: Resource, pod: Manifest) -> Iterator[_Problem]:
    for volume in pod.get("volumes", ()):
        kind = next(iter(volume.keys() - {"name"}), "emptyDir")
        if kind not in _RESTRICTED_VOLUMES | {"hostPath"}:
            yield _Problem("volumes", f"volumes of the kind {kind}", "use a named volume")
    if resource.cause[:1] != ("services",):
        return  # a server of the project's own, whose image needs no rights
    scope = root.service(str(resource.cause[1]))
    for container in containers_of(pod):
        context = container.get("securityContext", {})
        added = {*context.get("capabilities", {}).get("add", ())} - {"NET_BIND_SERVICE"}
        if container["name"].startswith(_COPIERS):
            yield _Problem("volumes", "copying into volumes as root, with owners", "mount it read-only, or use nocopy")
        elif context != TOOL_SECURITY:
            if added & {*CAPABILITIES}:
                names = ", ".join(sorted(added))
                yield _Problem("cap_add", f"the capabilities {names}", "leave them out", _hook(container))
            yield from _root_user(scope, container)


def _root_user(scope: ServiceScope, container: Manifest) -> Iterator[_Problem]:
    uid, hook = container.get("securityContext", {}).get("runAsUser"), _hook(container)
    remedy = "write the number of another user, as in user: 1000:1000, or USER 1000 in the Dockerfile"
    if uid is None and container["name"] == scope.kube_name:
        user = (scope.image.user or "").partition(":")[0]
        uid = number(user)
        if user and not user.isdecimal():
            what = f"a user that only the image knows ({user!r}): the kubelet cannot tell that it is not root"
            yield _Problem("user", what, remedy)
            return
        if scope.image.complete and not user:
            uid = 0
    if uid == 0:
        yield _Problem("user", "the user root", remedy, hook)
    elif uid is None:
        message = f"Pod Security restricted admits {container['name']} only if its image runs as another user than root"
        scope.report.warning(Code.POD_SECURITY, scope.path(*hook, "user"), message, remedy)


def _confined_server(container: Manifest) -> Manifest:
    """The same for a server of the project's own, whose image may name its user, which the kubelet cannot judge."""
    nobody = {"runAsGroup": NOBODY, "runAsUser": NOBODY}
    return _confined({**container, "securityContext": {**nobody, **container.get("securityContext", {})}})


def _confined(container: Manifest) -> Manifest:
    """No way to more rights, no capabilities, not root: nothing that a program of a plain user would notice."""
    context = dict(container.get("securityContext", {}))
    if context == TOOL_SECURITY:
        context |= {"runAsGroup": NOBODY, "runAsUser": NOBODY}
    kept = [name for name in context.get("capabilities", {}).get("add", ()) if name == "NET_BIND_SERVICE"]
    capabilities = {"drop": ["ALL"], **({"add": kept} if kept else {})}
    confined = {"allowPrivilegeEscalation": False, "capabilities": capabilities, "runAsNonRoot": True}
    return {**container, "securityContext": {**context, **confined}}
