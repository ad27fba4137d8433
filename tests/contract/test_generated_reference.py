import pytest

from tools.reference import REFERENCE, pages


@pytest.fixture(scope="module")
def generated() -> dict[str, str]:
    return pages()


@pytest.mark.parametrize("name", ["command-line.md", "diagnostics.md", "exit-codes.md", "keys.md"])
def test_the_page_is_the_one_that_the_code_gives(generated: dict[str, str], name: str) -> None:
    assert (REFERENCE / name).read_text(encoding="utf-8") == generated[name], "run: python -m tools.reference"
