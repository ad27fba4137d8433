from __future__ import annotations

from typing import Any

import pytest

from hybridcompose.diagnostics import Code, Severity
from hybridcompose.gather.facts import ImageConfig
from hybridcompose.translate.options import Options, PodSecurity, Storage
from hybridcompose.translate.shared_volumes import GROUP_LABEL
from hybridcompose.translate.storage import TMPFS
from hybridcompose.translate.volume_init import FILL_SCRIPT
from tests.unit.translate.drafts import Body, bind, body, directory_at, named

_OPTIONS = Options()
VOLUMES = {"volumes": {"data": {"name": "shop_data"}, "more": {"name": "shop_more"}}}


def with_peer(
    *peer: dict[str, Any],
    top: dict[str, Any] | None = None,
    mount: dict[str, Any] | None = None,
    options: Options = _OPTIONS,
) -> Body:
    others = {"peer": {"image": "peer", "volumes": list(peer)}}
    return body({"volumes": [mount or named("data", "/data")]}, others=others, top=top or VOLUMES, options=options)


def test_a_volume_of_one_pod_is_an_empty_dir() -> None:
    found = body({"volumes": [named("data", "/data")]}, top=VOLUMES)
    assert found.volume_at("/data") == {"name": "data", "emptyDir": {}}
    assert found.objects("PersistentVolumeClaim") == {}


def test_a_new_volume_is_filled_from_the_image_with_four_capabilities() -> None:
    found = body({"volumes": [named("data", "/data"), named("more", "/more")]}, top=VOLUMES)
    assert found.init_names == ["prepare-volumes", "fill-volumes"]
    fill = found.init("fill-volumes")
    assert fill["image"] == "app"
    assert fill["command"] == ["/hybridcompose/tools/busybox", "sh", "-c"]
    assert fill["args"][3:] == [
        *("/data", "/hybridcompose/volumes/data", ""),
        *("/more", "/hybridcompose/volumes/more", ""),
    ]
    context = fill["securityContext"]
    assert context["capabilities"] == {"drop": ["ALL"], "add": ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID"]}
    assert (context["runAsUser"], context["allowPrivilegeEscalation"]) == (0, False)


def test_the_script_survives_the_kubelets_expansion() -> None:
    found = body({"volumes": [named("data", "/data")]}, top=VOLUMES)
    assert found.init("fill-volumes")["args"][0].replace("$$(", "$(") == FILL_SCRIPT


def test_a_volume_without_copy_is_a_plain_directory_as_in_docker() -> None:
    found = body({"volumes": [named("data", "/d", volume={"nocopy": True})]}, top=VOLUMES)
    # Nothing of the image is named: the script then sets the mode that Docker's directory has.
    assert found.init("fill-volumes")["args"][3:] == ["", "/hybridcompose/volumes/data", ""]


def test_nothing_is_copied_into_a_directory_of_a_volume() -> None:
    assert body({"volumes": [named("data", "/d", volume={"subpath": "a"})]}, top=VOLUMES).init_names == []


def test_a_subpath_shows_that_directory() -> None:
    mount = named("data", "/d", volume={"subpath": "/a/b/"})
    found = body({"volumes": [mount]}, top=VOLUMES, options=Options(storage=Storage.PERSISTENT))
    assert found.mounts["/d"]["subPath"] == "shop-data/a/b"
    assert found.only(Code.APPROXIMATED).path == ("services", "web", "volumes", 0, "volume", "subpath")


def test_a_volume_of_two_services_is_one_claim_read_only_at_the_mount_alone() -> None:
    found = with_peer(named("data", "/in"), mount=named("data", "/data", read_only=True))
    (claim,) = found.objects("PersistentVolumeClaim").values()
    assert claim["metadata"]["name"] == "shop-data"
    assert claim["spec"]["accessModes"] == ["ReadWriteOnce"]
    assert found.mounts["/data"]["readOnly"] is True
    assert found.volume_at("/data")["persistentVolumeClaim"] == {"claimName": "shop-data"}


def test_a_claim_is_mounted_by_directory_so_that_lost_and_found_never_shows() -> None:
    found = with_peer(named("data", "/in"))
    assert found.mounts["/data"]["subPath"] == "shop-data"
    fill = found.init("fill-volumes")
    assert fill["args"][3:] == [
        "/data",
        "/hybridcompose/volumes/shop-data/shop-data",
        "/hybridcompose/volumes/shop-data/.shop-data.lock",
    ]


def test_pods_that_share_a_volume_stay_on_one_node() -> None:
    found = with_peer(named("data", "/in"))
    assert found.draft.labels[GROUP_LABEL] == "shop-data"
    (term,) = found.draft.pod["affinity"]["podAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert term["labelSelector"]["matchLabels"] == {GROUP_LABEL: "shop-data"}
    assert term["topologyKey"] == "kubernetes.io/hostname"


@pytest.mark.parametrize("keys", [{"scale": 2}, {"deploy": {"replicas": 2}}, {"deploy": {"mode": "global"}}])
def test_replicas_share_a_claim(keys: dict[str, Any]) -> None:
    found = body({"volumes": [named("data", "/data")], **keys}, top=VOLUMES)
    assert list(found.objects("PersistentVolumeClaim")) == ["shop-data"]


def test_pods_connected_through_several_volumes_share_one_claim() -> None:
    found = body(
        {"volumes": [named("more", "/more")]},
        others={
            "a": {"image": "a", "volumes": [named("data", "/x")]},
            "b": {"image": "b", "volumes": [named("data", "/x"), named("more", "/y")]},
        },
        top=VOLUMES,
    )
    assert list(found.objects("PersistentVolumeClaim")) == ["shop-data"]
    assert found.mounts["/more"]["subPath"] == "shop-more"


def test_volumes_whose_names_fall_together_have_directories_of_their_own() -> None:
    top = {"volumes": {"a": {"name": "shop_a-b"}, "b": {"name": "shop-a-b"}}}
    found = body({"scale": 2, "volumes": [named("a", "/a"), named("b", "/b")]}, top=top)
    assert found.mounts["/a"]["subPath"] != found.mounts["/b"]["subPath"]


def test_an_external_volume_is_a_claim_that_exists() -> None:
    found = body({"volumes": [named("d", "/d")]}, top={"volumes": {"d": {"external": True, "name": "x"}}})
    assert found.volume_at("/d")["persistentVolumeClaim"] == {"claimName": "x"}
    assert found.objects("PersistentVolumeClaim") == {}
    assert found.init_names == []
    assert found.only(Code.APPROXIMATED).severity is Severity.WARNING


def test_an_external_name_that_no_claim_can_have_is_reported() -> None:
    found = body({"volumes": [named("d", "/d")]}, top={"volumes": {"d": {"external": True, "name": "My_Data"}}})
    assert found.volume_at("/d")["persistentVolumeClaim"] == {"claimName": "my-data"}
    assert "'My_Data'" in found.only(Code.NAME_CHANGED).message


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            {"type": "tmpfs", "device": "tmpfs", "o": "size=10m"},
            {"emptyDir": {"medium": "Memory", "sizeLimit": "10485760"}},
        ),
        (
            {"type": "nfs", "o": "addr=10.0.0.1,rw", "device": ":/exports"},
            {"nfs": {"server": "10.0.0.1", "path": "/exports"}},
        ),
    ],
)
def test_options_of_the_local_driver_become_a_volume(options: dict[str, str], expected: dict[str, Any]) -> None:
    found = body({"volumes": [named("d", "/d")]}, top={"volumes": {"d": {"driver": "local", "driver_opts": options}}})
    assert found.volume_at("/d") == {"name": "d", **expected}
    assert found.diagnostics == ()


def test_a_volume_that_binds_a_path_of_the_host_is_host_access() -> None:
    options = {"type": "none", "o": "bind", "device": "/srv/data"}
    sources = (directory_at("/srv/data", {}, inside=False),)
    found = body({"volumes": [named("d", "/d")]}, top={"volumes": {"d": {"driver_opts": options}}}, sources=sources)
    assert found.only(Code.HOST_ACCESS).severity is Severity.ERROR


def test_a_volume_that_binds_a_directory_of_the_project_is_a_bind_mount() -> None:
    options = {"type": "none", "o": "bind", "device": "/shop/data"}
    found = body(
        {"volumes": [named("d", "/d")]},
        top={"volumes": {"d": {"driver_opts": options}}},
        sources=(directory_at("/shop/data", {"a": b"1"}),),
    )
    assert found.init_names == ["prepare-volumes"]
    assert found.only(Code.BIND_COPIED).severity is Severity.NOTE


def test_a_volume_that_binds_a_missing_directory_is_an_error_as_in_docker() -> None:
    options = {"type": "none", "o": "bind", "device": "/shop/data"}
    found = body({"volumes": [named("d", "/d")]}, top={"volumes": {"d": {"driver_opts": options}}})
    assert found.only(Code.MISSING_BIND_SOURCE).severity is Severity.ERROR


@pytest.mark.parametrize("volume", [{"driver": "rexray"}, {"driver_opts": {"type": "nfs"}}])
def test_a_driver_without_equivalent_is_reported_and_the_volume_ordinary(volume: dict[str, Any]) -> None:
    found = body({"volumes": [named("d", "/d")]}, top={"volumes": {"d": volume}})
    assert found.volume_at("/d") == {"name": "d", "emptyDir": {}}
    assert found.only(Code.NO_EQUIVALENT).path[:2] == ("volumes", "d")


def test_an_anonymous_volume_is_filled_from_the_image_and_outlives_the_container() -> None:
    found = body({"volumes": [{"type": "volume", "target": "/data"}]}, image=ImageConfig(volumes=("/var/lib/db",)))
    # What the image declares is in the container's own layer.
    assert list(found.mounts) == ["/data"]
    assert found.volume_at("/data")["emptyDir"] == {}
    assert found.init("fill-volumes")["args"][3] == "/data"
    told = found.only(Code.APPROXIMATED)
    assert told.path == ("services", "web", "volumes", 0)
    assert told.message.startswith("The volume ends with its pod")


def test_an_anonymous_volume_is_in_the_containers_layer_where_nobody_may_copy_as_root() -> None:
    options = Options(pod_security=PodSecurity.RESTRICTED)
    found = body({"user": "1000", "volumes": [{"type": "volume", "target": "/data"}]}, options=options)
    assert (found.mounts, found.init_names) == ({}, [])
    assert "own layer" in found.only(Code.APPROXIMATED).message


@pytest.mark.parametrize(("storage", "told"), [(Storage.EPHEMERAL, [0]), (Storage.PERSISTENT, [])])
def test_a_volume_that_ends_with_its_pod_is_told_with_the_option_that_keeps_it(
    storage: Storage, told: list[int]
) -> None:
    found = body({"volumes": [named("data", "/d")]}, top=VOLUMES, options=Options(storage=storage))
    assert [(entry.path[-1], entry.remedy) for entry in found.diagnostics] == [
        (index, "keep it with --storage persistent") for index in told
    ]


def test_a_volume_that_services_share_is_kept_and_not_told() -> None:
    assert with_peer(named("data", "/in")).diagnostics == ()


@pytest.mark.parametrize("order", [1, -1])
def test_an_anonymous_volume_below_a_mount_shows_the_images_files(order: int) -> None:
    mounts = [bind("/shop/src", "/app"), {"type": "volume", "target": "/app/node_modules"}]
    found = body({"volumes": mounts[::order]})
    assert found.volume_at("/app/node_modules")["emptyDir"] == {}
    assert found.init("fill-volumes")["args"][3] == "/app/node_modules"


def test_a_volume_of_the_image_below_a_mount_shows_the_images_files() -> None:
    found = body({"volumes": [bind("/shop/src", "/app")]}, image=ImageConfig(volumes=("/app/data/",)))
    assert list(found.mounts) == ["/app", "/app/data"]


def test_a_volume_of_the_image_stays_writable_under_a_read_only_root() -> None:
    found = body({"read_only": True}, image=ImageConfig(volumes=("/data",)))
    assert "readOnly" not in found.mounts["/data"]


def test_a_volume_of_the_image_that_the_service_mounts_itself_is_mounted_once() -> None:
    found = body({"read_only": True, "volumes": [named("data", "/data")]}, image=ImageConfig(volumes=("/data",)))
    assert list(found.mounts) == ["/data"]


@pytest.mark.parametrize(
    ("options", "actions"),
    [
        ("mode=1750", ["mode", "1750", "{}", ""]),
        ("uid=1000", ["directory", "", "{}", "1000:0", "mode", "1777", "{}", ""]),
        ("gid=5,mode=770", ["directory", "", "{}", "0:5", "mode", "770", "{}", ""]),
        ("mode=1777", []),
    ],
)
def test_a_tmpfs_gets_its_owner_and_mode_before_the_start(options: str, actions: list[str]) -> None:
    found = body({"tmpfs": [f"/run:{options}"]})
    place = "/hybridcompose/targets/tmpfs-run"
    expected = [word.format(place) for word in actions]
    assert (found.init("prepare-volumes")["args"][4:] if found.init_names else []) == expected


def test_a_long_tmpfs_gets_its_mode_too() -> None:
    found = body({"volumes": [{"type": "tmpfs", "target": "/cache", "tmpfs": {"mode": 0o700}}]})
    assert found.init("prepare-volumes")["args"][4:] == ["mode", "700", "/hybridcompose/targets/tmpfs-cache", ""]


def test_a_long_tmpfs_is_limited_memory() -> None:
    found = body({"volumes": [{"type": "tmpfs", "target": "/cache", "tmpfs": {"size": "64m"}}]})
    assert found.volume_at("/cache")["emptyDir"] == {"medium": "Memory", "sizeLimit": "67108864"}


def test_a_short_tmpfs_keeps_its_size() -> None:
    found = body({"tmpfs": ["/tmp:size=16M,mode=1777,noexec", "/run"]})
    assert found.volume_at("/tmp")["emptyDir"] == {"medium": "Memory", "sizeLimit": "16777216"}
    assert found.volume_at("/run")["emptyDir"] == {"medium": "Memory"}


@pytest.mark.parametrize("options", ["", ":size=50%", ":nr_inodes=1k", ":mode=755"])
def test_every_tmpfs_is_said_to_differ_in_mode_and_flags(options: str) -> None:
    found = body({"tmpfs": [f"/run{options}"]}).only(Code.APPROXIMATED)
    assert (found.path, found.message) == (("services", "web", "tmpfs", 0), TMPFS.note)


@pytest.mark.parametrize("options", ["size=much", "mode=rwx"])
def test_a_tmpfs_option_that_is_no_number_is_an_error(options: str) -> None:
    assert body({"tmpfs": [f"/run:{options}"]}).only(Code.INVALID_VALUE).severity is Severity.ERROR


def test_an_image_is_mounted_read_only() -> None:
    found = body({"volumes": [{"type": "image", "source": "assets:1", "target": "/a", "image": {"subpath": "x"}}]})
    assert found.volume_at("/a")["image"] == {"reference": "assets:1", "pullPolicy": "IfNotPresent"}
    assert (found.mounts["/a"]["subPath"], found.mounts["/a"]["readOnly"]) == ("x", True)


@pytest.mark.parametrize("kind", ["npipe", "cluster"])
def test_a_mount_of_another_world_is_an_error(kind: str) -> None:
    found = body({"volumes": [{"type": kind, "source": "x", "target": "/x"}]})
    assert found.only(Code.NO_EQUIVALENT).severity is Severity.ERROR


@pytest.mark.parametrize(
    ("target", "code"), [("relative", Code.INVALID_VALUE), ("/", Code.INVALID_VALUE), ("/a:b", Code.NO_EQUIVALENT)]
)
def test_a_target_that_kubernetes_refuses_is_an_error(target: str, code: Code) -> None:
    found = body({"volumes": [{"type": "tmpfs", "target": target}]})
    assert found.only(code).severity is Severity.ERROR
    assert found.mounts == {}


def test_a_service_in_another_ones_network_keeps_its_volumes() -> None:
    found = body({"network_mode": "service:peer", "volumes": [named("data", "/data")]}, top=VOLUMES)
    assert list(found.mounts) == ["/data"]


def test_a_share_of_the_hosts_memory_limits_no_volume() -> None:
    top = {"volumes": {"data": {"driver_opts": {"type": "tmpfs", "device": "tmpfs", "o": "size=50%,uid=1000"}}}}
    found = body({"volumes": [named("data", "/data")]}, top=top)
    assert found.volume_at("/data")["emptyDir"] == {"medium": "Memory"}
    assert found.only(Code.APPROXIMATED).path == ("volumes", "data", "driver_opts")
