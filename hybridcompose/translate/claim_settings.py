"""``x-hybridcompose`` of volumes: size, class and access of the claims that hold them."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code
from hybridcompose.spec.project import EXTENSION
from hybridcompose.translate.drivers import driven

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hybridcompose.diagnostics import ComposePath
    from hybridcompose.plan import Manifest
    from hybridcompose.spec import Volume
    from hybridcompose.spec.extension import VolumeSettings
    from hybridcompose.translate.scope import ProjectScope

_QUANTITY = re.compile(r"([0-9.]+)(([KMGTPE])i|([kMGTPE]))?")
_POWERS = "KMGTPE"
#: The settings that say something about a claim.
_OF_CLAIMS = ("storage_class", "size", "access_mode")


def volume_settings(root: ProjectScope, key: str) -> VolumeSettings | None:
    """What the project says about the claim of a top-level volume, with defaults; ``None`` where it says nothing."""
    return root.settings.volumes.get(key) if root.settings is not None else None


def claim_spec(root: ProjectScope, keys: Sequence[str], spec: Manifest) -> Manifest:
    """The spec of the claim that holds the volumes ``keys``, with their settings over ``spec``.

    Sizes add up; a volume without one counts with that of ``spec``. Another setting must be the same for all that
    give it: reported where it is not.
    """
    size = _size(root, keys, spec["resources"]["requests"]["storage"])
    found: Manifest = {**spec, "resources": {**spec["resources"], "requests": {"storage": size}}}
    mode = _agreed(root, keys, "access_mode")
    if mode is not None:
        found["accessModes"] = [mode]
    storage_class = _agreed(root, keys, "storage_class")
    return found if storage_class is None else {**found, "storageClassName": storage_class}


def report_settings(root: ProjectScope, claimed: Iterable[str]) -> None:
    """Reports settings of volumes that no claim is made for, and what is not translated.

    ``claimed`` are those with a claim of the plan. Defaults are for those that have one.
    """
    have_claims = frozenset(claimed)
    for key, volume in sorted(root.project.volumes.items()):
        settings = volume_settings(root, key)
        own = volume.extensions.get(EXTENSION)
        given = [name for name in _OF_CLAIMS if isinstance(own, dict) and own.get(name) is not None]
        if settings is not None and settings.copy_from is not None:
            _report_copy(root, key, volume, settings.copy_from)
        if given and key not in have_claims:
            why = "the claim exists already" if volume.external else "one pod uses the volume, which lives in that pod"
            root.report.warning(
                Code.NO_EQUIVALENT,
                _place(root, key, given[0]),
                f"{', '.join(given)}: no claim is made for {key!r}, since {why}",
                "leave it out" if volume.external else "keep volumes beyond a run with claims of their own",
            )


def copied_claim(root: ProjectScope, key: str) -> str | None:
    """The claim whose content a volume begins with."""
    settings = volume_settings(root, key)
    return settings.copy_from if settings is not None else None


def _report_copy(root: ProjectScope, key: str, volume: Volume, claim: str) -> None:
    place = _place(root, key, "copy_from")
    if volume.external or driven(root, key, volume) is not None:
        message = f"copy_from: {key!r} is kept elsewhere and has a content of its own: nothing is copied into it"
        root.report.warning(Code.NO_EQUIVALENT, place, message, "leave it out")
    else:
        message = f"the PersistentVolumeClaim {claim!r}, whose content it begins with, must exist in the namespace"
        root.report.warning(Code.APPROXIMATED, place, message)


def _size(root: ProjectScope, keys: Sequence[str], default: str) -> str:
    found = (volume_settings(root, key) for key in keys)
    sizes = [settings.size for settings in found if settings is not None]
    if not any(sizes):
        return default
    if len(keys) == 1:
        return sizes[0] or default
    return str(-(-sum(_bytes(size or default) for size in sizes) // 1))


def _bytes(quantity: str) -> Fraction:
    match = _QUANTITY.fullmatch(quantity)
    if match is None:
        return Fraction(0)
    power = _POWERS.index((match[3] or match[4]).upper()) + 1 if match[2] else 0
    unit: int = (1024 if match[3] else 1000) ** power
    return Fraction(match[1]) * unit


def _agreed(root: ProjectScope, keys: Sequence[str], name: str) -> str | None:
    given = {key: getattr(volume_settings(root, key), name) for key in keys if volume_settings(root, key) is not None}
    wanted = {key: value for key, value in given.items() if value is not None}
    first = next(iter(wanted.values()), None)
    for key, value in wanted.items():
        if value != first:
            message = f"{name} {value!r}: the volume shares a claim with {next(iter(wanted))!r}, which wants {first!r}"
            root.report.error(Code.CONFLICTING_VALUES, _place(root, key, name), message, "write the same for both")
    return first


def _place(root: ProjectScope, key: str, name: str) -> ComposePath:
    own = root.project.volumes[key].extensions.get(EXTENSION)
    if isinstance(own, dict) and name in own:
        return ("volumes", key, EXTENSION, name)
    return (EXTENSION, "defaults", "volume", name)
