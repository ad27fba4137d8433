"""Fetches what services have left as results (``x-hybridcompose.artefacts``) through the containers that hold it."""

from __future__ import annotations

import json
import os
import posixpath
import tarfile
from typing import IO, TYPE_CHECKING, NamedTuple

from hybridcompose.cluster.state import Phase
from hybridcompose.cluster.streams.exec import STALL_SECONDS, STDOUT, BrokenConnectionError, Program, Streams
from hybridcompose.cluster.streams.logs import Source
from hybridcompose.plan.labels import ARTEFACTS, COLLECTOR
from hybridcompose.translate.names import object_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hybridcompose.cluster.records import Recorded
    from hybridcompose.cluster.state import PodState
    from hybridcompose.engine.target import Target
    from hybridcompose.plan import Resource

#: Arguments: paths. Those that are not there are told on standard error, and are no failure.
_PACK = """\
cd /
for path; do
  shift
  if [ -e "./$path" ]; then set -- "$@" "./$path"; else echo "$path" >&2; fi
done
[ $# -eq 0 ] || exec tar -c -f - "$@"
"""


class Results(NamedTuple):
    """The results of one container: their ``paths``, and the container ``holder`` that they are fetched from."""

    pod: Recorded
    service: PodState
    holder: str
    paths: tuple[str, ...]

    @property
    def name(self) -> str:
        """What they are of, in words."""
        return self.pod.pod.name if self.holder == COLLECTOR else f"{self.service.container} in {self.pod.pod.name}"


def results(one: Recorded) -> Iterator[Results]:
    """What a pod's services have named as results."""
    named = json.loads(one.annotations.get(ARTEFACTS, "[]"))
    parts = one.pod.parts or (one.pod,)
    if isinstance(named, list):
        if named:
            yield Results(one, parts[0], COLLECTOR, tuple(named))
        return
    for part in parts:
        if part.container in named:
            yield Results(one, part, object_name(COLLECTOR, part.container), tuple(named[part.container]))


def leaves_results(resource: Resource) -> bool:
    """Whether pods of this object have results."""
    manifest = resource.manifest
    metadata = manifest.get("spec", {}).get("template", manifest).get("metadata", {})
    return ARTEFACTS in (metadata.get("annotations") or {})


def fetch(target: Target, wanted: Results, directory: Path) -> Iterator[str]:
    """Writes results below a directory, each at its path; yields what is to be said about it."""
    states = {container.name: container for container in wanted.pod.pod.containers}
    if wanted.holder not in states:
        yield f"nothing was fetched from {wanted.name}: it was started without --artifacts, or cannot be reached"
        return
    if states[wanted.holder].phase is not Phase.RUNNING:
        reason = states[wanted.holder].reason
        yield f"nothing was fetched from {wanted.name}: its container {wanted.holder} does not run {reason}".rstrip()
        return
    directory.mkdir(parents=True, exist_ok=True)
    archive = directory / ".tar"
    try:
        with archive.open("wb") as file:
            missing, problem = _packed(target, wanted, file)
        yield from (f"{wanted.name}: there is no {path}" for path in missing)
        if problem:
            yield f"not everything was fetched from {wanted.name}: {problem}"
        yield from unpacked(archive, directory)
    except (OSError, tarfile.TarError) as error:
        yield f"not everything was fetched from {wanted.name}: {error}"
    finally:
        archive.unlink(missing_ok=True)


def _packed(target: Target, wanted: Results, file: IO[bytes]) -> tuple[list[str], str]:
    """Writes an archive of the results: which paths are missing, and what went wrong."""
    said = bytearray()

    def take(stream: int, data: bytes) -> None:
        if stream == STDOUT:
            file.write(data)
        else:
            said.extend(data)

    source = Source(target.namespace, wanted.pod.pod.name, wanted.holder)
    paths = [path.lstrip("/") for path in wanted.paths]
    command = ("sh", "-c", _PACK, "sh", *paths)
    try:
        with Program(target.api, source, command, streams=Streams(stdin=False), take=take) as program:
            code = program.wait(STALL_SECONDS)
    except BrokenConnectionError as error:
        return [], str(error)
    told = said.decode(errors="replace").splitlines()
    missing = [f"/{line}" for line in told if line in paths]
    others = " ".join(line for line in told if line not in paths)
    return missing, others if code else ""


def unpacked(archive: Path, directory: Path) -> Iterator[str]:
    """Unpacks regular files and directories; what else a container may hold is told, not made."""
    if not archive.stat().st_size:
        return
    with tarfile.open(archive) as packed:
        for member in packed:
            name = posixpath.normpath(member.name)
            if name.startswith(("../", "/")) or name == "..":
                yield f"left out: {member.name}"
                continue
            if not (member.isfile() or member.isdir() or member.islnk()):
                yield f"left out: /{name} is no file"
                continue
            # Readable for whoever collects, whatever the container's users were.
            member.mode = 0o755 if member.isdir() else 0o644
            member.uid, member.gid, member.uname, member.gname = os.getuid(), os.getgid(), "", ""
            packed.extract(member, directory, filter="data")
