from __future__ import annotations

from hybridcompose.plan import Plan, Resource

_DIGEST = f"sha256:{'a' * 64}"


def _pod() -> Resource:
    spec = {
        "initContainers": [{"name": "fill", "image": "r/app:1"}],
        "containers": [{"name": "app", "image": "r/app:1", "env": [{"name": "image", "value": "r/app:1"}]}],
        "volumes": [{"name": "v", "image": {"reference": "r/other:1"}}],
    }
    return Resource({"kind": "Pod", "metadata": {"name": "app"}, "spec": spec}, ("services", "app"), "runs app")


def test_built_images_are_pinned_in_every_container_and_nowhere_else() -> None:
    plan = Plan("p", None, (_pod(),)).resolve({"r/app:1": _DIGEST})
    spec = plan.resources[0].manifest["spec"]
    assert spec["initContainers"][0]["image"] == f"r/app:1@{_DIGEST}"
    assert spec["containers"][0] == {
        "name": "app",
        "image": f"r/app:1@{_DIGEST}",
        "env": [{"name": "image", "value": "r/app:1"}],
    }
    assert spec["volumes"] == [{"name": "v", "image": {"reference": "r/other:1"}}]


def test_the_plan_that_was_resolved_stays_as_it_was() -> None:
    pod = _pod()
    Plan("p", None, (pod,)).resolve({"r/app:1": _DIGEST})
    assert pod == _pod()
