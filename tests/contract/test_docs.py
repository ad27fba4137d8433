"""The README and docs/ against the program: commands, options, links, make targets and Python code that exist."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from string import Template

import pytest

from hybridcompose.cli.app import COMMANDS as COMMAND_NAMES
from tests.fixtures import NAMES

ROOT = Path(__file__).parents[2]
PAGES = sorted(page.relative_to(ROOT) for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")))
FENCE = re.compile(r"^( *)```(\w+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
PROGRAM = ["python", "-m", "hybridcompose"]
#: What the variables in the commands may hold.
VARIABLES = {"NS": "ci-1", "REGISTRY": "registry.example:5000"}
#: What ends a command in a shell.
ENDS = {"|", ">", "2>", "&&", ";", "&", "||"}


@dataclass(frozen=True)
class Block:
    page: Path
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.text.strip().splitlines()[0][:40]}"


@dataclass(frozen=True)
class Command:
    """A call of the program as written: variables before it, arguments after it."""

    page: Path
    environment: tuple[tuple[str, str], ...]
    arguments: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.page}: {' '.join(self.arguments)}"

    def run(self, cwd: Path, *, asks_for_help: bool = False) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **dict(self.environment)}
        arguments = [Template(argument).substitute(VARIABLES) for argument in self.arguments]
        if asks_for_help:
            # What stands behind a service may belong to the program that is run there.
            command = next((at for at, word in enumerate(arguments) if word in COMMAND_NAMES), len(arguments) - 1)
            arguments.insert(command + 1, "--help")
        call = [sys.executable, "-m", "hybridcompose", *arguments]
        return subprocess.run(call, check=False, capture_output=True, text=True, cwd=cwd, env=environment)


def blocks_of(page: Path) -> list[Block]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return [
        Block(page, language, re.sub(f"^{indent}", "", body, flags=re.MULTILINE))
        for indent, language, body in FENCE.findall(text)
    ]


def commands_of(block: Block) -> list[Command]:
    lines = block.text.replace("\\\n", " ").splitlines()
    return [command_of(block.page, line) for line in lines if " ".join(PROGRAM) in line]


def command_of(page: Path, line: str) -> Command:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words = list(lexer)
    start = next(at for at, _ in enumerate(words) if words[at : at + 3] == PROGRAM)
    end = next((at for at, word in enumerate(words) if at > start and word in ENDS), len(words))
    variables = tuple((name, value) for name, _, value in (word.partition("=") for word in words[:start]) if value)
    return Command(page, variables, tuple(words[start + 3 : end]))


BLOCKS = [block for page in PAGES for block in blocks_of(page)]
COMMANDS = list(dict.fromkeys(command for block in BLOCKS for command in commands_of(block)))
ON_FIXTURES = [command for command in COMMANDS if any(word.startswith("fixtures/") for word in command.arguments)]


def of_language(language: str) -> list[Block]:
    return [block for block in BLOCKS if block.language == language]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A working directory with the fixtures in it, where output may go."""
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    return tmp_path


def test_the_docs_have_commands_on_the_fixtures() -> None:
    assert ON_FIXTURES


@pytest.mark.parametrize("command", COMMANDS, ids=str)
def test_the_command_and_its_options_exist(command: Command, directory: Path) -> None:
    done = command.run(directory, asks_for_help=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", ON_FIXTURES, ids=str)
def test_a_command_on_a_fixture_works_as_written(command: Command, directory: Path) -> None:
    done = command.run(directory)
    assert done.returncode == 0, done.stderr
    assert done.stdout


@pytest.mark.parametrize("block", of_language("sh"), ids=str)
def test_a_shell_block_is_valid_in_a_posix_shell(block: Block) -> None:
    done = subprocess.run(["sh", "-n"], input=block.text, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("block", of_language("python"), ids=str)
def test_a_python_block_runs(block: Block, directory: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    call = [sys.executable, "-W", "error", "-c", block.text]
    done = subprocess.run(call, check=False, capture_output=True, text=True, cwd=directory, env=environment)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_what_a_page_links_to_exists(page: Path) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in target]
    assert [target for target in targets if not (ROOT / page.parent / target).exists()] == []


def test_make_targets_that_the_docs_name_exist() -> None:
    texts = [(ROOT / page).read_text(encoding="utf-8") for page in PAGES]
    named = {
        target for text in texts for target in re.findall(r"(?:^|`)make (?:--silent )?([a-z-]+)", text, re.MULTILINE)
    }
    defined = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert named - defined == set()


def test_no_compose_key_waits_for_a_translation() -> None:
    from hybridcompose.translate.registry.index import ROWS
    from hybridcompose.translate.registry.row import KeyClass

    assert [row.path for row in ROWS if row.key_class is KeyClass.PENDING] == []


def test_every_fixture_is_named_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in NAMES if f"`{name}`" not in readme] == []


@pytest.mark.parametrize(
    ("phase", "failed_jobs", "code"),
    [("Succeeded", "", 0), ("Failed", "", 1), ("Pending", "build-web-1", 1), ("Succeeded", "build-other-1", 0)],
)
def test_the_waiting_script_ends_as_the_tests_or_the_builds_do(
    phase: str, failed_jobs: str, code: int, tmp_path: Path
) -> None:
    script = next(block.text for block in of_language("sh") if block.text.startswith("#!/bin/sh"))
    kubectl = tmp_path / "kubectl"
    kubectl.write_text(f'#!/bin/sh\ncase $4 in pod) echo "{phase}" ;; jobs) echo "{failed_jobs}" ;; esac\n')
    kubectl.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["sh", "-s", "ci-1", "tests"], input=script, check=False, capture_output=True, text=True, env=environment
    )
    assert done.returncode == code, done.stderr
