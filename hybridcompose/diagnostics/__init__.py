"""Findings about the user's input: what, where, and what to write instead."""

from hybridcompose.diagnostics.codes import Code
from hybridcompose.diagnostics.model import (
    BuildError,
    ClusterError,
    ComposePath,
    Diagnostic,
    HybridComposeError,
    LoadError,
    Location,
    OutputError,
    ServiceError,
    Severity,
    TimedOutError,
    TranslateError,
    abridged,
    brief,
    format_path,
)

__all__ = [
    "BuildError",
    "ClusterError",
    "Code",
    "ComposePath",
    "Diagnostic",
    "HybridComposeError",
    "LoadError",
    "Location",
    "OutputError",
    "ServiceError",
    "Severity",
    "TimedOutError",
    "TranslateError",
    "abridged",
    "brief",
    "format_path",
]
