from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from hybridcompose.diagnostics import Code, Severity
from hybridcompose.gather.facts import Facts, ImageConfig
from hybridcompose.translate import Options
from hybridcompose.translate.options import Ordering
from hybridcompose.translate.ordering import SCRIPT
from tests.unit.translate.support import (
    HEALTHY,
    codes,
    depends_on,
    found,
    only,
    plan_of,
    pod_spec,
    refusal_of,
    service,
)

COMPLETED = "service_completed_successfully"


def waits(services: dict[str, Any], name: str = "web", **keys: Any) -> list[str]:
    """The dependencies that the service's init container waits for, as its arguments."""
    containers = pod_spec(plan_of(services, **keys), name).get("initContainers", [])
    return [argument for container in containers for argument in container["args"][1:]]


def test_a_healthy_dependency_is_awaited_by_its_ready_addresses() -> None:
    services = {
        "db": service(healthcheck=HEALTHY),
        "web": service(depends_on={"db": depends_on("service_healthy")}),
    }
    assert waits(services) == ["db-ready:1:required:db"]
    ready = found(plan_of(services), "Service")["db-ready"]["spec"]
    assert "publishNotReadyAddresses" not in ready
    assert ready["clusterIP"] == "None"


def test_a_finished_dependency_is_awaited_before_the_service_starts() -> None:
    services = {"migrate": service(), "web": service(depends_on={"migrate": depends_on(COMPLETED)})}
    assert waits(services) == ["migrate-ready:1:required:migrate"]
    assert "migrate-ready" in found(plan_of(services), "Service")


def test_a_started_dependency_is_awaited_by_its_own_name() -> None:
    services = {"db": service(), "web": service(depends_on={"db": depends_on()})}
    assert waits(services) == ["db:1:required:db"]
    assert list(found(plan_of(services), "Service")) == ["db", "web"]


def test_every_replica_is_awaited() -> None:
    services = {
        "db": service(scale=3, healthcheck=HEALTHY),
        "web": service(depends_on={"db": depends_on("service_healthy")}),
    }
    assert waits(services) == ["db-ready:3:required:db"]


def test_one_pod_is_enough_where_nobody_knows_the_number_of_nodes() -> None:
    services = {
        "agent": service(deploy={"mode": "global", "replicas": 3}),
        "web": service(depends_on={"agent": depends_on()}),
    }
    assert waits(services) == ["agent:1:required:agent"]


def test_a_dependency_without_containers_is_not_awaited() -> None:
    services = {"db": service(scale=0), "web": service(depends_on={"db": depends_on("service_healthy")})}
    assert waits(services) == []


def test_a_dependency_that_no_profile_selects_is_not_awaited() -> None:
    assert waits({"web": service(depends_on={"debug": depends_on(required=False)})}) == []


def test_who_waits_for_a_start_waits_for_what_that_start_waits_for() -> None:
    services = {
        "db": service(healthcheck=HEALTHY),
        "api": service(depends_on={"db": depends_on("service_healthy")}),
        "web": service(depends_on={"api": depends_on()}),
    }
    assert waits(services) == ["api:1:required:api", "db-ready:1:required:db"]


def test_who_waits_for_health_needs_nothing_behind_it() -> None:
    services = {
        "disk": service(),
        "db": service(healthcheck=HEALTHY, depends_on={"disk": depends_on()}),
        "web": service(depends_on={"db": depends_on("service_healthy")}),
    }
    assert waits(services) == ["db-ready:1:required:db"]


def test_an_optional_dependency_is_awaited_last() -> None:
    services = {
        "a": service(),
        "b": service(),
        "web": service(depends_on={"a": depends_on(required=False), "b": depends_on()}),
    }
    assert waits(services) == ["b:1:required:b", "a:1:optional:a"]


def test_a_dependency_of_an_optional_one_is_optional_unless_somebody_requires_it() -> None:
    chain = {"db": service(), "api": service(depends_on={"db": depends_on()})}
    optional = {**chain, "web": service(depends_on={"api": depends_on(required=False)})}
    assert waits(optional) == ["api:1:optional:api", "db:1:optional:db"]
    required = {**chain, "web": service(depends_on={"api": depends_on(required=False), "db": depends_on()})}
    assert waits(required) == ["db:1:required:db", "api:1:optional:api"]


def test_without_ordering_nothing_waits_and_no_second_service_exists() -> None:
    services = {
        "db": service(healthcheck=HEALTHY),
        "web": service(depends_on={"db": depends_on("service_healthy")}),
    }
    plan = plan_of(services, options=Options(ordering=Ordering.NONE))
    assert "initContainers" not in pod_spec(plan)
    assert list(found(plan, "Service")) == ["db", "web"]


def test_a_dependency_that_can_never_be_healthy_is_an_error() -> None:
    findings = refusal_of(
        {
            "db": service(healthcheck={"disable": True}),
            "web": service(depends_on={"db": depends_on("service_healthy")}),
        }
    )
    (finding,) = [finding for finding in findings if finding.severity is Severity.ERROR]
    assert finding.code is Code.NO_HEALTHCHECK
    assert finding.path == ("services", "web", "depends_on", "db", "condition")


def test_an_optional_dependency_that_can_never_be_healthy_is_a_warning_as_in_compose() -> None:
    services = {
        "db": service(healthcheck={"disable": True}),
        "web": service(depends_on={"db": depends_on("service_healthy", required=False)}),
    }
    assert only(plan_of(services), Code.NO_HEALTHCHECK).severity is Severity.WARNING


def test_a_service_called_like_the_waiting_container_keeps_its_name() -> None:
    plan = plan_of({"db": service(), "wait-for-dependencies": service(depends_on={"db": depends_on()})})
    spec = pod_spec(plan, "wait-for-dependencies")
    assert spec["containers"][0]["name"] == "wait-for-dependencies" != spec["initContainers"][0]["name"]


def test_an_image_that_is_not_known_may_have_a_health_check() -> None:
    services = {"db": service(), "web": service(depends_on={"db": depends_on("service_healthy")})}
    assert only(plan_of(services), Code.NO_HEALTHCHECK).severity is Severity.WARNING


def test_an_image_that_is_known_to_have_no_health_check_is_an_error() -> None:
    services = {"db": service(), "web": service(depends_on={"db": depends_on("service_healthy")})}
    facts = Facts(images={"app": ImageConfig(complete=True)})
    with pytest.raises(Exception, match="can never become healthy"):
        plan_of(services, facts=facts)


def test_a_restart_with_the_dependency_is_said_not_to_happen() -> None:
    services = {"db": service(), "web": service(depends_on={"db": depends_on(restart=True)})}
    assert codes(plan_of(services)) == [Code.NO_EQUIVALENT]


def test_the_waiting_container_needs_no_rights() -> None:
    services = {"db": service(), "web": service(depends_on={"db": depends_on()})}
    container = pod_spec(plan_of(services))["initContainers"][0]
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert container["securityContext"]["allowPrivilegeEscalation"] is False
    assert container["args"][0] == "600"


def test_a_long_chain_of_starts_is_walked_without_recursion() -> None:
    services = {"s0": service()} | {
        f"s{number}": service(depends_on={f"s{number - 1}": depends_on()}) for number in range(1, 200)
    }
    assert len(waits(services, "s199")) == 199


# --- the script, run by a real shell; a stand-in answers for the cluster's DNS


@pytest.fixture
def run(tmp_path: Path) -> Any:
    """Runs the script. ``answers`` are the addresses by name; a name in none of them does not exist."""
    shell = shutil.which("sh")
    if shell is None or not Path("/proc/uptime").exists():
        pytest.skip("the script needs a POSIX shell and /proc/uptime")

    def run(*arguments: str, answers: dict[str, list[str]]) -> subprocess.CompletedProcess[str]:
        records = tmp_path / "records"
        records.mkdir(exist_ok=True)
        for name, addresses in answers.items():
            lines = [f"Name:\t{name}\nAddress: {address}\n" for address in addresses]
            (records / name).write_text("Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n" + "".join(lines))
        stand_in = tmp_path / "nslookup"
        stand_in.write_text(f'#!/bin/sh\n[ "$1" = -type=a ] && cat "{records}/$2"\n')
        stand_in.chmod(0o755)
        resolv = tmp_path / "resolv.conf"
        resolv.write_text("nameserver 10.96.0.10\nsearch ns.svc.test svc.test test\noptions ndots:5\n")
        script = SCRIPT.replace("/etc/resolv.conf", str(resolv))
        environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
        return subprocess.run(
            [shell, "-c", script, "wait", *arguments],
            capture_output=True,
            text=True,
            env=environment,
            check=False,
            timeout=30,
        )

    return run


def test_the_script_ends_when_all_names_answer(run: Any) -> None:
    ended = run(
        "5",
        "db-ready:1:required:db",
        "web:2:required:web",
        answers={"db-ready.ns.svc.test.": ["10.0.0.1"], "web.ns.svc.test.": ["10.0.0.2", "10.0.0.3"]},
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == "db is there\nweb is there\n"


def test_the_script_fails_at_the_deadline_and_says_where_to_look(run: Any) -> None:
    ended = run("0", "db-ready:1:required:db", answers={})
    assert ended.returncode == 1
    assert "db was not there within 0 s" in ended.stderr
    assert "kubectl logs -l hybridcompose.io/service=db" in ended.stderr


def test_the_script_counts_addresses_and_not_the_servers_own(run: Any) -> None:
    ended = run("0", "web:2:required:web", answers={"web.ns.svc.test.": ["10.0.0.2"]})
    assert ended.returncode == 1
    ended = run("0", "web:1:required:web", answers={"web.ns.svc.test.": []})
    assert ended.returncode == 1


def test_the_script_goes_on_without_an_optional_dependency(run: Any) -> None:
    ended = run("0", "cache:1:optional:cache", "db:1:required:db", answers={"db.ns.svc.test.": ["10.0.0.1"]})
    assert ended.returncode == 0, ended.stderr
    assert "cache was not there" in ended.stderr
    assert ended.stdout == "db is there\n"


def test_the_kubelet_leaves_the_script_as_it_is() -> None:
    assert "$$" not in SCRIPT
    assert not any(f"$({name})" in SCRIPT for name in ("PATH", "HOME", "HOSTNAME"))
