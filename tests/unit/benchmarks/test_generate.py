from __future__ import annotations

import pytest
import yaml

from benchmarks.generate import compose_file


@pytest.mark.parametrize("size", [1, 3, 30, 300])
def test_a_project_has_the_size_that_was_asked_for(size: int) -> None:
    project = yaml.safe_load(compose_file(size))
    assert len(project["services"]) == size
    assert len(project.get("volumes", {})) == size - 1


def test_the_same_size_gives_the_same_text() -> None:
    assert compose_file(50) == compose_file(50)


def test_a_larger_project_begins_with_the_services_of_a_smaller_one() -> None:
    small, large = (yaml.safe_load(compose_file(size))["services"] for size in (10, 100))
    assert {name: large[name] for name in small} == small


def test_every_dependency_is_a_service_and_chains_stay_short() -> None:
    services = yaml.safe_load(compose_file(200))["services"]

    def depth(name: str) -> int:
        return 1 + max((depth(dependency) for dependency in services[name].get("depends_on", {})), default=0)

    assert max(depth(name) for name in services) == 9
