"""What settings of our own share: those in compose files (``x-hybridcompose``) and those of an organisation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from hybridcompose.spec.base import Tuple
from hybridcompose.spec.scalars import Int

_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")
_LABEL = re.compile(r"([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?")
_LABEL_VALUE = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?")
_QUANTITY = re.compile(r"[0-9]+(\.[0-9]+)?([KMGTPE]i|[kMGTPE])?")
_TOLERATION = re.compile(rf"{_LABEL.pattern}(=[A-Za-z0-9_.-]*)?(:(NoSchedule|PreferNoSchedule|NoExecute))?")


def is_label(key: str, value: str) -> bool:
    """Whether Kubernetes takes them as a label."""
    return all(pattern.fullmatch(text) for pattern, text in ((_LABEL, key), (_LABEL_VALUE, value))) and len(value) < 64


class Setting(BaseModel):
    """A frozen group of settings. ``model_fields_set`` names those that were given."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, protected_namespaces=(), hide_input_in_errors=True
    )


def _matching(pattern: re.Pattern[str], limit: int, wrong: str) -> Any:
    """A text of one form, also for editors that check with the JSON Schema."""

    def check(text: str) -> str:
        if len(text) > limit or pattern.fullmatch(text) is None:
            raise ValueError(wrong)
        return text

    schema: dict[str, Any] = {"pattern": f"^({pattern.pattern})$", "maxLength": limit}
    return Annotated[str, AfterValidator(check), Field(json_schema_extra=schema)]


def _text(value: object) -> object:
    """A number where text is wanted, as YAML gives it for ``size: 1``."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _absolute(path: str) -> str:
    if not path.startswith("/"):
        raise ValueError("is not an absolute path: write it from the root of the container, as /out")
    return path


def _port(number: int) -> int:
    if not 1 <= number <= 65535:
        raise ValueError("is no port: write a number from 1 to 65535")
    return number


if TYPE_CHECKING:
    ObjectName: TypeAlias = str
    LabelKey: TypeAlias = str
    LabelValue: TypeAlias = str
    Quantity: TypeAlias = str
    Toleration: TypeAlias = str
else:
    #: The name of an object in the cluster.
    ObjectName = _matching(_NAME, 253, "is no name of an object: write lower-case letters, digits, dashes and dots")
    LabelKey = _matching(_LABEL, 317, "is no label: write letters, digits, dashes and dots, after DOMAIN/ if you like")
    LabelValue = Annotated[
        _matching(_LABEL_VALUE, 63, "is no label value: write at most 63 letters, digits, dashes, dots or underscores"),
        BeforeValidator(_text),
    ]
    #: An amount of storage as Kubernetes writes it.
    Quantity = Annotated[
        _matching(_QUANTITY, 32, "is no amount of storage: write a number and a unit of Kubernetes, as 10Gi"),
        BeforeValidator(_text),
    ]
    Toleration = _matching(
        _TOLERATION, 400, "is no toleration: write KEY, KEY=VALUE or KEY=VALUE:EFFECT, as for kubectl taint"
    )
Labels = dict[LabelKey, LabelValue]
Tolerations = Tuple[Toleration]
ObjectNames = Tuple[ObjectName]
Hosts = Tuple[str]
AbsolutePaths = Tuple[Annotated[str, AfterValidator(_absolute)]]
Port = Annotated[Int, AfterValidator(_port), Field(json_schema_extra={"minimum": 1, "maximum": 65535})]
AccessMode = Literal["ReadWriteOnce", "ReadWriteMany", "ReadOnlyMany", "ReadWriteOncePod"]


def described(text: str, default: Any = None, **details: Any) -> Any:
    """A field with the sentence that the documentation and the JSON Schema show."""
    return Field(default=default, description=text, **details)
