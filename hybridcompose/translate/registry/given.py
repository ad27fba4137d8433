"""The keys that a project gives, each with its row of the registry."""

from __future__ import annotations

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


def given_keys(project: Project, inside: Callable[[str], bool] = lambda pattern: True) -> Iterator[Given]:
    """Every key that is given and says more than its default, in order; parents come before what is below them.

    ``inside`` says of a schema path whether what is below it is of interest.
    """
    return _of_spec(project, "", (), inside)


def _of_spec(spec: Spec, pattern: str, path: ComposePath, inside: Callable[[str], bool]) -> Iterator[Given]:
    for key in sorted(spec.model_fields_set - {"extensions"}):
        value = getattr(spec, key)
        if not _is_default(type(spec), key, value):
            yield from _of_value(value, f"{pattern}.{key}" if pattern else key, (*path, key), inside)


def _is_default(model: type[Spec], key: str, value: object) -> bool:
    if isinstance(value, Spec) and not value.model_fields_set:
        return True
    return value is None or bool(value == model.model_fields[key].get_default(call_default_factory=True))


def _of_value(value: object, pattern: str, path: ComposePath, inside: Callable[[str], bool]) -> Iterator[Given]:
    if not pattern.endswith("[]"):
        yield path, value, row_of(pattern)
    if not inside(pattern):
        return
    if isinstance(value, Spec):
        yield from _of_spec(value, pattern, path, inside)
    elif isinstance(value, dict):
        for key in sorted(value):
            yield from _of_value(value[key], f"{pattern}.*", (*path, key), inside)
    elif isinstance(value, tuple):
        for index, entry in enumerate(value):
            yield from _of_value(entry, f"{pattern}[]", (*path, index), inside)
