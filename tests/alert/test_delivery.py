"""Delivery: what a reader sees, and what becomes of an alert that is not taken."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loopback import Reply, loopback
from made import NOON, an_alert, item

from alert.delivery import LONGEST_WAIT, body, deliver, retry_at, subject
from core.records import Evidence, content_id


def piece(phrase):
    return Evidence(field="text", start=0, end=len(phrase), phrase=phrase, why="vendor")


ALERT = an_alert(
    rule="spyware",
    query="topic:spyware",
    key=content_id("key"),
    title="Größe & <b>Maß</b> \\n",
    score=0.756,
    why=(piece("Lumen Trace"), piece("implant"), piece("Lumen Trace")),
)

PRINTED = f"""[spyware] Größe & <b>Maß</b> \\n
Example News: {item(1).url}
Why: it meets topic:spyware, score 0.76; “Lumen Trace” (vendor), “implant” (vendor)
Story {item(1).id[:12]}, alert {content_id("key")}

"""


def test_the_terminal_prints_what_where_and_why(capsys):
    assert deliver(ALERT, "terminal", {}) is None
    assert capsys.readouterr().out == PRINTED


def test_without_evidence_the_reason_is_the_query_alone():
    bare = ALERT.model_copy(update={"why": ()})
    assert "Why: it meets topic:spyware, score 0.76\n" in body(bare)


def test_a_service_takes_an_alert_as_it_is():
    with loopback(lambda _: Reply(200)) as server:
        channels = {"desk": f"json://127.0.0.1:{server.port}/alerts"}
        assert deliver(ALERT, "desk", channels) is None
    (asked,) = server.log
    told = json.loads(asked.body)
    assert (asked.method, asked.path) == ("POST", "/alerts")
    assert (told["title"], told["message"]) == (subject(ALERT), body(ALERT))


@pytest.mark.parametrize("status", [500, 403])
def test_a_service_that_refuses_is_a_reason(status):
    with loopback(lambda _: Reply(status)) as server:
        reason = deliver(ALERT, "desk", {"desk": f"json://127.0.0.1:{server.port}/"})
    assert reason is not None
    assert str(status) in reason


def test_a_service_that_is_not_there_is_a_reason_without_its_password():
    with loopback(lambda _: Reply()) as server:
        port = server.port
    reason = deliver(ALERT, "desk", {"desk": f"json://me:secret@127.0.0.1:{port}/"})
    assert reason
    assert "secret" not in reason


def test_a_channel_that_was_taken_out_is_a_reason():
    assert deliver(ALERT, "desk", {}) == "rules.toml names no channel 'desk' any more"


def test_a_channel_whose_url_is_of_no_use_is_a_reason():
    assert deliver(ALERT, "desk", {"desk": "nonsense://"})


@given(st.integers(0, 10**6))
def test_a_failed_delivery_is_tried_ever_later_and_never_given_up(attempts):
    wait = retry_at(attempts, NOON) - NOON
    assert timedelta(minutes=1) <= wait <= LONGEST_WAIT
    assert wait <= retry_at(attempts + 1, NOON) - NOON


def test_the_first_tries_come_soon():
    waits = [(retry_at(attempts, NOON) - NOON).total_seconds() for attempts in range(4)]
    assert waits == [60, 120, 240, 480]
