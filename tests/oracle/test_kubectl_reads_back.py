"""What is rendered, read by kubectl's own parser (`kubectl label --local` asks no server)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from hybridcompose.render import Format, render
from tests.awkward import AWKWARD
from tests.plans import config_map, plan, pod

if TYPE_CHECKING:
    from pathlib import Path

    from hybridcompose.plan import Plan

pytestmark = pytest.mark.skipif(
    shutil.which("kubectl") is None and os.environ.get("CI") != "true",
    reason="kubectl is not installed (in CI that is a failure)",
)


def _read_by_kubectl(plan: Plan, form: Format, tmp_path: Path) -> list[Any]:
    file = tmp_path / f"manifests.{form}"
    file.write_text(render(plan, form), encoding="utf-8")
    command = ["kubectl", "label", "--local", "-o", "json", "-f", str(file), "read-by=kubectl"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True, env=environment)
    objects, at = [], 0
    while at < len(done.stdout.rstrip()):
        value, end = json.JSONDecoder().raw_decode(done.stdout, at)
        del value["metadata"]["labels"]
        objects.append(value)
        at = end + 1
    return objects


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_kubectl_reads_awkward_values_as_they_were_meant(form: Format, tmp_path: Path) -> None:
    meant = plan(config_map("first", **{f"k{number}": text for number, text in enumerate(AWKWARD)}), pod())
    assert _read_by_kubectl(meant, form, tmp_path) == [resource.manifest for resource in meant.resources]


def test_kubectl_reads_awkward_keys_as_they_were_meant(tmp_path: Path) -> None:
    meant = plan(config_map("keys", **dict.fromkeys(AWKWARD, "value")))
    assert _read_by_kubectl(meant, "yaml", tmp_path) == [meant.resources[0].manifest]


def test_kubectl_reads_numbers_and_structure_as_they_were_meant(tmp_path: Path) -> None:
    values = [0, -1, 2147483647, 0.5, 1e-7, True, False, None, [], {}, [[], [1, [2]]], {"a": {"b": ["c"]}}]
    meant = plan(pod(extra=values))
    assert _read_by_kubectl(meant, "yaml", tmp_path) == [meant.resources[0].manifest]
