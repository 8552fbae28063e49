"""Backtest: the alerts that a rule would have sent for past articles. Nothing is written or sent.

Articles are replayed in recorded order, grouped as the rules saw them: by pass, whatever files the
archive has merged them into since. An alert's time is when its article was first seen, or when its
rate released it. The state of a story is worked out from the articles that were there by then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, islice
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row

from alert.held_alerts import admit
from alert.matching import Batch, at_present, match_rule, story_of
from alert.rates import Rate
from alert.rules import Rule
from core.archive import ArchiveError
from core.ledger import names, segments, steps, stories
from core.ledger.followed import articles_of, build_coverage
from core.records import Alert, Article, Coverage, Followed, Segment, State
from enrich.stories.headlines import Headline, most_central
from search.percolator import Percolator
from wirewatch.articles import linked_articles
from wirewatch.house import House
from wirewatch.presentation.countries import countries_of, country_name
from wirewatch.progress import Progress, silent
from wirewatch.stages.match import CHUNK


class Arrived(NamedTuple):
    """An archived article, when it was linked to its story, and its pass's number."""

    article: Article
    at: datetime
    by_pass: int


@dataclass(frozen=True, slots=True)
class Backtest:
    """The alerts that a rule would have sent, in the order of their times, and those that its rate
    still held at the end; from how many articles, first seen within how many days. `damaged` has
    the errors of unreadable files, whose articles are left out."""

    sent: tuple[Alert, ...]
    held: tuple[Alert, ...]
    articles: int
    days: float
    damaged: tuple[str, ...]

    @property
    def by_day(self) -> Counter[date]:
        """How many alerts were sent on each day (UTC)."""
        return Counter(alert.created_at.date() for alert in self.sent)


def backtest(
    house: House, rule: Rule, *, since: timedelta, progress: Progress = silent
) -> Backtest:
    """Try a rule on the archive; return what it would have sent in the given time.

    Earlier articles are replayed too, so that a story that began earlier does not count as new.
    Stories that merged later are one story from the start, and of an edited article only the latest
    revision is read. An unreadable file of the archive costs only its articles.
    """
    begin = house.now() - since
    with house.ledger.read() as tx:
        linked = segments.linked(tx)
    followed: dict[str, Followed] = {}
    seen: set[str] = set()
    outgoing = _Outgoing(rule.at_most)
    damaged: list[str] = []
    count = 0
    for brought in _passes(_arrived(house, linked, damaged, progress)):
        at = brought[-1].at
        count += sum(one.article.first_seen >= begin for one in brought)
        outgoing.release(before=at)
        outgoing.take(_alerts_of(house, rule, brought, seen, followed), at)
    outgoing.release(before=house.now())
    sent = [alert for at, alert in outgoing.sent if at >= begin]
    # An edited article is read where its latest revision is, after others that came later.
    sent.sort(key=lambda alert: alert.created_at)
    held, days = tuple(outgoing.held), since / timedelta(days=1)
    return Backtest(tuple(sent), held, count, days, tuple(damaged))


class _Outgoing:
    """The alerts that were sent so far, each with when, and those that the rate holds back."""

    def __init__(self, rate: Rate | None) -> None:
        self.rate = rate
        self.sent: list[tuple[datetime, Alert]] = []
        self.held: list[Alert] = []

    def release(self, before: datetime) -> None:
        """Send what is held back as the rate allows, up to a moment. Passes that bring nothing do
        so, too."""
        while self.held and self.rate is not None:
            at = self.rate.free_at(self._times())
            if at >= before:
                break
            self.sent.append((at, _dated(self.held.pop(0), at)))

    def take(self, new: Sequence[Alert], at: datetime) -> None:
        """Send what a pass raised, and what is held back, as far as the rate allows."""
        free = None if self.rate is None else self.rate.free(self._times(), at)
        waited = {alert.key for alert in self.held}
        sent, self.held = admit(self.held, new, free)
        self.sent += [(at, _dated(one, at) if one.key in waited else one) for one in sent]

    def _times(self) -> Iterator[datetime]:
        return (at for at, _ in self.sent)


def _dated(alert: Alert, at: datetime) -> Alert:
    return alert.model_copy(update={"created_at": at})


def _passes(arrived: Iterable[Arrived]) -> Iterator[list[Arrived]]:
    """The articles in order, grouped as the rules saw them."""
    for _, several in groupby(arrived, key=lambda one: one.by_pass):
        while brought := list(islice(several, CHUNK)):
            yield brought


def _arrived(
    house: House, linked: Sequence[Segment], damaged: list[str], progress: Progress
) -> Iterator[Arrived]:
    """The articles of segments, in order; the errors of unreadable ones are added to `damaged`.

    A pass links everything it has before it goes on. So if other kinds of steps lie between the
    linking of two articles, they belong to different passes.
    """
    before: steps.StepRef | None = None
    by_pass = 0
    for number, segment in enumerate(linked, 1):
        try:
            found = list(linked_articles(house, segment))
        except ArchiveError as error:
            damaged.append(str(error))
            continue
        arrived = []
        with house.ledger.read() as tx:
            taken = steps.last(tx, [entry.id for _, entry in found], State.LINKED)
            for article, entry in found:
                step = taken.get(entry.id) or before or steps.StepRef(0, entry.first_seen)
                # Articles with the same time were linked in one transaction.
                if before is not None and before.at != step.at:
                    by_pass += steps.left_between(tx, before, step, State.LINKED)
                before = step
                if not entry.historic:
                    arrived.append(Arrived(article, step.at, by_pass))
        yield from arrived
        progress("backtest", number, len(linked))


def _alerts_of(
    house: House,
    rule: Rule,
    brought: Sequence[Arrived],
    seen: set[str],
    followed: dict[str, Followed],
) -> list[Alert]:
    articles, at = [one.article for one in brought], brought[-1].at
    seen.update(article.id for article in articles)
    with house.ledger.read() as tx:
        (asked,) = at_present([rule], at, names.present(tx, [rule.query]))
        (matched,) = Percolator([asked.query.condition]).match(articles)
        roots = stories.roots(tx, {story_of(article) for article in articles})
        needed = {roots[story_of(articles[place])] for place in matched}
        needed |= followed.keys() & set(roots.values())
        coverage = _coverage(tx, needed, seen)
    batch = Batch(articles, roots, coverage, at, country_name, countries_of)
    result = match_rule(asked, matched, batch, followed)
    for fault in filter(None, result.met.values()):
        raise fault.error  # a person is there to see it
    followed |= result.followed
    first_seen = {article.id: article.first_seen for article in articles}
    return [_dated(alert, first_seen[alert.article]) for alert in result.alerts]


def _coverage(tx: Connection, named: set[str], seen: set[str]) -> dict[str, Coverage]:
    """How some stories stood when only these articles had been seen."""
    by_story: dict[str, list[Row[Any]]] = {story: [] for story in named}
    for row in articles_of(tx, named):
        if row.id in seen:
            by_story[row.story].append(row)
    coverage = {}
    for story, rows in by_story.items():
        rows.sort(key=lambda row: (row.first_seen, row.id))
        told = [Headline(row.headline, row.language) for row in rows if row.headline is not None]
        title, language = told[most_central(told)] if told else (None, "")
        coverage[story] = build_coverage(story, title, language, rows)
    return coverage
