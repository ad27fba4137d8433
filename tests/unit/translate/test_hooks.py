from __future__ import annotations

import signal
import subprocess
from typing import Any

import pytest

from hybridcompose.diagnostics import Code, Severity
from hybridcompose.gather.facts import BuildFacts, Facts, ImageConfig
from hybridcompose.translate import Options
from hybridcompose.translate.options import Workloads
from tests.unit.translate.support import codes, depends_on, only, plan_of, pod_spec, service

CACHE = {"type": "volume", "source": "cache", "target": "/cache"}


def hook(**keys: Any) -> dict[str, Any]:
    """A hook as the loader gives it: completed with its service's image."""
    return {"image": "app", "command": ["prepare"], **keys}


def init_containers(**keys: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pod_spec(plan_of({"web": service(**keys)})).get("initContainers", [])
    return found


def test_hooks_are_init_containers_in_their_order() -> None:
    first, second = init_containers(pre_start=[hook(), hook(image="tool", command=["second"])])
    assert (first["name"], first["image"], first["args"]) == ("pre-start-0", "app", ["prepare"])
    assert (second["name"], second["image"], second["args"]) == ("pre-start-1", "tool", ["second"])


def test_a_hook_without_an_image_of_its_own_runs_the_build_of_its_service() -> None:
    facts = Facts(builds={"web": BuildFacts("web", "/project", "d" * 64, "Dockerfile", b"archive", 7)})
    for named in ({}, {"image": "shop/web"}):
        built = {"build": {"context": "/project"}, **named}
        services = {
            "web": {**built, "pre_start": [{"command": ["prepare"], **named}]},
            "other": service(pre_start=[hook(image="shop/web")]),
        }
        plan = plan_of(services, facts=facts, options=Options(registry="reg:5000"))
        (reference,) = [image.reference for image in plan.images]
        web, other = pod_spec(plan), pod_spec(plan, "other")
        assert web["initContainers"][0]["image"] == web["containers"][0]["image"] == reference
        assert (other["initContainers"][0]["image"] == reference) is bool(named)


def test_hooks_run_when_the_dependencies_are_there() -> None:
    services = {"db": service(), "web": service(pre_start=[hook()], depends_on={"db": depends_on()})}
    names = [container["name"] for container in pod_spec(plan_of(services))["initContainers"]]
    assert names == ["wait-for-dependencies", "pre-start-0"]


def test_a_hook_sees_the_volumes_of_its_service_and_its_own() -> None:
    own = {"type": "tmpfs", "target": "/scratch"}
    containers = init_containers(volumes=[CACHE], pre_start=[hook(volumes=[own])])
    (found,) = [container for container in containers if container["name"] == "pre-start-0"]
    assert [mount["mountPath"] for mount in found["volumeMounts"]] == ["/scratch", "/cache"]


def test_a_hook_has_its_own_user_environment_and_directory() -> None:
    keys = {"user": "0:0", "environment": {"A": "$(B)"}, "working_dir": "/srv"}
    (found,) = init_containers(user="1000:1000", pre_start=[hook(**keys)])
    assert found["securityContext"] == {"runAsUser": 0, "runAsGroup": 0}
    assert found["env"] == [{"name": "A", "value": "$$(B)"}]
    assert found["workingDir"] == "/srv"


def test_a_hook_has_the_gpus_of_its_service() -> None:
    (found,) = init_containers(gpus=[{"count": 1}], pre_start=[hook(gpus=[{"count": 1}])])
    assert found["resources"]["limits"] == {"nvidia.com/gpu": "1"}


def test_what_a_hook_has_from_its_service_is_reported_once() -> None:
    plan = plan_of({"web": service(umask=0o077, pre_start=[hook(umask=0o077)])})
    assert only(plan, Code.NO_EQUIVALENT).path == ("services", "web", "umask")


def test_what_only_the_hook_asks_for_is_reported_at_the_hook() -> None:
    plan = plan_of({"web": service(pre_start=[hook(hostname="other")])})
    finding = only(plan, Code.NO_EQUIVALENT)
    assert finding.path == ("services", "web", "pre_start", 0, "hostname")
    assert finding.severity is Severity.WARNING


def test_replicas_that_each_run_a_hook_for_the_service_are_noted() -> None:
    plan = plan_of({"web": service(scale=2, pre_start=[hook()])})
    assert only(plan, Code.APPROXIMATED).path == ("services", "web", "pre_start", 0, "per_replica")
    assert codes(plan_of({"web": service(scale=2, pre_start=[hook(per_replica=True)])})) == []


def test_one_command_after_the_start_is_executed_as_it_is() -> None:
    found = pod_spec(plan_of({"web": service(post_start=[{"command": ["touch", "/a b $(C)"]}])}))["containers"][0]
    assert found["lifecycle"] == {"postStart": {"exec": {"command": ["touch", "/a b $(C)"]}}}


def test_several_commands_run_one_after_the_other_and_in_their_directories() -> None:
    hooks = [{"command": ["a", "b c"]}, {"command": ["d"], "working_dir": "/x y"}]
    found = pod_spec(plan_of({"web": service(pre_stop=hooks)}))["containers"][0]
    assert found["lifecycle"]["preStop"]["exec"]["command"] == ["/bin/sh", "-c", "a 'b c' && (cd '/x y' && d)"]


@pytest.mark.parametrize("key", ["user", "environment", "privileged"])
def test_what_a_handler_cannot_have_is_reported(key: str) -> None:
    value = {"user": "root", "environment": {"A": "1"}, "privileged": True}[key]
    plan = plan_of({"web": service(post_start=[{"command": ["true"], key: value}])})
    assert only(plan, Code.NO_EQUIVALENT).path == ("services", "web", "post_start", 0, key)


@pytest.mark.parametrize("workloads", list(Workloads))
def test_the_hooks_of_an_awaited_one_shot_are_said_to_be_lost(workloads: Workloads) -> None:
    completed = {"once": depends_on("service_completed_successfully")}
    services = {"once": service(post_start=[{"command": ["true"]}]), "web": service(depends_on=completed)}
    plan = plan_of(services, options=Options(workloads=workloads))
    assert only(plan, Code.NO_EQUIVALENT).path == ("services", "once", "post_start")


def _before_the_stop(**keys: Any) -> list[str]:
    plan = plan_of({"web": service(**keys)})
    (container,) = pod_spec(plan)["containers"]
    command: list[str] = container["lifecycle"]["preStop"]["exec"]["command"]
    return command


@pytest.mark.parametrize(
    ("written", "sent"),
    [("SIGINT", "INT"), ("USR1", "USR1"), ("3", "3"), ("SIGRTMIN+3", "37"), ("RTMIN", "34"), ("sigrtmax-1", "63")],
)
def test_a_stop_signal_is_sent_before_the_kubelets_own(written: str, sent: str) -> None:
    shell, option, text = _before_the_stop(stop_signal=written)
    assert (shell, option) == ("/bin/sh", "-c")
    assert text.startswith(f"kill -{sent} 1 && ")


def test_the_handler_of_a_stop_signal_lasts_until_the_process_has_ended() -> None:
    *shell, text = _before_the_stop(stop_signal="SIGINT")
    with subprocess.Popen(["sleep", "60"]) as process:
        handler = text.replace(" 1 ", f" {process.pid} ")
        assert handler.count(str(process.pid)) == 2
        with subprocess.Popen([*shell, handler], stderr=subprocess.DEVNULL) as sender:
            assert process.wait(60) == -signal.SIGINT
            assert sender.wait(60) == 0


@pytest.mark.parametrize("written", ["SIGTERM", "term", "15"])
def test_the_default_signal_is_sent_where_the_image_names_another(written: str) -> None:
    facts = Facts(images={"nginx": ImageConfig(stop_signal="SIGQUIT", complete=True)})
    plan = plan_of({"web": service(image="nginx", stop_signal=written)}, facts=facts)
    command = pod_spec(plan, "web")["containers"][0]["lifecycle"]["preStop"]["exec"]["command"]
    assert command[-1].startswith("kill -TERM 1 ")
    assert codes(plan_of({"web": service(stop_signal=written)})) == []


def test_a_stop_signal_follows_the_hooks_that_come_before_the_stop() -> None:
    command = _before_the_stop(stop_signal="SIGINT", pre_stop=[{"command": ["say", "it's over"]}])
    assert command[2].startswith("""say 'it'"'"'s over'; kill -INT 1 && """)


@pytest.mark.parametrize("wanted", ["SIGKILL", "9", "SIGSTOP", "INT; reboot"])
def test_a_signal_that_a_container_cannot_send_is_reported(wanted: str) -> None:
    plan = plan_of({"web": service(stop_signal=wanted)})
    assert only(plan, Code.NO_EQUIVALENT).path == ("services", "web", "stop_signal")
    assert "lifecycle" not in pod_spec(plan)["containers"][0]


@pytest.mark.parametrize("wanted", ["SIGTERM", "15"])
def test_the_signal_that_the_kubelet_sends_needs_no_handler(wanted: str) -> None:
    plan = plan_of({"web": service(stop_signal=wanted)})
    assert plan.diagnostics == ()
    assert "lifecycle" not in pod_spec(plan)["containers"][0]
