"""What a rule would have told: its alerts over the archive, with nothing written and nothing sent.

The articles go by in recorded order, a segment at a time, as passes had them. An alert's time is
when its article was first seen, or when its rate let it go, and how a story stood is told by the
articles that were there by then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from alert.developments import telling
from alert.matching import Batch, admit, conditions, story_of, tell
from alert.rules import Rule
from core.ledger import segments, stories
from core.records import Alert, Article, Coverage, Followed
from search.percolator import Percolator
from wirewatch.countries import country_name
from wirewatch.house import House
from wirewatch.progress import Progress, silent
from wirewatch.stages.link import linked_articles


@dataclass(frozen=True, slots=True)
class Backtest:
    """The alerts that a rule would have sent, in order, and those that its rate still held at the
    end; over how many articles, first seen within how many days."""

    sent: tuple[Alert, ...]
    held: tuple[Alert, ...]
    articles: int
    days: float

    @property
    def by_day(self) -> Counter[date]:
        """How many on each day (UTC)."""
        return Counter(alert.created_at.date() for alert in self.sent)


@dataclass
class _Seen:
    """How stories stand so far."""

    _articles: dict[str, dict[str, Article]] = field(default_factory=dict)

    def add(self, story: str, article: Article) -> None:
        """Another article of a story, or a revision of one."""
        self._articles.setdefault(story, {}).setdefault(article.id, article)

    def coverage(self, story: str) -> Coverage:
        """A story, by the articles that were there."""
        several = list(self._articles[story].values())
        return Coverage(
            story=story,
            headline=several[0].title,
            language=several[0].language,
            first=telling(several[0]),
            outlets=tuple(dict.fromkeys(one.outlet for one in several)),
            copies=sum(one.duplicate_of is not None for one in several),
        )


def backtest(
    house: House, rule: Rule, *, since: timedelta, progress: Progress = silent
) -> Backtest:
    """Try a rule on the archive; what it would have sent since so long ago.

    What came before goes by as well, so that a story which began earlier is not taken for new.
    Stories that became one are one from the start, and of an edited article only what it says now
    is read.
    """
    begin = house.now() - since
    with house.ledger.read() as tx:
        linked = segments.linked(tx)
    followed: dict[str, Followed] = {}
    seen = _Seen()
    sent: list[Alert] = []
    sent_at: list[datetime] = []
    held: list[Alert] = []
    count = 0
    for number, segment in enumerate(linked, 1):
        articles = [one for one, _ in linked_articles(house, segment)]
        if articles:
            count += sum(one.first_seen >= begin for one in articles)
            at = max(one.first_seen for one in articles)
            new = _told(house, rule, articles, seen, followed, at)
            rate = rule.at_most
            admission = admit(held, new, None if rate is None else rate.free(sent_at, at))
            waited = {alert.key for alert in held}
            sent += [
                alert.model_copy(update={"created_at": at}) if alert.key in waited else alert
                for alert in admission.sent
            ]
            sent_at += [at] * len(admission.sent)
            held = admission.held
        progress("backtest", number, len(linked))
    shown = tuple(one for one, at in zip(sent, sent_at, strict=True) if at >= begin)
    return Backtest(shown, tuple(held), count, since / timedelta(days=1))


def _told(
    house: House,
    rule: Rule,
    articles: Sequence[Article],
    seen: _Seen,
    followed: dict[str, Followed],
    at: datetime,
) -> list[Alert]:
    with house.ledger.read() as tx:
        roots = stories.roots(tx, {story_of(article) for article in articles})
    for article in articles:
        seen.add(roots[story_of(article)], article)
    coverage = {story: seen.coverage(story) for story in set(roots.values())}
    batch = Batch(articles, roots, coverage, at, country_name)
    (met,) = Percolator(conditions([rule], at)).meeting(articles)
    told = tell(rule, met, batch, followed)
    followed |= told.followed
    first_seen = {article.id: article.first_seen for article in articles}
    return [
        alert.model_copy(update={"created_at": first_seen[alert.article]}) for alert in told.alerts
    ]
