from __future__ import annotations

from typing import Any

import pytest

from hybridcompose.diagnostics import Code, TranslateError
from hybridcompose.gather.facts import BuildFacts, Facts
from hybridcompose.plan import ResourceKey
from hybridcompose.translate import Options
from tests.unit.translate.support import HEALTHY, codes, depends_on, found, only, plan_of, service


def job(*, schedule: Any = None, **keys: Any) -> dict[str, Any]:
    triggers = {"schedule": schedule} if schedule else {"manual": True}
    return {"image": "tool", "triggers": triggers, **keys}


def cron_job(options: Options | None = None, **schedule: Any) -> dict[str, Any]:
    jobs = {"backup": job(schedule=[{"cron": "30 4 * * 1", **schedule}])}
    manifest: dict[str, Any] = found(plan_of({}, jobs=jobs, options=options or Options()), "CronJob")["backup"]
    return manifest


def test_a_job_without_a_schedule_waits_until_somebody_starts_it() -> None:
    spec = found(plan_of({}, jobs={"backup": job()}), "Job")["backup"]["spec"]
    assert spec["suspend"] is True
    assert spec["backoffLimit"] == 0
    assert spec["template"]["spec"]["restartPolicy"] == "Never"


def test_every_schedule_is_a_cron_job_of_its_own() -> None:
    plan = plan_of({}, jobs={"backup": job(schedule=[{"cron": "0 3 * * *"}, {"cron": "@hourly"}])})
    schedules = {name: manifest["spec"]["schedule"] for name, manifest in found(plan, "CronJob").items()}
    assert schedules == {"backup-1": "0 3 * * *", "backup-2": "@hourly"}


def test_a_cron_job_leaves_out_what_falls_due_while_the_last_run_goes_on() -> None:
    spec = cron_job(timezone="Europe/Berlin")["spec"]
    assert spec["concurrencyPolicy"] == "Forbid"
    assert spec["timeZone"] == "Europe/Berlin"
    assert "startingDeadlineSeconds" not in spec


def test_missed_runs_are_left_out_soon_where_they_should_be_skipped() -> None:
    assert cron_job(missed_fires="skip")["spec"]["startingDeadlineSeconds"] == 60


def test_a_queue_of_runs_is_said_not_to_be_one() -> None:
    plan = plan_of({}, jobs={"backup": job(schedule=[{"cron": "0 3 * * *", "concurrency": "queue"}])})
    path = ("jobs", "backup", "triggers", "schedule", 0, "concurrency")
    assert only(plan, Code.NO_EQUIVALENT).path == path


def test_a_schedule_that_kubernetes_does_not_read_is_refused_where_it_stands() -> None:
    with pytest.raises(TranslateError) as refused:
        plan_of({}, jobs={"backup": job(schedule=[{"cron": "0 0 3 * * *"}])})
    assert refused.value.diagnostics[0].path == ("jobs", "backup", "triggers", "schedule", 0, "cron")


def test_an_old_cluster_gets_no_time_zone_and_the_user_is_told() -> None:
    assert "timeZone" not in cron_job(Options(kubernetes_version="1.26"), timezone="Europe/Berlin")["spec"]


def test_a_job_has_the_keys_of_a_service() -> None:
    keys = {"command": ["dump"], "environment": {"A": "1"}, "user": "1000:1000"}
    spec = found(plan_of({}, jobs={"backup": job(**keys)}), "Job")["backup"]["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    assert container["args"] == ["dump"]
    assert container["env"] == [{"name": "A", "value": "1"}]
    assert container["securityContext"] == {"runAsUser": 1000, "runAsGroup": 1000}


def test_what_is_found_of_a_job_is_told_at_the_jobs_path() -> None:
    plan = plan_of({}, jobs={"backup": job(ulimits={"nofile": 9}, init=True)})
    assert {finding.path for finding in plan.diagnostics} == {("jobs", "backup", "ulimits"), ("jobs", "backup", "init")}
    assert all(resource.cause[0] == "jobs" for resource in plan.resources)


def test_a_job_answers_to_no_name_and_is_no_service_of_the_plan() -> None:
    plan = plan_of({"db": service()}, jobs={"backup": job(hostname="b", networks={"n": {"aliases": ["x"]}})})
    assert list(found(plan, "Service")) == ["db"]
    assert [planned.name for planned in plan.services] == ["db"]


def test_a_name_that_kubernetes_changes_is_no_finding_for_what_nobody_looks_up() -> None:
    plan = plan_of({}, jobs={"back_up": job()})
    assert list(found(plan, "Job")) == ["back-up"]
    assert codes(plan) == []


def test_runs_of_a_job_find_what_earlier_ones_wrote() -> None:
    volumes = [{"type": "volume", "source": "data", "target": "/data"}]
    assert list(found(plan_of({}, jobs={"backup": job(volumes=volumes)}), "PersistentVolumeClaim")) == ["data"]


def test_a_job_builds_its_own_image_and_no_start_of_the_project_does() -> None:
    facts = Facts(builds={"backup": BuildFacts("backup", "/project", "d" * 64, "Dockerfile", b"archive", 7)})
    jobs = {"backup": {"build": {"context": "/project"}, "triggers": {"manual": True}}}
    plan = plan_of({}, jobs=jobs, facts=facts, options=Options(registry="reg:5000"))
    (build,) = [name for name in found(plan, "Job") if name != "backup"]
    container = found(plan, "Job")["backup"]["spec"]["template"]["spec"]["containers"][0]
    assert container["image"].startswith("reg:5000/shop-backup:")
    assert build.startswith("build-backup-")
    assert plan.images == ()


def test_a_job_waits_for_the_services_that_it_needs() -> None:
    jobs = {"backup": job(depends_on={"db": depends_on("service_healthy")})}
    plan = plan_of({"db": service(healthcheck=HEALTHY)}, jobs=jobs)
    spec = found(plan, "Job")["backup"]["spec"]["template"]["spec"]
    assert [container["name"] for container in spec["initContainers"]] == ["wait-for-dependencies"]
    assert "db-ready" in found(plan, "Service")


def test_a_job_that_needs_another_job_says_that_nothing_runs_it_before() -> None:
    plan = plan_of({}, jobs={"dump": job(), "ship": job(depends_on={"dump": depends_on()})})
    assert only(plan, Code.NO_EQUIVALENT).path == ("jobs", "ship", "depends_on", "dump")
    assert not found(plan, "Service")


def test_a_project_without_jobs_has_none() -> None:
    plan = plan_of({"web": service()})
    assert codes(plan) == []
    assert ResourceKey("Job", plan.services[0].container) not in plan.by_key()
