"""The extends stage: a service over the service that it extends, from the same file or another.

Source: Compose Specification, "extends".
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from hybridcompose.diagnostics import Code, ComposePath
from hybridcompose.load.trees import apply_resets, clone

if TYPE_CHECKING:
    from collections.abc import Callable

    from hybridcompose.load.context import Context
    from hybridcompose.load.merge import Merge

    Resets = tuple[tuple[str, ...], ...]
    #: Reads a file that is extended.
    ReadBase = Callable[[str, ComposePath], "Source"]
    #: Who extended whom so far: file and name.
    Chain = tuple[tuple[str, str], ...]


class Source(NamedTuple):
    """The services of one file and what the file resets; in long form with absolute paths where it is extended."""

    entries: dict[str, Any]
    file: str
    resets: Resets


class Extends:
    """Resolves ``extends`` in one file's tree. ``directory`` is what a relative ``extends.file`` starts from."""

    def __init__(self, context: Context, merge: Merge, read_base: ReadBase, directory: str) -> None:
        self.context = context
        self.merge = merge
        self.read_base = read_base
        self.directory = directory

    def apply(self, tree: dict[str, Any], file: str, resets: Resets) -> dict[str, Any]:
        """``tree`` with every service and job complete, in place."""
        self.context.focus = tree
        for section in ("services", "jobs"):
            entries = tree.get(section)
            if section in tree and not isinstance(entries, dict):
                self.context.fail(Code.NOT_A_MAPPING, f"{section} must be a mapping", path=(section,))
            source = Source(entries or {}, file, resets)
            for name in list(source.entries):
                source.entries[name] = self.resolve(name, source, (), (section, name))
        return tree

    def resolve(self, name: str, source: Source, chain: Chain, path: ComposePath) -> Any:
        """The service ``name`` of ``source`` merged over what it extends."""
        service = source.entries[name]
        if service is None:
            return None
        if not isinstance(service, dict):
            self.context.fail(Code.NOT_A_MAPPING, f"{'.'.join(map(str, path))} must be a mapping", path=path)
        if "extends" not in service:
            return service
        chain = self.extended(chain, (source.file, name), path)
        wanted, file = self.reference(service["extends"], path)
        base_source = (
            source if file is None else self.read_base(self.absolute(file, (*path, "extends")), (*path, "extends"))
        )
        if wanted not in base_source.entries:
            self.context.fail(
                Code.EXTENDS_UNDEFINED,
                f'cannot extend service "{wanted}": it is not defined in {base_source.file}',
                f"name one of {', '.join(sorted(base_source.entries)) or 'its services'}",
                path=(*path, "extends"),
            )
        base = self.resolve(wanted, base_source, chain, path)
        if base is None:
            return service
        base = clone(base)
        apply_resets(base, source.resets, ("services", name))
        merged: dict[str, Any] = self.merge.element(base, service, ("services", "x"))
        merged.pop("extends", None)
        source.entries[name] = merged
        return merged

    def absolute(self, file: str, path: ComposePath) -> str:
        return os.path.normpath(os.path.join(self.directory, self.context.local(file, path)))

    def reference(self, extends: Any, path: ComposePath) -> tuple[str, str | None]:
        """The service and the file that an ``extends`` names."""
        if isinstance(extends, str):
            return extends, None
        service = extends.get("service") if isinstance(extends, dict) else None
        file = extends.get("file") if isinstance(extends, dict) else None
        if not isinstance(service, str) or not (file is None or isinstance(file, str)):
            self.context.fail(
                Code.INVALID_VALUE,
                "extends must name a service",
                "write service: NAME, and file: PATH where it is in another file",
                path=(*path, "extends"),
            )
        return service, file

    def extended(self, chain: Chain, link: tuple[str, str], path: ComposePath) -> Chain:
        """``chain`` with one more link; a link that is in it already closes a circle."""
        if link in chain:
            names = " -> ".join(name for _, name in (*chain[chain.index(link) :], link))
            self.context.fail(
                Code.EXTENDS_CYCLE, f"services extend one another: {names}", "break the circle", path=(*path, "extends")
            )
        return (*chain, link)
