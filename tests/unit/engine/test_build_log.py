from __future__ import annotations

from hybridcompose.engine.build_log import KEPT, BuildLog
from hybridcompose.plan import BuildStep

STEPS = (
    BuildStep("FROM base", 1, 1),
    BuildStep("RUN make test", 2, 3),
    BuildStep("COPY a /b", 4, 4),
)


def log_of(*lines: str) -> BuildLog:
    log = BuildLog(STEPS)
    for line in lines:
        log.take(line)
    return log


def test_a_step_begins_when_the_builder_names_it() -> None:
    log = log_of("INFO[0000] Retrieving image manifest base", "\x1b[36mINFO\x1b[0m[0003] RUN make   test")
    assert log.step == STEPS[1]
    assert log.progress == "[2/3] RUN make test"


def test_the_output_of_a_step_is_what_it_wrote_since_it_began() -> None:
    log = log_of(
        "INFO[0001] RUN make test", "compiling", "INFO[0002] Taking snapshot", "INFO[0003] COPY a /b", "copied"
    )
    assert list(log.output) == ["copied"]


def test_only_the_last_lines_are_kept() -> None:
    log = log_of("INFO[0001] RUN make test", *map(str, range(KEPT + 5)))
    assert list(log.output) == [str(number) for number in range(5, KEPT + 5)]


def test_a_step_that_stands_twice_is_found_in_the_order_of_the_file() -> None:
    log = BuildLog((STEPS[1], STEPS[2], STEPS[1]._replace(line=9, last_line=9)))
    for line in ("INFO[0001] RUN make test", "INFO[0002] COPY a /b", "INFO[0003] RUN make test"):
        log.take(line)
    assert log.step is not None
    assert log.step.line == 9


def test_the_exit_code_is_that_of_the_steps_program() -> None:
    failed = "error building image: error building stage: failed to execute command: waiting: exit status 5"
    assert log_of("INFO[0001] RUN make test", "no", failed).exit_code == 5
    assert log_of("INFO[0001] RUN make test", "make: exit status 5").exit_code is None


def test_lines_are_shown_without_colours_and_carriage_returns() -> None:
    assert BuildLog(()).take("\x1b[1;31mred\x1b[0m\r") == "red"
