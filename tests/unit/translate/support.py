"""Small projects, translated; every object that comes out is checked against the Kubernetes schemas."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import kubernetes_validate

from hybridcompose.diagnostics import Code, Diagnostic, TranslateError
from hybridcompose.gather.facts import Facts
from hybridcompose.spec import Project
from hybridcompose.translate import Options, translate

if TYPE_CHECKING:
    from hybridcompose.plan import Plan

_FACTS = Facts()
_OPTIONS = Options()

HEALTHY = {"test": ["CMD", "true"]}


def service(**keys: Any) -> dict[str, Any]:
    return {"image": "app", **keys}


def depends_on(condition: str = "service_started", **keys: Any) -> dict[str, Any]:
    return {"condition": condition, "required": True, **keys}


def project_of(services: dict[str, Any], **keys: Any) -> Project:
    return Project.model_validate({"name": "shop", "services": services, **keys})


def plan_of(services: dict[str, Any], *, facts: Facts = _FACTS, options: Options = _OPTIONS, **keys: Any) -> Plan:
    plan = translate(project_of(services, **keys), facts, options)
    for resource in plan.resources:
        _check(json.dumps(resource.manifest, sort_keys=True))
    return plan


@cache
def _check(manifest: str) -> None:
    kubernetes_validate.validate(json.loads(manifest), "1.37", strict=True)


def refusal_of(services: dict[str, Any], **keys: Any) -> tuple[Diagnostic, ...]:
    """The findings of a translation that must fail."""
    try:
        translate(project_of(services), Facts(), Options(), **keys)
    except TranslateError as error:
        return error.diagnostics
    raise AssertionError("the project was translated")


def found(plan: Plan, kind: str) -> dict[str, dict[str, Any]]:
    """The manifests of one kind by name."""
    return {resource.key.name: resource.manifest for resource in plan.resources if resource.key.kind == kind}


def pod_spec(plan: Plan, name: str = "web") -> dict[str, Any]:
    spec: dict[str, Any] = found(plan, "Pod")[name]["spec"]
    return spec


def only(plan: Plan, code: Code) -> Diagnostic:
    """The one finding of a code."""
    (diagnostic,) = [diagnostic for diagnostic in plan.diagnostics if diagnostic.code is code]
    return diagnostic


def codes(plan: Plan) -> list[Code]:
    return [diagnostic.code for diagnostic in plan.diagnostics]
