"""Dates and times that YAML recognises in a value without quotes."""

from __future__ import annotations

import re
from typing import NamedTuple

# Left to re's own cache, which compiles it at its first use: few projects hold dates.
_TIMESTAMP = (
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"
    r"(?:(?P<separator>[Tt]| +)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{1,2}):(?P<second>[0-9]{1,2})"
    r"(?:[.,](?P<fraction>[0-9]+))?(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?)?"
)


class Timestamp(NamedTuple):
    """A date or time that was written without quotes; ``offset`` is ``+02:00``, empty for UTC.

    ``str()`` is what the reference prints where text is wanted (an environment variable, a label).
    """

    date: str
    clock: str = "00:00:00"
    offset: str = ""

    @classmethod
    def parse(cls, text: str) -> Timestamp | None:
        """The timestamp that a plain YAML scalar stands for, or ``None``: then it is a string."""
        match = re.fullmatch(_TIMESTAMP, text)
        # With a T the zone must be given, with a space it must not.
        if match is None or (match["separator"] in ("T", "t")) != (match["zone"] is not None):
            return None
        year, month, day = (int(match[part]) for part in ("year", "month", "day"))
        hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
        if not (_is_date(year, month, day) and hour < 24 and minute < 60 and second < 60):
            return None
        zone = match["zone"] or "Z"
        if zone != "Z" and (int(zone[1:3]) > 24 or int(zone[4:]) > 60):
            return None
        fraction = (match["fraction"] or "")[:9].rstrip("0")
        clock = f"{hour:02}:{minute:02}:{second:02}" + (f".{fraction}" if fraction else "")
        return cls(f"{year:04}-{month:02}-{day:02}", clock, "" if zone[1:] in ("", "00:00") else zone)

    @property
    def rfc3339(self) -> str:
        """The form in the canonical JSON (in extension fields)."""
        return f"{self.date}T{self.clock}{self.offset or 'Z'}"

    def __str__(self) -> str:
        zone = self.offset.replace(":", "")
        return f"{self.date} {self.clock} {zone} {zone}" if zone else f"{self.date} {self.clock} +0000 UTC"


def _is_date(year: int, month: int, day: int) -> bool:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    lengths = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return 1 <= month <= 12 and 1 <= day <= lengths[month - 1]
