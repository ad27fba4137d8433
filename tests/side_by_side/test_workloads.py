"""What runs a service, how often, with how much, and when again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.side_by_side.rendering import render

if TYPE_CHECKING:
    from pathlib import Path


def test_unless_stopped_means_always(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, restart: unless-stopped}
    """
    assert render(tmp_path, compose).pod()["restartPolicy"] == "Always"


def test_a_counted_restart_is_a_job_that_counts(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, restart: "on-failure:3"}
    """
    job = render(tmp_path, compose).kind("Job")["web"]["spec"]
    assert (job["backoffLimit"], job["template"]["spec"]["restartPolicy"]) == (3, "Never")


def test_a_global_service_is_a_daemon_set_without_replicas(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, deploy: {mode: global}}
    """
    found = render(tmp_path, compose).kind("DaemonSet")["web"]["spec"]
    assert not {"replicas", "strategy"} & found.keys()
    assert found["template"]["spec"]["restartPolicy"] == "Always"


@pytest.mark.parametrize("replicas", [0, 1, 3])
def test_there_are_as_many_pods_as_replicas(tmp_path: Path, replicas: int) -> None:
    compose = f"""\
        services:
          web: {{image: app, deploy: {{replicas: {replicas}}}}}
    """
    rendered = render(tmp_path, compose)
    assert len(rendered.kind("Pod")) == replicas
    assert "web" in rendered.kind("Service")


def test_a_megabyte_of_compose_is_binary(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, deploy: {resources: {limits: {memory: 50M}}}}
    """
    limit = render(tmp_path, compose).container()["resources"]["limits"]["memory"]
    assert limit == "52428800"


def test_a_missing_image_is_pulled_and_one_that_is_there_is_not(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: "app:latest", pull_policy: missing}
    """
    assert render(tmp_path, compose).container()["imagePullPolicy"] == "IfNotPresent"


def test_capabilities_are_a_list_each(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, cap_add: [NET_ADMIN, SYS_TIME], cap_drop: [CHOWN, KILL]}
    """
    capabilities = render(tmp_path, compose).container()["securityContext"]["capabilities"]
    assert capabilities == {"add": ["NET_ADMIN", "SYS_TIME"], "drop": ["CHOWN", "KILL"]}
