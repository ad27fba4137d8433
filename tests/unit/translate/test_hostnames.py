from __future__ import annotations

from typing import Any

import pytest

from hybridcompose.diagnostics import Code, Severity
from hybridcompose.translate import Options
from hybridcompose.translate.options import Dns
from tests.unit.translate.support import found, plan_of, pod_spec, service

OPTIONS = Options(rewrite_hostnames=True)


def container(options: Options = OPTIONS, **keys: Any) -> dict[str, Any]:
    plan = plan_of({"my_db": service(), "web": service(**keys)}, options=options)
    main: dict[str, Any] = pod_spec(plan)["containers"][0]
    return main


def variable(name: str, value: str, options: Options = OPTIONS) -> str:
    (entry,) = container(options, environment={name: value})["env"]
    return str(entry["value"])


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("URL", "postgres://user:pw@my_db:5432/my_db", "postgres://user:pw@my-db:5432/my_db"),
        ("URL", "http://my_db/path", "http://my-db/path"),
        ("URL", "http://MY_DB", "http://my-db"),
        ("BROKERS", "my_db:9092,other:9092,my_db:9093", "my-db:9092,other:9092,my-db:9093"),
        ("DB_HOST", "my_db", "my-db"),
        ("ES_HOSTS", "my_db, other", "my-db, other"),
        ("DB_NAME", "my_db", "my_db"),
        ("POSTGRES_DB", "my_db", "my_db"),
        ("TEXT", "the my_db of old", "the my_db of old"),
        ("URL", "http://my_db_2/", "http://my_db_2/"),
    ],
)
def test_a_name_changes_where_it_stands_for_a_host(name: str, value: str, expected: str) -> None:
    assert variable(name, value) == expected


def test_arguments_that_are_hosts_change() -> None:
    command = ["run", "--host", "my_db", "--db", "my_db", "--server=my_db", "my_db:5432"]
    assert container(command=command)["args"] == [
        "run",
        "--host",
        "my-db",
        "--db",
        "my_db",
        "--server=my-db",
        "my-db:5432",
    ]


def test_each_change_is_noted_at_its_place_and_what_stays_is_warned_of() -> None:
    environment = {"URL": "http://my_db", "DB_NAME": "my_db"}
    plan = plan_of({"my_db": service(), "web": service(environment=environment)}, options=OPTIONS)
    notes = [entry for entry in plan.diagnostics if entry.severity is Severity.NOTE]
    (warning,) = [entry for entry in plan.diagnostics if entry.severity is Severity.WARNING]
    assert [entry.path for entry in notes] == [("services", "web", "environment", "URL")]
    assert warning.code is Code.NAME_CHANGED
    assert warning.message.endswith("still written in services.web.environment.DB_NAME")


def test_a_change_never_shows_the_value() -> None:
    plan = plan_of({"my_db": service(), "web": service(environment={"URL": "pg://u:hunter2@my_db/"})}, options=OPTIONS)
    assert all("hunter2" not in entry.message for entry in plan.diagnostics)


def test_nothing_changes_unless_it_is_asked_for() -> None:
    assert variable("URL", "http://my_db", Options()) == "http://my_db"


def test_a_server_that_knows_every_name_leaves_nothing_to_change() -> None:
    assert variable("URL", "http://my_db", Options(rewrite_hostnames=True, dns=Dns.PROJECT)) == "http://my_db"


def test_aliases_change_as_well() -> None:
    services = {
        "db": service(networks={"default": {"aliases": ["data.base_1"]}}),
        "web": service(environment={"DB_HOST": "data.base_1"}),
    }
    plan = plan_of(services, options=OPTIONS)
    assert pod_spec(plan)["containers"][0]["env"][0]["value"] == "data-base-1"
    assert "data-base-1" in found(plan, "Service")
