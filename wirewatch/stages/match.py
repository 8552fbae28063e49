"""Match: articles → outbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from alert.matching import (
    Admission,
    Batch,
    RuleMatch,
    admit,
    conditions,
    match_rule,
    merge_waiting,
    story_of,
)
from alert.rules import Rule
from core.ledger import alerts, cursors, followed, held_alerts, segments, stories
from core.ledger.segments import Segment
from core.records import Alert, AlertKind, Article, Followed
from search.percolator import Percolator
from wirewatch.batches import together
from wirewatch.house import House
from wirewatch.passes.lost import waiting_articles
from wirewatch.presentation.countries import countries_of, country_name
from wirewatch.progress import Progress, silent

CHUNK = 4_000
"""Articles that rules see together: as many as a pass brings in most hours. Their developments of
one story make one alert; each chunk is one transaction."""


def match(house: House, progress: Progress = silent) -> int:
    """Try all rules on the articles recorded since the last time; return how many alerts were
    raised.

    Rules see articles in recorded order, never by published time, so a late one is not missed.
    Alerts do not wait for the index. What a rule's rate held back is sent as soon as the rate
    allows, even if nothing is new.
    """
    raised = 0
    with house.lease("match") as taken:
        if not taken:
            return 0
        with house.ledger.read() as tx:
            waiting = segments.linked(tx, after=cursors.read(tx, cursors.RULES))
        if not waiting:
            return _record(house, {}, {}, None)
        rules = house.rules.rules
        standing = Percolator(conditions(rules, house.now()))
        done = 0
        for chunk in together(waiting, CHUNK):
            articles = [one for segment in chunk for one, _ in waiting_articles(house, segment)]
            told, ids = _match_rules(house, rules, articles, standing)
            raised += _record(house, told, ids, chunk[-1])
            done += len(chunk)
            progress("match", done, len(waiting))
    return raised


def _match_rules(
    house: House, rules: Sequence[Rule], articles: Sequence[Article], standing: Percolator
) -> tuple[dict[str, RuleMatch], followed.StoryIds]:
    """What each rule makes of some articles, by rule name, if anything; and for each story of these
    articles, the ids under which its followers' knowledge was found."""
    matched = {
        rule.name: (rule, places)
        for rule, places in zip(rules, standing.match(articles), strict=True)
    }
    with house.ledger.read() as tx:
        roots = stories.roots(tx, {story_of(article) for article in articles})
        ids = stories.ids_of(tx, set(roots.values()))
        known = followed.followed_by(tx, ids)
        needed = {story for _, story in known}
        for _, places in matched.values():
            needed.update(roots[story_of(articles[place])] for place in places)
        coverage = followed.coverage(tx, {story: ids[story] for story in needed})
    by_rule: dict[str, dict[str, Followed]] = {}
    for (name, story), one in known.items():
        by_rule.setdefault(name, {})[story] = one
    batch = Batch(articles, roots, coverage, house.now(), country_name, countries_of)
    by_name = {
        name: result
        for name, (rule, places) in matched.items()
        if (places or name in by_rule)
        and (result := match_rule(rule, places, batch, by_rule.get(name, {}))).followed
    }
    return by_name, ids


def _record(
    house: House, matches: dict[str, RuleMatch], ids: followed.StoryIds, last: Segment | None
) -> int:
    """Record in one transaction what was told, what is held, and how far rules have read.

    Returns how many alerts went into the outbox.
    """
    now = house.now()
    rules = {rule.name: rule for rule in house.rules.rules}
    raised = 0
    with house.ledger.write() as tx:
        news = _unmuted(tx, {name: match.alerts for name, match in matches.items()})
        waiting = _waiting(tx)
        active = [name for name in rules if name in matches or name in waiting]
        rated = {name: rate for name in active if (rate := rules[name].at_most)}
        sent = alerts.sent_since(tx, {name: now - rate.period for name, rate in rated.items()})
        for name in active:
            rate = rated.get(name)
            free = None if rate is None else rate.free(sent[name], now)
            admission = admit(waiting.get(name, []), news.get(name, []), free)
            if name in matches:
                # Use the ids as they were read: linking may have merged two stories since. What
                # readers know of the other story is not part of what is recorded here and has to
                # stay; the two are combined the next time they are read.
                followed.follow(tx, name, matches[name].followed, ids)
            raised += _settle(tx, rules[name], admission, now)
        if last is not None:
            assert last.position is not None  # noqa: S101 - linked segments have a position
            cursors.move(tx, cursors.RULES, last.position)
    return raised


def _waiting(tx: Connection) -> dict[str, Sequence[Alert]]:
    """The waiting alerts by rule, under their present stories."""
    by_rule: dict[str, list[Alert]] = {}
    held = [one.alert for one in held_alerts.listed(tx)]
    for alert in held:
        by_rule.setdefault(alert.rule, []).append(alert)
    named = {alert.story for several in by_rule.values() for alert in several}
    survivors = stories.roots(tx, named)
    ids = stories.ids_of(tx, named)
    for rule, several in by_rule.items():
        sent = alerts.alerted_stories(
            tx, rule, {one for alert in several for one in ids[alert.story]}
        )
        alerted = {survivors[story] for story in ids if ids[story] & sent}
        by_rule[rule] = merge_waiting(several, survivors, alerted)
    left = _unmuted(tx, by_rule)
    kept = {alert.key for several in left.values() for alert in several}
    held_alerts.release(tx, [alert.key for alert in held if alert.key not in kept])
    return left


def _unmuted(tx: Connection, by_rule: Mapping[str, Sequence[Alert]]) -> dict[str, Sequence[Alert]]:
    """The alerts of each rule, without those on stories that nobody wants to hear more of. What
    these told counts as known, so that it is not told later either."""
    muted = stories.muted(tx, {alert.story for several in by_rule.values() for alert in several})
    return {
        rule: [alert for alert in several if alert.story not in muted]
        for rule, several in by_rule.items()
    }


def _settle(tx: Connection, rule: Rule, admission: Admission, now: datetime) -> int:
    """Put alerts to send into the outbox and hold the others; return how many were put there."""
    held_alerts.release(tx, [alert.key for alert in admission.sent])
    for alert in admission.held:
        held_alerts.hold(tx, alert, now)
    return sum(alerts.add(tx, _following(tx, alert), rule.to, now) for alert in admission.sent)


def _following(tx: Connection, alert: Alert) -> Alert:
    """An update that names the story its rule told first, if that has since merged into another.

    The alert records it, so that a repeat follows the same story, whatever has merged by then.
    """
    if alert.kind is AlertKind.STORY:
        return alert
    first = alerts.first_alerted_as(tx, alert.rule, stories.ids_of(tx, [alert.story])[alert.story])
    return alert if first in (None, alert.story) else alert.model_copy(update={"told_as": first})
