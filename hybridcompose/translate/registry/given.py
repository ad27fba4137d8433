"""The keys that a project gives, each with its row of the registry."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from hybridcompose.spec.base import Spec
from hybridcompose.translate.registry.index import row_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.spec import Project
    from hybridcompose.translate.registry.row import Row

    #: One key: its place, its value, its row.
    Given = tuple[ComposePath, object, Row]


def _everything(_pattern: str) -> bool:
    return True


def given_keys(
    project: Project, inside: Callable[[str], bool] = _everything, wanted: Callable[[str], bool] = _everything
) -> Iterator[Given]:
    """Every key that is given and says more than its default, in order; parents come before what is below them.

    ``inside`` says of a schema path whether what is below it is of interest, ``wanted`` whether it is itself.
    """
    walk = _Walk(inside, wanted)
    walk.spec(project, "", ())
    return iter(walk.found)


class _Walk:
    """What is ``found`` on the way through a project. What holds for a schema path is worked out once."""

    def __init__(self, inside: Callable[[str], bool], wanted: Callable[[str], bool]) -> None:
        self.found: list[Given] = []
        self._inside = cache(inside)
        self._wanted = cache(wanted)
        self._keys: dict[str, dict[str, str]] = {}

    def spec(self, spec: Spec, pattern: str, path: ComposePath) -> None:
        below = self._keys.get(pattern)
        if below is None:
            self._keys[pattern] = below = self._of_interest(type(spec), pattern)
        given = below.keys() & spec.model_fields_set
        if not given:
            return
        defaults = _defaults(type(spec))
        for key in sorted(given):
            value = getattr(spec, key)
            if not _is_default(value, defaults[key]):
                self.value(value, below[key], (*path, key))

    def _of_interest(self, model: type[Spec], pattern: str) -> dict[str, str]:
        """The schema paths of a model's keys that are of interest, by key."""
        paths = {key: f"{pattern}.{key}" if pattern else key for key in model.model_fields.keys() - {"extensions"}}
        return {key: path for key, path in paths.items() if self._wanted(path) or self._inside(path)}

    def value(self, value: object, pattern: str, path: ComposePath) -> None:
        if not pattern.endswith("[]") and self._wanted(pattern):
            self.found.append((path, value, row_of(pattern)))
        if not self._inside(pattern):
            return
        if isinstance(value, Spec):
            self.spec(value, pattern, path)
        elif isinstance(value, dict):
            entry = f"{pattern}.*"
            for key in sorted(value):
                self.value(value[key], entry, (*path, key))
        elif isinstance(value, tuple):
            entry = f"{pattern}[]"
            for index, item in enumerate(value):
                self.value(item, entry, (*path, index))


@cache
def _defaults(model: type[Spec]) -> dict[str, object]:
    return {key: field.get_default(call_default_factory=True) for key, field in model.model_fields.items()}


def _is_default(value: object, default: object) -> bool:
    if isinstance(value, Spec) and not value.model_fields_set:
        return True
    return value is None or bool(value == default)
