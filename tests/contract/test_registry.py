from __future__ import annotations

import json

import pytest

from hybridcompose.diagnostics import Code, Severity
from hybridcompose.translate.registry import CANONICAL_ONLY, LOADER_ONLY, ROWS, row_of, schema_path
from hybridcompose.translate.registry.index import by_path
from hybridcompose.translate.registry.row import KeyClass, Row
from tests.contract.example_projects import OPTIONS, example_path, projects
from tests.contract.examples import EXAMPLES
from tests.contract.outcome import outcome_of
from tests.contract.reference import reference_directory
from tests.contract.schema_paths import model_paths, reference_paths

PATHS = frozenset(row.path for row in ROWS)
REPORTED = (KeyClass.DIAGNOSED, KeyClass.PENDING)
EXERCISED = sorted(PATHS - LOADER_ONLY)


def rows_of(*classes: KeyClass) -> list[str]:
    return [path for path in EXERCISED if row_of(path).key_class in classes]


def test_every_path_of_the_models_has_a_row_and_no_row_is_left_over() -> None:
    assert model_paths() - set(CANONICAL_ONLY) == PATHS - LOADER_ONLY
    assert LOADER_ONLY <= PATHS


def test_every_path_of_the_reference_has_a_row_and_no_row_is_left_over() -> None:
    schema = json.loads((reference_directory() / "schema" / "compose-spec.json").read_text("utf-8"))
    assert reference_paths(schema) == PATHS


def test_every_exemption_of_the_canonical_form_is_one_and_is_covered_by_a_row() -> None:
    assert set(CANONICAL_ONLY) <= model_paths()
    assert not PATHS & set(CANONICAL_ONLY)
    assert set(CANONICAL_ONLY.values()) <= PATHS


def test_a_second_row_for_a_path_is_refused() -> None:
    row = Row("services.*.image", KeyClass.TRANSLATED)
    with pytest.raises(ValueError, match=r"two registry rows for services\.\*\.image"):
        by_path([row, Row("services.*.image", KeyClass.PENDING)])


def test_every_row_without_a_function_says_why() -> None:
    assert [row.path for row in ROWS if row.function is None and not row.note] == []


def test_every_row_that_is_translated_names_its_function() -> None:
    translated = (KeyClass.TRANSLATED, KeyClass.APPROXIMATED)
    assert [row.path for row in ROWS if row.key_class in translated and row.function is None] == []


def test_every_row_has_an_example_and_every_example_a_row() -> None:
    assert sorted(EXAMPLES) == EXERCISED


@pytest.mark.parametrize("path", EXERCISED)
def test_the_place_of_an_example_is_found_in_the_registry(path: str) -> None:
    assert schema_path(example_path(path)) == path


@pytest.mark.parametrize("path", rows_of(*REPORTED))
def test_a_key_that_is_not_translated_is_reported_where_it_stands(path: str) -> None:
    place = example_path(path)
    found = [
        diagnostic
        for diagnostic in outcome_of(projects(path)[0], OPTIONS.get(path)).diagnostics
        if diagnostic.code in (Code.NOT_TRANSLATED, Code.NO_EQUIVALENT) and diagnostic.severity is not Severity.NOTE
    ]
    covering = [diagnostic for diagnostic in found if diagnostic.path == place[: len(diagnostic.path)]]
    assert covering, f"{path} is dropped silently"
    assert row_of(schema_path(covering[0].path)).key_class in REPORTED


@pytest.mark.parametrize("path", rows_of(KeyClass.NO_EFFECT))
def test_a_key_without_effect_changes_nothing(path: str) -> None:
    chosen, without = (outcome_of(project, OPTIONS.get(path)) for project in projects(path))
    assert chosen.objects
    assert chosen == without


@pytest.mark.parametrize("path", rows_of(KeyClass.TRANSLATED, KeyClass.APPROXIMATED))
def test_a_translated_key_changes_the_objects_or_says_why_not(path: str) -> None:
    chosen, without = (outcome_of(project, OPTIONS.get(path)) for project in projects(path))
    assert chosen.objects != without.objects or set(chosen.diagnostics) - set(without.diagnostics)
