"""The polyglot: similar meanings are near each other in any language, and no text breaks it."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enrich.meanings import COMMON_WIDTH
from enrich.tagging.polyglot import Polyglot

POLYGLOT = Polyglot()

TAPPED = {
    "en": "Secret service tapped the phones of two ministers, court hears",
    "de": "Geheimdienst hörte die Telefone zweier Minister ab, sagt das Gericht",
    "fr": "Les services secrets ont écouté les téléphones de deux ministres, selon le tribunal",
    "es": "El servicio secreto intervino los teléfonos de dos ministros, según el tribunal",
    "it": "I servizi segreti intercettavano i telefoni di due ministri, dice il tribunale",
    "pt": "Serviços secretos escutaram os telefones de dois ministros, ouviu o tribunal",
    "nl": "Geheime dienst tapte telefoons van twee ministers af, hoort rechtbank",
}
SWUM = {
    "en": "Town opens its new swimming pool after two years of building",
    "de": "Stadt eröffnet nach zwei Jahren Bauzeit ihr neues Schwimmbad",
    "fr": "La ville ouvre sa nouvelle piscine après deux ans de travaux",
    "es": "La ciudad abre su nueva piscina tras dos años de obras",
    "it": "La città apre la nuova piscina dopo due anni di lavori",
    "pt": "A cidade abre a nova piscina depois de dois anos de obras",
    "nl": "Stad opent nieuw zwembad na twee jaar bouwen",
}


def test_a_meaning_is_a_unit_vector() -> None:
    meaning = POLYGLOT.meaning(TAPPED["en"])
    assert meaning.shape == (COMMON_WIDTH,)
    assert np.linalg.norm(meaning) == pytest.approx(1, abs=1e-5)


def test_translations_in_seven_languages_have_near_meanings() -> None:
    tapped = [POLYGLOT.meaning(text) for text in TAPPED.values()]
    swum = [POLYGLOT.meaning(text) for text in SWUM.values()]
    nearest_apart = max(float(one @ other) for one, other in product(tapped, swum))
    for translations in (tapped, swum):
        assert (
            min(float(one @ other) for one, other in product(translations, translations))
            > nearest_apart + 0.2
        )


def test_text_beyond_the_last_piece_changes_nothing() -> None:
    word = "ministers "
    assert (POLYGLOT.meaning(word * 100) == POLYGLOT.meaning(word * 100 + "swim")).all()


@settings(max_examples=25)
@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    assert np.isfinite(POLYGLOT.meaning(text)).all()


@pytest.mark.parametrize("text", ["", "你好世界", "Привет, мир", "\u200b", "e\u0301" * 50])
def test_unknown_letters_do_not_break_it(text: str) -> None:
    assert np.isfinite(POLYGLOT.meaning(text)).all()
