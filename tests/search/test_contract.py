# ruff: noqa: RUF001 (some queries have look-alike quotes)
"""What `core.index.Index` promises, kept by every index."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from math import inf

import pytest

from core.clauses import Explainer
from core.conditions import Names, resolve_dates
from core.index import Index, Outcome
from core.query import parse
from core.records import Article
from search.percolator import Percolator

Make = Callable[..., Article]

# Numbers of the articles of the corpus that each query finds.
QUERIES: dict[str, set[int]] = {
    "": set(range(10)),
    "*": set(range(10)),
    "-*": set(),
    "wiretapping": {0},
    "spy": {0, 6, 9},
    "spied": {9},
    '"spying on three"': {0},
    '"spy on three"': set(),
    '"facial recognition"': {1},
    "recognition facial": {1, 9},
    "judge's": {0},
    "muller": set(),
    "authors:muller": {0},
    "statement:denial": {3},
    "authors:MÜLLER": {0},
    'authors:"müller bo"': set(),
    'authors:"bo chen"': {0},
    "strasse": {2},
    "lucja ost": {2},
    "überwachung": {2},
    "UBERWACHUNG": {2},
    "ecoute": {3},
    "écoutes": {3},
    "l'état": {3},
    "l’état": {3},
    "‘facial recognition’": {1},
    "監視": {4},
    "視監": set(),
    "カメラ": {4},
    "суд": {5},
    "йод": {5},
    "и\u0306од": {5},
    "παρακολουθησεις": {7},
    "αθηνα": {7},
    "παρακολουθήσεις": {7},
    "court": {0},
    "title:court": {0},
    "text:court": set(),
    "title:(court OR cameras)": {0, 1},
    "kamera*": {2},
    "title:*surveillance": {3},
    "recogn?tion": {1, 9},
    "wiretapp*": {0},
    "?pie?": {9},
    "authors:?": set(),
    "x*": {9},
    "camera* -title:camera*": {9},
    "NOT (spy OR camera*)": {2, 3, 4, 5, 7, 8},
    "!spy": {1, 2, 3, 4, 5, 7, 8},
    "spy OR NOT text:*": {0, 6, 8, 9},
    "cameras AND recognition OR cake": {1, 6, 9},
    "spy -(title:spy OR cake)": {0},
    "cake OR cameras -spy": {1},
    'outlet:"the daily example"': {0, 1},
    'outlet:"The Daily Example"': {0, 1},
    "outlet:daily": set(),
    "outlet:L’Exemple": {3},
    "outlet:l’ex*": {3},
    "outlet:l’ex?mple": {3},
    "outlet:the*": {0, 1},
    r"outlet:100%\ \[cook*": {6},
    r"outlet:*\]\**": {6},
    r"outlet:*\\*": {6},
    r"outlet:the\**": set(),
    r"outlet:the\?*": set(),
    "outlet:пример": {5},
    "site:*.org": {1},
    'url:"https://news.example/3"': {3},
    "feeds:f2": {0, 3},
    "feeds:f*": {0, 3},
    "topic:interception": {0},
    "topic:(interception OR biometrics)": {0, 1},
    "-topic:*": {2, 3, 4, 5, 6, 7, 8, 9},
    "mention:*": {0, 1, 3},
    "mention:london": {0, 1},
    'mention:"conseil d\'état"': {3},
    'mention:"conseil d’état"': {3},
    "agency:gchq": {0},
    "vendor:clearview*": {1},
    "programme:PRISM": {3},
    "technology:(wiretap OR spyware)": {0, 3},
    'technology:"face recognition" AND place:London': {1},
    "law:*": {3},
    "court:conseil*": {3},
    'person:"gérald darmanin"': {3},
    'person:"ge\u0301rald darmanin"': {3},
    "person:ge\u0301rald*": {3},
    "place:*": {0, 1},
    "country:gb": {0, 1},
    "country:fr": {3},
    "country:us": set(),
    "-mention:* AND language:de": {2},
    "language:en": {0, 1, 9},
    "language:*": {0, 1, 2, 3, 4, 5, 7, 9},
    "story:*": {1, 5},
    "duplicate_of:*": {5},
    "score:0.7": {1},
    "score:>=0.7": {0, 1, 5},
    "score:>0.7": {0, 5},
    "score:[0.25 TO 0.5]": {3, 4, 7},
    "score:{0.25 TO 0.5}": {4},
    "score:<0": set(),
    "revision:>1": {7},
    "revision:>=1.5": {7},
    "published:2026-03-01": {2, 9},
    "published:2026-03": {1, 2, 9},
    "published:2026": {0, 1, 2, 9},
    "published:[2026-02-28 TO 2026-03-01]": {0, 2, 9},
    "published:>2026-03-01": {1},
    "published:<=2026-02-28": {0, 4},
    "published:<2025": set(),
    "published:<2026-03-01T12:00": {0, 4},
    'published:"2026-03-01T12:00:00Z"': {2, 9},
    "published:2026-03-01T12:00:00.000": {2},
    "published:2026-03-01T12:00": {2, 9},
    "published:<=2026-03-01T12:00": {0, 2, 4, 9},
    "published:>2026-03-01T12:00": {1},
    "published:*": {0, 1, 2, 4, 9},
    "-published:2026": {3, 4, 5, 6, 7, 8},
    "-published:<2026-03": {1, 2, 3, 5, 6, 7, 8, 9},
    'published:"2026-03-01T13:00:00.123+01:00"': {9},
    "first_seen:>=2026-03-01T12:05": {5, 7, 9},
    "title:*": {0, 1, 2, 3, 4, 5, 6, 7, 9},
    "authors:*": {0, 2},
    "spy AND score:>0.5 AND language:en": {0},
    "(spy OR kameras OR language:ru) AND -feeds:f1": {2, 5, 6, 9},
}


@pytest.fixture
def filled(index: Index, corpus: list[Article]) -> Index:
    assert {written.outcome for written in index.write(corpus)} == {Outcome.CREATED}
    return index


def test_each_kind_of_query_finds_the_expected_articles(
    filled: Index, corpus: list[Article]
) -> None:
    numbers = {article.id: number for number, article in enumerate(corpus)}
    wrong = {}
    for text, expected in QUERIES.items():
        for sort in ("relevance", "newest"):
            hits = filled.search(parse(text), size=100, sort=sort)
            found = [numbers[article.id] for article in hits.articles]
            if hits.total != len(expected) or sorted(found) != sorted(expected):
                wrong[text] = (sort, hits.total, found, expected)
    assert wrong == {}


def test_standing_queries_and_explanations_find_the_same(corpus: list[Article]) -> None:
    conditions = [resolve_dates(parse(text).condition, datetime.now(UTC)) for text in QUERIES]
    matched = dict(zip(QUERIES, map(set, Percolator(conditions).match(corpus)), strict=True))
    assert matched == QUERIES
    explainers = [Explainer(article) for article in corpus]
    read = {
        text: {
            number
            for number, explainer in enumerate(explainers)
            if explainer.explain(condition).matched
        }
        for text, condition in zip(QUERIES, conditions, strict=True)
    }
    assert read == QUERIES


def test_articles_come_back_whole(filled: Index, corpus: list[Article]) -> None:
    assert [filled.get(article.id) for article in corpus] == corpus
    assert sorted(filled.search(parse("*"), size=10).articles, key=lambda a: a.url) == corpus
    assert filled.get("0" * 64) is None


def test_a_match_in_the_title_ranks_above_one_in_the_text(filled: Index) -> None:
    for text, first in (
        ("spy OR station", "Spies, spying, spied: a spy word list"),
        ("camera*", "City buys cameras with facial recognition"),
    ):
        assert filled.search(parse(text)).articles[0].title == first


def test_a_word_in_a_title_counts_more_than_one_in_a_shorter_text(index: Index, make: Make) -> None:
    others = [make(n, title="Story", text="Other words " * 9) for n in range(3, 9)]
    titled = make(1, title="A spy balloon" + " and more" * 2, text="Other words " * 9)
    short = make(2, title="Story", text="A spy balloon.")
    list(index.write([titled, short, *others]))
    for text in ("balloon", '"spy balloon"', "balloo*"):
        found = [article.id for article in index.search(parse(text)).articles]
        assert found == [titled.id, short.id], text


def test_facets_count_all_matching_articles(filled: Index) -> None:
    hits = filled.search(parse("score:>0.4"), size=1, facets=["language", "outlet", "topic"])
    assert hits.total == 5
    assert hits.facets == {
        "language": {"en": 2, "de": 1, "fr": 1, "ru": 1},
        "outlet": {
            "Beispielblatt": 1,
            "L'Exemple": 1,
            "The Daily Example": 1,
            "the daily example": 1,
            "Пример": 1,
        },
        "topic": {"surveillance": 2, "biometrics": 1, "interception": 1},
    }
    assert [list(counts) for counts in hits.facets.values()] == [
        ["en", "de", "fr", "ru"],
        ["Beispielblatt", "L'Exemple", "The Daily Example", "the daily example", "Пример"],
        ["surveillance", "biometrics", "interception"],
    ]
    assert filled.search(parse("score:7"), facets=["topic"]).facets == {"topic": {}}
    few = filled.search(parse("score:>0.4"), facets=["language"], values=2)
    assert few.facets == {"language": {"en": 2, "de": 1}}


def test_facets_count_mentions_by_kind(filled: Index) -> None:
    names = ["technology", "vendor", "place", "country", "agency", "mention"]
    facets = filled.search(parse("place:london"), facets=names).facets
    assert facets == {
        "technology": {"face recognition": 1, "wiretap": 1},
        "vendor": {"Clearview AI": 1},
        "place": {"London": 2},
        "country": {"GB": 2},
        "agency": {"GCHQ": 1},
        "mention": {"London": 2, "Clearview AI": 1, "GCHQ": 1, "face recognition": 1, "wiretap": 1},
    }


def test_days_count_matching_articles_by_first_seen(index: Index, make: Make) -> None:
    late = datetime(2024, 2, 29, 23, 59, 59, 999_000, tzinfo=UTC)
    times = [late, late + timedelta(milliseconds=1), late - timedelta(hours=1)]
    times.append(datetime(2025, 12, 31, 12, tzinfo=UTC))
    list(index.write([make(number, first_seen=at) for number, at in enumerate(times)]))
    days = {date(2024, 2, 29): 2, date(2024, 3, 1): 1, date(2025, 12, 31): 1}
    found = index.search(parse("*"), size=1, days="first_seen", facets=["outlet"])
    assert list(found.days.items()) == list(days.items())
    assert sum(found.facets["outlet"].values()) == 4
    february = index.search(parse("first_seen:2024-02"), days="first_seen")
    assert february.days == {date(2024, 2, 29): 2}
    assert index.search(parse("*")).days == {}


def test_days_count_matching_articles_by_publication(index: Index, make: Make) -> None:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    times = [
        epoch,
        epoch - timedelta(milliseconds=1),
        epoch - timedelta(days=1, milliseconds=1),
        datetime(2026, 2, 28, 23, 59, 59, 999_000, tzinfo=UTC),
        datetime(2026, 2, 28, 12, tzinfo=UTC),
        None,
    ]
    list(index.write([make(number, published=at) for number, at in enumerate(times)]))
    days = {
        date(1969, 12, 30): 1,
        date(1969, 12, 31): 1,
        date(1970, 1, 1): 1,
        date(2026, 2, 28): 2,
    }
    found = index.search(parse("*"), days="published")
    assert list(found.days.items()) == list(days.items())
    assert found.total == len(times)
    for day, number in days.items():
        assert index.search(parse(f"published:[{day} TO {day}]")).total == number
    assert index.search(parse("-published:*"), days="published").days == {}


def test_all_of_the_same_sources_are_counted_beside_hits(filled: Index) -> None:
    for text, number in (
        ("spy", 10),
        ("spy -duplicate_of:*", 9),
        ("topic:biometrics language:en", 3),
        ('topic:interception outlet:"the daily example"', 2),
        ('-(spy AND outlet:"the daily example")', 10),
        ('-(spy OR outlet:"the daily example")', 8),
        ("camera* (site:city.example.org OR feeds:f1)", 2),
        ("court first_seen:>2026-03-01", 0),
    ):
        found = filled.search(parse(text).of_same_sources, size=0, days="first_seen")
        assert sum(found.days.values()) == found.total == number, text


def test_hits_are_a_part_of_what_their_sources_brought(filled: Index) -> None:
    for text, expected in QUERIES.items():
        brought = filled.search(parse(text).of_same_sources, size=100)
        hits = filled.search(parse(text), size=100)
        assert {one.id for one in hits.articles} <= {one.id for one in brought.articles}, text
        assert brought.total >= len(expected)


def test_newest_sorts_by_first_seen_in_milliseconds_then_published_then_id(
    filled: Index, corpus: list[Article]
) -> None:
    def order(article: Article) -> tuple[float, float, str]:
        seen = article.first_seen
        return (
            -seen.replace(microsecond=seen.microsecond // 1000 * 1000).timestamp(),
            -article.published.timestamp() if article.published else inf,
            article.id,
        )

    found = [article.id for article in filled.search(parse("*"), sort="newest").articles]
    assert found == [article.id for article in sorted(corpus, key=order)]


def test_of_what_one_poll_brought_the_latest_published_comes_first(
    index: Index, make: Make
) -> None:
    seen = datetime(2026, 3, 1, 12, tzinfo=UTC)
    ages = (None, 3, 1, 2, None)
    brought = [
        make(number, first_seen=seen, published=age and seen - timedelta(days=age))
        for number, age in enumerate(ages)
    ]
    list(index.write(brought))
    found = index.search(parse("*"), sort="newest").articles
    assert [article.published for article in found][:3] == [
        seen - timedelta(days=age) for age in (1, 2, 3)
    ]
    undated = sorted(article.id for article in brought if article.published is None)
    assert [article.id for article in found][3:] == undated


def test_pages_of_results_are_consecutive(filled: Index) -> None:
    whole = filled.search(parse("*"), size=10, sort="newest")
    for offset in range(0, 14, 3):
        page = filled.search(parse("*"), size=3, offset=offset, sort="newest")
        assert page.total == 10
        assert page.articles == whole.articles[offset : offset + 3]
    assert filled.search(parse("spy"), size=0).total == 3


def test_searches_beyond_the_limit_are_refused(index: Index) -> None:
    with pytest.raises(ValueError, match="10,000"):
        index.search(parse("*"), size=10, offset=9_991)
    with pytest.raises(ValueError, match="'title' has no facets"):
        index.search(parse("*"), facets=["title"])


def test_relative_dates_count_from_the_time_of_the_search(index: Index, make: Make) -> None:
    now = datetime.now(UTC)
    list(index.write([make(n, first_seen=now - timedelta(days=n, hours=1)) for n in range(5)]))
    assert index.search(parse("first_seen:>now-2d")).total == 2
    assert index.search(parse("first_seen:>now-2d").at(now - timedelta(days=1))).total == 3


def test_a_label_finds_what_its_feeds_list(filled: Index, corpus: list[Article]) -> None:
    numbers = {article.id: number for number, article in enumerate(corpus)}
    # More than either index takes as so many conditions.
    many = frozenset({"f2", *(f"https://{n}.example/rss" for n in range(40_000))})
    for feeds in (frozenset({"f1"}), many, frozenset[str]()):
        names = Names({}, {"press": feeds})
        for text in ("label:press", "-label:press", "label:press spy"):
            query = parse(text).at_present(datetime.now(UTC), names)
            hits = filled.search(query, size=100)
            (standing,) = Percolator([query.condition]).match(corpus)
            assert {numbers[one.id] for one in hits.articles} == set(standing)
            explained = {
                number
                for number, one in enumerate(corpus)
                if Explainer(one).explain(query.condition).matched
            }
            assert explained == set(standing)
            if text == "label:press":
                assert set(standing) == {n for n, one in enumerate(corpus) if feeds & {*one.feeds}}
    for unresolved in (filled.search, lambda query: Percolator([query.condition]).match(corpus)):
        with pytest.raises(TypeError, match="looked up"):
            list(unresolved(parse("label:press")))


def test_an_empty_index_can_be_searched(index: Index) -> None:
    assert index.search(parse("anything"), facets=["site"]).model_dump() == {
        "total": 0,
        "articles": (),
        "facets": {"site": {}},
        "days": {},
    }
    assert index.search(parse("anything"), days="published").days == {}
    assert index.get("0") is None
    assert list(index.scan()) == []
    assert index.delete(["0"]) == 0


def test_writing_an_article_again_changes_nothing(filled: Index, corpus: list[Article]) -> None:
    before = filled.search(parse("*"), size=10, sort="newest")
    assert {written.outcome for written in filled.write(corpus)} == {Outcome.SAME}
    assert filled.search(parse("*"), size=10, sort="newest") == before


def test_a_new_revision_replaces_and_an_old_one_does_not(index: Index, make: Make) -> None:
    first = make(1, title="Minister resigns", feeds=("a", "b"))
    second = make(1, title="Minister stays", revision=2, feeds=("b",))
    steps = [
        (first, Outcome.CREATED),
        (second, Outcome.UPDATED),
        (first, Outcome.SAME),
        (second, Outcome.SAME),
    ]
    for article, outcome in steps:
        (written,) = index.write([article])
        assert (written.id, written.outcome, written.reason) == (article.id, outcome, None)
    assert index.get(first.id) == second
    assert index.search(parse("resigns OR feeds:a")).total == 0
    assert index.search(parse("stays AND feeds:b")).articles == (second,)


def test_each_revision_in_one_write_is_reported(index: Index, make: Make) -> None:
    results = index.write([make(1, revision=revision) for revision in (1, 3, 2)])
    assert [each.outcome for each in results] == [Outcome.CREATED, Outcome.UPDATED, Outcome.SAME]


def test_only_the_unindexable_article_is_rejected(index: Index, make: Make) -> None:
    articles = [make(1), make(2, outlet="é" * 20_000), make(3)]
    results = {each.id: each for each in index.write(articles)}
    outcomes = [results[article.id].outcome for article in articles]
    assert outcomes == [Outcome.CREATED, Outcome.REJECTED, Outcome.CREATED]
    assert "outlet" in (results[articles[1].id].reason or "")
    assert index.search(parse("*")).total == 2


def test_deleted_articles_are_gone_and_can_be_written_again(
    filled: Index, corpus: list[Article]
) -> None:
    ids = [article.id for article in corpus]
    assert filled.delete([*ids[:2], "unknown", ids[0]]) == 2
    assert filled.get(ids[0]) is None
    assert filled.search(parse('outlet:"the daily example" OR wiretap')).total == 0
    assert filled.search(parse("*")).total == 8
    assert [each.outcome for each in filled.write(corpus[:2])] == [Outcome.CREATED] * 2
    assert filled.search(parse("wiretap")).total == 1


def test_scan_lists_articles_in_the_order_of_ids(filled: Index, corpus: list[Article]) -> None:
    expected = sorted(
        (article.id, article.revision, article.story, article.moves) for article in corpus
    )
    assert list(filled.scan()) == expected


def test_an_article_moves_to_another_story_but_not_back(index: Index, make: Make) -> None:
    before = make(1, story="a" * 64)
    moved = make(1, story="b" * 64, moves=1)
    steps = [
        (before, Outcome.CREATED),
        (moved, Outcome.UPDATED),
        (moved, Outcome.SAME),
        (before, Outcome.SAME),
    ]
    for article, outcome in steps:
        (written,) = index.write([article])
        assert written.outcome is outcome
    assert index.get(moved.id) == moved
    assert index.search(parse(f"story:{'a' * 64}")).total == 0
    assert index.search(parse(f"story:{'b' * 64}")).total == 1
    assert [(held.story, held.moves) for held in index.scan()] == [("b" * 64, 1)]


def test_a_newer_revision_wins_over_more_moves(index: Index, make: Make) -> None:
    moved = make(1, title="Before", moves=7)
    revised = make(1, title="After", revision=2, story="c" * 64)
    outcomes = [
        results.outcome for one in (moved, revised, moved) for results in index.write([one])
    ]
    assert outcomes == [Outcome.CREATED, Outcome.UPDATED, Outcome.SAME]
    assert index.get(moved.id) == revised


def test_searches_see_the_old_articles_until_a_rebuild_ends(filled: Index, make: Make) -> None:
    articles = [make(100 + n, title="Fresh", revision=1) for n in range(700)]
    articles.append(make(7, title="Older", revision=1))
    seen = set()
    outcomes = []
    for written in filled.rebuild(articles):
        outcomes.append(written.outcome)
        if len(outcomes) in (1, 650, 701):
            seen.add(filled.search(parse("*")).total)
    assert outcomes == [Outcome.CREATED] * 701
    assert seen == {10}
    assert filled.search(parse("fresh")).total == 700
    assert filled.search(parse("*")).total == 701
    (written,) = filled.write([make(7, title="Newer", revision=2)])
    assert written.outcome is Outcome.UPDATED
    assert [each.outcome for each in filled.rebuild([])] == []
    assert filled.search(parse("*")).total == 0


def test_one_month_can_be_rebuilt(index: Index, make: Make) -> None:
    month = timedelta(days=31)
    articles = [make(n, first_seen=make(0).first_seen + n * month, title="Old") for n in range(3)]
    list(index.write(articles))
    rebuilt = articles[1].model_copy(update={"title": "Fresh"})
    assert [each.outcome for each in index.rebuild([rebuilt], "2026-04")] == [Outcome.CREATED]
    assert index.search(parse("fresh")).articles == (rebuilt,)
    assert index.search(parse("old")).total == 2
    assert list(index.rebuild([], "2026-04")) == []
    assert index.search(parse("*")).total == 2


def test_preparing_an_index_again_changes_nothing(filled: Index) -> None:
    filled.prepare()
    filled.prepare()
    assert filled.search(parse("*")).total == 10


def test_synonyms_and_possessives_match_alike_in_every_index(index: Index, make: Make) -> None:
    titles = [
        "The NSA\N{RIGHT SINGLE QUOTATION MARK}s order",
        "What the National Security Agency knows",
        "National agency, security",
        "Cell-site simulators in Athens",
        "An IMSI catcher in Athens",
        "A stingray swims in Athens",
    ]
    articles = [make(n, title=title, text="") for n, title in enumerate(titles)]
    list(index.write(articles))
    numbers = {article.id: n for n, article in enumerate(articles)}
    queries = {
        "NSA": {0, 1},
        "nsa's": {0, 1},
        "national security agency": {0, 1, 2},
        '"NSA"': {0},
        "-NSA": {2, 3, 4, 5},
        "imsi catchers athens": {3, 4},
        "stingray": {3, 4, 5},
        "title:(cell-site simulator)": {3, 4},
    }
    for text, expected in queries.items():
        found = {numbers[article.id] for article in index.search(parse(text)).articles}
        assert found == expected, text


def test_an_abandoned_rebuild_changes_nothing(filled: Index, make: Make) -> None:
    rebuilding = filled.rebuild([make(n) for n in range(100, 103)])
    next(iter(rebuilding))
    rebuilding.close()  # type: ignore[attr-defined]
    assert filled.search(parse("*")).total == 10
    assert len(list(filled.rebuild([make(100)]))) == 1
    assert filled.search(parse("*")).total == 1
