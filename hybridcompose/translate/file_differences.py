"""How files of configs, secrets and bind mounts differ from Docker's, in the sentences that users read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code
from hybridcompose.translate.identifiers import below, clean
from hybridcompose.translate.inherited import mounts_of_scope
from hybridcompose.translate.registry.row import KeyClass, Row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.translate.payload import Entry
    from hybridcompose.translate.report import Report
    from hybridcompose.translate.scope import ServiceScope

_KINDS = {"configs": "ConfigMap", "secrets": "Secret"}
_FILE_NOTE = "The file belongs to root, and in Docker to whom it belongs on the machine."
_FILE_REMEDY = "copy it into the image with COPY --chown if a program minds"
_VALUE_NOTE = "The file is read-only; in Docker root can change it."
_VALUE_REMEDY = 'give it a `uid` in the service ("0" is root): it is then a copy that can be changed'

#: The rows of a source that is a file, by the object's kind. Their functions are in the module that translates it.
FILE_ROWS: Mapping[str, Row] = {
    key: Row(f"{key}.*.file", KeyClass.APPROXIMATED, f"{kind} data", None, _FILE_NOTE, _FILE_REMEDY)
    for key, kind in _KINDS.items()
}
#: The same for a source that is a value, by kind and key.
VALUE_ROWS: Mapping[tuple[str, str], Row] = {
    (key, source): Row(f"{key}.*.{source}", KeyClass.APPROXIMATED, f"{kind} data", None, _VALUE_NOTE, _VALUE_REMEDY)
    for key, kind in _KINDS.items()
    for source in ("environment", "content")
}
#: The row of a bind mount of the project's files.
BIND_ROW = Row(
    "services.*.volumes[].bind",
    KeyClass.APPROXIMATED,
    "spec.volumes[].configMap, emptyDir or hostPath",
    None,
    "The service sees copies of the project's files: they belong to root (to the service's user where it may write), "
    "links are the files that they lead to, and directories have the mode 0755, whatever they are on the machine.",
    _FILE_REMEDY,
)


def is_hidden(scope: ServiceScope, target: str) -> bool:
    """Whether a tmpfs hides what Docker copies to ``target`` before the container, and with it the tmpfs, starts."""
    above = {clean(entry.mount.target or "/"): entry.mount.type for entry in mounts_of_scope(scope)}
    above |= {clean(entry.partition(":")[0]): "tmpfs" for entry in scope.service.tmpfs}
    nearest = max((place for place in above if below(clean(target), place)), key=len, default="")
    return above.get(nearest) == "tmpfs"


def report_widened(report: Report, path: ComposePath, given: Sequence[Entry], widened: Sequence[Entry]) -> None:
    """Says that others than the owner can read files, where that is so."""
    if list(given) == list(widened):
        return
    message = (
        "files that only their owner or group can read under Docker are readable for all here, since they belong to "
        "root and the service need not run as root"
    )
    report.note(Code.APPROXIMATED, path, message, "run the service as root if other users in it must not read them")
