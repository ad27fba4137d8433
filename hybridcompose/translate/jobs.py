"""Top-level jobs: a suspended Job for what people start, a CronJob for every schedule.

Nothing runs a job when the project starts. `kubectl patch` starts a suspended Job; a CronJob starts by itself, and
`kubectl create job --from` starts it at once. Source: Compose Specification, "Jobs top-level element".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code
from hybridcompose.spec.as_service import job_as_service
from hybridcompose.translate.names import object_name
from hybridcompose.translate.pods import resource, template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hybridcompose.plan import KubeName, Manifest, Resource
    from hybridcompose.spec import Project, Service
    from hybridcompose.spec.job import Job, Schedule
    from hybridcompose.translate.scope import PodDraft, ServiceScope

#: How late, in seconds, a run may begin that must not be caught up. Kubernetes looks every ten seconds.
LATEST = 60
#: The minor release of Kubernetes from which on a CronJob has a time zone.
TIME_ZONES = 27
#: A CronJob's name leaves room for the time that its Jobs' names end in.
_NAME_LIMIT = 52
_FIELDS = 5


def with_jobs(project: Project) -> Project:
    """The project with its jobs among the services."""
    jobs = {name: _service(project, job) for name, job in sorted(project.jobs.items())}
    return project.model_copy(update={"services": {**project.services, **jobs}})


def _service(project: Project, job: Job) -> Service:
    needs = {name: need for name, need in job.depends_on.items() if name not in project.jobs}
    return job_as_service(job).model_copy(update={"depends_on": needs})


def job(scope: ServiceScope, draft: PodDraft) -> Iterator[Resource]:
    """The objects of one job. It is tried once, as a container that Docker runs."""
    given = scope.root.jobs[scope.name]
    _report_needs(scope, given)
    spec: Manifest = {"backoffLimit": 0, "template": template(scope, draft, "Never")}
    if not given.triggers.schedule:
        reason = f"runs {scope.name} when it is resumed"
        yield resource(scope, "Job", scope.kube_name, {"spec": {"suspend": True, **spec}}, reason)
    for index, schedule in enumerate(given.triggers.schedule):
        name = _name(scope, index, len(given.triggers.schedule))
        body = {"spec": {**_times(scope, index, schedule), "jobTemplate": {"spec": spec}}}
        yield resource(scope, "CronJob", name, body, f"runs {scope.name} at {schedule.cron}")


def _report_needs(scope: ServiceScope, given: Job) -> None:
    for name in sorted(given.depends_on):
        if name in scope.root.jobs:
            message = f"nothing in Kubernetes runs the job {name!r} before this one"
            remedy = f"run {name} first, or make it a pre_start step of a service"
            scope.report.warning(Code.NO_EQUIVALENT, scope.path("depends_on", name), message, remedy)


def _name(scope: ServiceScope, index: int, count: int) -> KubeName:
    return object_name(scope.kube_name, *([str(index + 1)] if count > 1 else []), limit=_NAME_LIMIT)


def _times(scope: ServiceScope, index: int, schedule: Schedule) -> Manifest:
    path = ("triggers", "schedule", index)
    if not schedule.cron.startswith("@") and len(schedule.cron.split()) != _FIELDS:
        message = f"{schedule.cron!r} is not a schedule of five fields"
        scope.report.error(Code.INVALID_VALUE, scope.path(*path, "cron"), message, 'write it as in "30 4 * * 1"')
    if schedule.concurrency == "queue":
        scope.report.warning(
            Code.NO_EQUIVALENT,
            scope.path(*path, "concurrency"),
            "nothing in Kubernetes queues a run: one that falls due while the last one still runs is left out",
            "give the schedule more time between two runs",
        )
    times: Manifest = {"schedule": schedule.cron, "concurrencyPolicy": "Forbid"}
    if schedule.timezone and scope.options.knows(TIME_ZONES):
        times["timeZone"] = schedule.timezone
    elif schedule.timezone:
        message = f"a CronJob with a time zone needs Kubernetes 1.{TIME_ZONES}: it runs at the cluster's time"
        scope.report.warning(Code.OLD_KUBERNETES, scope.path(*path, "timezone"), message, "write the times for it")
    if schedule.missed_fires == "skip":
        message = f"a missed run is left out once it is {LATEST} seconds late"
        scope.report.note(Code.APPROXIMATED, scope.path(*path, "missed_fires"), message)
        times["startingDeadlineSeconds"] = LATEST
    return times
