from __future__ import annotations

from hybridcompose.engine.build import with_needed
from hybridcompose.plan import Plan, Resource, ResourceKey


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
