from __future__ import annotations

from typing import Any

import pytest

from hybridcompose.diagnostics import Code
from hybridcompose.translate.options import AccessMode, Options, Storage
from hybridcompose.translate.shared_volumes import GROUP_LABEL
from tests.unit.translate.drafts import Body, bind, body, missing_at, named

VOLUMES = {"volumes": {"data": {"name": "shop_data"}, "more": {"name": "shop_more"}}}
_OPTIONS = Options()
PERSISTENT = Options(storage=Storage.PERSISTENT)


def with_peer(
    *peer: dict[str, Any],
    top: dict[str, Any] | None = None,
    mount: dict[str, Any] | None = None,
    options: Options = _OPTIONS,
) -> Body:
    others = {"peer": {"image": "peer", "volumes": list(peer)}}
    return body({"volumes": [mount or named("data", "/data")]}, others=others, top=top or VOLUMES, options=options)


def test_a_persistent_volume_is_a_claim_of_its_own_below_a_directory() -> None:
    found = body({"volumes": [named("data", "/data"), named("more", "/more")]}, top=VOLUMES, options=PERSISTENT)
    assert sorted(found.objects("PersistentVolumeClaim")) == ["shop-data", "shop-more"]
    assert found.mounts["/data"] == {"name": "shop-data", "mountPath": "/data", "subPath": "shop-data"}
    # One pod alone uses them: nothing ties it to a node but the volume itself.
    assert GROUP_LABEL not in found.draft.labels


def test_persistent_volumes_of_several_pods_have_a_claim_each_and_one_node() -> None:
    others = {"peer": {"image": "peer", "volumes": [named("data", "/in"), named("more", "/more")]}}
    mounts = [named("data", "/data"), named("more", "/more")]
    found = body({"volumes": mounts}, others=others, top=VOLUMES, options=PERSISTENT)
    assert sorted(found.objects("PersistentVolumeClaim")) == ["shop-data", "shop-more"]
    assert found.draft.labels[GROUP_LABEL] == "shop-data"
    assert len(found.draft.pod["affinity"]["podAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]) == 1


def test_claims_ask_for_what_is_chosen() -> None:
    chosen = Options(
        storage=Storage.PERSISTENT, storage_class="fast", storage_size="5Gi", storage_access=AccessMode.MANY_NODES
    )
    (claim,) = with_peer(named("data", "/in"), options=chosen).objects("PersistentVolumeClaim").values()
    assert claim["spec"] == {
        "accessModes": ["ReadWriteMany"],
        "resources": {"requests": {"storage": "5Gi"}},
        "storageClassName": "fast",
    }


def test_pods_run_on_any_node_where_their_claims_admit_many() -> None:
    found = with_peer(named("data", "/in"), options=Options(storage_access=AccessMode.MANY_NODES))
    assert GROUP_LABEL not in found.draft.labels
    assert "affinity" not in found.draft.pod


@pytest.mark.parametrize(("size", "requested"), [("10G", "10737418240"), ("20", "1Gi"), ("nonsense", "1Gi")])
def test_a_persistent_volume_has_the_size_of_its_driver_options(size: str, requested: str) -> None:
    top = {"volumes": {"data": {"name": "shop_data", "driver_opts": {"size": size}}}}
    found = body({"volumes": [named("data", "/data")]}, top=top, options=PERSISTENT)
    (claim,) = found.objects("PersistentVolumeClaim").values()
    assert claim["spec"]["resources"]["requests"]["storage"] == requested
    assert (Code.NO_EQUIVALENT in found.codes) == (requested == "1Gi")


def test_a_directory_that_docker_would_make_is_kept_where_storage_is_persistent() -> None:
    found = body({"volumes": [bind("/shop/data", "/data")]}, sources=(missing_at("/shop/data"),), options=PERSISTENT)
    assert found.mounts["/data"] == {"name": "shop-bind-data", "mountPath": "/data", "subPath": "shop-bind-data"}
    assert list(found.objects("PersistentVolumeClaim")) == ["shop-bind-data"]
    # Made once, with the mode of root's directories, and then left as the service sets it.
    place = "/hybridcompose/targets/shop-bind-data/shop-bind-data"
    assert found.init("prepare-volumes")["args"][4:] == ["directory", "", place, ""]


def test_services_that_bind_a_directory_that_docker_would_make_share_it() -> None:
    others = {"peer": {"image": "peer", "volumes": [bind("/shop/data", "/in")]}}
    found = body({"volumes": [bind("/shop/data", "/data")]}, others=others, sources=(missing_at("/shop/data"),))
    assert found.volume_at("/data")["persistentVolumeClaim"] == {"claimName": "shop-bind-data"}
    assert found.codes == [Code.MISSING_BIND_SOURCE]


def test_a_claim_that_exists_is_mounted_whatever_the_storage_is() -> None:
    top = {"volumes": {"data": {"name": "kept.by-ops", "external": True}}}
    found = body({"volumes": [named("data", "/data")]}, top=top, options=PERSISTENT)
    assert found.volume_at("/data")["persistentVolumeClaim"] == {"claimName": "kept.by-ops"}
    assert found.mounts["/data"] == {"name": "data", "mountPath": "/data"}
    assert found.objects("PersistentVolumeClaim") == {}
    assert found.init_names == []


def test_a_group_with_an_external_volume_has_a_claim_of_another_name() -> None:
    top = {"volumes": {"a": {"name": "a", "external": True}, "b": {"name": "b"}}}
    mounts = [named("a", "/a"), named("b", "/b")]
    peer: dict[str, Any] = {"image": "peer", "volumes": mounts}
    found = body({"volumes": mounts}, others={"peer": peer}, top=top)
    assert list(found.objects("PersistentVolumeClaim")) == ["b"]
