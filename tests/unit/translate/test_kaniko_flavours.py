"""What is told to which Kaniko: combinations of what decides a flag, for the fork and for Google's release."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from hybridcompose.gather.contents import Contents
from hybridcompose.gather.facts import Checkout, SecretUse
from hybridcompose.translate.options import KANIKO_IMAGE, ContextMode, Options
from tests.kaniko_flags import GOOGLE
from tests.unit.translate.test_kaniko import GOOGLE as GOOGLE_IMAGE
from tests.unit.translate.test_kaniko import Result, facts_of
from tests.unit.translate.test_kaniko_builds import args, job, secret_plan

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLACES = {
    ContextMode.S3: "s3://b",
    ContextMode.GS: "gs://b",
    ContextMode.AZURE: "https://a.blob.core.windows.net/c",
    ContextMode.HTTPS: "https://h/x",
    ContextMode.PVC: "claim",
}
_SECTIONS: tuple[dict[str, Any], ...] = (
    {},
    {"args": {"A": "1"}, "labels": {"l": "1"}, "target": "t", "tags": ["x/y:1"]},
    {"cache_from": ["type=registry,ref=reg.ci:5000/team/cache"], "platforms": ["linux/arm64"]},
    {"no_cache": True, "shm_size": "1m", "extra_hosts": {"h": ["10.0.0.1"]}, "network": "host", "pull": True},
    {"context": "https://git.example/a.git#main:sub"},
)
_OPTIONS: tuple[dict[str, Any], ...] = (
    {},
    {"registry_insecure": True, "registry_secret": "s", "allow_host_access": True},
    {"registry_ca": "-----BEGIN CERTIFICATE-----", "http_proxy": "http://proxy"},
)


def combinations() -> Iterator[tuple[dict[str, Any], dict[str, Any], ContextMode]]:
    for section, options in product(_SECTIONS, _OPTIONS):
        yield section, options, ContextMode.AUTO
    for mode in ContextMode:  # which decides where the context is, and nothing else
        yield {}, {"context_location": _PLACES.get(mode), "streaming": True}, mode


def flags(image: str) -> set[str]:
    found: set[str] = set()
    checkout = Checkout("git.example/a.git", "https", "c" * 40, "web")
    for section, options, mode in combinations():
        facts = facts_of(
            source=Contents("/p"),
            checkout=checkout,
            platform_args={"TARGETOS": "linux"},
            platform=(section.get("platforms") or [None])[0],
            remote="context" in section,
            context=section.get("context", "/p"),
        )
        chosen = Options(registry="reg.ci:5000/team", kaniko_image=image, context_mode=mode, **options)
        result = Result({"context": "/p", **section}, facts, chosen, {}, {})
        found |= {flag.partition("=")[0] for flag in result.args}
    for use in (SecretUse("token", "/run/secrets/token"), SecretUse("token", "", "TOKEN")):
        found |= {flag.partition("=")[0] for flag in args(job(secret_plan(use, kaniko_image=image), "web"))}
    return found


@pytest.fixture(scope="module")
def google() -> set[str]:
    return flags(GOOGLE_IMAGE)


@pytest.fixture(scope="module")
def fork() -> set[str]:
    return flags(KANIKO_IMAGE)


def test_googles_release_is_told_nothing_that_it_does_not_know(google: set[str]) -> None:
    assert google <= GOOGLE


def test_the_flavours_differ_in_what_only_one_of_them_knows(google: set[str], fork: set[str]) -> None:
    assert fork - google == {"--secret"}
    assert google - fork == {"--skip-unused-stages"}
