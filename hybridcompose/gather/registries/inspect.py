"""What registries say of all images that a project uses, asked side by side."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from hybridcompose.diagnostics import Code, Diagnostic, Severity
from hybridcompose.gather.registries.errors import CredentialsError, RegistryError
from hybridcompose.gather.registries.image_json import image_config
from hybridcompose.gather.registries.names import image_name

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from hybridcompose.gather.facts import ImageConfig
    from hybridcompose.gather.registries.client import Registries
    from hybridcompose.gather.registries.names import ImageName

_SIDE_BY_SIDE = 8


class Wanted(NamedTuple):
    """An image as a file names it, and the platform that it is for (``None``: the usual one).

    ``accounts``: its users and groups are wanted by name, too.
    """

    image: str
    platform: str | None = None
    accounts: bool = False


class Inspected(NamedTuple):
    """The digest that a name has in its registry (of the index, if it is one), and the image's configuration."""

    digest: str
    config: ImageConfig


class Inspector(NamedTuple):
    """Asks ``registries`` for images; ``rewrite`` gives the name of an image at its mirror."""

    registries: Registries
    rewrite: Callable[[str], str]

    def inspect(self, wanted: Iterable[Wanted]) -> tuple[dict[Wanted, Inspected], list[Diagnostic]]:
        """What is known of each image. For what is not known the notes say why, once for each registry."""
        named = [(one, image_name(self.rewrite(one.image))) for one in dict.fromkeys(wanted)]
        asked = [(one, name) for one, name in named if name is not None]
        with ThreadPoolExecutor(_SIDE_BY_SIDE, thread_name_prefix="registry") as pool:
            answers = list(pool.map(lambda pair: self._ask(*pair), asked))
        found = {one: got for (one, _), got in zip(asked, answers, strict=True) if isinstance(got, Inspected)}
        failed = [(name, got) for (_, name), got in zip(asked, answers, strict=True) if not isinstance(got, Inspected)]
        return found, list(notes(failed))

    def _ask(self, wanted: Wanted, name: ImageName) -> Inspected | Exception | None:
        try:
            manifest = self.registries.image(name, wanted.platform)
            if manifest is None:
                return None
            config = image_config(self.registries.configuration(name, manifest))
            if wanted.accounts:
                from hybridcompose.gather.registries.accounts import accounts

                found = accounts(self.registries, name, manifest)
                if found is not None:
                    config = config._replace(users=found.users, groups=found.groups)
            return Inspected(manifest.digest, config)
        except (RegistryError, CredentialsError) as error:
            return error


def notes(failed: Collection[tuple[ImageName, Exception | None]]) -> Iterable[Diagnostic]:
    """Why nothing is known of these images: a registry's trouble once, however many images it is about."""
    troubles: dict[tuple[str, str | None, Code], list[str]] = {}
    for name, error in failed:
        if isinstance(error, CredentialsError):
            key: tuple[str, str | None, Code] = (error.message, error.remedy, Code.REGISTRY_CREDENTIALS)
        elif isinstance(error, RegistryError):
            key = (f"{error.host} {error.reason}", None, Code.REGISTRY_UNANSWERED)
        else:
            key = (f"{name.host} has no such image", None, Code.REGISTRY_UNANSWERED)
        troubles.setdefault(key, []).append(str(name))
    for (message, remedy, code), names in troubles.items():
        told = f"{message}: {_listed(sorted(set(names)))} cannot be looked at"
        yield Diagnostic(code, Severity.NOTE, told, remedy=remedy or _REMEDY)


_REMEDY = "what an image says of itself counts where it can be read; --resolve-images none asks no registry"
_SHOWN = 5


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def of_images(found: Mapping[Wanted, Inspected], images: Mapping[str, Wanted]) -> dict[str, ImageConfig]:
    """The configurations by the keys that images are wanted for."""
    return {key: found[wanted].config for key, wanted in images.items() if wanted in found}
