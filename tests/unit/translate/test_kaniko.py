from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import kubernetes_validate
import pytest

from hybridcompose.diagnostics import Code, Diagnostic, Severity
from hybridcompose.gather.facts import BuildFacts, Facts, ImageConfig
from hybridcompose.plan import KubeName, Resource
from hybridcompose.spec import Project
from hybridcompose.translate.kaniko import ROWS, build
from hybridcompose.translate.kaniko_job import CAPABILITIES, FORK_FLAGS, is_fork
from hybridcompose.translate.names import Names
from hybridcompose.translate.options import Options
from hybridcompose.translate.registry.row import KeyClass
from hybridcompose.translate.report import Report
from hybridcompose.translate.scope import PodDraft, ProjectScope, ServiceScope

if TYPE_CHECKING:
    from collections.abc import Mapping

DIGEST = "0123456789abcdef" * 4
GOOGLE = "gcr.io/kaniko-project/executor:v1.24.0"


def facts_of(service: str = "web", **more: Any) -> BuildFacts:
    given: dict[str, Any] = {
        "service": service,
        "context": "/p",
        "digest": DIGEST,
        "dockerfile": "Dockerfile",
        "archive": b"tar",
        "archive_size": 3,
        **more,
    }
    return BuildFacts(**given)


class Result:
    """What ``build`` made of the service ``web``."""

    def __init__(
        self,
        section: dict[str, Any] | None,
        facts: BuildFacts | None,
        options: Options,
        more: Mapping[str, Any],
        others: Mapping[str, Any],
    ) -> None:
        service = {**more, **({"build": section} if section is not None else {})}
        project = Project.model_validate({"name": "shop", "services": {"web": service, **others}})
        self.report = Report()
        builds = {facts.service: facts} if facts else {}
        names = Names({name: KubeName(name) for name in project.services})
        root = ProjectScope(project, Facts(builds=builds), options, names, self.report)
        scope = ServiceScope(root, "web", project.services["web"], KubeName("web"), ImageConfig(), builds.get("web"))
        self.draft = PodDraft(container={"image": service.get("image", "")})
        build(scope, self.draft)

    def resource(self, kind: str) -> Resource:
        (found,) = (resource for resource in self.draft.resources if resource.key.kind == kind)
        return found

    @property
    def job(self) -> Any:
        return self.resource("Job").manifest

    @property
    def pod(self) -> Any:
        return self.job["spec"]["template"]["spec"]

    @property
    def args(self) -> list[str]:
        return list(self.pod["containers"][0]["args"])

    @property
    def findings(self) -> list[tuple[Code, Severity]]:
        return [(found.code, found.severity) for found in self.report.diagnostics]

    def error(self) -> Diagnostic:
        (found,) = (found for found in self.report.diagnostics if found.severity is Severity.ERROR)
        assert self.draft.resources == []
        return found


def built(
    section: dict[str, Any] | None = None,
    *,
    facts: BuildFacts | None = None,
    service: dict[str, Any] | None = None,
    others: dict[str, Any] | None = None,
    **options: Any,
) -> Result:
    choices = Options(**{"registry": "reg.ci:5000/team", **options})
    result = Result({"context": "/p", **(section or {})}, facts or facts_of(), choices, service or {}, others or {})
    for resource in result.draft.resources:
        kubernetes_validate.validate(resource.manifest, "1.32", strict=True)
    return result


def test_the_service_runs_the_image_that_its_job_pushes() -> None:
    result = built()
    reference = "reg.ci:5000/team/shop-web:0123456789abcdef"
    assert result.draft.container["image"] == reference
    assert f"--destination={reference}" in result.args
    (image,) = result.draft.images
    assert (image.service, image.reference, image.push_reference) == ("web", reference, reference)
    assert image.job == result.resource("Job").key


def test_nodes_can_pull_under_another_address_than_the_job_pushes_to() -> None:
    result = built(pull_registry="localhost:5000/team")
    (image,) = result.draft.images
    assert image.reference == result.draft.container["image"] == "localhost:5000/team/shop-web:0123456789abcdef"
    assert image.push_reference == "reg.ci:5000/team/shop-web:0123456789abcdef"


def test_the_context_is_carried_by_a_config_map_that_the_job_mounts() -> None:
    result = built()
    config_map = result.resource("ConfigMap")
    assert base64.b64decode(config_map.manifest["binaryData"]["context.tar.gz"]) == b"tar"
    assert result.resource("Job").waits_for == (config_map.key,)
    (volume,), (mount,) = result.pod["volumes"], result.pod["containers"][0]["volumeMounts"]
    assert volume["configMap"] == {"name": config_map.key.name}
    assert mount == {"name": volume["name"], "mountPath": "/kaniko-context", "readOnly": True}
    assert result.args[0] == "--context=tar:///kaniko-context/context.tar.gz"


def test_every_object_says_why_it_exists() -> None:
    result = built()
    assert result.resource("Job").cause == ("services", "web", "build")
    assert result.resource("ConfigMap").cause == ("services", "web", "build", "context")
    assert all("web" in resource.reason for resource in result.draft.resources)


def test_the_job_tries_once_within_its_time_and_without_a_token() -> None:
    result = built(build_timeout=90)
    spec = result.job["spec"]
    assert (spec["backoffLimit"], spec["activeDeadlineSeconds"]) == (0, 90)
    assert spec["ttlSecondsAfterFinished"] > 0
    assert result.pod["restartPolicy"] == "Never"
    assert result.pod["automountServiceAccountToken"] is False
    assert result.pod["enableServiceLinks"] is False
    assert "--digest-file=/dev/termination-log" in result.args


def test_the_builder_has_no_more_rights_than_pod_security_baseline_admits() -> None:
    security = built().pod["containers"][0]["securityContext"]
    assert security["allowPrivilegeEscalation"] is False
    assert security["capabilities"] == {"drop": ["ALL"], "add": list(CAPABILITIES)}
    assert len(CAPABILITIES) == 13
    assert built().pod["securityContext"] == {"seccompProfile": {"type": "RuntimeDefault"}}


def test_the_builder_s_pod_does_not_carry_the_service_s_labels() -> None:
    labels = built().job["spec"]["template"]["metadata"]["labels"]
    assert "hybridcompose.io/service" not in labels
    assert labels["app.kubernetes.io/component"] == "build"


def test_the_job_s_name_is_valid_and_changes_with_the_job() -> None:
    assert built().job["metadata"]["name"] != built(build_timeout=5).job["metadata"]["name"]
    assert built().job["metadata"]["name"] != built(facts=facts_of(digest="f" * 64)).job["metadata"]["name"]
    assert built().job == built().job
    assert len(built().job["metadata"]["name"]) <= 63


def test_arguments_labels_and_target_become_flags_in_a_fixed_order() -> None:
    facts = facts_of(args={"B": "2", "A": "1 x"}, platform="linux/arm64/v8")
    result = built({"target": "prod", "labels": {"z": "1", "y": "2"}}, facts=facts)
    assert [flag for flag in result.args if not flag.startswith(("--context", "--dest", "--digest", "--ignore"))] == [
        "--dockerfile=Dockerfile",
        "--target=prod",
        "--build-arg=A=1 x",
        "--build-arg=B=2",
        "--label=y=2",
        "--label=z=1",
        "--custom-platform=linux/arm64/v8",
        "--cache=false",
    ]
    assert result.pod["nodeSelector"] == {"kubernetes.io/os": "linux", "kubernetes.io/arch": "arm64"}


def test_dollars_in_flags_reach_kaniko_although_the_kubelet_expands_them() -> None:
    result = built(facts=facts_of(args={"A": "$(B) $$ $x"}))
    assert "--build-arg=A=$$(B) $$$$ $$x" in result.args


def test_steps_find_a_proxy_in_both_cases() -> None:
    result = built(facts=facts_of(args={"HTTP_PROXY": "http://one", "no_proxy": "b", "NO_PROXY": "a"}))
    assert {flag for flag in result.args if flag.startswith("--build-arg")} == {
        "--build-arg=HTTP_PROXY=http://one",
        "--build-arg=http_proxy=http://one",
        "--build-arg=NO_PROXY=b",
        "--build-arg=no_proxy=b",
    }


@pytest.mark.parametrize(
    ("image", "repository", "further"),
    [
        ("acme/web:1.2", "acme/web", ["acme/web:1.2"]),
        ("ghcr.io/acme/web", "acme/web", ["acme/web:latest"]),
        ("localhost:5000/web:dev", "web", ["web:dev"]),
        ("web@sha256:" + "0" * 64, "web", ["web:latest"]),
    ],
)
def test_a_given_image_names_the_repository_and_is_pushed_too(image: str, repository: str, further: list[str]) -> None:
    result = built(service={"image": image})
    assert result.draft.container["image"] == f"reg.ci:5000/team/{repository}:0123456789abcdef"
    assert destinations(result) == [f"{repository}:0123456789abcdef", *further]


def destinations(result: Result) -> list[str]:
    prefix = "--destination=reg.ci:5000/team/"
    return [flag.removeprefix(prefix) for flag in result.args if flag.startswith("--destination=")]


def test_tags_are_pushed_to_the_same_registry() -> None:
    result = built({"tags": ["docker.io/acme/web:2", "acme/web:1", "acme/web:1"]})
    assert destinations(result) == ["shop-web:0123456789abcdef", "acme/web:1", "acme/web:2"]


def test_names_that_no_repository_can_have_are_made_valid() -> None:
    facts = facts_of()
    project = {"context": "/p"}
    result = Result(project, facts, Options(registry="r"), {"image": "Acme/Web App:1"}, {})
    assert result.draft.container["image"] == "r/acme/web-app:0123456789abcdef"


def test_a_service_that_names_an_image_built_by_another_one_runs_that_build() -> None:
    others = {"api": {"image": "acme/app:1", "build": {"context": "/p"}}}
    result = Result(None, facts_of("api"), Options(registry="r"), {"image": "acme/app:1"}, others)
    assert result.draft.container["image"] == "r/acme/app:0123456789abcdef"
    assert result.draft.resources == []


def test_a_service_without_build_keeps_its_image() -> None:
    assert Result(None, None, Options(), {"image": "redis"}, {}).draft.container["image"] == "redis"


def test_without_a_registry_a_build_is_an_error_with_a_remedy() -> None:
    error = built(registry=None).error()
    assert (error.code, error.path) == (Code.NO_REGISTRY, ("services", "web", "build"))
    assert error.remedy == "give --registry HOST[:PORT][/PREFIX]"


def test_a_registry_is_no_url() -> None:
    assert built(registry="https://reg.ci").error().code is Code.INVALID_OPTION


def test_a_build_that_was_never_read_is_an_error() -> None:
    result = Result({"context": "/p"}, None, Options(registry="r"), {}, {})
    assert result.error().code is Code.MISSING_BUILD_CONTEXT


def test_fork_only_settings_go_to_the_fork_alone() -> None:
    fork, google = built().pod["containers"][0], built(kaniko_image=GOOGLE).pod["containers"][0]
    assert fork["env"] == [{"name": name, "value": "true"} for name in FORK_FLAGS]
    assert "env" not in google
    assert "--skip-unused-stages=true" in google["args"]
    assert "--skip-unused-stages=true" not in fork["args"]


def test_platform_arguments_are_given_to_who_does_not_know_them_and_the_node_is_of_that_platform() -> None:
    facts = facts_of(platform_args={"TARGETARCH": "amd64", "TARGETOS": "linux"}, args={"TARGETOS": "mine"})
    google, fork = built(facts=facts, kaniko_image=GOOGLE), built(facts=facts)
    assert [flag for flag in google.args if flag.startswith("--build-arg")] == [
        "--build-arg=TARGETARCH=amd64",
        "--build-arg=TARGETOS=mine",
    ]
    assert google.pod["nodeSelector"] == {"kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"}
    assert not any(flag.startswith("--build-arg=TARGETARCH") for flag in fork.args)
    assert "nodeSelector" not in fork.pod


def test_a_mirrored_fork_is_known_by_its_path() -> None:
    assert is_fork("mirror.corp/ghcr/osscontainertools/kaniko:v1.28.3")
    assert not is_fork(GOOGLE)


def test_registry_credentials_are_mounted_as_docker_s_configuration() -> None:
    result = built(registry_secret="push")
    volume = result.pod["volumes"][1]
    assert volume["secret"] == {
        "secretName": "push",
        "items": [{"key": ".dockerconfigjson", "path": "config.json"}],
    }
    assert result.pod["containers"][0]["volumeMounts"][1]["mountPath"] == "/kaniko/.docker"


def test_an_insecure_registry_is_named_by_its_host() -> None:
    assert "--insecure-registry=reg.ci:5000" in built(registry_insecure=True).args
    assert not any("insecure" in flag for flag in built().args)


def test_further_registries_without_tls_are_named_once() -> None:
    args = built(registry_insecure=True, insecure_registry=("mirror:5000", "reg.ci:5000")).args
    assert [flag for flag in args if "insecure" in flag] == [
        "--insecure-registry=reg.ci:5000",
        "--insecure-registry=mirror:5000",
    ]


def test_a_build_has_requests_and_limits_of_its_own_and_a_job_for_each() -> None:
    plain = built(default_memory_limit="64m")
    assert "resources" not in plain.pod["containers"][0]
    given = built(build_cpu_request="0.5", build_memory_limit="2g")
    assert given.pod["containers"][0]["resources"] == {
        "limits": {"memory": str(2 << 30)},
        "requests": {"cpu": "500m", "memory": "16777216"},
    }
    assert given.job["metadata"]["name"] != plain.job["metadata"]["name"]


def test_a_cache_is_kept_beside_the_image_and_noted() -> None:
    result = built({"cache_from": ["type=registry,ref=acme/cache"]})
    assert "--cache=true" in result.args
    assert "--cache-repo=reg.ci:5000/team/shop-web/cache" in result.args
    assert result.findings == [(Code.APPROXIMATED, Severity.NOTE)]


def test_no_cache_wins_over_cache_from() -> None:
    result = built({"cache_from": ["x"], "no_cache": True})
    assert "--cache=false" in result.args
    assert result.findings == []


def test_several_platforms_are_noted() -> None:
    result = built({"platforms": ["linux/amd64", "linux/arm64"]})
    assert result.findings == [(Code.APPROXIMATED, Severity.NOTE)]
    assert "nodeSelector" not in result.pod


def test_extra_hosts_and_shared_memory_are_those_of_the_builder_s_pod() -> None:
    section = {"extra_hosts": {"db": ["10.0.0.1"], "cache": ["10.0.0.1"], "v6": ["::1"]}, "shm_size": "128m"}
    result = built(section)
    assert result.pod["hostAliases"] == [
        {"ip": "10.0.0.1", "hostnames": ["cache", "db"]},
        {"ip": "::1", "hostnames": ["v6"]},
    ]
    assert result.pod["volumes"][1]["emptyDir"] == {"medium": "Memory", "sizeLimit": "134217728"}


def test_a_host_gateway_needs_an_address() -> None:
    section = {"extra_hosts": {"host.docker.internal": ["host-gateway"]}}
    assert built(section).findings == [(Code.NO_EQUIVALENT, Severity.WARNING)]
    result = built(section, host_gateway="10.1.1.1")
    assert result.pod["hostAliases"] == [{"ip": "10.1.1.1", "hostnames": ["host.docker.internal"]}]
    assert result.findings == []


def test_the_host_s_network_is_given_only_where_that_is_allowed() -> None:
    assert built({"network": "host"}, allow_host_access=True).pod["hostNetwork"] is True
    assert (Code.HOST_ACCESS, Severity.ERROR) in built({"network": "host"}).findings
    assert built({"network": "none"}).findings == [(Code.NO_EQUIVALENT, Severity.WARNING)]


def test_a_context_over_the_annotation_s_limit_is_an_error_that_names_what_is_big() -> None:
    facts = facts_of(archive=b"x" * 200_000, archive_size=200_000, largest=(("node_modules", 3 << 20), ("a", 2000)))
    error = built(facts=facts).error()
    assert (error.code, error.path) == (Code.CONTEXT_TOO_LARGE, ("services", "web", "build", "context"))
    assert "195.3 KiB" in error.message
    assert error.remedy is not None
    assert "node_modules (3.0 MiB), a (2.0 KiB)" in error.remedy
    assert "--server-side-apply" in error.remedy


def test_server_side_apply_admits_a_context_of_a_mebibyte() -> None:
    facts = facts_of(archive=b"x" * 1_000_000, archive_size=1_000_000)
    assert built(facts=facts, server_side_apply=True).findings == []
    larger = facts_of(archive=b"x" * 1_048_577, archive_size=1_048_577)
    error = built(facts=larger, server_side_apply=True).error()
    assert "--server-side-apply" not in (error.remedy or "")


def test_the_copy_that_kubectl_keeps_of_the_largest_context_fits_its_annotation() -> None:
    results = [built(facts=facts_of(archive=b"x" * size, archive_size=size)) for size in range(194_000, 197_000, 100)]
    fitting = [result for result in results if not result.findings]
    assert 0 < len(fitting) < len(results)
    manifest = fitting[-1].resource("ConfigMap").manifest
    metadata = {**manifest["metadata"], "namespace": "n" * 63, "annotations": {}}
    copy = json.dumps({**manifest, "metadata": metadata}, separators=(",", ":")) + "\n"
    assert len("kubectl.kubernetes.io/last-applied-configuration") + len(copy) <= 262_144


def test_an_archive_that_was_not_kept_is_too_large() -> None:
    assert built(facts=facts_of(archive=None, archive_size=1 << 30)).error().code is Code.CONTEXT_TOO_LARGE


def remote(context: str, **section: Any) -> Result:
    facts = facts_of(context=context, archive=None, archive_size=0, remote=True)
    return built({**section, "context": context}, facts=facts)


@pytest.mark.parametrize(
    ("context", "flags"),
    [
        (
            "https://github.com/a/b.git#main:docker/web",
            ["--context=git://github.com/a/b.git", "--git=branch=main", "--context-sub-path=docker/web"],
        ),
        ("https://github.com/a/b.git", ["--context=git://github.com/a/b.git"]),
        ("github.com/a/b#refs/tags/v1", ["--context=git://github.com/a/b#refs/tags/v1"]),
        (f"git://host/b.git#{'a' * 40}", [f"--context=git://host/b.git#{'a' * 40}"]),
        ("https://host/context.tar.gz", ["--context=https://host/context.tar.gz"]),
    ],
)
def test_a_remote_context_is_fetched_by_kaniko_and_noted(context: str, flags: list[str]) -> None:
    result = remote(context)
    assert [flag for flag in result.args if flag.startswith(("--context", "--git=branch"))] == flags
    assert "volumes" not in result.pod
    assert [resource.key.kind for resource in result.draft.resources] == ["Job"]
    assert result.findings == ([] if "a" * 40 in context else [(Code.APPROXIMATED, Severity.NOTE)])


@pytest.mark.parametrize("context", ["git@host:a/b.git", "ssh://git@host/a.git", "http://host/x.tar.gz", "oci://x"])
def test_a_context_that_kaniko_cannot_fetch_is_an_error(context: str) -> None:
    error = remote(context).error()
    assert (error.code, error.path) == (Code.NO_EQUIVALENT, ("services", "web", "build", "context"))


def test_an_inline_dockerfile_beside_a_remote_context_is_an_error() -> None:
    error = remote("https://host/a.git", dockerfile_inline="FROM a").error()
    assert error.path == ("services", "web", "build", "dockerfile_inline")


def test_every_key_of_a_build_section_has_one_row_that_says_what_becomes_of_it() -> None:
    paths = [row.path for row in ROWS]
    assert len(set(paths)) == len(paths) == 39
    for row in ROWS:
        assert (row.function is not None) == (row.key_class in (KeyClass.TRANSLATED, KeyClass.APPROXIMATED))
        assert row.fields or row.note, row.path
