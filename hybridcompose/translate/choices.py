"""Checks choices that a type alone cannot check."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code

if TYPE_CHECKING:
    from hybridcompose.spec import Project
    from hybridcompose.translate.options import Options
    from hybridcompose.translate.report import Report

#: Older releases refuse what every manifest holds here.
OLDEST = 25
_VERSION = re.compile(r"1\.([0-9]{1,3})")


def check_choices(project: Project, options: Options, report: Report) -> None:
    """Reports a version that is none, and one-shots that are no services."""
    version = _VERSION.fullmatch(options.kubernetes_version)
    if version is None or int(version[1]) < OLDEST:
        message = f"kubernetes_version cannot be {options.kubernetes_version!r}"
        report.error(Code.INVALID_OPTION, (), message, f"write a release from 1.{OLDEST} on, as in 1.34")
    for name in options.one_shot:
        if name not in project.services:
            known = ", ".join(sorted(project.services))
            report.error(Code.INVALID_OPTION, (), f"one_shot: there is no service {name!r}", f"choose from {known}")
