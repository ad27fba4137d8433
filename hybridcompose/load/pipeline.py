"""The stages of loading, in order: from compose files to one canonical tree, and from it to a ``Project``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from hybridcompose.diagnostics import Code, ComposePath, Diagnostic, LoadError, Location, Severity
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
        if not tree:
            self.context.fail(
                Code.EMPTY_PROJECT, f"empty compose file: {', '.join(located.files)}", "declare at least one service"
            )
        if not name and self.stages.validate:
            self.context.fail(
                Code.INVALID_PROJECT_NAME, "project name must not be empty", "give one with -p, or write name:"
            )
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
        return enforce_unique(self.merge.trees(tree, own), self.context)

    def read(self, file: str) -> list[Document]:
        """The documents of a file, parsed once a run."""
        if file not in self.documents:
            data = self.context.read(file)
            self.context.sources.add(file)
            self.documents[file] = read_documents(
                data, shown(file), trace=self.context.trace, max_nodes=self.context.max_nodes
            )
        return self.documents[file]

    def mapping(self, value: Any, file: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            if value is None:
                self.context.fail(Code.EMPTY_PROJECT, f"empty compose file: {file}", "declare at least one service")
            message = f"{file}: the top level must be a mapping"
            remedy = "start with services: and indent what belongs to it"
            place = Location(shown(file), 1, 1)
            raise LoadError([Diagnostic(Code.NOT_A_MAPPING, Severity.ERROR, message, (), remedy, place)])
        return value

    def base_reader(self, unit: Unit) -> Callable[[str, ComposePath], Source]:
        """Reads a file that is extended, with this unit's variables."""

        def read(file: str, path: ComposePath) -> Source:
            focus = self.context.focus
            self.context.read(file, path)
            base = self.base(file, unit)
            self.context.focus = focus
            return base or self.context.fail(Code.EXTENDS_UNDEFINED, f"{file} has no services section", path=path)

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
        names = [
            document.value["name"]
            for file in located.files
            for document in self.read(file)
            if isinstance(document.value, dict)
            and isinstance(document.value.get("name"), str)
            and document.value["name"]
        ]
        if names:
            written = {"name": names[-1]}
            named = interpolate(written, located.environment, self.context) if self.stages.interpolate else written
            name: str = named["name"]
            return normalised_name(name) if self.stages.normalise else name
        return normalised_name(os.path.basename(located.directory))


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
    project = to_project(tree if stages.normalise else {**_without_null_resources(tree), "name": located.project_name})
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
        _refuse_problems(project)
    return with_env_files(project, context, environment=stages.resolve_environment)


def _refuse_problems(project: Project) -> None:
    findings = [
        Diagnostic(code, Severity.ERROR, message, path, remedy) for code, message, remedy, path in problems(project)
    ]
    if findings:
        raise LoadError(findings)


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
