"""Developments: what is new in a story, and what is not worth an alert."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from factories import NOON, a_mention, a_statement, an_article, item
from growth import grows_evenly
from hypothesis import given
from hypothesis import strategies as st

from alert.developments import MAX_QUOTE, answers, denials, developments, known_after, known_besides
from alert.rules import Rule
from core.query import parse
from core.records import Article, DevelopmentKind, Known, Mention, Statement, StatementKind

ALL = Rule("all", parse("*"), ())
NAMES = {"FR": "France", "GB": "the United Kingdom", "US": "United States"}


def statement(
    kind: str, speaker: str | None = None, field: str = "text", start: int = 0
) -> Statement:
    place = {"field": field, "start": start, "end": start + 4}
    return a_statement(kind, "they", speaker=speaker, **place)


ICELAND = Known(countries=frozenset({"IS"}))


def mention(kind: str, name: str, field: str = "title", start: int = 0, **more: object) -> Mention:
    place = {"field": field, "start": start, "end": start + 4}
    return a_mention(kind, name, **{"uri": f"https://names.example/{name}"} | place | more)


def knowing(known: Known, article: Article, outlets: tuple[str, ...]) -> Known:
    return known_after(known, article, outlets, countries_of)


def countries_of(article: Article) -> frozenset[str]:
    return frozenset(article.country)


def new_developments(
    known: Known,
    outlets: tuple[str, ...] = ("A", "B"),
    matches: bool = True,
    **article: object,
):
    one = an_article(2, story=item(1).id, **article)
    new = developments(
        known, one, outlets, ALL, lambda code: NAMES.get(code, code), matches=matches
    )
    return [(one.kind.value, one.what) for one in new]


@pytest.mark.parametrize(
    ("article", "says"),
    [
        ({"statements": (statement("denial", "the ministry"),)}, "The ministry denied it"),
        ({"statements": (statement("denial"),)}, "A denial is reported"),
        ({"statements": (statement("confirmation", "police"),)}, "Police confirmed it"),
        ({"statements": (statement("official", "the premier"),)}, "The premier went on record"),
        ({"statements": (statement("court", "the judges"),)}, "The judges acted on it"),
        ({"statements": (statement("court", None, "title"),)}, "It has come to court"),
        ({"statements": (statement("parliament", "the Senate"),)}, "The Senate took it up"),
        (
            {"title": "Lyon", "mentions": (mention("place", "Lyon", country="FR"),)},
            "The story reaches France (by way of Lyon)",
        ),
        (
            {"title": "Londres", "mentions": (mention("place", "London", end=7, country="GB"),)},
            "The story reaches the United Kingdom (by way of London)",
        ),
        (
            {"title": "EU", "mentions": (mention("place", "EU", end=2, country="EU"),)},
            "The story reaches EU",
        ),
        (
            {
                "title": "U.S.",
                "mentions": (mention("place", "United States", country="US"),),
            },
            "The story reaches the United States",
        ),
        (
            {
                "title": "Lyon, U.S.",
                "mentions": (
                    mention("place", "Lyon", country="FR"),
                    mention("place", "United States", country="US"),
                ),
            },
            "The story reaches France (by way of Lyon) and the United States",
        ),
        (
            {"mentions": tuple(mention("place", code, country=code) for code in "ABCDEF")},
            "The story reaches A, B, C, D and 2 more",
        ),
        ({"mentions": (mention("agency", "GCHQ"),)}, "Another agency is named: GCHQ"),
        ({"mentions": (mention("agency", "GCHQ"),), "known": ICELAND}, "An agency is named: GCHQ"),
        # A denial deep in the text answers nothing.
        (
            {"statements": (statement("official", "Ana"), statement("denial", start=5_000))},
            "Ana went on record",
        ),
    ],
)
def test_news_is_a_development(article: dict[str, Any], says: str) -> None:
    known = ICELAND.model_copy(update={"agencies": frozenset({"NSA"})})
    assert [what for _, what in new_developments(**{"known": known} | article)] == [says]


@pytest.mark.parametrize(
    ("known", "article"),
    [
        # A copy of a text says nothing new.
        (Known(), {"duplicate_of": item(1).id, "statements": (statement("denial", "x"),)}),
        # A timeline tells again what happened.
        (Known(), {"title": "TIMELINE-Spying", "statements": (statement("denial", "x"),)}),
        # So does a sentence that tells of the past.
        *(
            (Known(), {"statements": (statement("court").model_copy(update={"phrase": phrase}),)})
            for phrase in (
                "Two years ago, the state sued.",
                "“At the time, the state sued.",
                "Vor drei Jahren klagte sie.",
                "Il y a deux ans, elle a porté plainte.",
                "Hace dos años la demandó.",
                "Due anni fa il giudice decise.",
                "Há dois anos, o tribunal decidiu.",
                "Twee jaar geleden oordeelde de rechter.",
            )
        ),
        # Deep in the text.
        (Known(), {"statements": (statement("denial", "x", start=5_000),)}),
        (Known(), {"mentions": (mention("agency", "GCHQ", "text", 5_000),) * 2}),
        # Known by no name.
        (Known(), {"mentions": (mention("agency", "Secret Service", uri=None),)}),
        # In passing: named once in the text.
        (ICELAND, {"mentions": (mention("place", "Lyon", "text", country="FR"),)}),
        # Its law is in every second report.
        (ICELAND, {"mentions": (mention("place", "EU", "text", country="EU"),) * 2}),
        # The first country is where the story plays: outlets do not name their own.
        (Known(), {"mentions": (mention("place", "Lyon", country="FR"),)}),
        # Known already.
        (Known(said=frozenset({"denial"})), {"statements": (statement("denial", "the ministry"),)}),
        # The unknown speaker before may have been this one.
        (
            Known(said=frozenset({"denial"})),
            {
                "text": "NSA",
                "mentions": (mention("agency", "NSA", "text", start=0, end=3),),
                "statements": (statement("denial", "the NSA"),),
            },
        ),
        # So may one that is known by no name, and every spokesman comments.
        *(
            (
                Known(said=frozenset({kind, f"{kind}:GCHQ"})),
                {
                    "text": "NSA",
                    "mentions": (mention("court", "NSA", "text", start=0, end=3, uri=uri),),
                    "statements": (statement(kind, "the NSA"),),
                },
            )
            for kind, uri in (("denial", None), ("official", "https://nsa.example"))
        ),
        (
            Known(countries=frozenset({"FR"})),
            {"mentions": (mention("place", "Lyon", country="FR"),)},
        ),
        (Known(agencies=frozenset({"GCHQ"})), {"mentions": (mention("agency", "GCHQ"),)}),
        # A denial counts as a comment.
        (
            Known(said=frozenset({"denial"})),
            {"statements": (statement("official", "a spokesman"),)},
        ),
    ],
)
def test_known_or_minor_facts_are_no_development(known: Known, article: dict[str, Any]) -> None:
    assert new_developments(known, **article) == []


def test_denial_by_another_named_party_is_a_development() -> None:
    known = Known(said=frozenset({"denial", "denial:GCHQ"}))
    text = "NSA denies, GCHQ denies"
    nsa = mention("agency", "NSA", "text").model_copy(update={"end": 3})
    gchq = mention("agency", "GCHQ", "text", 12).model_copy(update={"end": 16})
    new = new_developments(
        known, text=text, statements=(statement("denial", "the NSA"),), mentions=(nsa, gchq)
    )
    assert new == [("denial", "The NSA denied it")]
    again = new_developments(
        known, text=text, statements=(statement("denial", "GCHQ"),), mentions=(nsa, gchq)
    )
    assert again == []


def test_of_a_story_the_first_denial_and_those_of_other_parties_are_told() -> None:
    text = "NSA denies, GCHQ denies"
    named = (
        mention("agency", "NSA", "text").model_copy(update={"end": 3}),
        mention("agency", "GCHQ", "text", 12).model_copy(update={"end": 16}),
    )

    def article(number: int, *said: Statement, **changes: object) -> Article:
        return an_article(number, text=text, statements=said, mentions=named, **changes)

    in_passing = statement("denial", "the NSA", start=5_000)
    by_nsa, by_gchq = statement("denial", "the NSA"), statement("denial", "GCHQ")
    articles = [
        article(1, in_passing, statement("official", "the NSA")),
        article(2, by_nsa, duplicate_of=item(1).id),
        article(3, by_nsa, title="Timeline: the calls"),
        article(4, by_nsa, statement("confirmation", "GCHQ")),
        article(5, by_nsa),
        article(6, by_gchq),
        article(7, by_gchq),
    ]
    told = [(one.what, one.told_by.article) for one in denials(articles)]
    assert told == [("The NSA denied it", item(4).id), ("GCHQ denied it", item(6).id)]
    assert denials([]) == ()


def test_the_only_firm_of_an_article_is_a_party_that_denied() -> None:
    nso, bnd = mention("vendor", "NSO Group", "text"), mention("agency", "BND", "text")
    by_nso = an_article(1, mentions=(nso,), statements=(statement("denial", "firm"),))
    again = an_article(2, mentions=(nso,), statements=(statement("denial", "NSO Group"),))
    by_bnd = an_article(3, mentions=(nso, bnd), statements=(statement("denial", "BND"),))
    told = [one.what for one in denials([by_nso, again, by_bnd])]
    assert told == ["NSO Group denied it", "BND denied it"]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (None, "the judge", True),  # first sued, then ruled
        (None, None, False),  # sued, as another outlet says too
        ("the judge", "the tribunal", False),  # it may be the same
        ("the judge", None, False),
    ],
)
def test_ruling_after_a_complaint_is_a_development(
    before: str | None, after: str | None, told: bool
) -> None:
    known = knowing(Known(), an_article(1, statements=(statement("court", before),)), ("A",))
    new = new_developments(known, statements=(statement("court", after),))
    assert [kind for kind, _ in new] == ["court"] * told


@pytest.mark.parametrize(
    ("speaker", "mentioned", "says"),
    [
        ("Director del VSD", (), "“Director del VSD” denied it"),
        ("la NSA", (mention("agency", "NSA", "text", start=3, end=6),), "NSA denied it"),
        ("NSA", (mention("place", "Morocco", "text", start=3, end=6),), "Morocco denied it"),
        (
            "Ana Ruiz",
            (mention("person", "Ana Ruiz", "text", start=7, end=15),),
            "Ana Ruiz denied it",
        ),
        (
            "directora del VSD, Ana Ruiz",
            (mention("person", "Ana Ruiz", "text", start=7, end=15),),
            "Ana Ruiz denied it",
        ),
        (
            "Ana Ruiz, directora del VSD",
            (mention("person", "Ana Ruiz", "text", start=7, end=15),),
            "Ana Ruiz denied it",
        ),
        (
            "directora Ana Ruiz",
            (mention("person", "Ana Ruiz", "text", start=7, end=15),),
            "Ana Ruiz denied it",
        ),
        (
            "abogado de la pintora Ana Ruiz",
            (mention("person", "Ana Ruiz", "text", start=7, end=15),),
            "“abogado de la pintora Ana Ruiz” denied it",
        ),
    ],
)
def test_speaker_in_another_language_is_named_or_quoted(
    speaker: str, mentioned: tuple[Mention, ...], says: str
) -> None:
    said = new_developments(
        Known(agencies=frozenset({"NSA"})),
        language="es",
        text="La NSA Ana Ruiz lo niega.",
        mentions=mentioned,
        statements=(statement("denial", speaker),),
    )
    assert said == [("denial", says)]


def test_office_is_named_with_its_holder() -> None:
    said = (statement("denial", "the agency's director, Ana Prado"),)
    assert new_developments(Known(), statements=said) == [
        ("denial", "The agency's director, Ana Prado, denied it")
    ]


def test_a_long_statement_is_quoted_up_to_a_word() -> None:
    for long, quoted in (
        ("never bought it, " * 20, "never bought it, " * 13 + "never bought it…"),
        ("said: " + "“nie”" * 60, "said: " + ("“nie”" * 60)[:233] + "…"),
    ):
        denial = statement("denial", "x").model_copy(update={"phrase": long})
        article = an_article(1, statements=(denial,))
        (new,) = developments(Known(), article, (), ALL, str, matches=False)
        assert new.quote == quoted
        assert len(quoted) <= MAX_QUOTE


def test_party_is_recognised_by_whole_words() -> None:
    nsa = mention("agency", "NSA", "text", start=0, end=3)
    said = (statement("denial", "the NSA"),)
    heard_of_it = knowing(
        Known(), an_article(1, text="NSA", mentions=(nsa,), statements=said), ("A",)
    )
    assert "denial:NSA" in heard_of_it.said
    defence = (statement("denial", "Ministerio de Defensa"),)
    other = an_article(1, text="NSA", mentions=(nsa,), statements=defence)
    assert knowing(Known(), other, ("A",)).said == {"denial"}


def test_list_of_firms_beside_many_statements_is_read_quickly() -> None:
    def known_of(size: int) -> Known:
        firms = tuple(mention("vendor", f"Firm {number}", "text", 0) for number in range(8 * size))
        last = firms[-1].name
        said = tuple(statement("denial", f"speaker {number} of {last}") for number in range(size))
        return knowing(Known(), an_article(mentions=firms, statements=said), ())

    assert known_of(100).said == {"denial", "denial:Firm 799"}
    assert grows_evenly(known_of, 10)


@pytest.mark.parametrize(
    ("quiet", "article", "says"),
    [
        ({"days": 7}, {}, "First report in 7 days"),
        ({"days": 30, "hours": 23}, {"published": NOON}, "First report in 30 days"),
        ({"days": 6, "hours": 23}, {}, None),
        # It would have been alerted on by itself, had it been a story of its own; others would not.
        ({"days": 30}, {"matches": False}, None),
        ({"days": 30}, {"duplicate_of": item(1).id}, None),
        ({"days": 30}, {"title": "Timeline: how they were watched"}, None),
        # The archive of a new feed.
        ({"days": 30}, {"published": NOON - timedelta(days=24)}, None),
    ],
)
def test_report_after_a_week_of_silence_is_a_revival(
    quiet: dict[str, int], article: dict[str, Any], says: str | None
) -> None:
    known = Known(latest=NOON - timedelta(**quiet))
    assert [what for _, what in new_developments(known, **article)] == ([says] if says else [])


def test_silence_lasts_from_the_latest_article_that_is_new() -> None:
    first = an_article(1)
    later = an_article(2, first_seen=NOON + timedelta(days=6))
    copy = an_article(3, first_seen=NOON + timedelta(days=9), duplicate_of=first.id)
    archived = an_article(4, first_seen=NOON + timedelta(days=9), published=NOON)
    known = knowing(Known(), first, ("A",))
    for one in (later, copy, archived, first):
        known = known_besides(known, one, countries_of, matches=True)
    off_rule = an_article(5, first_seen=NOON + timedelta(days=9))
    known = known_besides(known, off_rule, countries_of, matches=False)
    assert known.latest == later.first_seen


def test_only_answers_are_told_with_the_article_that_opens_a_story() -> None:
    said = (statement("court", "the judges"), statement("official", "the premier"))
    opener = an_article(1, statements=(*said, statement("denial", "the ministry")))
    assert [one.what for one in answers(opener, ALL)] == ["The ministry denied it"]
    assert answers(an_article(1, statements=said), ALL) == ()


def test_pickup_is_reported_only_when_the_number_is_passed() -> None:
    outlets = tuple("ABCDEFG")
    (new,) = new_developments(Known(outlets=2), outlets)
    assert new == ("pickup", "Picked up by 7 outlets: A, then B, C, D, E and 2 more")
    ((_, six),) = new_developments(Known(outlets=2), outlets[:6])
    assert six == "Picked up by 6 outlets: A, then B, C, D, E and 1 more"
    assert new_developments(Known(outlets=5), outlets) == [new]
    assert new_developments(Known(outlets=6), outlets) == []
    assert new_developments(Known(outlets=2), outlets[:5]) == []


def test_copies_make_a_pickup_and_nothing_else() -> None:
    outlets = tuple("ABCDEFG")
    copy: dict[str, Any] = {"duplicate_of": item(1).id, "statements": (statement("denial", "x"),)}
    assert [kind for kind, _ in new_developments(Known(outlets=2), outlets, **copy)] == ["pickup"]


def test_known_developments_are_not_reported_again() -> None:
    one = an_article(
        2,
        title="Lyon",
        statements=(statement("denial", "x"), statement("court", None, "title")),
        mentions=(mention("place", "Lyon", country="FR"), mention("agency", "GCHQ")),
    )
    outlets = tuple("ABCDEFG")
    first = developments(ICELAND, one, outlets, ALL, str, matches=True)
    assert [new.kind for new in first] == ["denial", "court", "country", "agency", "pickup"]
    known = knowing(ICELAND, one, outlets)
    assert developments(known, one, outlets, ALL, str, matches=True) == ()
    assert knowing(known, one, outlets) == known


@pytest.mark.parametrize(("official", "denial"), [(0, 50), (50, 0)])
def test_official_comment_beside_a_denial_is_not_reported(official: int, denial: int) -> None:
    said = (
        statement("official", "the ministry", start=official),
        statement("denial", "the ministry", start=denial),
    )
    assert new_developments(Known(), statements=said) == [("denial", "The ministry denied it")]


@pytest.mark.parametrize(
    ("speakers", "expected"),
    [
        # The alert shows the title anyway: it is quoted only if it alone names the speaker.
        (("the ministry", "the minister"), "The minister denied it"),
        (("the ministry", None), "The ministry denied it"),
        ((None, None), "A denial is reported"),
    ],
)
def test_text_is_quoted_in_preference_to_the_title(speakers: tuple[str, str | None], expected: str):
    in_title, in_text = speakers
    both = (statement("denial", in_title, "title"), statement("denial", in_text, start=50))
    assert new_developments(Known(), statements=both) == [("denial", expected)]


KINDS = st.sampled_from([kind.value for kind in StatementKind])
STARTS = st.sampled_from([0, 300, 5_000])
STATEMENTS = st.builds(statement, KINDS, st.sampled_from([None, "GCHQ", "the NSA"]), start=STARTS)
MENTIONS = st.builds(
    mention,
    st.sampled_from(["place", "agency", "court"]),
    st.sampled_from(["GCHQ", "NSA"]),
    st.sampled_from(["title", "text"]),
    STARTS,
    country=st.sampled_from(["FR", "GB", "US"]),
)
ARTICLES = st.lists(
    st.builds(
        lambda number, said, named: an_article(
            number,
            story=item(1).id,
            title="GCHQ and NSA",
            text="GCHQ and NSA",
            statements=tuple(said),
            mentions=tuple(named),
        ),
        st.integers(1, 30),
        st.lists(STATEMENTS, max_size=4),
        st.lists(MENTIONS, max_size=4),
    ),
    max_size=6,
)


@given(articles=ARTICLES)
def test_known_facts_only_grow_and_no_development_repeats(articles: list[Article]) -> None:
    known, outlets = Known(), tuple("ABCDEFG")
    for article in [*articles, *articles]:
        if developments(known, article, outlets, ALL, str, matches=True):
            after = knowing(known, article, outlets)
            assert after.said >= known.said
            assert after.countries >= known.countries
            assert after.agencies >= known.agencies
            assert after.outlets >= known.outlets
            known = after
            assert developments(known, article, outlets, ALL, str, matches=True) == ()
    for article in articles:
        assert developments(known, article, outlets, ALL, str, matches=True) == ()


@given(article=ARTICLES.filter(bool).map(lambda several: several[0]))
def test_rule_gets_only_the_kinds_it_wants(article: Article) -> None:
    outlets = tuple("ABCDEFG")
    every = developments(Known(), article, outlets, ALL, str, matches=True)
    for kind in DevelopmentKind:
        rule = replace(ALL, developments=frozenset({kind}))
        wanted = developments(Known(), article, outlets, rule, str, matches=True)
        assert wanted == tuple(one for one in every if one.kind is kind)
