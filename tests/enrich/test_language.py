"""Language detection: the newsroom's languages, and an honest "" where nothing is sure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.language import LANGUAGES, language


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "The council voted on Tuesday to take the cameras down again."),
        ("de", "Der Stadtrat beschloss am Dienstag, die Kameras wieder abzubauen."),
        ("fr", "Le conseil municipal a décidé mardi de retirer les caméras de la place."),
        ("es", "El ayuntamiento decidió el martes retirar las cámaras de la plaza."),
        ("it", "Il consiglio comunale ha deciso martedì di togliere le telecamere dalla piazza."),
        ("pt", "A câmara municipal decidiu na terça-feira retirar as câmaras da praça."),
        ("nl", "De gemeenteraad besloot dinsdag de camera's op het plein weg te halen."),
        ("pl", "Rada miasta postanowiła we wtorek usunąć kamery z placu."),
    ],
)
def test_the_language_is_detected(code: str, text: str) -> None:
    assert language(text) == code


@pytest.mark.parametrize("text", ["", "   ", "NSA", "Police", "12 345 678 900 000", "?! ... --"])
def test_an_unclear_language_is_empty(text: str) -> None:
    assert language(text) == ""


@given(st.text())
def test_any_text_gets_a_known_code_or_nothing(text: str) -> None:
    assert language(text) in {"", *LANGUAGES}


def test_only_the_beginning_of_a_long_text_counts() -> None:
    english = "The council voted to take the cameras down again. " * 60
    assert language(english + "Der Stadtrat beschloss, die Kameras abzubauen. " * 500) == "en"
