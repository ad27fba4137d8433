"""An argument vector. Source: Compose Specification, "command" and "entrypoint"."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator

from hybridcompose.spec.shellwords import command_of

#: An argument vector. ``None``: not given (the image's own). Empty: given and empty.
Command = Annotated[tuple[str, ...] | None, BeforeValidator(command_of)]
