"""The sentences of a text, with the verbs that count."""

import pytest
from one_sentence import prose_of, sentence_of

from enrich.statements.reader import sentences
from enrich.statements.spelt import Spelt


@pytest.mark.parametrize(
    ("language", "text", "senses"),
    [
        ("en", "The ministry confirmed it.", {"confirm"}),
        ("en", "The ministry did not deny it.", set()),
        ("en", "The firm may deny it.", set()),
        ("en", "The firm in May confirmed it.", {"confirm"}),
        ("en", "A court-confirmed lamp, police said.", {"say"}),
        ("de", "Das räumte ein Sprecher ein.", {"confirm", "confirm_flat"}),
        ("de", "Das Gericht verbot die Lampe nicht.", set()),
        ("de", "Das Gericht verbot eine nicht genannte Lampe.", {"rule"}),
        ("en", "The No. 2 court banned it.", {"rule"}),
        ("fr", "« Jamais », tempête le ministre.", {"say"}),
    ],
)
def test_a_verb_counts_unless_its_sentence_takes_it_away(
    language: str, text: str, senses: set[str]
) -> None:
    assert sentence_of(text, language).verbs.keys() == senses


def test_only_sentences_with_a_verb_are_read() -> None:
    text = "Rain fell. The ministry said so. It fell again. Police confirmed it."
    prose = prose_of(text)
    found = sentences(prose, (), Spelt(prose))
    assert [(one.first, one.last) for one in found] == [(2, 6), (9, 12)]
    assert [one.begins for one in found] == [{4}, {10}]


def test_a_headline_begins_behind_its_label() -> None:
    assert sentence_of("UPDATE 1-Harbour minister denies it", field="title").first == 2
