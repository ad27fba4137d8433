"""Volumes, bind mounts and memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.side_by_side.rendering import refusal, render

if TYPE_CHECKING:
    from pathlib import Path

    from tests.side_by_side.rendering import Rendered


def test_a_bound_directory_has_its_files_at_every_depth(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, volumes: ["./conf:/conf:ro"]}
    """
    files = {"a.ini": b"a", "nested/b.ini": b"b", "nested/deep/c.bin": b"\xff\x00"}
    rendered = render(tmp_path, compose, files={f"conf/{name}": data for name, data in files.items()})
    assert rendered.tree_at("/conf") == files


def test_a_directory_that_fits_into_no_object_is_an_error_with_its_size(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, volumes: ["./conf:/conf:ro"]}
    """
    told = refusal(tmp_path, compose, files={"conf/big.bin": bytes(6_000_000)})
    assert "bind-too-large" in told
    assert "compose.yml:2:" in told
    assert "help:" in told


def claims(rendered: Rendered, *names: str) -> set[str]:
    """The claims that the pods of services use at /data."""
    return {rendered.volume_at("/data", name)["persistentVolumeClaim"]["claimName"] for name in names}


def test_a_volume_that_one_service_only_reads_is_one_claim_for_both(tmp_path: Path) -> None:
    compose = """\
        services:
          reader: {image: app, volumes: ["data:/data:ro"]}
          writer: {image: app, volumes: ["data:/data"]}
        volumes: {data: {}}
    """
    rendered = render(tmp_path, compose)
    (claim,) = claims(rendered, "reader", "writer")
    modes = rendered.kind("PersistentVolumeClaim")[claim]["spec"]["accessModes"]
    assert modes == ["ReadWriteOnce"]
    assert rendered.mounts("reader")["/data"].get("readOnly") is True
    assert not rendered.mounts("writer")["/data"].get("readOnly")


def test_an_external_volume_is_the_claim_of_its_name(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, volumes: [{type: volume, source: d, target: /data}]}
        volumes: {d: {external: true, name: x}}
    """
    rendered = render(tmp_path, compose)
    assert claims(rendered, "web") == {"x"}
    assert not rendered.kind("PersistentVolumeClaim")


def test_a_tmpfs_is_memory_of_its_size(tmp_path: Path) -> None:
    compose = """\
        services:
          web:
            image: app
            volumes: [{type: tmpfs, target: /cache, tmpfs: {size: 64m}}]
    """
    rendered = render(tmp_path, compose)
    assert rendered.volume_at("/cache")["emptyDir"] == {"medium": "Memory", "sizeLimit": str(64 << 20)}
    assert not rendered.kind("PersistentVolumeClaim")


def test_a_service_that_shares_anothers_network_keeps_its_volumes(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app}
          side: {image: side, network_mode: "service:web", volumes: ["data:/data"]}
        volumes: {data: {}}
    """
    rendered = render(tmp_path, compose)
    pods = [entry["spec"] for entry in rendered.kind("Pod").values()]
    (pod,) = [pod for pod in pods if {"web", "side"} <= {one["name"] for one in containers(pod)}]
    (side,) = [one for one in containers(pod) if one["name"] == "side"]
    assert "/data" in [mount["mountPath"] for mount in side["volumeMounts"]]


def containers(pod: dict[str, Any]) -> list[dict[str, Any]]:
    return [*pod["containers"], *pod.get("initContainers", [])]
