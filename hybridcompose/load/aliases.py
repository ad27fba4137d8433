"""Keys that were ``x-*`` extensions before the specification took them in.

Source: Compose Develop Specification, "x-initialSync"; Compose Specification, "develop".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hybridcompose.load.trees import clone

if TYPE_CHECKING:
    from hybridcompose.load.merge import Merge


def promote(tree: dict[str, Any], merge: Merge) -> dict[str, Any]:
    """Renames such extensions to their keys, in place; what the key itself says wins."""
    services = tree.get("services")
    for name, service in services.items() if isinstance(services, dict) else ():
        if not isinstance(service, dict):
            continue
        _rename(service, "x-develop", "develop", ("services", name), merge)
        develop = service.get("develop")
        watch = develop.get("watch") if isinstance(develop, dict) else None
        for index, rule in enumerate(watch if isinstance(watch, list) else ()):
            if isinstance(rule, dict):
                path = ("services", name, "develop", "watch", index)
                _rename(rule, "x-initialSync", "initial_sync", path, merge)
    return tree


def _rename(mapping: dict[str, Any], old: str, new: str, path: tuple[str | int, ...], merge: Merge) -> None:
    if old not in mapping:
        return
    extension = mapping.pop(old)
    if mapping.get(new) is not None:
        extension = merge.element(clone(extension), mapping[new], (*path, new))
    mapping[new] = extension
