"""Why a search may find nothing."""

from __future__ import annotations

import pytest
from made import an_article

from core.query import parse
from desk.hints import hint
from search.embedded import EmbeddedIndex


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("language:en", None),
        ("phones", None),
        ("language:english", "No article has the language english; did you mean en?"),
        ("phones (language:EN OR outlet:example)", "No article has the outlet example; did you"),
        ("NOT language:de", None),
        ("agency:NSA", "No article has the agency nsa"),
    ],
)
def test_the_value_that_no_article_has_is_named(query: str, said: str | None) -> None:
    index = EmbeddedIndex()
    list(index.write([an_article(language="en")]))
    told = hint(index, parse(query))
    assert (told or "").startswith(said or "")
    assert (told is None) == (said is None)
