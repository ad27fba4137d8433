"""The plan: Kubernetes objects as values, each with its cause."""

from hybridcompose.plan.model import (
    BuildStep,
    BuiltImage,
    Condition,
    ContextArchive,
    ContextSource,
    Health,
    KubeName,
    Manifest,
    Need,
    Plan,
    PlannedService,
    Recipe,
    Resource,
    ResourceKey,
    StreamedContext,
)
from hybridcompose.plan.order import in_order

__all__ = [
    "BuildStep",
    "BuiltImage",
    "Condition",
    "ContextArchive",
    "ContextSource",
    "Health",
    "KubeName",
    "Manifest",
    "Need",
    "Plan",
    "PlannedService",
    "Recipe",
    "Resource",
    "ResourceKey",
    "StreamedContext",
    "in_order",
]
