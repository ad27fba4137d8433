"""The pytest plugin without a cluster: what its options mean, and that it costs nothing where it is not used.

Each run is a process of its own: one within this process would forget the modules that it has imported first, while
others still hold what these have made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

COMPOSE = "name: notes\nservices: {web: {image: nginx}, tests: {image: nginx, profiles: [test]}}\n"
#: Prints what the project of the fixture is.
SHOWS = """
def test_project(compose_project):
    print(">>", compose_project.name, sorted(compose_project.services))
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KUBECONFIG", str(pytester.path / "no-such-kubeconfig"))
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    # Every run would import the plugins of everything that is installed, anew.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p hybridcompose.pytest_plugin")
    (pytester.path / "compose.yaml").write_text(COMPOSE, encoding="utf-8")
    return pytester.path


def _shown(result: pytest.RunResult) -> list[str]:
    return [line.partition(">> ")[2] for line in result.outlines if ">> " in line]


def test_the_project_is_found_as_docker_compose_finds_it_under_a_name_of_its_own(
    pytester: pytest.Pytester, project: Path
) -> None:
    pytester.makepyfile(SHOWS)
    first, second = (_shown(pytester.runpytest_subprocess("-s"))[0] for _ in range(2))
    assert first.startswith("notes-")
    assert first.endswith("['web']")
    assert first != second


def test_files_and_profiles_come_from_the_command_line_or_the_configuration(
    pytester: pytest.Pytester, project: Path
) -> None:
    (project / "more.yaml").write_text("services: {db: {image: redis}}\n", encoding="utf-8")
    pytester.makepyfile(SHOWS)
    given = ["--hybridcompose-file=compose.yaml", "--hybridcompose-file=more.yaml", "--hybridcompose-profile=test"]
    assert _shown(pytester.runpytest_subprocess("-s", *given))[0].endswith("['db', 'tests', 'web']")
    pytester.makeini("[pytest]\nhybridcompose_file = more.yaml\n")
    assert _shown(pytester.runpytest_subprocess("-s"))[0].endswith("['db']")
    assert _shown(pytester.runpytest_subprocess("-s", given[0]))[0].endswith("['web']")


def test_a_project_of_ones_own_takes_the_place(pytester: pytest.Pytester, project: Path) -> None:
    pytester.makeconftest(
        """
        import hybridcompose, pytest

        @pytest.fixture(scope="session")
        def compose_project():
            return hybridcompose.load("compose.yaml", project_name="mine", profiles=["*"])
        """
    )
    pytester.makepyfile(SHOWS)
    assert _shown(pytester.runpytest_subprocess("-s")) == ["mine ['tests', 'web']"]


@pytest.mark.parametrize(("scope", "projects"), [("session", 1), ("module", 2), ("function", 4)])
def test_the_scope_says_what_shares_an_environment(
    pytester: pytest.Pytester, project: Path, scope: str, projects: int
) -> None:
    both = SHOWS + "\n" + SHOWS.replace("test_project", "test_again")
    pytester.makepyfile(test_one=both, test_two=both)
    shown = _shown(pytester.runpytest_subprocess("-s", f"--hybridcompose-scope={scope}"))
    assert (len(shown), len(set(shown))) == (4, projects)


def test_each_process_of_xdist_has_a_project_of_its_own(pytester: pytest.Pytester, project: Path) -> None:
    # What a worker prints is not shown; an error is.
    pytester.makepyfile("def test_project(compose_project):\n    assert compose_project.name == ''\n")
    result = pytester.runpytest_subprocess("-p", "xdist", "-n", "1")
    result.stdout.re_match_lines([r".*AssertionError: assert 'notes-[0-9a-f]{6}-gw0' == ''"])


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("--hybridcompose-scope=galaxy", "--hybridcompose-scope cannot be 'galaxy': choose from session, package"),
        ("--hybridcompose-timeout=soon", "--hybridcompose-timeout 'soon' is no number of seconds"),
    ],
)
def test_a_value_that_is_none_is_told(pytester: pytest.Pytester, project: Path, option: str, told: str) -> None:
    pytester.makepyfile("def test_it(compose_environment):\n    pass\n")
    result = pytester.runpytest_subprocess(option)
    assert result.ret != 0
    assert told in result.stdout.str() + result.stderr.str()


def test_a_cluster_that_is_not_there_is_an_error_of_the_test(pytester: pytest.Pytester, project: Path) -> None:
    pytester.makepyfile("def test_it(compose_environment):\n    pass\n")
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["E*ClusterError: the kubeconfig cannot be used: *"])


def test_a_run_without_the_fixture_imports_nothing_but_the_plugin(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import sys

        def pytest_unconfigure():
            print(">>", *sorted(name for name in sys.modules if name.split(".")[0] in
                {"hybridcompose", "kubernetes", "pydantic", "yaml", "click", "rich", "urllib3"}))
        """
    )
    pytester.makepyfile("def test_it():\n    pass\n")
    result = pytester.runpytest_subprocess("-s")
    assert _shown(result) == ["hybridcompose hybridcompose.pytest_plugin"]
