"""Which user a container runs as, as far as the compose file and the image tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.spec.scalars import digits

if TYPE_CHECKING:
    from hybridcompose.gather.facts import ImageConfig
    from hybridcompose.translate.scope import ServiceScope

#: The same number in every common distribution. ``www-data``, for one, is 33 in Debian and 82 in Alpine.
WELL_KNOWN = {"root": 0, "nobody": 65534}


def number(name: str, image: ImageConfig | None = None) -> int | None:
    """The uid of a user name or number, ``None`` where neither its kind nor the image tells."""
    known = digits(name)
    if known is not None:
        return known
    if image is not None and name in image.users:
        return image.users[name][0]
    return WELL_KNOWN.get(name)


def group_number(name: str, image: ImageConfig | None = None) -> int | None:
    """The gid of a group name or number, ``None`` where neither its kind nor the image tells."""
    known = digits(name)
    if known is not None:
        return known
    if image is not None and name in image.groups:
        return image.groups[name]
    return 0 if name == "root" else None


def runs_as(scope: ServiceScope) -> tuple[int | None, int | None]:
    """The uid and gid that the container runs as, each ``None`` where it isn't known."""
    user, _, group = (scope.service.user or scope.image.user or "").partition(":")
    if not user:
        return (0, 0) if scope.image.complete else (None, None)
    uid = number(user, scope.image)
    if group:
        return uid, group_number(group, scope.image)
    if user in scope.image.users:
        return scope.image.users[user]
    if uid == 0 or uid is None:
        return uid, uid
    # Whom the image does not know has the group 0, as in Docker.
    groups = dict(scope.image.users.values())
    return uid, groups.get(uid, 0) if groups else None


def is_known_non_root(scope: ServiceScope) -> bool:
    """Whether the container surely runs as another user than root."""
    user = (scope.service.user or scope.image.user or "").partition(":")[0]
    return bool(user) and number(user, scope.image) != 0
