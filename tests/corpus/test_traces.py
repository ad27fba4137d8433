"""No key of a real project vanishes: each leaves a trace in an object or a finding, or has none by design."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import pytest

import hybridcompose as hc
from hybridcompose.diagnostics import Code, format_path
from hybridcompose.load import load
from hybridcompose.translate.effects import effects
from hybridcompose.translate.registry.given import given_keys
from hybridcompose.translate.registry.row import KeyClass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.translate.registry.given import Given
    from tests.real_projects import Row

#: Where a key of these classes is given, a finding says so.
REPORTED = (KeyClass.DIAGNOSED, KeyClass.PENDING)
#: How many places of a key are looked at for its trace, and how many of them with the same value.
PLACES = 24
ALIKE = 4
#: Keys without a trace of their own in any real project, and why.
WITHOUT = {
    "services.*.networks": "that networks keep nothing apart is told once for the project, at networks",
    "services.*.networks.*": "as above; aliases leave a trace of their own",
    "services.*.deploy.resources.reservations.devices[].capabilities": "they write what is meant anyway",
    "services.*.deploy.resources.reservations.devices[].driver": "as above",
    "services.*.deploy.update_config": "only --workloads deployment replaces pods one by one",
    "services.*.devices[].permissions": "without --allow-host-access the device is refused as a whole",
    "services.*.devices[].target": "as above",
    "services.*.external_links": "told at each link",
    "services.*.volumes[].bind": "all that real projects write there is what Docker does anyway",
}


@pytest.fixture(scope="module", autouse=True)
def _home() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", "/home/user")
        yield


@pytest.fixture(scope="module")
def projects(corpus: list[Row]) -> list[tuple[str, hc.Project]]:
    return [(row.name, loaded(row)) for row in corpus if row.loads]


def loaded(row: Row) -> hc.Project:
    return load(row.files, environment=row.environment, profiles=["*"], project_directory=row.directory)


def translated(project: hc.Project) -> hc.Plan:
    return hc.translate(project, registry="registry.example:5000", allow_host_access=True)


def outcome(project: hc.Project) -> hc.Plan | hc.HybridComposeError:
    """The plan, or why there is none; both have findings."""
    try:
        return translated(project)
    except hc.HybridComposeError as error:
        return error


def keys_of_services(project: hc.Project) -> list[Given]:
    return [given for given in given_keys(project) if given[0][0] == "services" and len(given[0]) > 2]


def covered(path: ComposePath, found: set[ComposePath]) -> bool:
    """Whether there is a finding about the key, or about what it stands in."""
    return any(path[:end] in found for end in range(3, len(path) + 1))


def in_one_pod(project: hc.Project, path: ComposePath) -> bool:
    """Whether a dependency is on a service of the same pod: a restart there is the pod's own matter."""
    if path[2:3] != ("depends_on",) or path[4:] != ("restart",):
        return False
    both = (str(path[1]), str(path[3]))
    modes = {project.services[name].network_mode for name in both if name in project.services}
    return not modes.isdisjoint(f"service:{name}" for name in both)


def test_every_key_of_every_service_is_translated_or_told_or_silent_by_design(
    projects: list[tuple[str, hc.Project]],
) -> None:
    counts: Counter[KeyClass] = Counter()
    problems: list[str] = []
    for name, project in projects:
        result = outcome(project)
        told = {entry.path for entry in result.diagnostics if entry.code in (Code.NO_EQUIVALENT, Code.NOT_TRANSLATED)}
        # What stops the gathering of facts stops every other finding.
        stopped = isinstance(result, hc.LoadError)
        for path, value, row in keys_of_services(project):
            counts[row.key_class] += 1
            place = f"{name}: {format_path(path)}"
            if row.key_class in (KeyClass.TRANSLATED, KeyClass.APPROXIMATED) and row.function is None:
                problems.append(f"{place} names no function")
            silent = stopped or value in row.defaults or in_one_pod(project, path)
            expected = row.key_class in REPORTED and not silent
            if expected and not covered(path, told):
                problems.append(f"{place} is dropped silently")
            if row.key_class is KeyClass.NO_EFFECT and path in told:
                problems.append(f"{place} is told, though it has no effect by design")
    total = sum(counts.values())
    shares = ", ".join(f"{entry.value} {counts[entry]} ({counts[entry] / total:.1%})" for entry in KeyClass)
    print(f"\n{total} keys of services in {len(projects)} projects: {shares}")
    assert problems == []
    assert counts[KeyClass.TRANSLATED] > total / 2


def test_every_translated_key_changes_an_object_or_is_told_in_some_project(
    projects: list[tuple[str, hc.Project]],
) -> None:
    """The trace itself: the plan without the key is another one, or a finding is about the key."""
    places: defaultdict[str, list[tuple[hc.Project, ComposePath]]] = defaultdict(list)
    seen: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for name, project in projects:
        for path, value, row in keys_of_services(project):
            if row.key_class not in (KeyClass.TRANSLATED, KeyClass.APPROXIMATED):
                continue
            alike = seen[row.path, repr(value)]
            if len(places[row.path]) < PLACES and len(alike) < ALIKE and name not in alike:
                alike.add(name)
                places[row.path].append((project, path))
    silent = {key for key, found in places.items() if not any(leaves_a_trace(*place) for place in found)}
    assert "\n".join(sorted(silent - WITHOUT.keys())) == ""
    assert len(places) > 50


def leaves_a_trace(project: hc.Project, path: ComposePath) -> bool:
    result = outcome(project)
    if isinstance(result, hc.HybridComposeError):
        return path in {entry.path for entry in result.diagnostics}
    told = path in {entry.path for entry in result.diagnostics}
    return told or bool(effects(project, path, result, translated))
