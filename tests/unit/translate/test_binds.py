from __future__ import annotations

import base64

import pytest

from hybridcompose.diagnostics import Code, Severity
from hybridcompose.gather.facts import BoundSource, BuildFacts, CopiedPath, ImageConfig, SourceFile, SourceKind
from hybridcompose.translate.file_differences import BIND_ROW
from hybridcompose.translate.options import Options, PodSecurity
from tests.unit.translate.drafts import bind, body, directory_at, file_at, missing_at

PNG = bytes(range(256)) * 4
HOST = Options(allow_host_access=True)


def build(*copied: CopiedPath, context: str = "/shop") -> BuildFacts:
    return BuildFacts("web", context, "0" * 64, "Dockerfile", image=ImageConfig(copied=copied))


def test_a_read_only_file_is_a_config_map_mounted_by_its_name() -> None:
    found = body(
        {"volumes": [bind("/shop/nginx.conf", "/etc/nginx/nginx.conf", read_only=True)]},
        sources=(file_at("/shop/nginx.conf", b"status:\n  on\n", 0o640),),
    )
    mount = found.mounts["/etc/nginx/nginx.conf"]
    assert (mount["subPath"], mount["readOnly"]) == ("nginx.conf", True)
    ((name, manifest),) = found.objects("ConfigMap").items()
    assert manifest["data"] == {"nginx.conf": "status:\n  on\n"}
    assert found.volume_at("/etc/nginx/nginx.conf")["configMap"] == {
        "name": name,
        "items": [{"key": "nginx.conf", "path": "nginx.conf"}],
        "defaultMode": 0o640,
    }
    assert found.init_names == []


def test_a_binary_file_keeps_every_byte() -> None:
    found = body(
        {"volumes": [bind("/shop/logo.png", "/logo.png", read_only=True)]}, sources=(file_at("/shop/logo.png", PNG),)
    )
    (manifest,) = found.objects("ConfigMap").values()
    assert "data" not in manifest
    assert base64.b64decode(manifest["binaryData"]["logo.png"]) == PNG


def test_a_read_only_directory_holds_its_nested_files_under_one_prefix() -> None:
    files = {"a.txt": b"a", "sub/a.txt": b"b", "sub/deep/c": b"c"}
    found = body(
        {"volumes": [bind("/shop/etc", "/etc/app", read_only=True)]}, sources=(directory_at("/shop/etc", files),)
    )
    assert found.mounts["/etc/app"]["subPath"] == "d"
    (manifest,) = found.objects("ConfigMap").values()
    items = found.volume_at("/etc/app")["configMap"]["items"]
    assert {item["path"]: manifest["data"][item["key"]] for item in items} == {
        "d/a.txt": "a",
        "d/sub/a.txt": "b",
        "d/sub/deep/c": "c",
    }


def test_files_keep_their_own_modes() -> None:
    files = (SourceFile("run.sh", 0o755, 1, b"x"), SourceFile("x", 0o644, 1, b"x"), SourceFile("y", 0o644, 1, b"x"))
    source = BoundSource("/shop/bin", SourceKind.DIRECTORY, 0o755, 3, files)
    found = body({"volumes": [bind("/shop/bin", "/tools", read_only=True)]}, sources=(source,))
    config_map = found.volume_at("/tools")["configMap"]
    assert config_map["defaultMode"] == 0o644
    assert [item.get("mode") for item in config_map["items"]] == [0o755, None, None]


def test_a_directory_over_the_budget_of_one_object_is_spread_over_several() -> None:
    files = {f"f{number}": b"x" * 100_000 for number in range(5)}
    found = body({"volumes": [bind("/shop/d", "/d", read_only=True)]}, sources=(directory_at("/shop/d", files),))
    assert len(found.objects("ConfigMap")) == 3
    sources = found.volume_at("/d")["projected"]["sources"]
    assert [item["path"] for source in sources for item in source["configMap"]["items"]] == [
        f"d/{name}" for name in files
    ]


@pytest.mark.parametrize("content", [b"<" * 60_000, bytes(range(256)) * 1600, "ä".encode() * 300_000])
def test_a_file_that_no_object_holds_is_made_from_pieces(content: bytes) -> None:
    found = body({"volumes": [bind("/shop/big", "/big", read_only=True)]}, sources=(file_at("/shop/big", content),))
    held = found.objects("ConfigMap").values()
    pieces = {name: text.encode() for one in held for name, text in one.get("data", {}).items()}
    pieces |= {name: base64.b64decode(text) for one in held for name, text in one.get("binaryData", {}).items()}
    assert len(pieces) > 1
    assert b"".join(piece for _, piece in sorted(pieces.items())) == content
    place = "/hybridcompose/targets/bind-big"
    pieces_at = next(word for word in found.init("prepare-volumes")["args"] if word.endswith("-pieces/0"))
    assert found.init("prepare-volumes")["args"][4:] == [
        *("directory", "", place, ""),
        *("join", pieces_at, f"{place}/big", ""),
        *("mode", "644", f"{place}/big", ""),
    ]
    assert found.mounts["/big"] == {"name": "bind-big", "mountPath": "/big", "subPath": "big", "readOnly": True}


def test_small_files_beside_a_large_one_are_copied_as_they_are() -> None:
    source = directory_at("/shop/d", {"a": b"1", "x/big": b"\x00" * 400_000})
    found = body({"volumes": [bind("/shop/d", "/d")]}, sources=(source,))
    actions = found.init("prepare-volumes")["args"][4::4]
    assert actions == ["copy", "directory", "join", "mode"]


def test_a_source_that_was_too_large_to_read_is_an_error() -> None:
    source = BoundSource("/shop/d", SourceKind.DIRECTORY, size=10**9, files=(SourceFile("dump", 0o644, 10**9),))
    finding = body({"volumes": [bind("/shop/d", "/d")]}, sources=(source,)).only(Code.BIND_TOO_LARGE)
    assert finding.severity is Severity.ERROR
    assert "dump 1,000,000,000" in finding.message
    assert finding.remedy is not None


def test_a_writable_directory_is_copied_before_the_start() -> None:
    found = body({"volumes": [bind("/shop/d", "/d")]}, sources=(directory_at("/shop/d", {"a": b"1"}, empty=("e",)),))
    assert found.volume_at("/d")["emptyDir"] == {}
    assert "readOnly" not in found.mounts["/d"]
    container = found.init("prepare-volumes")
    assert container["args"][4:] == [
        *("copy", "/hybridcompose/sources/source-bind-d-18ac3e73", "/hybridcompose/targets/bind-d", ""),
        *("directory", "", "/hybridcompose/targets/bind-d/e", ""),
    ]
    assert found.only(Code.BIND_COPIED).severity is Severity.NOTE


def test_a_writable_file_is_copied_and_mounted_alone() -> None:
    found = body({"volumes": [bind("/shop/a.db", "/var/a.db")]}, sources=(file_at("/shop/a.db", PNG),))
    assert found.mounts["/var/a.db"]["subPath"] == "a.db"
    assert found.init_names == ["prepare-volumes"]


def test_copied_files_belong_to_the_services_user_so_that_it_can_write() -> None:
    found = body(
        {"user": "1000:100", "volumes": [bind("/shop/d", "/d")]}, sources=(directory_at("/shop/d", {"a": b"1"}),)
    )
    assert found.init("prepare-volumes")["args"][7] == "1000:100"


def test_a_writable_directory_that_another_service_binds_is_a_warning() -> None:
    found = body(
        {"volumes": [bind("/shop/d", "/d")]},
        others={"worker": {"image": "worker", "volumes": [bind("/shop/d", "/in", read_only=True)]}},
        sources=(directory_at("/shop/d", {"a": b"1"}),),
    )
    finding = found.only(Code.BIND_COPIED)
    assert finding.severity is Severity.WARNING
    assert "worker" in finding.message


def test_a_missing_source_is_an_empty_directory_of_roots_and_noted() -> None:
    found = body({"volumes": [bind("/shop/data", "/var/lib/data")]}, sources=(missing_at("/shop/data"),))
    assert found.volume_at("/var/lib/data")["emptyDir"] == {}
    assert found.only(Code.MISSING_BIND_SOURCE).severity is Severity.NOTE
    place = "/hybridcompose/targets/bind-var-lib-data"
    assert found.init("prepare-volumes")["args"][4:] == ["mode", "755", place, ""]


def test_a_missing_source_is_open_to_all_where_nothing_may_run_as_root() -> None:
    found = body(
        {"user": "1000", "volumes": [bind("/shop/data", "/d")]},
        sources=(missing_at("/shop/data"),),
        options=Options(pod_security=PodSecurity.RESTRICTED),
    )
    assert found.init_names == []
    assert "every user may write" in found.only(Code.MISSING_BIND_SOURCE).message


@pytest.mark.parametrize("options", [{}, {"create_host_path": True}])
def test_a_missing_source_is_made_unless_that_is_forbidden(options: dict[str, bool]) -> None:
    found = body({"volumes": [bind("/shop/data", "/d", bind=options)]})
    assert found.only(Code.MISSING_BIND_SOURCE).severity is Severity.NOTE


def test_a_missing_source_that_may_not_be_made_is_an_error() -> None:
    mount = {"type": "bind", "source": "/shop/data", "target": "/d", "bind": {"create_host_path": False}}
    finding = body({"volumes": [mount]}).only(Code.MISSING_BIND_SOURCE)
    assert finding.severity is Severity.ERROR
    assert finding.path == ("services", "web", "volumes", 0)


def test_empty_directories_of_a_read_only_source_are_noted() -> None:
    source = directory_at("/shop/d", {"a": b"1"}, empty=("cache",))
    found = body({"volumes": [bind("/shop/d", "/d", read_only=True)]}, sources=(source,))
    (copied, lacking) = [one.message for one in found.diagnostics if one.code is Code.APPROXIMATED]
    assert copied == BIND_ROW.note
    assert "cache" in lacking


def test_a_copy_says_that_its_owners_and_modes_are_not_the_machines() -> None:
    source = file_at("/shop/key", mode=0o600)
    reader = {"user": "1000", "volumes": [bind("/shop/key", "/key", read_only=True)]}
    found = body(reader, sources=(source,))
    told = [one.message for one in found.diagnostics if one.code is Code.APPROXIMATED]
    assert told[0] == BIND_ROW.note
    assert "readable for all here" in told[1]
    as_root = body({**reader, "user": "0"}, sources=(source,))
    assert as_root.only(Code.APPROXIMATED).message == BIND_ROW.note


def test_a_mount_point_inside_a_read_only_directory_is_made_beforehand() -> None:
    found = body(
        {"volumes": [bind("/shop/src", "/app", read_only=True), {"type": "volume", "target": "/app/node_modules"}]},
        sources=(directory_at("/shop/src", {"main.js": b"1"}),),
    )
    arguments = found.init("prepare-volumes")["args"]
    assert arguments[-4:] == ["directory", "", "/hybridcompose/targets/bind-app/node_modules", ""]
    assert found.mounts["/app"]["readOnly"] is True
    assert found.volume_at("/app/node_modules")["emptyDir"] == {}


def test_two_sources_of_one_name_are_two_objects() -> None:
    mounts = [bind("/shop/a/x.conf", "/a", read_only=True), bind("/shop/b/x.conf", "/b", read_only=True)]
    found = body({"volumes": mounts}, sources=(file_at("/shop/a/x.conf", b"a"), file_at("/shop/b/x.conf", b"b")))
    assert len(found.objects("ConfigMap")) == 2


def test_an_object_is_named_alike_on_every_machine() -> None:
    (name,) = body(
        {"volumes": [bind("/shop/nginx.conf", "/n", read_only=True)]}, sources=(file_at("/shop/nginx.conf"),)
    ).objects("ConfigMap")
    assert name == "bind-nginx-conf-1f91f64b"


@pytest.mark.parametrize(
    ("copied", "source", "target"),
    [
        (CopiedPath((".",), "/app"), "/shop", "/app"),
        (CopiedPath((".",), "/app"), "/shop/src", "/app/src"),
        (CopiedPath(("src",), "/app/src"), "/shop/src", "/app/src"),
        (CopiedPath(("src/",), "/app"), "/shop/src", "/app/"),
        (CopiedPath(("a.conf",), "/etc/a.conf"), "/shop/a.conf", "/etc/a.conf"),
    ],
)
def test_source_that_the_dockerfile_copies_to_the_same_place_is_left_out(
    copied: CopiedPath, source: str, target: str
) -> None:
    found = body(
        {"build": {"context": "/shop"}, "volumes": [bind(source, target)]},
        build=build(copied),
        sources=(directory_at(source, {"a": b"1"}),),
    )
    assert found.mounts == {}
    assert found.only(Code.BIND_LEFT_OUT).severity is Severity.NOTE


@pytest.mark.parametrize(
    ("copied", "source", "target"),
    [
        (CopiedPath(("package.json",), "/app/package.json"), "/shop", "/app"),
        (CopiedPath((".",), "/srv"), "/shop", "/app"),
        (CopiedPath(("src",), "/app"), "/shop", "/app"),
        (CopiedPath(("*.py",), "/app"), "/shop", "/app"),
        (CopiedPath((".",), "/app"), "/other", "/app"),
    ],
)
def test_source_that_the_dockerfile_does_not_copy_there_is_mounted(
    copied: CopiedPath, source: str, target: str
) -> None:
    found = body(
        {"build": {"context": "/shop"}, "volumes": [bind(source, target)]},
        build=build(copied),
        sources=(directory_at(source, {"a": b"1"}),),
    )
    assert list(found.mounts) == [target]


def test_source_left_out_leaves_the_images_own_directories_below_it_alone() -> None:
    found = body(
        {
            "build": {"context": "/shop"},
            "volumes": [bind("/shop", "/app"), {"type": "volume", "target": "/app/node_modules"}],
        },
        build=build(CopiedPath((".",), "/app")),
        sources=(directory_at("/shop", {"a": b"1"}),),
    )
    assert found.mounts == {}
    assert found.init_names == []


@pytest.mark.parametrize(
    "source",
    [
        file_at("/etc/passwd", inside=False),
        directory_at("/srv/other", {"a": b"1"}, inside=False),
        missing_at("/var/run/docker.sock", inside=False),
        missing_at("/etc/nothing", inside=False),
        missing_at("/", inside=False),
        BoundSource("/shop/socket", SourceKind.SPECIAL),
    ],
)
def test_a_path_of_the_machine_is_refused_with_a_remedy(source: BoundSource) -> None:
    found = body({"volumes": [bind(source.source, "/x", read_only=True)]}, sources=(source,))
    finding = found.only(Code.HOST_ACCESS)
    assert finding.severity is Severity.ERROR
    assert finding.remedy is not None
    assert found.mounts == {}


def test_the_remedy_for_dockers_socket_says_what_works() -> None:
    finding = body({"volumes": [bind("/var/run/docker.sock", "/var/run/docker.sock")]}).only(Code.HOST_ACCESS)
    assert finding.remedy is not None
    assert "docker:dind" in finding.remedy


def test_a_path_of_the_machine_is_mounted_where_that_is_allowed() -> None:
    mount = bind("/srv/data", "/x", bind={"propagation": "rslave", "create_host_path": True})
    found = body({"volumes": [mount]}, sources=(directory_at("/srv/data", {}, inside=False),), options=HOST)
    assert found.volume_at("/x")["hostPath"] == {"path": "/srv/data", "type": "DirectoryOrCreate"}
    assert found.mounts["/x"]["mountPropagation"] == "HostToContainer"
    assert found.only(Code.HOST_ACCESS).severity is Severity.WARNING


def test_a_missing_directory_outside_the_project_is_an_empty_one() -> None:
    found = body({"volumes": [bind("/home/dev/cache", "/x")]}, sources=(missing_at("/home/dev/cache", inside=False),))
    assert found.volume_at("/x")["emptyDir"] == {}


def test_the_machines_time_zone_is_left_out_with_a_warning() -> None:
    found = body({"volumes": [bind("/etc/localtime", "/etc/localtime", read_only=True)]})
    assert found.mounts == {}
    assert found.only(Code.BIND_LEFT_OUT).severity is Severity.WARNING


def test_propagation_of_copied_files_is_noted() -> None:
    mount = bind("/shop/d", "/d", bind={"propagation": "rslave", "create_host_path": True})
    found = body({"volumes": [mount]}, sources=(missing_at("/shop/d"),))
    assert found.only(Code.APPROXIMATED).path == ("services", "web", "volumes", 0, "bind", "propagation")


def test_two_mounts_at_one_target_are_an_error() -> None:
    mounts = [bind("/shop/a", "/x"), bind("/shop/b", "/x/")]
    assert body({"volumes": mounts}).only(Code.CONFLICTING_VALUES).path == ("services", "web", "volumes", 1)


def test_files_beside_the_project_directory_have_the_same_name_on_every_machine() -> None:
    def names(root: str) -> set[str]:
        source = file_at(f"{root}/shared/app.conf", b"x")
        mounts = [bind(source.source, "/app.conf", read_only=True)]
        found = body({"volumes": mounts}, sources=(source,), border=root, working_dir=f"{root}/deploy")
        return set(found.objects("ConfigMap"))

    assert names("/home/a/repo") == names("/builds/7/repo")


def test_the_project_directory_itself_has_the_same_name_on_every_machine() -> None:
    def names(root: str) -> set[str]:
        source = directory_at(root, {"x": b"1"})
        return set(body({"volumes": [bind(root, "/srv")]}, sources=(source,), working_dir=root).objects("ConfigMap"))

    assert names("/home/a/shop") == names("/builds/7/shop")


@pytest.mark.parametrize(("user", "mode"), [("1000", 0o604), (None, 0o600), ("0", 0o600)])
def test_a_private_file_is_readable_for_a_service_that_does_not_run_as_root(user: str | None, mode: int) -> None:
    keys = {"user": user} if user else {}
    source = file_at("/shop/key", b"x", mode=0o600)
    found = body({"volumes": [bind("/shop/key", "/key", read_only=True)], **keys}, sources=(source,))
    assert found.volume_at("/key")["configMap"]["defaultMode"] == mode


def test_larger_files_fit_where_objects_are_applied_on_the_server() -> None:
    source = file_at("/shop/big", b"x" * 600_000)
    mounts = [bind("/shop/big", "/big", read_only=True)]
    assert body({"volumes": mounts}, sources=(source,)).init_names == ["prepare-volumes"]
    found = body({"volumes": mounts}, sources=(source,), options=Options(server_side_apply=True))
    assert found.init_names == []
    assert len(found.objects("ConfigMap")) == 1
