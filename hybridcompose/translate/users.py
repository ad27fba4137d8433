"""Which user a container runs as, as far as the compose file and the image tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.spec.scalars import digits

if TYPE_CHECKING:
    from hybridcompose.translate.scope import ServiceScope

#: The same number in every common distribution. ``www-data``, for one, is 33 in Debian and 82 in Alpine.
WELL_KNOWN = {"root": 0, "nobody": 65534}


def number(name: str) -> int | None:
    """The uid of a user name or number, ``None`` where it isn't known."""
    known = digits(name)
    return WELL_KNOWN.get(name) if known is None else known


def group_number(name: str) -> int | None:
    """The gid of a group name or number, ``None`` where it isn't known."""
    return 0 if name == "root" else digits(name)


def runs_as(scope: ServiceScope) -> tuple[int | None, int | None]:
    """The uid and gid that the container runs as, each ``None`` where it isn't known."""
    user, _, group = (scope.service.user or scope.image.user or "").partition(":")
    if not user:
        return (0, 0) if scope.image.complete else (None, None)
    uid = number(user)
    return uid, group_number(group) if group else (0 if uid == 0 else None)


def is_known_non_root(scope: ServiceScope) -> bool:
    """Whether the container surely runs as another user than root."""
    user = (scope.service.user or scope.image.user or "").partition(":")[0]
    return bool(user) and number(user) != 0
