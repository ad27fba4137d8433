"""Which builds are spared, because a registry holds their images already."""

from __future__ import annotations

from hybridcompose.plan import BuiltImage, Plan, Resource, ResourceKey
from hybridcompose.plan.pushed import spared, with_pushed

BASE, APP, PART = (ResourceKey("Job", name) for name in ("build-base", "build-app", "build-part"))
A, B = (f"sha256:{letter * 64}" for letter in "ab")


def config_map(name: str) -> ResourceKey:
    return ResourceKey("ConfigMap", name)


def resource(key: ResourceKey, *waits: ResourceKey) -> Resource:
    return Resource({"kind": key.kind, "metadata": {"name": key.name}}, (), "", waits)


def image(service: str, job: ResourceKey, part: str = "", tags: tuple[str, ...] = ()) -> BuiltImage:
    name = f"{service}-{part}" if part else service
    return BuiltImage(service, f"pull/{name}:1", f"push/{name}:1", job, part=part, tags=tags)


def plan(*images: BuiltImage) -> Plan:
    """``app`` is made from ``base`` and from a directory; each has a context, and one ConfigMap is for all."""
    contexts = [config_map(f"context-{name}") for name in ("base", "app", "part")]
    resources = (
        *(resource(key) for key in (*contexts, config_map("all"), ResourceKey("Secret", "logins"))),
        resource(BASE, contexts[0], config_map("all"), ResourceKey("Secret", "logins")),
        resource(PART, contexts[2]),
        resource(APP, contexts[1], BASE, PART, config_map("all")),
        resource(ResourceKey("Pod", "app-1"), APP),
    )
    return Plan("shop", None, resources, images or (image("base", BASE), image("app", PART, "src"), image("app", APP)))


def test_what_is_in_the_registry_is_known_by_the_reference_that_workloads_pull() -> None:
    found = with_pushed(plan(), {"push/base:1": A})
    assert found.pushed == {"pull/base:1": A}
    assert spared(found) == {BASE, config_map("context-base")}


def test_an_image_that_is_there_needs_nothing_that_it_was_made_from() -> None:
    found = with_pushed(plan(), {"push/app:1": A, "push/base:1": B})
    assert found.pushed == {"pull/app:1": A, "pull/base:1": B, "pull/app-src:1": ""}
    assert spared(found) == {
        *(BASE, APP, PART),
        *(config_map(name) for name in ("context-base", "context-app", "context-part", "all")),
    }


def test_a_base_that_is_wanted_for_itself_is_built_though_what_is_made_from_it_is_there() -> None:
    assert with_pushed(plan(), {"push/app:1": A}).pushed == {"pull/app:1": A, "pull/app-src:1": ""}


def test_a_part_is_built_for_an_image_that_is_missing() -> None:
    assert with_pushed(plan(), {}).pushed == {}
    assert spared(with_pushed(plan(), {})) == frozenset()
    assert with_pushed(plan(), {"push/app-src:1": A}).pushed == {"pull/app-src:1": A}


def test_a_further_name_that_is_missing_or_another_image_by_now_needs_a_build() -> None:
    named = plan(image("base", BASE, tags=("push/base:latest",)))
    assert with_pushed(named, {"push/base:1": A}).pushed == {}
    assert with_pushed(named, {"push/base:1": A, "push/base:latest": B}).pushed == {}
    assert with_pushed(named, {"push/base:1": A, "push/base:latest": A}).pushed == {"pull/base:1": A}


def test_services_that_share_a_build_are_spared_together() -> None:
    shared = plan(image("base", BASE), image("twin", BASE))
    assert with_pushed(shared, {"push/base:1": A}).pushed == {}
    assert with_pushed(shared, {"push/base:1": A, "push/twin:1": A}).pushed == {"pull/base:1": A, "pull/twin:1": A}


def test_what_is_to_be_built_anew_is_built_with_all_that_is_missing_for_it() -> None:
    everything = {"push/app:1": A, "push/base:1": B, "push/app-src:1": A}
    assert with_pushed(plan(), everything, {"app"}).pushed == {"pull/base:1": B}
