"""Webhooks: signed JSON that fits its schema, is the same at each repeat, and how answers count."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from factories import NOON, a_digest, a_notice, an_alert
from loopback import Reply, loopback, raw_loopback
from receivers import webhook_receiver

from alert.channels import Webhook
from alert.operators import message as of_notices
from alert.outcomes import Cause, Failed, Taken
from alert.webhook import headers, judge, payload, schema, send, signature
from alert.wording import of_alert, of_digest

SECRET = b"a secret of more than sixteen bytes"
MESSAGE = of_alert(an_alert())
DIGEST = of_digest(a_digest(an_alert(), an_alert(story=2)))
NOTICE = of_notices([a_notice()])


def hook(server, secret=SECRET, timeout=5.0):
    return Webhook("hook", server.url("/hook", host="127.0.0.1"), secret, timeout)


def test_sender_that_dies_in_the_middle_delivers_nothing():
    body = payload(MESSAGE)
    said = {**headers(MESSAGE.key, body, SECRET, NOON), "content-length": str(len(body))}
    head = "POST /hook HTTP/1.1\r\n" + "".join(f"{one}: {text}\r\n" for one, text in said.items())
    with webhook_receiver() as inbox:
        for sent in (b"", body[:9]):
            with socket.create_connection(("127.0.0.1", inbox.port)) as line:
                line.sendall(head.encode() + b"\r\n" + sent)
                line.shutdown(socket.SHUT_WR)
                assert line.recv(1) == b""
        channel = Webhook("hook", f"http://127.0.0.1:{inbox.port}/hook", SECRET, 5.0)
        assert send(MESSAGE, channel, NOON) == Taken()
        assert inbox.by_key == {MESSAGE.key: [body]}


def test_a_receiver_can_verify_what_it_gets():
    with loopback(lambda _: Reply(204)) as server:
        assert send(MESSAGE, hook(server), NOON) == Taken()
    (request,) = server.log
    head = request.headers
    assert request.method == "POST"
    assert head["content-type"] == "application/json"
    assert head["webhook-id"] == MESSAGE.key == json.loads(request.body)["key"]
    assert head["webhook-timestamp"] == str(int(NOON.timestamp()))
    signed = f"{head['webhook-id']}.{head['webhook-timestamp']}.".encode() + request.body
    mac = hmac.new(SECRET, signed, hashlib.sha256).digest()
    assert head["webhook-signature"] == f"v1,{base64.b64encode(mac).decode()}"


def test_docs_example_verifies_a_message():
    (example,) = re.findall(r"```python\n(.*?)```", Path("docs/alerts.md").read_text(), re.DOTALL)
    names: dict[str, Any] = {}
    exec(example, names)
    body, now = payload(MESSAGE), datetime.now(UTC)
    head = headers(MESSAGE.key, body, SECRET, now)
    assert names["verified"](head, body, SECRET)
    assert not names["verified"](head, body + b" ", SECRET)
    assert not names["verified"](head, body, SECRET + b"x")
    late = headers(MESSAGE.key, body, SECRET, now - timedelta(hours=1))
    assert not names["verified"](late, body, SECRET)


def test_signature_follows_standard_webhooks():
    """The example from the specification's own libraries."""
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    assert signature(
        "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}', secret
    ) == ("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")


def test_without_a_secret_nothing_is_signed():
    with loopback(lambda _: Reply()) as server:
        send(MESSAGE, hook(server, secret=b""), NOON)
    assert "webhook-signature" not in server.log[0].headers


def test_repeated_request_differs_only_in_its_timestamp():
    with loopback(lambda _: Reply()) as server:
        send(MESSAGE, hook(server), NOON)
        send(of_alert(an_alert()), hook(server), NOON + timedelta(hours=1))
    first, second = server.log
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]


def test_trusted_certificates_are_loaded_once(monkeypatch):
    """Loading them for each alert used up a whole pass's time after some hundred alerts."""
    with loopback(lambda _: Reply()) as server:
        assert send(MESSAGE, hook(server), NOON) == Taken()
        monkeypatch.delattr("ssl.create_default_context")
        assert send(MESSAGE, hook(server), NOON) == Taken()


@pytest.mark.parametrize("message", [MESSAGE, DIGEST, NOTICE], ids=["alert", "digest", "notice"])
def test_payload_fits_the_schema(message):
    jsonschema.validate(json.loads(payload(message)), schema())


def test_schema_in_the_docs_is_current():
    documented = Path("docs/webhook.schema.json").read_text("utf-8")
    assert json.loads(documented) == schema(), "run: python scripts/webhook_schema.py"


@pytest.mark.parametrize(
    ("status", "cause", "why"),
    [
        (301, Cause.CHANNEL, ": redirects are not followed; put the new address in rules.toml"),
        (400, Cause.UNKNOWN, ""),
        (401, Cause.CHANNEL, ""),
        (404, Cause.CHANNEL, ""),
        (410, Cause.GONE, ": the receiver says it is gone for good"),
        (413, Cause.UNKNOWN, ""),
        (422, Cause.UNKNOWN, ""),
        (429, Cause.CHANNEL, ""),
        (500, Cause.UNKNOWN, ""),
        (503, Cause.CHANNEL, ""),
    ],
)
def test_any_answer_but_success_is_a_failure_with_the_status(status, cause, why):
    with loopback(lambda _: Reply(status, b"no", (("Location", "/other"),))) as server:
        outcome = send(MESSAGE, hook(server), NOON)
    assert outcome == Failed(f"answered {status}{why}", cause)
    assert len(server.log) == 1


@pytest.mark.parametrize(
    ("retry_after", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("Sun, 01 Mar 2026 13:00:00 GMT", timedelta(hours=1)),
        ("Sun, 01 Mar 2026 11:00:00 GMT", timedelta()),
        ("soon", None),
        ("9" * 30, timedelta(seconds=10**9)),
        (f"Sun, 01 Mar 2026 13:00:00 +{'9' * 30}", None),
        (None, None),
    ],
)
def test_busy_receivers_retry_after_is_honoured(retry_after, wait):
    outcome = judge(429, retry_after, NOON)
    assert isinstance(outcome, Failed)
    assert outcome.wait == wait


def test_hanging_receiver_is_a_failure_after_the_timeout():
    with raw_loopback(lambda line, *_: line.recv(1 << 20) and line.recv(1)) as server:
        outcome = send(MESSAGE, hook(server, timeout=0.2), NOON)
    assert outcome == Failed("no answer within 0.2 seconds", Cause.CHANNEL)


def test_receiver_that_may_have_died_of_a_message_is_a_failure_of_unknown_cause():
    with raw_loopback(lambda *_: None) as server:
        outcome = send(MESSAGE, hook(server), NOON)
    assert isinstance(outcome, Failed)
    assert outcome.reason.startswith("gave no answer: ")
    assert outcome.cause is Cause.UNKNOWN


@pytest.mark.parametrize("address", [None, "http://[::1", "http://x.invalid:1/"])
def test_unreachable_receiver_is_a_failure(address):
    with loopback(lambda _: Reply()) as server:
        closed = server.url("/", host="127.0.0.1")
    outcome = send(MESSAGE, Webhook("hook", address or closed, SECRET), NOON)
    assert isinstance(outcome, Failed)
    assert outcome.reason.startswith("could not be reached: ")
    assert outcome.cause is Cause.CHANNEL
