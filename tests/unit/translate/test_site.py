from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import hybridcompose as hc
from hybridcompose.gather.facts import BuildFacts, Facts
from hybridcompose.plan import ResourceKey
from hybridcompose.translate import Options
from tests.unit.translate.support import found, plan_of, pod_spec, service

if TYPE_CHECKING:
    from hybridcompose.plan import Plan


def plan_with(**options: Any) -> Plan:
    return plan_of({"web": service(environment={"A": "1"}, platform="linux/arm64")}, options=Options(**options))


def built(**options: Any) -> Plan:
    facts = Facts(builds={"web": BuildFacts("web", "/shop", "0" * 64, "Dockerfile", b"archive", 7, args={"A": "1"})})
    services = {"web": {"build": {"context": "/shop", "args": {"A": "1"}}}, "db": service()}
    return plan_of(services, facts=facts, options=Options(registry="registry.test", **options))


def kaniko(plan: Plan) -> dict[str, Any]:
    (job,) = found(plan, "Job").values()
    pod: dict[str, Any] = job["spec"]["template"]["spec"]
    return pod


def test_every_pod_is_kept_to_the_nodes_but_its_own_platform_wins() -> None:
    spec = pod_spec(plan_with(node_selector=("pool=ci", "kubernetes.io/arch=amd64"), toleration=("ci:NoExecute",)))
    assert spec["nodeSelector"] == {"kubernetes.io/arch": "arm64", "kubernetes.io/os": "linux", "pool": "ci"}
    assert spec["tolerations"] == [{"key": "ci", "operator": "Exists", "effect": "NoExecute"}]


def test_builds_go_to_the_same_nodes() -> None:
    pod = kaniko(built(node_selector=("pool=ci",), toleration=("ci",), pull_secret=("mirror",)))
    assert pod["nodeSelector"] == {"pool": "ci"}
    assert pod["tolerations"] == [{"key": "ci", "operator": "Exists"}]
    assert pod["imagePullSecrets"] == [{"name": "mirror"}]


def test_labels_are_on_every_object_and_replace_none_of_ours() -> None:
    plan = plan_with(label=("team=blue", "hybridcompose.io/project=other"))
    labels = [resource.manifest["metadata"]["labels"] for resource in plan.resources]
    assert {entry["team"] for entry in labels} == {"blue"}
    assert {entry["hybridcompose.io/project"] for entry in labels} == {"shop"}


def test_what_was_built_is_pulled_with_the_credentials_of_its_registry() -> None:
    plan = built(registry_secret="push", pull_secret=("mirror",))
    assert pod_spec(plan)["imagePullSecrets"] == [{"name": "mirror"}, {"name": "push"}]
    assert pod_spec(plan, "db")["imagePullSecrets"] == [{"name": "mirror"}]


def test_proxies_are_variables_of_services_that_set_none() -> None:
    options = Options(http_proxy="http://proxy:3128", no_proxy="db")
    services = {"web": service(), "own": service(environment={"http_proxy": "http://other"})}
    plan = plan_of(services, options=options)
    env = {entry["name"]: entry["value"] for entry in pod_spec(plan)["containers"][0]["env"]}
    assert env == {
        "HTTP_PROXY": "http://proxy:3128",
        "http_proxy": "http://proxy:3128",
        "NO_PROXY": "db",
        "no_proxy": "db",
    }
    own = {entry["name"]: entry["value"] for entry in pod_spec(plan, "own")["containers"][0]["env"]}
    assert own == {"http_proxy": "http://other", "NO_PROXY": "db", "no_proxy": "db"}


def test_proxies_are_arguments_and_variables_of_builds() -> None:
    (container,) = kaniko(built(https_proxy="http://proxy"))["containers"]
    assert "--build-arg=HTTPS_PROXY=http://proxy" in container["args"]
    assert "--build-arg=A=1" in container["args"]
    assert {"name": "https_proxy", "value": "http://proxy"} in container["env"]


def test_builds_trust_the_registry_by_the_given_certificates() -> None:
    plan = built(registry_ca="-----BEGIN CERTIFICATE-----\n")
    (certificates,) = [name for name in found(plan, "ConfigMap") if name.startswith("registry-ca")]
    (job,) = [resource for resource in plan.resources if resource.key.kind == "Job"]
    assert ResourceKey("ConfigMap", certificates) in job.waits_for
    assert found(plan, "ConfigMap")[certificates]["data"] == {"ca.crt": "-----BEGIN CERTIFICATE-----\n"}
    pod = kaniko(plan)
    (mount,) = [entry for entry in pod["containers"][0]["volumeMounts"] if entry["name"] == "registry-ca"]
    assert f"--registry-certificate=registry.test={mount['mountPath']}/ca.crt" in pod["containers"][0]["args"]
    assert {"name": "registry-ca", "configMap": {"name": certificates}} in pod["volumes"]


@pytest.mark.parametrize(
    "options",
    [
        {"node_selector": ("pool",)},
        {"label": ("=x",)},
        {"label": ("a=b c",)},
        {"toleration": ("a:Never",)},
        {"toleration": ("",)},
    ],
)
def test_an_option_of_the_wrong_form_is_refused(options: dict[str, tuple[str, ...]]) -> None:
    (name,) = options
    with pytest.raises(hc.TranslateError, match=name):
        plan_with(**options)
