"""Credentials as ``docker login`` leaves them: in ``config.json``, or with programs that it names.

Source: docker/cli, "config.json" (``auths``, ``credHelpers``, ``credsStore``) and its variables ``DOCKER_CONFIG`` and
``DOCKER_AUTH_CONFIG``; docker/docker-credential-helpers, the protocol of ``get``.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
import subprocess
import threading
from typing import TYPE_CHECKING, Any, NamedTuple

from hybridcompose.gather.registries.errors import CredentialsError
from hybridcompose.gather.registries.names import account, host_of_account
from hybridcompose.reading import read_file

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAX_FILE = 1024 * 1024
#: A helper may ask a cloud for a token.
HELPER_SECONDS = 10.0
_HELPER = re.compile(r"[A-Za-z0-9._-]+")
#: With this in the place of a user name, the password is an identity token.
_TOKEN_USER = "<token>"  # noqa: S105  (a name)
_NOT_FOUND = b"credentials not found"


class Login(NamedTuple):
    """What opens a registry: user and password, or an identity token."""

    username: str = ""
    password: str = ""
    identity_token: str = ""

    def __repr__(self) -> str:
        return "Login(…)"

    def as_entry(self) -> dict[str, str]:
        """The entry below ``auths`` that says the same."""
        if self.identity_token:
            return {"identitytoken": self.identity_token}
        return {"auth": base64.b64encode(f"{self.username}:{self.password}".encode()).decode()}


class DockerConfig:
    """The credentials of a user. Helpers are asked when a registry's are wanted, once for each. Threads may share it.

    ``auths`` are the entries of Docker's file, ``helpers`` the names of programs by registry, ``store`` the name of
    the one for all others.
    """

    def __init__(
        self,
        auths: Mapping[str, Any] | None = None,
        helpers: Mapping[str, str] | None = None,
        store: str = "",
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._auths = {host_of_account(key): entry for key, entry in (auths or {}).items()}
        self._helpers = {host_of_account(key): name for key, name in (helpers or {}).items()}
        self._store = store
        self._environment = dict(environment or {})
        self._known: dict[str, Login | CredentialsError | None] = {}
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return "DockerConfig(…)"

    def login(self, host: str) -> Login | None:
        """The credentials for a registry; ``None`` where there are none. Raises ``CredentialsError``."""
        with self._lock:
            if host not in self._known:
                try:
                    self._known[host] = self._looked_up(host)
                except CredentialsError as error:
                    self._known[host] = error
            found = self._known[host]
        if isinstance(found, CredentialsError):
            raise found
        return found

    def _looked_up(self, host: str) -> Login | None:
        helper = self._helpers.get(host, self._store)
        found = _ask(helper, host, self._environment) if helper else None
        return found or _of_entry(host, self._auths.get(host))


def read_docker_config(environment: Mapping[str, str]) -> DockerConfig:
    """The configuration of the user. A file that is not there holds nothing. Raises ``CredentialsError``."""
    directory = environment.get("DOCKER_CONFIG") or os.path.join(environment.get("HOME", ""), ".docker")
    path = os.path.join(directory, "config.json")
    try:
        text: bytes | str = read_file(path, _MAX_FILE)
    except FileNotFoundError:
        text = "{}"
    except OSError as error:
        reason = (error.strerror or "unknown error").lower()
        raise CredentialsError(f"{path} cannot be read: {reason}", "make it readable, or set DOCKER_CONFIG") from None
    config = parse_docker_config(text, path)
    given = parse_docker_config(environment.get("DOCKER_AUTH_CONFIG") or "{}", "DOCKER_AUTH_CONFIG")
    helpers = {host: name for host, name in config["credHelpers"].items() if isinstance(name, str)}
    # What the variable holds was given for this run: no helper is asked for it.
    for host in given["auths"]:
        helpers[host] = ""
    store = config.get("credsStore")
    return DockerConfig(
        {**config["auths"], **given["auths"]}, helpers, store if isinstance(store, str) else "", environment
    )


def parse_docker_config(text: bytes | str, place: str) -> dict[str, Any]:
    """The JSON with ``auths`` and ``credHelpers`` as objects. Raises ``CredentialsError``, without any of the text."""
    try:
        config = json.loads(text)
    except (ValueError, RecursionError):
        raise _invalid(place) from None
    if not isinstance(config, dict):
        raise _invalid(place)
    for key in ("auths", "credHelpers"):
        config[key] = config.get(key) or {}
        if not isinstance(config[key], dict):
            raise _invalid(place)
    return config


def _invalid(place: str) -> CredentialsError:
    return CredentialsError(f"{place} is no configuration of Docker: not the JSON that it should be", "log in again")


def _of_entry(host: str, entry: Any) -> Login | None:
    if not isinstance(entry, dict):
        return None
    token, auth = entry.get("identitytoken"), entry.get("auth")
    if isinstance(token, str) and token:
        return Login(identity_token=token)
    if isinstance(auth, str) and auth:
        try:
            name, colon, secret = base64.b64decode(auth, validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            colon = ""
        if not colon:
            raise CredentialsError(f"the entry for {host} in Docker's configuration cannot be read", _relogin(host))
        return Login(name, secret.rstrip("\0"))
    user, password = entry.get("username"), entry.get("password")
    return Login(user, password) if isinstance(user, str) and user and isinstance(password, str) else None


def _ask(helper: str, host: str, environment: Mapping[str, str]) -> Login | None:
    """What a helper gives for a registry. Its output is never shown: nobody knows what it holds."""
    program = f"docker-credential-{helper}"
    try_it = f"try it: echo {account(host)} | {program} get"
    if not _HELPER.fullmatch(helper):
        raise CredentialsError(f"{helper!r} in Docker's configuration is no name of a credential helper", "correct it")
    try:
        done = subprocess.run(  # noqa: S603  (the program that the user's own configuration names)
            [_found(program, environment), "get"],
            input=account(host).encode(),
            capture_output=True,
            timeout=HELPER_SECONDS,
            env={**environment},
            check=False,
        )
    except subprocess.TimeoutExpired:
        message = f"the credential helper {program} does not answer within {HELPER_SECONDS:g} s"
        raise CredentialsError(message, try_it) from None
    except OSError as error:
        reason = (error.strerror or "unknown error").lower()
        raise CredentialsError(f"the credential helper {program} does not run: {reason}", "install it") from None
    if done.returncode != 0:
        if _NOT_FOUND in done.stdout.lower() + done.stderr.lower():
            return None
        message = f"the credential helper {program} fails for {host} with exit code {done.returncode}"
        raise CredentialsError(message, try_it)
    login = _told(done.stdout)
    if login is None:
        raise CredentialsError(f"the credential helper {program} gives no credentials for {host}", try_it)
    return login


def _found(program: str, environment: Mapping[str, str]) -> str:
    import shutil

    found = shutil.which(program, path=environment.get("PATH", os.defpath))
    if found is None:
        message = f"the credential helper {program} of Docker's configuration is not installed"
        raise CredentialsError(message, f"install {program}, or take it out of config.json")
    return found


def _told(output: bytes) -> Login | None:
    try:
        told = json.loads(output)
        user, secret = told["Username"], told["Secret"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not (isinstance(user, str) and isinstance(secret, str) and secret):
        return None
    return Login(identity_token=secret) if user == _TOKEN_USER else Login(user, secret)


def _relogin(host: str) -> str:
    return f"docker login {host}"
