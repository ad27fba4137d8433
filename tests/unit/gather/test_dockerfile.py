from __future__ import annotations

import pytest

from hybridcompose.gather.dockerfile import DockerfileError, expand, parse_dockerfile

STAGES = """\
ARG VERSION=1
ARG IMAGE=python:${VERSION}
FROM --platform=$BUILDPLATFORM node:${VERSION} AS Assets
FROM ${IMAGE} AS base
FROM base AS unused
COPY --from=golang:1.25 /x /x
FROM base
COPY --from=assets /dist /dist
RUN --mount=type=bind,from=busybox,target=/b true
"""


def test_arguments_before_the_first_stage_choose_the_base_images() -> None:
    parsed = parse_dockerfile(STAGES, {"VERSION": "3"})
    assert [stage.base for stage in parsed.stages] == ["node:3", "python:3", "base", "base"]
    assert parse_dockerfile(STAGES, {"IMAGE": "alpine"}).stages[1].base == "alpine"


def test_the_platform_can_choose_a_stage() -> None:
    text = "FROM a AS app-amd64\nFROM b AS app-arm64\nFROM app-$TARGETARCH\n"
    parsed = parse_dockerfile(text, {}, "linux/arm64")
    assert parsed.parent(parsed.target(None)) == parsed.stages[1]


def test_the_last_stage_is_built_unless_another_is_named_whatever_its_case() -> None:
    parsed = parse_dockerfile(STAGES, {})
    assert parsed.target(None).index == 3
    assert parsed.target("ASSETS").index == 0
    with pytest.raises(DockerfileError, match="no stage "):  # a number is for COPY --from alone
        parsed.target("2")


def test_an_unknown_target_is_refused_and_the_stages_are_named() -> None:
    with pytest.raises(DockerfileError, match=r"no stage 'prod' \(stages: assets, base, unused\)"):
        parse_dockerfile(STAGES, {}).target("prod")


def test_only_the_images_that_the_target_needs_are_base_images() -> None:
    parsed = parse_dockerfile(STAGES, {})
    assert parsed.base_images(parsed.target(None)) == ("busybox", "node:1", "python:1")
    assert parsed.base_images(parsed.target("unused")) == ("golang:1.25", "python:1")


def test_scratch_is_no_image() -> None:
    parsed = parse_dockerfile("FROM scratch\n", {})
    assert parsed.base_images(parsed.target(None)) == ()


def test_heredocs_are_not_read_as_instructions() -> None:
    parsed = parse_dockerfile("FROM a\nRUN <<EOF\nFROM b\nEOF\n", {})
    assert len(parsed.stages) == 1


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("", "no FROM", 0),
        ("# only a comment\n", "no FROM", 0),
        ("RUN x\nFROM a\n", "before the first FROM", 1),
        ("FROM a\nFETCH x\n", "unknown instruction: FETCH", 2),
        ("FROM a b\n", "FROM takes", 1),
        ("ARG X\nFROM $X\n", "names no image", 2),
        ("FROM a\nRUN <<EOF\necho\n", "unterminated heredoc", 2),
        ("FROM ${X\n", "missing '}'", 1),
    ],
)
def test_what_buildkit_refuses_is_refused_with_its_line(text: str, message: str, line: int) -> None:
    with pytest.raises(DockerfileError, match=message) as error:
        parse_dockerfile(text, {})
    assert error.value.line == line


@pytest.mark.parametrize(
    ("word", "value", "kept"),
    [
        ("a b:1", "a b:1", "a b:1"),
        ("$A/${A}x$NO-${NO}", "1/1x-", "1/1x$NO-${NO}"),
        ("$AB$EMPTY.", ".", "$AB."),
        ("'$A'\\\"$A\\\"", '$A"1"', '$A"1"'),
        ("${NO:-$A}", "1", "${NO:-1}"),
        ("$é$A", "1", "$é1"),
    ],
)
def test_words_are_expanded_as_buildkits_lexer_does(word: str, value: str, kept: str) -> None:
    known = {"A": "1", "EMPTY": ""}
    assert expand(word, "\\", known, 1) == value
    assert expand(word, "\\", known, 1, keep_unset=True) == kept


def test_more_lines_than_a_program_has_are_an_error_at_the_first_of_them() -> None:
    with pytest.raises(DockerfileError) as caught:
        parse_dockerfile("FROM a\n" * 70_000, {})
    assert (caught.value.message, caught.value.line) == ("it has more than 32,768 lines", 32_769)
