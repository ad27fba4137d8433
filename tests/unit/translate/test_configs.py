from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from hybridcompose.diagnostics import Code, Severity
from hybridcompose.gather.facts import ImageConfig
from hybridcompose.translate.options import Options, Secrets
from tests.unit.translate.drafts import Body, bind, body, directory_at, file_at

if TYPE_CHECKING:
    from hybridcompose.gather.facts import BoundSource

INLINE = Options(secrets=Secrets.INLINE)
VALUE = "s3cr3t-value"


def granted(kind: str, top: dict[str, Any], *grants: dict[str, Any], **keys: Any) -> Body:
    service = {kind: list(grants), **keys.pop("service", {})}
    if kind == "secrets":
        # The loader hands a secret's value over under a name that no compose file can use.
        top = {
            name: {"#content" if key == "content" else key: value for key, value in entry.items()}
            for name, entry in top.items()
        }
    return body(service, top={kind: top}, **keys)


def config(top: dict[str, Any], *sources: BoundSource, service: dict[str, Any] | None = None, **grant: Any) -> Body:
    return granted("configs", {"app": top}, {"source": "app", **grant}, sources=sources, service=service or {})


def secret(top: dict[str, Any], *sources: BoundSource, options: Options = INLINE, **grant: Any) -> Body:
    return granted("secrets", {"app": top}, {"source": "app", **grant}, sources=sources, options=options)


def test_a_config_stands_at_the_root_under_its_name() -> None:
    found = config({"content": "text"})
    assert found.mounts["/app"] == {"name": "config-app", "mountPath": "/app", "subPath": "app", "readOnly": True}


def test_a_secret_stands_below_run_secrets_under_its_name() -> None:
    assert list(secret({"content": VALUE}).mounts) == ["/run/secrets/app"]


@pytest.mark.parametrize(
    ("target", "expected"),
    [("sub/x", "/sub/x"), ("/abs/x", "/abs/x")],
)
def test_a_relative_config_target_is_below_the_root(target: str, expected: str) -> None:
    assert list(config({"content": "text"}, target=target).mounts) == [expected]


def test_a_relative_secret_target_is_below_run_secrets() -> None:
    assert list(secret({"content": VALUE}, target="sub/x").mounts) == ["/run/secrets/sub/x"]


def test_two_secrets_in_one_directory_are_two_files() -> None:
    top = {"a": {"content": "1"}, "b": {"content": "2"}}
    found = granted("secrets", top, {"source": "a"}, {"source": "b"}, options=INLINE)
    assert {path: mount["subPath"] for path, mount in found.mounts.items()} == {
        "/run/secrets/a": "a",
        "/run/secrets/b": "b",
    }
    assert len(found.objects("Secret")) == 2


def test_a_config_keeps_its_text() -> None:
    text = "kind: x\nstatus:\n  ready: yes\n---\n"
    (manifest,) = config({"content": text}).objects("ConfigMap").values()
    assert manifest["data"] == {"app": text}


def test_an_inline_config_has_one_valid_name() -> None:
    found = granted("configs", {"my_config": {"content": "x", "name": "shop_my_config"}}, {"source": "my_config"})
    assert list(found.objects("ConfigMap")) == ["config-shop-my-config"]
    assert found.volume_at("/my_config")["configMap"]["name"] == "config-shop-my-config"


def test_configs_whose_names_fall_together_are_two_objects() -> None:
    found = granted("configs", {"a_b": {"content": "1"}, "a-b": {"content": "2"}}, {"source": "a_b"}, {"source": "a-b"})
    assert len(found.objects("ConfigMap")) == 2


@pytest.mark.parametrize("keys", [{"restart": "on-failure"}, {"deploy": {"mode": "global"}}])
def test_a_config_is_mounted_whatever_the_workload(keys: dict[str, Any]) -> None:
    assert list(config({"content": "text"}, service=keys).mounts) == ["/app"]


def test_a_value_is_readable_by_all_unless_a_mode_is_given() -> None:
    assert config({"content": "x"}).volume_at("/app")["configMap"]["defaultMode"] == 0o444
    assert config({"content": "x"}, mode="0440").volume_at("/app")["configMap"]["defaultMode"] == 0o440


def test_a_value_that_root_alone_may_read_is_not_opened_for_the_services_user() -> None:
    found = config({"content": "x"}, service={"user": "1000"}, mode="0400")
    assert found.volume_at("/app")["configMap"]["defaultMode"] == 0o400


def test_a_file_keeps_its_own_mode_and_the_long_syntax_is_ignored_as_in_docker() -> None:
    found = config({"file": "/shop/app.conf"}, file_at("/shop/app.conf", mode=0o640), uid="1", gid="2", mode="0400")
    assert found.volume_at("/app")["configMap"]["defaultMode"] == 0o640 | 0o004
    warnings = [diagnostic for diagnostic in found.diagnostics if diagnostic.severity is Severity.WARNING]
    assert [diagnostic.path[-1] for diagnostic in warnings] == ["uid", "gid", "mode"]


def test_a_file_that_its_owner_alone_could_read_stays_readable_for_the_services_user() -> None:
    found = config({"file": "/shop/key"}, file_at("/shop/key", mode=0o600), service={"user": "1000"})
    assert found.volume_at("/app")["configMap"]["defaultMode"] == 0o604
    assert [one.path for one in found.diagnostics] == [("configs", "app", "file"), ("services", "web", "configs", 0)]
    assert "readable for all here" in found.diagnostics[1].message


@pytest.mark.parametrize("key", ["content", "environment"])
def test_a_value_that_root_could_change_in_docker_is_said_to_be_read_only(key: str) -> None:
    def told(service: dict[str, Any], **grant: str) -> list[object]:
        grants = [{"source": "app", **grant}]
        found = body({**service, "configs": grants}, top={"configs": {"app": {key: "WORD"}}}, environment={"WORD": "x"})
        return [diagnostic.path for diagnostic in found.diagnostics]

    assert told({}) == [("configs", "app", key)]
    assert told({"user": "1000"}) == []
    assert told({}, uid="0") == []


def test_a_file_of_a_root_service_keeps_its_mode() -> None:
    found = config({"file": "/shop/key"}, file_at("/shop/key", mode=0o600))
    assert found.volume_at("/app")["configMap"]["defaultMode"] == 0o600


def test_an_owner_of_a_value_gets_a_copy_of_the_file() -> None:
    found = config({"content": "x"}, uid="103", mode="0440")
    assert found.diagnostics == ()
    assert found.mounts["/app"] == {"name": "config-app-owned", "mountPath": "/app", "subPath": "app"}
    assert found.volume_at("/app") == {"name": "config-app-owned", "emptyDir": {}}
    assert found.volumes["config-app"]["configMap"]["defaultMode"] == 0o440
    copying = found.init("prepare-volumes")
    assert copying["args"][-4:] == [
        *("copy", "/hybridcompose/sources/config-app", "/hybridcompose/targets/config-app-owned", "103:0"),
    ]


def test_an_owner_of_a_secret_gets_a_copy_that_is_on_no_disk() -> None:
    found = secret({"content": VALUE}, options=INLINE, gid="50")
    (volume,) = [entry for name, entry in found.volumes.items() if name.endswith("-owned")]
    assert volume["emptyDir"] == {"medium": "Memory"}
    assert found.init("prepare-volumes")["args"][-1] == "0:50"


@pytest.mark.parametrize(
    ("user", "users", "owner"),
    [
        ("1000:50", {}, "1000:50"),
        ("1000", {"app": (1000, 1001)}, "1000:1001"),
        ("1000", {"other": (7, 7)}, "1000:0"),
        ("1000", {}, "1000:33"),
        ("app", {"app": (1000, 1001)}, "1000:1001"),
        ("root", {}, "0:0"),
    ],
)
def test_a_file_that_asks_for_an_owner_belongs_to_the_services_user_as_in_docker(
    user: str, users: dict[str, tuple[int, int]], owner: str
) -> None:
    grants = [{"source": "app", "uid": "33", "gid": "33"}]
    top = {"configs": {"app": {"content": "x"}}}
    found = body({"user": user, "configs": grants}, top=top, image=ImageConfig(users=users))
    assert found.init("prepare-volumes")["args"][-1] == owner
    assert found.only(Code.APPROXIMATED).path == ("services", "web", "configs", 0, "uid")


@pytest.mark.parametrize("top", [{"content": ""}, {"environment": "EMPTY"}])
def test_no_file_is_made_of_an_empty_value_as_in_docker(top: dict[str, str]) -> None:
    for kind in ("configs", "secrets"):
        found = granted(kind, {"app": top}, {"source": "app"}, options=INLINE, environment={"EMPTY": ""})
        assert found.mounts == {}
        (finding,) = found.diagnostics
        assert (finding.code, finding.severity) == (Code.APPROXIMATED, Severity.WARNING)
        assert "is empty" in finding.message


@pytest.mark.parametrize(
    ("keys", "is_there"),
    [
        ({"tmpfs": ["/run"]}, False),
        ({"volumes": [{"type": "tmpfs", "target": "/run/"}]}, False),
        ({"tmpfs": ["/run"], "volumes": [{"type": "volume", "source": "v", "target": "/run/secrets"}]}, True),
        ({"tmpfs": ["/running:size=1m"]}, True),
    ],
)
def test_a_tmpfs_hides_a_value_below_it_as_in_docker(keys: dict[str, Any], is_there: bool) -> None:
    found = granted("secrets", {"app": {"content": VALUE}}, {"source": "app"}, options=INLINE, service=keys)
    assert ("/run/secrets/app" in found.mounts) is is_there
    assert any("hides" in finding.message for finding in found.diagnostics) is not is_there


def test_a_tmpfs_does_not_hide_a_file_of_the_machine() -> None:
    found = config({"file": "/shop/key"}, file_at("/shop/key"), service={"tmpfs": ["/run"]}, target="/run/key")
    assert "/run/key" in found.mounts


def test_files_for_owners_and_bound_files_are_copied_by_one_init_container() -> None:
    top = {"configs": {"app": {"content": "x"}, "other": {"content": "y"}}}
    grants = [{"source": name, "target": f"/{name}", "uid": "7"} for name in ("app", "other")]
    source = file_at("/shop/data/x", b"1")
    found = body({"configs": grants, "volumes": [bind("/shop/data/x", "/x")]}, top=top, sources=(source,))
    assert found.init_names == ["prepare-volumes"]
    assert found.init("prepare-volumes")["args"].count("copy") == 3


def test_a_directory_is_mounted_whole() -> None:
    found = config({"file": "/shop/conf"}, directory_at("/shop/conf", {"a": b"1", "sub/b": b"2"}))
    assert found.mounts["/app"]["subPath"] == "d"
    assert [item["path"] for item in found.volume_at("/app")["configMap"]["items"]] == ["d/a", "d/sub/b"]


def test_an_empty_directory_is_mounted_too() -> None:
    found = config({"file": "/shop/conf"}, directory_at("/shop/conf", {}))
    assert found.volume_at("/app")["emptyDir"] == {}


def test_a_missing_file_is_an_error_at_the_object() -> None:
    finding = config({"file": "/shop/nope"}).only(Code.MISSING_BIND_SOURCE)
    assert finding.severity is Severity.ERROR
    assert finding.path == ("configs", "app", "file")


@pytest.mark.parametrize("kind", ["configs", "secrets"])
def test_an_unset_variable_is_an_error_as_in_docker(kind: str) -> None:
    found = granted(kind, {"app": {"environment": "NOPE"}}, {"source": "app"}, options=INLINE)
    finding = found.only(Code.UNSET_SOURCE)
    assert finding.severity is Severity.ERROR
    assert "'NOPE'" in finding.message
    assert found.mounts == {}


@pytest.mark.parametrize("source", [{"environment": "NOPE"}, {"file": "/project/not-in-the-checkout"}])
def test_a_secret_that_is_made_elsewhere_need_not_be_known(source: dict[str, Any]) -> None:
    found = granted("secrets", {"app": source}, {"source": "app"}, options=Options(secrets=Secrets.EXTERNAL))
    assert found.only(Code.SECRET_NOT_INLINED).severity is Severity.NOTE
    assert list(found.mounts) == ["/run/secrets/app"]
    assert found.objects("Secret") == {}


def test_a_variable_is_the_content_without_a_newline() -> None:
    found = granted(
        "secrets", {"app": {"environment": "TOKEN"}}, {"source": "app"}, options=INLINE, environment={"TOKEN": VALUE}
    )
    (manifest,) = found.objects("Secret").values()
    assert manifest["stringData"] == {"app": VALUE}


def test_a_value_in_a_read_only_service_is_mounted_and_noted() -> None:
    found = config({"content": "x"}, service={"read_only": True})
    assert list(found.mounts) == ["/app"]
    assert ("services", "web", "configs", 0) in [one.path for one in found.diagnostics]


def test_an_external_config_is_named_and_must_exist() -> None:
    found = config({"external": True, "name": "shared.conf"})
    assert found.volume_at("/app")["configMap"]["name"] == "shared-conf"
    assert found.draft.resources == []
    assert found.only(Code.APPROXIMATED).severity is Severity.WARNING


def test_an_undefined_config_is_an_error() -> None:
    found = granted("configs", {}, {"source": "app"})
    assert found.only(Code.UNDEFINED_REFERENCE).path == ("services", "web", "configs", 0)


def test_a_secret_is_not_rendered_unless_asked_and_a_command_makes_it() -> None:
    options = Options(namespace="ci")
    found = secret({"file": "/shop/my key.txt"}, file_at("/shop/my key.txt", VALUE.encode()), options=options)
    assert found.objects("Secret") == {}
    assert found.volume_at("/run/secrets/app")["secret"]["secretName"] == "secret-app"
    message = found.only(Code.SECRET_NOT_INLINED).message
    assert message.endswith("kubectl create secret generic secret-app -n ci --from-file=app='my key.txt'")


def test_the_command_takes_a_variable_from_the_shell() -> None:
    found = granted("secrets", {"app": {"environment": "TOKEN"}}, {"source": "app"}, environment={"TOKEN": VALUE})
    assert found.only(Code.SECRET_NOT_INLINED).message.endswith('--from-literal=app="$TOKEN"')


@pytest.mark.parametrize("options", [INLINE, Options()])
@pytest.mark.parametrize("large", [1, 30_000])
def test_a_secrets_value_is_in_no_finding(options: Options, large: int) -> None:
    content = VALUE * large
    from_file = secret({"file": "/shop/x"}, file_at("/shop/x", content.encode()), options=options, uid="1", mode="0400")
    from_value = secret({"content": content}, options=options, uid="1", mode="0400")
    assert from_file.diagnostics
    for found in (from_file, from_value):
        assert VALUE not in repr(found.diagnostics)


@pytest.mark.parametrize("options", [Options()])
def test_a_secrets_value_is_in_no_object_unless_asked(options: Options) -> None:
    found = secret({"content": VALUE}, options=options)
    assert VALUE not in repr(found.draft)


def test_a_binary_secret_is_base64_once() -> None:
    (manifest,) = secret({"file": "/shop/x"}, file_at("/shop/x", b"\xff\x00")).objects("Secret").values()
    assert manifest["data"] == {"app": "/wA="}


def test_a_config_that_no_object_holds_is_an_error() -> None:
    finding = config({"content": "x" * 300_000}).only(Code.OBJECT_TOO_LARGE)
    assert finding.path == ("configs", "app")


def test_services_that_share_a_config_bring_the_same_object() -> None:
    top = {"configs": {"app": {"content": "x"}}}
    service = {"configs": [{"source": "app"}]}
    first = body(service, name="one", top=top)
    second = body(service, name="two", top=top)
    assert first.draft.resources == second.draft.resources
