"""Files that are not there, cannot be read, or are on another machine."""

from __future__ import annotations

from hybridcompose.diagnostics import Code
from tests.mistakes.case import Mistake

FILES = (
    Mistake("an empty file", Code.EMPTY_PROJECT, "«»", "declare at least one service"),
    Mistake("a file of comments", Code.EMPTY_PROJECT, "«»# nothing yet\n", "declare at least one service"),
    Mistake("an empty mapping", Code.EMPTY_PROJECT, "«{»}\n", "declare at least one service"),
    Mistake(
        "a compose file that does not exist",
        Code.NO_COMPOSE_FILE,
        "services: {web: {image: a}}\n",
        "check the path",
        options={"paths": ["compose.yaml", "q.yaml"]},
    ),
    Mistake(
        "an include that does not exist",
        Code.NO_COMPOSE_FILE,
        "include:\n  - «db/compose.yaml»\nservices: {web: {image: a}}\n",
        "relative to",
    ),
    Mistake(
        "a long include that does not exist",
        Code.NO_COMPOSE_FILE,
        "include:\n  - path: [a.yaml, «b.yaml»]\n",
        "did you mean a.yaml?",
        {"a.yaml": "services: {web: {image: a}}\n"},
    ),
    Mistake(
        "an include that is a directory",
        Code.UNREADABLE_FILE,
        "include: [«db»]\nservices: {web: {image: a}}\n",
        "name a file in it",
        {"db/compose.yaml": "services: {db: {image: a}}\n"},
    ),
    Mistake(
        "the variables of an include that do not exist",
        Code.MISSING_ENV_FILE,
        "include:\n  - path: a.yaml\n    env_file: «a.env»\n",
        "create it",
        {"a.yaml": "services: {web: {image: a}}\n"},
    ),
    Mistake(
        "an env file that does not exist",
        Code.MISSING_ENV_FILE,
        "services:\n  web:\n    image: a\n    env_file: «web.env»\n",
        "write required: false",
    ),
    Mistake(
        "one env file of several that does not exist",
        Code.MISSING_ENV_FILE,
        "services:\n  web:\n    image: a\n    env_file:\n      - a.env\n      - path: «web.env»\n",
        "write required: false",
        {"a.env": "A=b\n"},
    ),
    Mistake(
        "an env file that is a directory",
        Code.UNREADABLE_FILE,
        "services:\n  web:\n    image: a\n    env_file: [«env»]\n",
        "name a file in it",
        {"env/a.env": "A=b\n"},
    ),
    Mistake(
        "a label file that does not exist",
        Code.MISSING_ENV_FILE,
        "services:\n  web:\n    image: a\n    label_file: [«web.labels»]\n",
        "create it",
    ),
    Mistake(
        "an extended file that does not exist",
        Code.NO_COMPOSE_FILE,
        "services:\n  web:\n    extends:\n      file: «bse.yaml»\n      service: base\n",
        "did you mean base.yaml?",
        {"base.yaml": "services: {base: {image: a}}\n"},
    ),
    Mistake(
        "missing files of two services",
        Code.MISSING_ENV_FILE,
        "services:\n  web: {image: a, env_file: «a.env»}\n  db: {image: a, env_file: [«b.env»]}\n",
        "create it",
        more=((Code.MISSING_ENV_FILE, "create it"),),
    ),
    Mistake(
        "an include from a repository",
        Code.UNSUPPORTED_RESOURCE,
        "include: [«git@example.org:team/app.git»]\n",
        "fetch it beforehand",
    ),
    Mistake(
        "an include from a registry",
        Code.UNSUPPORTED_RESOURCE,
        "include:\n  - path: «oci://registry.example/app:1»\n",
        "fetch it beforehand",
    ),
    Mistake(
        "an include from a web server",
        Code.UNSUPPORTED_RESOURCE,
        "include: [«https://example.org/app.git#main»]\n",
        "fetch it beforehand",
    ),
    Mistake(
        "an extended file from a web server",
        Code.UNSUPPORTED_RESOURCE,
        "services:\n  web:\n    extends:\n      file: «https://example.org/base.yaml»\n      service: base\n",
        "fetch it beforehand",
    ),
)
#: Found when a project is translated: the files that a build or a mount names.
GATHERED = (
    Mistake(
        "a build context that does not exist",
        Code.MISSING_BUILD_CONTEXT,
        "services:\n  web:\n    build: «./wbe»\n",
        "the directory that holds the Dockerfile",
    ),
    Mistake(
        "a long build context that does not exist",
        Code.MISSING_BUILD_CONTEXT,
        "services:\n  web:\n    build:\n      context: «wbe»\n",
        "the directory that holds the Dockerfile",
    ),
    Mistake(
        "a Dockerfile that does not exist",
        Code.MISSING_DOCKERFILE,
        "services:\n  web:\n    build:\n      context: .\n      dockerfile: «docker/File»\n",
        "relative to the build context",
    ),
    Mistake(
        "a default Dockerfile that does not exist",
        Code.MISSING_DOCKERFILE,
        "services:\n  web:\n    build: «./web»\n",
        "relative to the build context",
        {"web/main.py": ""},
    ),
    Mistake(
        "an instruction that does not exist",
        Code.INVALID_DOCKERFILE,
        "services: {web: {build: .}}\n",
        "",
        {"Dockerfile": "FROM a\n\n«RUNN» make\n"},
    ),
    Mistake(
        "an instruction of an inline Dockerfile",
        Code.INVALID_DOCKERFILE,
        "services:\n  web:\n    build:\n      dockerfile_inline: |\n        FROM a\n        «RUNN» make\n",
        "did you mean RUN?",
    ),
    Mistake(
        "a Dockerfile on one line",
        Code.INVALID_DOCKERFILE,
        "services:\n  web:\n    build:\n      dockerfile_inline: «FRM a»\n",
        "did you mean FROM?",
    ),
    Mistake(
        "a port of the image",
        Code.INVALID_DOCKERFILE,
        "services: {web: {build: .}}\n",
        "write a number up to 65535",
        {"Dockerfile": "FROM a\n\nEXPOSE 80 «http»\n"},
    ),
    Mistake(
        "an instruction above FROM",
        Code.INVALID_DOCKERFILE,
        "services: {web: {build: .}}\n",
        "move it below FROM",
        {"Dockerfile": "# syntax\n«RUN» make\nFROM a\n"},
    ),
    Mistake(
        "a quote that is not closed in a Dockerfile",
        Code.INVALID_DOCKERFILE,
        "services: {web: {build: .}}\n",
        "close the quote",
        {"Dockerfile": 'FROM a\n«ENV A="b»\n'},
    ),
    Mistake(
        "an image from an argument without a value",
        Code.INVALID_DOCKERFILE,
        "services: {web: {build: .}}\n",
        "give its ARG a default",
        {"Dockerfile": "ARG BASE\nFROM «$BASE»\n"},
    ),
    Mistake(
        "a stage that does not exist",
        Code.INVALID_DOCKERFILE,
        "services: {web: {build: {context: ., target: «prd»}}}\n",
        "did you mean prod?",
        {"Dockerfile": "FROM a AS prod\n"},
    ),
    Mistake(
        "a pattern of .dockerignore",
        Code.INVALID_DOCKERIGNORE,
        "services: {web: {build: .}}\n",
        "close the bracket",
        {"Dockerfile": "FROM a\n", ".dockerignore": "a\n«[b»\n"},
    ),
)
