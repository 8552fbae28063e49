"""Match: articles → outbox."""

from __future__ import annotations

from alert import matching
from core.ledger import alerts, segments
from core.ledger.segments import Segment
from search.embedded import EmbeddedIndex
from wirewatch.house import House
from wirewatch.progress import Progress, silent
from wirewatch.stages.link import linked_articles


def match(house: House, progress: Progress = silent) -> int:
    """Try all rules on the articles recorded since the last time; how many alerts were raised.

    Rules see articles in recorded order, never by their published time, so a late one is not
    missed. Whether the index has taken them does not matter: an alert does not wait for it.
    """
    raised = 0
    with house.lease("match") as taken:
        if not taken:
            return 0
        with house.ledger.read() as tx:
            waiting = segments.linked(tx, after=segments.cursor(tx, "match"))
        for number, segment in enumerate(waiting, 1):
            raised += _match_segment(house, segment)
            progress("match", number, len(waiting))
    return raised


def _match_segment(house: House, segment: Segment) -> int:
    assert segment.position is not None  # noqa: S101 - linked segments have their place
    articles = [article for article, _ in linked_articles(house, segment)]
    memory = EmbeddedIndex(None)
    for _ in memory.write(articles):
        pass
    now = house.now()
    met = list(matching.match(house.rules.rules, articles, memory, now))
    memory.close()
    with house.ledger.write() as tx:
        raised = sum(alerts.add(tx, one, rule.to, now) for rule, one in met)
        segments.set_cursor(tx, "match", segment.position)
    return raised
