"""An image's configuration, as registries keep it, as the facts that a translation wants.

Source: OCI Image Specification, "Image Configuration"; moby's HealthConfig, whose times are in nanoseconds.
"""

from __future__ import annotations

from typing import Any

from hybridcompose.gather.facts import ImageConfig, ImageHealthcheck
from hybridcompose.spec import Duration


def image_config(told: dict[str, Any]) -> ImageConfig:
    """The facts. What has another form than it should have counts as not given."""
    given = told.get("config")
    config = given if isinstance(given, dict) else {}
    return ImageConfig(
        user=_text(config.get("User")),
        working_dir=_text(config.get("WorkingDir")) or "/",
        entrypoint=_texts(config.get("Entrypoint")),
        command=_texts(config.get("Cmd")),
        environment=_variables(config.get("Env")),
        exposed_ports=_keys(config.get("ExposedPorts")),
        volumes=_keys(config.get("Volumes")),
        healthcheck=_healthcheck(config.get("Healthcheck")),
        stop_signal=_text(config.get("StopSignal")) or None,
        shell=_texts(config.get("Shell")),
        on_build=_texts(config.get("OnBuild")),
        complete=True,
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(entry for entry in value if isinstance(entry, str)) if isinstance(value, list) else ()


def _keys(value: Any) -> tuple[str, ...]:
    return tuple(sorted(value)) if isinstance(value, dict) else ()


def _variables(value: Any) -> dict[str, str]:
    pairs = (entry.partition("=")[::2] for entry in _texts(value))
    return {name: text for name, text in pairs if name}


def _healthcheck(value: Any) -> ImageHealthcheck | None:
    if not isinstance(value, dict) or not (test := _texts(value.get("Test"))):
        return None
    retries = value.get("Retries")
    return ImageHealthcheck(
        test,
        interval=_duration(value.get("Interval")),
        timeout=_duration(value.get("Timeout")),
        start_period=_duration(value.get("StartPeriod")),
        start_interval=_duration(value.get("StartInterval")),
        retries=retries if isinstance(retries, int) and retries > 0 else None,
    )


def _duration(value: Any) -> Duration | None:
    """0 is "the default" in Docker."""
    return Duration(value) if isinstance(value, int) and value > 0 else None
