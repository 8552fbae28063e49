"""What the next pass has to do, counted; counting requests nothing and changes nothing."""

from __future__ import annotations

from core.ledger import alerts, cursors, feeds, segments, visits
from core.records import Record
from wirewatch.house import House


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
    return "\n".join(
        [
            f"poll     {planned.poll:>9,} feeds due",
            f"fetch    {planned.fetch:>9,} entries waiting for their page",
            f"extract  {planned.extract:>9,} files of pages",
            f"link     {planned.link:>9,} files of articles",
            f"index    {planned.index:>9,} files of articles",
            f"match    {planned.match:>9,} files of articles",
            f"deliver  {planned.deliver:>9,} alerts",
        ]
    )
