"""The entries of ``security_opt``, each ``name``, ``name=value`` or ``name:value``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code

if TYPE_CHECKING:
    from collections.abc import Callable

    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.translate.scope import PodDraft, ServiceScope

_OPTION = re.compile(r"([a-z-]+)(?:[=:](.*))?", re.DOTALL)
#: The minor releases of Kubernetes from which on a pod has a field for AppArmor, and a user namespace if it wants one.
APPARMOR_FIELD, USER_NAMESPACES = 30, 33
#: Disables the separation of containers on SELinux hosts, as Docker's ``label:disable`` does.
_UNCONFINED_TYPE = "spc_t"


def security_opt(scope: ServiceScope, draft: PodDraft) -> None:
    """Privilege escalation, seccomp, AppArmor, SELinux and masked paths."""
    for index, entry in enumerate(scope.service.security_opt):
        path = scope.path("security_opt", index)
        option = _OPTION.fullmatch(entry)
        apply = _OPTIONS.get(option[1]) if option else None
        if option is None or apply is None or not apply(scope, draft, option[2] or "", path):
            _left_out(scope, entry, path)


def _left_out(scope: ServiceScope, entry: str, path: ComposePath) -> None:
    scope.report.warning(
        Code.NO_EQUIVALENT,
        path,
        f"nothing in a pod corresponds to the security option {entry.partition('{')[0]!r}: left out",
        "remove it, or change the rendered pod's securityContext",
    )


def _no_new_privileges(scope: ServiceScope, draft: PodDraft, value: str, path: ComposePath) -> bool:
    if value == "false":
        return True
    if value not in ("", "true"):
        return False
    added = {name.upper().removeprefix("CAP_") for name in scope.service.cap_add}
    if scope.service.privileged or added & {"SYS_ADMIN", "ALL"}:
        scope.report.warning(
            Code.NO_EQUIVALENT,
            path,
            "Kubernetes refuses no-new-privileges beside privileged, SYS_ADMIN or ALL: left out",
            "remove one of the two",
        )
    else:
        draft.security()["allowPrivilegeEscalation"] = False
    return True


def _seccomp(scope: ServiceScope, draft: PodDraft, value: str, path: ComposePath) -> bool:
    kind = {"unconfined": "Unconfined", "builtin": "RuntimeDefault"}.get(value)
    if kind is not None:
        draft.security()["seccompProfile"] = {"type": kind}
    return kind is not None


def _apparmor(scope: ServiceScope, draft: PodDraft, value: str, path: ComposePath) -> bool:
    if not value:
        return False
    kind = {"unconfined": "Unconfined", "docker-default": "RuntimeDefault"}.get(value)
    if not scope.options.knows(APPARMOR_FIELD):
        profile = {"Unconfined": "unconfined", "RuntimeDefault": "runtime/default"}.get(
            kind or "", f"localhost/{value}"
        )
        draft.annotations[f"container.apparmor.security.beta.kubernetes.io/{scope.kube_name}"] = profile
        return True
    draft.security()["appArmorProfile"] = {"type": kind} if kind else {"type": "Localhost", "localhostProfile": value}
    return True


def _label(scope: ServiceScope, draft: PodDraft, value: str, path: ComposePath) -> bool:
    field, _, setting = value.partition(":")
    if value == "disable":
        field, setting = "type", _UNCONFINED_TYPE
    if field not in ("user", "role", "type", "level") or not setting:
        return False
    draft.security().setdefault("seLinuxOptions", {})[field] = setting
    return True


def _systempaths(scope: ServiceScope, draft: PodDraft, value: str, path: ComposePath) -> bool:
    if value != "unconfined" or scope.service.userns_mode == "host":
        return False
    if not scope.options.knows(USER_NAMESPACES):
        message = f"unmasked system paths need Kubernetes 1.{USER_NAMESPACES}: left out"
        remedy = "remove the option, or name a newer release with --kubernetes-version"
        scope.report.warning(Code.OLD_KUBERNETES, path, message, remedy)
        return True
    # The API admits unmasked paths only to pods in a user namespace of their own.
    draft.security()["procMount"] = "Unmasked"
    draft.pod["hostUsers"] = False
    scope.report.note(
        Code.APPROXIMATED, path, "unmasked system paths also put the pod into a user namespace of its own"
    )
    return True


_OPTIONS: dict[str, Callable[[ServiceScope, PodDraft, str, ComposePath], bool]] = {
    "no-new-privileges": _no_new_privileges,
    "seccomp": _seccomp,
    "apparmor": _apparmor,
    "label": _label,
    "systempaths": _systempaths,
}
