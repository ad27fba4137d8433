"""Asks registries before a translation, and after it for what builds have pushed already."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from typing import TYPE_CHECKING

from hybridcompose.diagnostics import Code, Diagnostic, HybridComposeError, Severity
from hybridcompose.gather.registries.client import Registries
from hybridcompose.gather.registries.docker_config import DockerConfig, read_docker_config
from hybridcompose.gather.registries.errors import CredentialsError, RegistryError
from hybridcompose.gather.registries.names import host_of, image_name
from hybridcompose.gather.registries.transport import Transport
from hybridcompose.translate.image_names import image as rewritten
from hybridcompose.translate.image_names import rewrites
from hybridcompose.translate.options import RegistryCredentials, ResolveImages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hybridcompose.gather.facts import BuildFacts, Facts
    from hybridcompose.plan import Plan
    from hybridcompose.spec import Project
    from hybridcompose.translate.options import Options

_SIDE_BY_SIDE = 8
#: What `ask_registry` is where nobody is to be asked.
NOWHERE = "none"


class RegistryAccess:
    """The registries of one run, with the credentials of who runs it. ``environment`` is the process's."""

    def __init__(self, options: Options, environment: Mapping[str, str]) -> None:
        self._options, self._environment = options, environment
        #: Why credentials are missing; each is said once.
        self._told: dict[str, Diagnostic] = {}

    def gather(self, project: Project) -> Facts:
        """The facts of a project, with what the options want of registries. Raises as ``gather.gather`` does."""
        from hybridcompose.gather import gather
        from hybridcompose.gather.registries.inspect import Inspector

        asks = self._options.resolve_images is ResolveImages.AUTO
        facts = gather(project, Inspector(self._registries, self._rewritten) if asks else None)
        if self._options.registry_credentials is RegistryCredentials.DOCKER and not self._options.registry_secret:
            facts = self._with_logins(project, facts)
        return facts._replace(diagnostics=(*facts.diagnostics, *self._told.values()))

    def with_pushed(self, plan: Plan, project: Project, facts: Facts) -> Plan:
        """The plan that knows which images are in the registry; why that is not known stands in its findings."""
        place = self._options.ask_registry or self._options.registry
        asks = self._options.resolve_images is ResolveImages.AUTO and place is not None and place != NOWHERE
        anew = {name for name, build in facts.builds.items() if _is_anew(project, name, build)}
        anew |= {image.service for image in plan.images if image.floating}
        if not asks or all(image.service in anew for image in plan.images):
            return plan
        names = {name for image in plan.images for name in (image.push_reference, *image.tags)}
        found, trouble = self._digests(sorted(names), place or "")
        from hybridcompose.plan.pushed import with_pushed

        plan = with_pushed(plan, found, anew)
        return plan if trouble is None else plan._replace(diagnostics=(*plan.diagnostics, trouble))

    def _digests(self, names: list[str], place: str) -> tuple[dict[str, str], Diagnostic | None]:
        """The digests of names that exist, and why some could not be asked for."""
        pushed, asked = (self._options.registry or "").strip("/"), place.strip("/")
        troubles: list[RegistryError | CredentialsError] = []

        def digest(name: str) -> str | None:
            parts = image_name(f"{asked}{name.removeprefix(pushed)}")
            try:
                return None if parts is None else self._registries.digest(parts)
            except (RegistryError, CredentialsError) as error:
                troubles.append(error)
                return None

        with ThreadPoolExecutor(_SIDE_BY_SIDE, thread_name_prefix="registry") as pool:
            found = dict(zip(names, pool.map(digest, names), strict=True))
        known = {name: digest for name, digest in found.items() if digest is not None}
        return known, self._unasked(min(troubles, key=str)) if troubles else None

    def _unasked(self, error: RegistryError | CredentialsError) -> Diagnostic:
        message = f"{error}: whether images are built already is not known, their Jobs find out"
        remedy = "name the registry as it is reached from here with --ask-registry; --ask-registry none asks nobody"
        code = Code.REGISTRY_UNANSWERED
        if isinstance(error, CredentialsError):
            code, remedy = Code.REGISTRY_CREDENTIALS, error.remedy
        return Diagnostic(code, Severity.NOTE, message, remedy=remedy)

    def pinned(self, project: Project) -> Project:
        """The project with every image that its services name in full and by digest, as Compose pins them.

        Raises ``HybridComposeError`` where a digest cannot be had.
        """
        wanted = {service.image: name for name, service in project.services.items() if service.image}
        with ThreadPoolExecutor(_SIDE_BY_SIDE, thread_name_prefix="registry") as pool:
            answers = dict(zip(wanted, pool.map(self._pinned, wanted), strict=True))
        problems = [
            Diagnostic(
                Code.REGISTRY_UNANSWERED,
                Severity.ERROR,
                f"the digest of {image} cannot be resolved: {answer}",
                ("services", wanted[image], "image"),
            )
            for image, answer in answers.items()
            if isinstance(answer, Exception)
        ]
        if problems:
            raise HybridComposeError(problems)
        services = {
            name: service.model_copy(update={"image": answers[service.image]}) if service.image else service
            for name, service in project.services.items()
        }
        return project.model_copy(update={"services": services})

    def _pinned(self, image: str) -> str | Exception:
        written, mirrored = image_name(image), image_name(self._rewritten(image))
        if written is None or mirrored is None:
            return ValueError("it is no name of an image")
        if written.digest:
            return str(written)
        try:
            digest = self._registries.digest(mirrored)
        except (RegistryError, CredentialsError) as error:
            return error
        return ValueError(f"{mirrored.host} has no such image") if digest is None else f"{written}@{digest}"

    # --- credentials

    @cached_property
    def _config(self) -> DockerConfig:
        try:
            return read_docker_config(self._environment)
        except CredentialsError as error:
            self._tell(error)
            return DockerConfig()

    def _tell(self, error: CredentialsError) -> None:
        found = Diagnostic(Code.REGISTRY_CREDENTIALS, Severity.WARNING, error.message, remedy=error.remedy)
        self._told.setdefault(error.message, found)

    def _with_logins(self, project: Project, facts: Facts) -> Facts:
        from hybridcompose.gather.facts import RegistryLogins

        entries: dict[str, dict[str, str]] = {}
        for host in sorted(set(self._hosts(project, facts))):
            try:
                login = self._config.login(host)
            except CredentialsError as error:
                self._tell(error)
                continue
            if login is not None:
                entries[host] = login.as_entry()
        return facts._replace(logins=RegistryLogins(entries))

    def _hosts(self, project: Project, facts: Facts) -> Iterator[str]:
        """The registries that the project's images come from and go to."""
        from hybridcompose.gather.base_images import base_images
        from hybridcompose.gather.images import pulled_images

        options = self._options
        images = [*pulled_images(project), options.tool_image]
        if facts.builds:
            yield from (host_of(place) for place in (options.registry, options.pull_registry) if place)
            bases = base_images(project, facts.builds).values()
            images += [options.kaniko_image, *(one.image for names in bases for one in names.values())]
        yield from (name.host for name in map(image_name, map(self._rewritten, images)) if name is not None)

    # --- the registries

    @cached_property
    def _registries(self) -> Registries:
        options = self._options
        ours = (options.registry, options.pull_registry, options.ask_registry)
        plain = {host_of(place) for place in ours if place and options.registry_insecure}
        return Registries(Transport({*plain, *options.insecure_registry}, options.registry_ca), self._config)

    @cached_property
    def _rewritten(self) -> partial[str]:
        return partial(rewritten, rewrites(self._options))


def _is_anew(project: Project, name: str, build: BuildFacts) -> bool:
    """Whether there is a build whatever the registry holds: without a cache, or from what is not known here.

    Source: Compose Build Specification, ``no_cache`` and ``pull``.
    """
    from hybridcompose.gather.base_images import base_images
    from hybridcompose.gather.built_images import built_images

    section = built_images(project).section(name)
    if section is None:
        return False
    bases = base_images(project, {name: build})[name] if section.pull else {}
    return section.no_cache or not build.resolved.issuperset(bases)
