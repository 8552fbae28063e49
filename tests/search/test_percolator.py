"""Standing queries match the same articles as in both indexes."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from factories import NOON, a_mention, an_article
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.clauses import Explainer
from core.conditions import resolve_dates
from core.query import parse
from core.records import MentionKind
from search import percolator
from search.embedded import EmbeddedIndex
from search.percolator import Percolator

WORDS = [
    "spy",
    "spies",
    "camera",
    "cameras",
    "court",
    "Straße",
    "strasse",
    "wire tap",
    "l'état",
    "x-ray",
]
QUERIES = [
    "spy", "camera*", "c?urt", '"wire tap"', "title:court", "text:(spy OR camera)", "strasse",
    "spy AND NOT court", "-camera", "*", "outlet:one", "outlet:o*", "score:[0.5 TO 1]",
    "score:<0.3",
    "published:>=now-2d", "story:*", "NOT story:*", "vendor:acme", "mention:*", "country:gb",
    "l'etat", '"l etat"', "x-ray", "language:en", "topic:*", "duplicate_of:*", "authors:jane",
]  # fmt: skip


@st.composite
def articles(draw):
    number = draw(st.integers(0, 10_000))
    words = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
    vendor, place = a_mention("vendor", "Acme"), a_mention("place", "London", country="GB")
    return an_article(
        number,
        title=draw(words),
        text=draw(words),
        outlet=draw(st.sampled_from(["One", "Other"])),
        language=draw(st.sampled_from(["en", ""])),
        authors=draw(st.sampled_from([(), ("Jane Doe",)])),
        score=draw(st.sampled_from([0.0, 0.29, 0.5, 1.0])),
        published=draw(
            st.sampled_from([None, NOON, NOON - timedelta(days=2), NOON - timedelta(9)])
        ),
        story=draw(st.sampled_from([None, "ab" * 32])),
        mentions=draw(st.sampled_from([(), (vendor,), (place, vendor)])),
    )


query = st.recursive(
    st.sampled_from(QUERIES),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: f"({two[0]}) AND ({two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]}) OR ({two[1]})"),
        inner.map(lambda one: f"NOT ({one})"),
    ),
    max_leaves=4,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    batch=st.lists(articles(), max_size=8, unique_by=lambda one: one.id),
    texts=st.lists(query, min_size=1, max_size=12),
)
def test_the_percolator_and_explanations_agree_with_the_embedded_index(batch, texts) -> None:
    queries = [parse(text).at(NOON) for text in texts]
    matched = Percolator([one.condition for one in queries]).match(batch)
    with (
        TemporaryDirectory() as folder,
        closing(EmbeddedIndex(Path(folder, "index.sqlite"))) as index,
    ):
        list(index.write(batch))
        for one, places in zip(queries, matched, strict=True):
            found = {article.id for article in index.search(one, size=100).articles}
            assert {batch[place].id for place in places} == found, one.text
            said = {
                article.id for article in batch if Explainer(article).explain(one.condition).matched
            }
            assert said == found, one.text


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
