"""Certificates that the HTTP client trusts, and those that it refuses."""

from __future__ import annotations

import httpcore
import pytest
from asking import LOCAL, get, got, kind_of
from certificates import self_signed
from loopback import Reply, loopback

from ingest.web.answers import FailureKind
from ingest.web.client import Client


def test_an_untrusted_certificate_is_refused(tmp_path):
    context, _ = self_signed(tmp_path, "here.localhost")
    with loopback(lambda _: Reply(), context) as server:
        failure = get(server.url())
        assert server.log == []
    assert failure.kind is FailureKind.CERTIFICATE
    assert "self-signed" in failure.detail
    assert failure.may_heal


@pytest.mark.parametrize(("host", "days"), [("there.localhost", 1), ("here.localhost", -1)])
def test_a_certificate_for_another_host_or_time_is_refused(tmp_path, monkeypatch, host, days):
    context, file = self_signed(tmp_path, host, days=days)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with loopback(lambda _: Reply(), context) as server:
        assert kind_of(server.url()) is FailureKind.CERTIFICATE


def test_a_trusted_certificate_is_accepted(tmp_path, monkeypatch):
    context, file = self_signed(tmp_path, "here.localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with loopback(lambda _: Reply(body=b"safe"), context) as server:
        assert got(server.url()).body == b"safe"


def test_authorities_are_read_once_for_all_clients(tmp_path, monkeypatch):
    read = []
    monkeypatch.setattr(httpcore, "default_ssl_context", lambda: read.append(1))
    for name in ("a.pem", "a.pem", "b.pem"):
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / name))
        Client(LOCAL)
    assert len(read) == 2


def test_a_server_without_tls_is_a_failed_connection():
    with loopback(lambda _: Reply()) as server:
        assert kind_of(server.url().replace("http:", "https:")) is FailureKind.CONNECTION
