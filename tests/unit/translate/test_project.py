from __future__ import annotations

import subprocess
import sys

import pytest

from hybridcompose.diagnostics import Code, Diagnostic, Severity, TranslateError
from hybridcompose.gather.facts import Facts
from hybridcompose.plan import Condition, Health, Need, ResourceKey
from hybridcompose.translate import Options, translate
from hybridcompose.translate.options import Ordering
from tests.unit.translate.support import depends_on, plan_of, project_of, service

WARNED = Diagnostic(Code.UNREADABLE_SOURCE, Severity.WARNING, "not readable")
FAILED = Diagnostic(Code.MISSING_DOCKERFILE, Severity.ERROR, "no Dockerfile")


def test_the_same_project_gives_the_same_plan_whatever_the_order_of_its_services() -> None:
    services = {"web": service(depends_on={"db": depends_on()}), "db": service(), "my_cache": service()}
    assert plan_of(services) == plan_of(dict(reversed(services.items())))


def test_what_was_found_while_gathering_stands_first_in_the_plan() -> None:
    plan = plan_of({"web": service(cpuset="0")}, facts=Facts(diagnostics=(WARNED,)))
    assert [finding.code for finding in plan.diagnostics] == [Code.UNREADABLE_SOURCE, Code.NO_EQUIVALENT]


def test_an_error_of_gathering_stops_the_translation() -> None:
    with pytest.raises(TranslateError) as caught:
        translate(project_of({"web": service()}), Facts(diagnostics=(FAILED,)))
    assert caught.value.diagnostics == (FAILED,)


def test_all_errors_are_reported_together_with_the_warnings() -> None:
    services = {"a": service(restart="x", cpuset="0"), "b": service(restart="y")}
    with pytest.raises(TranslateError) as caught:
        translate(project_of(services), Facts(), Options())
    assert [finding.path for finding in caught.value.diagnostics] == [
        ("services", "a", "restart"),
        ("services", "b", "restart"),
        ("services", "a", "cpuset"),
    ]


def test_the_plan_names_its_project_and_namespace() -> None:
    plan = plan_of({"web": service()}, options=Options(namespace="ci-42"))
    assert (plan.project, plan.namespace) == ("shop", "ci-42")


def test_services_and_other_names_come_before_the_pods_that_use_them() -> None:
    kinds = [
        resource.key.kind for resource in plan_of({"a": service(), "b": service(restart="on-failure:1")}).resources
    ]
    assert kinds == ["Service", "Service", "Job", "Pod"]


def test_a_plan_says_what_a_service_waits_for() -> None:
    plan = plan_of({"db": service(scale=2), "web": service(depends_on={"db": depends_on()})})
    assert str(plan).splitlines()[-1] == "pod/web: runs web [services.web]; after pod/db-1, pod/db-2"


def test_importing_the_package_imports_no_translating_module() -> None:
    program = "import sys, hybridcompose.translate; print([name for name in sys.modules if 'translate.' in name])"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_the_plan_says_how_each_service_runs() -> None:
    check = {"test": ["CMD", "true"], "interval": "2s", "timeout": "1s", "retries": 4, "start_period": "1m"}
    services = {
        "db": service(healthcheck=check),
        "web": service(scale=2, depends_on={"db": depends_on("service_healthy", required=False)}),
    }
    db, web = plan_of(services).services
    assert (db.name, db.container, db.workloads, db.needs) == ("db", "db", (ResourceKey("Pod", "db"),), ())
    assert db.health == Health(start_period=60, interval=2, timeout=1, retries=4)
    assert web.workloads == (ResourceKey("Pod", "web-1"), ResourceKey("Pod", "web-2"))
    assert web.needs == (Need("db", Condition.HEALTHY, required=False),)
    assert web.health is None


def test_without_order_in_the_manifests_a_one_shot_is_a_plain_pod() -> None:
    services = {
        "migrate": service(),
        "web": service(depends_on={"migrate": depends_on("service_completed_successfully")}),
    }
    plan = plan_of(services, options=Options(ordering=Ordering.NONE))
    spec = plan.by_key()[ResourceKey("Pod", "migrate")].manifest["spec"]
    assert [container["name"] for container in spec["containers"]] == ["migrate"]
    assert "initContainers" not in spec


def test_services_that_fall_together_are_one_error() -> None:
    with pytest.raises(TranslateError) as caught:
        translate(project_of({"my_db": service(), "my-db": service()}), Facts(), Options())
    (found,) = caught.value.diagnostics
    assert (found.code, found.path) == (Code.NAME_CONFLICT, ("services", "my_db"))
    assert "would both be named" in found.message
