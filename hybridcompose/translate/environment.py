"""The container's environment, verbatim."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code
from hybridcompose.translate.escape import escape
from hybridcompose.translate.registry.row import KeyClass, Row

if TYPE_CHECKING:
    from hybridcompose.translate.scope import Concern, PodDraft, ServiceScope

#: The minor release of Kubernetes that accepts more than the old form of a name: printable ASCII without "=".
RELAXED_NAMES = 32
_NAME = re.compile(r"[ -<>-~]+")
_OLD_NAME = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")


def environment(scope: ServiceScope, draft: PodDraft) -> None:
    """``env``, sorted because Docker gives it in no order; an unset variable is left out."""
    variables = []
    valid = _NAME if scope.options.knows(RELAXED_NAMES) else _OLD_NAME
    for name, value in sorted(scope.service.environment.items()):
        if value is None:
            continue
        if valid.fullmatch(name):
            variables.append({"name": name, "value": escape(value)})
        else:
            _refuse(scope, name)
    if variables:
        draft.container["env"] = variables


def _refuse(scope: ServiceScope, name: str) -> None:
    scope.report.warning(
        Code.NO_EQUIVALENT,
        scope.path("environment", name),
        f"Kubernetes refuses the variable name {name!r}: the variable is left out",
        "use a name of printable ASCII characters",
    )


CONCERNS: tuple[Concern, ...] = (environment,)

_READ_BY_LOADER = "Read while loading: its variables stand in environment, where an entry of the same name wins."

ROWS: tuple[Row, ...] = (
    Row("services.*.environment", KeyClass.TRANSLATED, "spec.containers[].env", environment),
    Row("services.*.environment.*", KeyClass.TRANSLATED, "spec.containers[].env[].value", environment),
    Row("services.*.env_file", KeyClass.NO_EFFECT, note=_READ_BY_LOADER),
    Row("services.*.env_file[].path", KeyClass.NO_EFFECT, note=_READ_BY_LOADER),
    Row("services.*.env_file[].required", KeyClass.NO_EFFECT, note=_READ_BY_LOADER),
    Row("services.*.env_file[].format", KeyClass.NO_EFFECT, note=_READ_BY_LOADER),
)
