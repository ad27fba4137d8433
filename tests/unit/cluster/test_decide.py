from __future__ import annotations

import pytest

from hybridcompose.cluster.decide import Builds, Decision, Kind, Run, decide
from hybridcompose.cluster.observe import remembering
from hybridcompose.cluster.state import ContainerState, EventState, JobState, Observed, Phase, PodState
from hybridcompose.cluster.steps import Adopt, Apply, Remove, Send, Touch
from hybridcompose.cluster.troubles import Limits
from hybridcompose.gather.contents import Contents
from hybridcompose.plan import (
    Condition,
    Health,
    KubeName,
    Need,
    Plan,
    PlannedService,
    Resource,
    ResourceKey,
    StreamedContext,
)
from tests.unit.cluster.worlds import (
    DIGEST,
    NOW,
    decided,
    ended,
    plan,
    pod,
    resource,
    run_of,
    seen,
    service,
    waiting,
)

DB = service("db")


def _on(condition: Condition, *, required: bool = True) -> PlannedService:
    return service("web", Need("db", condition, required))


def _made(decision: Decision) -> list[str]:
    return [step.resource.key.name for step in decision.steps if isinstance(step, Apply)]


def test_what_waits_for_nothing_is_made_first() -> None:
    secret = resource("Secret", "s")
    assert _made(decide(plan(DB, more=(secret,)), Observed(), Run(now=NOW))) == ["s", "db"]


def test_nothing_is_made_twice() -> None:
    assert decided(plan(DB), pod(DB)).steps == ()


@pytest.mark.parametrize(
    ("condition", "too_early", "in_time"),
    [
        (Condition.STARTED, waiting(DB, "ContainerCreating"), pod(DB)),
        (Condition.HEALTHY, pod(DB), pod(DB, ready=True)),
        (Condition.COMPLETED, pod(DB, ready=True), ended(DB, 0)),
    ],
)
def test_a_service_is_made_when_its_dependency_is_as_it_must_be(
    condition: Condition, too_early: PodState, in_time: PodState
) -> None:
    planned = plan(DB, _on(condition))
    assert _made(decided(planned, too_early)) == []
    assert _made(decided(planned, in_time)) == ["web"]


@pytest.mark.parametrize(
    ("condition", "dependency", "message"),
    [
        (Condition.HEALTHY, ended(DB, 0), "db exited with code 0 before it was healthy, and web depends on it"),
        (Condition.COMPLETED, ended(DB, 7), "db exited with code 7, and web depends on it"),
    ],
)
def test_a_dependency_that_can_no_longer_be_so_fails_the_run(
    condition: Condition, dependency: PodState, message: str
) -> None:
    failure = decided(plan(DB, _on(condition)), dependency).failure
    assert failure is not None
    assert (failure.kind, failure.service, failure.message, failure.pod) == (Kind.SERVICE, "db", message, "db")


@pytest.mark.parametrize("condition", [Condition.HEALTHY, Condition.COMPLETED])
def test_an_optional_dependency_may_fail(condition: Condition) -> None:
    decision = decided(plan(DB, _on(condition, required=False)), ended(DB, 7))
    assert decision.failure is None
    assert _made(decision) == ["web"]


def test_a_service_that_nobody_needs_may_fail() -> None:
    assert decided(plan(DB), ended(DB, 3)).failure is None


def test_a_dependency_is_unhealthy_when_no_check_succeeds_in_dockers_time() -> None:
    checked = service("db", health=Health(start_period=5, interval=2, timeout=1, retries=3))
    planned = plan(checked, _on(Condition.HEALTHY))

    def running(seconds: float) -> PodState:
        return pod(checked, containers=(ContainerState("db", "i", Phase.RUNNING, since=NOW - seconds),))

    assert decided(planned, running(14)).failure is None
    failure = decided(planned, running(14.1)).failure
    assert failure is not None
    assert failure.message == ("db is unhealthy: no health check succeeded within 14 s, and web depends on it")


def test_a_dependency_that_takes_too_long_is_a_time_out() -> None:
    started = pod(DB, created=NOW - 61)
    failure = decided(plan(DB, _on(Condition.HEALTHY)), started, limits=Limits(dependency=60)).failure
    assert failure is not None
    assert failure.kind is Kind.TIME
    assert failure.message == "db did not become healthy within 60 s, and web depends on it"


def test_who_is_deleted_by_somebody_else_fails_the_run() -> None:
    missing = {"uid-db": NOW - 16}
    failure = decide(plan(DB), seen(gone=("uid-db",)), run_of(pod(DB), missing=missing)).failure
    assert failure is not None
    assert "deleted" in failure.message


def test_who_is_made_once_more_just_so_is_taken_over() -> None:
    run = run_of(pod(DB), missing={"uid-db": NOW - 3})
    assert decide(plan(DB), seen(gone=("uid-db",)), run).failure is None
    again = pod(DB, uid="again")
    assert decide(plan(DB), seen(again, gone=("uid-db",)), run).steps == (Adopt(ResourceKey("Pod", "db"), "again"),)
    for other in (again._replace(deleting=True), again._replace(config_hash="other")):
        assert decide(plan(DB), seen(other, gone=("uid-db",)), run).steps == ()


def test_what_somebody_has_killed_has_ended_however_long_that_is_ago() -> None:
    killed = ended(DB, 137)
    run = run_of(pod(DB), missing={"uid-db": NOW - 100}, stopped={"uid-db": (killed,)})
    decision = decide(plan(DB), seen(gone=("uid-db",)), run)
    view = decision.services["db"]
    assert (decision.failure, decision.steps, view.ended, view.exit_code) == (None, (), True, 137)
    assert view.pods == (killed,)


def test_a_counted_run_that_somebody_has_stopped_has_ended_though_its_job_is_gone() -> None:
    counted = DB._replace(workloads=(ResourceKey("Job", "db"),))
    run = run_of(jobs=(JobState("db", "uid-job"),), missing={"uid-job": NOW - 100})
    assert decide(plan(counted), seen(gone=("uid-job",)), run).failure is not None
    run = run._replace(stopped={"uid-job": (ended(DB, 0),)})
    view = decide(plan(counted), seen(gone=("uid-job",)), run).services["db"]
    assert (view.ended, view.exit_code) == (True, 0)


def test_who_ended_while_it_was_deleted_has_exited() -> None:
    old = ended(DB, 143)._replace(deleting=True)
    world = remembering(seen(gone=("uid-db",)), {"uid-db": old})
    decision = decide(plan(DB), world, run_of(old))
    assert (decision.failure, decision.services["db"].exit_code) == (None, 143)
    again = pod(DB, uid="again")
    assert remembering(seen(again, gone=("uid-db",)), {"uid-db": old}) == seen(again, gone=("uid-db",))


# --- what an earlier run left


def test_a_pod_that_would_be_made_just_so_is_taken_over() -> None:
    decision = decide(plan(DB), seen(pod(DB)), Run(now=NOW))
    assert decision.steps == (Adopt(ResourceKey("Pod", "db"), "uid-db"),)


@pytest.mark.parametrize(
    "old",
    [
        pod(DB, config_hash="other"),
        ended(DB, 0),
        ended(DB, 1),
        waiting(DB, "ImagePullBackOff"),
        waiting(DB, "ContainerCreating", absent='secret "x" not found', created=NOW - 60),
    ],
)
def test_a_pod_that_is_different_over_or_stuck_goes_before_the_new_one_comes(old: PodState) -> None:
    planned = plan(DB)
    assert decide(planned, seen(old), Run(now=NOW)).steps == (Remove(ResourceKey("Pod", "db"), "uid-db"),)
    assert decide(planned, seen(old._replace(deleting=True)), Run(now=NOW)).steps == ()
    assert _made(decide(planned, seen(gone=("uid-db",)), Run(now=NOW))) == ["db"]


def test_the_state_of_an_old_pod_is_not_the_services() -> None:
    planned = plan(DB, _on(Condition.COMPLETED))
    assert _made(decide(planned, seen(ended(DB, 0)), Run(now=NOW))) == []


# --- finished pods


def test_the_services_of_a_finished_pod_forget_it_once() -> None:
    own = resource("Service", "db", spec={"selector": {"hybridcompose.io/service": "db"}})
    other = resource("Service", "web", spec={"selector": {"hybridcompose.io/service": "web"}})
    planned, over = plan(DB, more=(own, other)), ended(DB, 0)
    run = run_of(over)._replace(applied={ResourceKey("Pod", "db"): over.uid, own.key: "1", other.key: "2"})
    assert decide(planned, seen(over), run).steps == (Touch("db", over),)
    assert decide(planned, seen(over), run._replace(touched=frozenset([over.uid]))).steps == ()


# --- builds

APP = service("app", images=("r/app:1",))
JOB = JobState("build-r/app:1", "uid-job")


def _builder(phase: str, message: str = "", code: int | None = None) -> PodState:
    state = Phase.RUNNING if code is None else Phase.TERMINATED
    main = ContainerState("kaniko", "kaniko", state, message=message, exit_code=code)
    return PodState("builder", "uid-builder", phase, (main,), job=JOB.name)


def _while_building(job: JobState, builder: PodState) -> Decision:
    applied = {ResourceKey("Job", JOB.name): JOB.uid, ResourceKey("ConfigMap", "context-r/app:1"): "1"}
    run = Run(applied=applied, now=NOW)
    return decide(plan(APP), seen(builder, jobs=(job,)), run)


def test_the_build_comes_before_the_service() -> None:
    assert _made(decide(plan(APP), Observed(), Run(now=NOW))) == ["context-r/app:1", "build-r/app:1"]
    assert _while_building(JOB, _builder("Running")).steps == ()


def test_the_service_runs_the_digest_that_was_pushed() -> None:
    decision = _while_building(JOB._replace(complete=True), _builder("Succeeded", DIGEST, 0))
    (step,) = decision.steps
    assert isinstance(step, Apply)
    assert step.resource.manifest["spec"]["containers"][0]["image"] == f"r/app:1@{DIGEST}"


def test_a_digest_of_a_failed_build_is_not_believed() -> None:
    decision = _while_building(JOB, _builder("Failed", DIGEST, 2))
    assert decision.digests == {}
    assert decision.failure is not None
    assert (decision.failure.kind, decision.failure.service) == (Kind.BUILD, "r/app:1")
    assert decision.failure.message == "the build ended with code 2"
    assert (decision.failure.pod, decision.failure.container) == ("builder", "kaniko")


def test_a_build_whose_pod_is_refused_fails() -> None:
    event = EventState(JOB.uid, JOB.name, "FailedCreate", "exceeded quota: q", warning=True, times=3)
    run = Run(applied={ResourceKey("Job", JOB.name): JOB.uid}, now=NOW)
    once = decide(plan(APP), Observed({}, {JOB.name: JOB}, (event._replace(times=1),)), run)
    assert once.failure is None
    failure = decide(plan(APP), Observed({}, {JOB.name: JOB}, (event,)), run).failure
    assert failure is not None
    assert failure.message == "its pod cannot be made: exceeded quota: q"


def test_a_job_that_has_succeeded_before_is_taken_over_unless_all_is_built_anew() -> None:
    there, key = seen(jobs=(JOB._replace(complete=True),)), ResourceKey("Job", JOB.name)
    assert Adopt(key, JOB.uid) in decide(plan(APP), there, Run(now=NOW)).steps
    assert Remove(key, JOB.uid) in decide(plan(APP), there, Run(now=NOW, builds=Builds.ALL)).steps


def test_what_comes_from_elsewhere_is_built_anew_where_the_current_state_is_wanted() -> None:
    there, key = seen(jobs=(JOB._replace(complete=True),)), ResourceKey("Job", JOB.name)
    local = plan(APP)
    floating = local._replace(images=tuple(image._replace(floating=True) for image in local.images))
    current = Run(now=NOW, builds=Builds.CURRENT)
    assert Adopt(key, JOB.uid) in decide(local, there, current).steps
    assert Remove(key, JOB.uid) in decide(floating, there, current).steps
    assert Adopt(key, JOB.uid) in decide(floating, there, Run(now=NOW)).steps


def test_a_run_that_only_builds_makes_what_a_job_needs_together_with_it() -> None:
    only = Run(now=NOW, only_builds=True)
    both = plan(service("a", images=("one",)), service("b", images=("two",)))
    assert _made(decide(both, Observed(), only)) == ["context-one", "context-two", "build-one", "build-two"]
    assert _made(decide(plan(APP), seen(jobs=(JOB._replace(complete=True),)), only)) == []


def test_no_more_builds_than_wanted_run_at_the_same_time() -> None:
    planned = plan(service("a", images=("one",)), service("b", images=("two",)), service("c", images=("three",)))

    def made(*jobs: JobState) -> list[str]:
        decision = decide(planned, seen(jobs=jobs), run_of(jobs=jobs, only_builds=True, parallel=2))
        return [name for name in _made(decision) if name.startswith("build")]

    one, three = JobState("build-one", "uid-1"), JobState("build-three", "uid-3")
    assert made() == ["build-one", "build-three"]
    assert made(one, three) == []
    assert made(one._replace(complete=True), three) == ["build-two"]


def test_an_object_that_several_jobs_need_is_made_once() -> None:
    planned = plan(service("a", images=("one",)), service("b", images=("two",)))
    shared = ResourceKey("ConfigMap", "context-one")
    resources = tuple(r._replace(waits_for=(shared,)) if r.key.kind == "Job" else r for r in planned.resources)
    steps = _made(decide(planned._replace(resources=resources), Observed(), Run(now=NOW, only_builds=True)))
    assert sorted(steps) == ["build-one", "build-two", "context-one"]


def test_a_build_that_is_too_slow_says_so_before_its_pod_is_gone() -> None:
    slow = JOB._replace(failing="DeadlineExceeded: Job was active longer than specified deadline")
    failure = _while_building(slow, _builder("Running")._replace(deleting=True)).failure
    assert failure is not None
    assert "--build-timeout" in failure.message


@pytest.mark.parametrize("gone", [False, True])
def test_a_build_whose_pod_somebody_deletes_says_so(gone: bool) -> None:
    job = JOB._replace(failing="BackoffLimitExceeded")
    there = seen(jobs=(job,)) if gone else seen(_builder("Running")._replace(deleting=True), jobs=(job,))
    assert decide(plan(APP), there._replace(jobs={JOB.name: JOB}), run_of(jobs=(job,))).failure is None
    failure = decide(plan(APP), there, run_of(jobs=(job,))).failure
    assert failure is not None
    assert failure.message == "its pod was deleted before the build had ended"


def test_a_job_that_has_failed_before_is_made_anew() -> None:
    there = seen(jobs=(JOB._replace(failed="BackoffLimitExceeded"),))
    assert Remove(ResourceKey("Job", JOB.name), JOB.uid) in decide(plan(APP), there, Run(now=NOW)).steps


def test_without_builds_a_service_starts_with_the_image_of_that_tag() -> None:
    decision = decide(plan(APP), Observed(), Run(now=NOW, builds=Builds.NONE))
    assert "app" in _made(decision)
    assert JOB.name not in _made(decision)


@pytest.mark.parametrize("builds", [Builds.MISSING, Builds.ALL, Builds.NONE])
def test_what_the_registry_holds_is_run_by_its_digest_and_nothing_is_made_for_it(builds: Builds) -> None:
    there = plan(APP)._replace(pushed={"r/app:1": DIGEST})
    decision = decide(there, Observed(), Run(now=NOW, builds=builds))
    (step,) = decision.steps
    assert isinstance(step, Apply)
    assert step.resource.manifest["spec"]["containers"][0]["image"] == f"r/app:1@{DIGEST}"
    assert decision.built


def test_a_pod_is_the_same_whether_its_image_was_built_now_or_found() -> None:
    found = decide(plan(APP)._replace(pushed={"r/app:1": DIGEST}), Observed(), Run(now=NOW)).steps
    built = _while_building(JOB._replace(complete=True), _builder("Succeeded", DIGEST, 0)).steps
    assert found == built


def test_a_workload_says_what_its_service_depends_on() -> None:
    (step,) = decided(plan(DB, _on(Condition.STARTED)), pod(DB)).steps
    assert isinstance(step, Apply)
    assert step.resource.manifest["metadata"]["annotations"]["hybridcompose.io/depends-on"] == "db"


def _streamed() -> tuple[Plan, JobState]:
    """A plan with one build whose context is streamed, and its Job."""
    planned = plan(service("web", images=("app",)))
    context = StreamedContext(KubeName("receive-context"), ("receive",), 3, "ab", Contents("/p"))
    (image,) = planned.images
    return planned._replace(images=(image._replace(context=context),)), JobState(image.job.name, "uid-job")


def _receiving(phase: Phase, *, uid: str = "uid-builder", exit_code: int | None = None, message: str = "") -> PodState:
    receiver = ContainerState("receive-context", "b", phase, init=True, exit_code=exit_code, message=message)
    containers = (receiver, ContainerState("kaniko", "k"))
    return PodState("build-app-x", uid, "Pending", containers, job="build-app", created=NOW)


def _sends(planned: Plan, builder: PodState, job: JobState, sent: frozenset[str] = frozenset()) -> list[str]:
    steps = decide(planned, seen(builder, jobs=(job,)), run_of(jobs=(job,), sent=sent)).steps
    return [step.pod.uid for step in steps if isinstance(step, Send)]


def test_a_context_is_sent_once_to_the_pod_that_waits_for_it() -> None:
    planned, job = _streamed()
    assert _sends(planned, _receiving(Phase.WAITING), job) == []
    assert _sends(planned, _receiving(Phase.RUNNING), job) == ["uid-builder"]
    assert _sends(planned, _receiving(Phase.RUNNING), job, frozenset({"uid-builder"})) == []
    assert _sends(planned, _receiving(Phase.TERMINATED, exit_code=0), job) == []


def test_a_new_pod_gets_the_context_again() -> None:
    planned, job = _streamed()
    assert _sends(planned, _receiving(Phase.RUNNING, uid="other"), job, frozenset({"uid-builder"})) == ["other"]


def test_a_build_whose_context_never_came_fails_with_what_its_pod_says() -> None:
    planned, job = _streamed()
    builder = _receiving(Phase.TERMINATED, exit_code=1, message="nothing arrived\nfor 300 s")._replace(phase="Failed")
    failure = decide(planned, seen(builder, jobs=(job,)), run_of(jobs=(job,))).failure
    assert failure is not None
    assert failure.kind is Kind.BUILD
    assert failure.message.endswith("receive-context fails with code 1: nothing arrived for 300 s")


def test_a_build_is_made_when_the_image_that_it_takes_is_there() -> None:
    first, second = service("a", images=("one",)), service("b", images=("two",))
    planned = plan(first, second)
    after = ResourceKey("Job", "build-one")
    resources = tuple(r._replace(waits_for=(after,)) if r.key.name == "build-two" else r for r in planned.resources)
    planned = planned._replace(resources=resources)

    def made(*jobs: JobState) -> list[str]:
        steps = decide(planned, seen(jobs=jobs), run_of(jobs=jobs)).steps
        return [step.resource.key.name for step in steps if isinstance(step, Apply) and step.resource.key.kind == "Job"]

    assert made() == ["build-one"]
    assert made(JobState("build-one", "uid-1", complete=True)) == ["build-two"]


def _server(image: str) -> Resource:
    return resource("Deployment", "dns", spec={"template": {"spec": {"containers": [{"name": "c", "image": image}]}}})


def test_what_serves_the_project_and_cannot_run_ends_the_run() -> None:
    server = waiting(service("dns"), "ImagePullBackOff")
    server = server._replace(name="dns-x", service="", labels={"hybridcompose.io/role": "dns"})
    (image,) = {container.image for container in server.containers}
    failure = decide(plan(DB, more=(_server(image),)), seen(server), run_of()).failure
    assert failure is not None
    assert (failure.service, failure.pod) == ("", "dns-x")
    assert failure.message.startswith("the pod dns-x: the image")
    assert decide(plan(DB, more=(_server("another"),)), seen(server), run_of()).failure is None


def test_a_service_that_ends_in_a_pod_that_goes_on_stays_in_dns() -> None:
    over = ended(DB, 0)._replace(alive=True, labels={"app": "db"})
    found = resource("Service", "db", spec={"selector": {"app": "db"}})
    decision = decided(plan(DB, more=(found,)), over)
    assert [step for step in decision.steps if isinstance(step, Touch)] == []


def test_a_name_for_the_outside_has_no_pods_to_forget() -> None:
    outside = resource("Service", "old", spec={"type": "ExternalName", "externalName": "db.example"})
    decision = decided(plan(DB, more=(outside,)), ended(DB, 0))
    assert [step for step in decision.steps if isinstance(step, Touch)] == []
