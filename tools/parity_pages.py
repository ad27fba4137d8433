"""The page of equality with Docker: what the tests of parity have recorded, and the reasons of what differs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

PARITY = Path(__file__).parents[1] / "tests" / "parity"
HEAD = ("Topic", "Same", "Differ as their users are told")
INTRODUCTION = """\
The same compose files run under a real Docker engine with Docker Compose, and in a cluster with hybridcompose; a
program in the containers reports what it observes, and both reports are compared. [How](../how-to/test-parity.md).
"""

IMAGES_HEAD = ("Dockerfile", "Differs", "Why", "Its user is shown")
IMAGES_INTRODUCTION = """\
Images that Kaniko 1.24.0 builds in a cluster are held against those that `docker compose build` (BuildKit) makes of the
same Dockerfiles: configuration, files, modes, owners and contents. [How](../how-to/test-parity.md#an-image).
"Same" means that nothing of it differs. Not compared: times of files, the history, how files are spread over layers,
labels of Docker Compose about itself, `ArgsEscaped` (of use on Windows alone), what a step reads of the machine that it
runs on (host name, mounts), and the empty directories `/dev`, `/proc` and `/sys` that runc leaves in an image
whose base lacks them. The maintained fork of Kaniko, which builds unless `--kaniko-image` names another, was not
compared.
"""

IMAGES_REFUSED = """\
## What Kaniko does not build

Each was built by Docker, and failed in the cluster with Kaniko 1.24.0. A `build-difference` at the line says so before.
"""
IMAGES_REFUSED_HEAD = ("Instruction", "What happens", "The maintained fork, by its sources")
IMAGES_REFUSED_ROWS = (
    ("`COPY --chmod=u+x`", "fails: it reads octal modes alone", "builds it"),
    ("`COPY <<EOF`", "fails: it reads no heredocs there", "builds it"),
    ("`COPY` to `/proc` or `/sys`", "fails: they are mounted", "as well"),
    ("`COPY --from` of a pipe", "waits for ever", "builds it"),
    ("`ADD` of an archive that xz or zstd has compressed", "fails: it does not unpack them", "fails with xz"),
    ("`ADD` of a compressed file that is no archive", "fails: it takes it for one", "as well"),
    ("`EXPOSE 80/TCP`, `EXPOSE 80/sctp`", "fails: it knows `tcp` and `udp`", "as well"),
    ("`RUN --mount=type=bind`", "the files are not there", "copies them for the time of the step"),
    ("`RUN --mount=type=cache` or `tmpfs`", "the directory is not there unless it was made", "makes it"),
)


def versions() -> str:
    """Of Docker's side, as its recordings name them."""
    found = {json.dumps(_read(file)["versions"], sort_keys=True) for file in _recordings()}
    texts = (", ".join(f"{name} {version}" for name, version in json.loads(text).items()) for text in sorted(found))
    return "Docker's side was recorded with " + "; and with ".join(texts) + "."


def totals() -> str:
    """The sentence that sums up the table; the README quotes it."""
    topics = {file.parent.parent.name for file in _scenarios()}
    told = sum(bool(_read(file).get("differs")) for file in _scenarios())
    applications = sum(file.parent.parent.name == "applications" for file in _scenarios())
    count = len(_scenarios())
    return (
        f"{count} scenarios in {len(topics)} topics, {applications} of them whole applications: "
        f"{count - told} show the same on both sides, {told} differ as their users are told."
    )


def counts() -> Iterator[tuple[str, str, str]]:
    """Scenarios by topic. A test holds each against the cluster: what is the same, and what differs as listed."""
    for topic in sorted({file.parent.parent.name for file in _scenarios()}):
        differing = [bool(_read(file).get("differs")) for file in _scenarios() if file.parent.parent.name == topic]
        yield topic, str(differing.count(False)), str(differing.count(True))


def rows() -> Iterator[tuple[str, str, str]]:
    """Every scenario."""
    for file in _scenarios():
        given = _read(file)
        told = dict.fromkeys(_shown(given, entry) for entry in given.get("differs", ()))
        yield f"{file.parent.parent.name}/{file.parent.name}", given["title"], ", ".join(told) or "same"


def _shown(given: Any, entry: dict[str, str]) -> str:
    """What users are shown about a difference: a finding at a compose path, or what the command says."""
    if "code" in entry:
        return f"[`{entry['code']}`](diagnostics.md) at `{entry['path']}`"
    name, _, number = entry["what"].partition(".")[0].partition(" ")
    command = given["then"][int(number) - 1].removeprefix("-").partition(" ")[0] if number else name
    return f"`{command}` says “{entry['says']}”"


def image_rows() -> Iterator[tuple[str, str, str, str]]:
    """Every Dockerfile whose image is compared: what differs, why, and what its user is shown."""
    for directory in sorted(path for path in (PARITY / "images").iterdir() if path.is_dir()):
        file = directory / "differs.yml"
        if not file.exists():
            yield directory.name, "same", "", ""
            continue
        reasons: dict[tuple[str, str], list[str]] = {}
        for entry in _read(file):
            told = f"[`{entry['code']}`](diagnostics.md), line {entry['line']}" if "code" in entry else "nothing"
            reasons.setdefault((entry["because"], told), []).append(f"`{entry['what']}`")
        for (because, told), places in reasons.items():
            yield directory.name, ", ".join(places), because, told


def _scenarios() -> list[Path]:
    return sorted((PARITY / "scenarios").glob("*/*/scenario.yml"))


def _recordings() -> list[Path]:
    return sorted((PARITY / "recordings").glob("*.json"))


def _read(file: Path) -> Any:
    text = file.read_text(encoding="utf-8")
    return json.loads(text) if file.suffix == ".json" else yaml.safe_load(text)
