from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from hybridcompose.diagnostics import Code, Severity
from hybridcompose.gather.contents import Contents
from hybridcompose.gather.facts import Checkout
from hybridcompose.translate.options import ContextMode
from tests.unit.translate.test_kaniko import built, facts_of

if TYPE_CHECKING:
    from hybridcompose.gather.facts import BuildFacts
    from tests.unit.translate.test_kaniko import Result

COMMIT = "c" * 40
CHECKOUT = Checkout("git.example/team/shop.git", "https", COMMIT, "web")
NAME = "context-web-0123456789.tar.gz"


def local(**more: Any) -> BuildFacts:
    return facts_of(source=Contents("/p"), streamed_size=3, streamed_sha256="ab", **more)


def context_of(result: Result) -> list[str]:
    return [flag for flag in result.args if flag.startswith(("--context", "--git"))]


@pytest.mark.parametrize(
    ("mode", "location", "flag"),
    [
        (ContextMode.S3, "s3://bucket/ci/", f"--context=s3://bucket/ci/{NAME}"),
        (ContextMode.GS, "gs://bucket", f"--context=gs://bucket/{NAME}"),
        (
            ContextMode.AZURE,
            "https://acc.blob.core.windows.net/box",
            f"--context=https://acc.blob.core.windows.net/box/{NAME}",
        ),
        (ContextMode.HTTPS, "https://files.example/ci", f"--context=https://files.example/ci/{NAME}"),
        (ContextMode.PVC, "contexts/ci", f"--context=tar:///kaniko-context/ci/{NAME}"),
    ],
)
def test_a_store_holds_an_archive_that_is_named_by_what_is_built(mode: ContextMode, location: str, flag: str) -> None:
    result = built(facts=local(), context_mode=mode, context_location=location)
    assert context_of(result) == [flag]
    (image,) = result.draft.images
    assert image.archive is not None
    assert (image.archive.name, image.archive.size, image.archive.sha256) == (NAME, 3, "ab")
    assert [resource.key.kind for resource in result.draft.resources] == ["Job"]


def test_a_claim_is_mounted_where_the_builder_reads_and_only_to_be_read() -> None:
    pod = built(facts=local(), context_mode=ContextMode.PVC, context_location="contexts").pod
    assert pod["volumes"] == [{"name": "context", "persistentVolumeClaim": {"claimName": "contexts", "readOnly": True}}]
    assert pod["containers"][0]["volumeMounts"] == [
        {"name": "context", "mountPath": "/kaniko-context", "readOnly": True}
    ]


@pytest.mark.parametrize(
    "mode", [ContextMode.S3, ContextMode.GS, ContextMode.AZURE, ContextMode.HTTPS, ContextMode.PVC]
)
@pytest.mark.parametrize("location", [None, "ftp://x/y", "https://user:secret@host/x"])
def test_a_store_without_its_location_is_an_error_with_an_example(mode: ContextMode, location: str | None) -> None:
    error = built(facts=local(), context_mode=mode, context_location=location).error()
    assert error.code is Code.INVALID_OPTION
    assert "give --context-location" in (error.remedy or "")
    assert "secret" not in error.message


def test_credentials_come_from_a_secret_as_variables() -> None:
    result = built(
        facts=local(), context_mode=ContextMode.S3, context_location="s3://b", context_secret="store", kaniko_image="k"
    )
    assert result.pod["containers"][0]["envFrom"] == [{"secretRef": {"name": "store"}}]


def test_the_key_of_google_is_a_file() -> None:
    result = built(
        facts=local(), context_mode=ContextMode.GS, context_location="gs://b", context_secret="key", kaniko_image="k"
    )
    container = result.pod["containers"][0]
    assert container["env"] == [{"name": "GOOGLE_APPLICATION_CREDENTIALS", "value": "/kaniko/context-key/key.json"}]
    assert "envFrom" not in container
    assert {"name": "context-key", "secret": {"secretName": "key"}} in result.pod["volumes"]


def test_the_repository_of_the_checkout_is_fetched_at_its_commit() -> None:
    result = built(facts=local(checkout=CHECKOUT), context_mode=ContextMode.GIT, context_secret="login")
    assert context_of(result) == [
        f"--context=git://git.example/team/shop.git#{COMMIT}",
        "--git=recurse-submodules=true",
        "--context-sub-path=web",
    ]
    assert result.pod["containers"][0]["envFrom"] == [{"secretRef": {"name": "login"}}]
    assert result.findings == []


def test_a_changed_working_tree_and_a_commit_that_nobody_has_are_told() -> None:
    checkout = CHECKOUT._replace(changed=("a", "b", "c", "d"), published=False)
    result = built(facts=local(checkout=checkout), context_mode=ContextMode.GIT)
    assert result.findings == [(Code.CHECKOUT_CHANGED, Severity.WARNING)] * 2
    assert "a, b, c and 1 more: not so in commit cccccccccc" in result.report.diagnostics[0].message


def test_another_repository_may_be_named() -> None:
    location = "http://git.local/x.git#main:docker"
    result = built(facts=local(), context_mode=ContextMode.GIT, context_location=location, kaniko_image="k")
    assert context_of(result) == [
        "--context=git://git.local/x.git",
        "--git=recurse-submodules=true",
        "--git=branch=main",
        "--context-sub-path=docker",
    ]
    assert result.pod["containers"][0]["env"] == [{"name": "GIT_PULL_METHOD", "value": "http"}]
    assert result.findings == [(Code.APPROXIMATED, Severity.NOTE)]


@pytest.mark.parametrize("location", ["git@host:a.git", "https://user:secret@host/a.git", "ssh://host/a"])
def test_a_repository_that_cannot_be_fetched_is_an_error_without_its_credentials(location: str) -> None:
    error = built(facts=local(), context_mode=ContextMode.GIT, context_location=location).error()
    assert error.code is Code.INVALID_OPTION
    assert "secret@" not in f"{error.message}{error.remedy}"


@pytest.mark.parametrize(("checkout", "told"), [("the checkout has no remote", "no remote"), (None, "to know of")])
def test_without_a_checkout_there_is_nothing_to_fetch(checkout: str | None, told: str) -> None:
    error = built(facts=local(checkout=checkout), context_mode=ContextMode.GIT).error()
    assert told in error.message


def test_a_dockerfile_that_the_repository_lacks_stands_beside_it() -> None:
    facts = local(checkout=CHECKOUT)
    facts = facts._replace(source=Contents("/p", added="FROM scratch\n"), dockerfile=".hybridcompose-build/Dockerfile")
    result = built(facts=facts, context_mode=ContextMode.GIT)
    assert "--dockerfile=/kaniko-dockerfile/Dockerfile" in result.args
    assert result.resource("ConfigMap").manifest["data"]["Dockerfile"] == "FROM scratch\n"
