"""What registries are asked, and what is made of their answers."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from hybridcompose.gather.registries import transport
from hybridcompose.gather.registries.client import MAX_CONFIG, Registries
from hybridcompose.gather.registries.docker_config import DockerConfig
from hybridcompose.gather.registries.errors import RegistryError
from hybridcompose.gather.registries.names import ImageName
from hybridcompose.gather.registries.transport import Transport
from tests.certificates import self_signed, server_context
from tests.unit.gather.registries.server import (
    DOCKER_LIST,
    DOCKER_MANIFEST,
    OCI_INDEX,
    OCI_MANIFEST,
    Answer,
    Registry,
    Request,
    basic,
    registry,
    serving,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECRET = "hunter2-do-not-print"


@pytest.fixture
def shelf() -> Iterator[Registry]:
    with registry() as found:
        yield found


def client(config: DockerConfig | None = None) -> Registries:
    return Registries(Transport(), config)


def login(host: str, **entry: str) -> DockerConfig:
    return DockerConfig({host: entry or {"username": "ann", "password": SECRET}})


def name(shelf: Registry, tag: str = "1", repository: str = "shop/web") -> ImageName:
    return ImageName(shelf.host, repository, tag)


def config_of(registries: Registries, image: ImageName, platform: str | None = None) -> dict[str, Any]:
    manifest = registries.image(image, platform)
    assert manifest is not None
    return registries.configuration(image, manifest)


def test_a_tag_that_exists_has_its_digest_without_reading_the_manifest(shelf: Registry) -> None:
    digest = shelf.add("shop/web", "1", {})
    assert client().digest(name(shelf)) == digest
    assert [request.method for request in shelf.asked] == ["HEAD"]


def test_a_tag_that_does_not_exist_has_none(shelf: Registry) -> None:
    assert client().digest(name(shelf)) is None
    assert client().image(name(shelf)) is None


@pytest.mark.parametrize("status", [200, 405])
def test_a_registry_whose_head_tells_nothing_is_asked_for_the_manifest(shelf: Registry, status: int) -> None:
    digest = shelf.add("shop/web", "1", {})
    shelf.before = lambda request: Answer(status) if request.method == "HEAD" else None
    assert client().digest(name(shelf)) == digest


@pytest.mark.parametrize(("index", "manifest"), [(OCI_INDEX, OCI_MANIFEST), (DOCKER_LIST, DOCKER_MANIFEST)])
def test_of_an_index_the_platforms_image_is_read_and_the_index_has_the_digest(
    shelf: Registry, index: str, manifest: str
) -> None:
    entries = [{"digest": f"sha256:{'0' * 64}", "platform": {"os": "unknown", "architecture": "unknown"}}]
    for architecture, variant in (("amd64", ""), ("arm", "v6"), ("arm", "v7")):
        digest = shelf.add("shop/web", architecture, {"of": f"{architecture}{variant}"}, media_type=manifest)
        platform = {"os": "linux", "architecture": architecture, **({"variant": variant} if variant else {})}
        entries.append({"digest": digest, "platform": platform})
    whole = shelf.add_index("shop/web", "1", entries, index)
    found = client().image(name(shelf))
    assert found is not None
    assert found.digest == whole
    assert config_of(client(), name(shelf)) == {"of": "amd64"}
    assert config_of(client(), name(shelf), "linux/arm/v7") == {"of": "armv7"}
    assert client().image(name(shelf), "windows/amd64") is None
    accepted = shelf.asked[0].headers["accept"]
    assert all(kind in accepted for kind in (OCI_INDEX, OCI_MANIFEST, DOCKER_LIST, DOCKER_MANIFEST))


def test_the_only_image_of_an_index_is_taken_whatever_it_is_for(shelf: Registry) -> None:
    digest = shelf.add("shop/web", "x", {"of": "s390x"})
    shelf.add_index("shop/web", "1", [{"digest": digest, "platform": {"os": "linux", "architecture": "s390x"}}])
    assert config_of(client(), name(shelf)) == {"of": "s390x"}


# --- credentials


def challenge(shelf: Registry, text: str, accepted: str) -> None:
    """Wants an ``Authorization`` header for everything below ``/v2/``."""

    def before(request: Request) -> Answer | None:
        if request.path.startswith("/v2/") and request.headers.get("authorization") != accepted:
            return Answer(401, b"{}", {"WWW-Authenticate": text})
        if request.path == "/token":
            return Answer(200, b'{"token": "opens"}') if _may(request) else Answer(401)
        return None

    def _may(request: Request) -> bool:
        form = request.body.decode()
        return request.headers.get("authorization") == basic("ann", SECRET) or f"refresh_token={SECRET}" in form

    shelf.before = before


def test_basic_credentials_are_sent_when_they_are_asked_for(shelf: Registry) -> None:
    digest = shelf.add("shop/web", "1", {})
    challenge(shelf, 'Basic realm="registry"', basic("ann", SECRET))
    registries = client(login(shelf.host))
    assert registries.digest(name(shelf)) == digest
    assert "authorization" not in shelf.asked[0].headers
    registries.digest(name(shelf))
    assert len(shelf.asked) == 3, "what was accepted once is sent at once"


@pytest.mark.parametrize("key", ["username", "identitytoken"])
def test_a_token_is_fetched_with_the_credentials_and_for_this_repository(shelf: Registry, key: str) -> None:
    digest = shelf.add("shop/web", "1", {})
    realm = f"http://{shelf.host}/token"
    challenge(shelf, f'Bearer realm="{realm}",service="shelf",scope="repository:shop/web:pull"', "Bearer opens")
    entry = {"username": "ann", "password": SECRET} if key == "username" else {"identitytoken": SECRET}
    assert client(login(shelf.host, **entry)).digest(name(shelf)) == digest
    asked = next(request for request in shelf.asked if request.path == "/token")
    if key == "username":
        assert asked.query == {"service": ["shelf"], "scope": ["repository:shop/web:pull"]}
    else:
        assert asked.method == "POST"
        assert b"grant_type=refresh_token" in asked.body


def test_a_public_image_is_read_with_a_token_for_anybody(shelf: Registry) -> None:
    digest = shelf.add("shop/web", "1", {})

    def before(request: Request) -> Answer | None:
        if request.path == "/token":
            assert "authorization" not in request.headers
            return Answer(200, b'{"access_token": "anybody"}')
        if request.headers.get("authorization") != "Bearer anybody":
            return Answer(401, b"", {"WWW-Authenticate": f'Bearer realm="http://{shelf.host}/token"'})
        return None

    shelf.before = before
    assert client().digest(name(shelf)) == digest


@pytest.mark.parametrize(
    ("demand", "config", "reason"),
    [
        ('Basic realm="r"', None, "wants credentials"),
        ('Basic realm="r"', {"username": "ann", "password": "wrong"}, "refuses the credentials"),
        ('Bearer realm="http://HOST/token"', {"username": "ann", "password": "wrong"}, "refuses the credentials"),
        ("Bearer realm=ftp://HOST/token", None, "names no usable place"),
        ("Bearer", None, "names no usable place"),
        ("Negotiate", None, "wants credentials"),
        ("", None, "wants credentials"),
    ],
)
def test_what_does_not_open_a_registry_is_said_without_it(
    shelf: Registry, demand: str, config: dict[str, str] | None, reason: str
) -> None:
    challenge(shelf, demand.replace("HOST", shelf.host), basic("ann", SECRET))
    registries = client(DockerConfig({shelf.host: config}) if config else None)
    with pytest.raises(RegistryError, match=reason) as caught:
        registries.digest(name(shelf))
    assert shelf.host in str(caught.value)
    assert "wrong" not in str(caught.value)


def test_credentials_do_not_follow_a_redirect_to_another_host(shelf: Registry) -> None:
    other = Registry()
    shelf.add("shop/web", "1", {"config": {"User": "7"}})
    with serving(other.answer) as elsewhere:
        other.content = shelf.content

        def before(request: Request) -> Answer | None:
            if request.headers.get("authorization") != basic("ann", SECRET):
                return Answer(401, b"", {"WWW-Authenticate": "Basic realm=x"})
            if "/blobs/" in request.path:
                return Answer(307, b"", {"Location": f"http://{elsewhere}{request.path}"})
            return None

        shelf.before = before
        assert config_of(client(login(shelf.host)), name(shelf)) == {"config": {"User": "7"}}
    assert len(other.asked) == 1
    assert "authorization" not in other.asked[0].headers


# --- faults


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(500), "answers 500"),
        (Answer(503, b"", {"Retry-After": "60"}), "answers 503"),
        (Answer(403), "does not let shop/web be read"),
        (Answer(429, b"", {"Retry-After": "60"}), "too many questions"),
        (Answer(200, b"<html>"), "no registry's answer"),
        (Answer(200, b"[1]"), "no registry's answer"),
        (Answer(200, b"{}"), "in a form that is not understood"),
        (Answer(200, b'{"config": {"digest": 1}}'), "in a form that is not understood"),
        (Answer(200, b"[" * 100_000), "no registry's answer"),
        (Answer(200, b"{", cut=True), "breaks off"),
        (Answer(302, b"", {"Location": "/v2/shop/web/manifests/1"}), "leads in circles"),
        (Answer(200, bytes(8 * 1024 * 1024)), "answers with more than 4096 KiB"),
    ],
)
def test_a_fault_is_one_error_that_names_the_registry(shelf: Registry, answer: Answer, reason: str) -> None:
    shelf.before = lambda _: answer
    started = time.monotonic()
    with pytest.raises(RegistryError, match=reason) as caught:
        config_of(client(), name(shelf))
    assert str(caught.value).startswith(shelf.host)
    assert time.monotonic() - started < 10, "nobody waits for what a server asks to wait for"


def test_content_that_is_not_what_was_named_is_refused(shelf: Registry) -> None:
    digest = shelf.add("shop/web", "1", {"config": {}})
    for path, (_, kind) in list(shelf.content.items()):
        if "/blobs/" in path:
            shelf.content[path] = (b'{"config": {"User": "evil"}}', kind)
    with pytest.raises(RegistryError, match="does not give what"):
        config_of(client(), name(shelf))
    pinned = name(shelf)._replace(digest=digest)
    shelf.content[f"shop/web/manifests/{digest}"] = (b'{"config": {}}', OCI_MANIFEST)
    with pytest.raises(RegistryError, match="gives something else"):
        client().image(pinned)


def test_a_configuration_has_a_limit(shelf: Registry) -> None:
    shelf.add("shop/web", "1", {"padding": "x" * MAX_CONFIG})
    with pytest.raises(RegistryError, match="more than"):
        config_of(client(), name(shelf))


def test_a_registry_that_is_not_there_is_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A socket that listens and whose queue is full: connections are neither taken nor refused."""
    monkeypatch.setattr(transport, "CONNECT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as silent:
        address = silent.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(address)
        registries = client()
        image = ImageName(f"127.0.0.1:{address[1]}", "a", "1")
        reasons: list[str] = []

        def ask() -> None:
            with pytest.raises(RegistryError) as caught:
                registries.digest(image)
            reasons.append(caught.value.reason)

        threads = [threading.Thread(target=ask) for _ in range(6)]
        started = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.monotonic() - started
        for one in waiting:
            one.close()
    assert reasons == ["does not answer within 0.3 s"] * 6
    assert took < 6 * 0.3, "those that came later did not try again"


def test_a_refused_connection_is_told(shelf: Registry) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(RegistryError, match="no connection"):
        client().digest(ImageName(f"127.0.0.1:{port}", "a"))
    with pytest.raises(RegistryError, match="its name is unknown"):
        client().digest(ImageName("registry.invalid", "a"))


def test_silence_and_dripping_end(shelf: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "READ_SECONDS", 0.3)
    monkeypatch.setattr(transport, "ANSWER_SECONDS", 0.5)
    shelf.before = lambda _: Answer(pieces=(b"{",) * 2, pause=2)
    with pytest.raises(RegistryError, match="is silent"):
        client().image(name(shelf))
    shelf.before = lambda _: Answer(pieces=(b" ",) * 100, pause=0.1)
    with pytest.raises(RegistryError, match="does not finish an answer"):
        client().image(name(shelf))


def test_a_registry_without_tls_is_said_to_have_none(shelf: Registry) -> None:
    port = shelf.host.partition(":")[2]
    secure = Registries(Transport(ca="no certificates"))
    with pytest.raises(RegistryError, match="--registry-ca holds no certificates"):
        secure.digest(ImageName(f"127.0.0.1:{port}", "a"))


@pytest.mark.parametrize(
    ("host", "schemes"),
    [
        ("registry.example", ("https",)),
        ("10.0.0.1:5000", ("https", "http")),
        ("8.8.8.8", ("https",)),
        ("127.0.0.1:5000", ("http",)),
        ("localhost", ("http",)),
        ("[::1]:5000", ("http",)),
        ("plain.example:80", ("http",)),
    ],
)
def test_plain_http_is_for_this_machine_private_addresses_and_what_is_named(
    host: str, schemes: tuple[str, ...]
) -> None:
    assert transport._schemes(host, {"plain.example:80"}, has_ca=False) == schemes


def test_a_registry_at_a_private_address_is_found_without_tls(shelf: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[object] = []
    monkeypatch.setattr(Transport, "_context", lambda *_: read.append(_))
    monkeypatch.setattr(transport, "_schemes", lambda *_, **__: ("https", "http"))
    digest = shelf.add("shop/web", "1", {})
    assert client().digest(name(shelf)) == digest
    assert read == [], "what the system trusts is read for registries with TLS"
    monkeypatch.undo()
    monkeypatch.setattr(transport, "_schemes", lambda *_, **__: ("https",))
    with pytest.raises(RegistryError, match="does not speak TLS"):
        client().digest(name(shelf))


def test_after_too_many_questions_none_is_asked(shelf: Registry) -> None:
    shelf.before = lambda _: Answer(429)
    registries = client()
    for tag in ("1", "2", "3"):
        with pytest.raises(RegistryError, match="too many questions"):
            registries.digest(name(shelf, tag))
    assert len(shelf.asked) == 1


def test_a_proxy_of_the_environment_is_used_unless_it_is_not_for_this_host(
    shelf: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = shelf.add("shop/web", "1", {})
    proxied: list[Request] = []

    def proxy(request: Request) -> Answer:
        proxied.append(request)
        return shelf.answer(request)

    with serving(proxy) as address:
        monkeypatch.setenv("http_proxy", f"http://{address}")
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        assert client().digest(name(shelf)) == digest
        assert len(proxied) == 1
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        assert client().digest(name(shelf)) == digest
        assert len(proxied) == 1


# --- certificates


def test_a_registry_is_trusted_by_certificates_that_are_given_and_not_without_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = self_signed(tmp_path)
    shelf = Registry()
    digest = shelf.add("shop/web", "1", {})
    with serving(shelf.answer, server_context(certificate)) as host:
        image = ImageName(host, "shop/web", "1")
        assert Registries(Transport(ca=certificate.read_text())).digest(image) == digest
        monkeypatch.setattr(transport, "_schemes", lambda *_, **__: ("https", "http"))
        with pytest.raises(RegistryError, match="has a certificate that is not trusted here"):
            client().digest(image)
    assert len(shelf.asked) == 1, "what is not trusted is asked nothing, with or without TLS"
