# ruff: noqa: RUF001 (some tests are about look-alike quotes)
from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.conditions import (
    Ago,
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
    depth,
)
from core.fields import FIELDS, Kind
from core.query import MAX_DEPTH, MAX_LEAVES, MAX_LENGTH, Query, QueryError, parse, without_quotes
from core.records import Article

BOTH = ("title", "text")


def word(stem: str, *fields: str) -> Word:
    return Word(fields or BOTH, stem)


def day(*date: int) -> datetime:
    return datetime(*date, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("", Everything()),
        ("  ", Everything()),
        ("*", Everything()),
        ("wiretaps", word("wiretap")),
        ("Écoutes", word("ecout")),
        ('"Wiretaps, all"', Phrase(BOTH, ("wiretaps", "all"))),
        ('"wiretaps"', Phrase(BOTH, ("wiretaps",))),
        ("“Wiretaps, all”", Phrase(BOTH, ("wiretaps", "all"))),
        ("-„alle Daten“", Not(Phrase(BOTH, ("alle", "daten")))),
        ("outlet:“The Daily”", Keyword("outlet", "the daily")),
        ('outlet:"“The” Daily"', Keyword("outlet", "“the” daily")),
        ("‘wiretaps’", Phrase(BOTH, ("wiretaps",))),
        ("(-‘all of l’Italie’)", Not(Phrase(BOTH, ("all", "of", "l", "italie")))),
        ("title:‚alle Daten‘ x", All((Phrase(("title",), ("alle", "daten")), word("x")))),
        ("« vie privée »", Phrase(BOTH, ("vie", "privee"))),
        ("‘Ndrangheta judges’s", All((word("ndrangheta"), word("judg")))),
        ("l’Italie", Phrase(BOTH, ("l", "italie"))),
        ("l'Italie", Phrase(BOTH, ("l", "italie"))),
        ('outlet:"L’Ex"', Any((Keyword("outlet", "l’ex"), Keyword("outlet", "l'ex")))),
        ("outlet:L'Ex", Any((Keyword("outlet", "l'ex"), Keyword("outlet", "l’ex")))),
        ("outlet:Ex's", Any((Keyword("outlet", "ex's"), Keyword("outlet", "ex’s")))),
        ("outlet:d’ex*", Any((Prefix(("outlet",), "d’ex"), Prefix(("outlet",), "d'ex")))),
        ("и\u0306од", word("йод")),
        ("wire**", Prefix(BOTH, "wire")),
        ("и\u0306*", Prefix(BOTH, "й")),
        (
            'outlet:"Télé"',
            Any((Keyword("outlet", "télé"), Keyword("outlet", "te\u0301le\u0301"))),
        ),
        ("a“b”", Phrase(BOTH, ("a", "b"))),
        ("“a", word("a")),
        ("e-mail", Phrase(BOTH, ("e", "mail"))),
        ("judge's", word("judg")),
        ("JUDGE\N{RIGHT SINGLE QUOTATION MARK}S", word("judg")),
        ("it's-so", Phrase(BOTH, ("it", "s", "so"))),
        ('"judge\'s"', Phrase(BOTH, ("judge", "s"))),
        ("lka", Any((word("lka"), word("landeskriminalamt")))),
        ("agency:LKA", Any((Keyword("agency", "lka"), Keyword("agency", "landeskriminalamt")))),
        (r"a\:b", Phrase(BOTH, ("a", "b"))),
        ("title:lka", Any((word("lka", "title"), word("landeskriminalamt", "title")))),
        ("outlet:site=a", Keyword("outlet", "site=a")),
        ("face* recognition", All((Prefix(BOTH, "face"), word("recognit")))),
        ("TO", word("to")),
        ("Intercept*", Prefix(BOTH, "intercept")),
        ("in*cept*", Wildcard(BOTH, "in*cept*")),
        ("wom?n", Wildcard(BOTH, "wom?n")),
        ("title:spied", word("spi", "title")),
        ("title:(spied OR court)", Any((word("spi", "title"), word("court", "title")))),
        ('outlet:"The *Example*"', Keyword("outlet", "the *example*")),
        (r"outlet:a\*b", Keyword("outlet", "a*b")),
        (r"outlet:A\*b*", Wildcard(("outlet",), r"a\*b*")),
        ("site:*.ORG", Wildcard(("site",), "*.org")),
        ("story:*", Exists("story")),
        ("label:Trade", Labelled("trade")),
        ('label:"Trade/A*B"', Labelled(r"trade/a\*b")),
        ("label:Tra*", Labelled("tra*")),
        ("label:*", Labelled("*")),
        ("title:**", Exists("title")),
        ("score:0.5", Numbers("score", 0.5, 0.5)),
        ("score:[0.5 TO 1]", Numbers("score", 0.5, 1)),
        ("score:{0.5 TO 1}", Numbers("score", 0.5, 1, False, False)),
        ("score:>=.5", Numbers("score", 0.5, None)),
        ("score:<0.5", Numbers("score", None, 0.5, True, False)),
        ("score:[-1 TO *]", Numbers("score", -1, None)),
        ("score:[* TO *]", Exists("score")),
        ("score:[0.5 TO 0.5]", Numbers("score", 0.5, 0.5)),
        ("published:2026", Dates("published", day(2026, 1, 1), day(2027, 1, 1))),
        ("published:2026-02", Dates("published", day(2026, 2, 1), day(2026, 3, 1))),
        ("published:2026-12", Dates("published", day(2026, 12, 1), day(2027, 1, 1))),
        ("published:2024-02-29", Dates("published", day(2024, 2, 29), day(2024, 3, 1))),
        ("published:20240229", Dates("published", day(2024, 2, 29), day(2024, 3, 1))),
        ("published:<=20240229", Dates("published", None, day(2024, 3, 1))),
        (
            "published:2026-01-01T10:00:00.5Z",
            Dates(
                "published",
                day(2026, 1, 1, 10, 0, 0, 500_000),
                day(2026, 1, 1, 10, 0, 0, 501_000),
            ),
        ),
        *(
            (f'published:"{time}"', Dates("published", day(2026, 1, 1, 10), until))
            for time, until in [
                ("2026-01-01T10", day(2026, 1, 1, 11)),
                ("2026-01-01T12+02:00", day(2026, 1, 1, 11)),
                ("2026-01-01 10:00", day(2026, 1, 1, 10, 1)),
                ("20260101T1000-00:00", day(2026, 1, 1, 10, 1)),
                ("2026-01-01t10:00:00Z", day(2026, 1, 1, 10, 0, 1)),
                ("2026-01-01T100000", day(2026, 1, 1, 10, 0, 1)),
                ("2026-01-01T10:00:00,0", day(2026, 1, 1, 10, 0, 0, 1000)),
            ]
        ),
        ('published:>="2026-01-01T10+02:00"', Dates("published", day(2026, 1, 1, 8), None)),
        ("published:>2026-01-01", Dates("published", day(2026, 1, 2), None)),
        ("published:<=2026-01", Dates("published", None, day(2026, 2, 1))),
        ("published:{2026-01 TO 2026-03}", Dates("published", day(2026, 2, 1), day(2026, 3, 1))),
        ("first_seen:>=now-7d", Dates("first_seen", Ago(-timedelta(days=7)), None)),
        ("first_seen:[now-90m TO *]", Dates("first_seen", Ago(-timedelta(minutes=90)), None)),
        (
            "published:[2026-01-15 TO 2026-01]",
            Dates("published", day(2026, 1, 15), day(2026, 2, 1)),
        ),
        (
            "published:[now TO 2026]",  # will be empty one day, which the text does not show
            Dates("published", Ago(timedelta()), day(2027, 1, 1)),
        ),
        ("a b", All((word("a"), word("b")))),
        ("a AND b", All((word("a"), word("b")))),
        ("a OR b", Any((word("a"), word("b")))),
        ("a b OR c", All((word("a"), Any((word("b"), word("c")))))),
        ("a AND b OR c", Any((All((word("a"), word("b"))), word("c")))),
        ("a OR b -c", All((Any((word("a"), word("b"))), Not(word("c"))))),
        ("a OR b !c", All((Any((word("a"), word("b"))), Not(word("c"))))),
        ("a OR b +c", All((Any((word("a"), word("b"))), word("c")))),
        ("a OR b TO", All((Any((word("a"), word("b"))), word("to")))),
        ("title:(a AND b)", All((word("a", "title"), word("b", "title")))),
        ("title:(+a b)", All((word("a", "title"), word("b", "title")))),
        (
            "title:(a OR b -c)",
            All((Any((word("a", "title"), word("b", "title"))), Not(word("c", "title")))),
        ),
        ("(a (b c))", All((word("a"), word("b"), word("c")))),
        ("+a -b", All((word("a"), Not(word("b"))))),
        ("NOT a", Not(word("a"))),
        ("!a", Not(word("a"))),
        ("!(a b)", Not(All((word("a"), word("b"))))),
        ('!"a b"', Not(Phrase(BOTH, ("a", "b")))),
        ("!title:a", Not(word("a", "title"))),
        ("title:!a", Not(word("a", "title"))),
        ("NOT -a", word("a")),
        ("wow!", word("wow")),
        ("a –b", All((word("a"), Not(word("b"))))),
        ("(−title:a)", Not(word("a", "title"))),
        ('—"a b"', Not(Phrase(BOTH, ("a", "b")))),
        ("–“a b”", Not(Phrase(BOTH, ("a", "b")))),
        ("title：（a OR b） c", All((Any((word("a", "title"), word("b", "title"))), word("c")))),
        ("（“a b”）", Phrase(BOTH, ("a", "b"))),
        ('outlet:"a：（b）"', Keyword("outlet", "a：（b）")),
        (r"outlet:a\（b", Keyword("outlet", "a（b")),
        ("a=b score\\>0", All((Phrase(BOTH, ("a", "b")), Phrase(BOTH, ("score", "0"))))),
        ("e–mail", Phrase(BOTH, ("e", "mail"))),
        ('"a||b" AT&T', All((Phrase(BOTH, ("a", "b")), Phrase(BOTH, ("at", "t"))))),
        (r"a\"b", Phrase(BOTH, ("a", "b"))),
    ],
)
def test_a_query_parses_to_its_condition(text: str, condition: Condition) -> None:
    assert parse(text) == Query(text, condition)


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("a titel:b", 2, "no field 'titel': did you mean 'title'?"),
        ("TITLE:b", 0, "did you mean 'title'?"),
        ("zzz:b", 0, "no field 'zzz': expected one of title, text, authors"),
        ("*:*", 0, "no field '*': write * for everything, or a word alone"),
        ("court *:spy", 6, "no field '*': write * for everything, or a word alone"),
        ("_exists_:story", 0, "no field '_exists_': write title:* for articles that have a title"),
        ("https://a.example/b", 0, "no field 'https': write url:\"https://…\""),
        ("http://a.example/b", 0, "no field 'http': write url:\"http://…\""),
        ('a "b c', 2, "this quote is not closed"),
        ('a b"c"', 3, "a quote inside a word"),
        ("a (b c", 2, "this ( is not closed"),
        ("a b) c", 3, "this ) closes nothing"),
        ("a AND", 5, "the query ends too early"),
        ("a AND OR b", 6, "unexpected 'OR': expected a word, a phrase, a field or a ("),
        ("title:'Ndrangheta", 6, "a word that begins with an apostrophe, in double"),
        ("court 'spy balloon'", 6, "put a phrase, or a word"),
        ("title:", 6, "the query ends too early"),
        ("title:url:x", 6, "inside title: expected a value"),
        ("url:https://a.example/b", 4, "contains ':' in quotes"),
        ("a /b", 2, "contains ':' or '/' in quotes"),
        ("spies – a story", 6, "– by itself: write -word for articles without a word"),
        ("spies - a story", 6, "put a text that contains - in quotes"),
        ("Alerte ! Des espions", 7, "! by itself"),
        ("a OR (- b)", 6, "- by itself"),
        ("Spy day 2026: what to watch", 8, "put a text that contains ':' in quotes, or expected"),
        ("Spies titel: b", 6, "in quotes, or did you mean 'title'?"),
        ("a %% b", 2, "'%%' contains no word: expected letters or digits"),
        ("a && b", 2, "'&&': write AND for &&"),
        ("a||b", 0, "'a||b': write OR for ||"),
        ("a ||b", 2, "'||b': write OR for ||"),
        ("title:(a&&b)", 7, "'a&&b': write AND for &&"),
        ("a score>0.5", 2, "'score>0.5': a field is written as score:value"),
        ("published>=now-7d", 0, "a field is written as published:value"),
        ("(topic=spyware)", 1, "a field is written as topic:value"),
        ("a （b", 2, "this ( is not closed"),
        ("a b）", 3, "this ) closes nothing"),
        ('a outlet:""', 9, "outlet: expected a value; -outlet:* finds articles without one"),
        ("covid-19*", 0, "'covid-19' is not part of one word"),
        ("covid,*", 0, "'covid,' is not part of one word"),
        ("\u00ad*", 0, "is not part of one word"),
        ("a b^2", 2, "a boost (^)"),
        ("a b^.", 3, "boosts (^) and fuzzy words (~) are not supported"),
        ("a b~1.2.3", 3, "boosts (^) and fuzzy words (~) are not supported"),
        ('"a b"~2.5', 5, "boosts (^) and fuzzy words (~) are not supported"),
        ("a b~", 2, "fuzzy words (~)"),
        ('"a b"~2', 0, "a phrase with ~"),
        ("a /b/", 2, "regular expressions"),
        ("score:high", 6, "score holds a number: expected one such as 0.5, not 'high'"),
        ("score:nan", 6, "score holds a number"),
        ("score:1*", 6, "score holds a number"),
        ("score:[0.1 TO high]", 6, "score holds a number"),
        ("published:soon", 10, "published holds a date"),
        ("published:2026-0*", 10, "published holds a date: expected a value or a range, not a"),
        ("published:[soon TO 2026]", 10, "published holds a date"),
        ("published:[2026 TO soon]", 10, "published holds a date"),
        ("published:now-9999999999d", 10, "published holds a date"),
        ("published:2026-02-30", 10, "published holds a date"),
        ("published:2026-00", 10, "published holds a date"),
        ("published:2026-01-00", 10, "published holds a date"),
        ("published:20260005", 10, "published holds a date"),
        ("published:2026-W05", 10, "published holds a date"),
        ("published:2026-W05T08", 10, "published holds a date"),
        ("published:20260131-20260202", 10, "published holds a date"),
        ('published:"2026-01-31+02:00"', 10, "published holds a date"),
        ("published:now-1y", 10, "published holds a date"),
        ("published:9999", 10, "published holds a date"),
        (
            "outlet:[a TO b]",
            7,
            "a range is only possible in score, revision, published, first_seen",
        ),
        ("[1 TO 2]", 0, "a range is only possible in"),
        ("score:[0.9 TO 0.2]", 6, "score has no value in [0.9 TO 0.2]: expected the lower or"),
        ("score:[0.5 TO 0.5}", 6, "score has no value in [0.5 TO 0.5}"),
        ("a AND NOT score:{0.5 TO 0.5]", 16, "score has no value in {0.5 TO 0.5]"),
        ("published:[2026-02 TO 2026-01]", 10, "published has no value in [2026-02 TO 2026-01]"),
        ("published:{2026-01 TO 2026-02}", 10, "and [ ] around bounds that are part of the range"),
        ("first_seen:[now TO now}", 11, "first_seen has no value in [now TO now}"),
        ("first_seen:[now TO now-7d]", 11, "first_seen has no value in [now TO now-7d]"),
        ("a OR +b", 5, "+ has no meaning beside OR"),
        ("a\\", 1, r"\ at the end"),
        ("a \ud800", 2, "half of a character"),
        ("a" * (MAX_LENGTH + 1), MAX_LENGTH, "longer than 10,000"),
        ("(" * 200 + "a" + ")" * 200, 100, "parentheses are nested too"),
        ("a " * (MAX_LEAVES + 1), 0, "more than 500 parts"),
        ("-" * 200 + "a", 101, "signs or parentheses are nested"),
        ("(a OR (b " * (MAX_DEPTH // 2) + "x" + "))" * (MAX_DEPTH // 2), 0, "levels"),
    ],
)
def test_errors_name_the_fault_and_its_place(text: str, position: int, message: str) -> None:
    with pytest.raises(QueryError) as raised:
        parse(text)
    assert message in raised.value.message
    assert raised.value.position == position
    assert f"(at character {position + 1})" in str(raised.value)


@pytest.mark.parametrize("text", ["a" * MAX_LENGTH, "a " * MAX_LEAVES, f"{'-' * 100}a"])
def test_a_query_may_be_as_large_as_its_limits(text: str) -> None:
    assert parse(text).text == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a titel:b", "a titel:b\n  ^"),
        ("spyware\nAND titel:b", "spyware AND titel:b\n            ^"),
        ("a AND", "a AND\n     ^"),
        (
            "a OR " * 90 + "titel:b " + "c " * 50,
            f"…{'a OR ' * 12}titel:b {'c ' * 26}…\n{' ' * 61}^",
        ),
    ],
)
def test_errors_show_their_place_on_one_line(text: str, shown: str) -> None:
    with pytest.raises(QueryError) as raised:
        parse(text)
    assert raised.value.excerpt(text) == shown


def test_relative_dates_count_from_the_given_time() -> None:
    now = day(2026, 3, 1)
    query = parse("a AND (first_seen:>=now-1d OR NOT published:<now)").at(now)
    since = Dates("first_seen", day(2026, 2, 28), None)
    until = Dates("published", None, now)
    assert query.condition == All((word("a"), Any((since, Not(until)))))
    assert parse("a").at(now) == parse("a")


def test_every_query_field_is_a_field_of_articles() -> None:
    for name, kind in FIELDS.items():
        if kind is Kind.LABEL:  # of the feeds that list them
            continue
        assert name in Article.model_fields or hasattr(Article, name)


TERMS = ["a", "-b", "!c", "NOT d", '"e f"', "(g OR h)", "-(i j)", "title:k", "TO"]
"""Terms as they may stand anywhere; + may not stand beside OR."""

SYNTAX = st.text(alphabet=st.sampled_from(' ab"()[]{}:*?\\-+!~^/<>=.19TOANDR&|\n'))


@given(st.one_of(SYNTAX, st.text()))
@example("1^.")
@example("1~.")
def test_any_text_is_parsed_or_refused_at_a_position(text: str) -> None:
    refusal = _refusal(text)
    if refusal is None:
        assert depth(parse(text).condition) <= MAX_DEPTH
    else:
        assert 0 <= refusal.position <= len(text)


def _refusal(text: str) -> QueryError | None:
    try:
        parse(text)
    except QueryError as error:
        return error
    return None


@given(
    first=st.sampled_from(TERMS),
    others=st.lists(
        st.tuples(st.sampled_from([" ", " OR ", " AND "]), st.sampled_from(TERMS)), max_size=12
    ),
)
def test_operators_bind_the_same_before_every_kind_of_term(
    first: str, others: list[tuple[str, str]]
) -> None:
    # AND binds closest, adjacent words least; the parentheses make that explicit.
    sides: list[list[list[str]]] = [[[first]]]
    for operation, term in others:
        if operation == " ":
            sides.append([[term]])
        elif operation == " OR ":
            sides[-1].append([term])
        else:
            sides[-1][-1].append(term)
    grouped = (" OR ".join(f"({' AND '.join(all_of)})" for all_of in side) for side in sides)
    outright = " AND ".join(f"({side})" for side in grouped)
    text = first + "".join(operation + term for operation, term in others)
    assert parse(text).condition == parse(outright).condition


def test_threads_may_parse_concurrently() -> None:
    texts = [f"w{n} AND (title:x{n} OR score:>{n})" for n in range(200)]
    expected = [parse(text) for text in texts]
    found: list[list[Query]] = []
    threads = [
        threading.Thread(target=lambda: found.append([parse(text) for text in texts]))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4


def test_a_query_is_parsed_once():
    """Ten thousand rules are read several times when one of them is saved."""
    assert parse("camera court") is parse("camera court")


@pytest.mark.parametrize(
    ("quoted", "plain"),
    [
        ('"Face recognition"', "(face recognition)"),
        ('-"a b" OR (“C d”) e', "-(a b) OR ((c d)) e"),
        ('outlet:"A B" title:("c d" OR e) "f: g"', 'outlet:"A B" title:("c d" OR e) (f g)'),
        (r'"a \"b\" c"', "(a b c)"),
        ("a b", "a b"),
        (" ", " "),
    ],
)
def test_query_without_quotes_has_plain_words_instead(quoted: str, plain: str) -> None:
    assert without_quotes(quoted) == plain
    assert parse(plain)
