"""Make the alerts of a rule: one for each story that matches it, and later ones for what is new.

A rule sees articles in recorded order, a batch at a time. The first article of a story that
matches it makes the **story** alert, with what the others of the batch add to it
(`alert.developments`). From then on the rule follows the story: what its later articles bring makes
one **development** alert per batch, with all its reasons, whether or not these articles match the
rule themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import NamedTuple

from alert.developments import (
    CountriesOf,
    CountryName,
    answers,
    developments,
    known_after,
    known_besides,
    weight,
)
from alert.rules import Rule
from core.clauses import Explainer, matched_phrases
from core.conditions import Names
from core.faults import Fault, tried
from core.records import (
    Alert,
    AlertKind,
    Article,
    Coverage,
    Development,
    Evidence,
    Followed,
    Known,
    Telling,
    alert_key,
)

MAX_WHY = 6
"""The most pieces of evidence that an alert shows."""

MAX_MATCHED = 4
"""The most phrases that matched the query, besides these."""

ASKED_FOR = "asked for by the rule"
"""The reason shown for a phrase that matched the query but is not evidence of a topic."""


class RuleMatch(NamedTuple):
    """The alerts of a rule for a batch, and what it follows from now on, by story. `met` has each
    story that concerned it, with the fault that it met there, if any: then nothing was told of the
    story, and nothing counts as known."""

    alerts: list[Alert]
    followed: dict[str, Followed]
    met: dict[str, Fault | None]


def at_present(rules: Iterable[Rule], now: datetime, names: Names) -> list[Rule]:
    """The rules, with what they ask for as of now (`Query.at_present`)."""
    return [replace(rule, query=rule.query.at_present(now, names)) for rule in rules]


def story_of(article: Article) -> str:
    """The story of an article; an article that stands alone is its own."""
    return article.story or article.id


class Batch:
    """Articles in recorded order, with their stories and the coverage of these.

    `stories` gives, for an article's story, the story that it is part of by now.
    """

    def __init__(
        self,
        articles: Sequence[Article],
        stories: Mapping[str, str],
        coverage: Mapping[str, Coverage],
        now: datetime,
        country_name: CountryName,
        countries_of: CountriesOf,
    ) -> None:
        self.articles = articles
        self.coverage = coverage
        self.now = now
        self.country_name = country_name
        self.countries_of = countries_of
        self._stories = [stories[story_of(article)] for article in articles]
        self._places_of: dict[str, list[int]] = {}
        for place, story in enumerate(self._stories):
            self._places_of.setdefault(story, []).append(place)
        self._explainers: dict[int, Explainer] = {}

    def story(self, place: int) -> str:
        """The story of the article at a place."""
        return self._stories[place]

    def places(self, story: str) -> Sequence[int]:
        """The places of a story's articles."""
        return self._places_of.get(story, ())

    def explainer(self, place: int) -> Explainer:
        """What reads the article at a place clause by clause."""
        if place not in self._explainers:
            self._explainers[place] = Explainer(self.articles[place])
        return self._explainers[place]


def match_rule(
    rule: Rule, matched: Sequence[int], batch: Batch, followed: Mapping[str, Followed]
) -> RuleMatch:
    """The alerts that a rule makes of a batch.

    Args:
        rule: the rule, as of now (`at_present`).
        matched: the places of the articles that match it.
        batch: all articles, with the coverage of all stories that are matched or followed.
        followed: what the rule's readers know, by the story that they were told of.
    """
    result = RuleMatch([], {}, {})
    by_story: dict[str, list[int]] = {}
    for place in matched:
        by_story.setdefault(batch.story(place), []).append(place)
    begins = {story: places[0] for story, places in by_story.items()}
    begins |= {story: places[0] for story in followed if (places := batch.places(story))}
    for story in sorted(begins, key=begins.__getitem__):
        before = followed.get(story)
        here = frozenset(by_story.get(story, ()))
        told = tried(
            f"matching with rule “{rule.name}”",
            f"story {story}",
            partial(_story_alert, rule, story, here, batch, before),
        )
        result.met[story] = told if isinstance(told, Fault) else None
        if isinstance(told, Fault):
            continue
        alert, after = told
        if alert is not None:
            result.alerts.append(alert)
        if after != before:
            result.followed[story] = after
    return result


def _story_alert(
    rule: Rule, story: str, matched: Collection[int], batch: Batch, before: Followed | None
) -> tuple[Alert | None, Followed]:
    """The alert of one story, if there is anything to tell, and what the rule's readers know then.
    If it was not followed, its articles count from the first that matched the rule."""
    outlets, language = batch.coverage[story].outlets, batch.coverage[story].language
    places = [*batch.places(story)]
    if before is None:
        places = [place for place in places if place >= min(matched)]
    # If several articles of a batch bring the same, one in the headline's language tells it.
    places.sort(key=lambda place: batch.articles[place].language != language)
    if before is None:
        opening = next(place for place in places if place in matched)
        places.remove(opening)
        opener = batch.articles[opening]
        known = known_after(Known(), opener, outlets, batch.countries_of)
        found, known = _developments(rule, places, matched, batch, known, outlets)
        # Readers hear of the story now: what else the batch brings is no second message.
        new = [*answers(opener, rule), *(one for _, one in found)]
        return _alert(rule, story, opening, batch, 1, new), Followed(known=known, alerts=1)
    if before.known is None:
        # Told by a version without developments: what there is by now counts as known.
        known = Known()
        for place in places:
            known = known_after(known, batch.articles[place], outlets, batch.countries_of)
        return None, Followed(known=known, alerts=before.alerts)
    found, known = _developments(rule, places, matched, batch, before.known, outlets)
    if not found:
        return None, Followed(known=known, alerts=before.alerts)
    place, _ = min(found, key=lambda one: weight(one[1]))
    number, new = before.alerts + 1, [one for _, one in found]
    return _alert(rule, story, place, batch, number, new), Followed(known=known, alerts=number)


def _developments(
    rule: Rule,
    places: Iterable[int],
    matched: Collection[int],
    batch: Batch,
    known: Known,
    outlets: Sequence[str],
) -> tuple[list[tuple[int, Development]], Known]:
    """What the articles at some places bring that is new to the rule's readers, each with its
    place, and what they know then."""
    found: list[tuple[int, Development]] = []
    for place in places:
        article, matches = batch.articles[place], place in matched
        new = developments(known, article, outlets, rule, batch.country_name, matches=matches)
        found += [(place, one) for one in new]
        if new:
            known = known_after(known, article, outlets, batch.countries_of)
        else:
            known = known_besides(known, article, batch.countries_of, matches=matches)
    return found, known


def _alert(
    rule: Rule,
    story: str,
    place: int,
    batch: Batch,
    number: int,
    new: Sequence[Development],
) -> Alert:
    """A rule's alert of this number on a story: the first tells the story, the others what is new
    in it."""
    article, coverage = batch.articles[place], batch.coverage[story]
    return Alert(
        key=alert_key(rule.name, story, number),
        kind=AlertKind.STORY if number == 1 else AlertKind.DEVELOPMENT,
        rule=rule.name,
        query=rule.query.text,
        story=story,
        headline=coverage.headline or article.title,
        headline_language=coverage.language,
        article=article.id,
        title=article.title,
        url=article.url,
        outlet=article.outlet,
        language=article.language,
        score=article.score,
        topics=article.topic,
        why=tuple(_why(rule, article, batch.explainer(place))),
        developments=tuple(sorted(new, key=weight)),
        first=_completed(coverage.first, article),
        outlets=coverage.outlets,
        copies=coverage.copies,
        created_at=batch.now,
    )


def _completed(first: Telling, article: Article) -> Telling:
    """A story's first article; if it is the article at hand, with the language, and the title that
    its page gives where its feed gave none."""
    if first.article != article.id:
        return first
    told = {"title": first.title or article.title, "language": first.language or article.language}
    return first.model_copy(update=told)


def _why(rule: Rule, article: Article, explainer: Explainer) -> Iterator[Evidence]:
    """The evidence for the topics, and the phrases that matched the query; each place once."""
    # A phrase may be evidence for several topics: it is shown once, as the first of them has it.
    evidence: dict[tuple[str, int, str], Evidence] = {}
    for piece in (piece for tag in article.tags for piece in tag.evidence):
        evidence.setdefault((piece.field, piece.start, piece.phrase), piece)
    shown = list(evidence.values())[:MAX_WHY]
    yield from shown
    places = {(piece.field, piece.start, piece.end) for piece in shown}
    clause = explainer.explain(rule.query.condition)
    asked_for: dict[tuple[str, int, int], Evidence] = {}
    for piece in matched_phrases(clause):
        place = piece.field, piece.start, piece.end
        if place not in places:
            asked_for.setdefault(place, piece.model_copy(update={"why": ASKED_FOR}))
    yield from sorted(asked_for.values(), key=lambda one: (one.field != "title", one.start))[
        :MAX_MATCHED
    ]
