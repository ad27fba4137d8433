"""Credentials as `docker login` leaves them."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from hybridcompose.gather.registries import docker_config
from hybridcompose.gather.registries.docker_config import DockerConfig, Login, read_docker_config
from hybridcompose.gather.registries.errors import CredentialsError

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "hunter2-do-not-print"
AUTH = base64.b64encode(f"ann:{SECRET}".encode()).decode()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / ".docker").mkdir()
    (tmp_path / "bin").mkdir()
    return tmp_path


def read(home: Path, config: Any, **variables: str) -> DockerConfig:
    text = config if isinstance(config, str) else json.dumps(config)
    (home / ".docker" / "config.json").write_text(text)
    return read_docker_config({"HOME": str(home), "PATH": f"{home / 'bin'}:/usr/bin:/bin", **variables})


def helper(home: Path, name: str, script: str) -> None:
    file = home / "bin" / f"docker-credential-{name}"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def gives(user: str = "ann", secret: str = SECRET) -> str:
    """A helper that answers for the registry that it is asked for, and notes down that it was."""
    answer = json.dumps({"ServerURL": "x", "Username": user, "Secret": secret})
    return f'cat >> "$(dirname "$0")/asked"; echo >> "$(dirname "$0")/asked"; echo \'{answer}\''


@pytest.mark.parametrize(
    ("entry", "login"),
    [
        ({"auth": AUTH}, Login("ann", SECRET)),
        ({"username": "ann", "password": SECRET}, Login("ann", SECRET)),
        ({"auth": AUTH, "identitytoken": SECRET}, Login(identity_token=SECRET)),
        ({}, None),
        ("text", None),
    ],
)
def test_an_entry_is_read_in_each_of_its_forms(home: Path, entry: Any, login: Login | None) -> None:
    assert read(home, {"auths": {"registry.example:5000": entry}}).login("registry.example:5000") == login


@pytest.mark.parametrize("key", ["registry.example", "https://registry.example", "http://registry.example/v1/"])
def test_keys_are_hosts_or_old_addresses(home: Path, key: str) -> None:
    config = read(home, {"auths": {key: {"auth": AUTH}}})
    assert config.login("registry.example") == Login("ann", SECRET)
    assert config.login("other.example") is None


@pytest.mark.parametrize("key", ["https://index.docker.io/v1/", "docker.io", "index.docker.io"])
def test_the_hub_has_many_names(home: Path, key: str) -> None:
    assert read(home, {"auths": {key: {"auth": AUTH}}}).login("docker.io") == Login("ann", SECRET)


def test_a_registrys_own_helper_wins_over_the_store_and_both_over_the_file(home: Path) -> None:
    helper(home, "own", gives("own"))
    helper(home, "all", gives("all"))
    config = read(
        home, {"auths": {"a.example": {"auth": AUTH}}, "credHelpers": {"a.example": "own"}, "credsStore": "all"}
    )
    assert config.login("a.example") == Login("own", SECRET)
    assert config.login("b.example") == Login("all", SECRET)
    assert config.login("docker.io") == Login("all", SECRET)
    asked = (home / "bin" / "asked").read_text().splitlines()
    assert asked == ["a.example", "b.example", "https://index.docker.io/v1/"]


def test_a_helper_is_asked_once_for_a_registry(home: Path) -> None:
    helper(home, "own", gives())
    config = read(home, {"credsStore": "own"})
    assert config.login("a.example") == config.login("a.example")
    assert (home / "bin" / "asked").read_text() == "a.example\n"


def test_a_helpers_token_is_an_identity_token(home: Path) -> None:
    helper(home, "own", gives("<token>"))
    assert read(home, {"credsStore": "own"}).login("a.example") == Login(identity_token=SECRET)


def test_what_a_helper_does_not_know_may_stand_in_the_file(home: Path) -> None:
    helper(home, "own", "echo 'credentials not found in native keychain'; exit 1")
    config = read(home, {"credsStore": "own", "auths": {"a.example": {"auth": AUTH}}})
    assert config.login("a.example") == Login("ann", SECRET)
    assert config.login("b.example") is None


@pytest.mark.parametrize(
    ("name", "script", "told"),
    [
        ("own", f"echo {SECRET}; echo {SECRET} >&2; exit 3", "fails for a.example with exit code 3"),
        ("own", f"echo {SECRET}", "gives no credentials"),
        ("own", 'echo \'{"Username": "ann"}\'', "gives no credentials"),
        ("own", "sleep 60", "does not answer within 0.3 s"),
        ("missing", "", "docker-credential-missing of Docker's configuration is not installed"),
        ("../own", "", "is no name of a credential helper"),
    ],
)
def test_a_helper_that_fails_is_named_and_its_output_is_not_shown(
    home: Path, monkeypatch: pytest.MonkeyPatch, name: str, script: str, told: str
) -> None:
    if script.startswith("sleep"):
        monkeypatch.setattr(docker_config, "HELPER_SECONDS", 0.3)
        script = f"exec {script}"
    helper(home, "own", script)
    config = read(home, {"credHelpers": {"a.example": name}})
    for _ in range(2):
        with pytest.raises(CredentialsError) as caught:
            config.login("a.example")
        assert told in caught.value.message
        assert caught.value.remedy
        assert SECRET not in caught.value.message + caught.value.remedy


@pytest.mark.parametrize("text", [f"{{{SECRET}", "[]", '{"auths": ["x"]}', '{"credHelpers": "x"}', "[" * 100_000])
def test_a_broken_configuration_is_named_and_not_quoted(home: Path, text: str) -> None:
    with pytest.raises(CredentialsError) as caught:
        read(home, text)
    assert str(home / ".docker" / "config.json") in caught.value.message
    assert SECRET not in caught.value.message + str(caught.value.__context__)


@pytest.mark.parametrize("auth", ["???", base64.b64encode(SECRET.encode()).decode()])
def test_an_entry_that_cannot_be_read_is_named_and_not_quoted(home: Path, auth: str) -> None:
    with pytest.raises(CredentialsError, match=r"entry for a\.example") as caught:
        read(home, {"auths": {"a.example": {"auth": auth}}}).login("a.example")
    assert SECRET not in caught.value.message
    assert auth not in caught.value.message


def test_variables_say_where_the_configuration_is_and_hold_one(home: Path) -> None:
    (home / "elsewhere").mkdir()
    (home / "elsewhere" / "config.json").write_text(json.dumps({"auths": {"a.example": {"auth": AUTH}}}))
    given = json.dumps({"auths": {"b.example": {"username": "bob", "password": SECRET}}})
    config = read(home, {}, DOCKER_CONFIG=str(home / "elsewhere"), DOCKER_AUTH_CONFIG=given)
    assert config.login("a.example") == Login("ann", SECRET)
    assert config.login("b.example") == Login("bob", SECRET)


def test_no_configuration_holds_nothing(tmp_path: Path) -> None:
    assert read_docker_config({"HOME": str(tmp_path)}).login("docker.io") is None


def test_credentials_are_not_printed(home: Path) -> None:
    config = read(home, {"auths": {"a.example": {"auth": AUTH}}})
    login = config.login("a.example")
    assert SECRET not in f"{config} {login} {config!r} {login!r}"


@pytest.mark.parametrize("login", [Login("ann", SECRET), Login("ann", f"a:{SECRET}"), Login(identity_token=SECRET)])
def test_an_entry_that_is_written_reads_the_same(login: Login) -> None:
    assert DockerConfig({"a.example": login.as_entry()}).login("a.example") == login
