"""A query explained clause by clause: what matches in an article, and where. `tests/search` checks
that this agrees with the indexes."""

from __future__ import annotations

import pytest
from factories import NOON, a_mention, a_statement, an_article
from hypothesis import given
from hypothesis import strategies as st

from core.clauses import MAX_FOUND, Clause, Explainer, compile_pattern, matched_phrases
from core.conditions import Names
from core.query import parse

TEXT = "The spies tapped Müller. Nobody spied on the court. Spying is spying."
DENIAL = "Nobody spied on the court."
ARTICLE = an_article(
    title="Müller's spies",
    text=TEXT,
    outlet="The Daily",
    score=0.7,
    statements=(
        a_statement(
            "denial", DENIAL, start=TEXT.index(DENIAL), end=TEXT.index(DENIAL) + len(DENIAL)
        ),
    ),
    mentions=(
        a_mention(
            "person", "Hans Müller", field="text", start=TEXT.index("Müller"), end=TEXT.index(". N")
        ),
        a_mention("person", "Hans Müller", end=len("Müller")),
    ),
)


def read(query: str) -> Clause:
    return Explainer(ARTICLE).explain(parse(query).at(NOON).condition)


def phrases(query: str) -> list[str]:
    return [one.phrase for one in matched_phrases(read(query))]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("muller", ["Müller", "Müller"]),
        ('"tapped muller"', ["tapped Müller"]),
        ("text:cou*", ["court"]),
        ("text:t?pped", ["tapped"]),
        ("tapped AND court", ["tapped", "court"]),
        ("tapped OR cake", ["tapped"]),
        ("court AND NOT cake", ["court"]),
        ("NOT (NOT court)", ["court"]),
        ("court AND cake", []),
        ("outlet:the*", []),
        ("statement:denial", [DENIAL]),
        ("statement:*", [DENIAL]),
        ("statement:court", []),
        ("person:hans*", ["Müller", "Müller"]),
        ("mention:*", ["Müller", "Müller"]),
        ("person:* NOT person:hans*", []),
        ("vendor:*", []),
    ],
)
def test_phrases_that_meet_a_query_are_shown_as_written(query: str, shown: list[str]) -> None:
    assert phrases(query) == shown


def test_a_country_is_shown_by_the_places_that_lie_in_it() -> None:
    named = (
        a_mention("place", "Athens", country="GR", end=6),
        a_mention("vendor", "NSO Group", country="GR", start=7, end=10),
        a_mention("place", "Paris", country="FR", start=11, end=16),
    )
    article = an_article(title="Athens NSO Paris", mentions=named)
    clause = Explainer(article).explain(parse("country:gr").condition)
    assert [one.phrase for one in matched_phrases(clause)] == ["Athens"]


def test_only_the_first_few_matches_are_shown_title_before_text() -> None:
    article = an_article(title="Spied on", text="Spies spied. He was spied on, spied out, spied.")
    found = Explainer(article).explain(parse("spied").condition).found
    assert [(one.field, one.phrase) for one in found] == [
        ("title", "Spied"),
        ("text", "Spies"),
        ("text", "spied"),
    ]
    assert len(found) == MAX_FOUND


SEEN, NOW, NEXT = "first_seen is", "2026-03-01 12:00:00", "2026-03-02 00:00:00"


@pytest.mark.parametrize(
    ("query", "says", "matched", "value"),
    [
        ("score:[0.5 TO 1]", "score is from 0.5 up to 1", True, "0.7"),
        ("score:>0.7", "score is above 0.7", False, "0.7"),
        ("score:<=0.7", "score is up to 0.7", True, "0.7"),
        ("score:<=0.5", "score is up to 0.5", False, "0.7"),
        ("score:<0.7", "score is below 0.7", False, "0.7"),
        ("score:0.7", "score is 0.7", True, "0.7"),
        ("first_seen:2026-03-01", f"{SEEN} from 2026-03-01 00:00:00 before {NEXT}", True, NOW),
        ("first_seen:<2026-03-01T12", f"{SEEN} before {NOW}", False, NOW),
        ("first_seen:>=2026-03-01T12", f"{SEEN} from {NOW}", True, NOW),
        ('outlet:"the daily"', "outlet is “the daily”", True, "The Daily"),
        ("outlet:other", "outlet is “other”", False, "The Daily"),
        ("story:*", "story has a value", False, ""),
        ("published:*", "published has a value", False, ""),
        ("*", "any article", True, ""),
    ],
)
def test_a_clause_names_its_condition_and_the_articles_value(
    query: str, says: str, matched: bool, value: str
) -> None:
    clause = read(query)
    assert (clause.says, clause.matched, clause.value) == (says, matched, value)


def test_each_part_of_a_query_says_whether_it_is_met() -> None:
    clause = read("tapped AND (cake OR NOT court)")
    assert (clause.says, clause.matched) == ("all of", False)
    tapped, either = clause.of
    assert (tapped.matched, either.says, either.matched) == (True, "one of", False)
    assert [(part.says, part.matched) for part in either.of][1] == ("not", False)


def test_a_label_is_that_of_a_feed_which_lists_the_article() -> None:
    feed = "https://example.com/RSS"
    article = an_article(feeds=(feed,))
    asked = parse("label:Press")
    for feeds, matched in ((frozenset({feed.lower()}), True), (frozenset({"other"}), False)):
        found = asked.at_present(NOON, Names({}, {"press": feeds})).condition
        clause = Explainer(article).explain(found)
        assert clause.says == "a feed that lists it has the label “press”"
        assert (clause.matched, clause.value) == (matched, feed)
    with pytest.raises(TypeError, match="looked up"):
        Explainer(article).explain(asked.condition)


def test_unresolved_relative_dates_are_refused() -> None:
    with pytest.raises(TypeError, match=r"Ago|counted"):
        Explainer(ARTICLE).explain(parse("first_seen:>now-2d").condition)


@given(
    text=st.lists(st.sampled_from(["spy", "Straße", "e\u0301cole", "監視", ".", " "])).map(
        " ".join
    ),
    query=st.sampled_from(["spy", "strasse", "école", "監視", "str*", '"spy strasse"', "?py"]),
)
def test_shown_phrases_are_at_their_stated_offsets(text: str, query: str) -> None:
    article = an_article(title="", text=text)
    clause = Explainer(article).explain(parse(query).condition)
    assert clause.matched == bool(clause.found)
    for one in clause.found:
        assert article.text[one.start : one.end] == one.phrase
        alone = an_article(title="", text=one.phrase)
        assert Explainer(alone).explain(parse(query).condition).matched


def _fits(pattern: str, value: str) -> bool:
    """What a pattern means, one character at a time."""
    if not pattern:
        return not value
    if pattern[0] == "*":
        return any(_fits(pattern[1:], value[at:]) for at in range(len(value) + 1))
    literal = pattern[0] == "\\"
    sign, left = (pattern[1], pattern[2:]) if literal else (pattern[0], pattern[1:])
    return (
        bool(value)
        and (value[0] == sign or (sign == "?" and not literal))
        and _fits(left, value[1:])
    )


def test_each_name_is_shown_before_one_comes_again() -> None:
    at = [a_mention("vendor", name, start=n, end=n + 1) for n, name in enumerate("AABAC")]
    article = an_article(title="aAbac", text="", mentions=tuple(at))
    clause = Explainer(article).explain(parse("vendor:*").condition)
    assert "".join(one.phrase for one in clause.found) == "abc"
    assert "".join(article.title[one.start] for one in clause.told) == "abcAa"


@given(
    pieces=st.lists(st.sampled_from(["a", "b", "*", "?", r"\*", r"\?", r"\\", "\n"]), max_size=8),
    value=st.text("ab*?\\\n", max_size=8),
)
def test_a_compiled_pattern_means_what_its_characters_say(pieces: list[str], value: str) -> None:
    pattern = "".join(pieces)
    assert (compile_pattern(pattern).fullmatch(value) is not None) == _fits(pattern, value)


def test_a_pattern_with_many_stars_matches_quickly() -> None:
    # Backtracking over twenty stars would never end.
    assert compile_pattern("*" + "a*" * 20 + "b").fullmatch("a" * 100) is None
    assert compile_pattern("*" + "a*" * 20 + "b").fullmatch("a" * 100 + "b") is not None
