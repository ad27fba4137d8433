"""Rows of the top-level keys that nothing translates."""

from __future__ import annotations

from hybridcompose.translate.labels import object_labels
from hybridcompose.translate.registry.row import KeyClass, Row
from hybridcompose.translate.registry.rows import diagnosed, no_effect

_ONE_NETWORK = "All pods share the cluster's network."

ROWS: tuple[Row, ...] = (
    Row("name", KeyClass.TRANSLATED, "metadata.labels", object_labels),
    *no_effect("version", "The specification ignores it."),
    *no_effect(
        "include",
        "The loader has merged the included files.",
        parts=("[].env_file", "[].path", "[].project_directory"),
    ),
    *diagnosed(
        "models",
        "No model is started in the cluster.",
        remedy="run a service that serves the model",
        parts=(".*", ".*.context_size", ".*.model", ".*.name", ".*.runtime_flags"),
    ),
    *no_effect("networks.*.attachable", "It concerns containers outside the project."),
    *diagnosed("networks.*.driver", _ONE_NETWORK, defaults=("bridge", "default", "overlay")),
    *diagnosed("networks.*.driver_opts", _ONE_NETWORK, parts=(".*",)),
    *diagnosed("networks.*.enable_ipv4", "The cluster decides on address families.", defaults=(True,)),
    *diagnosed("networks.*.enable_ipv6", "The cluster decides on address families.", defaults=(False,)),
    *diagnosed(
        "networks.*.external",
        "Containers outside the project that share this network are not reachable from the cluster.",
        remedy="add the services that are needed to the project",
        parts=(".name",),
    ),
    *diagnosed(
        "networks.*.ipam",
        "Pods get their addresses from the cluster.",
        remedy="refer to services by their names",
        parts=(
            ".config",
            ".config[].aux_addresses",
            ".config[].aux_addresses.*",
            ".config[].gateway",
            ".config[].ip_range",
            ".config[].subnet",
            ".driver",
            ".options",
            ".options.*",
        ),
    ),
    *no_effect("networks.*.labels", "Labels of a network are seen by Docker's tools alone.", parts=(".*",)),
    *no_effect("networks.*.name", "The name of a network is seen by Docker's tools alone."),
)
