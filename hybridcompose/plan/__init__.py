"""The plan: Kubernetes objects as values, each with its cause."""

from hybridcompose.plan.model import (
    BuiltImage,
    Condition,
    Health,
    KubeName,
    Manifest,
    Need,
    Plan,
    PlannedService,
    Resource,
    ResourceKey,
)
from hybridcompose.plan.order import in_order

__all__ = [
    "BuiltImage",
    "Condition",
    "Health",
    "KubeName",
    "Manifest",
    "Need",
    "Plan",
    "PlannedService",
    "Resource",
    "ResourceKey",
    "in_order",
]
