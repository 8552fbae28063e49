"""Cursors: how far a reader has read."""

from __future__ import annotations

from core.ledger import cursors


def test_a_cursor_starts_at_zero_and_moves(ledger):
    with ledger.write() as tx:
        assert cursors.read(tx, cursors.RULES) == 0
        cursors.move(tx, cursors.RULES, 4)
        cursors.move(tx, cursors.RULES, 7)
        assert cursors.read(tx, cursors.RULES) == 7
        assert cursors.read(tx, cursors.OPERATIONS) == 0
