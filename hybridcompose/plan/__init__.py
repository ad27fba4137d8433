"""The plan: Kubernetes objects as values, each with its cause."""

from hybridcompose.plan.model import (
    BuiltImage,
    Condition,
    ContextSource,
    Health,
    KubeName,
    Manifest,
    Need,
    Plan,
    PlannedService,
    Resource,
    ResourceKey,
    StreamedContext,
)
from hybridcompose.plan.order import in_order

__all__ = [
    "BuiltImage",
    "Condition",
    "ContextSource",
    "Health",
    "KubeName",
    "Manifest",
    "Need",
    "Plan",
    "PlannedService",
    "Resource",
    "ResourceKey",
    "StreamedContext",
    "in_order",
]
