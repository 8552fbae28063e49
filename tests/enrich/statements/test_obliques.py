"""Which names are no subjects."""

import pytest
from one_sentence import sentence_of

from enrich.statements.obliques import has_preposition, is_cited, is_nobody


@pytest.mark.parametrize(
    ("language", "text", "oblique"),
    [
        ("en", "The ministry denied it.", False),
        ("en", "A diver near the ministry denied it.", True),
        ("en", "A diver suing the ministry denied it.", True),
        ("en", "A statement from the ministry said so.", False),
        ("en", "With two children inside, police said so.", False),
        ("de", "Nach den Angaben der Polizei bestritt er es.", True),
        ("de", "Das sagte der Polizei ein Taucher.", True),
        ("es", "Desde el ministerio niegan la noticia.", False),
        ("pt", "O mergulhador do atual governo negou a notícia.", True),
        ("it", "Lo accusa, ma quello che il ministero nega è vero.", False),
    ],
)
def test_a_name_that_something_governs_is_no_subject(
    language: str, text: str, oblique: bool
) -> None:
    sentence = sentence_of(text, language)
    assert has_preposition(sentence, sentence.names[0]) == oblique


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("The claim is false, according to the ministry.", True),
        ("The claim is false, it said to the ministry.", False),
        ("The claim is false, according to ministry documents.", False),
        ("The claim is false, read a statement from the ministry.", True),
        ("The claim is false, read a letter from the ministry.", False),
    ],
)
def test_what_is_told_on_somebodys_word(text: str, cited: bool) -> None:
    sentence = sentence_of(text)
    assert is_cited(sentence, sentence.names[-1]) == cited


@pytest.mark.parametrize(
    ("text", "nobody"),
    [
        ("No official confirmed it.", True),
        ("No 10 officials confirmed it.", False),
        ("Never has a court confirmed it.", True),
        ("The official confirmed it.", False),
    ],
)
def test_a_negated_name_is_nobodys(text: str, nobody: bool) -> None:
    sentence = sentence_of(text)
    assert is_nobody(sentence, sentence.names[0]) == nobody
