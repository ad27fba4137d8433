from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import hybridcompose
from hybridcompose.gather.facts import Facts
from hybridcompose.translate import Options, translate
from hybridcompose.translate.explain import explain, in_project, overview
from hybridcompose.translate.registry.index import ROWS as COMPOSE_ROWS
from hybridcompose.translate.registry.paths import ROWS, UnknownPathError, below, find
from tests.unit.translate.support import HEALTHY, depends_on, project_of, service

if TYPE_CHECKING:
    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.plan import Plan
    from hybridcompose.spec import Project


def plan_of(project: Project) -> Plan:
    return translate(project, Facts(), Options())


@pytest.mark.parametrize("path", [row.path for row in ROWS])
def test_every_row_is_found_by_its_own_path(path: str) -> None:
    assert find(path).row.path == path


@pytest.mark.parametrize(
    ("text", "path", "row"),
    [
        ("healthcheck", ("services", "*", "healthcheck"), "services.*.healthcheck"),
        ("services.healthcheck", ("services", "*", "healthcheck"), "services.*.healthcheck"),
        ("build.args", ("services", "*", "build", "args"), "services.*.build.args"),
        ("services.web.ports[0].target", ("services", "web", "ports", 0, "target"), "services.*.ports[].target"),
        ("services.web.ports[0]", ("services", "web", "ports", 0), "services.*.ports"),
        ('services."a.b".image', ("services", "a.b", "image"), "services.*.image"),
        ("services.web.environment.FOO", ("services", "web", "environment", "FOO"), "services.*.environment.*"),
        ("networks.internal", ("networks", "*", "internal"), "networks.*.internal"),
    ],
)
def test_a_path_is_found_however_much_of_it_is_written(text: str, path: ComposePath, row: str) -> None:
    found = find(text)
    assert (found.path, found.row.path) == (path, row)


def test_a_service_that_is_called_like_a_key_is_a_service() -> None:
    assert find("services.healthcheck", {"healthcheck"}).row.path == "services.*"


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("services.web.helthcheck", "services.web.healthcheck"),
        ("helthcheck", "services.*.healthcheck"),
        ("servces.web.image", "services.web.image"),
        ("services.*.healthcheck.tst", "services.*.healthcheck.test"),
        ("services.web.ports.target", "services.web.ports[].target"),
        ("services.web.image.qwertz", ""),
        ("[", ""),
        ("", ""),
    ],
)
def test_what_is_no_key_is_refused_with_the_nearest_one(text: str, nearest: str) -> None:
    with pytest.raises(UnknownPathError) as caught:
        find(text)
    assert caught.value.nearest == nearest


def test_the_keys_directly_below_are_listed_and_no_others() -> None:
    assert [row.path for row in below("services.*.build.ulimits.*")] == [
        "services.*.build.ulimits.*.hard",
        "services.*.build.ulimits.*.soft",
    ]
    assert "services.*.ports[].target" in [row.path for row in below("services.*.ports")]


def test_the_function_of_every_translated_key_is_where_it_is_said_to_be() -> None:
    root = Path(hybridcompose.__file__).parents[1]
    for row in ROWS:
        function = explain(find(row.path)).function
        if function is not None:
            lines = (root / function.file).read_text(encoding="utf-8").splitlines()
            assert lines[function.line - 1].lstrip().startswith(f"def {function.name.rpartition('.')[2]}("), row.path


def test_a_key_says_which_fields_of_which_objects_it_changes() -> None:
    project = project_of({"web": service(healthcheck=HEALTHY), "other": service()})
    found = in_project(find("services.web.healthcheck"), project, plan_of)
    assert [(entry.object, entry.fields) for entry in found.objects] == [
        ("pod/web", ("spec.containers[web].readinessProbe", "spec.containers[web].startupProbe"))
    ]


def test_an_object_that_exists_for_a_key_is_named_whole() -> None:
    services = {"db": service(healthcheck=HEALTHY), "web": service(depends_on={"db": depends_on("service_healthy")})}
    found = in_project(find("services.web.depends_on.db"), project_of(services), plan_of)
    objects = {entry.object: entry.fields for entry in found.objects}
    assert objects["service/db-ready"] == ()
    assert objects["pod/web"] == ("spec.initContainers",)


def test_one_item_of_a_list_is_told_from_the_others() -> None:
    ports = [{"target": 80, "protocol": "tcp"}, {"target": 81, "protocol": "tcp"}]
    project = project_of({"web": service(ports=ports)})
    (changed,) = in_project(find("services.web.ports[1]"), project, plan_of).objects
    assert changed.fields == ("spec.containers[web].ports[1]",)


def test_without_a_key_that_the_project_needs_its_own_objects_are_named() -> None:
    project = project_of({"web": service(), "other": service(depends_on={"web": depends_on()})})
    found = in_project(find("services.other.depends_on.web.condition"), project, plan_of)
    assert {entry.object for entry in found.objects} == {"pod/other", "service/other"}


def test_what_was_found_about_a_key_is_told_with_it() -> None:
    project = project_of({"web": service(cpu_shares=512)})
    found = in_project(find("services.web.cpu_shares"), project, plan_of)
    assert found.given
    assert [finding.partition(":")[0] for finding in found.findings] == ["warning[no-equivalent]"]
    assert found.objects == ()


def test_a_key_of_a_project_that_cannot_be_translated_has_its_finding() -> None:
    project = project_of({"web": service(working_dir="relative")})
    found = in_project(find("services.web.working_dir"), project, plan_of)
    assert [finding.partition(":")[0] for finding in found.findings] == ["error[invalid-value]"]


def test_a_key_that_is_not_given_has_no_part_in_anything() -> None:
    found = in_project(find("services.web.healthcheck.test"), project_of({"web": service()}), plan_of)
    assert (found.given, found.objects, found.findings) == (False, (), ())


def test_the_overview_counts_every_key_in_its_class() -> None:
    whole = overview()
    assert sum(whole.classes.values()) == len(COMPOSE_ROWS) == len(whole.keys)
    own = overview(project_of({"web": service(cpu_shares=512)}))
    assert own.classes["D"] == 1
    assert "services.web.cpu_shares" in [key.path for key in own.keys]


def test_a_setting_of_our_own_is_explained_like_a_key() -> None:
    web = service(**{"#extensions": {"x-hybridcompose": {"probe": {"tcp": {"port": 80}}, "kind": "job"}}})
    project = project_of({"web": web})
    found = in_project(find("services.web.x-hybridcompose.probe"), project, plan_of)
    assert [(entry.object, entry.fields) for entry in found.objects] == [
        (
            "job/web",
            (
                "spec.template.spec.containers[web].readinessProbe",
                "spec.template.spec.containers[web].startupProbe",
            ),
        )
    ]
    assert explain(find("volumes.*.x-hybridcompose.size")).note.startswith("Size of the claim")
    with pytest.raises(UnknownPathError) as caught:
        find("services.web.x-hybridcompose.prob")
    assert caught.value.nearest == "services.web.x-hybridcompose.probe"
