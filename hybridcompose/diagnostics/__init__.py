"""Findings about the user's input: what, where, and what to write instead."""

from hybridcompose.diagnostics.codes import Code
from hybridcompose.diagnostics.model import (
    ComposePath,
    Diagnostic,
    HybridComposeError,
    LoadError,
    Location,
    OutputError,
    Severity,
    TranslateError,
    format_path,
)

__all__ = [
    "Code",
    "ComposePath",
    "Diagnostic",
    "HybridComposeError",
    "LoadError",
    "Location",
    "OutputError",
    "Severity",
    "TranslateError",
    "format_path",
]
