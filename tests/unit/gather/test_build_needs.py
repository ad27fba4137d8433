from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hybridcompose.diagnostics import Code
from hybridcompose.gather import gather
from hybridcompose.gather.build_needs import image_uses, secret_uses
from hybridcompose.gather.dockerfile import parse_dockerfile
from hybridcompose.gather.facts import ImageUse, SecretUse

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hybridcompose.gather.facts import Facts
    from hybridcompose.spec import Project

    Make = Callable[..., Project]
    Write = Callable[..., Path]

DOCKERFILE = """\
ARG BASE=shop-base:1
FROM --platform=$BUILDPLATFORM \\
  ${BASE} AS build
COPY --from=assets /a /a
FROM scratch AS unused
COPY --from=nobody / /
FROM build
COPY --from=build --chown=1 \\
  /x /x
COPY --from=tools:2 /t /t
"""


def uses(text: str, *contexts: str, target: str | None = None, **args: str) -> tuple[ImageUse, ...]:
    parsed = parse_dockerfile(text, args)
    return image_uses(parsed, parsed.target(target), contexts)


def test_names_of_images_are_found_where_they_stand() -> None:
    assert uses(DOCKERFILE) == (
        ImageUse("shop-base:1", 2, 3, "${BASE}"),
        ImageUse("assets", 4, 4, "--from=assets"),
        ImageUse("tools:2", 10, 10, "--from=tools:2"),
    )


def test_arguments_decide_what_a_name_is() -> None:
    assert uses(DOCKERFILE, BASE="other")[0].name == "other"


def test_a_named_context_wins_over_a_stage_of_that_name() -> None:
    assert [use.name for use in uses("FROM a AS build\nFROM b\nCOPY --from=build / /\n", "build")] == [
        "a",
        "b",
        "build",
    ]


def test_what_the_target_does_not_need_is_not_used() -> None:
    assert [use.name for use in uses("FROM a AS one\nFROM b AS two\n", target="one")] == ["a"]


def test_secrets_of_steps_are_found_with_the_place_where_they_are_looked_for() -> None:
    text = """\
FROM a
RUN --mount=type=secret,id=token,required=true true
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc --mount=type=cache,target=/c true
RUN --mount=type=secret,target=/etc/key true
RUN --mount=type=secret,id=relative,dst=x/y true
RUN --mount=type=secret,id=word,env=WORD true
"""
    parsed = parse_dockerfile(text, {})
    assert secret_uses(parsed, parsed.target(None)) == (
        SecretUse("key", "/etc/key"),
        SecretUse("npmrc", "/root/.npmrc"),
        SecretUse("relative", "/run/secrets/x/y"),
        SecretUse("token", "/run/secrets/token"),
        SecretUse("word", "", "WORD"),
    )


def with_contexts(make_project: Make, write: Write, contexts: dict[str, str], **build: Any) -> Facts:
    write("app/Dockerfile", "FROM base\nCOPY --from=assets / /assets\n")
    section = {"context": str(write("app/x").parent), "additional_contexts": contexts, **build}
    return gather(make_project({"web": {"build": section}}))


def test_a_directory_that_a_dockerfile_names_is_packed_by_its_own_rules(make_project: Make, write: Write) -> None:
    write("assets/logo.svg", "<svg/>")
    before = with_contexts(make_project, write, {"assets": str(write("assets/x").parent)}).builds["web"]
    write("assets/.dockerignore", "ignored\n")
    write("assets/ignored", "1")
    after = with_contexts(make_project, write, {"assets": str(write("assets/x").parent)}).builds["web"]
    write("assets/ignored", "2")
    again = with_contexts(make_project, write, {"assets": str(write("assets/x").parent)}).builds["web"]
    assert before.contexts["assets"].archive is not None
    assert before.digest != after.digest == again.digest
    assert after.contexts["assets"].digest == again.contexts["assets"].digest


def test_where_a_directory_stands_does_not_decide_what_is_built(make_project: Make, write: Write) -> None:
    digests = set()
    for place in ("here", "there"):
        write(f"{place}/x", "1")
        contexts = {"assets": str(write(f"{place}/x", "1").parent), "unused": f"/nowhere/{place}"}
        digests.add(with_contexts(make_project, write, contexts).builds["web"].digest)
    assert len(digests) == 1


def test_images_and_services_are_no_directories(make_project: Make, write: Write) -> None:
    facts = with_contexts(make_project, write, {"base": "service:db", "assets": "docker-image://assets:1"})
    assert facts.builds["web"].contexts == {}
    assert facts.diagnostics == ()


def test_a_named_directory_that_is_missing_is_an_error_where_it_is_named(make_project: Make, write: Write) -> None:
    (finding,) = with_contexts(make_project, write, {"assets": "/nowhere"}).diagnostics
    assert finding.code is Code.MISSING_BUILD_CONTEXT
    assert finding.path == ("services", "web", "build", "additional_contexts", "assets")
