"""Steps in the ledger, in the order in which they were recorded."""

from __future__ import annotations

from datetime import timedelta

from factories import NOON

from core.ledger import steps
from core.records import State


def test_the_last_step_is_the_one_recorded_last_whatever_the_clock_said(ledger):
    earlier = NOON - timedelta(hours=1)
    with ledger.write() as tx:
        for at in (NOON, earlier):
            steps.record(tx, ["a", "b"], State.FETCHED, now=at)
        steps.record(tx, ["a"], State.EXTRACTED, now=NOON)
        found = steps.last(tx, ["a", "b", "c"], State.FETCHED)
    assert {key: one.at for key, one in found.items()} == {"a": earlier, "b": earlier}
    assert found["a"].number < found["b"].number
