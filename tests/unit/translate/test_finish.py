from __future__ import annotations

from typing import Any

import pytest

from hybridcompose.diagnostics import Code, Severity, TranslateError
from hybridcompose.gather.facts import BuildFacts, Facts
from hybridcompose.translate import Options
from hybridcompose.translate.image_names import Rewrites, image
from hybridcompose.translate.options import DefaultProbe, Dns, PodSecurity, Workloads
from tests.unit.translate.support import depends_on, found, only, plan_of, pod_spec, service

PORTS = [{"target": 53, "published": "53", "protocol": "udp"}, {"target": 80, "published": "8080", "protocol": "tcp"}]
RESTRICTED = Options(pod_security=PodSecurity.RESTRICTED)
BASELINE = Options(pod_security=PodSecurity.BASELINE)
FACTS = Facts(builds={"web": BuildFacts("web", "/project", "d" * 64, "Dockerfile", b"archive", 7)})


def refused(options: Options, services: dict[str, Any], facts: Facts | None = None) -> list[tuple[Any, ...]]:
    with pytest.raises(TranslateError) as error:
        plan_of(services, options=options, facts=facts or Facts())
    return [entry.path for entry in error.value.diagnostics if entry.severity is Severity.ERROR]


# --- images


@pytest.mark.parametrize(
    ("name", "pairs", "expected"),
    [
        ("busybox:1", [("docker.io", "mirror:5000")], "mirror:5000/library/busybox:1"),
        ("docker.io/busybox", [("docker.io", "mirror:5000")], "mirror:5000/library/busybox"),
        ("grafana/loki", [("docker.io", "mirror:5000")], "mirror:5000/grafana/loki"),
        ("postgres:17", [("postgres", "db/pg")], "db/pg:17"),
        ("postgresql:17", [("postgres", "db/pg")], "postgresql:17"),
        ("ghcr.io/a/b@sha256:1", [("ghcr.io/a/", "x/")], "x/b@sha256:1"),
        ("localhost/a", [("docker.io", "mirror")], "localhost/a"),
        ("redis", [("docker.io/library", "b"), ("docker.io", "a")], "b/redis"),
        ("reg:5000/app:1", [("reg:5000", "other")], "reg:5000/app:1"),
    ],
)
def test_the_beginning_of_a_name_is_replaced_at_its_borders(
    name: str, pairs: list[tuple[str, str]], expected: str
) -> None:
    assert image(Rewrites(tuple(pairs), ("reg:5000/",)), name) == expected


def test_every_image_of_a_pod_comes_from_the_mirror_helpers_too() -> None:
    services = {"db": service(), "web": service(image="ghcr.io/x/web", depends_on={"db": depends_on()})}
    spec = pod_spec(plan_of(services, options=Options(image_rewrite=("docker.io=mirror", "ghcr.io=mirror/gh"))))
    assert spec["containers"][0]["image"] == "mirror/gh/x/web"
    assert spec["initContainers"][0]["image"].startswith("mirror/library/busybox:")


def test_the_image_of_a_volume_comes_from_the_mirror() -> None:
    volumes = [{"type": "image", "source": "busybox", "target": "/tools"}]
    spec = pod_spec(plan_of({"web": service(volumes=volumes)}, options=Options(image_rewrite=("docker.io=mirror",))))
    assert spec["volumes"][0]["image"]["reference"] == "mirror/library/busybox"


def test_an_image_that_cannot_be_built_is_the_only_thing_reported() -> None:
    data = {"type": "volume", "source": "data", "target": "/data"}
    web = {"build": {"context": "/project"}, "pre_start": [{"command": ["true"]}], "volumes": [data]}
    options = Options(image_rewrite=("docker.io=mirror",), default_cpu_limit="1", pod_security=PodSecurity.BASELINE)
    assert refused(options, {"web": web}) == [("services", "web", "build")] * 2


def test_a_rewrite_that_is_none_is_refused() -> None:
    assert refused(Options(image_rewrite=("docker.io",)), {"web": service()}) == [()]


# --- resources


def test_what_a_container_does_not_say_is_filled_in() -> None:
    options = Options(default_cpu_request="0.1", default_memory_request="64m", default_memory_limit="256m")
    container = pod_spec(plan_of({"web": service()}, options=options))["containers"][0]
    memory = {"memory": str(256 << 20)}
    assert container["resources"] == {"limits": memory, "requests": {"cpu": "100m", "memory": str(64 << 20)}}


def test_what_a_container_says_stays_and_a_request_never_exceeds_its_limit() -> None:
    web = service(deploy={"resources": {"limits": {"cpus": 0.05}, "reservations": {"memory": "512m"}}})
    options = Options(default_cpu_request="0.1", default_memory_limit="256m")
    resources = pod_spec(plan_of({"web": web}, options=options))["containers"][0]["resources"]
    assert resources["requests"] == {"cpu": "50m", "memory": str(512 << 20)}
    assert resources["limits"] == {"cpu": "50m", "memory": str(512 << 20)}


def test_helper_containers_have_requests_too_and_builds_have_not() -> None:
    services = {"db": service(), "web": service(build={"context": "/project"}, depends_on={"db": depends_on()})}
    options = Options(default_cpu_request="0.1", registry="reg:5000")
    plan = plan_of(services, options=options, facts=FACTS)
    assert pod_spec(plan)["initContainers"][0]["resources"] == {"requests": {"cpu": "100m"}}
    (build,) = found(plan, "Job").values()
    assert "resources" not in build["spec"]["template"]["spec"]["containers"][0]


@pytest.mark.parametrize(
    "options",
    [Options(default_cpu_limit="much"), Options(default_memory_request="-1"), Options(default_cpu_request="nan")],
)
def test_a_default_that_is_no_quantity_is_refused(options: Options) -> None:
    assert refused(options, {"web": service()}) == [()]


# --- probes


def test_the_first_published_tcp_port_tells_that_a_service_is_ready_where_that_is_wanted() -> None:
    options = Options(default_probe=DefaultProbe.TCP)
    container = pod_spec(plan_of({"web": service(ports=PORTS)}, options=options))["containers"][0]
    assert container["readinessProbe"]["tcpSocket"] == {"port": 80}
    assert "livenessProbe" not in container


@pytest.mark.parametrize("keys", [{}, {"ports": PORTS, "healthcheck": {"disable": True}}, {"expose": ["80"]}])
def test_nothing_else_gets_a_default_probe(keys: dict[str, Any]) -> None:
    options = Options(default_probe=DefaultProbe.TCP)
    assert "readinessProbe" not in pod_spec(plan_of({"web": service(**keys)}, options=options))["containers"][0]


# --- Pod Security


def test_a_plain_user_gets_what_restricted_wants() -> None:
    context = pod_spec(plan_of({"web": service(user="1000:1000")}, options=RESTRICTED))["containers"][0]
    assert context["securityContext"] == {
        "runAsUser": 1000,
        "runAsGroup": 1000,
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "runAsNonRoot": True,
    }


def test_helpers_run_as_nobody_under_restricted() -> None:
    services = {"db": service(user="1"), "web": service(user="1000", depends_on={"db": depends_on()})}
    for workloads in Workloads:
        plan = plan_of(services, options=Options(pod_security=PodSecurity.RESTRICTED, workloads=workloads))
        kind = "Pod" if workloads is Workloads.POD else "Deployment"
        manifest = found(plan, kind)["web"]
        spec = manifest["spec"] if kind == "Pod" else manifest["spec"]["template"]["spec"]
        context = spec["initContainers"][0]["securityContext"]
        assert (context["runAsUser"], context["runAsNonRoot"]) == (65534, True)


def test_what_finds_the_projects_dns_server_runs_as_root_and_is_refused_under_restricted() -> None:
    options = Options(pod_security=PodSecurity.RESTRICTED, dns=Dns.PROJECT)
    assert refused(options, {"my_db": service(user="1000")}) == [("services", "my_db", "user")]


def test_an_unknown_user_is_a_warning_under_restricted() -> None:
    finding = only(plan_of({"web": service()}, options=RESTRICTED), Code.POD_SECURITY)
    assert (finding.severity, finding.path) == (Severity.WARNING, ("services", "web", "user"))


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ({"user": "0"}, "user"),
        ({"user": "1", "cap_add": ["CHOWN"]}, "cap_add"),
        ({"user": "1", "volumes": [{"type": "volume", "source": "data", "target": "/data"}]}, "volumes"),
    ],
)
def test_what_restricted_does_not_admit_is_refused_at_its_key(keys: dict[str, Any], key: str) -> None:
    assert refused(RESTRICTED, {"web": service(**keys)}) == [("services", "web", key)]


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ({"privileged": True}, "privileged"),
        ({"cap_add": ["NET_ADMIN"]}, "cap_add"),
        ({"pid": "host"}, "pid"),
        ({"security_opt": ["seccomp=unconfined"]}, "security_opt"),
        ({"security_opt": ["apparmor=unconfined"]}, "security_opt"),
        ({"security_opt": ["label=disable"]}, "security_opt"),
        ({"security_opt": ["systempaths=unconfined"]}, "security_opt"),
        ({"devices": [{"source": "/dev/fuse", "target": "/dev/fuse"}]}, "devices"),
    ],
)
def test_what_baseline_does_not_admit_is_refused_at_its_key(keys: dict[str, Any], key: str) -> None:
    options = Options(pod_security=PodSecurity.BASELINE, allow_host_access=True)
    assert refused(options, {"web": service(**keys)}) == [("services", "web", key)]


def test_what_only_a_hook_asks_for_is_refused_at_the_hook() -> None:
    web = service(
        user="1", pre_start=[{"image": "app", "user": "0"}, {"image": "app", "user": "1", "privileged": True}]
    )
    assert refused(RESTRICTED, {"web": web}) == [
        ("services", "web", "pre_start", 1, "privileged"),
        ("services", "web", "pre_start", 0, "user"),
    ]


def test_what_a_hook_has_from_its_service_is_refused_once() -> None:
    web = service(privileged=True, pre_start=[{"image": "app", "privileged": True}])
    assert refused(BASELINE, {"web": web}) == [("services", "web", "privileged")]


def test_kaniko_fits_baseline_and_is_refused_under_restricted() -> None:
    web = {"web": service(build={"context": "/project"}, user="1000")}
    plan = plan_of(web, options=Options(pod_security=PodSecurity.BASELINE, registry="reg:5000"), facts=FACTS)
    assert found(plan, "Job")
    strict = Options(pod_security=PodSecurity.RESTRICTED, registry="reg:5000")
    assert refused(strict, web, FACTS) == [("services", "web", "build")]


def test_volumes_filled_as_root_fit_baseline() -> None:
    volumes = [{"type": "volume", "source": "data", "target": "/data"}]
    assert pod_spec(plan_of({"web": service(volumes=volumes)}, options=BASELINE))["initContainers"]


# --- releases


@pytest.mark.parametrize("version", ["1.24", "2.0", "latest", "1"])
def test_a_version_that_is_none_or_too_old_is_refused(version: str) -> None:
    assert refused(Options(kubernetes_version=version), {"web": service()}) == [()]


def test_an_old_release_gets_apparmor_by_annotation() -> None:
    web = service(security_opt=["apparmor=unconfined"])
    plan = plan_of({"web": web}, options=Options(kubernetes_version="1.29"))
    pod = found(plan, "Pod")["web"]
    key = "container.apparmor.security.beta.kubernetes.io/web"
    assert pod["metadata"]["annotations"][key] == "unconfined"
    assert "securityContext" not in pod["spec"]["containers"][0]


def test_an_image_volume_needs_a_release_that_has_it() -> None:
    volumes = [{"type": "image", "source": "busybox", "target": "/tools"}]
    web = {"web": service(volumes=volumes)}
    assert refused(Options(kubernetes_version="1.34"), web) == [("services", "web", "volumes", 0)]


def test_what_an_old_release_does_not_admit_is_left_out_and_told() -> None:
    keys = {
        "security_opt": ["systempaths=unconfined"],
        "sysctls": {"net.ipv4.tcp_rmem": "1 2 3"},
        "environment": {"A B": "1"},
        "userns_mode": None,
    }
    plan = plan_of({"web": service(**keys)}, options=Options(kubernetes_version="1.31"))
    spec = pod_spec(plan)
    assert "hostUsers" not in spec
    assert "sysctls" not in spec["securityContext"]
    assert "env" not in spec["containers"][0]
    paths = {finding.path[2:] for finding in plan.diagnostics}
    assert paths == {("security_opt", 0), ("sysctls", "net.ipv4.tcp_rmem"), ("environment", "A B")}


def test_a_one_shot_that_is_no_service_is_refused() -> None:
    assert refused(Options(one_shot=("test",)), {"tests": service()}) == [()]
