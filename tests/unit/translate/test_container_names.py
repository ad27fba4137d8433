from __future__ import annotations

from typing import Any

import pytest

from hybridcompose.diagnostics import Code, Severity
from hybridcompose.translate import Options
from hybridcompose.translate.names import Names, names_of
from hybridcompose.translate.options import Dns, NamespaceMode
from hybridcompose.translate.report import Report
from tests.unit.translate.support import project_of, service

CLUSTER, VERBATIM = Options(), Options(dns=Dns.PROJECT)


def names(services: dict[str, Any], options: Options = CLUSTER) -> tuple[Names, Report]:
    report = Report()
    return names_of(project_of(services), report, options), report


def asking(*words: str, **environment: str) -> Any:
    return service(command=list(words), environment=environment)


def test_the_name_of_a_container_resolves_where_a_command_or_an_environment_mentions_it() -> None:
    project = project_of({}).name
    given, report = names(
        {
            "db": service(),
            "cache": service(),
            "other": service(),
            "asks": asking(f"{project}-cache-1:6379", URL=f"postgres://user@{project}-DB-1/x"),
        }
    )
    assert given.aliases == {f"{project}-cache-1": ("cache",), f"{project}-db-1": ("db",)}
    assert report.diagnostics == ()


def test_a_container_with_a_name_of_its_own_has_no_other() -> None:
    project = project_of({}).name
    given, _ = names({"db": service(container_name="base"), "asks": asking(f"{project}-db-1")})
    assert set(given.aliases) == {"base"}


@pytest.mark.parametrize("options", [CLUSTER, VERBATIM], ids=["cluster", "project"])
def test_the_name_of_one_container_of_several_is_said_not_to_resolve(options: Options) -> None:
    project = project_of({}).name
    _, report = names({"many": service(scale=2), "asks": asking("x", f"{project}-many-2")}, options)
    (found,) = report.diagnostics
    assert (found.code, found.severity) == (Code.NAME_CHANGED, Severity.WARNING)
    assert found.path == ("services", "asks", "command")
    assert found.message.startswith(f"'{project}-many-2' does not resolve")


def test_the_name_of_a_service_on_a_network_resolves_by_the_projects_own_server_alone() -> None:
    project = project_of({}).name
    services = {"db": service(), "asks": asking(HOST=f"db.{project}_default")}
    _, report = names(services)
    (found,) = report.diagnostics
    assert (found.code, found.path) == (Code.NAME_CHANGED, ("services", "asks", "environment", "HOST"))
    assert "--dns project" in (found.remedy or "")
    assert names(services, VERBATIM)[1].diagnostics == ()


def test_a_name_is_said_to_be_lost_in_a_shared_namespace() -> None:
    project = project_of({}).name
    given, report = names(
        {"db": service(), "asks": asking(f"{project}-db-1")}, Options(namespace_mode=NamespaceMode.SHARED)
    )
    assert given.aliases == {}
    assert [found.path for found in report.diagnostics] == [("services", "db")]
