"""Whole compose projects, drawn at random: files, variables and options of one load."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from tests.oracle.grammar import Grammar, Source, chance, choose
from tests.oracle.reference_loader import LoadRequest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.oracle.grammar import Draw

ENVIRONMENT = {"X": "x1", "EMPTY": "", "N": "7", "T": "true", "secret_word": "hunter2"}
ENV_FILES = (
    "A=1\n",
    "B='q $X'\nC=\"d ${X} ${A}\\n\"\n",
    "export D = 1 # c\nE\nX\n",
    "# c\n\nF=${A:-d}\nG=$$\n",
    "L=\"two\nlines\"\nM='its'\n",
    "N: 5\nO=\n",
    "T=1\r\nU=2\r\n",
    "P=a b  \nQ='x' # c\nR=#x\n",
)
#: What env files are made of, to be put together in any order.
PIECES = (
    "A", "=", "\n", "b", "'", '"', " ", "X", "$X", "${A:-d}", "#", " #", "\\", "\\n", "export ", ":", "\t", "\r\n",
    "é", "$$", ".", "-", "A=1\n", "B='c'\n", "${", "\\\"", "\\'", "$A", "=\n", "0",
)  # fmt: skip
BROKEN_ENV_FILES = (
    'S="open\n',
    "1X=1\n",
    "bad line\n",
    "V=${NO:?gone}\n",
)
USUAL_NAMES = (
    ("compose.yaml", "compose.override.yaml"),
    ("docker-compose.yml", "docker-compose.override.yml"),
    ("compose.yml", "compose.override.yml"),
)
SECTIONS = ("networks", "volumes", "configs", "secrets", "models")
DEFINITIONS = {name: name.removesuffix("s") for name in SECTIONS}


@dataclass(frozen=True)
class Case:
    """A project's files by relative path, and how it is loaded."""

    files: Mapping[str, str]
    compose: tuple[str, ...] = ("compose.yaml",)
    environment: Mapping[str, str] = field(default_factory=dict)
    profiles: tuple[str, ...] = ()
    project_name: str | None = None
    env_files: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """The project as a person reads it: this is what a failing run prints."""
        options = f"compose={self.compose} environment={dict(self.environment)} profiles={self.profiles}"
        more = f" project_name={self.project_name!r} env_files={self.env_files}"
        return options + more + "".join(f"\n--- {name}\n{text}" for name, text in self.files.items())

    def discovered(self, draw: Draw) -> Case:
        """Once in a while the same files, not named but found: by their usual names, or by a variable."""
        if not chance(draw, 12):
            return self
        names = dict(zip(("compose.yaml", "override.yaml"), choose(draw, USUAL_NAMES), strict=True))
        files = {names.get(name, name): text for name, text in self.files.items()}
        variables = choose(
            draw,
            ({}, {"COMPOSE_PROFILES": "p, q"}, {"COMPOSE_PROJECT_NAME": choose(draw, ("pn", "p-1", "p_2", "P n"))}),
        )
        return replace(
            self, files=files, compose=(), environment={**self.environment, **variables}, project_name=None, profiles=()
        )

    def write(self, directory: Path) -> LoadRequest:
        for name, text in self.files.items():
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        return LoadRequest(
            str(directory), self.compose, self.environment, self.profiles, self.project_name, self.env_files
        )


class _Writer:
    """YAML text of a tree, with anchors, aliases, merges and tags strewn in."""

    def __init__(self, draw: Draw, *, tags: bool) -> None:
        self.draw = draw
        self.tags = tags
        self.anchored = True
        self.anchors: dict[str, str] = {}  # the last one at each key
        self.mappings: dict[str, str] = {}

    def text(self, tree: Mapping[str, Any]) -> str:
        return self.mapping(tree, 0, "") or "{}\n"

    def mapping(self, tree: Mapping[str, Any], indent: int, at: str) -> str:
        lines = [" " * indent + _key(key) + self.value(entry, indent, key) for key, entry in tree.items()]
        if indent > 2 and at in self.mappings and chance(self.draw, 4):
            both = f"[*{self.mappings[at]}, *{choose(self.draw, [*self.mappings.values()])}]"
            lines.append(" " * indent + f"<<: {choose(self.draw, ('*' + self.mappings[at], both))}\n")
        return "".join(lines)

    def value(self, value: Any, indent: int, at: str) -> str:
        """What stands after a key or a dash. ``at`` is the key, or a service's section."""
        number = self.draw(60)
        if number == 3 and at in self.anchors:
            return f" *{self.anchors[at]}\n"
        tag = (
            ("!reset", "!override")[number - 1] if number in (1, 2) and self.tags and indent and at != "source" else ""
        )
        # Anchors below a tag: their meaning elsewhere depends on the order of reading, see loading.md.
        self.anchored, outer = self.anchored and not tag, self.anchored
        text = self.plain(value, indent, at)
        self.anchored = outer
        if tag:
            return f" {tag}{text}"
        if number == 4 and indent and self.anchored:
            name = f"n{len(self.anchors)}"
            self.anchors[at] = name
            if isinstance(value, dict):
                self.mappings[at] = name
            return f" &{name}{text}"
        return text

    def plain(self, value: Any, indent: int, at: str) -> str:
        if isinstance(value, dict) and value:
            return "\n" + self.mapping(value, indent + 2, at)
        if isinstance(value, list) and value:
            return "\n" + "".join(" " * indent + "  -" + self.value(entry, indent + 4, at) for entry in value)
        return f" {value if isinstance(value, Source) else '{}' if isinstance(value, dict) else '[]'}\n"


def _key(key: str) -> str:
    return f"{key}:" if key else '"":'


def _interesting(grammar: Grammar) -> list[tuple[str, str]]:
    """What a project may be about, each a key and a key below it: what merges in ways of its own more often."""
    definitions = grammar.schema["$defs"]
    found = [(section, "") for section in (*SECTIONS, *SECTIONS)]
    for key, value in sorted(grammar.properties(definitions["service"]).items()):
        kinds = [definitions.get(kind.get("$ref", "").rpartition("/")[2], kind) for kind in (value, *_kinds(value))]
        below = sorted({name for kind in kinds for name in kind.get("properties", ())})
        found += [(key, name) for name in below] * 2
        found += [(key, "")] * (3 if any(kind.get("type") != "string" for kind in kinds) else 1)
    return found


def _kinds(value: Mapping[str, Any]) -> tuple[Any, ...]:
    return (*value.get("oneOf", ()), *value.get("anyOf", ()))


class _Builder:
    def __init__(self, draw: Draw, schema: Mapping[str, Any]) -> None:
        self.draw = draw
        self.grammar = Grammar(schema, draw, choose(draw, (0, 0, 0, 0, 400, 100)), awkward=chance(draw, 3))
        self.files: dict[str, str] = {}
        #: How many keys a service has beside those in focus, at most: the more, the more is refused.
        self.breadth = choose(draw, (1, 1, 5))
        self.source = choose(draw, ("file", "environment"))
        self.interesting = _interesting(self.grammar)
        self.own = choose(draw, (("web", "db"), ("web", "db", "base"), ("db", "web", "base"), ("web", "x-s", "db")))

    def case(self) -> Case:
        draw = self.draw
        several = not chance(draw, 3)
        self.grammar.focus = tuple(choose(draw, self.interesting) for _ in range(3 + draw(4)))
        self.file("compose.yaml", tags=False)
        if several:
            self.file("override.yaml", tags=True, partial=True)
        for name in ("a.env", "b.env", ".env", "sub/c.env", "sub/.env"):
            if not chance(draw, 12):
                self.files[name] = "".join(self.variables() for _ in range(1 + draw(2)))
        return Case(
            self.files,
            ("compose.yaml", "override.yaml") if several else ("compose.yaml",),
            ENVIRONMENT,
            choose(draw, ((), ("p",), ("*",), ("p", "q"))),
            choose(draw, ("demo", None)),
            ("a.env",) if "a.env" in self.files and chance(draw, 6) else (),
        ).discovered(draw)

    def variables(self) -> str:
        if chance(self.draw, 30):
            return "".join(choose(self.draw, PIECES) for _ in range(self.draw(12)))
        return str(choose(self.draw, BROKEN_ENV_FILES if chance(self.draw, 80) else ENV_FILES))

    def file(self, name: str, *, tags: bool, partial: bool = False, leaf: bool = False) -> None:
        tree = self.tree(partial=partial, leaf=leaf)
        writer = _Writer(self.draw, tags=tags or chance(self.draw, 10))
        self.files[name] = writer.text(tree)
        if chance(self.draw, 15):
            self.files[name] += "---\n" + writer.text(
                self.tree(partial=True, leaf=leaf, names=tuple(tree["services"])[:1])
            )

    def tree(self, *, partial: bool, leaf: bool, names: tuple[str, ...] = ()) -> dict[str, Any]:
        draw, tree = self.draw, dict[str, Any]()
        if chance(draw, 10):
            tree["name"] = Source(
                choose(draw, ("n1", "'${X}'", "N-a", "'_x'", "''") if not chance(draw, 30) else ("1", ""))
            )
        if chance(draw, 12):
            tree["version"] = Source(choose(draw, ("'3'", "'2.4'", "'3.8'") if not chance(draw, 30) else ("3.8",)))
        if not leaf and chance(draw, 6):
            tree["include"] = [self.include() for _ in range(1 + draw(2))]
        tree["services"] = {
            name: self.service(name, partial=partial, leaf=leaf) for name in names or self.names(leaf=leaf)
        }
        if not partial:
            tree["services"]["core"] = {"image": Source("c")}
        if chance(draw, 8):
            job = self.grammar.definition("job", keys=self.breadth)
            tree["jobs"] = {"job": {"image": Source("j"), **job} if isinstance(job, dict) else job}
        for section in SECTIONS:
            if not partial and not chance(draw, 12):
                tree[section] = {name: self.resource(section, name) for name in ("a", "b")}
            elif (section, "") in self.grammar.focus or chance(draw, 6):
                name = choose(draw, ("a", "c", "default"))
                tree[section] = {name: self.resource(section, name)}
        if chance(draw, 10):
            tree["x-top"] = Source(choose(draw, ("1", "{a: 1.0}", "[a, 2024-01-02]", "1e3", "null", "~")))
        return tree

    def names(self, *, leaf: bool) -> tuple[str, ...]:
        # Extended files have names of their own: the reference takes two services of one name for one another
        # where both extend something, and calls that a circle, or not, by the order of a random iteration.
        return ("e1", "e2", "e3") if leaf else self.own

    def resource(self, section: str, name: str) -> Any:
        self.grammar.dense = (section, "") in self.grammar.focus
        value = self.grammar.definition(DEFINITIONS[section], keys=self.breadth // 2)
        self.grammar.dense = False
        if isinstance(value, dict) and section in ("configs", "secrets") and not chance(self.draw, 60):
            for key in ("environment", "content", "file"):
                value.pop(key, None)
            key = {"a": "file", "b": self.source}.get(name, "content" if section == "configs" else "file")
            key = "environment" if chance(self.draw, 90) else key
            value[key] = Source(choose(self.draw, ("X", "./f", "NO")))
            value.pop("external", None)
        if isinstance(value, dict) and section in ("volumes", "configs", "secrets") and not chance(self.draw, 6):
            value.pop("external", None)
        return value

    def service(self, name: str, *, partial: bool, leaf: bool) -> Any:
        self.grammar.overriding = partial
        value = self.grammar.definition("service", keys=self.breadth)
        if not isinstance(value, dict):
            return value
        if not partial and not chance(self.draw, 60):
            value.setdefault("image", Source("i"))
        value.pop("extends", None)
        if chance(self.draw, 6):
            value["extends"] = self.extends(name, leaf=leaf)
        return value

    def extends(self, name: str, *, leaf: bool) -> Any:
        others = self.names(leaf=leaf)
        service = Source(choose(self.draw, others[others.index(name) + 1 :] or ("core",)))
        if leaf or chance(self.draw, 3):
            return choose(self.draw, (service, {"service": service}))
        file = choose(self.draw, ("base.yaml", "sub/base.yaml"))
        if file not in self.files:
            self.files[file] = ""
            self.file(file, tags=False, leaf=True)
        return {"service": Source(choose(self.draw, ("e2", "e1", "e3"))), "file": Source(file)}

    def include(self) -> Any:
        path = choose(self.draw, ("sub/c.yaml", "inc.yaml"))
        if path not in self.files:
            self.files[path] = ""
            self.file(path, tags=False, leaf=not chance(self.draw, 4))
        if chance(self.draw, 2):
            return Source(path)
        value: dict[str, Any] = {"path": Source(path)}
        if self.grammar.mischief and chance(self.draw, 6):
            return self.grammar.definition("include")
        if chance(self.draw, 3):
            value["project_directory"] = Source(choose(self.draw, ("sub", ".", "no", "''")))
        if chance(self.draw, 3):
            value["env_file"] = Source(choose(self.draw, ("a.env", "[a.env, b.env]", "sub/c.env", "/dev/null", "[]")))
        return value


def project(schema: Mapping[str, Any], draw: Draw) -> Case:
    """A compose project; most of them are valid."""
    return _Builder(draw, schema).case()


def projects(schema: Mapping[str, Any]) -> st.SearchStrategy[Case]:
    """The same as a strategy, so that a failing project becomes as small as it can."""

    @st.composite
    def drawn(draw: st.DrawFn) -> Case:
        return project(schema, lambda count: draw(_below(count)))

    return drawn()


@cache
def _below(count: int) -> st.SearchStrategy[int]:
    return st.integers(0, count - 1)
