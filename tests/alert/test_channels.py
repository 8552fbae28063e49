"""Channels are read from the file, and secrets are kept out of sight."""

from __future__ import annotations

import base64

import pytest

from alert.channels import Service, Webhook
from alert.checks import RulesError
from alert.rules import read_rules

LONG = "a secret of more than sixteen bytes"
CODED = base64.b64encode(bytes(range(24))).decode()


def channels(text):
    return read_rules("[channels]\n" + text, "r.toml").checked().channels


def test_webhook_has_a_secret_and_a_timeout():
    read = channels(f"hook = {{webhook = 'https://x.example/a', secret = '{LONG}', timeout = 3}}")
    assert read["hook"] == Webhook("hook", "https://x.example/a", LONG.encode(), 3.0)


def test_secret_may_be_written_as_in_standard_webhooks():
    read = channels(f"hook = {{webhook = 'http://10.0.0.7/a', secret = 'whsec_{CODED}'}}")
    assert read["hook"] == Webhook("hook", "http://10.0.0.7/a", bytes(range(24)), 10.0)


def test_secrets_may_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("DESK_URL", "json://me:secret@127.0.0.1/")
    monkeypatch.setenv("HOOK_SECRET", LONG)
    read = channels("desk = '$DESK_URL'\nhook = {webhook = 'https://x/', secret = '$HOOK_SECRET'}")
    assert read["desk"] == Service("desk", "json://me:secret@127.0.0.1/")
    assert read["hook"].secret == LONG.encode()


def test_shown_channels_contain_no_secrets():
    read = channels(
        "desk = 'mailto://me:geheim@x.example?to=desk@x.example'\n"
        f"hook = {{webhook = 'https://me:geheim@x.example:8443/geheim', secret = '{LONG}'}}"
    )
    assert read["hook"].shown == "https://x.example:8443/…"
    for one in read.values():
        assert "geheim" not in one.shown + repr(one)
        assert LONG not in repr(one)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("x = {}", "channel 'x' has no address; write one, such as webhook ="),
        ("x = {webhook = 'ftp://x/'}", "has no address"),
        ("x = {webhook = 'https://'}", "has no address"),
        ("x = {webhook = 'http://['}", "has no address"),
        ("x = {webhook = 7}", "has no address"),
        ("x = {webhok = 'https://x/'}", "'webhok' means nothing here; did you mean webhook?"),
        ("x = {url = 'mailto://h'}", "write an Apprise URL as text: x = "),
        ("x = {webhook = 'https://x/', secret = 7}", "secret must be text"),
        (
            "x = {webhook = 'https://x/', secret = 'short'}",
            "shorter than 16 bytes; make a good one with `echo whsec_",
        ),
        ("x = {webhook = 'https://x/', secret = 'whsec_%'}", "secret after whsec_ is not base64"),
        ("x = {webhook = 'https://x/', timeout = 0}", "timeout is a number of seconds up to 60"),
        ("x = {webhook = 'https://x/', timeout = 61}", "timeout is a number of seconds up to 60"),
        ("x = {webhook = 'https://x/', timeout = 'a'}", "timeout is a number of seconds"),
        ("x = {webhook = 'https://x/', secret = 'whsec_ä'}", "secret after whsec_ is not base64"),
        ("x = {webhook = 'https://x/', timeout = true}", "timeout is a number of seconds"),
        ("x = 'mailto://h?from=a@x.io&to=a@x.io,büro@x.io'", "Dropped invalid To email (büro@"),
        ("x = '$NOT_SET_ANYWHERE'", "environment variable NOT_SET_ANYWHERE is not set"),
        ("' ' = 'json://x'", "a name has 1 to 80 printable characters"),
        ("\"a\\nb\" = 'json://x'", "a name has 1 to 80 printable characters"),
        (f"{'a' * 81} = 'json://x'", "a name has 1 to 80 printable characters"),
    ],
)
def test_every_mistake_is_named_with_its_place(line, said):
    with pytest.raises(RulesError) as error:
        channels(line)
    assert said in str(error.value)
    assert "r.toml, channel" in str(error.value)
