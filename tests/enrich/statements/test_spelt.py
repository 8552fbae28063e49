"""Names that only an article's spelling shows."""

import pytest
from one_sentence import prose_of, sentence_of, text_of, verb_of

from enrich.statements.spelt import Spelt


@pytest.mark.parametrize(
    ("language", "text", "sentence", "name"),
    [
        ("en", "The riders of Bringello left.", "Bringello denies that.", "Bringello"),
        ("en", "The riders of Bringello left.", "Bringello, of Leeds, denies that.", "Bringello"),
        ("en", "The riders of Bringello left.", "Riders of Bringello denies that.", None),
        ("en", "A rider left.", "Rider denies that.", None),
        ("en", "Kestrel Lamps left.", "Kestrel Lamps denies that.", "Kestrel Lamps"),
        ("en", "Kestrel left. Lamps left.", "Kestrel Lamps denies that.", None),
        ("en", "Monday Lamps left.", "Lamps denies that.", None),
        ("es", "Compró Aceites. Vio el Norte.", "Aceites del Norte negó que espiara.", None),
        ("es", "Los de Aceites del Norte.", "Aceites del Norte negó que espiara.",
         "Aceites del Norte"),
    ],
)  # fmt: skip
def test_the_name_before_a_verb(language: str, text: str, sentence: str, name: str | None) -> None:
    one = sentence_of(sentence, language)
    assert text_of(one, Spelt(prose_of(text, language)).before(one, verb_of(one, "deny"))) == name


@pytest.mark.parametrize(("text", "name"), [("Le patron de Quaillard.", "Quaillard"), ("", None)])
def test_the_name_behind_a_quotation_and_a_verb(text: str, name: str | None) -> None:
    one = sentence_of("« Faux », écrit Quaillard.", "fr")
    assert text_of(one, Spelt(prose_of(text, "fr")).behind(one, verb_of(one, "say"))) == name


@pytest.mark.parametrize(
    ("language", "text", "firms"),
    [
        ("en", "The broker Sprocketly left.", {"sprocketly"}),
        ("en", "Its maker, Tall Gates, left.", {"tall", "gates"}),
        ("en", "Tall Gates, a broker of lists, left.", {"tall", "gates"}),
        ("en", "In Tall Gates, a broker of lists left.", set()),
        ("en", "In May, the broker said on Monday.", set()),
        ("en", "The lawmaker Prado left.", set()),
        ("en", "THE BROKER SPROCKETLY LEFT.", set()),
        ("de", "Der Datenhändler Sprocketly ging.", {"sprocketly"}),
        ("fr", "L'entreprise Sprocketly part.", {"sprocketly"}),
    ],
)
def test_a_firm_is_known_by_the_noun_beside_its_name(
    language: str, text: str, firms: set[str]
) -> None:
    assert Spelt(prose_of(text, language)).firms == firms
