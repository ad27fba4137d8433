"""Who a container runs as and what it may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code
from hybridcompose.spec.scalars import digits
from hybridcompose.translate.registry.row import KeyClass, Row
from hybridcompose.translate.security_options import USER_NAMESPACES, security_opt
from hybridcompose.translate.users import group_number, is_known_non_root, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hybridcompose.translate.scope import Concern, PodDraft, ServiceScope

_CAPABILITY_NAMES = """
    ALL AUDIT_CONTROL AUDIT_READ AUDIT_WRITE BLOCK_SUSPEND BPF CHECKPOINT_RESTORE CHOWN DAC_OVERRIDE DAC_READ_SEARCH
    FOWNER FSETID IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN NET_BIND_SERVICE
    NET_BROADCAST NET_RAW PERFMON SETFCAP SETGID SETPCAP SETUID SYSLOG SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE
    SYS_PACCT SYS_PTRACE SYS_RAWIO SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG WAKE_ALARM
"""
#: What ``cap_add`` and ``cap_drop`` may name. Source: capabilities(7).
CAPABILITIES = frozenset(_CAPABILITY_NAMES.split())

#: What a kubelet admits without being told to, with the minor release from which on it does.
#: Source: Kubernetes, "Using sysctls in a Kubernetes Cluster".
SAFE_SYSCTLS = {
    "kernel.shm_rmid_forced": 0,
    "net.ipv4.ip_local_port_range": 0,
    "net.ipv4.ip_local_reserved_ports": 27,
    "net.ipv4.ip_unprivileged_port_start": 22,
    "net.ipv4.ping_group_range": 21,
    "net.ipv4.tcp_fin_timeout": 29,
    "net.ipv4.tcp_keepalive_intvl": 29,
    "net.ipv4.tcp_keepalive_probes": 29,
    "net.ipv4.tcp_keepalive_time": 29,
    "net.ipv4.tcp_notsent_lowat": 37,
    "net.ipv4.tcp_rmem": 32,
    "net.ipv4.tcp_slow_start_after_idle": 37,
    "net.ipv4.tcp_syncookies": 0,
    "net.ipv4.tcp_wmem": 32,
}
#: The minor release of Kubernetes from which on ``supplementalGroupsPolicy`` is there without being asked for.
GROUPS_POLICY = 35
_PORT_START = "net.ipv4.ip_unprivileged_port_start"
_FIRST_UNPRIVILEGED_PORT = 1024


def user(scope: ServiceScope, draft: PodDraft) -> None:
    """``runAsUser`` and ``runAsGroup``. A uid alone takes the image's groups of that user, as in Docker."""
    text = scope.service.user
    if not text or (text == scope.image.user and not text[0].isdecimal()):
        return
    name, _, group = text.partition(":")
    uid, gid = number(name, scope.image), group_number(group, scope.image) if group else None
    if uid is None or (group and gid is None):
        _unknown(scope, ("user",), "user" if uid is None else "group", name if uid is None else group)
        return
    draft.security()["runAsUser"] = uid
    if gid is not None:
        draft.security()["runAsGroup"] = gid


def supplementary_groups(scope: ServiceScope, draft: PodDraft) -> None:
    """``supplementalGroupsPolicy``: who is given a group has that one alone, and those of ``group_add``, in Docker."""
    written = scope.service.user or scope.image.user or ""
    if not written.partition(":")[2]:
        return
    if scope.options.knows(GROUPS_POLICY):
        draft.pod_security()["supplementalGroupsPolicy"] = "Strict"
        return
    scope.report.note(
        Code.OLD_KUBERNETES,
        scope.path("user" if scope.service.user else "image"),
        f"before Kubernetes 1.{GROUPS_POLICY} the process also has the groups of its user in the image's /etc/group",
        f"choose --kubernetes-version 1.{GROUPS_POLICY} or later if no older cluster is meant",
    )


def _unknown(scope: ServiceScope, key: tuple[str | int, ...], kind: str, name: str) -> None:
    remedy = "write the number instead, as `id` shows it in the image"
    if kind == "user":
        remedy = "write the numeric uid:gid, or set it with USER in the Dockerfile and leave `user` out"
    scope.report.error(
        Code.UNKNOWN_USER,
        scope.path(*key),
        f"the number of the {kind} {name!r} stands in the image and is not known here",
        remedy,
    )


def group_add(scope: ServiceScope, draft: PodDraft) -> None:
    """``supplementalGroups``, beside those that the image gives the user."""
    groups = []
    for index, name in enumerate(scope.service.group_add):
        gid = group_number(name, scope.image)
        if gid is None:
            _unknown(scope, ("group_add", index), "group", name)
        elif gid not in groups:
            groups.append(gid)
    if groups:
        draft.pod_security()["supplementalGroups"] = groups


def capabilities(scope: ServiceScope, draft: PodDraft) -> None:
    """``capabilities``: names without ``CAP_``; the runtime's defaults are Docker's."""
    changes = {
        change: names
        for change, names in (
            ("add", list(_capabilities(scope, "cap_add"))),
            ("drop", list(_capabilities(scope, "cap_drop"))),
        )
        if names
    }
    if changes:
        draft.security()["capabilities"] = changes


def _capabilities(scope: ServiceScope, key: str) -> Iterator[str]:
    seen = set()
    for index, written in enumerate(getattr(scope.service, key)):
        name = written.upper().removeprefix("CAP_")
        if name not in CAPABILITIES:
            scope.report.error(
                Code.INVALID_VALUE,
                scope.path(key, index),
                f"unknown capability {written!r}",
                "write one that Linux has, such as NET_ADMIN",
            )
        elif name not in seen:
            seen.add(name)
            yield name


def privileges(scope: ServiceScope, draft: PodDraft) -> None:
    """``privileged`` and ``readOnlyRootFilesystem``."""
    if scope.service.privileged:
        draft.security()["privileged"] = True
    if scope.service.read_only:
        draft.security()["readOnlyRootFilesystem"] = True
        if not is_known_non_root(scope):
            scope.report.approximated(READ_ONLY, scope.path("read_only"))


def sysctls(scope: ServiceScope, draft: PodDraft) -> None:
    """The pod's sysctls: Docker's free low ports for a non-root user, then the service's own."""
    values = dict(scope.service.sysctls)
    if _listens_low_as_non_root(scope):
        values.setdefault(_PORT_START, "0")
    safe = []
    for name, value in sorted(values.items()):
        if name in SAFE_SYSCTLS and scope.options.knows(SAFE_SYSCTLS[name]):
            safe.append({"name": name, "value": value})
        else:
            _unsafe(scope, name)
    if safe:
        draft.pod_security()["sysctls"] = safe


def _unsafe(scope: ServiceScope, name: str) -> None:
    scope.report.warning(
        Code.NO_EQUIVALENT,
        scope.path("sysctls", name),
        f"a kubelet refuses pods with the sysctl {name} unless it is told to allow it: left out",
        "set it on the nodes, or allow it there with --allowed-unsafe-sysctls and add it to the rendered pod",
    )


def _listens_low_as_non_root(scope: ServiceScope) -> bool:
    # A pod in the host's network may not set network sysctls.
    if scope.service.network_mode == "host" or not is_known_non_root(scope):
        return False
    return any(0 < port < _FIRST_UNPRIVILEGED_PORT for port in _container_ports(scope))


def _container_ports(scope: ServiceScope) -> Iterator[int]:
    yield from (port.target for port in scope.service.ports)
    for written in (*scope.service.expose, *scope.image.exposed_ports):
        first = written.partition("/")[0].partition("-")[0]
        if (number := digits(first)) is not None:
            yield number


def userns_mode(scope: ServiceScope, draft: PodDraft) -> None:
    """``hostUsers`` for ``host``, the only value that Docker has."""
    if scope.service.userns_mode == "host":
        # What older releases do anyway.
        if scope.options.knows(USER_NAMESPACES):
            draft.pod["hostUsers"] = True
    elif scope.service.userns_mode:
        scope.report.error(
            Code.INVALID_VALUE,
            scope.path("userns_mode"),
            f"unknown user namespace mode {scope.service.userns_mode!r}",
            "write host, or leave the key out",
        )


_RUNTIME_DEFAULT = {"type": "RuntimeDefault"}


def seccomp(scope: ServiceScope, draft: PodDraft) -> None:
    """The runtime's default filter, which Docker gives every container and Kubernetes none."""
    draft.pod_security()["seccompProfile"] = _RUNTIME_DEFAULT


CONCERNS: tuple[Concern, ...] = (
    seccomp,
    user,
    supplementary_groups,
    group_add,
    capabilities,
    privileges,
    security_opt,
    sysctls,
    userns_mode,
)

_CONTEXT = "spec.containers[].securityContext"

READ_ONLY = Row(
    "services.*.read_only",
    KeyClass.APPROXIMATED,
    f"{_CONTEXT}.readOnlyRootFilesystem",
    privileges,
    "root can still write to /etc/hosts, which the kubelet keeps for the pod; all else is read-only, as in Docker.",
    "run the service as another user, who cannot",
)
ROWS: tuple[Row, ...] = (
    Row(
        "services.*.user",
        KeyClass.TRANSLATED,
        f"{_CONTEXT}.runAsUser, runAsGroup, spec.securityContext.supplementalGroupsPolicy",
        user,
        "A name must be known: the image's own USER, root or nobody.",
        "write the numeric uid:gid",
    ),
    Row("services.*.group_add", KeyClass.TRANSLATED, "spec.securityContext.supplementalGroups", group_add),
    Row("services.*.cap_add", KeyClass.TRANSLATED, f"{_CONTEXT}.capabilities.add", capabilities),
    Row("services.*.cap_drop", KeyClass.TRANSLATED, f"{_CONTEXT}.capabilities.drop", capabilities),
    Row("services.*.privileged", KeyClass.TRANSLATED, f"{_CONTEXT}.privileged", privileges),
    READ_ONLY,
    Row(
        "services.*.security_opt",
        KeyClass.TRANSLATED,
        f"{_CONTEXT}.allowPrivilegeEscalation, seccompProfile, appArmorProfile, seLinuxOptions, procMount",
        security_opt,
    ),
    Row("services.*.sysctls", KeyClass.TRANSLATED, "spec.securityContext.sysctls", sysctls),
    Row(
        "services.*.sysctls.*",
        KeyClass.TRANSLATED,
        "spec.securityContext.sysctls[].value",
        sysctls,
        "Those outside Kubernetes' safe set are left out with a warning.",
    ),
    Row("services.*.userns_mode", KeyClass.TRANSLATED, "spec.hostUsers", userns_mode),
)
