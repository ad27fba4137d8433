from __future__ import annotations

import pytest

from hybridcompose.diagnostics import Code, Diagnostic, Severity
from hybridcompose.gather.differences import Place, differences
from hybridcompose.gather.dockerfile import parse_dockerfile

PATH = ("services", "web", "build", "dockerfile")


def found_in(text: str, file: str | None = "/p/Dockerfile") -> list[Diagnostic]:
    parsed = parse_dockerfile(text, {})
    return list(differences(text, parsed.needed(parsed.target(None)), Place(PATH, file)))


@pytest.mark.parametrize(
    ("line", "severity", "word"),
    [
        ("RUN --mount=type=cache,target=/root/.cache make", Severity.NOTE, "cache mount"),
        ("RUN --mount=type=secret,id=x cat /run/secrets/x", Severity.NOTE, "secret"),
        ("RUN --mount=type=ssh git clone x", Severity.WARNING, "SSH agent"),
        ("RUN --mount=target=/src make", Severity.NOTE, "copies the files"),
        ("RUN --mount=type=bind,from=b,target=/b make", Severity.WARNING, "other stages"),
        ("RUN --mount=type=tmpfs,target=/t make", Severity.NOTE, "tmpfs"),
        ("RUN --network=none make", Severity.NOTE, "network access"),
        ("RUN --network=host make", Severity.WARNING, "host's"),
        ("RUN --security=insecure make", Severity.WARNING, "privileged"),
        ("RUN --device=gpu make", Severity.WARNING, "device"),
        ("ADD --checksum=sha256:00 https://host/x /x", Severity.WARNING, "checksum"),
        ("ADD https://host/x.git#main /x", Severity.WARNING, "Git"),
        ("ADD git@host:x.git /x", Severity.WARNING, "Git"),
        ("ADD --unpack=true https://host/x.tar /x", Severity.WARNING, "--unpack"),
        ("COPY --link a b", Severity.NOTE, "same files"),
        ("COPY --parents a/b /c/", Severity.WARNING, "parent directories"),
        ("COPY --exclude=*.md . /c/", Severity.WARNING, "excluded files"),
        ("COPY --chmod=4755 a b", Severity.WARNING, "set-user-ID"),
        ("HEALTHCHECK --start-interval=2s CMD true", Severity.NOTE, "--start-interval"),
        ("MAINTAINER Some Body", Severity.NOTE, "leaves the author out"),
    ],
)
def test_what_kaniko_does_otherwise_is_found_at_its_line(line: str, severity: Severity, word: str) -> None:
    (found,) = found_in(f"FROM a\n\n{line}\n")
    assert (found.code, found.severity, found.path) == (Code.BUILD_DIFFERENCE, severity, PATH)
    assert word in found.message
    assert str(found.location) == "/p/Dockerfile:3:1"


@pytest.mark.parametrize(
    "line",
    [
        "RUN make",
        'RUN ["make"]',
        "ADD https://host/x.tar /x",
        "ADD https://host/git/readme /x",
        "COPY --chown=1:1 --chmod=0755 a b",
        "HEALTHCHECK --interval=2s CMD true",
        "EXPOSE 80 443/tcp",
        "RUN --network=default make",
    ],
)
def test_what_kaniko_does_alike_is_no_finding(line: str) -> None:
    assert found_in(f"FROM a\n{line}\n") == []


def test_a_heredoc_with_its_own_interpreter_is_a_warning() -> None:
    severities = {found.severity for found in found_in("FROM a\nRUN <<EOF\n#!/usr/bin/env python3\nEOF\n")}
    assert Severity.WARNING in severities


def test_docker_s_own_syntax_is_a_note_and_a_foreign_one_a_warning() -> None:
    (docker,) = found_in("# syntax=docker/dockerfile:1\nFROM a\n")
    (foreign,) = found_in("# escape=`\n# syntax=example/frontend\nFROM a\n")
    assert (docker.severity, foreign.severity) == (Severity.NOTE, Severity.WARNING)
    assert foreign.location is not None
    assert foreign.location.line == 2
    assert found_in("FROM a\n# syntax=docker/dockerfile:1\n") == []


def test_a_fixed_platform_of_a_stage_is_a_warning_and_a_variable_one_is_not() -> None:
    assert [found.severity for found in found_in("FROM --platform=linux/arm64 a\n")] == [Severity.WARNING]
    assert found_in("FROM --platform=$BUILDPLATFORM a\n") == []


def test_stages_that_are_not_built_are_not_looked_at() -> None:
    assert found_in("FROM a AS unused\nRUN --mount=type=ssh x\nFROM a\n") == []


def test_an_inline_dockerfile_has_the_line_in_the_message() -> None:
    (found,) = found_in("FROM a\nCOPY --link a b\n", file=None)
    assert found.location is None
    assert "line 2 of the Dockerfile" in found.message
