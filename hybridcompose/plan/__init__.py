"""The plan: Kubernetes objects as values, each with its cause."""

from hybridcompose.plan.model import BuiltImage, KubeName, Manifest, Plan, Resource, ResourceKey
from hybridcompose.plan.order import in_order

__all__ = ["BuiltImage", "KubeName", "Manifest", "Plan", "Resource", "ResourceKey", "in_order"]
