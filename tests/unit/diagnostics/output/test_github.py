from __future__ import annotations

from hybridcompose.diagnostics import Code, Diagnostic, Location, Severity
from hybridcompose.diagnostics.output import show


def _shown(
    message: str = "m", file: str = "compose.yml", severity: Severity = Severity.ERROR, workspace: str = ""
) -> str:
    finding = Diagnostic(Code.INVALID_VALUE, severity, message, ("services",), None, Location(file, 3, 5, 2))
    return show([finding], "github", workspace=workspace)


def test_a_finding_is_an_annotation_at_its_place() -> None:
    assert _shown() == "::error file=compose.yml,line=3,col=5,endColumn=7,title=invalid-value::services: m\n"


def test_severities_have_githubs_names() -> None:
    assert _shown(severity=Severity.WARNING).startswith("::warning ")
    assert _shown(severity=Severity.NOTE).startswith("::notice ")


def test_a_message_cannot_start_a_command_of_its_own() -> None:
    assert _shown("100%\r\n::set-env name=x::y").endswith("::services: 100%25%0D%0A::set-env name=x::y\n")


def test_a_file_name_cannot_add_properties() -> None:
    assert "file=a%2Cline=1%3A%3A%25.yml,line=3," in _shown(file="a,line=1::%.yml")


def test_files_are_named_from_the_root_of_the_repository() -> None:
    assert "file=sub/compose.yml," in _shown(file="/repo/sub/compose.yml", workspace="/repo")
    assert "file=/other/compose.yml," in _shown(file="/other/compose.yml", workspace="/repo")


def test_standard_input_is_no_file() -> None:
    assert _shown(file="-") == "::error title=invalid-value::services: m\n"


def test_the_remedy_is_part_of_the_message() -> None:
    finding = Diagnostic(Code.NO_REGISTRY, Severity.ERROR, "no registry", (), "give one")
    assert show([finding], "github") == "::error title=no-registry::no registry%0Ahelp: give one\n"
