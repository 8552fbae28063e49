"""Standing queries: phrases, names, and batches of any size; `test_meaning` has all conditions."""

from __future__ import annotations

from itertools import product

import pytest
from factories import NOON, a_mention, an_article
from hypothesis import given, settings
from hypothesis import strategies as st

from core.clauses import Explainer
from core.conditions import resolve_dates
from core.query import parse
from core.records import MentionKind
from search import percolator
from search.percolator import Percolator

PHRASES = [
    f'{field}"{" ".join(words)}"'
    for field in ("", "title:", "authors:")
    for length in (2, 3, 4)
    for words in product("abc", repeat=length)
]


@settings(max_examples=30)
@given(
    said=st.lists(
        st.tuples(
            st.text("abcd ", max_size=9),
            st.text("abcd ", max_size=9),
            st.lists(st.text("abcd ", max_size=5), max_size=3).map(tuple),
        ),
        min_size=1,
        max_size=8,
    ),
    likely=st.sampled_from([1, 4, 1 << 16]),
)
def test_percolated_phrases_agree_with_explanations(said, likely) -> None:
    def spaced(text: str) -> str:
        return " ".join(text)

    batch = [
        an_article(n, title=spaced(title), text=spaced(text), authors=tuple(map(spaced, authors)))
        for n, (title, text, authors) in enumerate(said)
    ]
    conditions = [parse(text).condition for text in PHRASES]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(percolator, "_LIKELY", likely)
        matched = list(Percolator(conditions).match(batch))
    explainers = [Explainer(article) for article in batch]
    for condition, places in zip(conditions, matched, strict=True):
        assert list(places) == [
            place for place, one in enumerate(explainers) if one.explain(condition).matched
        ]


def test_mentions_are_found_by_name_kind_and_country() -> None:
    batch = [
        an_article(0, mentions=(a_mention(MentionKind.VENDOR, "Acme", country="GB"),)),
        an_article(
            1, mentions=(a_mention(MentionKind.PERSON, "ACME"), a_mention(MentionKind.PLACE, "Ely"))
        ),
        an_article(2, mentions=(a_mention(MentionKind.PLACE, "York", country="GB"),)),
    ]
    texts = ["mention:acme", "vendor:acme", "person:acme", "mention:*", "country:gb", "mention:e*"]
    matched = Percolator([parse(text).condition for text in texts]).match(batch)
    assert list(matched) == [(0, 1), (0,), (1,), (0, 1, 2), (2,), (1,)]


def test_matches_in_a_large_batch_come_in_order() -> None:
    batch = [an_article(n, title="spy" if n % 3 else "court", text="") for n in range(600)]
    (spies, courts) = Percolator([parse("spy").condition, parse("court").condition]).match(batch)
    assert list(courts) == list(range(0, 600, 3))
    assert len(spies) + len(courts) == 600


@pytest.mark.parametrize("texts", [[], ["spy"], ['"wire tap"']])
def test_no_articles_or_no_queries_match_nothing(texts) -> None:
    standing = Percolator([resolve_dates(parse(text).condition, NOON) for text in texts])
    assert [list(places) for places in standing.match([])] == [[] for _ in texts]
    nothing = [an_article(1, title="", text="")]
    assert [list(places) for places in standing.match(nothing)] == [[] for _ in texts]
