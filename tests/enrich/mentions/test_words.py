"""The capitalised words of a text, and the words before and after a span."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.mentions.words import capitalised, word_after, word_before


@pytest.mark.parametrize(
    ("before", "word"),
    [
        ("said ", "said"),
        ("met Mr. ", "Mr."),
        ("(in ", "in"),
        ("the paper's ", "paper's"),
        ("said  ", ""),
        ("said, ", ""),
        ("said", ""),
        (" ", ""),
        ("", ""),
        ("a " * 20, "a"),
        ("Überwachungsgesamtrechnungsgesetz ", "achungsgesamtrechnungsgesetz"[-23:]),
    ],
)
def test_the_word_before_a_span_is_found(before: str, word: str) -> None:
    assert word_before(f"{before}Snowden", len(before)) == word


@given(st.text(alphabet="aÉ9_.'- \n(,²", max_size=40))
def test_the_word_before_agrees_with_a_regular_expression(before: str) -> None:
    found = re.search(r"([\w'.-]+) \Z", before[-24:])

    assert word_before(f"{before}X", len(before)) == (found[1] if found else "")


def test_the_word_after_a_span_is_found() -> None:
    assert word_after("Austin police said", 6) == "police"
    assert word_after("Austin, police said", 6) == ""


def test_capitalised_words_start_at_the_beginning_of_a_word() -> None:
    words = capitalised("An iPhone of Marie-Ange's and the NSA_X; Ärzte, ¿Qué?")

    assert [word.text for word in words] == ["An", "Marie-Ange", "NSA_X", "Ärzte", "Qué"]
