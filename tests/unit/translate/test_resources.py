from __future__ import annotations

from typing import Any

import pytest

from hybridcompose.diagnostics import Code, Severity
from hybridcompose.translate.quantities import cpu
from tests.unit.translate.drafts import body


def deployed(**parts: Any) -> dict[str, Any]:
    return {"deploy": {"resources": parts}}


@pytest.mark.parametrize(
    ("cores", "expected"), [(0.5, "500m"), (2.0, "2"), (1.25, "1250m"), (0.1, "100m"), (1e-4, "1m")]
)
def test_a_number_of_cores_is_exact_to_a_thousandth(cores: float, expected: str) -> None:
    assert cpu(cores) == expected


def test_a_memory_limit_is_in_bytes_with_composes_binary_units() -> None:
    found = body(deployed(limits={"memory": "50M"}))
    assert found.container["resources"]["limits"] == {"memory": "52428800"}


def test_limits_without_reservations_get_small_requests() -> None:
    resources = body(deployed(limits={"cpus": "0.5", "memory": "1g"})).container["resources"]
    assert resources["limits"] == {"cpu": "500m", "memory": "1073741824"}
    assert resources["requests"] == {"cpu": "10m", "memory": "16777216"}


def test_a_request_is_never_above_its_limit() -> None:
    resources = body({"cpus": 0.005, "mem_limit": "8m"}).container["resources"]
    assert resources["requests"] == resources["limits"] == {"cpu": "5m", "memory": "8388608"}


def test_a_limit_on_one_resource_makes_no_request_for_the_other() -> None:
    assert body({"mem_limit": "64m"}).container["resources"]["requests"] == {"memory": "16777216"}


def test_reservations_become_requests() -> None:
    resources = body(deployed(reservations={"cpus": "0.25", "memory": "20m"})).container["resources"]
    assert resources == {"requests": {"cpu": "250m", "memory": "20971520"}}


def test_a_service_without_limits_asks_for_nothing() -> None:
    assert "resources" not in body({}).container


def test_the_short_keys_say_the_same_as_the_deploy_section() -> None:
    short = body({"cpus": 0.5, "mem_limit": "64m", "mem_reservation": "32m"})
    long = body(deployed(limits={"cpus": "0.5", "memory": "64m"}, reservations={"memory": "32m"}))
    assert short.container["resources"] == long.container["resources"]


def test_a_memory_reservation_above_the_limit_is_an_error() -> None:
    finding = body({"mem_limit": "8m", "mem_reservation": "16m"}).only(Code.CONFLICTING_VALUES)
    assert finding.severity is Severity.ERROR
    assert finding.path == ("services", "web", "mem_reservation")


def test_a_cpu_reservation_above_the_limit_is_cut_and_noted() -> None:
    found = body(deployed(limits={"cpus": "0.5"}, reservations={"cpus": "1"}))
    assert found.container["resources"]["requests"] == {"cpu": "500m"}
    assert found.only(Code.APPROXIMATED).severity is Severity.NOTE


def test_shared_memory_is_a_memory_volume_of_its_size() -> None:
    found = body({"shm_size": "128m"})
    assert found.volume_at("/dev/shm")["emptyDir"] == {"medium": "Memory", "sizeLimit": "134217728"}
