"""Match: articles → outbox."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from alert.held_alerts import Admission, admit, as_it_stands, merge_waiting
from alert.matching import Batch, RuleMatch, at_present, match_rule, story_of
from alert.rules import Rule, Rules
from core.faults import Fault, raise_if_common
from core.ledger import (
    alerts,
    cursors,
    entries,
    followed,
    held_alerts,
    names,
    segments,
    stopped,
    stories,
)
from core.records import SEARCHABLE, Alert, AlertKind, Article, Followed, Segment, State
from wirewatch.batches import together
from wirewatch.house import House
from wirewatch.passes.lost import waiting_articles
from wirewatch.passes.matching import Matcher, Met
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
    allows, even if nothing is new. An article at which rules meet a fault is quarantined, and what
    they did not tell of it is told once it is replayed. A rule that cannot be used stops where it
    is; once it can, it first sees the articles that it missed.
    """
    raised = 0
    with house.lease("match") as taken:
        if not taken:
            return 0
        rules = house.rules
        late = _late(house, rules)
        with house.ledger.read() as tx:
            read = cursors.read(tx, cursors.RULES)
            waiting = segments.linked(tx, after=read)
        for position, several in late.items():
            with house.ledger.read() as tx:
                missed = segments.linked(tx, after=position, upto=read)
            raised += _read_on(house, several, missed, progress, since=position, late=True)
            by_name = [rule.name for rule in several]
            with house.ledger.write() as tx:
                # If we were paused until another pass took over the lease, they stay stopped.
                stopped.rejoin(tx, by_name, _end_of(missed, position), others=read)
        if not waiting:
            with house.ledger.write() as tx:
                return raised + _record(tx, house, {}, {})
        return raised + _read_on(house, rules.rules, waiting, progress, since=read)


def _late(house: House, rules: Rules) -> dict[int, list[Rule]]:
    """The rules that can be used again, by the position where they stopped.

    Those that cannot be used stop here, and the others read on.
    """
    with house.ledger.write() as tx:
        stopped.stop(tx, rules.unusable("rule"), cursors.read(tx, cursors.RULES))
        positions = stopped.positions(tx)
        stopped.forget(tx, [name for name in positions if rules.lacks(name)])
    late: dict[int, list[Rule]] = {}
    for rule in rules.rules:
        if rule.name in positions:
            late.setdefault(positions[rule.name], []).append(rule)
    return late


def _read_on(
    house: House,
    rules: Sequence[Rule],
    waiting: Sequence[Segment],
    progress: Progress,
    *,
    since: int,
    late: bool = False,
) -> int:
    """Try rules on the articles of segments; return how many alerts were raised.

    Args:
        house: whose articles.
        rules: the rules.
        waiting: the segments, in order.
        progress: called after each part of them.
        since: the last segment that the rules have read.
        late: whether others have read these articles already.
    """
    with house.ledger.read() as tx:
        asked = names.present(tx, [rule.query for rule in rules])
    matcher = Matcher(at_present(rules, house.now(), asked))
    raised = done = 0
    for chunk in together(waiting, CHUNK):
        articles = [
            article
            for segment in chunk
            for article, entry in waiting_articles(house, segment)
            if not entry.historic
        ]
        told, ids, met = _match_rules(house, articles, matcher)
        last = _end_of(chunk, since)
        with house.ledger.write() as tx:
            if late:
                moved = stopped.move(tx, [rule.name for rule in rules], last, since=since)
            else:
                moved = cursors.move(tx, cursors.RULES, last, since=since)
            if not moved:
                break  # paused for so long that another pass took over the lease, and read on
            raised += _record(tx, house, told, ids, met)
        since = last
        done += len(chunk)
        progress("match", done, len(waiting))
    return raised


def _match_rules(
    house: House, articles: Sequence[Article], matcher: Matcher
) -> tuple[dict[str, RuleMatch], followed.StoryIds, list[Met]]:
    """What each rule makes of some articles, by rule name, if anything; for each story of these
    articles, the ids under which its followers' knowledge was found; and the faults met."""
    matched = matcher.match(articles)
    articles = matched.articles
    with house.ledger.read() as tx:
        roots = stories.roots(tx, {story_of(article) for article in articles})
        ids = stories.ids_of(tx, set(roots.values()))
        known = followed.followed_by(tx, ids)
        needed = {story for _, story in known}
        for places in matched.places.values():
            needed.update(roots[story_of(articles[place])] for place in places)
        coverage = followed.coverage(tx, {story: ids[story] for story in needed})
    by_rule: dict[str, dict[str, Followed]] = {}
    for (name, story), one in known.items():
        by_rule.setdefault(name, {})[story] = one
    batch = Batch(articles, roots, coverage, house.now(), country_name, countries_of)
    results = {
        rule.name: match_rule(rule, places, batch, by_rule.get(rule.name, {}))
        for rule in matcher.rules
        if (places := matched.places[rule.name]) or rule.name in by_rule
    }
    by_name = {name: result for name, result in results.items() if result.followed}
    return by_name, ids, [*matched.met, *_met(batch, results.values())]


def _met(batch: Batch, results: Iterable[RuleMatch]) -> list[Met]:
    """The articles of the stories at which rules met a fault, each with the first.

    Raises what was met, if every rule met a fault at every story that concerned it, and these are
    of several sites.
    """
    by_story: dict[str, list[Fault | None]] = {}
    for result in results:
        for story, fault in result.met.items():
            by_story.setdefault(story, []).append(fault)
    raise_if_common(
        (batch.articles[batch.places(story)[0]].site, all(several) and several[0])
        for story, several in by_story.items()
    )
    return [
        Met(batch.articles[place], fault)
        for story, several in by_story.items()
        if (fault := next(filter(None, several), None))
        for place in batch.places(story)
    ]


def _end_of(read: Sequence[Segment], since: int) -> int:
    """Where those stand who have read some linked segments since a position."""
    return max((one.position for one in read if one.position is not None), default=since)


def _record(
    tx: Connection,
    house: House,
    matches: Mapping[str, RuleMatch],
    ids: followed.StoryIds,
    met: Sequence[Met] = (),
) -> int:
    """Record what was told, what is held, and the faults that rules met; return how many alerts
    went into the outbox."""
    now = house.now()
    rules = {rule.name: rule for rule in house.rules.rules}
    raised = 0
    _quarantine(tx, met, now)
    news = _unmuted(tx, {name: match.alerts for name, match in matches.items()})
    # Those of a rule that is gone, or cannot be used, stay as they are.
    held = [one.alert for one in held_alerts.listed(tx) if one.alert.rule in rules]
    waiting = _waiting(tx, held)
    kept = {alert.key for several in waiting.values() for alert in several}
    held_alerts.release(tx, [alert.key for alert in held if alert.key not in kept])
    stored = {alert.key: alert for alert in held if alert.key in kept}
    active = [name for name in rules if name in matches or name in waiting]
    rated = {name: rate for name in active if (rate := rules[name].at_most)}
    sent = alerts.sent_since(tx, {name: now - rate.period for name, rate in rated.items()})
    for name in active:
        rate = rated.get(name)
        free = None if rate is None else rate.free(sent[name], now)
        admission = admit(waiting.get(name, []), news.get(name, []), free)
        if name in matches:
            # Use the ids as they were read: linking may have merged two stories since. What readers
            # know of the other story is not part of what is recorded here and has to stay; the two
            # are combined the next time they are read.
            followed.follow(tx, name, matches[name].followed, ids)
        raised += _send_or_hold(tx, rules[name], admission, stored, now)
    return raised


def _quarantine(tx: Connection, met: Sequence[Met], now: datetime) -> None:
    """Quarantine the articles at which rules met a fault, except those that changed meanwhile."""
    ids = [article.id for article, _ in met]
    entries.lock(tx, ids)
    known = entries.get(tx, ids)
    for article, fault in met:
        entry = known[article.id]
        if entry.revision == article.revision and entry.state in (State.LINKED, *SEARCHABLE):
            end, unseen = State.QUARANTINED, entries.UNSEEN
            entries.transition(tx, entry, end, now=now, reason=fault.reason, text_hash=unseen)


def _waiting(tx: Connection, held: Sequence[Alert]) -> dict[str, Sequence[Alert]]:
    """What held alerts are left to tell by now, by rule, under their present stories."""
    by_rule: dict[str, list[Alert]] = {}
    for alert in held:
        by_rule.setdefault(alert.rule, []).append(alert)
    named = {alert.story for alert in held}
    survivors = stories.roots(tx, named)
    ids = stories.ids_of(tx, named)
    for rule, several in by_rule.items():
        sent = alerts.alerted_stories(
            tx, rule, {one for alert in several for one in ids[alert.story]}
        )
        alerted = {survivors[story] for story in ids if ids[story] & sent}
        by_rule[rule] = merge_waiting(several, survivors, alerted)
    return _unmuted(tx, by_rule)


def _unmuted(tx: Connection, by_rule: Mapping[str, Sequence[Alert]]) -> dict[str, Sequence[Alert]]:
    """The alerts of each rule, without those on stories that nobody wants to hear more of. What
    these told counts as known, so that it is not told later either."""
    muted = stories.muted(tx, {alert.story for several in by_rule.values() for alert in several})
    return {
        rule: [alert for alert in several if alert.story not in muted]
        for rule, several in by_rule.items()
    }


def _send_or_hold(
    tx: Connection, rule: Rule, admission: Admission, stored: Mapping[str, Alert], now: datetime
) -> int:
    """Put alerts to send into the outbox and hold the others; return how many were put there.

    What is `stored` already, by key, is not written again: a rule whose rate is too low has
    thousands that wait.
    """
    held_alerts.release(tx, [alert.key for alert in admission.sent])
    for alert in admission.held:
        if stored.get(alert.key) != alert:
            held_alerts.hold(tx, alert, now)
    # One that waited is of the day on which it is sent: readers take its hours for those of that
    # day, and its "so far" for what is known by then.
    waited = {alert.story for alert in admission.sent if alert.key in stored}
    standing = followed.coverage(tx, stories.ids_of(tx, waited))
    raised = 0
    for alert in admission.sent:
        if alert.story in standing:
            dated = alert.model_copy(update={"created_at": now})
            alert = as_it_stands(dated, standing[alert.story])
        raised += alerts.add(tx, _following(tx, alert), rule.to, now)
    return raised


def _following(tx: Connection, alert: Alert) -> Alert:
    """An update that names the story its rule told first, if that has since merged into another.

    The alert records it, so that a repeat follows the same story, whatever has merged by then.
    """
    if alert.kind is AlertKind.STORY:
        return alert
    first = alerts.first_alerted_as(tx, alert.rule, stories.ids_of(tx, [alert.story])[alert.story])
    return alert if first in (None, alert.story) else alert.model_copy(update={"told_as": first})
