"""A probe's report as single values that can be compared, each under a name such as ``files:/run/secrets/s:mode``.

What can never be equal (addresses, generated names) is named by what it stands for.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Leaves = dict[str, Any]

_NOBODY: Mapping[str, str] = MappingProxyType({})
GENERATED = "<generated>"
OWN = "<own>"
#: Keys below which a host name stands.
_HOST_NAMES = ("hostname", "env:HOSTNAME")
#: What an older kernel says where nothing limits memory is about 8 EiB.
_NO_LIMIT = 1 << 62
#: Options of a mount that a program can notice.
_FLAGS = ("ro", "nosuid", "nodev", "noexec")
_DESCRIBED = ("kind", "mode", "uid", "gid", "size", "sha256", "to")


def leaves(
    report: Mapping[str, Any], fields: tuple[str, ...], *, chosen: bool = True, known: Mapping[str, str] = _NOBODY
) -> Leaves:
    """``chosen``: the compose file gives a host name. ``known`` names who has an address, as in ``web 2``."""
    host = "" if chosen else report.get("hostname", "")
    own = {text.partition("/")[0] for listed in (report.get("interfaces") or {}).values() for text in listed}
    found: Leaves = {}
    for field in fields:
        for name, value in _PARTS.get(field, _whole)(report.get(field)):
            shown = GENERATED if field == "hosts" and name.partition(".")[0] == host else name
            key = ":".join(part for part in (field, shown) if part)
            if key in _HOST_NAMES and not chosen:
                found[key] = GENERATED
            elif isinstance(value, list) and field in ("hosts", "dns"):
                # One that has several addresses counts once, several of one service count each.
                found[key] = sorted(who.partition(" ")[0] for who in {_who(address, own, known) for address in value})
            else:
                found[key] = value
    return found


def _who(address: str, own: set[str], known: Mapping[str, str]) -> str:
    if address not in known and address in own and not address.startswith("127.") and address != "::1":
        return OWN
    return known.get(address, address)


def _whole(value: Any) -> Iterator[tuple[str, Any]]:
    yield "", value


def _environment(value: Any) -> Iterator[tuple[str, Any]]:
    yield from (entry.partition("=")[::2] for entry in value or ())


def _groups(value: Any) -> Iterator[tuple[str, Any]]:
    yield "", sorted(set(value))


def _mapping(value: Any) -> Iterator[tuple[str, Any]]:
    yield from (value or {}).items()


def _status(value: Any) -> Iterator[tuple[str, Any]]:
    yield from ((name, one) for name, one in value.items() if name not in ("Uid", "Gid", "Groups"))


def _answers(value: Any) -> Iterator[tuple[str, Any]]:
    """A cluster without a way out cannot ask anybody for what it does not know, and says so."""
    for name, answer in (value or {}).items():
        unknown = isinstance(answer, str) and answer.endswith("server misbehaving")
        yield name, "NXDOMAIN" if unknown else answer


def _files(value: Any) -> Iterator[tuple[str, Any]]:
    for path, described in (value or {}).items():
        for name, one in _description(described):
            yield f"{path}:{name}", one


def _description(described: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    if "err" in described:
        yield "kind", "missing"
        return
    yield from ((name, described[name]) for name in _DESCRIBED if name in described)
    if described["kind"] == "file":
        yield "readable", _reason(described["read_err"]) if "read_err" in described else "yes"


def _reason(error: str) -> str:
    """``open /a: permission denied`` without the place."""
    return error.rpartition(": ")[2]


def _written(value: Any) -> Iterator[tuple[str, Any]]:
    for path, result in (value or {}).items():
        if isinstance(result, dict):
            made = result["ok"]
            yield path, f"{made['mode']} {made['uid']}:{made['gid']}"
        else:
            yield path, _reason(result)


def _hosts(value: str) -> Iterator[tuple[str, Any]]:
    """The addresses of each name."""
    named: dict[str, list[str]] = {}
    for line in value.splitlines():
        address, *names = line.partition("#")[0].split() or [""]
        for name in names:
            named.setdefault(name, []).append(address)
    yield from named.items()


def _resolver(value: str) -> Iterator[tuple[str, Any]]:
    options: list[str] = []
    search: list[str] = []
    for line in value.splitlines():
        word, *rest = line.partition("#")[0].split() or [""]
        if word == "search":
            search = rest
        elif word == "options":
            options += rest
    yield "search", search
    yield from ((f"option {option.partition(':')[0]}", option.partition(":")[2]) for option in options)


def _limits(value: Any) -> Iterator[tuple[str, Any]]:
    """Bytes of memory and cores, or that there is no limit."""
    memory, quota = value["memory"], value["quota"]
    yield "memory", "unlimited" if memory == "max" or int(memory) >= _NO_LIMIT else int(memory)
    yield "cores", "unlimited" if quota in ("max", "-1") else int(quota) / int(value["period"])


def _mounts(value: Any) -> Iterator[tuple[str, Any]]:
    """Those of memory: the rest are files of the engine."""
    for place, options, kind, system in (_mount(entry) for entry in value):
        if kind == "tmpfs" and not place.startswith(("/proc", "/sys", "/dev/")) and place != "/dev":
            given = options.split(",")
            yield f"{place}:flags", [flag for flag in _FLAGS if flag in given]
            sizes = [option for option in system.split(",") if option.startswith("size=")]
            yield f"{place}:size", sizes[0].removeprefix("size=") if sizes else "unlimited"


def _mount(entry: Any) -> tuple[str, str, str, str]:
    place, options, kind, *rest = entry if len(entry) > 2 else (*entry, "")
    return place, options, kind, rest[0] if rest else ""


_PARTS: Mapping[str, Callable[[Any], Iterator[tuple[str, Any]]]] = {
    "env": _environment,
    "groups": _groups,
    "cwd_stat": _description,
    "status": _status,
    "sysctl": _mapping,
    "tty": _mapping,
    "dns": _answers,
    "tcp": _mapping,
    "files": _files,
    "write": _written,
    "cgroup": _limits,
    "hosts": _hosts,
    "resolv": _resolver,
    "mounts": _mounts,
}
