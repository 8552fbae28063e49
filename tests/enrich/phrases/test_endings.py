"""Where evidence begins and ends in the tagged languages other than English."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.phrases.endings import finish
from enrich.tagging.evidence import SAYS_SO, Reason, finished
from enrich.tagging.features import Reading
from enrich.words import Words


@pytest.mark.parametrize(
    ("text", "found", "shown"),
    [
        # A piece of a sentence is shown with the rest of its part, on either side.
        ("Das Amt in Vik hat nach Angaben der Kammer auch die Post an Anwälte geöffnet. Nun",
         "Das Amt in Vik hat nach Angaben der Kammer auch die Post",
         "Das Amt in Vik hat nach Angaben der Kammer auch die Post an Anwälte geöffnet"),
        ("A la una, la corte de Vik ordena al club borrar las caras", "ordena al club",
         "la corte de Vik ordena al club borrar las caras"),
        # Where that is too long, it loses what its last word would need,
        ("Advogada que atende famílias de Vik diz que ao menos dois clientes foram levados dali"
         " depois de uma consulta ao sistema", "Advogada que atende famílias de Vik diz que",
         "Advogada que atende famílias de Vik diz"),
        ("Un juge de Vik veut voir le papier avant que la police ne branche dans la rue cette borne"
         " qui aspire tous les noms", "Un juge de Vik veut voir le papier avant que",
         "Un juge de Vik veut voir le papier"),
        ("Das Amt in Vik hat im Hafen innerhalb von dreißig Tagen rund neunhundert Gespräche von"
         " Anwälten mit ihren Mandanten abgehört", "Das Amt in Vik hat im Hafen innerhalb",
         "Das Amt in Vik hat im Hafen"),
        # or gets the rest of a noun's part, whose "of" would begin or follow it.
        ("Dos jubilados de correos contaron en mayo ante la Comisión de la Verdad que un capitán"
         " pasaba a mediodía por las cartas de Vik y de todos los pueblos de alrededor",
         "de la Verdad que un capitán pasaba a mediodía",
         "Comisión de la Verdad que un capitán pasaba a mediodía"),
        ("Dos jubilados de correos contaron en mayo ante la Comisión de la Verdad que un capitán"
         " pasaba a mediodía por las cartas de Vik",
         "Dos jubilados de correos contaron en mayo ante la Comisión",
         "Dos jubilados de correos contaron en mayo ante la Comisión de la Verdad"),
        # An "and" opens no piece, nor ends one.
        ("Ein Foto, und die Maschine nannte ihren Namen", "und die Maschine nannte ihren Namen",
         "die Maschine nannte ihren Namen"),
        ("Leyó las cartas y, si podía, las copió", "Leyó las cartas y", "Leyó las cartas"),
    ],
)  # fmt: skip
def test_a_piece_of_a_sentence_is_shown_with_sensible_ends(
    text: str, found: str, shown: str
) -> None:
    assert _finished(text, found, is_cut=True) == shown


@pytest.mark.parametrize(
    ("text", "found", "shown"),
    [
        ("Da a la Policía la ubicación de cualquier celular sin que lo pida un juez",
         "la ubicación de", "la ubicación de cualquier celular"),
        ("La Corte scopre cimici in sala riunioni", "cimici in", "cimici in sala riunioni"),
        ("Buienapp verkocht locaties van gebruikers aan een handelaar in Vik",
         "verkocht locaties van", "verkocht locaties van gebruikers"),
        ("A app sabia onde eu estava", "sabia onde", "sabia onde eu estava"),
        ("L'app trasmetteva la posizione dei rider ogni quindici lunghi secondi",
         "trasmetteva la posizione dei", "trasmetteva la posizione"),
        ("Uma empresa em Ciudad del Este vendeu escutas a dois ministros", "empresa em Ciudad",
         "empresa em Ciudad del Este"),
        # The second part of a verb may be a small word.
        ("Das Armband zählte mit", "zählte mit", "zählte mit"),
        ("De dienst leest telefoons uit in Vik", "leest telefoons uit", "leest telefoons uit"),
        # The few words that are left of a part follow, such as a verb.
        ("Das Amt soll Minister abgehört haben, sagt er", "Minister abgehört",
         "Minister abgehört haben"),
        ("De zaak: een app stuurde locaties door", "app stuurde", "app stuurde locaties door"),
        ("No es cliente de NSO Group", "cliente de NSO", "cliente de NSO Group"),
        # A quotation is closed, also after a space.
        ("Elle jure ne garder « aucun visage ».", "ne garder « aucun visage",
         "ne garder « aucun visage »"),
        # Parts of a word are no small words.
        ("Kameras am Check-in zählen alle Reisenden mit", "Check-in", "Check-in"),
        ("Lê e-mails de todos os jornalistas", "e-mails", "e-mails"),
        # A phrase that reads as one is left alone.
        ("Usa reconocimiento facial de noche y de día", "reconocimiento facial",
         "reconocimiento facial"),
    ],
)  # fmt: skip
def test_a_phrase_gets_what_its_last_word_needs_or_loses_that_word(
    text: str, found: str, shown: str
) -> None:
    assert _finished(text, found, is_cut=False) == shown


def test_pieces_do_not_grow_into_each_other() -> None:
    text = "A corte de Vik afirma que o aparelho lia as mensagens"
    reading = Reading(Words(""), Words(text), [], [])
    cut = text.index("o aparelho")
    pieces = [
        Reason("text", cut, len(text), 1.0, SAYS_SO),
        Reason("text", 0, cut - 1, 2.0, SAYS_SO),
    ]
    shown = [text[one.start : one.end] for one in finished(reading, pieces)]
    assert shown == ["A corte de Vik afirma", "o aparelho lia as mensagens"]


@given(
    st.lists(st.sampled_from(["de", "la", "que", "y", "cartas", "Vik", "«", "»", ",", ".", "mit"])),
    st.booleans(),
    st.data(),
)
def test_a_piece_stays_within_its_room(
    pieces: list[str], is_cut: bool, data: st.DataObject
) -> None:
    words = Words(" ".join(pieces))
    if not len(words):
        return
    bounds = [0, 0, 0, 0]
    for place in range(4):
        bounds[place] = data.draw(st.integers(bounds[place - 1] if place else 0, len(words) - 1))
    low, first, last, high = bounds
    room = (words.starts[low], words.ends[high])
    start, end = finish(words, words.starts[first], words.ends[last], room, is_cut=is_cut)
    assert room[0] <= start < end <= room[1]


def _finished(text: str, found: str, *, is_cut: bool) -> str:
    start = text.index(found)
    room = (0, sys.maxsize)
    return text[slice(*finish(Words(text), start, start + len(found), room, is_cut=is_cut))]
