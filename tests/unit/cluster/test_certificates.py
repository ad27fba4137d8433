"""Connections with TLS: what they trust, and that certificates are read once."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from hybridcompose.cluster.api import connect, path_of
from hybridcompose.cluster.execute import together
from hybridcompose.diagnostics import ClusterError
from tests.certificates import self_signed, server_context
from tests.e2e.program import run
from tests.unit.cluster.server import Answer, Request, kubeconfig, listening, message

if TYPE_CHECKING:
    from pathlib import Path


def test_connections_share_what_is_read_of_certificates(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    both = threading.Barrier(2, timeout=10)

    def answer(_: Request) -> Answer:
        both.wait()  # two connections, since neither is answered alone
        return Answer()

    with listening(answer, server_context(certificate)) as (address, asked):
        api = connect(kubeconfig(tmp_path, address, **{"certificate-authority": str(certificate)}))
        certificate.unlink()
        assert together(lambda name: api.get(path_of("Pod", name)), ["a", "b"]) == [{}, {}]
    assert len(asked) == 2


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
def test_a_server_that_nobody_vouches_for_is_asked_nothing(tmp_path: Path) -> None:
    with listening(lambda _: Answer(), server_context(self_signed(tmp_path))) as (address, asked):
        with pytest.raises(ClusterError, match=r"does not answer: .*certificate verify failed"):
            connect(kubeconfig(tmp_path, address)).get(path_of("Pod", "ns"))
        assert asked == []
        assert connect(kubeconfig(tmp_path, address, **{"insecure-skip-tls-verify": True})).get("/version") == {}


def test_the_program_does_not_warn_of_what_the_kubeconfig_asks_for(tmp_path: Path) -> None:
    with listening(lambda _: message(404, "no such namespace"), server_context(self_signed(tmp_path))) as (
        address,
        asked,
    ):
        file = kubeconfig(tmp_path, address, **{"insecure-skip-tls-verify": True})
        done = run("-p", "shop", "ps", "--kubeconfig", file, directory=tmp_path)
    assert asked
    assert (done.returncode, b"Warning" in done.stderr) == (0, False)


def test_a_certificate_for_another_name_counts_where_that_name_is_given(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    known = {"certificate-authority": str(certificate)}
    with listening(lambda _: Answer(), server_context(certificate)) as (address, asked):
        elsewhere = address.replace("127.0.0.1", "localhost")
        with pytest.raises(ClusterError, match=r"does not answer: .*localhost"):
            connect(kubeconfig(tmp_path, elsewhere, **known)).get("/version")
        assert asked == []
        named = kubeconfig(tmp_path, elsewhere, **known, **{"tls-server-name": "127.0.0.1"})
        assert connect(named).get("/version") == {}


def test_an_authority_that_is_no_certificate_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_text("no certificate", encoding="utf-8")
    with pytest.raises(ClusterError, match="the certificates of the kubeconfig cannot be used") as caught:
        connect(kubeconfig(tmp_path, "https://127.0.0.1:1", **{"certificate-authority": str(file)}))
    assert caught.value.diagnostics[0].code == "cluster-unreachable"
