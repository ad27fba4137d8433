"""Mounts whose short forms carry options, and mounts inside other mounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.side_by_side.rendering import render

if TYPE_CHECKING:
    from pathlib import Path


def test_the_options_of_a_short_tmpfs_are_no_part_of_its_path(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, tmpfs: "/run/app:size=64m,mode=1777"}
    """
    rendered = render(tmp_path, compose)
    assert rendered.volume_at("/run/app")["emptyDir"] == {"medium": "Memory", "sizeLimit": str(64 << 20)}


def test_a_file_mounted_into_a_mounted_directory_is_there_with_the_others(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, volumes: ["./conf:/etc/app:ro", "./extra.ini:/etc/app/extra.ini:ro"]}
    """
    files = {"conf/a.ini": b"a", "conf/extra.ini": b"hidden", "extra.ini": b"extra"}
    rendered = render(tmp_path, compose, files=files)
    assert rendered.tree_at("/etc/app")["a.ini"] == b"a"
    assert rendered.file_at("/etc/app/extra.ini") == b"extra"
    # Kubernetes mounts in the order of the paths' depth only when the list is in that order.
    assert [*rendered.mounts()].index("/etc/app") < [*rendered.mounts()].index("/etc/app/extra.ini")


def test_a_flag_for_selinux_changes_no_path(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, volumes: ["./a.ini:/a.ini:ro,z"]}
    """
    rendered = render(tmp_path, compose, files={"a.ini": b"a"})
    assert rendered.file_at("/a.ini") == b"a"


def test_a_named_volume_is_no_path_of_the_machine(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, volumes: ["data:/app/data"]}
        volumes: {data: }
    """
    rendered = render(tmp_path, compose, files={"data/host.txt": b"not this"})
    assert rendered.volume_at("/app/data")["emptyDir"] == {}
    assert not rendered.kind("ConfigMap")


def test_a_secret_stands_where_its_target_says_with_its_mode(tmp_path: Path) -> None:
    compose = """\
        services:
          web:
            image: app
            secrets: [{source: key, target: /etc/tls/key.pem, mode: 0400}]
        secrets: {key: {environment: KEY}}
    """
    rendered = render(tmp_path, compose, "--secrets", "inline", variables={"KEY": "k"})
    assert rendered.file_at("/etc/tls/key.pem") == b"k"
    source = rendered.volume_at("/etc/tls/key.pem")["secret"]
    (item,) = source["items"]
    assert item.get("mode", source.get("defaultMode")) == 0o400


def test_text_with_windows_line_ends_keeps_them(tmp_path: Path) -> None:
    compose = """\
        services:
          web: {image: app, volumes: ["./a.bat:/a.bat:ro"]}
    """
    text = "echo größe\r\n\tend \r\n".encode()
    assert render(tmp_path, compose, files={"a.bat": text}).file_at("/a.bat") == text
