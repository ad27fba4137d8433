"""The pytest plugin on a real cluster: tests use what runs, failures tell of it, nothing is left."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from hybridcompose.cluster.api import connect, namespace_path

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cluster.places import Place

PROJECT = """\
services:
  web:
    image: {image}
    command: [sh, -c, "trap 'exit 0' TERM; echo serving; while :; do sleep 0.2 & wait; done"]
    healthcheck: {{test: "true", interval: 1s}}
"""
CONFTEST = """\
import pytest

@pytest.fixture(scope="session")
def compose_options():
    return {options!r}
"""
TESTS = """\
def test_good(compose_environment):
    assert [one.name for one in compose_environment.ps()] == ["web-1"]

def test_bad(compose_environment):
    compose_environment.exec("web", "sh", "-c", "echo from the test >/proc/1/fd/1")
    assert False, compose_environment.namespace
"""


@pytest.fixture
def named(pytester: pytest.Pytester, place: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A project of a name that no other test has, and what runs of it at the end goes."""
    name = f"plug-{uuid.uuid4().hex[:8]}"
    monkeypatch.setenv("KUBECONFIG", str(place.kubeconfig))
    options: dict[str, Any] = {"kubeconfig": str(place.kubeconfig), "timeout": 120, **place.options}
    pytester.makeconftest(CONFTEST.format(options=options))
    (pytester.path / "compose.yaml").write_text(f"name: {name}\n{PROJECT.format(image=place.base_image)}")
    yield name
    api = connect(str(place.kubeconfig))
    for namespace in _namespaces(place, name):
        api.request("DELETE", namespace_path(namespace))


def _namespaces(place: Place, name: str) -> list[str]:
    """The project's namespaces that are not going away."""
    bodies = connect(str(place.kubeconfig)).get(namespace_path())["items"]
    there = [body["metadata"] for body in bodies if "deletionTimestamp" not in body["metadata"]]
    return [metadata["name"] for metadata in there if metadata["name"].startswith(name)]


def _tests(directory: Path, text: str = TESTS) -> None:
    (directory / "test_it.py").write_text(text, encoding="utf-8")


def test_tests_use_what_runs_and_failures_show_its_output(pytester: pytest.Pytester, place: Place, named: str) -> None:
    _tests(pytester.path)
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.re_match_lines(
        [rf"-+ services of {named}-[0-9a-f]{{6}} -+", "web-1: running, healthy", r"web-1  \| from the test"]
    )
    result.stdout.no_fnmatch_line("*was left in the namespace*")
    assert _namespaces(place, named) == []


def test_what_a_failed_test_used_stays_where_that_is_wanted(
    pytester: pytest.Pytester, place: Place, named: str
) -> None:
    _tests(pytester.path)
    result = pytester.runpytest_subprocess("--hybridcompose-keep-on-failure", "-n", "1")
    result.assert_outcomes(passed=1, failed=1)
    [namespace] = _namespaces(place, named)
    assert namespace.endswith("-gw0")
    told = f"{namespace} was left in the namespace {namespace}; to end it: "
    result.stdout.fnmatch_lines([f"{told}hybridcompose -p {namespace} down -v -n {namespace}"])


def test_nothing_stays_where_no_test_failed(pytester: pytest.Pytester, place: Place, named: str) -> None:
    _tests(pytester.path, TESTS.partition("def test_bad")[0])
    pytester.makeini("[pytest]\nhybridcompose_keep_on_failure = true\nhybridcompose_scope = function\n")
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=1)
    assert _namespaces(place, named) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "cancelled"])
def test_a_run_that_is_stopped_leaves_nothing(
    pytester: pytest.Pytester, place: Place, named: str, number: signal.Signals
) -> None:
    begun = pytester.path / "begun"
    _tests(
        pytester.path,
        "import pathlib, time\n\ndef test_it(compose_environment):\n"
        f"    pathlib.Path({str(begun)!r}).touch()\n    time.sleep(600)\n",
    )
    with subprocess.Popen(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"], cwd=pytester.path, stdout=subprocess.PIPE, text=True
    ) as process:
        while not begun.exists():
            assert process.poll() is None
            time.sleep(0.1)
        process.send_signal(number)
        assert process.stdout is not None
        process.stdout.read()
    assert process.returncode == pytest.ExitCode.INTERRUPTED
    assert _namespaces(place, named) == []
