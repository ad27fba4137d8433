"""Keys that do not exist, at every level: most have a neighbour that was meant."""

from __future__ import annotations

from hybridcompose.diagnostics import Code
from tests.mistakes.case import Mistake


def _misspelt(where: str, text: str, remedy: str, files: dict[str, str | bytes] | None = None) -> Mistake:
    return Mistake(f"a misspelt key {where}", Code.UNKNOWN_KEY, text, remedy, files or {})


KEYS = (
    _misspelt("at the top", "«service»:\n  web: {image: a}\n", "did you mean services?"),
    _misspelt(
        "that is a service at the top",
        "services:\n  db: {image: a}\n«web»:\n  image: a\n",
        "write services: above it",
    ),
    _misspelt(
        "in a service", "services:\n  web:\n    image: a\n    «enviroment»: {A: b}\n", "did you mean environment?"
    ),
    _misspelt("with dashes", "services:\n  web:\n    image: a\n    «depends-on»: [web]\n", "did you mean depends_on?"),
    _misspelt("in camel case", "services:\n  web:\n    image: a\n    «dependsOn»: [web]\n", "did you mean depends_on?"),
    _misspelt("in capitals", "services:\n  web:\n    «IMAGE»: a\n", "did you mean image?"),
    _misspelt("in the singular", "services:\n  web:\n    image: a\n    «port»: ['80']\n", "did you mean ports?"),
    _misspelt(
        "that is nothing like any other",
        "services:\n  web:\n    image: a\n    «qqq»: 1\n",
        "remove it, or prefix it with x-",
    ),
    _misspelt("in a build", "services:\n  web:\n    build:\n      «contxt»: .\n", "did you mean context?"),
    _misspelt(
        "in a health check",
        "services:\n  web:\n    image: a\n    healthcheck:\n      test: x\n      «retry»: 3\n",
        "did you mean retries?",
    ),
    _misspelt(
        "in a dependency",
        "services:\n  web:\n    image: a\n    depends_on:\n      db: {«conditon»: service_started}\n  db: {image: a}\n",
        "did you mean condition?",
    ),
    _misspelt(
        "in a port", "services:\n  web:\n    image: a\n    ports:\n      - «targt»: 80\n", "did you mean target?"
    ),
    _misspelt(
        "in a mount",
        "services:\n  web:\n    image: a\n    volumes:\n      - type: bind\n        «src»: .\n        target: /x\n",
        "did you mean source?",
    ),
    _misspelt(
        "in the options of a bind mount",
        "services:\n  web:\n    image: a\n    volumes:\n"
        "      - {type: bind, source: ., target: /x, bind: {«create_hostpath»: true}}\n",
        "did you mean create_host_path?",
    ),
    _misspelt(
        "in the limits of resources",
        "services:\n  web:\n    image: a\n    deploy:\n      resources:\n        limits:\n          «cpu»: '1'\n",
        "did you mean cpus?",
    ),
    _misspelt(
        "in a deployment", "services:\n  web:\n    image: a\n    deploy: {«replica»: 2}\n", "did you mean replicas?"
    ),
    _misspelt("in logging", "services:\n  web:\n    image: a\n    logging: {«drivr»: x}\n", "did you mean driver?"),
    _misspelt(
        "in an attachment to a network",
        "services:\n  web:\n    image: a\n    networks:\n      default: {«alias»: [x]}\n",
        "did you mean aliases?",
    ),
    _misspelt(
        "in the rules of watch",
        "services:\n  web:\n    image: a\n    develop:\n      watch: [{path: ., action: rebuild, «ignored»: [x]}]\n",
        "did you mean ignore?",
    ),
    _misspelt(
        "in a network",
        "services: {web: {image: a}}\nnetworks:\n  net:\n    «drivers»: bridge\n",
        "did you mean driver?",
    ),
    _misspelt(
        "in a volume", "services: {web: {image: a}}\nvolumes:\n  v: {«extern»: true}\n", "did you mean external?"
    ),
    _misspelt("in a config", "services: {web: {image: a}}\nconfigs:\n  c: {«contents»: x}\n", "did you mean content?"),
    _misspelt("in a secret", "services: {web: {image: a}}\nsecrets:\n  s: {«files»: x}\n", "did you mean file?"),
    _misspelt(
        "in the address pools of a network",
        "services: {web: {image: a}}\nnetworks:\n  net:\n    ipam:\n      config:\n        - «subnett»: 10.0.0.0/8\n",
        "did you mean subnet?",
    ),
    _misspelt(
        "in an env file",
        "services:\n  web:\n    image: a\n    env_file:\n      - {path: a.env, «require»: false}\n",
        "did you mean required?",
    ),
    _misspelt(
        "in an included file",
        "include: [other.yaml]\n",
        "did you mean image?",
        {"other.yaml": "services:\n  db:\n    «imag»: a\n"},
    ),
    _misspelt(
        "in an extended file",
        "services:\n  web:\n    extends: {file: other.yaml, service: base}\n",
        "did you mean image?",
        {"other.yaml": "services:\n  base:\n    «imag»: a\n"},
    ),
    _misspelt(
        "in an extended service",
        "services:\n  web:\n    extends: base\n  base:\n    image: a\n    «comand»: x\n",
        "did you mean command?",
    ),
    _misspelt(
        "behind an anchor",
        "x-base: &base\n  «imag»: a\nservices:\n  web: *base\n  db: *base\n",
        "did you mean image?",
    ),
    _misspelt(
        "that is merged",
        "x-base: &base\n  «restrt»: always\nservices:\n  web:\n    <<: *base\n    image: a\n",
        "did you mean restart?",
    ),
    _misspelt(
        "under !override",
        "services:\n  web:\n    image: a\n    healthcheck: !override {«tests»: x}\n",
        "did you mean test?",
    ),
    Mistake(
        "a misspelt key in an override file",
        Code.UNKNOWN_KEY,
        "services:\n  web: {image: a}\n",
        "did you mean environment?",
        {"compose.override.yaml": "services:\n  web:\n    «environments»: {A: b}\n"},
        options={"paths": ["compose.yaml", "compose.override.yaml"]},
    ),
    Mistake(
        "the same key misspelt in both files",
        Code.UNKNOWN_KEY,
        "services:\n  web: {image: a, «prots»: []}\n",
        "did you mean ports?",
        {"compose.override.yaml": "services:\n  web:\n    ports: ['80']\n"},
        options={"paths": ["compose.yaml", "compose.override.yaml"]},
    ),
    Mistake(
        "a name with a blank",
        Code.UNKNOWN_KEY,
        "services:\n  «my web»: {image: a}\n",
        "use letters, digits, dots, dashes and underscores",
    ),
    Mistake("an empty name", Code.UNKNOWN_KEY, 'services:\n  «""»: {image: a}\n', "write a name"),
    Mistake(
        "a volume's name with a slash",
        Code.UNKNOWN_KEY,
        "services: {web: {image: a}}\nvolumes:\n  «a/b»: {}\n",
        "use letters, digits, dots, dashes and underscores",
    ),
    Mistake(
        "several misspelt keys",
        Code.UNKNOWN_KEY,
        "services:\n  web:\n    «imag»: a\n    image: b\n    «prots»: []\n«volume»: {}\n",
        "did you mean image?",
        more=((Code.UNKNOWN_KEY, "did you mean ports?"), (Code.UNKNOWN_KEY, "did you mean volumes?")),
    ),
)
