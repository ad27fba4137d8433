"""The organisation's configuration file: found, read, checked."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from hybridcompose.diagnostics import Code, ComposePath, Diagnostic, LoadError, Severity
from hybridcompose.load.context import unreadable
from hybridcompose.load.document import read_documents
from hybridcompose.load.marks import find
from hybridcompose.load.pipeline import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hybridcompose.spec.configuration import Configuration

#: Names the file. An empty value, as an empty file, means no configuration.
VARIABLE = "HYBRIDCOMPOSE_CONFIG"
_NAME = os.path.join("hybridcompose", "config.yaml")


class Configured(NamedTuple):
    """Options as an organisation wants them, by their names, and the file that says so."""

    options: Mapping[str, Any]
    file: str | None = None


def read_configuration(path: str | None, environment: Mapping[str, str]) -> Configured:
    """The configuration at ``path``, else that of the environment; a file that nobody names need not be there.

    Raises ``LoadError`` with everything that is wrong, each at its place.
    """
    named = path if path is not None else environment.get(VARIABLE)
    file = named if named is not None else _default(environment)
    if not file or (named is None and not os.path.isfile(file)):
        return Configured({})
    data = _bytes(file)
    tree = _tree(data, file, trace=False)
    if tree is None:
        return Configured({}, file)
    findings: list[Diagnostic] = []
    options = _options(tree, file, findings)
    if findings:
        raise LoadError(_located(findings, data, file))
    return Configured(options, file)


def _default(environment: Mapping[str, str]) -> str | None:
    base = environment.get("XDG_CONFIG_HOME")
    home = environment.get("HOME")
    if base and os.path.isabs(base):
        return os.path.join(base, _NAME)
    return os.path.join(home, ".config", _NAME) if home else None


def _bytes(file: str) -> bytes:
    try:
        with open(file, "rb") as stream:
            return stream.read()
    except OSError as error:
        _, message, remedy = unreadable(shown(file), error)
        raise LoadError(
            [Diagnostic(Code.UNREADABLE_FILE, Severity.ERROR, f"the configuration: {message}", (), remedy)]
        ) from error


def _tree(data: bytes, file: str, *, trace: bool) -> Any:
    documents = read_documents(data, shown(file), trace=trace)
    return documents[0].value if documents else None


def _options(tree: Any, file: str, findings: list[Diagnostic]) -> dict[str, Any]:
    """The options that a tree says; what is wrong is added to ``findings``."""
    from pydantic import ValidationError

    from hybridcompose.diagnostics.validation import findings_of
    from hybridcompose.spec.configuration import Configuration, given_options

    try:
        configuration: Configuration = Configuration.model_validate(tree)
    except ValidationError as error:
        findings += findings_of(error, Configuration)
        return {}
    options: dict[str, Any] = {}
    for path, name, given in given_options(configuration):
        value = _file_content(given, file, path, findings) if path == ("registry", "ca") else given
        problem = _problem(name, value)
        if problem is None:
            options[name] = value
        else:
            findings.append(problem._replace(path=path))
    return options


def _file_content(name: str, file: str, path: ComposePath, findings: list[Diagnostic]) -> str:
    """The text of a file that the configuration names."""
    try:
        with open(os.path.join(os.path.dirname(file), os.path.expanduser(name)), encoding="utf-8") as stream:
            return stream.read()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        message = f"cannot read {name}: {reason}"
        remedy = "name a file with certificates"
        findings.append(Diagnostic(Code.UNREADABLE_FILE, Severity.ERROR, message, path, remedy))
        return ""


def _problem(name: str, value: Any) -> Diagnostic | None:
    """What is wrong with an option: that there is none of that name, or that it takes no such value."""
    from typing import get_type_hints

    from pydantic import TypeAdapter, ValidationError

    from hybridcompose.diagnostics.validation import misspelt
    from hybridcompose.translate.options import Options

    kinds = get_type_hints(Options)
    if name not in kinds:
        message = f"there is no option {name!r}"
        return Diagnostic(Code.UNKNOWN_KEY, Severity.ERROR, message, remedy=misspelt(name, kinds))
    try:
        TypeAdapter(kinds[name]).validate_python(value)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[0]
        expected = wrong.get("ctx", {}).get("expected")
        remedy = f"write {expected}" if expected else "see the help of the option of the same name"
        return Diagnostic(Code.INVALID_VALUE, Severity.ERROR, f"{name} cannot be that", remedy=remedy)
    return None


def _located(findings: list[Diagnostic], data: bytes, file: str) -> Iterator[Diagnostic]:
    """The findings with their places, which a second reading records."""
    tree = _tree(data, file, trace=True)
    for finding in findings:
        place = find(tree, finding.path, key=finding.code is Code.UNKNOWN_KEY)
        yield finding._replace(location=place)
