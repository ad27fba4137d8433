"""What is rendered is what an API server accepts: every object, with every unknown field an error."""

from __future__ import annotations

import json
import os
import time
from contextlib import contextmanager, suppress
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

import hybridcompose as hc
from hybridcompose.load import load
from hybridcompose.translate.options import NamespaceMode, Ordering, Storage, Workloads
from tests.cluster import dry_run
from tests.fixtures import NAMES, Fixture
from tests.real_projects import ARCHIVE, rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cluster.client import Cluster, Namespace
    from tests.real_projects import Row

#: What an administrator makes and manifests can only name.
RUNTIME_CLASS = {"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "handler": "runc"}


def objects_of(plan: hc.Plan, label: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for resource in plan.resources:
        yield label, dict(resource.manifest)


COMBINATIONS: tuple[dict[str, Any], ...] = tuple(
    {"workloads": workloads, "ordering": ordering, "storage": storage, "namespace_mode": mode}
    for mode, storage, ordering, workloads in product(NamespaceMode, Storage, Ordering, Workloads)
)
#: Every combination of what has the most effect, and choices that change every pod.
CHOICES: tuple[dict[str, Any], ...] = (
    *COMBINATIONS,
    {
        "default_probe": "tcp",
        "default_cpu_request": "0.01",
        "default_memory_limit": "1g",
        "image_rewrite": ("docker.io=mirror.example",),
    },
    {"storage": "persistent", "storage_class": "fast", "storage_size": "2Gi"},
)


def test_every_object_of_every_fixture_is_accepted(namespace: Namespace, tmp_path: Path) -> None:
    objects: list[tuple[str, dict[str, Any]]] = []
    for name in NAMES:
        fixture = Fixture.named(name)
        for choice in CHOICES:
            objects += objects_of(fixture.translate(**choice), f"{name} {choice}")
    with dry_run.proxy(namespace.cluster, tmp_path) as port:
        assert dry_run.rejections(port, namespace.name, objects) == []
    assert objects


#: A long run takes every project in every combination.
LONG_RUN = bool(os.environ.get("HYBRIDCOMPOSE_EVERY_COMBINATION"))


def rendered(row: Row, number: int) -> list[hc.Plan]:
    """The plans of a project: as it is without options, and in one further combination, another for each project.

    Where there is none, tests/corpus holds that the finding says where and why.
    """
    plans = []
    with suppress(hc.HybridComposeError):
        project = load(row.files, environment=row.environment, profiles=["*"], project_directory=row.directory)
        facts = hc.gather(project)
        for chosen in COMBINATIONS if LONG_RUN else ({}, COMBINATIONS[number % len(COMBINATIONS)]):
            with suppress(hc.TranslateError):
                plan = hc.translate(
                    project, facts=facts, registry="registry.example:5000", allow_host_access=True, **chosen
                )
                plans.append(plan)
    return plans


@contextmanager
def runtime_classes(cluster: Cluster, objects: list[tuple[str, dict[str, Any]]]) -> Iterator[None]:
    """The classes that pods name, which the API server looks up."""
    specs = [manifest.get("spec", {}) for _, manifest in objects]
    names = sorted({spec["runtimeClassName"] for spec in specs if "runtimeClassName" in spec})
    for name in names:
        cluster.kubectl("apply", "-f", "-", stdin=json.dumps({**RUNTIME_CLASS, "metadata": {"name": name}}))
    try:
        yield
    finally:
        for name in names:
            cluster.kubectl("delete", "runtimeclass", name, check=False)


def test_every_object_of_real_projects_is_accepted(
    namespace: Namespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if not ARCHIVE.is_file():
        pytest.skip(f"the corpus of real compose projects is not at {ARCHIVE}; HYBRIDCOMPOSE_CORPUS names it")
    monkeypatch.setenv("HOME", "/home/user")
    plans = {row.name: rendered(row, number) for number, row in enumerate(rows(tmp_path))}
    translated = {name: found for name, found in plans.items() if found}
    objects = [labelled for name, found in translated.items() for plan in found for labelled in objects_of(plan, name)]
    started = time.monotonic()
    with runtime_classes(namespace.cluster, objects), dry_run.proxy(namespace.cluster, tmp_path) as port:
        rejected = dry_run.rejections(port, namespace.name, objects)
    accepted = len(translated) - len({name for name, _ in rejected})
    with capsys.disabled():
        print(
            f"\n{accepted} of {len(translated)} projects accepted whole ({len(objects)} objects, "
            f"{time.monotonic() - started:.0f} s); {len(plans) - len(translated)} more end in a located error"
        )
    assert rejected == []
    assert objects
