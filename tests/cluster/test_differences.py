"""What docs/reference/differences.md says of exit codes, order and columns, on a real cluster."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cluster.client import until

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from tests.cluster.places import Place

LOOP = "command: [sh, -c, \"trap 'exit 0' TERM; while :; do sleep 0.1; done\"]"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "compose.yaml"


def _up(place: Place, file: Path, project: str, *words: str) -> subprocess.CompletedProcess[str]:
    file.write_text(project, encoding="utf-8")
    return place.run(place.up(*words, file=file))


def test_a_service_that_fails_is_not_what_up_exits_with(place: Place, file: Path) -> None:
    done = _up(
        place,
        file,
        "services:\n"
        '  bad: {image: "${BASE_IMAGE}", command: [sh, -c, exit 3]}\n'
        '  app: {image: "${BASE_IMAGE}", command: [echo, started all the same],'
        " depends_on: {bad: {condition: service_completed_successfully, required: false}}}\n",
    )
    assert done.returncode == 0, done.stderr
    assert "bad-1 exited with code 3\n" in done.stdout
    assert "app-1  | started all the same\n" in done.stdout


def test_a_one_shot_may_end_while_up_waits(place: Place, file: Path) -> None:
    project = (
        "services:\n"
        f'  web: {{image: "${{BASE_IMAGE}}", {LOOP}}}\n'
        '  once: {image: "${BASE_IMAGE}", command: ["true"], depends_on: [web]}\n'
    )
    done = _up(place, file, project, "--wait")
    assert done.returncode == 0, done.stderr

    def listed() -> dict[str, dict[str, object]]:
        lines = place.run(place.command("ps", "-a", "--format", "json", file=file)).stdout.splitlines()
        return {str(entry["Service"]): entry for entry in map(json.loads, lines)}

    def after_its_end() -> dict[str, dict[str, object]] | None:
        """The containers once the one-shot has ended; what has ended for good is never said to start again."""
        found = listed()
        assert found["once"]["State"] in ("created", "running", "exited")
        return found if found["once"]["State"] == "exited" else None

    before = until(after_its_end, "the end of the one-shot")
    table = place.run(place.command("ps", file=file)).stdout.splitlines()
    assert table[0].split() == ["NAME", "IMAGE", "COMMAND", "SERVICE", "CREATED", "STATUS", "PORTS"]
    assert len(table) == 2
    named = {"Command", "CreatedAt", "ExitCode", "Health", "Image", "Name", "Ports", "Project", "RunningFor", "Service"}
    assert before["web"].keys() >= {*named, "State", "Status", "Pod"}
    assert not before["web"].keys() & {"LocalVolumes", "Mounts", "Networks", "Size"}
    assert _up(place, file, project, "-d").returncode == 0
    after = until(after_its_end, "the end of the second one-shot")
    assert after["web"]["CreatedAt"] == before["web"]["CreatedAt"]
    assert after["once"]["CreatedAt"] != before["once"]["CreatedAt"]
    late = (
        '  late: {image: "${BASE_IMAGE}", command: [sh, -c, "sleep 8; touch /ok; sleep 600"], stop_grace_period: 1s,'
        " healthcheck: {test: test -f /ok, interval: 1s, start_period: 1m}}\n"
    )
    failed = _up(place, file, project.replace('["true"]', "[sh, -c, exit 3]") + late, "--wait")
    assert failed.returncode == 21, failed.stderr
    assert "services.once: once exited with code 3" in failed.stderr


def test_the_first_that_ends_ends_the_run_with_its_code(place: Place, file: Path) -> None:
    project = (
        f'services: {{long: {{image: "${{BASE_IMAGE}}", {LOOP}}}, first: {{image: "${{BASE_IMAGE}}",'
        " command: [sh, -c, exit 4], depends_on: [long]}}"
    )
    done = _up(place, file, project, "--abort-on-container-exit")
    assert done.returncode == 4, done.stderr
    assert place.is_gone()


def test_a_dependency_that_ends_will_not_be_healthy(place: Place, file: Path) -> None:
    done = _up(
        place,
        file,
        'services: {dep: {image: "${BASE_IMAGE}", command: ["true"], healthcheck: {test: "false", interval: 1s}},'
        ' app: {image: "${BASE_IMAGE}", depends_on: {dep: {condition: service_healthy}}}}',
        "-d",
    )
    assert done.returncode == 21, done.stderr
    assert "services.dep: dep exited with code 0 before it was healthy, and app depends on it" in done.stderr


def test_flags_that_say_opposite_things_are_a_wrong_command_line(place: Place, file: Path) -> None:
    done = _up(place, file, 'services: {web: {image: "${BASE_IMAGE}"}}', "-d", "--exit-code-from", "web")
    assert done.returncode == 2
    assert "cannot be combined" in done.stderr
