"""Images from mirrors: the beginning of a name is replaced."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.diagnostics import Code
from hybridcompose.translate.pod_specs import changed_containers

if TYPE_CHECKING:
    from hybridcompose.plan import Manifest
    from hybridcompose.translate.options import Options
    from hybridcompose.translate.scope import ProjectScope

_HUB = "docker.io"
_OFFICIAL = "library"


class Rewrites(NamedTuple):
    """Prefixes with what stands for them, the longest first; ``kept`` is the start of images that are built here."""

    pairs: tuple[tuple[str, str], ...]
    kept: tuple[str, ...]


def rewrites_of(root: ProjectScope) -> Rewrites:
    """The rewrites that the options hold. Reports those that are none."""
    for written in root.options.image_rewrite:
        if not all(written.partition("=")):
            remedy = "write FROM=TO, as in docker.io=mirror.example:5000"
            root.report.error(Code.INVALID_OPTION, (), f"image_rewrite cannot be {written!r}", remedy)
    return rewrites(root.options)


def rewrites(options: Options) -> Rewrites:
    """Those that have the form that they should have."""
    pairs = [(start, instead) for start, _, instead in (text.partition("=") for text in options.image_rewrite)]
    given = sorted((pair for pair in pairs if all(pair)), key=lambda pair: (-len(pair[0]), pair))
    registry = options.pull_registry or options.registry
    return Rewrites(tuple(given), (f"{registry}/",) if registry else ())


def rewritten(rewrites: Rewrites, pod: Manifest) -> Manifest:
    """The PodSpec with every image's new name, also of image volumes."""
    pod = changed_containers(pod, partial(_container, rewrites))
    if "volumes" in pod:
        pod["volumes"] = [_volume(rewrites, volume) for volume in pod["volumes"]]
    return pod


def _container(rewrites: Rewrites, container: Manifest) -> Manifest:
    # A container whose image cannot be built has none; that is reported already.
    return {**container, "image": image(rewrites, container["image"])} if container.get("image") else container


def _volume(rewrites: Rewrites, volume: Manifest) -> Manifest:
    if "image" not in volume:
        return volume
    return {**volume, "image": {**volume["image"], "reference": image(rewrites, volume["image"]["reference"])}}


def image(rewrites: Rewrites, name: str) -> str:
    """The new name of an image, whose name may be written short (``busybox``) or in full."""
    if name.startswith(rewrites.kept):
        return name
    for start, instead in rewrites.pairs:
        for form in (full_name(name), name):
            rest = form.removeprefix(start)
            if rest != form and (start.endswith("/") or rest[:1] in ("", "/", ":", "@")):
                return instead + rest
    return name


def full_name(name: str) -> str:
    """``busybox:1`` as ``docker.io/library/busybox:1``. Source: the distribution project's reference grammar."""
    first, slash, rest = name.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        if first == _HUB and "/" not in rest:
            return f"{_HUB}/{_OFFICIAL}/{rest}"
        return name
    return f"{_HUB}/{name}" if slash else f"{_HUB}/{_OFFICIAL}/{name}"
