"""What every model of the Compose vocabulary shares."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict

from hybridcompose.spec.scalars import Bytes, Duration, FileMode, _strings, _texts
from hybridcompose.spec.timestamp import Timestamp

T = TypeVar("T")

# YAML gives lists; the models hold tuples, because a frozen model should have no mutable part.
Tuple = Annotated[tuple[T, ...], Strict(False)]
Strings = Tuple[str]
StringOrList = Annotated[tuple[str, ...], Strict(False), BeforeValidator(_strings)]
Texts = Annotated[tuple[str, ...], Strict(False), BeforeValidator(_texts)]


class Spec(BaseModel):
    """A frozen element of a Compose project in canonical (long) form.

    ``model_fields_set`` names the keys that the compose files gave. ``extensions`` holds the ``x-*`` keys.
    A field's default is the value that the reference leaves out of its canonical JSON; ``None`` means
    "not given" where zero or false would mean something else.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        defer_build=True,
        protected_namespaces=(),
        # The loader raises its own located errors; pydantic's copies of whole inputs would only cost.
        hide_input_in_errors=True,
    )

    #: Keys that the reference prints even when nothing was given, with what it prints then.
    ALWAYS: ClassVar[dict[str, Any]] = {}

    extensions: dict[str, Any] = Field(default_factory=dict, alias="#extensions", repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The element as the reference's canonical JSON (``docker compose config --format json``)."""
        canonical = dict(self.ALWAYS)
        for name, default in _defaults(type(self)):
            value = getattr(self, name)
            if value is None or value in ("", default):
                continue
            canonical[name] = plain(value)
        return dict(sorted(canonical.items()))

    def canonical(self) -> Any:
        """What stands for the element in the canonical JSON of what holds it; seldom anything but a mapping."""
        return self.to_dict()


@cache
def _defaults(model: type[Spec]) -> tuple[tuple[str, Any], ...]:
    """The keys of a model, each with the value that is left out."""
    return tuple(
        (name, field.get_default(call_default_factory=True))
        for name, field in model.model_fields.items()
        if name != "extensions"
    )


def plain(value: object) -> Any:
    """A model value as plain JSON data, in the reference's notation."""
    if isinstance(value, Spec):
        return value.canonical()
    if isinstance(value, (Duration, Bytes, FileMode)):
        return str(value)
    if isinstance(value, Timestamp):
        return value.rfc3339
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in sorted(value.items())}
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
