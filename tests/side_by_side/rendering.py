"""A compose file as text, rendered by the program as users start it."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import kubernetes_validate
import yaml

from tests.e2e.program import run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from subprocess import CompletedProcess

REGISTRY = "registry.example:5000"
#: The version whose schemas the objects are held against.
KUBERNETES = "1.37"


@dataclass(frozen=True)
class Rendered:
    """What came out: the objects, and what was said on standard error."""

    objects: tuple[dict[str, Any], ...]
    told: str

    def kind(self, kind: str) -> dict[str, dict[str, Any]]:
        """The objects of one kind by name."""
        return {entry["metadata"]["name"]: entry for entry in self.objects if entry["kind"] == kind}

    def pod(self, name: str = "web") -> dict[str, Any]:
        """The spec of a Pod, or of the pod of a workload of that name."""
        for kind in ("Pod", "Job", "DaemonSet", "Deployment", "StatefulSet"):
            found = self.kind(kind).get(name)
            if found is not None:
                spec: dict[str, Any] = found["spec"] if kind == "Pod" else found["spec"]["template"]["spec"]
                return spec
        raise AssertionError(f"nothing runs {name}")

    def container(self, name: str = "web") -> dict[str, Any]:
        """The container that runs a service."""
        pod = self.pod(name)
        containers = [*pod["containers"], *pod.get("initContainers", ())]
        (found,) = [entry for entry in containers if entry["name"] == name]
        return dict(found)

    def variables(self, name: str = "web") -> dict[str, str]:
        return {entry["name"]: entry["value"] for entry in self.container(name).get("env", ())}

    def mounts(self, name: str = "web") -> dict[str, dict[str, Any]]:
        """The mounts of a service by target, each once."""
        mounts = self.container(name).get("volumeMounts", [])
        assert len({mount["mountPath"] for mount in mounts}) == len(mounts)
        return {mount["mountPath"]: mount for mount in mounts}

    def volume_at(self, target: str, name: str = "web") -> dict[str, Any]:
        """The pod's volume that is mounted at a target."""
        volumes = {volume["name"]: volume for volume in self.pod(name)["volumes"]}
        found: dict[str, Any] = volumes[self.mounts(name)[target]["name"]]
        return found

    def file_at(self, target: str, name: str = "web") -> bytes:
        """What a program reads from a file that is mounted from a ConfigMap or a Secret."""
        mount, volume = self.mounts(name)[target], self.volume_at(target, name)
        source = volume.get("configMap") or volume["secret"]
        kind, key = ("ConfigMap", "name") if "configMap" in volume else ("Secret", "secretName")
        (item,) = [entry for entry in source["items"] if entry["path"] == mount["subPath"]]
        return content(self.kind(kind)[source[key]], item["key"])

    def tree_at(self, target: str, name: str = "web") -> dict[str, bytes]:
        """The files of a directory that is mounted from a ConfigMap, by path below the target."""
        prefix, source = self.mounts(name)[target]["subPath"], self.volume_at(target, name)["configMap"]
        held = self.kind("ConfigMap")[source["name"]]
        items = {entry["path"].removeprefix(f"{prefix}/"): entry["key"] for entry in source["items"]}
        return {path: content(held, key) for path, key in items.items()}


def content(held: dict[str, Any], key: str) -> bytes:
    """One entry of a ConfigMap or a Secret."""
    from base64 import b64decode

    for field in ("data", "stringData"):
        value = held.get(field, {}).get(key)
        if value is not None:
            return b64decode(value) if (held["kind"], field) == ("Secret", "data") else str(value).encode()
    return b64decode(held["binaryData"][key])


def render(
    directory: Path,
    compose: str,
    *options: str,
    files: Mapping[str, bytes] | None = None,
    variables: Mapping[str, str] | None = None,
) -> Rendered:
    """``-f compose.yml --registry … render`` of ``compose``; every object is valid."""
    done = started(directory, compose, *options, files=files, variables=variables)
    assert done.returncode == 0, done.stderr.decode()
    objects = tuple(document for document in yaml.safe_load_all(done.stdout) if document)
    for entry in objects:
        kubernetes_validate.validate(entry, KUBERNETES, strict=True)
    return Rendered(objects, done.stderr.decode())


def refusal(directory: Path, compose: str, *options: str, files: Mapping[str, bytes] | None = None) -> str:
    """What is said about a project that cannot be rendered."""
    done = started(directory, compose, *options, files=files)
    assert done.returncode in (15, 16), done.stderr.decode()
    assert done.stdout == b""
    return done.stderr.decode()


def started(
    directory: Path,
    compose: str,
    *options: str,
    files: Mapping[str, bytes] | None = None,
    variables: Mapping[str, str] | None = None,
) -> CompletedProcess[bytes]:
    for name, data in {"compose.yml": dedent(compose).encode(), **(files or {})}.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    arguments = ("-f", "compose.yml", "--registry", REGISTRY, *options, "render")
    return run(*arguments, directory=directory, variables=variables)
