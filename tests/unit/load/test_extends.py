"""``extends`` and ``include``: other definitions below one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code

if TYPE_CHECKING:
    from tests.unit.load.conftest import Loader, Refuser


def test_a_service_extends_one_of_the_same_file(load_text: Loader) -> None:
    project = load_text(
        """
        services:
          base: {image: a, environment: {A: "1", B: "1"}, cap_add: [X]}
          web: {extends: base, environment: {B: "2"}, cap_add: [Y]}
        """
    )
    web = project.services["web"]
    assert (web.image, web.environment, web.cap_add) == ("a", {"A": "1", "B": "2"}, ("X", "Y"))


def test_paths_of_an_extended_file_are_relative_to_that_file(load_text: Loader) -> None:
    project = load_text(
        "services: {web: {extends: {file: sub/base.yaml, service: base}, volumes: ['./own:/own']}}",
        {
            "sub/base.yaml": "services: {base: {image: a, volumes: ['./data:/data'], env_file: x.env}}",
            "sub/x.env": "A=1",
        },
    )
    web = project.services["web"]
    sources = {mount.target: mount.source for mount in web.volumes}
    assert sources == {"/data": f"{project.working_dir}/sub/data", "/own": f"{project.working_dir}/own"}
    assert web.environment == {"A": "1"}


def test_an_extended_service_of_another_file_may_extend_further(load_text: Loader) -> None:
    project = load_text(
        "services: {web: {extends: {file: sub/one.yaml, service: one}}}",
        {
            "sub/one.yaml": "services: {one: {extends: {file: two.yaml, service: two}, user: u}}",
            "sub/two.yaml": "services: {two: {image: deep}}",
        },
    )
    assert project.services["web"].image == "deep"
    assert project.services["web"].user == "u"


def test_services_that_extend_one_another_are_refused(refuse_text: Refuser) -> None:
    (finding,) = refuse_text("services: {a: {extends: b}, b: {extends: a}}")
    assert finding.code == Code.EXTENDS_CYCLE
    assert finding.location is not None


def test_a_missing_base_names_what_there_is(refuse_text: Refuser) -> None:
    (finding,) = refuse_text("services: {a: {image: x, extends: c}, b: {image: y}}")
    assert finding.code == Code.EXTENDS_UNDEFINED
    assert finding.remedy == "name one of a, b"


def test_reset_in_the_extending_service_removes_what_the_base_gave(load_text: Loader) -> None:
    project = load_text(
        """
        services:
          base: {image: a, ports: ["80:80"], cap_add: [X]}
          web: {extends: {service: base}, ports: !reset [], cap_add: !override [Y]}
        """
    )
    assert project.services["web"].ports == ()
    assert project.services["web"].cap_add == ("Y",)


def test_an_include_has_its_own_directory_and_variables(load_text: Loader) -> None:
    project = load_text(
        "include: [sub/compose.yaml]\nservices: {web: {image: 'w$V', depends_on: [db]}}",
        {
            "sub/compose.yaml": "services: {db: {image: 'd$V', build: ., volumes: ['./x:/x']}}",
            "sub/.env": "V=-sub",
            ".env": "",
        },
    )
    db = project.services["db"]
    assert db.image == "d-sub"
    assert db.volumes[0].source == f"{project.working_dir}/sub/x"
    assert db.build is not None
    assert db.build.context == f"{project.working_dir}/sub"
    assert project.services["web"].image == "w"


def test_an_including_file_overrides_what_it_includes(load_text: Loader) -> None:
    project = load_text(
        "include: [{path: sub/compose.yaml}]\nservices: {db: {user: mine}}",
        {"sub/compose.yaml": "services: {db: {image: x, user: theirs}}"},
    )
    assert (project.services["db"].image, project.services["db"].user) == ("x", "mine")


def test_files_that_include_one_another_are_refused(refuse_text: Refuser) -> None:
    (finding,) = refuse_text("include: [other.yaml]", {"other.yaml": "include: [compose.yaml]"})
    assert finding.code == Code.INCLUDE_CYCLE


def test_a_missing_include_is_shown_where_it_is_named(refuse_text: Refuser) -> None:
    (finding,) = refuse_text("include:\n  - nowhere.yaml\nservices: {a: {image: x}}\n")
    assert finding.code == Code.NO_COMPOSE_FILE
    assert finding.location is not None
    assert finding.location.line == 2
