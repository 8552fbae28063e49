"""A story as a page presents it."""

from __future__ import annotations

import pytest
from factories import a_mention, a_statement, an_article
from growth import grows_evenly

from alert.speakers import parties_in
from core.records import (
    SURVEILLANCE,
    Article,
    Evidence,
    MentionKind,
    StatementKind,
    Tag,
    TextField,
)
from desk.telling import (
    PHRASES,
    Named,
    Passage,
    Voice,
    is_quoted,
    names,
    passages,
    reasons,
    speakers,
    topics,
    voices,
)


def evidence(phrase: str) -> Evidence:
    return Evidence(field="text", start=0, end=len(phrase), phrase=phrase, why="sense")


def test_most_mentioned_names_come_first_with_any_known_link() -> None:
    nsa = a_mention(MentionKind.AGENCY, "NSA")
    articles = [
        an_article(1, mentions=(a_mention(MentionKind.AGENCY, "BND"), nsa, nsa)),
        an_article(
            2, mentions=(a_mention(MentionKind.AGENCY, "NSA", uri="https://wiki.example/nsa"),)
        ),
        an_article(3, mentions=(a_mention(MentionKind.PLACE, "Paris"),)),
    ]
    assert names(articles) == {
        "Agencies": [
            Named(MentionKind.AGENCY, "NSA", "https://wiki.example/nsa", 2),
            Named(MentionKind.AGENCY, "BND", None, 1),
        ],
        "Places": [Named(MentionKind.PLACE, "Paris", None, 1)],
    }
    assert names([]) == {}


def test_denials_come_first_and_each_sentence_once() -> None:
    said = a_statement(StatementKind.OFFICIAL, "It is looked into.")
    denied = a_statement(StatementKind.DENIAL, "That is\nfalse.")
    articles = [
        an_article(1, statements=(said, denied)),
        an_article(2, statements=(a_statement(StatementKind.DENIAL, "That is false."),)),
    ]
    told = voices(articles)
    assert list(told) == ["Denied", "Officials say"]
    assert [(one.article.id, one.statement) for one in told["Denied"]] == [(articles[0].id, denied)]


@pytest.mark.parametrize(
    ("told", "named"),
    [
        (("VSD director", "director of the Valdorian Signals Directorate", "director"),
         ["director of the Valdorian Signals Directorate"]),
        (("its director, Edmund Harrow", "Edmund Harrow", None), ["its director, Edmund Harrow"]),
        (("police", "police of Port-Clair", "ministry"), ["police of Port-Clair", "ministry"]),
        (("ministry", "Ministry"), ["ministry"]),
        (("director", "deputy director of the VSD"), ["director", "deputy director of the VSD"]),
        (("A", "B", "C", "D"), ["A", "B", "C"]),
    ],
)  # fmt: skip
def test_speaker_is_named_once_by_the_fullest_name(
    told: tuple[str | None, ...], named: list[str]
) -> None:
    said = [
        Voice(
            a_statement(StatementKind.DENIAL, f"{number} denied it").model_copy(
                update={"speaker": speaker}
            ),
            an_article(1),
            parties_in(an_article(1)),
        )
        for number, speaker in enumerate(told)
    ]
    assert speakers(said) == named


@pytest.mark.parametrize(
    ("agencies", "named"),
    [
        (("Valdorian Signals Directorate",), ["agency's director, Edmund Harrow"]),
        (
            ("Valdorian Signals Directorate", "NSA"),
            ["agency's director, Edmund Harrow", "director of the Valdorian Signals Directorate"],
        ),
        ((), ["agency's director, Edmund Harrow", "director of the Valdorian Signals Directorate"]),
    ],
)
def test_the_agency_is_the_only_one_that_its_article_names(
    agencies: tuple[str, ...], named: list[str]
) -> None:
    article = an_article(1, mentions=tuple(a_mention(MentionKind.AGENCY, one) for one in agencies))
    denial = a_statement(StatementKind.DENIAL, "denied")
    said = [
        Voice(denial.model_copy(update={"speaker": speaker}), article, parties_in(article))
        for speaker in (
            "agency's director, Edmund Harrow",
            "director of the Valdorian Signals Directorate",
        )
    ]
    assert speakers(said) == named


@pytest.mark.parametrize(
    ("vendors", "told", "named"),
    [
        (("TikTok",), ("firm", "TikTok"), ["TikTok"]),
        (("TikTok",), ("The firm",), ["TikTok"]),
        (("TikTok",), ("company", "firm's lawyer, Ana Prado"), ["firm's lawyer, Ana Prado"]),
        (("TikTok", "ByteDance"), ("firm", "TikTok"), ["firm", "TikTok"]),
        ((), ("firm", "ministry"), ["firm", "ministry"]),
        (("TikTok",), ("company secretary",), ["company secretary"]),
    ],
)
def test_the_firm_is_the_only_vendor_that_its_article_names(
    vendors: tuple[str, ...], told: tuple[str, ...], named: list[str]
) -> None:
    article = an_article(1, mentions=tuple(a_mention(MentionKind.VENDOR, one) for one in vendors))
    denial = a_statement(StatementKind.DENIAL, "denied")
    said = [
        Voice(denial.model_copy(update={"speaker": one}), article, parties_in(article))
        for one in told
    ]
    assert speakers(said) == named


def test_a_person_is_one_speaker_wherever_the_office_stands() -> None:
    person = a_mention(MentionKind.PERSON, "Ana Prado")
    article = an_article(1, title="Ana Prado denies", mentions=(person,))
    denial = a_statement(StatementKind.DENIAL, "denied")
    said = [
        Voice(denial.model_copy(update={"speaker": one}), article, parties_in(article))
        for one in ("Ana Prado, its director", "head of the VSD, Ana Prado", "Ana Prado")
    ]
    assert speakers(said) == ["Ana Prado, its director"]


def test_speakers_of_a_hostile_story_are_named_quickly() -> None:
    article = an_article(1)
    parties = parties_in(article)
    denial = a_statement(StatementKind.DENIAL, "denied")
    said = [
        Voice(denial.model_copy(update={"speaker": f"Ana {n} B"}), article, parties)
        for n in range(2_000)
    ]
    assert speakers(said) == ["Ana 0 B", "Ana 1 B", "Ana 2 B"]
    assert grows_evenly(lambda size: speakers(said[:size]), 250)


def test_topics_are_ordered_by_highest_score() -> None:
    def tagged(number: int, **scores: float) -> Article:
        tags = (Tag(topic=topic, score=score) for topic, score in scores.items())
        return an_article(number, tags=(Tag(topic=SURVEILLANCE, score=1.0), *tags))

    told = topics([tagged(1, leaks=0.7, spyware=0.9), tagged(2, spyware=0.6)])
    assert [(tag.topic, tag.score) for tag in told] == [("spyware", 0.9), ("leaks", 0.7)]


def test_reasons_are_the_first_distinct_phrases() -> None:
    several = tuple(map(evidence, ("spyware", "Spyware", "phones", "court", "police")))
    other = Tag(topic="leaks", score=1.0, evidence=(evidence("leaked"),))
    article = an_article(tags=(other, Tag(topic=SURVEILLANCE, score=1.0, evidence=several)))
    shown = [one.phrase for one in reasons(article, "News")]
    assert shown == ["spyware", "phones", "court"][:PHRASES]
    assert reasons(an_article(), "News") == []


def test_a_passage_is_quoted_once_with_its_reasons_by_topic_and_the_headline_first() -> None:
    def piece(field: TextField, start: int, phrase: str, why: str) -> Evidence:
        return Evidence(field=field, start=start, end=start + len(phrase), phrase=phrase, why=why)

    tags = [
        Tag(
            topic=SURVEILLANCE,
            score=1.0,
            evidence=(
                piece("text", 30, "Agents read letters", "a sense"),
                piece("text", 60, "Agents read letters", "again"),
            ),
        ),
        Tag(
            topic="leaks",
            score=0.8,
            evidence=(
                piece("text", 0, "A clerk told", "a phrase"),
                piece("text", 30, "Agents read letters", "a word"),
                piece("title", 0, "Leak", "a name"),
            ),
        ),
    ]
    assert passages(tags) == [
        Passage("title", "Leak", {"leaks": "a name"}),
        Passage("text", "A clerk told", {"leaks": "a phrase"}),
        Passage("text", "Agents read letters", {SURVEILLANCE: "a sense", "leaks": "a word"}),
    ]
    assert passages([]) == []


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ('"We read letters"', True),
        ("“We read letters.”", True),
        ("“We read letters”.", True),
        ("„Wir lesen Briefe“", True),
        ("« Nous lisons des lettres »", True),
        ("»Wir lesen Briefe«", True),
        ("\u2018We read letters\u2019", True),
        ('"We read letters," he said', False),
        ('He said: "We read letters"', False),
        ("We read letters", False),
        ('"', False),
        ("", False),
    ],
)
def test_a_phrase_with_quotation_marks_of_its_own_is_known(phrase: str, expected: bool) -> None:
    assert is_quoted(phrase) is expected


def test_a_phrase_that_repeats_the_headline_above_is_left_out_beside_others() -> None:
    headline = "Spyware found on phones"
    whole, part = (
        Evidence(field=field, start=0, end=len(phrase), phrase=phrase, why="a sense")
        for field, phrase in (("title", headline), ("text", "Spyware"))
    )
    article = an_article(
        title=headline,
        text="Spyware was found.",
        tags=(Tag(topic=SURVEILLANCE, score=0.9, evidence=(whole, part)),),
    )
    assert reasons(article, headline) == [part]
    assert reasons(article, "Court hears of phones") == [whole]
    alone = (Tag(topic=SURVEILLANCE, score=0.9, evidence=(whole,)),)
    assert reasons(article.model_copy(update={"tags": alone}), headline) == [whole]
