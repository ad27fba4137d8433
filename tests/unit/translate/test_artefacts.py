"""Results of containers: their paths are kept, and lie in volumes that a second container holds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from hybridcompose.diagnostics import Code
from hybridcompose.translate.options import Options, PodSecurity, Workloads
from tests.unit.translate.support import found, only, plan_of, pod_spec, service

if TYPE_CHECKING:
    from hybridcompose.plan import Plan

COLLECT = Options(collect=True)


def plan_with(*paths: str, options: Options = COLLECT, settings: dict[str, Any] | None = None, **keys: Any) -> Plan:
    own = {"artefacts": list(paths), **(settings or {})}
    return plan_of({"web": service(**{"#extensions": {"x-hybridcompose": own}}, **keys)}, options=options)


def test_their_paths_are_kept_with_the_pod_and_nothing_else_changes_where_nobody_fetches_them() -> None:
    plan = plan_with("/out", "/report.xml", options=Options())
    annotations = found(plan, "Pod")["web"]["metadata"]["annotations"]
    assert json.loads(annotations.pop("hybridcompose.io/artefacts")) == ["/out", "/report.xml"]
    assert pod_spec(plan) == pod_spec(plan_of({"web": service()}))
    assert not plan.diagnostics


def test_a_directory_becomes_a_volume_that_begins_with_the_images_content() -> None:
    spec = pod_spec(plan_with("/out/"))
    own, collector = spec["containers"]
    assert own["volumeMounts"] == [{"name": "artefacts-out", "mountPath": "/out"}]
    assert collector["volumeMounts"] == [{"name": "artefacts-out", "mountPath": "/out", "readOnly": True}]
    assert {"name": "artefacts-out", "emptyDir": {}} in spec["volumes"]
    fill = next(container for container in spec["initContainers"] if container["name"] == "fill-volumes")
    assert "/out" in fill["args"]


def test_the_services_own_container_tells_how_the_service_stands() -> None:
    annotations = found(plan_with("/out"), "Pod")["web"]["metadata"]["annotations"]
    assert json.loads(annotations["hybridcompose.io/containers"]) == {"web": "web"}


def test_what_lies_in_a_volume_of_the_service_needs_no_other() -> None:
    volumes = [{"type": "volume", "source": "data", "target": "/data"}, {"type": "tmpfs", "target": "/data/fast"}]
    plan = plan_of(
        {
            "web": service(
                **{"#extensions": {"x-hybridcompose": {"artefacts": ["/data/report.xml", "/data/fast/log"]}}},
                volumes=volumes,
            )
        },
        options=COLLECT,
        volumes={"data": {}},
    )
    own, collector = pod_spec(plan)["containers"]
    assert [mount["mountPath"] for mount in collector["volumeMounts"]] == ["/data", "/data/fast"]
    assert [mount["mountPath"] for mount in own["volumeMounts"]] == ["/data", "/data/fast"]


def test_a_file_outside_of_volumes_is_told() -> None:
    plan = plan_with("/app/report.xml")
    finding = only(plan, Code.NO_EQUIVALENT)
    assert finding.path == ("services", "web", "x-hybridcompose", "artefacts", 0)
    assert finding.remedy == "name its directory: /app, or mount a volume there"
    assert len(pod_spec(plan)["containers"]) == 1


@pytest.mark.parametrize(
    ("kind", "keys", "settings", "options"),
    [
        ("Job", {"restart": "on-failure:2"}, {}, COLLECT),
        ("Job", {}, {"kind": "job"}, COLLECT),
        ("Job", {"deploy": {"mode": "replicated-job"}}, {}, COLLECT),
        ("DaemonSet", {"deploy": {"mode": "global"}}, {}, COLLECT),
        ("Deployment", {}, {}, COLLECT._replace(workloads=Workloads.DEPLOYMENT)),
    ],
)
def test_pods_of_controllers_hold_results_too(
    kind: str, keys: dict[str, Any], settings: dict[str, Any], options: Options
) -> None:
    plan = plan_with("/out", options=options, settings=settings, **keys)
    (made,) = found(plan, kind).values()
    own, collector = made["spec"]["template"]["spec"]["containers"]
    assert (own["name"], collector["name"]) == ("web", "hybridcompose-artefacts")
    assert "hybridcompose.io/artefacts" in made["spec"]["template"]["metadata"]["annotations"]
    assert not [finding for finding in plan.diagnostics if finding.path[-1] == "artefacts"]


def test_services_that_share_a_pod_have_their_results_apart() -> None:
    own = {"#extensions": {"x-hybridcompose": {"artefacts": ["/out"]}}}
    side, mute = service(**own, network_mode="service:web"), service(network_mode="service:web")
    plan = plan_of({"web": service(**own), "side": side, "mute": mute}, options=COLLECT)
    pod = found(plan, "Pod")["web"]
    assert json.loads(pod["metadata"]["annotations"]["hybridcompose.io/artefacts"]) == {
        "side": ["/out"],
        "web": ["/out"],
    }
    containers = {container["name"]: container for container in pod["spec"]["containers"]}
    holders = {name: one for name, one in containers.items() if name.startswith("hybridcompose-artefacts")}
    assert set(holders) == {"hybridcompose-artefacts-web", "hybridcompose-artefacts-side"}
    for name in ("web", "side"):
        (mount,) = containers[name]["volumeMounts"]
        assert holders[f"hybridcompose-artefacts-{name}"]["volumeMounts"] == [{**mount, "readOnly": True}]
    volumes = [volume["name"] for volume in pod["spec"]["volumes"] if volume["name"].startswith("artefacts-")]
    assert len(volumes) == len(set(volumes)) == 2


def test_a_restricted_namespace_admits_it() -> None:
    options = COLLECT._replace(pod_security=PodSecurity.RESTRICTED)
    spec = pod_spec(plan_with("/out", options=options, user="1000:1000"))
    _, collector = spec["containers"]
    assert collector["securityContext"]["runAsNonRoot"]
    assert "initContainers" not in spec
