"""Names of images as Docker reads them."""

from __future__ import annotations

import pytest

from hybridcompose.gather.registries.names import (
    ImageName,
    account,
    api_host,
    canonical,
    host_of,
    host_of_account,
    image_name,
)

DIGEST = f"sha256:{'a' * 64}"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("busybox", ImageName("docker.io", "library/busybox", "latest")),
        ("busybox:1.37", ImageName("docker.io", "library/busybox", "1.37")),
        ("docker.io/busybox", ImageName("docker.io", "library/busybox", "latest")),
        ("index.docker.io/library/busybox", ImageName("docker.io", "library/busybox", "latest")),
        ("ann/tool", ImageName("docker.io", "ann/tool", "latest")),
        ("localhost/tool", ImageName("localhost", "tool", "latest")),
        ("10.0.0.1:5000/a/b/c:x", ImageName("10.0.0.1:5000", "a/b/c", "x")),
        ("[::1]:5000/a", ImageName("[::1]:5000", "a", "latest")),
        (f"quay.io/a/b@{DIGEST}", ImageName("quay.io", "a/b", "latest", DIGEST)),
        (f"quay.io/a/b:1@{DIGEST}", ImageName("quay.io", "a/b", "1", DIGEST)),
        ("", None),
        ("UPPER", None),
        ("a b", None),
        ("${IMAGE}", None),
        ("a@sha256:1", None),
        ("a:", None),
        ("host:5000/../etc", None),
        ("http://host/a", None),
        ("host:5000/a?x=y", None),
        ("evil.example#/a", None),
    ],
)
def test_a_name_has_its_parts(text: str, name: ImageName | None) -> None:
    assert image_name(text) == name


def test_the_hub_has_a_name_for_each_use() -> None:
    assert (api_host("docker.io"), account("docker.io")) == ("registry-1.docker.io", "https://index.docker.io/v1/")
    assert {host_of("registry-1.docker.io/x"), host_of_account("https://index.docker.io/v1/")} == {"docker.io"}
    assert (host_of("r:5000/a"), api_host("r:5000"), account("r:5000")) == ("r:5000", "r:5000", "r:5000")


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("app", "docker.io/library/app:latest"),
        ("team/app:1", "docker.io/team/app:1"),
        ("index.docker.io/app", "docker.io/library/app:latest"),
        ("localhost/App", "localhost/App"),
    ],
)
def test_two_names_of_one_image_are_the_same_in_full(name: str, full: str) -> None:
    assert canonical(name) == full
