"""Values that Docker takes and the API server refuses: each is changed, and said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.side_by_side.rendering import render
from tests.unit.translate.support import refusal_of, service

if TYPE_CHECKING:
    from pathlib import Path


def test_more_name_servers_than_a_pod_may_have_are_left_out_and_named(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, dns: [10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4]}
    """
    rendered = render(tmp_path, compose)
    assert rendered.pod()["dnsConfig"]["nameservers"] == ["10.0.0.1", "10.0.0.2"]
    assert "10.0.0.3 is never asked" in rendered.told
    assert "10.0.0.4 is never asked" in rendered.told


@pytest.mark.parametrize(("written", "name"), [("nvidia_gpu", "nvidia-gpu"), ("io.containerd.kata.v2", None)])
def test_a_runtime_has_a_name_that_a_runtime_class_can_have(tmp_path: Path, written: str, name: str | None) -> None:
    rendered = render(tmp_path, f"services: {{web: {{image: app, runtime: {written}}}}}\n")
    assert rendered.pod()["runtimeClassName"] == (name or written)
    assert ("the RuntimeClass" in rendered.told) == (name is not None)


def test_a_volume_of_one_letter_is_a_windows_path_and_refused_as_docker_does() -> None:
    """``d:/data`` is a drive and a path to Docker: the volume ``d`` would silently be missing."""
    volume = {"type": "volume", "target": "d:/data"}
    (finding,) = refusal_of({"web": service(volumes=[volume])})
    assert "'d:/data' is not an absolute path" in finding.message
