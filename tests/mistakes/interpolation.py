"""Variables: expressions that are none, values that are not set, and what becomes of them."""

from __future__ import annotations

from hybridcompose.diagnostics import Code
from tests.mistakes.case import Mistake

INTERPOLATION = (
    Mistake(
        "a required variable that is not set",
        Code.REQUIRED_VARIABLE,
        "services:\n  web:\n    image: app:«${TAG:?the tag to run}»\n",
        "set TAG in the environment",
    ),
    Mistake(
        "two required variables",
        Code.REQUIRED_VARIABLE,
        "services:\n  web:\n    image: «${NAME?}»\n    command: [run, '«${MODE:?}»']\n",
        "set NAME",
        more=((Code.REQUIRED_VARIABLE, "set MODE"),),
    ),
    Mistake(
        "a required variable in a default",
        Code.REQUIRED_VARIABLE,
        "services:\n  web:\n    image: ${A:-«${B:?}»}\n",
        "set B",
    ),
    Mistake(
        "a brace that is not closed",
        Code.INVALID_INTERPOLATION,
        "services:\n  web:\n    image: app:«${TAG»\n",
        "write ${TAG}",
    ),
    Mistake(
        "a default that is not closed",
        Code.INVALID_INTERPOLATION,
        'services:\n  web:\n    image: "app:«${TAG:-latest»"\n',
        "write ${TAG:-latest}",
    ),
    Mistake(
        "an operator that does not exist",
        Code.INVALID_INTERPOLATION,
        "services:\n  web:\n    image: app:«${TAG!x}»\n",
        "write ${TAG}",
    ),
    Mistake(
        "an empty expression",
        Code.INVALID_INTERPOLATION,
        "services:\n  web:\n    image: app:«${}»\n",
        "write ${NAME}",
    ),
    Mistake(
        "a name that begins with a digit",
        Code.INVALID_INTERPOLATION,
        "services:\n  web:\n    image: app:«${1}»\n",
        "for a literal $ write $$",
    ),
    Mistake(
        "an expression of the shell",
        Code.INVALID_INTERPOLATION,
        "services:\n  web:\n    image: a\n    command: sh -c 'echo «${#A}»'\n",
        "for a literal $ write $$",
    ),
    Mistake(
        "a substitution of the shell",
        Code.INVALID_INTERPOLATION,
        "services:\n  web:\n    image: a\n    command: |\n      echo one\n      echo «${A//x/y}»\n",
        "for a literal $ write $$",
    ),
    Mistake(
        "a number from a variable that is none",
        Code.INVALID_VALUE,
        "services:\n  web:\n    image: a\n    scale: «${COUNT}»\n",
        "write a whole number",
        options={"environment": {"COUNT": "many"}},
    ),
    Mistake(
        "a boolean from a variable that is none",
        Code.INVALID_VALUE,
        "services:\n  web:\n    image: a\n    tty: «${TTY}»\n",
        "write true or false",
        options={"environment": {"TTY": "maybe"}},
    ),
    Mistake(
        "a number from a variable that is not set",
        Code.INVALID_VALUE,
        "services:\n  web:\n    image: a\n    cpus: «${CPUS}»\n",
        "write a number",
    ),
    Mistake(
        "a port from a variable",
        Code.INVALID_VALUE,
        "services:\n  web:\n    image: a\n    ports: [«'${PORT}:80'»]\n",
        "a number up to 65535",
        options={"environment": {"PORT": "http"}},
    ),
    Mistake(
        "a port from a variable that is not set",
        Code.INVALID_VALUE,
        "services:\n  web:\n    image: a\n    ports:\n      - «80:${PORT}»\n",
        "write [[IP:]HOST:]CONTAINER",
    ),
    Mistake(
        "a mistake in an included file",
        Code.REQUIRED_VARIABLE,
        "include: [db/compose.yaml]\n",
        "set PASSWORD",
        {"db/compose.yaml": "services:\n  db:\n    image: a\n    environment: ['PASSWORD=«${PASSWORD:?}»']\n"},
    ),
    Mistake(
        "a mistake in an override file",
        Code.INVALID_INTERPOLATION,
        "services: {web: {image: a}}\n",
        "write ${TAG}",
        {"over.yaml": "services:\n  web:\n    image: b:«${TAG»\n"},
        options={"paths": ["compose.yaml", "over.yaml"]},
    ),
    Mistake(
        "a mistake in an extended file",
        Code.REQUIRED_VARIABLE,
        "services: {web: {extends: {file: base.yaml, service: base}}}\n",
        "set TAG",
        {"base.yaml": "services:\n  base:\n    image: a:«${TAG:?}»\n"},
    ),
    Mistake(
        "a line of .env",
        Code.INVALID_ENV_FILE,
        "services: {web: {image: a}}\n",
        "write NAME=value",
        {".env": "A=b\nC D=e\n«F G»=h\n".replace("C D=e\n", "")},
    ),
    Mistake(
        "a quote of .env that is not closed",
        Code.INVALID_ENV_FILE,
        "services: {web: {image: a}}\n",
        "where it ends",
        {".env": "A=b\nB=«'»c\nD=e\n"},
    ),
    Mistake(
        "a required variable in .env",
        Code.INVALID_ENV_FILE,
        "services: {web: {image: a}}\n",
        "write a line B=value above it",
        {".env": "# first\nA=«${B:?}»\n"},
    ),
    Mistake(
        "an expression in an env file",
        Code.INVALID_ENV_FILE,
        "services: {web: {image: a, env_file: a.env}}\n",
        "write $$",
        {"a.env": "\nA=x«${B»\n"},
    ),
    Mistake(
        "a line of a raw env file",
        Code.INVALID_ENV_FILE,
        "services: {web: {image: a, env_file: [{path: a.env, format: raw}]}}\n",
        "write NAME=value",
        {"a.env": "A=b\n«=»c\n"},
    ),
)
