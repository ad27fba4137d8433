"""Volumes that begin with the content of another claim."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.cluster.client import pod
from tests.cluster.test_files import render, report_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cluster.client import Namespace, Object

#: What another project leaves in a claim of its own: at the top, and as this program does, in a directory.
CLAIMS = {"plain": "", "made": "made/"}
PROJECT = """\
name: copies
services:
  reader:
    image: ${IMAGES}/rig/busybox:1
    command: [sh, -c, "cat /a/sub/f /b/sub/f; stat -c '%a %u:%g' /a/sub /b/sub/f; echo mine >/a/sub/f"]
    volumes: ["one:/a", "two:/b"]
volumes:
  one: {x-hybridcompose: {copy_from: plain}}
  two: {x-hybridcompose: {copy_from: made}}
"""


def claim(name: str) -> Object:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Mi"}}}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name}, "spec": spec}


def filler(image: str, name: str, directory: str) -> Object:
    script = f"cd /c; mkdir -p {directory}sub; echo {name} >{directory}sub/f; chown -R 1000:50 {directory}sub"
    volumes = [{"name": "c", "persistentVolumeClaim": {"claimName": name}}]
    mounts = [{"name": "c", "mountPath": "/c"}]
    command = ("sh", "-c", f"{script}; chmod 2750 {directory}sub; chmod 640 {directory}sub/f")
    return pod(image, f"fill-{name}", *command, volumes=volumes, container={"volumeMounts": mounts})


def read(namespace: Namespace, name: str) -> str:
    """What a claim holds now."""
    script = f"cat /c/{CLAIMS[name]}sub/f"
    volumes = [{"name": "c", "persistentVolumeClaim": {"claimName": name}}]
    mounts = [{"name": "c", "mountPath": "/c"}]
    image = namespace.cluster.image("busybox")
    namespace.apply(pod(image, f"read-{name}", "sh", "-c", script, volumes=volumes, container={"volumeMounts": mounts}))
    assert namespace.ended(f"read-{name}") == 0
    return namespace.kubectl("logs", f"read-{name}").stdout


def test_a_volume_begins_with_a_copy_of_a_claim_which_stays_as_it_is(namespace: Namespace, tmp_path: Path) -> None:
    image = namespace.cluster.image("busybox")
    namespace.apply(*map(claim, CLAIMS), *(filler(image, name, directory) for name, directory in CLAIMS.items()))
    assert [namespace.ended(f"fill-{name}") for name in CLAIMS] == [0, 0]
    namespace.kubectl("apply", "-f", "-", stdin=render(tmp_path, PROJECT, namespace.cluster, "--storage=persistent"))
    assert report_of(namespace, "reader") == ["plain", "made", "2750 1000:50", "640 1000:50"]
    assert read(namespace, "plain") == "plain\n"
    # A volume that is there keeps what services wrote into it.
    namespace.kubectl("delete", "pod", "reader")
    namespace.kubectl("apply", "-f", "-", stdin=render(tmp_path, PROJECT, namespace.cluster, "--storage=persistent"))
    assert report_of(namespace, "reader")[:2] == ["mine", "made"]
