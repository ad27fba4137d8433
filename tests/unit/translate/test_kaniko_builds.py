from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from hybridcompose.diagnostics import Code, Severity, TranslateError
from hybridcompose.gather.facts import BuildFacts, Facts, ImageUse, SecretUse
from hybridcompose.plan import ResourceKey
from hybridcompose.translate import Options
from hybridcompose.translate.kaniko_dockerfile import image_words, rewritten
from hybridcompose.translate.options import Ordering, Secrets
from tests.unit.translate.support import found, plan_of, pod_spec

if TYPE_CHECKING:
    from hybridcompose.diagnostics import Diagnostic
    from hybridcompose.plan import Plan, Resource

GOOGLE = "gcr.io/kaniko-project/executor:v1.24.0"
TOKEN = "t0ken-value"


def facts(service: str, content: str = "", text: str = "", *uses: ImageUse, **more: Any) -> BuildFacts:
    digest = hashlib.sha256((content or service).encode()).hexdigest()
    return BuildFacts(service, "/p", digest, "Dockerfile", b"tar", 3, text=text, uses=uses, **more)


def base(name: str, service: str = "web", **more: Any) -> BuildFacts:
    """A build from an image of that name."""
    return facts(service, "", f"FROM {name} AS x\n", ImageUse(name, 1, 1, name), **more)


def translated(
    services: dict[str, dict[str, Any]], *known: BuildFacts, options: dict[str, Any] | None = None, **top: Any
) -> Plan:
    chosen = Options(**{"registry": "reg:5000", **(options or {})})
    full = {name: {"image": f"{name}-image"} | service for name, service in services.items()}
    return plan_of(full, facts=Facts(builds={one.service: one for one in known}), options=chosen, **top)


def refused(services: dict[str, dict[str, Any]], *known: BuildFacts) -> list[Diagnostic]:
    try:
        translated(services, *known)
    except TranslateError as error:
        return [one for one in error.diagnostics if one.severity is Severity.ERROR]
    raise AssertionError("the project was translated")


def job(plan: Plan, service: str) -> Resource:
    """The Job of a service's build."""
    (image,) = [image for image in plan.images if image.push_reference.startswith(f"reg:5000/{service}-image:")]
    return plan.by_key()[image.job]


def pod_of(resource: Resource) -> Any:
    return resource.manifest["spec"]["template"]["spec"]


def args(resource: Resource) -> list[str]:
    return list(pod_of(resource)["containers"][0]["args"])


BUILD: dict[str, Any] = {"build": {"context": "/p"}}


def dockerfile(plan: Plan) -> str:
    (manifest,) = [one for name, one in found(plan, "ConfigMap").items() if name.startswith("dockerfile-")]
    return str(manifest["data"]["Dockerfile"])


def reference(plan: Plan, service: str) -> str:
    return next(image.push_reference for image in plan.images if image.service == service)


# --- images of other services


@pytest.mark.parametrize("name", ["base-image", "base-image:latest", "docker.io/library/base-image"])
def test_an_image_that_another_service_builds_is_taken_from_the_registry(name: str) -> None:
    plan = translated({"base": BUILD, "web": BUILD}, facts("base"), base(name))
    assert dockerfile(plan) == f"FROM {reference(plan, 'base')} AS x\n"
    assert "--dockerfile=/kaniko-dockerfile/Dockerfile" in args(job(plan, "web"))
    assert job(plan, "base").key in job(plan, "web").waits_for


def test_the_default_name_of_a_services_image_is_known_too() -> None:
    plan = translated({"base": {"image": None, **BUILD}, "web": BUILD}, facts("base"), base("shop-base"))
    assert dockerfile(plan) == f"FROM {reference(plan, 'base')} AS x\n"


@pytest.mark.parametrize("name", ["web-image", "web-image:latest", "docker.io/library/web-image", "shop-other"])
def test_a_service_that_names_the_image_of_another_one_runs_what_that_one_builds(name: str) -> None:
    services = {"web": BUILD, "other": {"image": None, **BUILD}, "worker": {"image": name}}
    plan = translated(services, facts("web"), facts("other"))
    builder = "other" if "other" in name else "web"
    assert pod_spec(plan, "worker")["containers"][0]["image"] == reference(plan, builder)


def test_an_image_that_nobody_builds_stays_as_it_is() -> None:
    plan = translated({"base": BUILD, "web": BUILD}, facts("base"), base("python:3.13"))
    assert "--dockerfile=Dockerfile" in args(job(plan, "web"))
    assert job(plan, "base").key not in job(plan, "web").waits_for


def test_a_service_that_builds_what_it_starts_from_does_not_wait_for_itself() -> None:
    plan = translated({"web": BUILD}, base("web-image"))
    assert "--dockerfile=Dockerfile" in args(job(plan, "web"))


def test_the_tag_changes_with_what_a_build_is_made_from() -> None:
    def tag(content: str) -> str:
        return reference(translated({"base": BUILD, "web": BUILD}, facts("base", content), base("base-image")), "web")

    assert tag("one") == tag("one") != tag("two")


def test_a_build_waits_until_the_images_that_it_takes_can_be_pulled() -> None:
    plan = translated(
        {"base": BUILD, "web": BUILD}, facts("base"), base("base-image"), options={"pull_registry": "n:5"}
    )
    tools, waiting = pod_of(job(plan, "web"))["initContainers"]
    assert tools["name"] == "prepare-volumes"
    assert waiting["image"] == reference(plan, "base").replace("reg:5000", "n:5")
    assert waiting["command"] == ["/hybridcompose/tools/busybox", "true"]


def test_nothing_waits_in_a_build_where_jobs_are_made_in_order() -> None:
    options = {"ordering": Ordering.NONE}
    plan = translated({"base": BUILD, "web": BUILD}, facts("base"), base("base-image"), options=options)
    assert "initContainers" not in pod_of(job(plan, "web"))


def test_builds_that_need_each_other_are_an_error() -> None:
    (finding,) = refused({"a": BUILD, "b": BUILD}, base("b-image", "a"), base("a-image", "b"))
    assert finding.code is Code.DEPENDENCY_CYCLE
    assert "a → b → a" in finding.message


def test_the_ignore_file_goes_with_a_dockerfile_that_was_changed() -> None:
    plan = translated({"base": BUILD, "web": BUILD}, facts("base"), base("base-image", ignored=("a", "!b")))
    (manifest,) = [one for name, one in found(plan, "ConfigMap").items() if name.startswith("dockerfile-")]
    assert manifest["data"]["Dockerfile.dockerignore"] == "a\n!b\n"


def test_every_place_of_a_name_is_changed_and_nothing_else() -> None:
    text = (
        "ARG B=base\nFROM --platform=$P \\\n  ${B} AS base\nCOPY a b\nCOPY --chown=1 --from=base \\\n /a /b\nRUN base\n"
    )
    uses = (ImageUse("base", 2, 3, "${B}"), ImageUse("base", 5, 6, "--from=base"))
    known = facts("web", "", text, *uses)
    assert rewritten(known, tuple(image_words(known, {"base": "reg/x:1"}))) == (
        "ARG B=base\nFROM --platform=$P \\\n  reg/x:1 AS base\nCOPY a b\n"
        "COPY --chown=1 --from=reg/x:1 \\\n /a /b\nRUN base\n"
    )


def test_only_line_feeds_count_as_ends_of_lines() -> None:
    use = ImageUse("base", 3, 3, "base")
    text = "# a\x0cb\u2028c\r\n\nFROM base\r\nRUN base\n"
    known = facts("web", "", text, use)
    assert rewritten(known, tuple(image_words(known, {"base": "x:1"}))) == text.replace("FROM base", "FROM x:1")


# --- additional contexts


def with_context(place: str, **more: Any) -> dict[str, Any]:
    return {"build": {"context": "/p", "additional_contexts": {"extra": place}, **more}}


def test_the_image_of_a_service_is_a_context() -> None:
    plan = translated({"base": BUILD, "web": with_context("service:base")}, facts("base"), base("extra"))
    assert dockerfile(plan) == f"FROM {reference(plan, 'base')} AS x\n"
    assert job(plan, "base").key in job(plan, "web").waits_for


def test_an_image_is_a_context() -> None:
    plan = translated({"web": with_context("docker-image://alpine:3")}, base("extra"))
    assert dockerfile(plan) == "FROM alpine:3 AS x\n"
    assert "initContainers" not in pod_of(job(plan, "web"))


def test_a_directory_is_made_into_an_image_by_a_job_before() -> None:
    directory = BuildFacts("web", "/p/assets", "a" * 64, ".hybridcompose-build/Dockerfile", b"assets", 6)
    plan = translated({"web": with_context("/p/assets")}, base("extra", contexts={"extra": directory}))
    push = "reg:5000/web-image-extra:aaaaaaaaaaaaaaaa"
    (image,) = [image for image in plan.images if image.push_reference == push]
    made = plan.by_key()[image.job]
    assert made.cause == ("services", "web", "build", "additional_contexts", "extra")
    assert f"--destination={push}" in args(made)
    assert made.key in job(plan, "web").waits_for
    assert dockerfile(plan) == f"FROM {push} AS x\n"


def test_a_context_that_nothing_names_is_told_and_left_out() -> None:
    plan = translated({"web": with_context("docker-image://alpine:3")}, base("python:3"))
    assert [one.path[-1] for one in plan.diagnostics if one.code is Code.APPROXIMATED] == ["extra"]
    assert not [name for name in found(plan, "ConfigMap") if name.startswith("dockerfile-")]


@pytest.mark.parametrize("place", ["https://example.test/repo.git", "oci-layout:///p/layout", "service:gone"])
def test_a_context_that_kaniko_cannot_have_is_an_error(place: str) -> None:
    (finding,) = refused({"web": with_context(place)}, base("extra"))
    assert finding.path == ("services", "web", "build", "additional_contexts", "extra")
    assert finding.remedy == "give a directory, docker-image://IMAGE or service:NAME"


# --- one Job for several services


def test_services_that_share_a_build_share_its_job() -> None:
    plan = translated({"api": BUILD, "worker": BUILD}, facts("api", "same"), facts("worker", "same"))
    (name,) = found(plan, "Job")
    assert {image.job for image in plan.images} == {ResourceKey("Job", name)}
    pushed = [value for value in args(job(plan, "api")) if value.startswith("--destination=")]
    for service in ("api", "worker"):
        assert f"--destination={reference(plan, service)}" in pushed
        assert pod_spec(plan, service)["containers"][0]["image"] == reference(plan, service)


@pytest.mark.parametrize("key", [{"shm_size": "1g"}, {"cache_to": ["type=registry,ref=x"]}])
def test_services_whose_builds_differ_have_a_job_each(key: dict[str, Any]) -> None:
    other = {"build": {"context": "/p", **key}}
    plan = translated({"api": BUILD, "worker": other}, facts("api", "same"), facts("worker", "same"))
    assert len(found(plan, "Job")) == 2


@pytest.mark.parametrize(
    "section",
    [
        {"cache_to": ["type=registry,ref=reg:5000/caches/web:main,mode=max"]},
        {"cache_from": ["reg:5000/caches/web"]},
        {"cache_from": ["type=gha", "type=registry,ref=reg:5000/caches/web"]},
    ],
)
def test_a_cache_in_the_registry_that_is_pushed_to_is_kept_where_it_is_written(section: dict[str, Any]) -> None:
    plan = translated({"web": {"build": {"context": "/p", **section}}}, facts("web"))
    assert "--cache-repo=reg:5000/caches/web" in args(job(plan, "web"))
    assert plan.diagnostics == ()


# --- secrets


def with_secret(**secret: Any) -> dict[str, Any]:
    return {"build": {"context": "/p", "secrets": [{"source": "token", **secret}]}}


def secret_plan(*uses: SecretUse, secret: dict[str, Any] | None = None, **options: Any) -> Plan:
    known = facts("web", "", "FROM a\n", secrets=uses)
    top = {"secrets": {"token": {"#content": TOKEN}}}
    return translated({"web": with_secret(**(secret or {}))}, known, options=options, **top)


def test_the_fork_gets_a_secret_by_a_flag() -> None:
    plan = secret_plan(SecretUse("token", "/run/secrets/token"))
    assert "--secret=id=token,src=/hybridcompose-secrets/0/token" in args(job(plan, "web"))
    container = pod_of(job(plan, "web"))["containers"][0]
    assert {"name": "FF_KANIKO_RUN_MOUNT_SECRET", "value": "true"} in container["env"]
    assert {"name": "secret-0", "mountPath": "/hybridcompose-secrets/0", "readOnly": True} in container["volumeMounts"]


def test_the_id_of_a_secret_is_its_target() -> None:
    plan = secret_plan(secret={"target": "npm"})
    assert "--secret=id=npm,src=/hybridcompose-secrets/0/token" in args(job(plan, "web"))


def test_another_kaniko_has_the_file_where_the_step_looks_for_it() -> None:
    places = ("/root/.npmrc", "/run/secrets/token")
    plan = secret_plan(*(SecretUse("token", place) for place in places), kaniko_image=GOOGLE)
    container = pod_of(job(plan, "web"))["containers"][0]
    assert not [value for value in container["args"] if "secret" in value]
    assert [mount for mount in container["volumeMounts"] if mount["name"] == "secret-0"] == [
        {"name": "secret-0", "mountPath": place, "subPath": "token", "readOnly": True} for place in places
    ]


def test_a_variable_of_a_secret_needs_the_fork() -> None:
    plan = secret_plan(SecretUse("token", "", "TOKEN"), kaniko_image=GOOGLE)
    assert [one.code for one in plan.diagnostics if one.severity is Severity.WARNING] == [Code.BUILD_DIFFERENCE]


def test_the_value_of_a_build_secret_is_rendered_only_on_request() -> None:
    plan = secret_plan()
    assert TOKEN not in repr(plan)
    assert [one.code for one in plan.diagnostics if one.code is Code.SECRET_NOT_INLINED] == [Code.SECRET_NOT_INLINED]
    assert found(plan, "Secret") == {}
    (manifest,) = found(secret_plan(secrets=Secrets.INLINE), "Secret").values()
    assert manifest["stringData"] == {"token": TOKEN}


def test_the_owner_of_a_build_secret_is_the_dockerfiles_matter() -> None:
    plan = secret_plan(secret={"uid": "1000"})
    (finding,) = [one for one in plan.diagnostics if one.code is Code.NO_EQUIVALENT]
    assert finding.path == ("services", "web", "build", "secrets", 0, "uid")


# --- pulling


def test_pods_that_run_built_images_pull_with_the_registrys_secret() -> None:
    plan = translated({"web": BUILD}, facts("web"), options={"registry_secret": "credentials"})
    assert pod_spec(plan)["imagePullSecrets"] == [{"name": "credentials"}]


def test_a_built_image_can_be_a_volume_and_is_awaited() -> None:
    mount = {"type": "image", "source": "base-image", "target": "/base"}
    plan = translated({"base": BUILD, "web": {"volumes": [mount]}}, facts("base"))
    (volume,) = pod_spec(plan)["volumes"]
    assert volume["image"]["reference"] == reference(plan, "base")
    (planned,) = [one for one in plan.services if one.name == "web"]
    assert planned.images == (reference(plan, "base"),)
