"""``--rewrite-hostnames``: values that mention a host name which Kubernetes does not allow get the allowed one.

A name is only taken for a host where it stands as one: behind ``//`` or ``@``, before a port, or as a whole value of a
variable or flag that is called after hosts. ``postgres://my_db:5432/my_db`` holds one host and one database.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from hybridcompose.diagnostics import Code
from hybridcompose.translate.names import aliases_of, label_name, resolves_as
from hybridcompose.translate.options import Dns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.spec import Project, Service
    from hybridcompose.translate.options import Options
    from hybridcompose.translate.report import Report

_NAME = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"
#: ``//host``, ``user@host``, and ``host:port`` at the start or behind a separator.
_HOST = re.compile(rf"""(?:(?<=//)|(?<=@)){_NAME}(?=$|[:/,?#\s"'])|(?:^|(?<=[\s,="'(])){_NAME}(?=:\d)""")
_PART = re.compile(_NAME)
_WHOLE = re.compile(rf"{_NAME}(\s*,\s*{_NAME})*")
#: What variables and flags that hold a host are called.
_ABOUT_HOSTS = re.compile(
    r"(^|[-_.])(host(name)?|server|addr(ess)?|endpoint|broker|node|upstream|peer)s?$|host$", re.IGNORECASE
)


def rewritten(project: Project, report: Report, options: Options) -> Project:
    """The project with changed host names in environments and commands; each change is noted at its place."""
    changed = _changed(project) if options.dns is Dns.CLUSTER else {}
    if not changed:
        return project
    services = {name: _service(name, service, changed, report) for name, service in project.services.items()}
    return project.model_copy(update={"services": services})


def _changed(project: Project) -> dict[str, str]:
    """Every host name that becomes another one, in small letters."""
    own = [*project.services, *(alias.name for alias in aliases_of(project))]
    names = {name: label_name(name) for name in own}
    return {name.lower(): new for name, new in names.items() if not resolves_as(name, new)}


def _service(name: str, service: Service, changed: Mapping[str, str], report: Report) -> Service:
    update: dict[str, Any] = {}
    environment = {key: value and _value(value, key, changed) for key, value in service.environment.items()}
    for key, value in environment.items():
        if value != service.environment[key]:
            _note(report, ("services", name, "environment", key))
            update["environment"] = environment
    for field in ("command", "entrypoint"):
        words = getattr(service, field)
        new = tuple(_words(words or (), changed))
        if words and new != tuple(words):
            _note(report, ("services", name, field))
            update[field] = new
    return service.model_copy(update=update) if update else service


def _note(report: Report, path: ComposePath) -> None:
    report.note(Code.NAME_CHANGED, path, "host names in it are written as Kubernetes allows them")


def _words(words: tuple[str, ...] | list[str], changed: Mapping[str, str]) -> Iterator[str]:
    before = ""
    for word in words:
        flag, separator, value = word.partition("=")
        if separator and flag.startswith("-"):
            yield f"{flag}={_value(value, flag, changed)}"
        else:
            yield _value(word, before if before.startswith("-") else "", changed)
        before = word


def _value(value: str, holder: str, changed: Mapping[str, str]) -> str:
    """``value``, which the variable or flag ``holder`` has, with new names in the places of hosts."""
    if _WHOLE.fullmatch(value) and _ABOUT_HOSTS.search(holder):
        return _PART.sub(lambda match: changed.get(match[0].lower(), match[0]), value)
    return _HOST.sub(lambda match: changed.get(match[0].lower(), match[0]), value)
