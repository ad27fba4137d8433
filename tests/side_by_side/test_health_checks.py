"""Health checks that other translators run without a shell, round to nothing, or crash on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.side_by_side.rendering import render

if TYPE_CHECKING:
    from pathlib import Path

PROBES = {"readinessProbe", "startupProbe"}


def test_a_check_given_as_text_runs_in_a_shell_and_never_kills(tmp_path: Path) -> None:
    compose = """\
        services:
          web:
            image: app
            healthcheck: {test: "curl -f x || exit 1"}
    """
    container = render(tmp_path, compose).container()
    assert container["readinessProbe"]["exec"]["command"] == ["/bin/sh", "-c", "curl -f x || exit 1"]
    assert PROBES & container.keys() == PROBES
    assert "livenessProbe" not in container


def test_a_check_given_as_words_keeps_its_words(tmp_path: Path) -> None:
    compose = """\
        services:
          web:
            image: app
            healthcheck: {test: [CMD, curl, -f, "http://x"]}
    """
    probe = render(tmp_path, compose).container()["readinessProbe"]
    assert probe["exec"]["command"] == ["curl", "-f", "http://x"]


def test_timings_alone_change_the_check_of_the_built_image(tmp_path: Path) -> None:
    compose = """\
        services:
          web:
            build: .
            healthcheck: {interval: 7s}
    """
    dockerfile = b'FROM scratch\nCOPY compose.yml /\nHEALTHCHECK --timeout=3s CMD ["/check"]\n'
    probe = render(tmp_path, compose, files={"Dockerfile": dockerfile}).container()["readinessProbe"]
    assert probe["exec"]["command"] == ["/check"]
    assert (probe["periodSeconds"], probe["timeoutSeconds"]) == (7, 3)


def test_timings_without_any_known_check_are_reported(tmp_path: Path) -> None:
    compose = """\
        services:
          web:
            image: app
            healthcheck: {interval: 7s}
    """
    rendered = render(tmp_path, compose)
    assert not PROBES & rendered.container().keys()
    assert "compose.yml:4:" in rendered.told
    assert "no-healthcheck" in rendered.told


def test_half_a_second_between_checks_becomes_one_and_not_none(tmp_path: Path) -> None:
    compose = """\
        services:
          web:
            image: app
            healthcheck: {test: [CMD, ok], interval: 500ms}
    """
    container = render(tmp_path, compose).container()
    assert {probe: container[probe]["periodSeconds"] for probe in PROBES} == dict.fromkeys(PROBES, 1)
