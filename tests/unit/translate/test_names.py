from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hybridcompose.diagnostics import Code, Severity
from hybridcompose.translate.names import Names, label_name, names_of, resolves_as
from hybridcompose.translate.report import Report
from tests.unit.translate.support import project_of, service


def names(services: dict[str, object]) -> tuple[Names, Report]:
    report = Report()
    return names_of(project_of(services), report), report


def test_two_services_that_fall_together_are_an_error_that_names_both() -> None:
    _, report = names({"my_db": service(), "my-db": service()})
    (diagnostic,) = [found for found in report.diagnostics if found.severity is Severity.ERROR]
    assert diagnostic.code is Code.NAME_CONFLICT
    assert "'my_db'" in diagnostic.message
    assert "'my-db'" in diagnostic.message
    assert diagnostic.path == ("services", "my_db")


def test_a_changed_name_tells_where_the_old_one_is_still_written() -> None:
    given_names, report = names(
        {
            "my_db": service(),
            "web": service(environment={"URL": "postgres://user@my_db:5432/x", "OTHER": "my_database"}),
        }
    )
    (diagnostic,) = report.diagnostics
    assert given_names.services["my_db"] == "my-db"
    assert (diagnostic.code, diagnostic.severity) == (Code.NAME_CHANGED, Severity.WARNING)
    assert diagnostic.message.endswith("still written in services.web.environment.URL")


def test_a_mention_never_shows_the_value_that_it_stands_in() -> None:
    _, report = names({"my_db": service(), "web": service(environment={"URL": "postgres://u:hunter2@my_db/x"})})
    assert all("hunter2" not in diagnostic.message for diagnostic in report.diagnostics)


def test_capitals_are_no_change_because_dns_does_not_tell_them_apart() -> None:
    given_names, report = names({"DB": service()})
    assert given_names.services == {"DB": "db"}
    assert report.diagnostics == ()


def test_a_name_that_is_too_long_is_cut_and_stays_unique() -> None:
    given_names, _ = names({"a" * 70: service(), "a" * 71: service()})
    assert len(set(given_names.services.values())) == 2
    assert all(len(name) == 63 for name in given_names.services.values())


def test_a_replicas_number_never_takes_another_services_name() -> None:
    given_names, _ = names({"web": service(scale=2), "web-1": service()})
    taken = [pod for pods in given_names.pods.values() for pod in pods]
    assert len(set(taken)) == 3
    assert given_names.pods["web-1"] == ("web-1",)


def test_the_ready_name_never_takes_another_services_name() -> None:
    given_names, _ = names({"db": service(), "db-ready": service()})
    assert given_names.ready["db"] not in given_names.services.values()


def test_an_alias_may_name_several_services() -> None:
    attached = {"networks": {"front": {"aliases": ["api"]}}}
    given_names, _ = names({"blue": service(**attached), "green": service(**attached)})
    assert given_names.aliases == {"api": ("blue", "green")}
    assert given_names.aliases_of["green"] == ("api",)


def test_an_alias_that_is_another_services_name_keeps_that_service_in() -> None:
    given_names, _ = names({"db": service(), "fake": service(networks={"front": {"aliases": ["db"]}})})
    assert given_names.aliases == {"db": ("db", "fake")}


def test_a_services_own_name_is_no_alias() -> None:
    given_names, report = names({"db": service(container_name="db", hostname="db")})
    assert given_names.aliases == {}
    assert report.diagnostics == ()


def test_a_link_gives_its_target_the_alias() -> None:
    given_names, _ = names({"db": service(), "web": service(links=["db:database", "db"])})
    assert given_names.aliases == {"database": ("db",)}


def test_a_changed_alias_never_takes_a_name_that_somebody_has() -> None:
    given_names, report = names({"app-db": service(), "db": service(container_name="app_db")})
    assert "app-db" not in given_names.aliases
    assert [diagnostic.path for diagnostic in report.diagnostics] == [("services", "db", "container_name")]


def test_a_changed_container_name_that_nobody_mentions_is_a_note_only() -> None:
    _, report = names({"db": service(container_name="shop_db_1")})
    assert [diagnostic.severity for diagnostic in report.diagnostics] == [Severity.NOTE]


def test_a_changed_container_name_that_somebody_mentions_is_a_warning() -> None:
    _, report = names({"db": service(container_name="shop_db"), "web": service(command=["wait-for", "shop_db:5432"])})
    assert [diagnostic.severity for diagnostic in report.diagnostics] == [Severity.WARNING]


@given(st.text())
def test_any_text_becomes_a_valid_label_that_is_its_own(text: str) -> None:
    name = label_name(text)
    assert 1 <= len(name) <= 63
    assert label_name(name) == name
    assert name.isascii()
    assert resolves_as(name, name)


def test_an_alias_that_falls_together_with_another_name_is_said_to_be_lost() -> None:
    attached = {"networks": {"front": {"aliases": ["a.b"]}}}
    given_names, report = names({"web": service(**attached), "a-b": service()})
    (diagnostic,) = report.diagnostics
    assert (diagnostic.code, diagnostic.severity) == (Code.NAME_CONFLICT, Severity.WARNING)
    assert "'a.b'" in diagnostic.message
    assert "'a-b'" in diagnostic.message
    assert given_names.aliases == {}


def test_a_container_name_that_becomes_its_services_own_name_is_no_conflict() -> None:
    _, report = names({"my-db": service(container_name="my_db")})
    (diagnostic,) = report.diagnostics
    assert (diagnostic.code, diagnostic.severity) == (Code.NAME_CHANGED, Severity.NOTE)
