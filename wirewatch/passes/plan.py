"""What the next pass has to do, counted; counting requests nothing and changes nothing."""

from __future__ import annotations

from core.ledger import alerts, cursors, feeds, segments, visits
from core.records import Record
from wirewatch.house import House
from wirewatch.presentation.wording import counted


class Plan(Record):
    """How much waits for each stage: feeds, entries, segments of the archive, or deliveries."""

    poll: int
    fetch: int
    extract: int
    link: int
    index: int
    match: int
    deliver: int


def plan(house: House) -> Plan:
    """What is due now, without what stages will pass on to later ones: that is not known yet."""
    now = house.now()
    with house.ledger.read() as tx:
        return Plan(
            poll=feeds.count_due(tx, now),
            fetch=visits.count_due(tx, now),
            extract=len(segments.to_extract(tx)),
            link=len(segments.to_link(tx)),
            index=len(segments.to_index(tx)),
            match=len(segments.linked(tx, after=cursors.read(tx, cursors.RULES))),
            deliver=len(alerts.outbox(tx, now)),
        )


def plan_text(planned: Plan) -> str:
    """The same in words, one line per stage."""
    told = {
        "poll": counted(planned.poll, "feed due", "feeds due"),
        "fetch": counted(
            planned.fetch, "entry waiting for its page", "entries waiting for their pages"
        ),
        "extract": counted(planned.extract, "file of pages", "files of pages"),
        "link": counted(planned.link, "file of articles", "files of articles"),
        "index": counted(planned.index, "file of articles", "files of articles"),
        "match": counted(planned.match, "file of articles", "files of articles"),
        "deliver": counted(planned.deliver, "alert"),
    }
    return "\n".join(f"{stage:<9}{waiting}" for stage, waiting in told.items())
