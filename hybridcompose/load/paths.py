"""The path stage: what is relative in the compose files becomes absolute.

Source: Compose Specification; each key says what its path is relative to.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from hybridcompose.diagnostics import Code, ComposePath
from hybridcompose.load.marks import derive
from hybridcompose.load.tables import Node, prefixed, steps, table

if TYPE_CHECKING:
    from collections.abc import Callable

    from hybridcompose.load.context import Context

_WINDOWS_ABSOLUTE = re.compile(r"[A-Za-z]:[\\/]|\\\\")
_REMOTE = ("https://", "http://", "git://", "ssh://", "github.com/", "git@")


def is_remote(context: str) -> bool:
    """Whether a build context is a Git reference or a URL. Source: Compose Build Specification, "context"."""
    return "://" in context or context.startswith(_REMOTE)


class Paths:
    """Makes paths relative to one directory, and so absolute if the directory is."""

    def __init__(self, directory: str, context: Context) -> None:
        self.directory = directory
        self.context = context

    def resolve(self, tree: dict[str, Any]) -> dict[str, Any]:
        """``tree`` with absolute paths, in place."""
        self.context.focus = tree
        self._walk(tree, _TABLE, ())
        return tree

    def _walk(self, value: Any, node: Node[Callable[[Paths, Any, ComposePath], Any]], path: ComposePath) -> None:
        for step, below in steps(value, node):
            if below.rule is not None:
                value[step] = derive(below.rule(self, value[step], (*path, step)), value[step])
            else:
                self._walk(value[step], below, (*path, step))

    def absolute(self, value: Any, path: ComposePath) -> Any:
        if isinstance(value, list):
            return [self.absolute(entry, path) for entry in value]
        if not isinstance(value, str):
            self.context.fail(Code.INVALID_VALUE, "must be a path", "put it in quotes, if it is one", path=path)
        if not value:
            return value
        expanded = self.context.expand_user(value)
        if os.path.isabs(expanded):
            return expanded
        return os.path.normpath(os.path.join(self.directory, expanded))

    def source(self, value: Any, path: ComposePath) -> Any:
        if not isinstance(value, str) or _WINDOWS_ABSOLUTE.match(value):
            return value
        return self.absolute(value, path) if value != "" else self.directory

    def build_context(self, value: Any, path: ComposePath) -> Any:
        if isinstance(value, str) and (is_remote(value) or value.startswith("service:")):
            return value
        return self.absolute(value, path)

    def watched(self, value: Any, path: ComposePath) -> Any:
        absolute = self.absolute(value, path)
        return os.path.realpath(absolute) if isinstance(absolute, str) and os.path.isabs(absolute) else absolute

    def mount(self, value: Any, path: ComposePath) -> Any:
        if not isinstance(value, dict) or value.get("type") != "bind":
            return value
        if not isinstance(value.get("source"), str):
            self.context.fail(
                Code.INVALID_VALUE, "a bind mount needs a source", "write source: PATH, or type: volume", path=path
            )
        value["source"] = derive(self.source(value["source"], path), value["source"])
        return value

    def volume(self, value: Any, path: ComposePath) -> Any:
        """A ``local`` volume with ``o: bind`` is a bind mount under another name."""
        options = value.get("driver_opts") if isinstance(value, dict) and value.get("driver") == "local" else None
        if isinstance(options, dict) and options.get("o") == "bind" and isinstance(options.get("device"), str):
            options["device"] = derive(self.source(options["device"], path), options["device"])
        return value


_CONTAINER = {
    "env_file.*.path": Paths.absolute,
    "label_file.*": Paths.absolute,
    "volumes.*": Paths.mount,
}
_WORKLOAD = {
    "build.additional_contexts.*": Paths.build_context,
    "build.context": Paths.build_context,
    "build.ssh.*": Paths.source,
    "extends.file": Paths.absolute,
}
_TABLE: Node[Callable[[Paths, Any, ComposePath], Any]] = table(
    {
        "configs.*.file": Paths.source,
        "secrets.*.file": Paths.source,
        "services.*.develop.watch.*.path": Paths.watched,
        "volumes.*": Paths.volume,
        **prefixed(("services.*", "jobs.*", "services.*.pre_start.*"), _CONTAINER),
        **prefixed(("services.*", "jobs.*"), _WORKLOAD),
    }
)
