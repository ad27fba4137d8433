"""Values for compose files, made from the pinned specification's JSON Schema and from texts that mean something.

A value is a tree of dict, list and ``Source``: a scalar (or a whole flow value) as it stands in the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    #: ``draw(n)`` is a number below ``n``; the smaller, the simpler.
    Draw = Callable[[int], int]


class Source(str):
    """A value as YAML text."""

    __slots__ = ()


#: Scalars that readers of YAML disagree about, and values of any wrong type.
ODD = (
    "null", "~", "", "true", "yes", "0", "1", "-1", "1.5", "1.0", "1e3", "0440", "0x1F", "22:22", "2024-01-02", "1_000",
    ".inf", ".nan", '""', "text", "'1'", "'true'", "[]", "{}", "[a]", "[a, a]", "[1]", "[null]", "{a: b}", "{a: null}",
    "[[a]]", "[{a: b}]", "a b", "a=b", "a:b", "-", "/", ".", "$$", "${", "$X", "${X}", "${NO}", "${NO:-d}",
    "${NO:?gone}", "${X:+y}", "${EMPTY-d}", "${EMPTY:-d}", "${N}", "${secret_word}",
)  # fmt: skip

#: What strings are, by the key that they stand at (or below), or by that and the key around it.
TEXTS: dict[str, tuple[str, ...]] = {
    "configs.source": ("a", "b"),
    "deploy.mode": ("replicated", "global"),
    "ports.target": ("'80'", "'${N}'"),
    "secrets.source": ("a", "b"),
    "tmpfs.mode": ("1", "0o17"),
    "": ("a", "b", "'x y'", "${X}", "${secret_word}", "$N", "${NO:-d}", "'10'", "a=b", "a:b", "''", "/a"),
    "additional_contexts": ("a=./x", "c=docker-image://x"),
    "annotations": ("l=1", "m"),
    "args": ("A=1", "B=${X}", "C", "X", "NO"),
    "build": (".", "./app", "https://x/y.git"),
    "capabilities": ("gpu", "compute"),
    "command": ("run", "'sh -c \"a b\"'", "'a ; b'", "'echo $$HOME ${X}'", "''"),
    "configs": ("a", "b"),
    "container_name": ("cn", "c_1"),
    "content": ("c", "'${X}'"),
    "context": (".", "./app", "https://x/y.git", "sub"),
    "count": ("all", "'1'"),
    "cpus": ("'0.5'", "'1'", "'${N}'"),
    "cron": ("'* * * * *'",),
    "delay": ("1s", "1m30s"),
    "depends_on": ("core",),
    "device": ("./d", "/e"),
    "devices": ("/dev/a", "'/dev/a:/dev/b'", "'/a:/b:rw'"),
    "dns": ("1.1.1.1", "8.8.8.8", "''"),
    "dockerfile": ("Dockerfile", "d/F"),
    "driver": ("local", "bridge"),
    "entrypoint": ("run", "'a \"b c\" d'", "''"),
    "env_file": ("a.env", "./b.env", "sub/c.env"),
    "environment": ("A=1", "B=${X}", "C", "X", "'D= 1'", "E=", "NO", "A=2"),
    "expose": ("'80'", "'1-2'", "'80/tcp'"),
    "external": ("'true'", "'false'"),
    "extra_hosts": ("'h=1.2.3.4'", "'h:1.2.3.4'", "'i:::1'", "'i=[::1]'", "'h=1.1.1.1,2.2.2.2'"),
    "format": ("raw", "''"),
    "group_add": ("'1'", "g"),
    "host_ip": ("127.0.0.1", "'::1'"),
    "image": ("a", "'redis:7'", "${X}", "''", "a/b@sha256:0"),
    "interval": ("1s", "1m30s", "1d", "'1.5s'"),
    "ipc": ("host", "'service:core'"),
    "label_file": ("a.env", "b.env"),
    "labels": ("l=1", "m", "l=2", "a.b/c=x"),
    "links": ("core", "'core:x'"),
    "mem_limit": ("64m", "1gb", "'0'", "${N}"),
    "mem_reservation": ("64m", "1gb"),
    "memory": ("64m", "1gb", "'0'"),
    "memswap_limit": ("64m", "'-1'"),
    "mode": ("'0440'", "'0777'"),
    "models": ("a", "b"),
    "monitor": ("1s",),
    "name": ("a", "n1", "'${X}'"),
    "network_mode": ("host", "none", "'service:core'", "bridge"),
    "networks": ("a", "b", "default"),
    "path": ("a.env", "b.env", "sub/c.env"),
    "pid": ("host", "'service:core'"),
    "platform": ("linux/amd64", "linux/arm64"),
    "platforms": ("linux/amd64", "linux/arm64"),
    "ports": ("'80'", "'8080:80'", "'1-2:3-4/udp'", "'127.0.0.1::80'", "'[::1]:1:2'", "'${N}:80'", "'1-3:80'"),
    "profiles": ("p", "q"),
    "protocol": ("tcp", "udp"),
    "published": ("'8080'", "'1-2'", "'${N}'"),
    "pull_policy": ("always", "if_not_present", "every_12h"),
    "rate": ("1mb", "'10'"),
    "restart": ("always", "'no'"),
    "secrets": ("a", "b"),
    "service": ("web", "db", "base"),
    "shm_size": ("64m", "'1 kb'"),
    "size": ("1m", "'64'", "1.5g"),
    "source": ("a", "b", "./d", "/e", "~/f", "''"),
    "ssh": ("default", "k=~/.ssh/k"),
    "start_interval": ("1s",),
    "start_period": ("1s",),
    "stop_grace_period": ("1s", "1m"),
    "subnet": ("10.0.0.0/24", "10.1.0.0/24"),
    "sysctls": ("net.a=1", "net.b"),
    "target": ("/t", "/u/", "/t/../v", "t"),
    "test": ("'curl x'", "CMD", "NONE", "CMD-SHELL"),
    "timeout": ("1s", "500ms"),
    "tmpfs": ("/t", "'/u:size=1m'"),
    "umask": ("'022'", "'0o77'", "'77'"),
    "user": ("u", "'1:1'"),
    "volumes": ("a:/t", "b:/u:ro", "./d:/v", "/e:/w:rw,z", "~/f:/y", "/anon", "'a:/tt:x'", "'b:/x:nocopy'"),
    "volumes_from": ("core", "'core:ro'", "'container:x'"),
    "window": ("1s",),
}  # fmt: skip

#: Strings that are refused at their key, or that are read in a way of their own.
AWKWARD: dict[str, tuple[str, ...]] = {
    "additional_contexts": ("b=service:db", "d", "e=service:no"),
    "command": ("'a \\'", "'a (b'"),
    "configs": ("c",),
    "container_name": ("x",),
    "count": ("x",),
    "cpus": ("x",),
    "depends_on": ("job", "no", "web", "db"),
    "devices": ("'a:b:c:d'", "''"),
    "env_file": ("no.env", "''"),
    "environment": ("'D = 1'", "''", "=x"),
    "expose": ("x",),
    "extra_hosts": ("h", "''", "'=1.1.1.1'", "'[h]=1'"),
    "format": ("x",),
    "host_ip": ("x", "''"),
    "interval": ("1", "x", "'-1s'", "''"),
    "label_file": ("no.env",),
    "links": ("no", "db"),
    "mem_limit": ("x", "''", "'-1'"),
    "memory": ("x", "'-1'"),
    "mode": ("x", "host", "'9'"),
    "network_mode": ("'service:no'", "''", "'service:db'"),
    "networks": ("c",),
    "ports": ("'80:x'", "'99999'", "'1-3:1-2'", "'80/x'", "''", "'a:1:2'"),
    "protocol": ("x", "''"),
    "published": ("x", "''"),
    "pull_policy": ("x", "''"),
    "source": ("c", "no"),
    "ssh": ("x",),
    "stop_grace_period": ("x", "''"),
    "subnet": ("x",),
    "target": ("'80'", "'${N}'", "'90-91'", "''"),
    "test": ("x",),
    "timeout": ("x",),
    "umask": ("x", "'099'"),
    "volumes": ("'::'", "''", "'a:b:c:d'", "no:/q", "'a:/t'"),
    "volumes_from": ("no", "web"),
}  # fmt: skip

#: Keys of mappings that have no list of their keys, by the key that the mapping stands at.
NAMES: dict[str, tuple[str, ...]] = {
    "": ("a", "b", "k.l", "K"),
    "services": ("web", "db", "base", "x-s"),
    "depends_on": ("core",),
    "jobs": ("job", "nightly"),
    "networks": ("a", "b", "default"),
    "ulimits": ("nofile", "nproc"),
    "environment": ("A", "B", "X", "NO"),
    "args": ("A", "X", "NO"),
    "extra_hosts": ("h", "i"),
    "driver_opts": ("o", "device", "type"),
    "volumes": ("a", "b"),
    "configs": ("a", "b"),
    "secrets": ("a", "b"),
    "models": ("a", "b"),
    "ssh": ("default",),  # the reference cannot print one with a path
    "additional_contexts": ("a", "b"),
}
#: Keys that the schema does not require, but a later stage.
EXPECTED = {
    "configs": ("source",),
    "devices": ("target",),
    "job": ("triggers",),
    "ports": ("target",),
    "secrets": ("source",),
    "triggers": ("manual",),
    "volumes": ("target",),
    "watch": ("target",),
}

#: Keys that may not stand beside one another.
CONTRADICTIONS = {
    "build": (("dockerfile", "dockerfile_inline"),),
    "devices": (("count", "device_ids"),),
    "network": (("external", "name"),),
    "service": (("deploy", "container_name"), ("deploy", "scale"), ("scale", "container_name")),
}
WORKLOADS = ("service", "job")

#: Keys that do not belong everywhere; the last ones are extensions.
MORE_KEYS = ("unknown", "imagee", "command", "''", "x-own", "x-")
#: Numbers and booleans; the second row only where a string may stand too.
INTEGERS = (("1", "2", "3", "80", "0o17", "0440", "81"), ("'${N}'", "${N}", "'3'"))
NUMBERS = (("1", "2", "0", "65536", "1.0", "1e2"), ("'${N}'", "'3'", "${N}"))
BOOLEANS = (("true", "false"), ("'${T}'", "'yes'", "'false'"))


def choose(draw: Draw, options: Sequence[Any]) -> Any:
    return options[draw(len(options))]


def chance(draw: Draw, one_in: int) -> bool:
    """True once in a while; the simplest example is where nothing happens."""
    return draw(one_in) == one_in // 2


class Grammar:
    """Draws values of the definitions of a JSON Schema. ``mischief``: one in so many values is an odd one.

    ``awkward``: now and then a string is one that its key refuses, or reads in a way of its own.
    """

    def __init__(self, schema: Mapping[str, Any], draw: Draw, mischief: int, *, awkward: bool) -> None:
        self.schema = schema
        self.draw = draw
        self.mischief = mischief
        self.awkward = awkward
        self.used: dict[str, list[str]] = {}
        self.overriding = False
        #: Keys that most services and files of this project give, and a key below each: there rules meet.
        self.focus: tuple[tuple[str, str], ...] = ()
        self.dense = False
        self.inside = ""

    def definition(self, name: str, *, keys: int = 4) -> Any:
        return self.value(self.schema["$defs"][name], name, keys)

    def value(self, schema: Mapping[str, Any], key: str, keys: int = 2) -> Any:
        if self.mischief and chance(self.draw, self.mischief):
            odd = choose(self.draw, ODD)
            # A secret without a source: the reference mounts it at the path "%!s(<nil>)", see loading.md.
            # A date as a command is dropped without a word, one in a command makes the reference crash.
            unwanted = (key == "secrets" and "{" in odd) or (key in ("command", "entrypoint") and odd[:4] == "2024")
            if key in ("extra_hosts", "source") and odd in ("null", "~", "", "{}"):
                odd = "text"  # no empty extra_hosts, no secret without a source
            return Source("null" if unwanted else odd)
        if "$ref" in schema:
            return self.value(self.schema["$defs"][schema["$ref"].rpartition("/")[2]], key, keys)
        for several in ("oneOf", "anyOf"):
            if several in schema and "properties" not in schema:
                return self.value(self._branch(schema[several], key), key, keys)
        if key == "additional_contexts" and self.inside == key:
            return Source(choose(self.draw, ("./x", "docker-image://x", "service:core")))  # it crashes at all else
        if "maximum" in schema and key != "umask":
            return Source(choose(self.draw, ("1", "100", "'${N}'")))
        if "enum" in schema:
            return Source(choose(self.draw, schema["enum"]))
        kinds = schema.get("type", "object")
        kind = kinds if isinstance(kinds, str) else self._one_of(kinds, key)
        return self._of_kind(kind, schema, key, keys, mixed="string" in kinds)

    def _branch(self, branches: list[Mapping[str, Any]], key: str) -> Mapping[str, Any]:
        if key not in TEXTS and any(branch.get("type") == "integer" for branch in branches):
            branches = [branch for branch in branches if branch.get("type") != "string"]
        full = [branch for branch in branches if "properties" in branch]
        if self.dense and full and not chance(self.draw, 4):
            branches = full
        return choose(self.draw, branches)  # type: ignore[no-any-return]  # one of them

    def _one_of(self, kinds: list[str], key: str) -> str:
        """One of several types: a string only where there is one that means something at the key."""
        if "boolean" in kinds or key not in TEXTS:
            kinds = [kind for kind in kinds if kind != "string"] or kinds
        return str(choose(self.draw, kinds))

    def _of_kind(self, kind: str, schema: Mapping[str, Any], key: str, keys: int, *, mixed: bool) -> Any:
        match kind:
            case "object":
                return self.mapping(schema, key, keys)
            case "array":
                return self.entries(schema, key)
            case "string":
                table = AWKWARD if key in AWKWARD and self.awkward and chance(self.draw, 40) else TEXTS
                texts = table.get(f"{self.inside}.{key}") or table.get(key, TEXTS[""])
                return Source(choose(self.draw, texts))
            case "integer":
                return self.scalar(INTEGERS, mixed)
            case "number" if key in ("expose", "ports", "group_add", "mode", "weight"):
                return self.scalar(INTEGERS, mixed)
            case "number":
                return self.scalar(NUMBERS, mixed)
            case "boolean":
                return self.scalar(BOOLEANS, mixed)
        return Source("null")

    def scalar(self, rows: tuple[tuple[str, ...], tuple[str, ...]], mixed: bool) -> Source:
        return Source(choose(self.draw, rows[mixed and chance(self.draw, 4)]))

    def key(self, mapping: str, names: list[str]) -> str:
        """A key for the mapping at ``mapping``: in an override most have been used there before, so that files meet."""
        used = [name for name in self.used.setdefault(mapping, []) if name in names]
        name = str(choose(self.draw, used if used and chance(self.draw, 6) != self.overriding else names))
        self.used[mapping].append(name)
        return name

    def keys(self, mapping: str, names: list[str], most: int) -> list[str]:
        """The keys of a mapping: a few, and those in focus."""
        found = [self.key(mapping, names) for _ in range(self.draw(most + 1))]
        wanted = [key for key, _ in self.focus] if mapping in WORKLOADS else []
        if self.dense:
            found += [self.key(mapping, names) for _ in range(2)]
            wanted = [below for key, below in self.focus if key == mapping]
        return [*found, *(name for name in dict.fromkeys(wanted) if name in names and not chance(self.draw, 5))]

    def entries(self, schema: Mapping[str, Any], key: str) -> list[Any]:
        found = [self.value(schema.get("items", {"type": "string"}), key) for _ in range(self.draw(4))]
        if chance(self.draw, 3 if key in ("ports", "tmpfs") else 30):
            return found
        return [entry for index, entry in enumerate(found) if entry not in found[:index]]

    def properties(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        found = dict(schema.get("properties", {}))
        for part in schema.get("allOf", ()):
            found |= self.properties(self.schema["$defs"][part["$ref"].rpartition("/")[2]])
        return found

    def mapping(self, schema: Mapping[str, Any], key: str, keys: int) -> dict[str, Any]:
        outer = self.dense, self.inside
        self.inside = key
        properties = self.properties(schema)
        result = self.known(schema, key, keys, properties) if properties else self.free(schema, key)
        if self.mischief and chance(self.draw, self.mischief):
            # Names that begin with x- in a mapping of free names: the reference loses them, see loading.md.
            extra = MORE_KEYS if "^x-" in schema.get("patternProperties", ()) else MORE_KEYS[:4]
            name, odd = choose(self.draw, extra), choose(self.draw, ODD)
            result[name] = Source("null" if name == "command" and odd[:4] == "2024" else odd)
        self.dense, self.inside = outer
        return result

    def known(self, schema: Mapping[str, Any], key: str, keys: int, properties: Mapping[str, Any]) -> dict[str, Any]:
        """A mapping whose keys the specification names."""
        result: dict[str, Any] = {}
        for name in schema.get("required", ()):
            if not (self.mischief and chance(self.draw, self.mischief)):
                result[name] = self.value(properties[name], name)
        for name in EXPECTED.get(key, ()):
            if name in properties and (name == "source" or not chance(self.draw, 40)):
                result[name] = self.value(properties[name], name)
        for name in self.keys(key, sorted(properties), keys):
            self.dense, dense = key in WORKLOADS and any(name == focus for focus, _ in self.focus), self.dense
            result[name] = self.value(properties[name], name)
            self.dense, self.inside = dense, key
        if not chance(self.draw, 9):
            _reconcile(result, key)
        return result

    def free(self, schema: Mapping[str, Any], key: str) -> dict[str, Any]:
        """A mapping of names."""
        patterns = [below for pattern, below in schema.get("patternProperties", {}).items() if pattern != "^x-"]
        entry = patterns[0] if patterns else {"type": "string"}
        # No empty extra_hosts, see loading.md.
        count = self.draw(3) if key != "extra_hosts" else 1 + self.draw(2)
        names = (choose(self.draw, NAMES.get(key, NAMES[""])) for _ in range(count))
        return {name: self.value(entry, name if key == "driver_opts" else key) for name in names}


def _reconcile(mapping: dict[str, Any], key: str) -> None:
    """Takes out what contradicts the rest."""
    if key == "volumes" and mapping.get("type") == "bind":
        mapping.setdefault("source", Source("./d"))
    for one, other in CONTRADICTIONS.get(key, ()):
        if one in mapping:
            mapping.pop(other, None)
