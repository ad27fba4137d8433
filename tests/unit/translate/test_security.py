from __future__ import annotations

from typing import Any

import pytest

from hybridcompose.diagnostics import Code, Severity
from hybridcompose.gather.facts import ImageConfig
from hybridcompose.translate.options import Options
from tests.unit.translate.drafts import Body, body

LOW_PORTS = [{"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}]


def context(found: Body) -> dict[str, Any]:
    security: dict[str, Any] = found.container.get("securityContext", {})
    return security


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        ("1000", {"runAsUser": 1000}),
        ("1000:2000", {"runAsUser": 1000, "runAsGroup": 2000}),
        ("0:0", {"runAsUser": 0, "runAsGroup": 0}),
        ("root", {"runAsUser": 0}),
        ("1000:root", {"runAsUser": 1000, "runAsGroup": 0}),
        ("nobody", {"runAsUser": 65534}),
    ],
)
def test_a_user_is_a_number(user: str, expected: dict[str, int]) -> None:
    found = body({"user": user})
    assert context(found) == expected
    assert found.diagnostics == ()


@pytest.mark.parametrize("image", ["ghcr.io/acme/postgres:16", "acme/postgres", "app"])
def test_a_user_of_any_other_image_is_unknown(image: str) -> None:
    found = body({"image": image, "user": "postgres"})
    finding = found.only(Code.UNKNOWN_USER)
    assert finding.severity is Severity.ERROR
    assert finding.path == ("services", "web", "user")
    assert finding.remedy is not None
    assert "uid:gid" in finding.remedy


def test_the_images_own_user_needs_no_number() -> None:
    found = body({"user": "app"}, image=ImageConfig(user="app"))
    assert context(found) == {}
    assert found.diagnostics == ()


@pytest.mark.parametrize(
    ("user", "image", "expected"),
    [("1000:1000", "", "Strict"), ("1000", "", None), ("", "1000:1000", "Strict"), ("1000", "1000:1000", None)],
)
def test_a_user_with_a_group_has_no_other_groups_as_in_docker(user: str, image: str, expected: str | None) -> None:
    found = body({"user": user}, image=ImageConfig(user=image or None))
    assert found.draft.pod["securityContext"].get("supplementalGroupsPolicy") == expected
    assert found.diagnostics == ()


def test_an_older_cluster_adds_the_groups_of_the_user_which_is_said() -> None:
    found = body({"user": "1000:1000"}, options=Options(kubernetes_version="1.34"))
    assert "supplementalGroupsPolicy" not in found.draft.pod["securityContext"]
    assert found.only(Code.OLD_KUBERNETES).path == ("services", "web", "user")


def test_an_unknown_group_is_an_error() -> None:
    assert "'staff'" in body({"user": "1000:staff"}).only(Code.UNKNOWN_USER).message


def test_added_groups_are_supplemental_groups() -> None:
    assert body({"group_add": ["2000", "2000", "root"]}).draft.pod["securityContext"]["supplementalGroups"] == [2000, 0]


def test_an_added_group_by_name_is_an_error_where_it_stands() -> None:
    assert body({"group_add": ["2000", "docker"]}).only(Code.UNKNOWN_USER).path == ("services", "web", "group_add", 1)


def test_capabilities_are_a_list_of_names_without_prefix() -> None:
    found = body({"cap_add": ["CAP_NET_ADMIN", "sys_time", "NET_ADMIN"], "cap_drop": ["all"]})
    assert context(found)["capabilities"] == {"add": ["NET_ADMIN", "SYS_TIME"], "drop": ["ALL"]}


def test_an_unknown_capability_is_an_error_as_in_docker() -> None:
    assert body({"cap_add": ["CAP_NOPE"]}).only(Code.INVALID_VALUE).path == ("services", "web", "cap_add", 0)


def test_privileged_and_read_only_are_kept() -> None:
    found = body({"privileged": True, "read_only": True})
    assert context(found) == {"privileged": True, "readOnlyRootFilesystem": True}


@pytest.mark.parametrize(("user", "expected"), [("", [("services", "web", "read_only")]), ("1000", [])])
def test_root_is_said_to_be_able_to_write_hosts_under_a_read_only_root(user: str, expected: list[object]) -> None:
    found = body({"read_only": True, "user": user})
    assert [diagnostic.path for diagnostic in found.diagnostics] == expected


@pytest.mark.parametrize("option", ["no-new-privileges", "no-new-privileges:true", "no-new-privileges=true"])
def test_every_spelling_of_no_new_privileges_holds(option: str) -> None:
    assert context(body({"security_opt": [option]})) == {"allowPrivilegeEscalation": False}


@pytest.mark.parametrize("keys", [{"privileged": True}, {"cap_add": ["SYS_ADMIN"]}])
def test_no_new_privileges_that_the_api_would_refuse_is_reported(keys: dict[str, Any]) -> None:
    found = body({"security_opt": ["no-new-privileges:true"], **keys})
    assert "allowPrivilegeEscalation" not in context(found)
    assert found.only(Code.NO_EQUIVALENT).path == ("services", "web", "security_opt", 0)


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("seccomp=unconfined", {"seccompProfile": {"type": "Unconfined"}}),
        ("seccomp:unconfined", {"seccompProfile": {"type": "Unconfined"}}),
        ("apparmor=unconfined", {"appArmorProfile": {"type": "Unconfined"}}),
        ("apparmor:mine", {"appArmorProfile": {"type": "Localhost", "localhostProfile": "mine"}}),
        ("label:type:svirt_t", {"seLinuxOptions": {"type": "svirt_t"}}),
        ("label=disable", {"seLinuxOptions": {"type": "spc_t"}}),
        ("systempaths=unconfined", {"procMount": "Unmasked"}),
        ("no-new-privileges:false", {}),
    ],
)
def test_a_security_option_becomes_its_field(option: str, expected: dict[str, Any]) -> None:
    found = body({"security_opt": [option]})
    assert context(found) == expected
    assert Code.NO_EQUIVALENT not in found.codes


@pytest.mark.parametrize("option", ["seccomp=./profile.json", "writable-cgroups=true", "nonsense", "label:x:y"])
def test_a_security_option_without_equivalent_is_reported(option: str) -> None:
    found = body({"security_opt": [option]})
    assert context(found) == {}
    assert found.only(Code.NO_EQUIVALENT).severity is Severity.WARNING


def test_a_safe_sysctl_is_set_and_an_unsafe_one_reported() -> None:
    found = body({"sysctls": {"net.ipv4.tcp_syncookies": "0", "net.core.somaxconn": "1024"}})
    assert found.draft.pod["securityContext"]["sysctls"] == [{"name": "net.ipv4.tcp_syncookies", "value": "0"}]
    assert found.only(Code.NO_EQUIVALENT).path == ("services", "web", "sysctls", "net.core.somaxconn")


@pytest.mark.parametrize(
    ("keys", "image"),
    [
        ({"user": "1000", "ports": [{"target": 80}]}, ImageConfig()),
        ({"expose": ["80-81"]}, ImageConfig(user="app")),
        ({}, ImageConfig(user="1000", exposed_ports=("443/tcp",))),
    ],
)
def test_a_non_root_user_may_listen_on_low_ports_as_in_docker(keys: dict[str, Any], image: ImageConfig) -> None:
    assert body(keys, image=image).draft.pod["securityContext"]["sysctls"] == LOW_PORTS


@pytest.mark.parametrize(
    "keys",
    [
        {"ports": [{"target": 80}]},
        {"user": "0", "ports": [{"target": 80}]},
        {"user": "1000", "ports": [{"target": 8080}]},
        {"user": "1000", "ports": [{"target": 80}], "network_mode": "host"},
    ],
)
def test_no_sysctl_is_set_where_none_is_needed(keys: dict[str, Any]) -> None:
    assert "sysctls" not in body(keys).draft.pod["securityContext"]


def test_every_pod_has_the_runtimes_system_call_filter_as_under_docker() -> None:
    assert body({"image": "app"}).draft.pod["securityContext"] == {"seccompProfile": {"type": "RuntimeDefault"}}


def test_an_unconfined_container_has_no_filter() -> None:
    found = body({"image": "app", "security_opt": ["seccomp=unconfined"]})
    assert found.draft.container["securityContext"]["seccompProfile"] == {"type": "Unconfined"}


def test_the_hosts_user_namespace_is_asked_for() -> None:
    assert body({"userns_mode": "host"}).draft.pod["hostUsers"] is True
