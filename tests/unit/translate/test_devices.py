from __future__ import annotations

from typing import Any

import pytest

from hybridcompose.diagnostics import Code, Severity, TranslateError
from hybridcompose.translate import Options
from tests.unit.translate.support import codes, only, plan_of, pod_spec, refusal_of, service

FUSE = {"source": "/dev/fuse", "target": "/dev/fuse", "permissions": "rwm"}
AT_THE_NODE = Options(allow_host_access=True)


def limits(options: Options | None = None, **keys: Any) -> dict[str, str]:
    container = pod_spec(plan_of({"web": service(**keys)}, options=options or Options()))["containers"][0]
    found: dict[str, str] = container.get("resources", {}).get("limits", {})
    return found


def reserved(**reservations: Any) -> dict[str, Any]:
    return {"deploy": {"resources": {"reservations": reservations}}}


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ({"count": 2}, {"nvidia.com/gpu": "2"}),
        ({"driver": "amd", "count": 1}, {"amd.com/gpu": "1"}),
        ({"count": -1}, {"nvidia.com/gpu": "1"}),
        ({"device_ids": ["0", "3"]}, {"nvidia.com/gpu": "2"}),
    ],
)
def test_gpus_are_an_extended_resource_of_their_vendor(request_: dict[str, Any], expected: dict[str, str]) -> None:
    assert limits(gpus=[request_]) == expected


def test_reserved_devices_are_found_by_capability_and_added_to_gpus() -> None:
    devices = reserved(devices=[{"capabilities": ["gpu"], "count": 1}])
    assert limits(gpus=[{"count": 1}], **devices) == {"nvidia.com/gpu": "2"}


def test_resources_beside_a_gpu_stay() -> None:
    assert limits(gpus=[{"count": 1}], cpus=0.5) == {"cpu": "500m", "nvidia.com/gpu": "1"}


def test_generic_resources_are_extended_resources_of_their_kind() -> None:
    kinds = [("gpu", 1), ("example.com/fpga", 2), ("SSD", 1)]
    wanted = [{"discrete_resource_spec": {"kind": kind, "value": value}} for kind, value in kinds]
    options = Options(device_resource=("ssd=example.com/disk",))
    expected = {"example.com/disk": "1", "example.com/fpga": "2", "nvidia.com/gpu": "1"}
    assert limits(options, **reserved(generic_resources=wanted)) == expected


def test_the_user_names_the_resource_of_a_driver() -> None:
    options = Options(device_resource=("nvidia=nvidia.com/mig-1g.5gb",))
    assert limits(options, gpus=[{"driver": "nvidia"}]) == {"nvidia.com/mig-1g.5gb": "1"}


def test_devices_that_no_resource_is_known_for_are_told_with_the_remedy() -> None:
    plan = plan_of({"web": service(**reserved(devices=[{"capabilities": ["tpu"]}]))})
    finding = only(plan, Code.NO_EQUIVALENT)
    assert finding.path[-2:] == ("devices", 0)
    assert "--device-resource" in (finding.remedy or "")


def test_an_entry_of_the_map_that_is_none_is_refused() -> None:
    with pytest.raises(TranslateError, match="device_resource cannot be 'nvidia'"):
        plan_of({"web": service(gpus=[{"count": 1}])}, options=Options(device_resource=("nvidia",)))


def test_a_device_of_the_machine_is_refused_where_it_stands() -> None:
    (finding,) = refusal_of({"web": service(devices=[FUSE])})
    assert (finding.code, finding.path) == (Code.HOST_ACCESS, ("services", "web", "devices", 0))
    assert "--allow-host-access" in (finding.remedy or "")


@pytest.mark.parametrize(
    ("source", "kind"), [("/dev/fuse", "CharDevice"), ("/dev/dri", "Directory"), ("/dev/sda1", "BlockDevice")]
)
def test_a_device_of_the_node_is_mounted_as_what_it_is(source: str, kind: str) -> None:
    devices = [{"source": source, "target": "/dev/other", "permissions": "rwm"}]
    spec = pod_spec(plan_of({"web": service(devices=devices, privileged=True)}, options=AT_THE_NODE))
    (volume,) = spec["volumes"]
    assert volume["hostPath"] == {"path": source, "type": kind}
    assert spec["containers"][0]["volumeMounts"] == [{"name": volume["name"], "mountPath": "/dev/other"}]


def test_a_device_that_the_container_may_not_open_is_a_warning() -> None:
    plan = plan_of({"web": service(devices=[FUSE])}, options=AT_THE_NODE)
    assert only(plan, Code.HOST_ACCESS).severity is Severity.WARNING
    assert codes(plan_of({"web": service(devices=[FUSE], privileged=True)}, options=AT_THE_NODE)) == []


def test_a_device_by_its_cdi_name_is_an_extended_resource() -> None:
    devices = [{"source": "nvidia.com/gpu=all", "target": "nvidia.com/gpu=all"}]
    assert limits(devices=devices) == {"nvidia.com/gpu": "1"}


@pytest.mark.parametrize(("key", "field"), [("pid", "hostPID"), ("ipc", "hostIPC")])
def test_a_namespace_of_the_node_needs_the_users_consent(key: str, field: str) -> None:
    (finding,) = refusal_of({"web": service(**{key: "host"})})
    assert (finding.code, finding.path) == (Code.HOST_ACCESS, ("services", "web", key))
    assert pod_spec(plan_of({"web": service(**{key: "host"})}, options=AT_THE_NODE))[field] is True


def test_namespaces_of_another_service_are_told_not_to_be_shared() -> None:
    plan = plan_of({"db": service(), "web": service(pid="service:db")})
    assert only(plan, Code.NO_EQUIVALENT).path == ("services", "web", "pid")
