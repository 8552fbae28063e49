"""Why a search may find nothing."""

from __future__ import annotations

import pytest
from factories import an_article

from core.query import parse
from core.records import Mention, MentionKind
from search.embedded import EmbeddedIndex
from wirewatch.hints import hint, misspelt


def test_country_name_suggests_its_code() -> None:
    index = EmbeddedIndex()
    place = Mention(
        kind=MentionKind.PLACE, name="Germany", country="DE", field="title", start=0, end=4
    )
    list(index.write([an_article(mentions=(place,))]))
    assert hint(index, parse("country:germany")) == (
        "No article has country:germany; did you mean DE?"
    )
    assert hint(index, parse("country:dk")) == "No article has country:dk"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("topic:spywear", "there is no topic spywear; did you mean spyware?"),
        ("court statement:denail", "there is no statement denail; did you mean denial?"),
        ("topic:Spyware topic:surveillance topic:ports statement:court outlet:x", None),
        ("NOT topic:x", None),
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
        ("NOT whom? AND wh*m?", None),
    ],
)
def test_what_keeps_a_search_from_finding_anything_is_named(query: str, said: str | None) -> None:
    index = EmbeddedIndex()
    list(index.write([an_article(language="en")]))
    assert hint(index, parse(query)) == said


def test_name_found_under_another_spelling_is_not_reported_missing() -> None:
    index = EmbeddedIndex()
    agency = Mention(kind=MentionKind.AGENCY, name="LKA", field="title", start=0, end=4)
    list(index.write([an_article(mentions=(agency,))]))
    assert hint(index, parse("agency:LKA AND absent")) is None
    assert hint(index, parse("agency:(LKA OR bka) AND absent")) is None
    assert hint(index, parse("agency:NSA")) == "No article has agency:nsa"
