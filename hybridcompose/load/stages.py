"""Which stages of a load take place. The options of ``docker compose config`` leave some of them out."""

from __future__ import annotations

from typing import NamedTuple


class Stages(NamedTuple):
    """All of them, unless said otherwise.

    A project that is loaded in part is there to be looked at: a translation relies on every stage.
    """

    interpolate: bool = True
    normalise: bool = True
    #: Without it, paths stay relative to the project directory.
    resolve_paths: bool = True
    #: Without it, ``env_file`` is kept and not read.
    resolve_environment: bool = True
    check_consistency: bool = True
    #: Without it, keys and values that the specification does not know are let pass.
    validate: bool = True


EVERY_STAGE = Stages()
