"""The page of differences says something about everything that was observed of Docker's commands."""

from __future__ import annotations

import ast
import re
from itertools import chain
from pathlib import Path

import pytest

from hybridcompose.cli.app import COMMANDS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "differences.md"
FACTS = ROOT.parent / "shared" / "docker" / "facts.md"
#: The sections that are about commands. The rest is about what programs observe, and about keys.
SECTIONS = ("order", "exit codes", "signals", "restart", "cli")
#: The test that holds each row against a cluster, or against the translation.
TESTS = {
    "up-exit": "cluster/test_differences.py::test_a_service_that_fails_is_not_what_up_exits_with",
    "up-wait-oneshot": "cluster/test_differences.py::test_a_one_shot_may_end_while_up_waits",
    "up-wait-timeout": "cluster/test_causes.py::test_the_cause_is_named_and_what_belongs_to_it_shown",
    "up-ecf": "cluster/test_up.py::test_tests_that_fail_give_their_code",
    "up-ecf-oneshot": "cluster/test_up.py::test_the_exit_code_of_a_whole_pipeline_is_that_of_its_tests",
    "up-abort": "cluster/test_differences.py::test_the_first_that_ends_ends_the_run_with_its_code",
    "up-abort-failure": "cluster/test_lifecycle.py::test_the_first_service_that_fails_ends_the_run_with_its_code",
    "up-signal": "cluster/test_up.py::test_ctrl_c_removes_everything",
    "up-flags": "cluster/test_differences.py::test_flags_that_say_opposite_things_are_a_wrong_command_line",
    "wait-cmd": "cluster/test_up.py::test_what_was_started_can_be_listed_read_awaited_and_removed",
    "hang-ecf": "cluster/test_causes.py::test_the_cause_is_named_and_what_belongs_to_it_shown",
    "dep-unhealthy": "cluster/test_up.py::test_a_database_that_never_becomes_healthy_is_the_cause",
    "dep-nohc": "cluster/test_differences.py::test_a_one_shot_may_end_while_up_waits",
    "dep-exits": "cluster/test_differences.py::test_a_dependency_that_ends_will_not_be_healthy",
    "dep-completed-fail": "cluster/test_causes.py::test_the_cause_is_named_and_what_belongs_to_it_shown",
    "dep-not-required": "cluster/test_differences.py::test_a_service_that_fails_is_not_what_up_exits_with",
    "dep-rerun": "cluster/test_differences.py::test_a_one_shot_may_end_while_up_waits",
    "stop-order": "cluster/test_running.py::test_a_service_stops_before_what_it_depends_on",
    "stop": "cluster/test_lifecycle.py::test_services_stop_as_they_like_and_start_as_they_were",
    "logs": "cluster/test_up.py::test_what_was_started_can_be_listed_read_awaited_and_removed",
    "ps": "cluster/test_differences.py::test_a_one_shot_may_end_while_up_waits",
    "images-ls": "cluster/test_lifecycle.py::test_what_runs_can_be_looked_at",
    "events": "cluster/test_lifecycle.py::test_what_runs_can_be_looked_at",
    "orphans": "cluster/test_lifecycle.py::test_up_makes_what_runs_what_it_should_be",
    "image-missing": "cluster/test_up.py::test_an_image_that_does_not_exist_ends_the_run",
    "scale-names": "cluster/test_lifecycle.py::test_up_makes_what_runs_what_it_should_be",
}


def _rows() -> list[str]:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return [match[1] for line in lines if (match := re.match(r"\| ([a-z][a-z_-]+) \|", line))]


def test_every_observation_of_commands_has_its_row() -> None:
    if not FACTS.is_file():
        pytest.skip(f"what Docker does was not observed here: {FACTS} is missing")
    sections = re.split(r"^### ", FACTS.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    observed = {text.partition("\n")[0].strip(): _observations(text) for text in sections}
    of_commands = {row for section in SECTIONS for row in observed[section]}
    assert of_commands - set(_rows()) == set()
    assert set(_rows()) - set(chain.from_iterable(observed.values())) - COMMANDS.keys() == set()


def _observations(section: str) -> list[str]:
    return [row for row in re.findall(r"^\| ([a-z][a-z_-]+) \|", section, re.MULTILINE) if row != "id"]


def test_no_row_stands_twice() -> None:
    assert len(_rows()) == len(set(_rows()))


@pytest.mark.parametrize("row", TESTS)
def test_the_test_of_a_row_is_there(row: str) -> None:
    assert row in _rows()
    file, _, name = TESTS[row].partition("::")
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
