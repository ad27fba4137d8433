"""The kinds of objects that a project can consist of, and where an API server has them. Pure."""

from __future__ import annotations

from types import MappingProxyType

#: API group with version, and the plural, of each kind.
PATHS = MappingProxyType(
    {
        "ConfigMap": ("api/v1", "configmaps"),
        "CronJob": ("apis/batch/v1", "cronjobs"),
        "DaemonSet": ("apis/apps/v1", "daemonsets"),
        "Deployment": ("apis/apps/v1", "deployments"),
        "Event": ("api/v1", "events"),
        "Job": ("apis/batch/v1", "jobs"),
        "NetworkPolicy": ("apis/networking.k8s.io/v1", "networkpolicies"),
        "PersistentVolumeClaim": ("api/v1", "persistentvolumeclaims"),
        "Pod": ("api/v1", "pods"),
        "Secret": ("api/v1", "secrets"),
        "ServiceAccount": ("api/v1", "serviceaccounts"),
        "Service": ("api/v1", "services"),
        "StatefulSet": ("apis/apps/v1", "statefulsets"),
    }
)
#: What a project consists of, in the order in which it goes: what makes pods before the pods.
WORKLOADS = ("CronJob", "Deployment", "StatefulSet", "DaemonSet", "Job", "Pod")
KINDS = (*WORKLOADS, "Service", "NetworkPolicy", "ConfigMap", "Secret")
#: Kinds that few projects have: who may not list them has made none.
RARE = ("CronJob", "DaemonSet", "Deployment", "StatefulSet", "NetworkPolicy")
VOLUMES = "PersistentVolumeClaim"
