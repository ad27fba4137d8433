"""Files as Docker gives them: bytes, modes and owners of mounts, and of images that are built from one another."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.cluster.client import until
from tests.cluster.test_applied_projects import ROOT, why

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cluster.client import Cluster, Namespace

#: Prints mode, owner and name of everything below its arguments, and the checksum of every file.
REPORT = """\
for place; do "$$0" find "$$place" | "$$0" sort; done | while read -r name; do
  "$$0" stat -c "%a %u:%g %n" "$$name"
  if [ -f "$$name" ]; then "$$0" sha256sum "$$name" | "$$0" cut -c1-8; fi
done
"""
BINARY = bytes(range(256)) * 16
LARGE = os.urandom(1_500_000)


def checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:8]


def render(directory: Path, compose: str, cluster: Cluster, *options: str) -> str:
    """What is rendered for a project in a directory that is a checkout's."""
    file = directory / "compose.yaml"
    file.write_text(compose, encoding="utf-8")
    flags = [f"--registry={cluster.registry}", f"--kaniko-image={cluster.image('kaniko')}"]
    flags += [f"--tool-image={cluster.image('busybox')}", "--secrets=inline", *options]
    if cluster.insecure:
        flags.append("--registry-insecure")
    command: list[str | Path] = [sys.executable, "-m", "hybridcompose", "-q", "-f", file, "render", *flags]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "IMAGES": cluster.registry, "WORD": "s3cr3t"}
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def report_of(namespace: Namespace, pod: str) -> list[str]:
    """What a pod printed, once it has ended."""

    def over() -> bool:
        phase = namespace.get("pod", pod)["status"]["phase"]
        assert phase != "Failed", why(namespace)
        return bool(phase == "Succeeded")

    until(over, f"the end of {pod}", 120)
    return namespace.kubectl("logs", pod, "-c", pod).stdout.splitlines()


def write(path: Path, content: bytes, mode: int = 0o644) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(mode)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project directory below the top of a checkout, with files of all kinds."""
    (tmp_path / ".git").mkdir()
    write(tmp_path / "shared/common.conf", b"shared\n")
    directory = tmp_path / "deploy"
    write(directory / "tree/run.sh", b"#!/bin/sh\n", 0o755)
    write(directory / "tree/deep/er/data.bin", BINARY, 0o640)
    write(directory / "tree/large", LARGE)
    (directory / "tree/link").symlink_to("run.sh")
    (directory / "tree/empty").mkdir()
    write(directory / "private.key", b"key\n", 0o600)
    return directory


BINDS = """\
name: files
configs:
  text: {{content: "config text"}}
  file: {{file: ./tree/run.sh}}
secrets:
  word: {{environment: WORD}}
  key: {{file: ./private.key}}
services:
  reader:
    image: ${{IMAGES}}/rig/busybox:1
    user: "1000:1000"
    entrypoint: [sh, -c, {report}, /bin/busybox]
    command: [/tree, /common.conf, /text, /own, /file, /run/secrets/word, /run/secrets/key]
    volumes:
      - ./tree:/tree:ro
      - ../shared/common.conf:/common.conf:ro
    configs: [text, {{source: text, target: /own, uid: "1000", gid: "50", mode: 0400}}, file]
    secrets: [word, key]
  writer:
    image: ${{IMAGES}}/rig/busybox:1
    command: [sh, -c, {report}, /bin/busybox, /tree, /one, /made]
    volumes: [./tree:/tree, ./private.key:/one, ./made:/made]
"""


def test_mounted_files_have_their_bytes_modes_and_owners(namespace: Namespace, project: Path) -> None:
    compose = BINDS.format(report=json.dumps(REPORT))
    stream = render(project, compose, namespace.cluster, "--server-side-apply")
    namespace.kubectl("apply", "--server-side", "-f", "-", stdin=stream)
    # The reader is no root: what only owner and group could read is open to it.
    assert report_of(namespace, "reader") == [
        *tree("755 0:0 /tree/empty", data=0o644),
        *entry("644 0:0 /common.conf", b"shared\n"),
        *entry("444 0:0 /text", b"config text"),
        # Docker, too, gives a file with an owner to the service's user.
        *entry("400 1000:1000 /own", b"config text"),
        *entry("755 0:0 /file", b"#!/bin/sh\n"),
        *entry("444 0:0 /run/secrets/word", b"s3cr3t"),
        *entry("604 0:0 /run/secrets/key", b"key\n"),
    ]
    assert report_of(namespace, "writer") == [
        *tree("755 0:0 /tree/empty"),
        *entry("600 0:0 /one", b"key\n"),
        "755 0:0 /made",
    ]


def entry(line: str, content: bytes) -> list[str]:
    return [line, checksum(content)]


def tree(*empty: str, data: int = 0o640) -> list[str]:
    """The report of the directory ``tree``."""
    return [
        "755 0:0 /tree",
        "755 0:0 /tree/deep",
        "755 0:0 /tree/deep/er",
        *entry(f"{data:o} 0:0 /tree/deep/er/data.bin", BINARY),
        *empty,
        *entry("644 0:0 /tree/large", LARGE),
        *entry("755 0:0 /tree/link", b"#!/bin/sh\n"),
        *entry("755 0:0 /tree/run.sh", b"#!/bin/sh\n"),
    ]


IMAGES = """\
name: files
secrets:
  word: {{environment: WORD}}
volumes: {{state: }}
services:
  base:
    image: files-base
    build:
      context: ../shared
      dockerfile_inline: |
        FROM ${{IMAGES}}/rig/busybox:1
        RUN mkdir -p /srv/state/sub && echo kept >/srv/state/file
        RUN chown -R 1000:50 /srv/state && chmod 2770 /srv/state && chmod 640 /srv/state/file
    command: ["true"]
  app:
    build:
      context: tree/deep
      dockerfile_inline: |
        FROM files-base AS tools
        RUN --mount=type=secret,id=word sha256sum /run/secrets/word | cut -c1-8 >/sum
        FROM scratch
        COPY --from=tools /bin/busybox /bin/busybox
        COPY --from=tools --chown=1000:50 /srv /srv
        COPY --from=tools /sum /context/sum
        COPY --from=extra common.conf /context/extra
        COPY . /context/deep
        VOLUME /anonymous
      additional_contexts: {{extra: ../shared}}
      secrets: [word]
    entrypoint: [/bin/busybox, sh, -c, {report}, /bin/busybox]
    command: [/context, /srv/state]
    volumes: ["state:/srv/state"]
  taker:
    image: ${{IMAGES}}/rig/busybox:1
    command: [sh, -c, {taking}]
    volumes_from: ["app:ro"]
"""
_TAKING = """\
until [ -e /srv/state/file ]; do sleep 0.2; done
stat -c "%a %u:%g %n" /srv/state
if touch /srv/state/new 2>/dev/null; then exit 1; fi
if touch /anonymous/new 2>/dev/null; then exit 1; fi
"""


def test_images_are_built_from_one_another_and_fill_volumes(namespace: Namespace, project: Path) -> None:
    compose = IMAGES.format(report=json.dumps(REPORT), taking=json.dumps(_TAKING))
    namespace.kubectl("apply", "-f", "-", stdin=render(project, compose, namespace.cluster, "--storage=persistent"))
    # The image has no shell, and its directory has an owner and a mode of its own.
    assert report_of(namespace, "app") == [
        "755 0:0 /context",
        "755 0:0 /context/deep",
        "755 0:0 /context/deep/er",
        *entry("640 0:0 /context/deep/er/data.bin", BINARY),
        *entry("644 0:0 /context/extra", b"shared\n"),
        *entry("644 0:0 /context/sum", checksum(b"s3cr3t").encode() + b"\n"),
        "2770 1000:50 /srv/state",
        *entry("640 1000:50 /srv/state/file", b"kept\n"),
        "755 1000:50 /srv/state/sub",
    ]
    assert report_of(namespace, "taker") == ["2770 1000:50 /srv/state"]
    claims = [item["metadata"]["name"] for item in namespace.get("pvc")["items"]]
    assert claims == ["files-app-anonymous", "files-state"]
