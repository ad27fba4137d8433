from __future__ import annotations

import pytest

from hybridcompose.translate.registry import row_of, schema_path


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        (("services", "web", "ports", 0, "target"), "services.*.ports[].target"),
        (("services", "web", "ports", 0), "services.*.ports"),
        (("services", "web", "environment", "A.B"), "services.*.environment.*"),
        (("services", "image", "image"), "services.*.image"),
        (("services", "web", "command", 3), "services.*.command"),
        (("services", "web", "ulimits", "nofile", "single"), "services.*.ulimits.*"),
        (("services", "web", "storage_opt", "size"), "services.*.storage_opt"),
        (("networks", "x", "ipam", "config", 1, "subnet"), "networks.*.ipam.config[].subnet"),
    ],
)
def test_a_place_in_a_project_leads_to_its_row(path: tuple[str | int, ...], pattern: str) -> None:
    assert schema_path(path) == pattern


def test_an_unknown_key_leads_nowhere() -> None:
    with pytest.raises(KeyError):
        schema_path(("services", "web", "nonsense"))
    with pytest.raises(KeyError):
        row_of("services.*.nonsense")
