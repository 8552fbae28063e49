"""Match articles with the rules of a pass; what some meet costs only these. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

from alert.rules import Rule
from core.clauses import Explainer
from core.conditions import Condition
from core.faults import Fault, raise_if_common, tried
from core.records import Article
from search.percolator import Percolator, ReadArticles


class Met(NamedTuple):
    """An article at which a fault was met."""

    article: Article
    fault: Fault


class Matched(NamedTuple):
    """The articles that could be read, for each rule by name the places of those that match it, and
    the faults met."""

    articles: Sequence[Article]
    places: Mapping[str, Sequence[int]]
    met: Sequence[Met]


class Matcher:
    """Matches articles with the rules of a pass, as of its time (`alert.matching.at_present`)."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        self._conditions = [rule.query.condition for rule in rules]
        self._percolator = Percolator(self._conditions)

    def match(self, articles: Sequence[Article]) -> Matched:
        """Which articles match which rules.

        Raises what articles of several sites met, all of them and with all rules.
        """
        articles, batch, met = self._read(articles)
        sites = [one.site for one in articles]
        places: dict[str, Sequence[int]] = {}
        results: list[tuple[str, bool | Fault]] = []
        for rule, condition in zip(self.rules, self._conditions, strict=True):
            what = f"matching with rule “{rule.name}”"
            found = tried(what, f"{len(articles)} articles", partial(batch.places, condition))
            if not isinstance(found, Fault):
                places[rule.name] = found
                results.append(("", True))
                continue
            one_by_one = [
                tried(what, one.url, partial(_matches, condition, one)) for one in articles
            ]
            places[rule.name] = [place for place, one in enumerate(one_by_one) if one is True]
            met += _met(articles, one_by_one)
            results += zip(sites, one_by_one, strict=True)
        raise_if_common(results)
        return Matched(articles, places, met)

    def _read(
        self, articles: Sequence[Article]
    ) -> tuple[Sequence[Article], ReadArticles, list[Met]]:
        """The articles, read for all rules, without those that cannot be read."""
        batch = self._tried(articles, f"{len(articles)} articles")
        if not isinstance(batch, Fault):
            return articles, batch, []
        alone = [self._tried([one], one.url) for one in articles]
        raise_if_common(zip((one.site for one in articles), alone, strict=True))
        readable = [
            one
            for one, result in zip(articles, alone, strict=True)
            if not isinstance(result, Fault)
        ]
        return readable, self._percolator.read(readable), _met(articles, alone)

    def _tried(self, articles: Sequence[Article], name: str) -> ReadArticles | Fault:
        result = tried("matching", name, partial(self._percolator.read, articles))
        if isinstance(result, Fault):
            # It keeps the words that it has seen: with the one at which it failed among them, it
            # would fail at all other articles, too.
            self._percolator = Percolator(self._conditions)
        return result


def _matches(condition: Condition, article: Article) -> bool:
    """Clause by clause: slower than a percolator, by other code, and with one article."""
    return Explainer(article).explain(condition).matched


def _met(articles: Sequence[Article], results: Sequence[object]) -> list[Met]:
    return [
        Met(article, result)
        for article, result in zip(articles, results, strict=True)
        if isinstance(result, Fault)
    ]
