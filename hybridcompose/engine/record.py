"""What is kept of a run of ``up``: a directory of artefacts, a JUnit report, a job's summary."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.cluster.observe import look
from hybridcompose.diagnostics import ClusterError, Code, Diagnostic, HybridComposeError, OutputError, Severity
from hybridcompose.engine.chronicle import Chronicle, Outcome
from hybridcompose.write import check_replaceable, replace_file

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hybridcompose.cluster.decide import Decision
    from hybridcompose.engine.chronicle import Check
    from hybridcompose.engine.job_results import JobResults
    from hybridcompose.engine.target import Console, Target
    from hybridcompose.plan import Plan

#: Last lines of a service that did not do what was expected, in a report.
_TAIL = 100


class Kept(NamedTuple):
    """Where to: a directory, a file of its own, a file that others write to as well. Empty: not at all."""

    artifacts: str = ""
    junit: str = ""
    summary: str = ""

    def __bool__(self) -> bool:
        return any(self)


class Record:
    """Watches a run, and writes down what it was when it is over, before anything is removed."""

    def __init__(self, target: Target, plan: Plan, kept: Kept, console: Console) -> None:
        """Raises ``OutputError`` where the directory of artefacts cannot be written."""
        self._target, self._plan, self._kept, self._console = target, plan, kept, console
        self._chronicle = Chronicle()
        self._jobs: JobResults | None = None
        if kept.artifacts:
            check_replaceable(kept.artifacts)
            self._jobs = _of_jobs(target, plan)

    def watch(self, decision: Decision) -> None:
        """Sees every decision of the run."""
        if self._kept:
            self._chronicle.watch(decision)
        if self._jobs is not None:
            self._jobs.watch(decision)

    def finish(self, outcome: Outcome) -> None:
        """Writes everything. Raises ``OutputError`` where a file cannot be written; others are written all the same."""
        errors: list[OutputError] = []
        for wanted, write in (
            (self._kept.artifacts, self._artifacts),
            (self._kept.junit, self._junit),
            (self._kept.summary, self._summary),
        ):
            if wanted:
                try:
                    write(outcome)
                except OSError as error:
                    errors.append(_unwritable(wanted, error))
                except OutputError as error:
                    errors.append(error)
        if errors:
            raise errors[0]

    def _artifacts(self, outcome: Outcome) -> None:
        from hybridcompose.engine import artifacts

        fetched = {} if self._jobs is None else self._jobs.fetched
        try:
            kept = self._kept.artifacts
            for problem in artifacts.save(self._target, self._plan, self._chronicle, outcome, kept, fetched):
                self._console.note(f"artifacts: {problem}")
        finally:
            if self._jobs is not None:
                self._end(self._jobs, outcome)

    def _end(self, jobs: JobResults, outcome: Outcome) -> None:
        """What goes on after this run does so without what this run would have fetched."""
        try:
            jobs.close(free=not outcome.unreachable)
        except ClusterError as error:
            self._console.note(f"artifacts: Jobs that still run may not end by themselves: {error}")

    def _junit(self, outcome: Outcome) -> None:
        from hybridcompose.engine import junit

        checks = self._chronicle.checks(outcome)
        output = {} if outcome.unreachable else self._output(checks)
        text = junit.report(self._target.project, checks, self._chronicle.began, self._chronicle.seconds, output)
        replace_file(self._kept.junit, text)

    def _output(self, checks: Iterable[Check]) -> dict[str, str]:
        """The last lines of the services that did not pass."""
        from hybridcompose.engine import logs
        from hybridcompose.translate.labels import label_value

        failed = {check.service for check in checks if check.passed is False and check.service}
        form, found = logs.Form(tail=_TAIL), dict[str, str]()
        try:
            seen = look(self._target.api, self._target.namespace, self._target.selector)
            for name in sorted(failed):
                texts = (logs.text(self._target, pod, form) for pod in seen.pods_of(label_value(name)))
                found[name] = "".join(texts)
        except ClusterError as error:
            self._console.note(f"the report has no output of services: {error}")
        return found

    def _summary(self, outcome: Outcome) -> None:
        from hybridcompose.engine import summary

        standings, seconds = self._chronicle.standings(), self._chronicle.seconds
        with open(self._kept.summary, "a", encoding="utf-8", newline="\n") as file:
            file.write(summary.markdown(self._target.project, outcome, standings, seconds))


def _of_jobs(target: Target, plan: Plan) -> JobResults | None:
    """Where the plan has Jobs that leave results."""
    from hybridcompose.engine.fetch import leaves_results

    if not any(one.key.kind == "Job" and leaves_results(one) for one in plan.resources):
        return None
    from hybridcompose.engine.job_results import JobResults

    return JobResults(target)


def outcome_of(ended: int | BaseException) -> Outcome:
    """The outcome of a run that ended with a code or an error."""
    if isinstance(ended, int):
        return Outcome(ended)
    if isinstance(ended, KeyboardInterrupt):
        return Outcome(interrupted=True)
    if not isinstance(ended, HybridComposeError):
        return Outcome(errors=(("", type(ended).__name__),))
    found = [(_service(diagnostic), diagnostic.message) for diagnostic in ended.diagnostics]
    lost = isinstance(ended, ClusterError) and ended.status is None
    return Outcome(errors=tuple(found), unreachable=lost)


def _service(diagnostic: Diagnostic) -> str:
    kind, name, *_ = (*diagnostic.path, "", "")
    return str(name) if kind == "services" else ""


def _unwritable(path: str, error: OSError) -> OutputError:
    message = f"cannot write {path}: {error.strerror or error}"
    return OutputError([Diagnostic(Code.UNWRITABLE_OUTPUT, Severity.ERROR, message, remedy="choose another file")])
