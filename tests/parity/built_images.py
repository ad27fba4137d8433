"""The Dockerfiles of ``images/``, built on both sides, and what differs between the results.

A directory holds a context; ``build.yml`` holds further keys of its ``build`` section, and ``differs.yml`` the
differences that are known, each with its reason.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from tests.parity import image_files
from tests.parity.sides import Docker, Kubernetes, call

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tests.cluster.rig.images import Image as MadeImage
    from tests.parity.image_files import Image
    from tests.parity.sides import Said

DIRECTORY = Path(__file__).parent / "images"
#: Files of a directory that are no part of its context.
OWN = shutil.ignore_patterns("build.yml", "differs.yml")
RECORDING = Path(__file__).parent / "recordings" / "images.json"


@dataclass(frozen=True, slots=True)
class Expected:
    """A known difference: ``what`` is a key such as ``config.Env`` or ``/path``, ``because`` a sentence for users.

    ``code`` is the diagnostic that tells them at the Dockerfile's ``line``; without one nobody is told.
    """

    what: str
    because: str
    code: str | None = None
    line: int | None = None


def names() -> list[str]:
    return sorted(path.name for path in DIRECTORY.iterdir() if path.is_dir())


def expected(name: str) -> list[Expected]:
    file = DIRECTORY / name / "differs.yml"
    return [Expected(**entry) for entry in yaml.safe_load(file.read_text())] if file.exists() else []


def dockerfile(name: str) -> str:
    path = DIRECTORY / name / "Dockerfile"
    return path.read_text() if path.exists() else str(_section(name)["dockerfile_inline"])


def _section(name: str) -> Any:
    file = DIRECTORY / name / "build.yml"
    return yaml.safe_load(file.read_text()) if file.exists() else {}


def base_of(name: str) -> str:
    return "python" if "/python:1" in dockerfile(name) else "busybox"


def write_project(directory: Path, chosen: Iterable[str]) -> Path:
    """A compose file that builds these, beside copies of the contexts with modes that no umask has changed."""
    services = {}
    for name in chosen:
        copy = directory / name
        shutil.copytree(DIRECTORY / name, copy, symlinks=True, ignore=OWN)
        for path in [copy, *copy.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        section = _section(name)
        section["args"] = {"PARITY": "${PARITY}", **section.get("args", {})}
        services[name] = {"build": {"context": f"./{name}", **section}}
    file = directory / "compose.yml"
    file.write_text(yaml.safe_dump({"services": services}, sort_keys=False))
    return file


def of_docker(side: Docker, file: Path, project: str, bases: Mapping[str, MadeImage]) -> dict[str, Any]:
    """What can be observed of each image that ``docker compose build`` makes."""
    _succeeded(call(side, file, project, "build"))
    found = {}
    for name in yaml.safe_load(file.read_text())["services"]:
        archive = file.parent / "image.tar"
        side.running.api.save(f"{project}-{name}", archive)
        found[name] = image_files.of_archive(archive).observable(_base(name, bases))
        archive.unlink()
    return found


def of_kubernetes(side: Kubernetes, file: Path, project: str, bases: Mapping[str, MadeImage]) -> dict[str, Any]:
    """What can be observed of each image that ``hybridcompose build`` makes."""
    written = file.parent / "metadata.json"
    _succeeded(call(side, file, project, "build", "--parallel", "4", "--metadata-file", str(written)))
    found = {}
    for name, entry in json.loads(written.read_text()).items():
        registry, _, repository = entry["image.name"].partition("/")
        image = image_files.of_registry(registry, repository.partition(":")[0], entry["containerimage.digest"])
        found[name] = image.observable(_base(name, bases))
    return found


def _succeeded(said: Said) -> None:
    assert said.code == 0, said.err[-4000:] + said.out[-1000:]


def _base(name: str, bases: Mapping[str, MadeImage]) -> Image:
    return image_files.of_layout(bases[base_of(name)].layout)


def differences(docker: Any, ours: Any) -> Iterator[tuple[str, Any, Any]]:
    """What is not the same: a part of the configuration, or a path; with Docker's and our value."""
    for part, prefix in (("config", "config."), ("files", "")):
        for key in sorted(docker[part].keys() | ours[part].keys()):
            if (one := docker[part].get(key)) != (other := ours[part].get(key)):
                yield f"{prefix}{key}", one, other
