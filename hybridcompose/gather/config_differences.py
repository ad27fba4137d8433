"""What Kaniko does otherwise with the words of instructions: variables, ports, the working directory, modes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Severity
from hybridcompose.gather.facts import Flavour
from hybridcompose.gather.followed import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hybridcompose.gather.followed import Step

_VARIABLE = re.compile(r"(?<!\\)\$\{?([A-Za-z_]\w*)")
_RANGE = re.compile(r"\d+-\d+")
_PROTOCOLS = ("", "tcp", "udp")
_OCTAL = re.compile(r"[0-7]+")


def leaked(at: Step) -> Iterator[Found]:
    """A variable that only another stage declares."""
    told: set[str] = set()
    for name in _VARIABLE.findall(at.step.original):
        line = at.elsewhere.get(name)
        if line is not None and name not in told and name not in at.files.build.known:
            told.add(name)
            message = f"this release of Kaniko has the value of ARG {name} in line {line} here, too; Docker has none"
            remedy = f"write ARG {name} in this stage if it is wanted, or give the other one another name"
            yield Found(at.step, message, remedy, Flavour.RELEASE)


def ports(at: Step) -> Iterator[Found]:
    words = (at.files.build.expand(word, at.line) for word in at.step.args)
    for word in filter(None, words):
        numbers, _, protocol = word.partition("/")
        if ":" in word or " " in word:
            message = f"Kaniko keeps {word} as it is written, which is no port; Docker exposes the ports in it"
            yield Found(at.step, message, "write each port of the container")
            continue
        if protocol not in _PROTOCOLS:
            message = f"Kaniko knows the protocols tcp and udp, in small letters, and fails at {word}"
            known = protocol.lower() in _PROTOCOLS
            yield Found(at.step, message, f"write {numbers}/{protocol.lower()}" if known else f"leave {word} out")
        elif _RANGE.fullmatch(numbers):
            message = f"Kaniko keeps a range of ports as it is written: {word}"
            yield Found(at.step, message, "write each port", None, Severity.NOTE)


def other_shell(at: Step) -> Iterator[Found]:
    """A heredoc for the shell that the stage has chosen; what names its own interpreter is another difference."""
    shell, heredocs = at.files.build.image.shell, at.step.heredocs
    if not shell or not heredocs or not at.step.original.split()[-1].startswith("<<"):
        return
    if len(heredocs) > 1 or not heredocs[0].content.lstrip("\t").startswith("#!"):
        message = f"Kaniko runs the heredoc in sh, not in {shell[0]}"
        yield Found(at.step, message, "COPY the script and RUN it", Flavour.FORK)


def symbolic_mode(at: Step) -> Iterator[Found]:
    mode = at.files.build.expand(at.flag("--chmod"), at.line) if at.flag("--chmod") else None
    if mode and not _OCTAL.fullmatch(mode):
        message = f"this release of Kaniko knows octal modes alone and fails at --chmod={mode}"
        yield Found(at.step, message, "write the mode as a number, or RUN chmod behind it", Flavour.RELEASE)
