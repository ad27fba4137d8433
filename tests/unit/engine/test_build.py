from __future__ import annotations

from hybridcompose.cluster.views import BuildView
from hybridcompose.engine.build import chosen, metadata, references, with_needed
from hybridcompose.plan import BuiltImage, KubeName, Plan, Resource, ResourceKey


def resource(kind: str, name: str, *waits: ResourceKey) -> Resource:
    return Resource({"kind": kind, "metadata": {"name": name}}, (), "", waits)


def test_a_build_brings_what_it_is_made_from() -> None:
    context, base, app, other = (
        ResourceKey(kind, name)
        for kind, name in (("ConfigMap", "context"), ("Job", "base"), ("Job", "app"), ("Job", "other"))
    )
    resources = (
        resource("ConfigMap", "context"),
        resource("Job", "base", context),
        resource("Job", "app", base),
        resource("Job", "other"),
    )
    plan = Plan("shop", None, resources)
    assert with_needed(plan, [app]) == {app, base, context}
    assert with_needed(plan, [other]) == {other}


JOB = ResourceKey("Job", KubeName("build-web"))
IMAGE = BuiltImage("web", "pull/web:1", "push/web:1", JOB, tags=("push/web:latest",))
DIGEST = f"sha256:{'a' * 64}"
VIEWS = (
    BuildView(IMAGE, done=True, digest=DIGEST),
    BuildView(IMAGE._replace(part="assets"), done=True, digest="of a part"),
    BuildView(IMAGE._replace(service="db"), done=True),
)


def test_what_can_be_pulled_is_pinned_where_the_digest_is_known() -> None:
    assert references(VIEWS) == {"web": f"pull/web:1@{DIGEST}", "db": "pull/web:1"}


def test_the_metadata_has_the_keys_of_buildx() -> None:
    names = "push/web:1,push/web:latest"
    assert metadata(VIEWS) == {
        "web": {"containerimage.digest": DIGEST, "image.name": names},
        "db": {"image.name": names},
    }


def test_only_what_belongs_to_the_named_services_is_built() -> None:
    other = IMAGE._replace(service="db", job=ResourceKey("Job", KubeName("build-db")))
    plan = Plan("shop", None, (resource("Job", "build-web"), resource("Job", "build-db")), (IMAGE, other))
    assert [image.service for image in chosen(plan, ["db"]).images] == ["db"]
    assert [image.service for image in chosen(plan, []).images] == ["web", "db"]
    assert [one.key.name for one in chosen(plan, ["db"]).resources] == ["build-db"]
