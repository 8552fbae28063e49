"""Segments in the ledger move from stage to stage, in the order recorded."""

from __future__ import annotations

import pytest
from factories import NOON
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from core.ledger import cursors, segments
from core.ledger.chunks import CHUNK
from core.records import Segment


def add(ledger, name, kind="articles"):
    segment = Segment(id=name, kind=kind, path=f"{kind}/{name}", items=3)
    with ledger.write() as tx:
        segments.add(tx, segment, ledger.now())
    return segment


def ids(found):
    return [segment.id for segment in found]


def test_a_segment_moves_from_stage_to_stage(ledger):
    pages, articles = add(ledger, "p", "pages"), add(ledger, "a")
    with ledger.write() as tx:
        assert segments.get(tx, ["p"]) == [pages]
        assert ids(segments.to_extract(tx)) == ["p"]
        assert ids(segments.to_link(tx)) == ["a"]
        assert segments.to_index(tx) == segments.linked(tx) == []
        segments.set_done(tx, pages, NOON)
        segments.set_position(tx, articles)
        assert segments.to_extract(tx) == segments.to_link(tx) == []
        assert ids(segments.to_index(tx)) == ids(segments.linked(tx)) == ["a"]
        segments.set_done(tx, articles, NOON)
        assert segments.to_index(tx) == []
        assert ids(segments.linked(tx)) == ["a"]


def test_segments_are_positioned_in_the_order_linked(ledger, clock):
    first, second = add(ledger, "z"), add(ledger, "b")
    clock.go(minutes=1)
    third = add(ledger, "a")
    with ledger.write() as tx:
        assert ids(segments.to_link(tx)) == ["b", "z", "a"]
        for segment in (third, first, second, third):
            segments.set_position(tx, segment)
        assert [(one.id, one.position) for one in segments.linked(tx)] == [
            ("a", 1),
            ("z", 2),
            ("b", 3),
        ]
        assert ids(segments.linked(tx, after=2)) == ["b"]


def test_a_segment_is_recorded_once(ledger):
    segment = add(ledger, "a")
    with pytest.raises(IntegrityError), ledger.write() as tx:
        segments.add(tx, segment, NOON)


def test_a_segment_that_is_gone_is_left_out(ledger):
    """A task failed if another process had rewritten its file, or found it lost."""
    add(ledger, "a")
    with ledger.read() as tx:
        assert ids(segments.get(tx, ["gone", "a"])) == ["a"]


def test_a_large_segment_replaces_settled_ones(ledger, clock):
    old = [add(ledger, name) for name in "abc"]
    added = clock()
    with ledger.write() as tx:
        for segment in old:
            segments.set_position(tx, segment)
            segments.set_done(tx, segment, clock())
        cursors.move(tx, cursors.RULES, 2, since=0)
        cursors.move(tx, cursors.OPERATIONS, 0, since=0)  # counts steps
    now = clock.go(days=1)
    with ledger.read() as tx:
        (run,) = segments.settled(tx, now)
        assert [one.id for one in run] == ["a", "b"]
        assert segments.settled(tx, added) == []
    large = Segment(id="large", kind="articles", path="large", items=6)
    with ledger.write() as tx:
        assert segments.replace(tx, run, large, now)
        assert not segments.replace(tx, run, large, now)
    with ledger.read() as tx:
        assert [(one.id, one.position) for one in segments.linked(tx)] == [("large", 2), ("c", 3)]
        assert segments.paths(tx) == {"large", old[2].path}
        ((alone,),) = segments.settled(tx, now)
    with ledger.write() as tx:
        assert segments.remove(tx, [alone], now)


def test_rules_see_what_is_linked_after_the_last_segment_was_erased(ledger):
    erased, new = add(ledger, "a"), add(ledger, "b")
    with ledger.write() as tx:
        segments.set_position(tx, erased)
        segments.set_done(tx, erased, NOON)
        cursors.move(tx, cursors.RULES, 1, since=0)
        assert segments.remove(tx, [erased], NOON)
        segments.set_position(tx, new)
        assert ids(segments.linked(tx, after=cursors.read(tx, cursors.RULES))) == ["b"]


def test_any_number_of_segments_is_removed_at_once(ledger):
    """No database takes the ids of the pages of a year in one statement."""
    pages = [Segment(id=f"{n}", kind="pages", path=f"p{n}", items=1) for n in range(CHUNK + 1)]
    with ledger.write() as tx:
        for one in pages:
            segments.add(tx, one, NOON)
        for one in pages[:-1]:
            segments.set_done(tx, one, NOON)
        asked: list[int] = []
        event.listen(
            tx, "before_cursor_execute", lambda *call: asked.append(0 if call[5] else len(call[3]))
        )
        assert not segments.remove(tx, pages, NOON)
        assert len(segments.paths(tx)) == len(pages)
        segments.set_done(tx, pages[-1], NOON)
        assert segments.remove(tx, pages, NOON)
        assert segments.paths(tx) == frozenset()
    assert max(asked) == CHUNK
