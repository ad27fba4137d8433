"""The extends stage: a service over the service that it extends, from the same file or another.

Source: Compose Specification, "extends".
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from hybridcompose.diagnostics import Code, ComposePath, LoadError, abridged
from hybridcompose.diagnostics.remedies import meant
from hybridcompose.load.context import MAX_FINDINGS
from hybridcompose.load.trees import apply_resets, clone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hybridcompose.load.context import Context
    from hybridcompose.load.merge import Merge

    Resets = tuple[tuple[str, ...], ...]
    #: Reads a file that is extended.
    ReadBase = Callable[[str, ComposePath], "Source"]

#: What an ``extends`` may say.
_KEYS = ("service", "file")
#: How many names a remedy lists.
_SHOWN = 10


class Source(NamedTuple):
    """The services of one file and what the file resets; in long form with absolute paths where it is extended."""

    entries: dict[str, Any]
    file: str
    resets: Resets


class _Link(NamedTuple):
    """A service that extends another: where it is defined, and its compose path there."""

    name: str
    source: Source
    service: dict[str, Any]
    path: ComposePath


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
                message = f"{section} must be a mapping"
                self.context.fail(Code.NOT_A_MAPPING, message, "write NAME: below it", path=(section,))
            source = Source(entries or {}, file, resets)
            for name in list(source.entries):
                try:
                    source.entries[name] = self.resolve(name, source, (section, name))
                except LoadError as error:
                    self.context.errors += error.diagnostics
                    self.context.incomplete = True
                    if len(self.context.errors) >= MAX_FINDINGS:
                        raise LoadError(self.context.errors) from None
                    if not isinstance(source.entries[name], dict):
                        source.entries.pop(name)
        return tree

    def resolve(self, name: str, source: Source, path: ComposePath) -> Any:
        """The service ``name`` of ``source`` merged over what it extends."""
        chain: list[_Link] = []
        try:
            return self.followed(name, source, path, chain)
        except LoadError:
            # Who extends one of these needs not hear of it again.
            for link in chain:
                link.service.pop("extends", None)
            raise

    def followed(self, name: str, source: Source, path: ComposePath, chain: list[_Link]) -> Any:
        known: set[tuple[str, str]] = set()
        service = self.mapping(name, source, path)
        while isinstance(service, dict) and "extends" in service:
            chain.append(_Link(name, source, service, path))
            if (source.file, name) in known:
                self.refuse_circle(chain)
            known.add((source.file, name))
            name, source = self.base_of(chain[-1])
            path = ("services", name)
            service = self.mapping(name, source, path)
        while chain:
            service = self.merged(service, chain.pop())
        return service

    def mapping(self, name: str, source: Source, path: ComposePath) -> dict[str, Any] | None:
        service = source.entries[name]
        if service is not None and not isinstance(service, dict):
            remedy = f"write image: {service} below it" if isinstance(service, str) else "write image: NAME below it"
            self.context.fail(Code.NOT_A_MAPPING, f"{'.'.join(map(str, path))} must be a mapping", remedy, path=path)
        return service

    def merged(self, base: Any, link: _Link) -> dict[str, Any]:
        if base is None:
            return link.service
        base = clone(base)
        apply_resets(base, link.source.resets, ("services", link.name))
        merged: dict[str, Any] = self.merge.element(base, link.service, ("services", "x"))
        merged.pop("extends", None)
        link.source.entries[link.name] = merged
        return merged

    def base_of(self, link: _Link) -> tuple[str, Source]:
        """What a service extends: its name, and the file that has it."""
        wanted, file = self.reference(link)
        source = link.source
        if file is not None:
            path = (*link.path, "extends", "file")
            with self.at(link):
                source = self.read_base(self.absolute(file, path), path)
        if wanted not in source.entries:
            message = f'cannot extend service "{wanted}": it is not defined in {source.file}'
            names = ", ".join(sorted(source.entries)[:_SHOWN]) or "its services"
            self.refuse(Code.EXTENDS_UNDEFINED, message, meant(wanted, source.entries) or f"name one of {names}", link)
        return wanted, source

    def absolute(self, file: str, path: ComposePath) -> str:
        return os.path.normpath(os.path.join(self.directory, self.context.local(file, path)))

    def reference(self, link: _Link) -> tuple[str, str | None]:
        """The service and the file that an ``extends`` names."""
        extends = link.service["extends"]
        if isinstance(extends, str):
            return extends, None
        service = extends.get("service") if isinstance(extends, dict) else None
        file = extends.get("file") if isinstance(extends, dict) else None
        if not isinstance(service, str) or not (file is None or isinstance(file, str)):
            remedy = "write service: NAME, and file: PATH where it is in another file"
            self.refuse(Code.INVALID_VALUE, "extends must name a service", remedy, link)
        for key in extends:
            if key not in _KEYS:
                remedy = meant(key, _KEYS) or f"use {' and '.join(_KEYS)}"
                with self.at(link):
                    self.context.warn(
                        Code.UNKNOWN_KEY,
                        f'unknown key "{key}" has no effect',
                        path=(*link.path, "extends", key),
                        remedy=remedy,
                    )
        return service, file

    def refuse_circle(self, chain: list[_Link]) -> NoReturn:
        last = chain[-1]
        start = next(
            n for n, link in enumerate(chain) if (link.source.file, link.name) == (last.source.file, last.name)
        )
        names = " -> ".join(abridged([link.name for link in chain[start:]]))
        closing = chain[-2]
        self.refuse(Code.EXTENDS_CYCLE, f"services extend one another: {names}", "break the circle", closing)

    def refuse(self, code: Code, message: str, remedy: str, link: _Link) -> NoReturn:
        """An error at what the service of ``link`` extends."""
        with self.at(link):
            extends = link.service["extends"]
            named = isinstance(extends, dict) and isinstance(extends.get("service"), str)
            path = (*link.path, "extends", "service") if named else (*link.path, "extends")
            whole = isinstance(extends, dict) and not named
            raise LoadError([self.context.finding(code, message, remedy, path=path, key=whole)])

    @contextmanager
    def at(self, link: _Link) -> Iterator[None]:
        """A block in which compose paths lead through the service of ``link``, which may stand in another file."""
        focus = self.context.focus
        section, name = link.path
        self.context.focus = {section: {name: link.service}}
        try:
            yield
        finally:
            self.context.focus = focus
