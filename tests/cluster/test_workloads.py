"""Controllers, jobs, hooks and Pod Security as real pods."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

import hybridcompose as hc
from tests.cluster.client import until
from tests.e2e.program import COMMAND, environment

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cluster.client import Namespace

SITE = """\
name: site
services:
  web:
    image: ${IMAGE}
    restart: always
    stop_grace_period: 1s
    command: [sh, -c, "exec httpd -f -p 8080"]
    healthcheck: {test: "wget -q -O - http://127.0.0.1:8080/ 2>&1 | grep -q 404", interval: 1s}
    depends_on: {once: {condition: service_completed_successfully}}
    deploy: {replicas: 2, placement: {preferences: [{spread: node.labels.zone}]}}
  once:
    image: ${IMAGE}
    command: [sh, -c, "sleep 1; echo done"]
  agent:
    image: ${IMAGE}
    restart: always
    stop_grace_period: 1s
    command: [sleep, "600"]
    deploy: {mode: global, placement: {constraints: [node.platform.os == linux]}}
"""
HOOKS = """\
name: hooks
services:
  app:
    image: ${IMAGE}
    user: "1000:1000"
    stop_grace_period: 1s
    command: [sh, -c, "cat /data/steps; sleep 600"]
    volumes: ["data:/data"]
    pre_start:
      - command: [sh, -c, "echo one $$(id -u) >>/data/steps; touch /data/next; chmod 666 /data/*"]
        user: "0"
      - command: [sh, -c, "cat /data/steps /own/text >/data/next; echo two $$NAME >>/data/steps"]
        environment: {NAME: hook}
        volumes: ["./own:/own:ro"]
    post_start:
      - command: [sh, -c, "echo started >/tmp/started"]
      - command: [sh, -c, "pwd >>/tmp/started"]
        working_dir: /usr
volumes: {data: }
"""
JOBS = """\
name: jobs
services:
  parts:
    image: ${IMAGE}
    command: [sh, -c, "sleep 1; echo $$HOSTNAME"]
    deploy: {mode: replicated-job, replicas: 3}
jobs:
  later:
    image: ${IMAGE}
    command: [echo, later]
    triggers: {manual: true}
  nightly:
    image: ${IMAGE}
    command: [echo, nightly]
    triggers: {schedule: ["0 3 * * *"]}
"""
SERVED = """\
services:
  web: {image: "${IMAGE}", restart: always, stop_grace_period: 1s, command: [sh, -c, echo TEXT; sleep 600]}
"""
CONFINED = """\
name: confined
services:
  db:
    image: ${IMAGE}
    user: "1000:1000"
    stop_grace_period: 1s
    command: [sh, -c, "id -u; sleep 600"]
  web:
    image: ${IMAGE}
    user: "1001:1001"
    command: [sh, -c, "grep CapBnd /proc/self/status"]
    depends_on: [db]
"""


class Project:
    """A compose file that is applied as it is rendered."""

    def __init__(self, namespace: Namespace, directory: Path) -> None:
        self.namespace = namespace
        self.directory = directory
        self.image = namespace.cluster.image("busybox")

    def load(self, text: str) -> hc.Project:
        file = self.directory / "compose.yaml"
        file.write_text(text, encoding="utf-8")
        return hc.load(file, environment={"IMAGE": self.image})

    def apply(self, text: str, **options: Any) -> hc.Plan:
        plan = hc.translate(self.load(text), tool_image=self.image, dependency_timeout=60, **options)
        self.namespace.kubectl("apply", "-f", "-", stdin=hc.render(plan))
        return plan

    def pods(self, service: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.namespace.get("pods", "-l", f"hybridcompose.io/service={service}")["items"]
        return found

    def log(self, service: str, *more: str) -> str:
        return self.namespace.kubectl("logs", "-l", f"hybridcompose.io/service={service}", "--tail=-1", *more).stdout

    def wait(self, what: str, condition: str) -> None:
        self.namespace.kubectl("wait", f"--for={condition}", "--timeout=90s", what)


def is_ready(pod: dict[str, Any]) -> bool:
    conditions = {entry["type"]: entry["status"] for entry in pod["status"].get("conditions", [])}
    return conditions.get("Ready") == "True" and "deletionTimestamp" not in pod["metadata"]


@pytest.fixture
def project(namespace: Namespace, tmp_path: Path) -> Project:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "text").write_text("own\n")
    return Project(namespace, tmp_path)


def test_controllers_become_ready_after_what_they_wait_for_and_replace_lost_pods(project: Project) -> None:
    project.apply(SITE, workloads="deployment")
    project.namespace.kubectl("rollout", "status", "deployment/web", "--timeout=90s")
    project.namespace.kubectl("rollout", "status", "daemonset/agent", "--timeout=90s")
    assert "done" in project.log("once", "--all-containers")
    before = {pod["metadata"]["uid"] for pod in project.pods("web")}
    assert len(before) == 2
    lost = project.pods("web")[0]["metadata"]["name"]
    project.namespace.kubectl("delete", "pod", lost, "--wait=false")
    ready = "jsonpath={.status.readyReplicas}=2"
    until(lambda: {pod["metadata"]["uid"] for pod in project.pods("web")} - before, "a new pod")
    project.wait("deployment/web", ready)
    (once,) = project.pods("once")
    project.namespace.kubectl("delete", f"pod/{once['metadata']['name']}")
    (again,) = until(lambda: [pod for pod in project.pods("once") if is_ready(pod)], "another run of once")
    assert again["metadata"]["uid"] != once["metadata"]["uid"]
    nodes = project.namespace.get("nodes")["items"]
    assert len(project.pods("agent")) == len(nodes)


def test_hooks_run_in_order_as_their_users_with_the_volumes_of_both(project: Project) -> None:
    project.apply(HOOKS)
    project.namespace.ready("app")
    assert project.namespace.run("app", "cat", "/data/steps") == "one 0\ntwo hook\n"
    assert project.namespace.run("app", "cat", "/data/next") == "one 0\nown\n"
    assert project.namespace.run("app", "cat", "/tmp/started") == "started\n/usr\n"


def test_a_replicated_job_runs_its_parts_side_by_side_and_other_jobs_when_they_are_started(project: Project) -> None:
    project.apply(JOBS)
    project.wait("job/parts", "condition=Complete")
    pods = project.pods("parts")
    assert len({line for line in project.log("parts").splitlines() if line}) == len(pods) == 3
    states = [pod["status"]["containerStatuses"][0]["state"]["terminated"] for pod in pods]
    assert max(state["startedAt"] for state in states) <= min(state["finishedAt"] for state in states)
    assert not project.pods("later")
    assert not project.pods("nightly")
    project.namespace.kubectl("patch", "job/later", "-p", json.dumps({"spec": {"suspend": False}}))
    project.namespace.kubectl("create", "job", "--from=cronjob/nightly", "now")
    project.wait("job/later", "condition=Complete")
    project.wait("job/now", "condition=Complete")
    assert project.log("later") == "later\n"


def test_pods_for_the_level_restricted_run_where_it_is_enforced(project: Project) -> None:
    label = "pod-security.kubernetes.io/enforce=restricted"
    project.namespace.cluster.kubectl("label", "namespace", project.namespace.name, label)
    project.apply(CONFINED, pod_security="restricted")
    assert project.namespace.ended("web") == 0
    assert project.log("web").split()[-1] == "0000000000000000"
    assert project.log("db") == "1000\n"


def test_what_a_cluster_lacks_is_told_before_anything_is_made(project: Project) -> None:
    text = "services: {tun: {image: app, devices: [/dev/net/tun]}, gpu: {image: app, pid: host}}\n"
    with pytest.raises(hc.HybridComposeError, match=r"uses /dev/net/tun of the machine") as refused:
        project.apply(f"name: x\n{text}")
    places = [(str(found.location).rpartition("/")[2], found.path) for found in refused.value.diagnostics]
    assert ("compose.yaml:2:40", ("services", "tun", "devices", 0)) in places
    assert not project.namespace.get("pods")["items"]


def test_up_runs_deployments_until_they_are_healthy_and_removes_them(project: Project) -> None:
    cluster, name = project.namespace.cluster, project.namespace.name
    options: Any = {"kubeconfig": str(cluster.kubeconfig), "tool_image": project.image, "workloads": "deployment"}
    with hc.up(project.load(SITE), namespace=name, timeout=90, **options):
        ready = project.namespace.get("deployment", "web")["status"]["readyReplicas"]
        ended = project.namespace.get("job", "once")["status"]["succeeded"]
    assert (ready, ended) == (2, 1)
    assert not project.namespace.get("deployments,statefulsets,daemonsets,jobs,pods")["items"]


def test_a_second_up_waits_for_the_pods_of_the_new_form(project: Project) -> None:
    call = [*COMMAND, "-q", "-f", "compose.yaml", "up", "-d", "--wait", "--workloads=deployment"]
    call += [f"--namespace={project.namespace.name}", f"--kubeconfig={project.namespace.cluster.kubeconfig}"]
    for text in ("one", "two"):
        project.load(f"name: site\n{SERVED.replace('TEXT', text)}")
        done = subprocess.run(
            call,
            cwd=project.directory,
            env=environment(IMAGE=project.image),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        pods = [pod for pod in project.pods("web") if "deletionTimestamp" not in pod["metadata"]]
        assert [pod["spec"]["containers"][0]["args"][2] for pod in pods] == [f"echo {text}; sleep 600"]


def test_the_exit_code_of_a_run_of_deployments_is_that_of_its_tests(project: Project) -> None:
    project.load(
        f"name: site\n{SERVED}  tests: {{image: '${{IMAGE}}', command: [sh, -c, exit 3], depends_on: [web]}}\n"
    )
    call = [*COMMAND, "-q", "-f", "compose.yaml", "up", "--exit-code-from=tests", "--workloads=deployment"]
    call += [f"--namespace={project.namespace.name}", f"--kubeconfig={project.namespace.cluster.kubeconfig}"]
    done = subprocess.run(
        call, cwd=project.directory, env=environment(IMAGE=project.image), capture_output=True, text=True, check=False
    )
    assert done.returncode == 3, done.stderr
    assert not project.namespace.get("deployments,jobs")["items"]
