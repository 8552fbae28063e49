"""Which articles meet which rules: each rule's query on an index of the new articles alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from alert.rules import Rule
from core.index import Index
from core.records import Alert, Article, Evidence, Telling, content_id

MAX_WHY = 6
"""Pieces of evidence that an alert shows."""


def match(
    rules: Iterable[Rule], articles: Sequence[Article], index: Index, now: datetime
) -> Iterator[tuple[Rule, Alert]]:
    """Each rule and story that met, once, told by the first article of the story that met it.

    Args:
        rules: the rules to try.
        articles: new articles in recorded order; at most as many as a search reaches.
        index: holds exactly these articles.
        now: the time that relative dates in queries count from.
    """
    order = {article.id: number for number, article in enumerate(articles)}
    for rule in rules:
        hits = index.search(rule.query.at(now), size=len(order))
        met: set[str] = set()
        for article in sorted(hits.articles, key=lambda hit: order[hit.id]):
            story = article.story or article.id
            if story not in met:
                met.add(story)
                yield rule, _alert(rule, story, article, now)


def _alert(rule: Rule, story: str, article: Article, now: datetime) -> Alert:
    # One phrase may speak for several topics: it is told once, as the first of them has it.
    evidence: dict[tuple[str, int, str], Evidence] = {}
    for piece in (piece for tag in article.tags for piece in tag.evidence):
        evidence.setdefault((piece.field, piece.start, piece.phrase), piece)
    return Alert(
        # A name cannot hold a line break's worth of another name: the pair stays unambiguous.
        key=content_id(f"{rule.name}\n{story}"),
        rule=rule.name,
        query=rule.query.text,
        story=story,
        headline=article.title,
        article=article.id,
        title=article.title,
        url=article.url,
        outlet=article.outlet,
        language=article.language,
        topics=article.topic,
        first=Telling(
            article=article.id,
            title=article.title,
            url=article.url,
            outlet=article.outlet,
            first_seen=article.first_seen,
        ),
        outlets=(article.outlet,),
        score=article.score,
        why=tuple(evidence.values())[:MAX_WHY],
        created_at=now,
    )
