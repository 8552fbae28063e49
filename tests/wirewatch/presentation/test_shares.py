"""How many of all articles a search finds, day by day."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from factories import NOON, an_article

from core.query import parse
from search.embedded import EmbeddedIndex
from wirewatch.presentation.shares import FEWEST, Daily, all_days, daily, share

DAY = NOON.date()


@pytest.fixture
def index(tmp_path: Path) -> Iterator[EmbeddedIndex]:
    opened = EmbeddedIndex(tmp_path / "index.sqlite")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("number", "of", "says"),
    [
        (10, 166, "10 of 166 (6.0 %)"),
        (0, 72, "0 of 72 (0.0 %)"),
        (1, 20_000, "1 of 20,000 (under 0.1 %)"),
        (19_999, 20_000, "19,999 of 20,000 (over 99.9 %)"),
        (1_234, 1_234, "1,234 of 1,234 (100.0 %)"),
        (1, 2, "1 of 2"),
        (1, FEWEST - 1, "1 of 29"),
        (1, FEWEST, "1 of 30 (3.3 %)"),
        (0, 0, "0 of 0"),
    ],
)
def test_a_share_has_its_numbers_and_of_few_articles_is_only_these(
    number: int, of: int, says: str
) -> None:
    assert share(number, of) == says


def test_all_of_a_day_are_what_the_same_sources_brought(index: EmbeddedIndex) -> None:
    titles = ("spyware", "spyware", "cake", "cake")
    articles = [an_article(number, title=title) for number, title in enumerate(titles)]
    later = an_article(9, title="cake", first_seen=NOON.replace(day=4))
    other = an_article(10, title="spyware", outlet="Elsewhere")
    list(index.write([*articles, later, other]))
    asked = parse('spyware outlet:"Example News"')
    hits = index.search(asked, days="first_seen")
    of = all_days(index, asked, hits, "first_seen")
    assert list(of.items()) == [(DAY, 4), (later.first_seen.date(), 1)]
    assert list(daily(hits.days, of)) == [
        Daily(day=DAY, count=2, all=4),
        Daily(day=later.first_seen.date(), count=0, all=1),
    ]


def test_what_is_removed_between_two_searches_makes_no_share_over_one(index: EmbeddedIndex) -> None:
    articles = [an_article(number, title="spyware") for number in range(3)]
    list(index.write(articles))
    asked = parse("spyware")
    hits = index.search(asked, days="first_seen")
    for left in (1, 0):
        index.delete(one.id for one in articles[left:])
        assert all_days(index, asked, hits, "first_seen") == {DAY: 3}
