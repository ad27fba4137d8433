"""The include stage: other compose applications, each loaded on its own, become part of this one.

Source: Compose Specification, "Include".
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from hybridcompose.diagnostics import Code, ComposePath, LoadError, abridged
from hybridcompose.load.context import MAX_FINDINGS
from hybridcompose.load.environment import read_env_files
from hybridcompose.load.trees import apply_resets, clone
from hybridcompose.spec.scalars import whole_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hybridcompose.load.context import Context
    from hybridcompose.load.merge import Merge

    Resets = tuple[tuple[str, ...], ...]

_KEYS = ("path", "project_directory", "env_file")
#: Files that include one another deeper than this are refused.
_MAX_DEPTH = 100
_SECTIONS = ("services", "jobs", "volumes", "networks", "secrets", "configs", "models")


class Unit(NamedTuple):
    """Files that are merged with one another, and what their relative paths and variables are resolved with.

    ``directory`` is what paths in the files are relative to, ``home`` what their own includes are relative to;
    the two differ only where ``project_directory`` names no directory. ``written`` is what is put before paths in the
    files: the directory itself, the way to it from the home of what includes the unit (so that what both name is named
    alike when they are merged), or nothing (``None``: they stay as they are written). ``including`` are the files that
    led here.
    """

    files: tuple[str, ...]
    directory: str
    home: str
    written: str | None
    environment: Mapping[str, str]
    including: tuple[str, ...] = ()


class Include:
    """Resolves ``include`` in one file's tree."""

    def __init__(self, context: Context, merge: Merge, load_unit: Callable[[Unit], dict[str, Any]]) -> None:
        self.context = context
        self.merge = merge
        self.load_unit = load_unit
        self.loaded: dict[tuple[object, ...], dict[str, Any]] = {}

    def apply(self, tree: dict[str, Any], unit: Unit, resets: Resets) -> dict[str, Any]:
        """``tree`` with what it includes below what it says itself, in place."""
        entries = tree.get("include")
        if entries is not None and not isinstance(entries, list):
            self.context.fail(Code.INVALID_VALUE, "include must be a list", "write - path.yaml", path=("include",))
        for index, entry in enumerate(entries or ()):
            self.context.focus = tree
            included = self.readable(entry, unit, ("include", index))
            if included is None:
                continue
            imported = self.load_once(included)
            self.context.focus = tree
            self.import_into(tree, imported, resets)
        tree.pop("include", None)
        return tree

    def readable(self, entry: Any, unit: Unit, path: ComposePath) -> Unit | None:
        """One entry as files to load; ``None`` for one that names none, or none that can be read, which is kept."""
        try:
            return self.unit(entry, unit, path)
        except LoadError as error:
            self.context.errors += error.diagnostics
            self.context.incomplete = True
            if len(self.context.errors) >= MAX_FINDINGS:
                raise LoadError(self.context.errors) from None
            return None

    def load_once(self, unit: Unit) -> dict[str, Any]:
        """The unit's tree; one that is reached in two ways is loaded once."""
        key = (unit.files, unit.directory, unit.home, unit.written, tuple(sorted(unit.environment.items())))
        if key not in self.loaded:
            self.loaded[key] = self.load_unit(unit)
        tree: dict[str, Any] = clone(self.loaded[key])
        return tree

    def unit(self, entry: Any, parent: Unit, path: ComposePath) -> Unit | None:
        """One entry of ``include`` as files to load; ``None`` for one that names none."""
        config = self.config(entry, path)
        paths = self.strings([] if config.get("path") is None else config["path"], (*path, "path"))
        if isinstance(entry, str):
            places = [path]
        else:
            several = isinstance(config.get("path"), list)
            places = [(*path, "path", index) if several else (*path, "path") for index in range(len(paths))]
        files = tuple(
            os.path.normpath(os.path.join(parent.home, self.context.local(file, place)))
            for file, place in zip(paths, places, strict=True)
        )
        if not files:
            if config.get("env_file"):
                self.environment(config["env_file"], parent.directory, parent, (*path, "env_file"))
            self.context.warn(
                Code.INVALID_VALUE, "an include without a path includes nothing", path=path, remedy="write path: FILE"
            )
            return None
        if files[0] in parent.including:
            circle = parent.including[parent.including.index(files[0]) :]
            chain = "\n include ".join(abridged((*circle, files[0])))
            self.context.fail(
                Code.INCLUDE_CYCLE, f"include cycle detected:\n{chain}", "remove one of these includes", path=places[0]
            )
        if len(parent.including) >= _MAX_DEPTH:
            message = f"files include one another more than {_MAX_DEPTH} deep"
            self.context.fail(Code.TOO_DEEP, message, "include the files from fewer places", path=places[0])
        for file, place in zip(files, places, strict=True):
            self.context.read(file, place)
        directory, home = self.directories(config.get("project_directory"), files[0], parent, path)
        return Unit(
            files=files,
            directory=directory,
            home=home,
            written=self.relative(directory, config, parent),
            environment=self.environment(config.get("env_file"), home, parent, (*path, "env_file")),
            including=parent.including,
        )

    def config(self, entry: Any, path: ComposePath) -> dict[str, Any]:
        """One entry in long form. Keys that nobody knows have no effect in the reference either: a warning."""
        config = {"path": entry} if isinstance(entry, str) else {} if entry is None else entry
        if not isinstance(config, dict):
            self.context.fail(
                Code.INVALID_VALUE,
                "an include must be a path, or a mapping with path, project_directory and env_file",
                "write - path.yaml",
                path=path,
            )
        for key in config:
            if key not in _KEYS:
                self.context.warn(
                    Code.UNKNOWN_KEY,
                    f'unknown key "{key}" has no effect',
                    path=(*path, key),
                    remedy=f"use {', '.join(_KEYS)}",
                )
        return config

    def directories(self, given: Any, file: str, parent: Unit, path: ComposePath) -> tuple[str, str]:
        given = whole_text(given)
        if given is None or given == "":
            return os.path.dirname(file), os.path.dirname(file)
        if not isinstance(given, str):
            place = (*path, "project_directory")
            self.context.fail(Code.INVALID_VALUE, "must be a path", "write a directory", path=place)
        home = os.path.normpath(os.path.join(parent.directory, given))
        return (home if os.path.isabs(given) or os.path.isdir(home) else os.path.dirname(home)), home

    def relative(self, directory: str, config: dict[str, Any], parent: Unit) -> str:
        given = whole_text(config.get("project_directory"))
        if isinstance(given, str) and os.path.isabs(given):
            return directory
        return os.path.relpath(directory, parent.home)

    def environment(self, given: Any, home: str, parent: Unit, path: ComposePath) -> Mapping[str, str]:
        """The parent's variables over those of the include's env files (default: ``.env`` beside it)."""
        if given is None or given == []:
            default = os.path.join(home, ".env")
            files = [default] if os.path.exists(default) and not os.path.isdir(default) else []
        else:
            named = [file for file in self.strings(given, path) if file != os.devnull]
            files = [os.path.normpath(os.path.join(parent.directory, file)) for file in named]
        listed = isinstance(given, list)
        found = read_env_files(files, parent.environment, self.context, path, listed=listed)
        return {**found, **parent.environment}

    def strings(self, value: Any, path: ComposePath) -> list[str]:
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not all(isinstance(entry, str) for entry in values):
            remedy = "write a path, or one a line, each after a dash"
            self.context.fail(Code.INVALID_VALUE, "must be a path or a list of paths", remedy, path=path)
        return values

    def import_into(self, tree: dict[str, Any], imported: dict[str, Any], resets: Resets) -> None:
        """Adds the included resources; where both define one, this file's definition is merged over the other."""
        for section in _SECTIONS:
            if imported.get(section) is None:
                continue
            own = tree.setdefault(section, {})
            if own is None:
                own = tree[section] = {}
            if not isinstance(own, dict):
                message = f"{section} must be a mapping"
                self.context.fail(Code.NOT_A_MAPPING, message, "write NAME: below it", path=(section,))
            for name, resource in imported[section].items():
                if name not in own:
                    own[name] = resource
                elif own[name] != resource:
                    apply_resets(resource, resets, (section, name))
                    own[name] = self.merge.element(resource, own[name], (section, name))
