"""Why a search may find nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from factories import a_mention, add_feed, an_article

from core.query import parse
from core.settings import load_settings
from search.embedded import EmbeddedIndex
from wirewatch.house import House
from wirewatch.presentation.hints import hint, misspelt, why_nothing

STAR = "in quotes, * stands for itself: leave the quotes out, with \\ before a space"


@pytest.fixture
def index(tmp_path: Path) -> Iterator[EmbeddedIndex]:
    with closing(EmbeddedIndex(tmp_path / "index.sqlite")) as opened:
        yield opened


def test_country_name_suggests_its_code(index: EmbeddedIndex) -> None:
    list(index.write([an_article(mentions=(a_mention("place", "Germany", country="DE"),))]))
    assert hint(index, parse("country:germany")) == (
        "No article has country:germany; did you mean DE?"
    )
    assert hint(index, parse("country:dk")) == "No article has country:dk"
    assert hint(index, parse("country:UK")) == "No article has country:uk"
    list(index.write([an_article(2, mentions=(a_mention("place", "London", country="GB"),))]))
    assert hint(index, parse("country:UK")) == "No article has country:uk; did you mean GB?"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("topic:spywear", "there is no topic spywear; did you mean spyware?"),
        ("court statement:denail", "there is no statement denail; did you mean denial?"),
        ("topic:Spyware topic:surveillance topic:ports statement:court outlet:x", None),
        ("NOT topic:x", None),
        ("topic:ALPR", "there is no topic alpr"),
        ("topic:&", "there is no topic &"),
        ("topic:spy*", None),
    ],
)
def test_value_that_no_article_can_have_is_named(query: str, said: str | None) -> None:
    assert misspelt(parse(query), ("spyware", "ports")) == said


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("language:en", None),
        ("phones", None),
        ("language:english", "No article has language:english; did you mean en?"),
        (
            "phones (language:EN OR outlet:example)",
            'No article has outlet:example; did you mean "Example News"?',
        ),
        ("NOT language:de", None),
        ("agency:NSA", "No article has agency:nsa"),
        ("who spied on whom?", "whom? finds whom with one more letter; put a question in quotes"),
        ("outlet:example?", None),
        ('outlet:"Exam*"', f'No article has outlet:"exam*"; {STAR}'),
        (r"absent outlet:Example\ N*", None),
        ("NOT whom? AND wh*m?", None),
    ],
)
def test_what_keeps_a_search_from_finding_anything_is_named(
    index: EmbeddedIndex, query: str, said: str | None
) -> None:
    list(index.write([an_article(language="en")]))
    assert hint(index, parse(query)) == said


def test_name_found_under_another_spelling_is_not_reported_missing(index: EmbeddedIndex) -> None:
    list(index.write([an_article(mentions=(a_mention("agency", "LKA"),))]))
    assert hint(index, parse("agency:LKA AND absent")) is None
    assert hint(index, parse("agency:(LKA OR bka) AND absent")) is None
    assert hint(index, parse("agency:NSA")) == "No article has agency:nsa"


def test_beginning_of_a_value_suggests_it(index: EmbeddedIndex) -> None:
    list(index.write([an_article(story="3f9a" + "0" * 60), an_article(2, story="81c0" + "0" * 60)]))
    assert hint(index, parse("story:81c000")) == (
        f"No article has story:81c000; did you mean 81c0{'0' * 60}?"
    )
    assert hint(index, parse("story:81c")) == "No article has story:81c"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ('place:"A 202" absent', None),
        ("place:NSO", 'No article has place:nso; did you mean "NSO [Group]"?'),
        ('place:"NSO [Group], Ltd"', 'No article has place:"nso [group], ltd"'),
        ("place:B", "No article has place:b"),
    ],
)
def test_value_is_looked_for_beyond_those_that_an_index_counts(
    index: EmbeddedIndex, query: str, said: str | None
) -> None:
    for number, names in enumerate([[f"A {n}" for n in range(101, 203)], ["Ensor", "NSO [Group]"]]):
        named = tuple(a_mention("place", name) for name in names)
        list(index.write([an_article(number, mentions=named)]))
    assert hint(index, parse(query)) == said


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("label:Behörden", None),
        ("label:Behoerden", "No feed has the label behoerden; did you mean Behörden?"),
        ("label:(Behörden OR Press)", None),
        ("label:Press label:Behörden", "No feed has the label press"),
        ("-label:Press", None),
        ("label:Blog", "No feed has the label blog; did you mean Blogs?"),
        ("label:Blogs/*", None),
        ("label:Min*", "No feed has a label that matches min*"),
        ('label:"Blogs/*"', f'No feed has the label "blogs/*"; {STAR}'),
    ],
)
def test_label_that_no_feed_has_is_named(tmp_path: Path, query: str, said: str | None) -> None:
    with House(load_settings(tmp_path)) as house:
        add_feed(house.ledger, "https://one.example/rss", labels=("Behörden", "Blogs/Trade"))
        assert why_nothing(house, parse(query)) == said


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        ('"face recognitions"', "2 articles match"),
        ("“recognition of face”", None),
        ("“recognition face”", "2 articles match"),
        ('outlet:"Example News" "cameras recognition" first_seen:>now-9999d', "1 article matches"),
        ('"face recognitions" -cameras', "1 article matches"),
        ('title:"face recognitions"', None),
        ('"face painting"', None),
        ('outlet:("Example News" OR x) "face recognitions"', "2 articles match"),
        (f'"{"face " * 501}"', None),
        ("faces painted", None),
    ],
)
def test_quotes_that_keep_a_search_from_finding_anything_are_named(
    tmp_path: Path, query: str, matches: str | None
) -> None:
    with House(load_settings(tmp_path)) as house:
        titles = ("Face recognition tried", "Cameras: faces recognised by recognition")
        list(house.index.write([an_article(n, title=title) for n, title in enumerate(titles)]))
        asked = house.at_present(parse(query))
        assert house.index.search(asked).total == 0
        why = f"Without the quotes, which ask for exactly these words, {matches}"
        assert why_nothing(house, asked) == (why if matches else None)


def test_quotes_are_not_to_blame_if_something_is_found_with_them(tmp_path: Path) -> None:
    """A rule that is tried on the last days may have found articles before."""
    with House(load_settings(tmp_path)) as house:
        titles = ("Face recognition tried", "Faces recognised")
        list(house.index.write([an_article(n, title=title) for n, title in enumerate(titles)]))
        assert why_nothing(house, parse('"face recognition"')) is None
