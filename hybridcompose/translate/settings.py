"""``x-hybridcompose`` read: checked, with defaults filled in. Imported when a project has the key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

from pydantic import ValidationError

from hybridcompose.diagnostics import Code, Diagnostic, Severity, TranslateError
from hybridcompose.diagnostics.accept import Accepted, accepted_by
from hybridcompose.diagnostics.validation import findings_of, misspelt
from hybridcompose.spec.extension import PLACES, Defaults, ProjectSettings, ServiceSettings, VolumeSettings
from hybridcompose.spec.project import EXTENSION, written_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.spec import Project
    from hybridcompose.spec.settings import Setting

_S = TypeVar("_S", bound="Setting")


class Settings(NamedTuple):
    """The settings of a project, by service and by volume; every one has its defaults."""

    services: Mapping[str, ServiceSettings]
    volumes: Mapping[str, VolumeSettings]
    accepted: tuple[Accepted, ...] = ()


def settings_of(project: Project) -> Settings:
    """The project's settings. Raises ``TranslateError`` with everything that is wrong in them."""
    read: dict[ComposePath, Setting] = {}
    findings: list[Diagnostic] = []
    for element, place, value in written_settings(project):
        at = (*element, EXTENSION)
        try:
            read[element] = PLACES[place].model_validate({} if value is None else value)
        except ValidationError as error:
            findings += findings_of(error, PLACES[place], at)
        else:
            findings += _unknown_codes(value, at)
    if findings:
        raise TranslateError(findings)
    top = read.get(())
    defaults = top.defaults if isinstance(top, ProjectSettings) and top.defaults is not None else Defaults()
    return Settings(
        {name: _filled(ServiceSettings, read.get(("services", name)), defaults.service) for name in project.services},
        {
            name: _filled(VolumeSettings, read.get(("volumes", name)), None if volume.external else defaults.volume)
            for name, volume in project.volumes.items()
        },
        accepted_by((element, value) for element, _, value in written_settings(project)),
    )


def _filled(model: type[_S], own: Setting | None, default: Setting | None) -> _S:
    """The element's settings over the defaults, key by key."""
    given: dict[str, Any] = {}
    for settings in (default, own):
        if settings is not None:
            given |= {name: getattr(settings, name) for name in settings.model_fields_set}
    return cast("_S", model.model_construct(**given))


def _unknown_codes(value: Any, at: ComposePath) -> Iterator[Diagnostic]:
    codes = [code.value for code in Code]
    for index, code in enumerate((value or {}).get("accept", ())):
        if code not in codes:
            message = f"there is no finding of the code {code!r}"
            remedy = misspelt(code, codes) if len(misspelt(code, codes)) < 60 else "see the list of diagnostics"
            yield Diagnostic(Code.INVALID_VALUE, Severity.ERROR, message, (*at, "accept", index), remedy)
