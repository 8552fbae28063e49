"""Cursors: how far a reader has read."""

from __future__ import annotations

from core.ledger import cursors


def test_a_cursor_starts_at_zero_and_moves(ledger):
    with ledger.write() as tx:
        assert cursors.read(tx, cursors.RULES) == 0
        assert cursors.move(tx, cursors.RULES, 4, since=0)
        assert cursors.move(tx, cursors.RULES, 7, since=4)
        assert not cursors.move(tx, cursors.RULES, 5, since=4)
        assert cursors.read(tx, cursors.RULES) == 7
        assert cursors.read(tx, cursors.OPERATIONS) == 0
