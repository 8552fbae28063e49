"""Delivery: each channel by itself, and what happens to a message that is refused."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from io import StringIO

import pytest
from factories import NOON, an_alert
from hypothesis import given
from hypothesis import strategies as st
from loopback import Reply, loopback

from alert.channels import Service, Terminal, Webhook
from alert.delivery import send, send_in_parallel
from alert.outcomes import Cause, Failed, Taken
from alert.retries import SUSPICIOUS, cause_of, retry_at
from alert.wording import of_alert
from core.records import LONGEST_WAIT

MESSAGE = of_alert(an_alert(title="Größe & <b>Maß</b> \\n"))


def desk(url):
    return Service("desk", url)


def test_terminal_prints_the_message(capsys):
    assert send(MESSAGE, Terminal(), NOON) == Taken()
    headline, _, rest = MESSAGE.text.partition("\n")
    assert MESSAGE.subject.endswith(headline)
    assert capsys.readouterr().out == f"{MESSAGE.subject}\n{rest}\n\n", "its headline only once"


def test_a_terminal_that_takes_no_more_is_no_fault_of_the_message(monkeypatch, caplog):
    class Closed(StringIO):
        def flush(self):
            raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr("sys.stdout", Closed())
    why = "standard output takes no more: Broken pipe"
    assert send(MESSAGE, Terminal(), NOON) == Failed(why, Cause.CHANNEL)
    assert caplog.text == ""


def test_json_service_gets_the_message_as_text():
    with loopback(lambda _: Reply(200)) as server:
        url = f"json://127.0.0.1:{server.port}/alerts"
        assert send(MESSAGE, desk(url), NOON) == Taken()
    (request,) = server.log
    told = json.loads(request.body)
    assert (request.method, request.path) == ("POST", "/alerts")
    assert (told["title"], told["message"]) == (MESSAGE.subject, MESSAGE.text)


@pytest.mark.parametrize("status", [500, 403])
def test_refusal_by_a_service_is_a_failure_with_the_status(status):
    with loopback(lambda _: Reply(status)) as server:
        outcome = send(MESSAGE, desk(f"json://127.0.0.1:{server.port}/"), NOON)
    assert isinstance(outcome, Failed)
    assert str(status) in outcome.reason


def test_unreachable_service_is_a_failure_without_the_password():
    with loopback(lambda _: Reply()) as server:
        port = server.port
    outcome = send(MESSAGE, desk(f"json://me:secret@127.0.0.1:{port}/"), NOON)
    assert isinstance(outcome, Failed)
    assert outcome.reason
    assert "secret" not in outcome.reason


def test_unusable_channel_url_is_a_failure():
    assert isinstance(send(MESSAGE, desk("nonsense://"), NOON), Failed)


def test_unexpected_exception_is_a_failure_of_unknown_cause(caplog):
    outcome = send(MESSAGE, Webhook("hook", None), NOON)  # type: ignore[arg-type]  # to raise
    said = "TypeError while sending; see the log for details"
    assert outcome == Failed(said, Cause.UNKNOWN)
    assert f"channel hook: {MESSAGE.key}\nTraceback" in caplog.text


@given(st.integers(0, 10**6), st.none() | st.timedeltas(timedelta(), timedelta(days=99)))
def test_failed_delivery_is_retried_at_growing_intervals_without_end(attempts, asked):
    wait = retry_at(attempts, NOON, asked) - NOON
    assert timedelta(minutes=1) <= wait <= LONGEST_WAIT
    assert wait <= retry_at(attempts + 1, NOON, asked) - NOON


def test_first_retries_come_soon():
    waits = [(retry_at(attempts, NOON) - NOON).total_seconds() for attempts in range(4)]
    assert waits == [60, 120, 240, 480]


def test_a_receiver_may_ask_for_a_longer_wait():
    assert retry_at(0, NOON, timedelta(hours=1)) == NOON + timedelta(hours=1)
    assert retry_at(0, NOON, timedelta(seconds=1)) == retry_at(0, NOON)


def test_unknown_cause_is_blamed_on_the_channel_then_on_the_message():
    unknown = Failed("?", Cause.UNKNOWN)
    causes = [cause_of(unknown, attempts) for attempts in range(SUSPICIOUS)]
    assert causes == [Cause.CHANNEL] * (SUSPICIOUS - 1) + [Cause.MESSAGE]
    assert cause_of(Failed("?", Cause.CHANNEL), 99) is Cause.CHANNEL


class Record:
    """The settled outcomes, in order; a channel goes on while they are good."""

    def __init__(self):
        self.settled = []

    def __call__(self, name, parcel, outcome):
        self.settled.append((name, parcel, isinstance(outcome, Taken)))
        return isinstance(outcome, Taken)

    def of(self, name):
        return [(parcel, taken) for one, parcel, taken in self.settled if one == name]


def test_each_channel_gets_its_messages_in_order():
    record = Record()
    parcels = {"a": [1, 2, 3], "b": [1, 2], "c": []}
    assert send_in_parallel(parcels, lambda *_: Taken(), record, seconds=60) == set()
    assert record.of("a") == [(1, True), (2, True), (3, True)]
    assert record.of("b") == [(1, True), (2, True)]
    for thread in threading.enumerate():
        if thread.name in ("to a", "to b"):
            thread.join(30)
            assert not thread.is_alive()


def test_failing_channel_stops_and_the_others_go_on():
    record = Record()

    def send(name, parcel):
        fails = name == "a" and parcel == 2
        return Failed("no", Cause.CHANNEL) if fails else Taken()

    send_in_parallel({"a": [1, 2, 3], "b": [1, 2, 3]}, send, record, seconds=60)
    assert record.of("a") == [(1, True), (2, False)]
    assert record.of("b") == [(1, True), (2, True), (3, True)]


def test_message_is_sent_only_after_the_one_before_is_settled():
    settled: list[int] = []

    def send(_, parcel):
        assert settled == list(range(parcel))
        return Taken()

    def settle(_, parcel, outcome):
        settled.append(parcel)
        return True

    send_in_parallel({"a": range(5)}, send, settle, seconds=60)
    assert settled == list(range(5))


def test_hanging_channel_is_abandoned_and_its_late_answer_ignored():
    record, over = Record(), threading.Event()

    def send(name, parcel):
        if name == "hangs":
            over.wait(30)
        return Taken()

    spent = send_in_parallel({"hangs": [1, 2], "b": [1, 2]}, send, record, seconds=0.2)
    assert spent == {"hangs"}
    assert record.of("b") == [(1, True), (2, True)]
    assert record.of("hangs") == [(1, False)]
    assert [one.daemon for one in threading.enumerate() if one.name == "to hangs"] == [True]
    over.set()
    assert len(record.settled) == 3


def test_message_begun_late_has_as_long_as_any_other(monkeypatch):
    clock, pause, settled = [0.0], threading.Event(), []
    monkeypatch.setattr("alert.delivery.monotonic", lambda: clock[0])

    def send(name, parcel):
        pause.wait(0.05)
        return Taken()

    def settle(_, parcel, outcome):
        settled.append((parcel, outcome))
        clock[0] = 59.999
        return True

    send_in_parallel({"slow": [1, 2]}, send, settle, seconds=60)
    assert settled == [(1, Taken()), (2, Taken())]


def test_nothing_new_is_begun_once_the_time_is_over(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr("alert.delivery.monotonic", lambda: clock[0])
    settled = []

    def settle(_, parcel, outcome):
        settled.append((parcel, outcome))
        clock[0] = 60.0
        return True

    parcels = {"a": [1, 2]}
    assert send_in_parallel(parcels, lambda *_: Taken(), settle, seconds=60) == {"a"}
    assert settled == [(1, Taken())]
