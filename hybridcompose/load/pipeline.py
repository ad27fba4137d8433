"""The stages of loading, in order: from compose files to one canonical tree, and from it to a ``Project``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NoReturn

from hybridcompose.diagnostics import Code, ComposePath, Diagnostic, LoadError, Location, Severity
from hybridcompose.diagnostics.remedies import meant
from hybridcompose.load.advice import advise
from hybridcompose.load.aliases import promote
from hybridcompose.load.canonical import canonicalise, set_defaults
from hybridcompose.load.check import check_elements
from hybridcompose.load.consistency import problems
from hybridcompose.load.document import Document, read_documents
from hybridcompose.load.environment import with_env_files
from hybridcompose.load.extends import Extends, Source
from hybridcompose.load.include import Include, Unit
from hybridcompose.load.interpolate import interpolate
from hybridcompose.load.locate import STDIN, Located, Request, locate, normalised_name
from hybridcompose.load.marks import mark_of
from hybridcompose.load.merge import Merge
from hybridcompose.load.model import CONTENT, to_project
from hybridcompose.load.normalise import normalise
from hybridcompose.load.paths import Paths
from hybridcompose.load.profiles import select
from hybridcompose.load.trees import apply_resets, clone
from hybridcompose.load.unique import enforce_unique
from hybridcompose.load.written_form import check_written_form

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hybridcompose.load.context import Context
    from hybridcompose.load.stages import Stages
    from hybridcompose.spec.project import Project
    from hybridcompose.spec.service import Service


class Pipeline:
    """One run over a request. With ``context.trace`` the tree's values know where they are written."""

    def __init__(self, request: Request, context: Context) -> None:
        self.request = request
        self.context = context
        self.merge = Merge(context)
        self.stages = request.stages
        self.include = Include(context, self.merge, self.unit)
        self.documents: dict[str, list[Document]] = {}
        self.bases: dict[tuple[str, str, int], Source | None] = {}

    def tree(self) -> tuple[dict[str, Any], Located]:
        """The canonical tree of the whole project."""
        located = locate(self.request, self.context)
        name = self.project_name(located)
        environment = {**self.variables(located), "COMPOSE_PROJECT_NAME": name}
        written = located.directory if self.stages.resolve_paths else None
        tree = self.unit(Unit(located.files, located.directory, located.directory, written, environment))
        if self.context.incomplete:
            raise LoadError(self.context.errors)
        if not tree:
            self.refuse_empty(located.files[0])
        if self.stages.normalise:
            tree["name"] = name
            tree = normalise(tree, name, environment, self.merge, self.context)
        return tree, located._replace(project_name=name)

    def variables(self, located: Located) -> Mapping[str, str]:
        """What variables are looked up in: where none are replaced, names without a value stay as they are, too."""
        return located.environment if self.stages.interpolate else {}

    def unit(self, unit: Unit) -> dict[str, Any]:
        """Files merged with one another: canonical, with defaults, variables, and paths as seen from outside."""
        tree: dict[str, Any] = {}
        for file in unit.files:
            tree = self.file(file, tree, unit)
        tree = set_defaults(tree, self.context)
        if self.stages.validate:
            tree = check_elements(tree, self.context)
        if unit.written is not None:
            tree = Paths(unit.written, self.context).resolve(tree)
        return _with_environment_contents(tree, unit)

    def file(self, file: str, tree: dict[str, Any], unit: Unit) -> dict[str, Any]:
        """One file over what came before it."""
        inside = unit._replace(including=(*unit.including, file))
        for document in self.read(file):
            own = self.mapping(document.value, file)
            own = self.interpolated(own, unit)
            own = promote(own, self.merge)
            own = self.include.apply(own, inside, document.resets)
            apply_resets(tree, document.resets)
            own = Extends(self.context, self.merge, self.base_reader(unit), unit.home).apply(own, file, document.resets)
            tree = self.merged(tree, advise(own, self.context))
            if self.stages.validate:
                tree = check_written_form(tree, self.context)
                self.drop_version(tree, file)
            tree = canonicalise(tree, self.context)
            tree = enforce_unique(tree, self.context)
        return tree

    def interpolated(self, tree: dict[str, Any], unit: Unit) -> dict[str, Any]:
        """A copy of a document's tree, with its variables replaced."""
        if self.stages.interpolate:
            return interpolate(tree, unit.environment, self.context)
        copy: dict[str, Any] = clone(tree)
        return copy

    def merged(self, tree: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
        self.context.focus = own
        return enforce_unique(self.merge.trees(tree, own), self.context, lenient=True)

    def read(self, file: str) -> list[Document]:
        """The documents of a file, parsed once a run."""
        if file not in self.documents:
            data = self.context.read(file)
            self.context.sources.add(file)
            name = shown(file)
            self.context.shown[name] = file
            self.documents[file] = read_documents(
                data, name, trace=self.context.trace, max_nodes=self.context.max_nodes
            )
            self.warn_of_tags(self.documents[file])
        return self.documents[file]

    def warn_of_tags(self, documents: list[Document]) -> None:
        for tag, place in (entry for document in documents for entry in document.tags):
            remedy = meant(tag, ("!reset", "!override")) or "remove it, or put quotes around the value"
            self.context.warn(Code.INVALID_VALUE, f"the tag {tag} has no effect", remedy=remedy, place=place)

    def mapping(self, value: Any, file: str) -> dict[str, Any]:
        if value is None:
            self.refuse_empty(file)
        if not isinstance(value, dict):
            message = f"{file}: the top level must be a mapping"
            remedy = "start with services: and indent what belongs to it"
            place = mark_of(value) if self.context.trace else None
            raise LoadError([Diagnostic(Code.NOT_A_MAPPING, Severity.ERROR, message, (), remedy, place)])
        return value

    def refuse_empty(self, file: str) -> NoReturn:
        message, remedy = f"empty compose file: {file}", "declare at least one service"
        place = Location(shown(file), 1, 1)
        raise LoadError([Diagnostic(Code.EMPTY_PROJECT, Severity.ERROR, message, (), remedy, place)])

    def base_reader(self, unit: Unit) -> Callable[[str, ComposePath], Source]:
        """Reads a file that is extended, with this unit's variables."""

        def read(file: str, path: ComposePath) -> Source:
            focus = self.context.focus
            self.context.read(file, path)
            base = self.base(file, unit)
            self.context.focus = focus
            remedy = "name a file with services"
            return base or self.context.fail(
                Code.EXTENDS_UNDEFINED, f"{file} has no services section", remedy, path=path
            )

        return read

    def base(self, file: str, unit: Unit) -> Source | None:
        """The services of a file that is extended: in long form, their own ``extends`` kept.

        Paths become relative to the unit's home, so that what both files name is named alike when they are merged.
        """
        key = (file, unit.home, id(unit.environment))
        if key not in self.bases:
            tree: dict[str, Any] = {}
            resets: tuple[tuple[str, ...], ...] = ()
            for document in self.read(file):
                own = self.interpolated(self.mapping(document.value, file), unit)
                apply_resets(tree, document.resets)
                tree = self.merged(tree, promote(own, self.merge))
                tree = enforce_unique(canonicalise(tree, self.context), self.context)
                resets = document.resets
            directory = os.path.relpath(os.path.dirname(file), unit.home)
            services = Paths(directory, self.context).resolve(tree).get("services")
            self.bases[key] = Source(services, file, resets) if isinstance(services, dict) else None
        base = self.bases[key]
        return base._replace(entries=clone(base.entries)) if base is not None else None

    def drop_version(self, tree: dict[str, Any], file: str) -> None:
        if "version" not in tree:
            return
        self.context.focus = tree
        self.context.warn(
            Code.OBSOLETE_VERSION,
            f"{file}: the attribute `version` is obsolete, it is ignored",
            path=("version",),
            remedy="remove it",
        )
        del tree["version"]

    def project_name(self, located: Located) -> str:
        """By precedence: given or from the environment, ``name:`` in a file, the directory."""
        if located.project_name is not None:
            if normalised_name(located.project_name) != located.project_name:
                self.context.fail(
                    Code.INVALID_PROJECT_NAME,
                    f'invalid project name "{located.project_name}"',
                    "use lower-case letters, digits, dashes and underscores, and start with a letter or digit",
                )
            return located.project_name
        values = [document.value for file in located.files for document in self.read(file)]
        names = [value["name"] for value in values if isinstance(value, dict) and isinstance(value.get("name"), str)]
        given = next((name for name in reversed(names) if name), None)
        if given is None:
            return normalised_name(os.path.basename(located.directory)) or self.refuse_name(None)
        name: str = given
        if self.stages.interpolate:
            name = interpolate({"name": given}, located.environment, self.context)["name"]
        return (normalised_name(name) if self.stages.normalise else name) or self.refuse_name(mark_of(given))

    def refuse_name(self, place: Location | None) -> str:
        """Nothing of the directory's name, or of the name at ``place``, is a letter or a digit."""
        if not self.stages.validate:
            return ""
        source = "" if place else "give one with -p, or write name: "
        remedy = f"{source}use lower-case letters, digits, dashes and underscores"
        message = "project name must not be empty"
        raise LoadError([Diagnostic(Code.INVALID_PROJECT_NAME, Severity.ERROR, message, (), remedy, place)])


def shown(file: str) -> str:
    """A file as a person would type it: relative to the current directory where it lies below it."""
    if file == STDIN:
        return file
    relative = os.path.relpath(file)
    return file if relative.startswith(os.pardir) else relative


def _with_environment_contents(tree: dict[str, Any], unit: Unit) -> dict[str, Any]:
    """Values that configs and secrets take from variables; list entries of ``environment`` without a value."""
    for section, key in (("configs", "content"), ("secrets", CONTENT)):
        elements = tree.get(section)
        for element in elements.values() if isinstance(elements, dict) else ():
            variable = element.get("environment") if isinstance(element, dict) else None
            if isinstance(variable, str) and variable in unit.environment:
                element[key] = unit.environment[variable]
    for section in ("services", "jobs"):
        elements = tree.get(section)
        for element in elements.values() if isinstance(elements, dict) else ():
            entries = element.get("environment") if isinstance(element, dict) else None
            if isinstance(entries, list):
                element["environment"] = [
                    f"{entry}={unit.environment[entry]}" if entry in unit.environment else entry for entry in entries
                ]
    return tree


def without_contents(tree: dict[str, Any]) -> dict[str, Any]:
    """``tree`` without what secrets hold, in place."""
    secrets = tree.get("secrets")
    for secret in secrets.values() if isinstance(secrets, dict) else ():
        if isinstance(secret, dict):
            secret.pop(CONTENT, None)
    return tree


def project_of(tree: dict[str, Any], located: Located, context: Context, stages: Stages) -> Project:
    """The typed project of a canonical tree: validated, with profiles applied, consistent, env files read."""
    whole = tree if stages.normalise else {**_without_null_resources(tree), "name": located.project_name}
    project = to_project(whole, context)
    services, disabled_services = select(project.services, located.profiles)
    jobs, disabled_jobs = select(project.jobs, located.profiles)
    if stages.check_consistency:
        services = {name: _scaled(service) for name, service in services.items()}
    project = project.model_copy(update={"services": services, "jobs": jobs})
    project._disabled_services = disabled_services
    project._disabled_jobs = disabled_jobs
    project._working_dir = located.directory
    project._compose_files = located.files
    project._environment = {**located.environment, "COMPOSE_PROJECT_NAME": project.name}
    if stages.check_consistency:
        found = problems(project)
        context.report(
            [Diagnostic(code, Severity.ERROR, message, path, remedy) for code, message, remedy, path in found], None
        )
    return with_env_files(project, context, environment=stages.resolve_environment)


def _without_null_resources(tree: dict[str, Any]) -> dict[str, Any]:
    """``tree`` with empty mappings for networks and volumes of which only the name is written."""
    sections = {
        section: {name: {} if resource is None else resource for name, resource in tree[section].items()}
        for section in ("networks", "volumes")
        if isinstance(tree.get(section), dict)
    }
    return {**tree, **sections}


def _scaled(service: Service) -> Service:
    """``scale`` counts as ``deploy.replicas`` where there is a ``deploy`` that names none."""
    if service.scale is None or service.deploy is None or service.deploy.replicas is not None:
        return service
    return service.model_copy(update={"deploy": service.deploy.model_copy(update={"replicas": service.scale})})
