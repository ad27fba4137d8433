from __future__ import annotations

from typing import Any

import pytest

from hybridcompose.diagnostics import Code, Severity
from hybridcompose.gather.facts import ImageConfig
from tests.unit.translate.drafts import Body, bind, body, file_at, named

VOLUMES = {"volumes": {"data": {"name": "shop_data"}, "more": {"name": "shop_more"}}}


def from_peer(entry: str, *mounts: dict[str, Any], image: ImageConfig | None = None, **keys: Any) -> Body:
    """A service that takes the volumes of ``peer``."""
    others = {"peer": {"image": "peer", "volumes": list(mounts)}}
    return body({"volumes_from": [entry], **keys}, others=others, top=VOLUMES, images={"peer": image or ImageConfig()})


def test_volumes_of_another_service_are_mounted_at_the_same_places() -> None:
    found = from_peer("peer", named("data", "/data"), named("more", "/more", read_only=True))
    assert {target: mount.get("readOnly", False) for target, mount in found.mounts.items()} == {
        "/data": False,
        "/more": True,
    }
    assert list(found.objects("PersistentVolumeClaim")) == ["shop-data"]


def test_volumes_that_are_taken_read_only_are() -> None:
    assert from_peer("peer:ro", named("data", "/data")).mounts["/data"]["readOnly"] is True


def test_a_mount_of_the_services_own_wins_over_a_taken_one() -> None:
    found = from_peer("peer", named("data", "/data"), volumes=[named("more", "/data")])
    assert found.mounts["/data"] == {"name": "more", "mountPath": "/data"}


def test_the_volumes_that_the_other_image_declares_come_too_and_are_shared() -> None:
    found = from_peer("peer", image=ImageConfig(volumes=("/var/lib/db/",)))
    assert found.volume_at("/var/lib/db")["persistentVolumeClaim"] == {"claimName": "shop-peer-var-lib-db"}
    assert list(found.objects("PersistentVolumeClaim")) == ["shop-peer-var-lib-db"]


def test_a_volume_of_an_image_that_is_no_absolute_path_lies_below_the_root() -> None:
    """``VOLUME /data ["/not/json"]`` is two words for Docker."""
    found = from_peer("peer", image=ImageConfig(volumes=("/data", "[/not/json]")))
    assert set(found.mounts) == {"/data", "/[/not/json]"}


def test_volumes_are_taken_through_several_services() -> None:
    others: dict[str, dict[str, Any]] = {
        "first": {"image": "first", "volumes": [{"type": "volume", "target": "/a"}]},
        "second": {"image": "second", "volumes_from": ["first:ro"]},
    }
    found = body({"volumes_from": ["second"]}, others=others)
    assert found.mounts["/a"]["readOnly"] is True
    assert found.volume_at("/a")["persistentVolumeClaim"] == {"claimName": "shop-first-a"}


def test_a_bind_mount_that_is_taken_shows_the_same_files() -> None:
    source = file_at("/shop/app.conf", b"text")
    others = {"peer": {"image": "peer", "volumes": [bind("/shop/app.conf", "/app.conf", read_only=True)]}}
    found = body({"volumes_from": ["peer"]}, others=others, sources=(source,))
    assert found.mounts["/app.conf"]["readOnly"] is True
    assert len(found.objects("ConfigMap")) == 1


def test_the_volumes_of_a_container_outside_the_project_are_an_error() -> None:
    finding = body({"volumes_from": ["container:old"]}).only(Code.NO_EQUIVALENT)
    assert (finding.severity, finding.path) == (Severity.ERROR, ("services", "web", "volumes_from", 0))


@pytest.mark.parametrize(("entry", "expected"), [("peer:ro", [("services", "web", "volumes_from", 0)]), ("peer", [])])
def test_a_read_only_entry_is_kept_and_said_to_be_lost_in_docker_compose(entry: str, expected: list[object]) -> None:
    found = from_peer(entry, named("data", "/data"))
    assert [diagnostic.path for diagnostic in found.diagnostics if diagnostic.code is Code.APPROXIMATED] == expected
