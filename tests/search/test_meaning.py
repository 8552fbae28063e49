"""Every query means the same: both indexes against a plain evaluation of the condition tree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core.clauses import Explainer
from core.conditions import (
    All,
    Any,
    Condition,
    Dates,
    Everything,
    Exists,
    Keyword,
    Labelled,
    Not,
    Numbers,
    Phrase,
    Prefix,
    Wildcard,
    Word,
)
from core.fields import FIELDS, Kind
from core.query import QueryError, parse
from core.records import Article
from core.words import lower, stem, words
from search.elastic.index import ElasticIndex
from search.embedded import EmbeddedIndex
from search.percolator import Percolator

DATES = "2025 2026-02 2026-02-28 2026-03-01T12:00Z 2026-03-01T12:00:00.123Z now now-1d now-30m *"
NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


def matches(article: Article, condition: Condition) -> bool:
    """Whether an article matches a condition, evaluated on the article itself."""
    match condition:
        case Everything():
            return True
        case All(of):
            return all(matches(article, inner) for inner in of)
        case Any(of):
            return any(matches(article, inner) for inner in of)
        case Not(inner):
            return not matches(article, inner)
        case Word(fields, wanted):
            return any(stem(word) == wanted for text in _texts(article, fields) for word in text)
        case Phrase(fields, wanted):
            return any(
                tuple(text[i : i + len(wanted)]) == wanted
                for text in _texts(article, fields)
                for i in range(len(text))
            )
        case Prefix(fields, prefix):
            return any(value.startswith(prefix) for value in _units(article, fields))
        case Wildcard(fields, pattern):
            pieces = re.findall(r"\\.|.", pattern, re.DOTALL)
            wild = {"*": ".*", "?": "."}
            regex = re.compile(
                "".join(wild.get(piece, re.escape(piece[-1])) for piece in pieces), re.DOTALL
            )
            return any(regex.fullmatch(value) for value in _units(article, fields))
        case Keyword(field, value):
            return value in _units(article, (field,))
        case Labelled(_, feeds):
            return feeds is not None and not feeds.isdisjoint(_units(article, ("feeds",)))
        case Exists(field):
            return getattr(article, field) not in (None, "", ())
        case Numbers(field, low, high, with_low, with_high):
            number = getattr(article, field)
            above = low is None or number > low or (with_low and number == low)
            return above and (high is None or number < high or (with_high and number == high))
        case Dates(field, since, until):
            moment = getattr(article, field)
            if moment is None:
                return False
            moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
            return (since is None or moment >= since) and (until is None or moment < until)


def _values(article: Article, field: str) -> tuple[str, ...]:
    value = getattr(article, field)
    return value if isinstance(value, tuple) else (value,) if value else ()


def _texts(article: Article, fields: tuple[str, ...]) -> list[list[str]]:
    return [words(value) for field in fields for value in _values(article, field)]


def _units(article: Article, fields: tuple[str, ...]) -> list[str]:
    """The units that patterns match: words of a text, whole values of a keyword."""
    if FIELDS[fields[0]] is Kind.TEXT:
        return [word for text in _texts(article, fields) for word in text]
    return [lower(value) for value in _values(article, fields[0])]


def queries(corpus: list[Article]) -> st.SearchStrategy[str]:
    """Queries of the whole grammar, from the articles' own words and values and a few others."""
    texts = [text for a in corpus for text in (a.title, a.text, *a.authors) if text]
    vocabulary = sorted({word for text in texts for word in re.findall(r"\w+", text)} | {"absent"})
    keywords = {
        field: sorted({value for a in corpus for value in _values(a, field)} | {"absent"})
        for field, kind in FIELDS.items()
        if kind is Kind.KEYWORD
    }
    word = st.sampled_from(vocabulary)
    phrase = st.sampled_from(texts).flatmap(
        lambda text: st.slices(len(text.split())).map(lambda cut: " ".join(text.split()[cut]))
    )
    quoted = phrase.map(lambda text: '"' + text.replace("\\", "\\\\").replace('"', "") + '"')

    def pattern(value: str) -> st.SearchStrategy[str]:
        """The value with some wildcards put in, and syntax characters escaped."""
        escaped = [re.sub(r"(\W)", r"\\\1", character) for character in value[:30]]
        wild = st.sampled_from(["*", "?", ""])
        return st.builds(
            lambda at, sign, to: "".join([*escaped[:at], sign, *escaped[max(at, to) :]]),
            st.integers(1, len(escaped)),
            wild.filter(bool),
            st.integers(0, len(escaped)),
        )

    text_value = st.one_of(word, quoted, word.flatmap(pattern), st.just("*"))
    text_leaf = st.one_of(
        text_value,
        st.builds("{}:{}".format, st.sampled_from(["title", "text", "authors"]), text_value),
    )

    def keyword_leaf(field: str) -> st.SearchStrategy[str]:
        value = st.sampled_from(keywords[field])
        exact = value.map(lambda v: '"' + v.replace("\\", "\\\\").replace('"', '\\"') + '"')
        return st.one_of(exact, value.flatmap(pattern), st.just("*")).map(f"{field}:{{}}".format)

    number = st.sampled_from(["0", "0.25", "0.5", "0.699999", "0.7", "0.91", "1", "3", "*"])
    date = st.sampled_from(DATES.split()).map(lambda text: text if text == "*" else f'"{text}"')

    def ranges(fields: list[str], bound: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        field = st.sampled_from(fields)
        brackets = st.tuples(st.sampled_from("[{"), st.sampled_from("]}"))
        return st.one_of(
            st.builds(lambda f, b: f"{f}:{b}", field, bound),
            st.builds(
                lambda f, sign, b: f"{f}:{sign}{b}",
                field,
                st.sampled_from([">", ">=", "<", "<="]),
                bound,
            ),
            st.builds(
                lambda f, p, low, high: f"{f}:{p[0]}{low} TO {high}{p[1]}",
                field,
                brackets,
                bound,
                bound,
            ).filter(_parsed),  # without ranges whose bounds are the wrong way round
        )

    leaf = st.one_of(
        text_leaf,
        st.sampled_from(sorted(keywords)).flatmap(keyword_leaf),
        ranges(["score", "revision"], number),
        ranges(["published", "first_seen"], date),
    )
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.builds("({} {} {})".format, inner, st.sampled_from(["AND", "OR", ""]), inner),
            st.builds("{}{}".format, st.sampled_from(["-", "NOT ", "!"]), inner),
        ),
        max_leaves=6,
    )


def _parsed(text: str) -> Condition | None:
    try:
        return parse(text).at(NOW).condition
    except QueryError:
        return None


def _expected(corpus: list[Article], condition: Condition) -> set[str]:
    return {article.id for article in corpus if matches(article, condition)}


@pytest.fixture(scope="module")
def embedded(
    corpus: list[Article], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EmbeddedIndex]:
    index = EmbeddedIndex(tmp_path_factory.mktemp("meaning") / "index.sqlite")
    list(index.write(corpus))
    yield index
    index.close()


@pytest.fixture
def check(corpus: list[Article]) -> Callable[[EmbeddedIndex | ElasticIndex, str], None]:
    def compare(index: EmbeddedIndex | ElasticIndex, text: str) -> None:
        condition = _parsed(text)
        if condition is None:
            return
        hits = index.search(parse(text).at(NOW), size=50, sort="newest")
        expected = _expected(corpus, condition)
        assert ({article.id for article in hits.articles}, hits.total) == (expected, len(expected))

    return compare


@settings(max_examples=300, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_embedded_index_agrees_with_the_plain_evaluation(
    data: st.DataObject,
    corpus: list[Article],
    embedded: EmbeddedIndex,
    check: Callable[[EmbeddedIndex, str], None],
) -> None:
    check(embedded, data.draw(queries(corpus)))


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_standing_queries_and_explanations_agree_with_it(
    data: st.DataObject, corpus: list[Article]
) -> None:
    texts = data.draw(st.lists(queries(corpus), min_size=1, max_size=5))
    understood = [condition for text in texts if (condition := _parsed(text))]
    explainers = [Explainer(article) for article in corpus]
    for condition, places in zip(understood, Percolator(understood).match(corpus), strict=True):
        expected = _expected(corpus, condition)
        assert {corpus[place].id for place in places} == expected, condition
        read = zip(corpus, explainers, strict=True)
        assert {
            one.id for one, explainer in read if explainer.explain(condition).matched
        } == expected


@pytest.mark.elasticsearch
def test_elasticsearch_agrees_with_the_plain_evaluation(
    elastic: ElasticIndex, corpus: list[Article]
) -> None:
    drawn: set[str] = set()

    @settings(max_examples=300, database=None, phases=[Phase.generate], derandomize=True)
    @given(queries(corpus))
    def draw(text: str) -> None:
        drawn.add(text)

    draw()
    list(elastic.write(corpus))
    understood = [(text, condition) for text in sorted(drawn) if (condition := _parsed(text))]
    assert len(understood) > 100
    wrong = {}
    for text, condition in understood:
        hits = elastic.search(parse(text).at(NOW), size=50)
        if {article.id for article in hits.articles} != _expected(corpus, condition):
            wrong[text] = [article.title for article in hits.articles]
    assert wrong == {}
