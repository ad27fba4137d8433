"""The keys that a project gives, each with its row of the registry."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

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
    return _of_spec(project, "", (), _Interest(inside, wanted, {}))


class _Interest(NamedTuple):
    """``keys`` are those of interest at a schema path: worked out for the first of many elements of one kind."""

    inside: Callable[[str], bool]
    wanted: Callable[[str], bool]
    keys: dict[str, dict[str, str]]

    def of(self, spec: Spec, pattern: str) -> dict[str, str]:
        """The schema paths of a model's keys that are of interest, by key."""
        if pattern not in self.keys:
            keys = type(spec).model_fields.keys() - {"extensions"}
            paths = {key: f"{pattern}.{key}" if pattern else key for key in keys}
            self.keys[pattern] = {key: path for key, path in paths.items() if self.wanted(path) or self.inside(path)}
        return self.keys[pattern]


def _of_spec(spec: Spec, pattern: str, path: ComposePath, interest: _Interest) -> Iterator[Given]:
    defaults = _defaults(type(spec))
    below = interest.of(spec, pattern)
    for key in sorted(below.keys() & spec.model_fields_set):
        value = getattr(spec, key)
        if not _is_default(value, defaults[key]):
            yield from _of_value(value, below[key], (*path, key), interest)


@cache
def _defaults(model: type[Spec]) -> dict[str, object]:
    return {key: field.get_default(call_default_factory=True) for key, field in model.model_fields.items()}


def _is_default(value: object, default: object) -> bool:
    if isinstance(value, Spec) and not value.model_fields_set:
        return True
    return value is None or bool(value == default)


def _of_value(value: object, pattern: str, path: ComposePath, interest: _Interest) -> Iterator[Given]:
    if not pattern.endswith("[]") and interest.wanted(pattern):
        yield path, value, row_of(pattern)
    if not interest.inside(pattern):
        return
    if isinstance(value, Spec):
        yield from _of_spec(value, pattern, path, interest)
    elif isinstance(value, dict):
        for key in sorted(value):
            yield from _of_value(value[key], f"{pattern}.*", (*path, key), interest)
    elif isinstance(value, tuple):
        for index, entry in enumerate(value):
            yield from _of_value(entry, f"{pattern}[]", (*path, index), interest)
