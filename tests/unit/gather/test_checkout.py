from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from hybridcompose.gather.checkout import NoCheckoutError, address, read_checkout
from hybridcompose.gather.ignore import IgnoreRules

if TYPE_CHECKING:
    from pathlib import Path

NO_RULES = IgnoreRules()


def git(directory: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=t", "-c", "user.email=t@t.invalid", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *identity, "-C", directory, *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone whose one commit is published; its remote has an address of the web."""
    origin, clone = tmp_path / "origin.git", tmp_path / "clone"
    git(tmp_path, "init", "-q", "--bare", str(origin))
    git(tmp_path, "clone", "-q", str(origin), str(clone))
    (clone / "app").mkdir()
    (clone / "app" / "Dockerfile").write_text("FROM scratch\n")
    (clone / ".gitignore").write_text("built\n")
    git(clone, "add", ".")
    git(clone, "commit", "-q", "-m", "first")
    git(clone, "push", "-q", "origin", "HEAD")
    git(clone, "fetch", "-q")
    git(clone, "remote", "set-url", "origin", "https://me:secret@git.example/team/app.git")
    return clone


def test_a_clean_checkout_is_its_commit(clone: Path) -> None:
    found = read_checkout(str(clone / "app"), NO_RULES)
    assert found.commit == git(clone, "rev-parse", "HEAD")
    assert (found.scheme, found.repository, found.directory) == ("https", "git.example/team/app.git", "app")
    assert (found.changed, found.published) == ((), True)


def test_what_the_commit_lacks_is_named_unless_the_build_does_not_see_it(clone: Path) -> None:
    (clone / "app" / "Dockerfile").write_text("FROM busybox\n")
    (clone / "app" / "built").write_text("ignored by Git, not by Docker")
    (clone / "app" / "new file").write_text("")
    (clone / "elsewhere").write_text("outside of the context")
    assert read_checkout(str(clone / "app"), NO_RULES).changed == ("Dockerfile", "new file", "built")
    rules = IgnoreRules(("built", "new*"))
    assert read_checkout(str(clone / "app"), rules).changed == ("Dockerfile",)


def test_a_commit_that_was_not_pushed_is_not_published(clone: Path) -> None:
    git(clone, "commit", "-q", "--allow-empty", "-m", "second")
    assert not read_checkout(str(clone), NO_RULES).published


def test_what_is_no_checkout_says_why(tmp_path: Path) -> None:
    with pytest.raises(NoCheckoutError, match="not a git repository"):
        read_checkout(str(tmp_path), NO_RULES)
    git(tmp_path, "init", "-q")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "first")
    with pytest.raises(NoCheckoutError, match="no remote"):
        read_checkout(str(tmp_path), NO_RULES)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://git.example/a/b.git", ("https", "git.example/a/b.git")),
        ("https://user:token@git.example:8443/a", ("https", "git.example:8443/a")),
        ("http://git.example/a", ("http", "git.example/a")),
        ("git@git.example:a/b.git", ("https", "git.example/a/b.git")),
        ("ssh://git@git.example:2222/a/b.git", ("https", "git.example/a/b.git")),
    ],
)
def test_addresses_lose_their_credentials_and_become_such_of_the_web(url: str, expected: tuple[str, str]) -> None:
    assert address(url) == expected


def test_a_directory_is_no_address() -> None:
    with pytest.raises(NoCheckoutError, match="no address"):
        address("/srv/git/a.git")
