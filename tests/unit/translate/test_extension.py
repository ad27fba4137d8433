"""``x-hybridcompose``: what each setting does, and what is said about mistakes in it."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

import hybridcompose as hc
from hybridcompose.diagnostics import Code, Severity
from hybridcompose.translate.options import Expose, Options, Storage
from tests.unit.translate.support import HEALTHY, depends_on, found, only, plan_of, pod_spec, service

if TYPE_CHECKING:
    from pathlib import Path

    from hybridcompose.plan import Plan


def settings(**keys: Any) -> dict[str, Any]:
    """An element's ``x-hybridcompose``, as the loader keeps it."""
    return {"#extensions": {"x-hybridcompose": keys}}


def plan_with(own: dict[str, Any], **keys: Any) -> Plan:
    """The plan of one service with these settings."""
    return plan_of({"web": service(**settings(**own), **keys)})


def web(own: dict[str, Any], **keys: Any) -> dict[str, Any]:
    container: dict[str, Any] = pod_spec(plan_with(own, **keys))["containers"][0]
    return container


def test_a_job_runs_to_its_end_and_is_not_restarted() -> None:
    spec = found(plan_with({"kind": "job"}), "Job")["web"]["spec"]
    assert (spec["backoffLimit"], spec["template"]["spec"]["restartPolicy"]) == (0, "Never")
    again = found(plan_with({"kind": "job"}, restart="on-failure:2"), "Job")["web"]["spec"]
    assert again["backoffLimit"] == 2


def test_a_probe_takes_the_place_of_the_command_and_keeps_its_times() -> None:
    health = {**HEALTHY, "interval": "7s", "timeout": "3s", "retries": 5}
    probe = web({"probe": {"http": {"path": "/ok", "port": "8080"}}}, healthcheck=health)["readinessProbe"]
    assert probe == {
        "httpGet": {"path": "/ok", "port": 8080},
        "periodSeconds": 7,
        "timeoutSeconds": 3,
        "failureThreshold": 5,
    }


def test_a_tcp_probe_opens_a_connection() -> None:
    container = web({"probe": {"tcp": {"port": 5432}}})
    assert container["readinessProbe"]["tcpSocket"] == {"port": 5432}
    assert container["startupProbe"]["failureThreshold"] == 2_147_483_647


def test_no_probe_means_that_no_health_check_runs() -> None:
    assert not {"readinessProbe", "startupProbe"} & web({"probe": "none"}, healthcheck=HEALTHY).keys()


def test_a_service_with_a_probe_can_be_awaited_as_healthy() -> None:
    services = {
        "web": service(**settings(probe={"tcp": {"port": 80}})),
        "client": service(depends_on={"web": depends_on("service_healthy")}),
    }
    assert "web-ready" in found(plan_of(services), "Service")


def test_a_service_account_comes_with_its_token() -> None:
    spec = pod_spec(plan_with({"service_account": "robot"}))
    assert (spec["serviceAccountName"], spec["automountServiceAccountToken"]) == ("robot", True)


def test_the_pod_goes_where_its_nodes_are() -> None:
    own = {"node_selector": {"pool": "ci"}, "tolerations": ["ci=true:NoSchedule", "gpu"]}
    spec = pod_spec(plan_with(own, platform="linux/arm64"))
    assert spec["nodeSelector"] == {"kubernetes.io/arch": "arm64", "kubernetes.io/os": "linux", "pool": "ci"}
    assert spec["tolerations"] == [
        {"key": "ci", "operator": "Equal", "value": "true", "effect": "NoSchedule"},
        {"key": "gpu", "operator": "Exists"},
    ]


def test_pull_secrets_are_named() -> None:
    assert pod_spec(plan_with({"pull_secrets": ["a", "b"]}))["imagePullSecrets"] == [{"name": "a"}, {"name": "b"}]


def test_a_service_says_itself_how_it_is_reached_from_outside() -> None:
    ports = [{"target": 80, "published": "8080"}]
    assert (
        found(plan_with({"expose": "nodeport"}, ports=ports), "Service")["web-published"]["spec"]["type"] == "NodePort"
    )
    chosen = Options(expose=Expose.LOADBALANCER)
    silent = plan_of({"web": service(**settings(expose="none"), ports=ports)}, options=chosen)
    assert "web-published" not in found(silent, "Service")


def test_fields_are_merged_into_container_pod_and_object() -> None:
    own = {
        "container": {"env": [{"name": "A", "value": "own"}], "resources": {"limits": {"example.com/fpga": 1}}},
        "pod": {"priorityClassName": "high", "volumes": [{"name": "extra", "emptyDir": {}}]},
        "manifest": {"metadata": {"annotations": {"team": "blue"}}},
    }
    plan = plan_with(own, environment={"A": "compose", "B": "kept"})
    pod = found(plan, "Pod")["web"]
    (container,) = pod["spec"]["containers"]
    assert container["env"] == [{"name": "A", "value": "own"}, {"name": "B", "value": "kept"}]
    assert container["resources"] == {"limits": {"example.com/fpga": 1}}
    assert (pod["spec"]["priorityClassName"], pod["spec"]["volumes"][0]["name"]) == ("high", "extra")
    assert pod["metadata"]["annotations"] == {"team": "blue"}


def test_fields_reach_the_service_where_it_runs_as_an_init_container() -> None:
    services = {
        "web": service(**settings(container={"workingDir": "/srv"})),
        "client": service(depends_on={"web": depends_on("service_completed_successfully")}),
    }
    containers = {entry["name"]: entry for entry in pod_spec(plan_of(services))["initContainers"]}
    assert containers["web"]["workingDir"] == "/srv"


def test_fields_reach_the_pod_of_a_job() -> None:
    spec = found(plan_with({"kind": "job", "pod": {"priorityClassName": "high"}}), "Job")["web"]["spec"]
    assert spec["template"]["spec"]["priorityClassName"] == "high"


@pytest.mark.parametrize(
    "own",
    [
        {"manifest": {"metadata": {"name": "other"}}},
        {"manifest": {"kind": "Pod"}},
        {"container": {"name": "other"}},
    ],
)
def test_what_an_object_is_found_by_cannot_be_changed(own: dict[str, Any]) -> None:
    with pytest.raises(hc.TranslateError, match="cannot be changed"):
        plan_with(own)


def test_defaults_hold_for_services_that_say_nothing_of_the_same() -> None:
    top = settings(defaults={"service": {"node_selector": {"pool": "ci"}, "service_account": "robot"}})
    services = {"web": service(), "other": service(**settings(service_account="own"))}
    plan = plan_of(services, **top)
    assert pod_spec(plan)["serviceAccountName"] == "robot"
    assert pod_spec(plan, "other")["serviceAccountName"] == "own"
    assert pod_spec(plan, "other")["nodeSelector"] == {"pool": "ci"}


def test_an_accepted_warning_becomes_a_note_for_its_element_alone() -> None:
    services = {
        "web": service(cpu_shares=3, **settings(accept=["no-equivalent"])),
        "other": service(cpu_shares=3),
    }
    weights = {entry.path[1]: entry.severity for entry in plan_of(services).diagnostics}
    assert weights == {"web": Severity.NOTE, "other": Severity.WARNING}
    everywhere = plan_of(services, **settings(accept=["no-equivalent"]))
    assert {entry.severity for entry in everywhere.diagnostics} == {Severity.NOTE}


def test_an_error_cannot_be_accepted() -> None:
    with pytest.raises(hc.TranslateError):
        plan_with({"accept": ["invalid-value"]}, working_dir="relative")


SHARED = {"type": "volume", "source": "data", "target": "/data"}
OTHER = {"type": "volume", "source": "other", "target": "/other"}


def claim(volumes: dict[str, Any], *mounts: dict[str, Any], **top: Any) -> dict[str, Any]:
    """The spec of the claim that two services share."""
    services = {name: service(volumes=[*mounts]) for name in ("web", "other")}
    (found_claim,) = found(plan_of(services, volumes=volumes, **top), "PersistentVolumeClaim").values()
    spec: dict[str, Any] = found_claim["spec"]
    return spec


def test_a_shared_volume_has_the_claim_that_its_settings_say() -> None:
    spec = claim({"data": settings(size="5Gi", storage_class="fast", access_mode="ReadWriteMany")}, SHARED)
    assert spec["resources"]["requests"]["storage"] == "5Gi"
    assert (spec["storageClassName"], spec["accessModes"]) == ("fast", ["ReadWriteMany"])


def test_sizes_of_volumes_in_one_claim_add_up() -> None:
    spec = claim({"data": settings(size="5Gi"), "other": settings(size="500M")}, SHARED, OTHER)
    assert spec["resources"]["requests"]["storage"] == str(5 * 1024**3 + 500_000_000)


def test_a_default_size_counts_for_every_volume_of_the_claim() -> None:
    top = settings(defaults={"volume": {"size": "2Gi", "storage_class": "slow"}})
    spec = claim({"data": {}, "other": {}}, SHARED, OTHER, **top)
    assert spec["resources"]["requests"]["storage"] == str(4 * 1024**3)
    assert spec["storageClassName"] == "slow"


def test_volumes_of_one_claim_cannot_want_two_classes() -> None:
    volumes = {"data": settings(storage_class="fast"), "other": settings(storage_class="slow")}
    with pytest.raises(hc.TranslateError, match="storage_class 'slow'"):
        claim(volumes, SHARED, OTHER)


@pytest.mark.parametrize("volume", [{}, {"external": True}])
def test_a_size_without_a_claim_is_said_to_have_no_effect(volume: dict[str, Any]) -> None:
    plan = plan_of({"web": service(volumes=[SHARED])}, volumes={"data": {**volume, **settings(size="5Gi")}})
    assert only(plan, Code.NO_EQUIVALENT).path == ("volumes", "data", "x-hybridcompose", "size")


@pytest.mark.parametrize("storage", ["ephemeral", "persistent"])
def test_a_volume_begins_with_the_content_of_a_claim_and_only_then_with_that_of_the_image(storage: str) -> None:
    plan = plan_of(
        {"web": service(volumes=[SHARED])},
        volumes={"data": settings(copy_from="seed")},
        options=Options(storage=Storage(storage)),
    )
    pod = pod_spec(plan, "web")
    fill = next(one for one in pod["initContainers"] if one["name"] == "fill-volumes")
    sources = [word for word in fill["args"][3:] if word.startswith("/hybridcompose/copied") or word == "/data"]
    assert sources == ["/hybridcompose/copied/seed/seed", "/hybridcompose/copied/seed", "/data"]
    shown = next(mount for mount in fill["volumeMounts"] if mount["mountPath"] == "/hybridcompose/copied/seed")
    assert shown["readOnly"] is True
    (volume,) = [one for one in pod["volumes"] if one["name"] == shown["name"]]
    assert volume["persistentVolumeClaim"] == {"claimName": "seed"}
    assert not any(mount["name"] == shown["name"] for mount in pod["containers"][0]["volumeMounts"])
    told = [entry.path for entry in plan.diagnostics if entry.path[0] == "volumes"]
    assert told == [("volumes", "data", "x-hybridcompose", "copy_from")]


def test_nothing_is_copied_into_what_exists_already() -> None:
    volumes = {"data": {"external": True, **settings(copy_from="seed")}}
    plan = plan_of({"web": service(volumes=[SHARED])}, volumes=volumes)
    assert only(plan, Code.NO_EQUIVALENT).path == ("volumes", "data", "x-hybridcompose", "copy_from")


#: A line with its wrong token in marks, and how the remedy begins.
MISTAKES = [
    ("x-hybridcompose: {«acept»: [approximated]}", "did you mean accept?"),
    ("x-hybridcompose: {accept: [«aproximated»]}", "did you mean approximated?"),
    ("x-hybridcompose: {defaults: {service: {«nod_selector»: {}}}}", "did you mean node_selector?"),
    ("    x-hybridcompose: {kind: «jobb»}", "write 'service' or 'job'"),
    ("    x-hybridcompose: {probe: {«htp»: {port: 1}}}", "did you mean http?"),
    ("    x-hybridcompose: {probe: {«http»: {}}}", "write port: …"),
    ("    x-hybridcompose: {probe: {tcp: {port: «70000»}}}", "write a number from 1 to 65535"),
    ("    x-hybridcompose: {probe: «never»}", "write none, or http: or tcp: below it"),
    ("    x-hybridcompose: {tolerations: [«a=b:Never»]}", "write KEY, KEY=VALUE or KEY=VALUE:EFFECT"),
    ("    x-hybridcompose: {artefacts: [«out»]}", "write it from the root of the container, as /out"),
    ("    x-hybridcompose: {pull_secrets: «name»}", "write one entry a line, each after a dash"),
    ("    «x-hybridcompose»: [kind]", "write key: value pairs below it"),
    ("    x-hybridcompose: {service_account: «7»}", "put it in quotes"),
]


@pytest.mark.parametrize(("marked", "remedy"), MISTAKES)
def test_a_mistake_is_told_at_its_token_with_what_to_write(tmp_path: Path, marked: str, remedy: str) -> None:
    base = "services:\n  web:\n    image: app\n"
    column, line = marked.index("«") + 1, marked.replace("«", "").replace("»", "")
    text = f"{base}{line}\n" if line.startswith(" ") else f"{line}\n{base}"
    (tmp_path / "compose.yaml").write_text(text, encoding="utf-8")
    project = hc.load(tmp_path / "compose.yaml", environment={})
    with pytest.raises(hc.TranslateError) as caught:
        hc.translate(project)
    (finding,) = caught.value.diagnostics
    assert finding.location is not None
    assert (finding.location.line, finding.location.column) == (4 if line.startswith(" ") else 1, column)
    assert (finding.remedy or "").startswith(remedy)


def test_warnings_of_the_load_can_be_accepted(tmp_path: Path) -> None:
    text = """\
        version: '3'
        x-hybridcompose: {accept: [obsolete-version]}
        services:
          web: {image: app, command: a; b, x-hybridcompose: {accept: [truncated-command]}}
          other: {image: app, command: a; b}
    """
    (tmp_path / "compose.yaml").write_text(dedent(text), encoding="utf-8")
    found = hc.load(tmp_path / "compose.yaml", environment={}).diagnostics
    assert {(entry.code, entry.path[1:2], entry.severity) for entry in found} == {
        (Code.OBSOLETE_VERSION, (), Severity.NOTE),
        (Code.TRUNCATED_COMMAND, ("web",), Severity.NOTE),
        (Code.TRUNCATED_COMMAND, ("other",), Severity.WARNING),
    }
