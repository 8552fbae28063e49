"""The words of a text, and what joins and parts them."""

import pytest
from one_sentence import prose_of

from enrich.statements.prose import without_quotes


@pytest.mark.parametrize(
    ("content", "joined"),
    [
        ("harbour police", True),
        ("ex-minister", True),
        ("ministry's lawyer", True),
        ("Norland \u2019s senate", True),
        ("divers, police", False),
        ("divers: police", False),
        ("divers \u2014 police", False),
    ],
)
def test_words_of_one_name_are_joined(content: str, joined: bool) -> None:
    prose = prose_of(content)
    assert prose.joined(len(prose.words) - 1) == joined
    assert not prose.joined(0)


def test_an_address_has_no_words_and_a_title_ends_no_sentence() -> None:
    prose = prose_of("See https://a.example/police or Sen. Prado. She left.")
    assert prose.words == ["See", "or", "Sen", "Prado", "She", "left"]
    assert prose.breaks == [4]
    assert prose.text_between(0, 1) == " https://a.example/police "


@pytest.mark.parametrize(
    ("content", "breaks"),
    [
        ("He left\u2026 which was accepted.", []),
        ("He left\u2026 Police denied it.", [2]),
        ("He left\u2026\nit rained.", [2]),
        ("Calif. Police denied it.", []),
    ],
)
def test_a_mark_of_omission_or_a_short_state_ends_no_sentence(
    content: str, breaks: list[int]
) -> None:
    assert prose_of(content).breaks == breaks


def test_links_lead_on_and_may_lean_on_what_follows() -> None:
    prose = prose_of("ministre de rang d'État", "fr")
    assert [prose.is_link(place) for place in range(4)] == [False, True, False, True]
    assert [prose.is_leaning(place) for place in range(4)] == [False, False, False, True]


def test_some_quoted_words_end_no_clause() -> None:
    assert without_quotes(' was "sad" and ') == " was  and "
    assert without_quotes(' was "sad. It" and ') == ' was "sad. It" and '
