"""Rules that stopped: where each did, until it reads on or is gone."""

from __future__ import annotations

from factories import NOON

from core.ledger import cursors, segments, stopped
from core.records import Segment


def test_a_rule_stays_where_it_stopped_first(ledger):
    with ledger.write() as tx:
        stopped.stop(tx, {"a", "b"}, 4)
        stopped.stop(tx, {"a", "c"}, 7)
        stopped.stop(tx, set(), 9)
        assert stopped.positions(tx) == {"a": 4, "b": 4, "c": 7}
        assert stopped.move(tx, ["a"], 6, since=4)
        assert not stopped.move(tx, ["a", "b"], 7, since=4)
        stopped.forget(tx, ["b"])
        assert stopped.positions(tx) == {"a": 6, "c": 7}


def test_a_rule_reads_on_with_all_others_unless_another_pass_has_changed_where_they_stand(ledger):
    with ledger.write() as tx:
        cursors.move(tx, cursors.RULES, 7, since=0)
        stopped.stop(tx, {"a", "b"}, 4)
        stopped.move(tx, ["a"], 6, since=4)
        stopped.rejoin(tx, ["a", "b"], 6, others=5)
        assert stopped.positions(tx) == {"a": 6, "b": 4}
        stopped.rejoin(tx, ["a", "b"], 6, others=7)
        assert stopped.positions(tx) == {"b": 4}
        assert cursors.read(tx, cursors.RULES) == 7


def test_what_all_have_read_ends_where_the_first_rule_stopped(ledger):
    with ledger.write() as tx:
        cursors.move(tx, cursors.RULES, 5, since=0)
        assert stopped.read_by_all(tx) == 5
        stopped.stop(tx, {"a"}, 5)
        cursors.move(tx, cursors.RULES, 7, since=5)
        stopped.stop(tx, {"b"}, 7)
        cursors.move(tx, cursors.RULES, 9, since=7)
        assert stopped.read_by_all(tx) == 5


def test_files_that_a_stopped_rule_has_not_read_are_not_merged(ledger, clock):
    """A merged file has the place of its last: the rule would read again what it had read."""
    made = [Segment(id=name, kind="articles", path=name, items=3) for name in "abc"]
    with ledger.write() as tx:
        for segment in made:
            segments.add(tx, segment, ledger.now())
            segments.set_position(tx, segment)
            segments.set_done(tx, segment, NOON)
        cursors.move(tx, cursors.RULES, 3, since=0)
        stopped.stop(tx, {"r"}, 1)
    clock.go(days=1)
    with ledger.write() as tx:
        (run,) = segments.settled(tx, clock())
        assert [one.id for one in run] == ["a"]
        stopped.forget(tx, ["r"])
        (run,) = segments.settled(tx, clock())
        assert [one.id for one in run] == ["a", "b", "c"]
