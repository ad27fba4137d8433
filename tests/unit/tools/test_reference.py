from hybridcompose.diagnostics import Code
from hybridcompose.diagnostics.catalogue import STAGES
from hybridcompose.translate.registry.row import KeyClass, Row
from tools.reference import command_line_page, commands, diagnostics_page, exit_codes_page, keys_page

HELP = """Usage: hybridcompose [OPTIONS] COMMAND

Options:
  -f, --file FILE  A compose file.

Commands:
  config  Prints the project.
  render  Prints manifests that are
          long to describe.
"""


def test_every_code_is_catalogued_in_one_stage() -> None:
    catalogued = [code for _, entries in STAGES for code in entries]
    assert sorted(catalogued) == sorted(Code)


def test_the_page_of_diagnostics_shows_every_code() -> None:
    page = diagnostics_page()
    assert [code for code in Code if f"| `{code}` |" not in page] == []


def test_a_key_shows_its_class_fields_function_note_and_remedy() -> None:
    row = Row("services.*.tty", KeyClass.APPROXIMATED, "containers[].tty", commands, "So | or so.", "Write this.")
    assert (
        "| `services.*.tty` | A | `containers[].tty` | `tools.reference.commands` | So \\| or so. | Write this. |\n"
        in keys_page([row])
    )


def test_keys_stand_under_their_top_level_element_in_order() -> None:
    rows = [Row(path, KeyClass.PENDING) for path in ("services.*.b", "include[].path", "services.*.a", "name")]
    lines = [line.split(" |")[0] for line in keys_page(rows).splitlines() if line.startswith(("## ", "| `"))]
    assert lines == [
        "## `include`",
        "| `include[].path`",
        "## `name`",
        "| `name`",
        "## `services`",
        "| `services.*.a`",
        "| `services.*.b`",
    ]


def test_commands_are_found_in_the_help_text() -> None:
    assert commands(HELP) == ["config", "render"]


def test_the_page_of_the_command_line_has_the_help_of_every_command() -> None:
    page = command_line_page(lambda *command: HELP if not command else f"Usage: hybridcompose {command[0]}\n")
    assert "Usage: hybridcompose render" in page
    assert "Usage: hybridcompose config" in page


def test_exit_codes_are_listed_in_order() -> None:
    assert exit_codes_page({16: "Sixteen.", 2: "Two."}).endswith("| 2 | Two. |\n| 16 | Sixteen. |\n")
