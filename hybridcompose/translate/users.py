"""Which user a container runs as, as far as the compose file and the image tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hybridcompose.translate.scope import ServiceScope

#: The same number in every common distribution. ``www-data``, for one, is 33 in Debian and 82 in Alpine.
WELL_KNOWN = {"root": 0, "nobody": 65534}

#: User names that official images define: repository, user -> uid on Debian, uid on Alpine.
OFFICIAL = {
    ("httpd", "www-data"): (33, 82),
    ("mariadb", "mysql"): (999, 999),
    ("memcached", "memcache"): (11211, 11211),
    ("mongo", "mongodb"): (999, 999),
    ("mysql", "mysql"): (999, 999),
    ("nginx", "nginx"): (101, 101),
    ("node", "node"): (1000, 1000),
    ("php", "www-data"): (33, 82),
    ("postgres", "postgres"): (999, 70),
    ("wordpress", "www-data"): (33, 82),
}


def number(scope: ServiceScope, name: str) -> int | None:
    """The uid of a user name or number, ``None`` where it isn't known."""
    if name.isascii() and name.isdecimal():
        return int(name)
    if name in WELL_KNOWN:
        return WELL_KNOWN[name]
    debian, alpine = OFFICIAL.get((_official_repository(scope), name), (None, None))
    return alpine if "alpine" in (scope.service.image or "") else debian


def group_number(name: str) -> int | None:
    """The gid of a group name or number, ``None`` where it isn't known."""
    if name.isascii() and name.isdecimal():
        return int(name)
    return 0 if name == "root" else None


def _official_repository(scope: ServiceScope) -> str:
    if scope.service.build is not None or not scope.service.image:
        return ""
    reference = scope.service.image.partition("@")[0]
    reference = reference.removeprefix("docker.io/").removeprefix("library/")
    return reference.partition(":")[0]


def runs_as(scope: ServiceScope) -> tuple[int | None, int | None]:
    """The uid and gid that the container runs as, each ``None`` where it isn't known."""
    user, _, group = (scope.service.user or scope.image.user or "").partition(":")
    if not user:
        return (0, 0) if scope.image.complete else (None, None)
    uid = number(scope, user)
    return uid, group_number(group) if group else (0 if uid == 0 else None)


def is_known_non_root(scope: ServiceScope) -> bool:
    """Whether the container surely runs as another user than root."""
    user = (scope.service.user or scope.image.user or "").partition(":")[0]
    return bool(user) and number(scope, user) != 0
