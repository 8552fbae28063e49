"""Where a piece of evidence begins and ends."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.phrases.endings import finish, finish_english
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
        ("Het vloog er, en de telefoons werden geteld", "en de telefoons werden geteld",
         "de telefoons werden geteld"),
        ("Là, en la rue, on lit les plaques", "en la rue", "en la rue"),
    ],
)  # fmt: skip
def test_a_piece_of_a_sentence_is_shown_with_sensible_ends(
    text: str, found: str, shown: str
) -> None:
    assert _finished(text, found, is_cut=True) == shown


@pytest.mark.parametrize(
    ("text", "found", "shown"),
    [
        ("Da a la Policía la ubicación de cualquier celular sin que lo pida un juez de Vik ni lo"
         " sepa después la persona que lo lleva", "la ubicación de",
         "la ubicación de cualquier celular"),
        ("La Corte scopre cimici in sala riunioni", "cimici in", "cimici in sala riunioni"),
        ("Buienapp verkocht locaties van gebruikers aan een handelaar in Vik die ze weer aan de"
         " politie en aan verzekeraars leverde", "verkocht locaties van",
         "verkocht locaties van gebruikers"),
        ("A app sabia onde eu estava", "sabia onde", "sabia onde eu estava"),
        ("L'app trasmetteva la posizione dei rider ogni quindici lunghi secondi e la teneva per due"
         " anni interi in un archivio di Vik", "trasmetteva la posizione dei",
         "trasmetteva la posizione"),
        ("Uma empresa em Ciudad del Este vendeu escutas a dois ministros e a um juiz que ainda"
         " hoje dizem nada saber", "empresa em Ciudad", "empresa em Ciudad del Este"),
        # An "of" that follows belongs to what stands before it.
        ("Il Garante per la protezione dei dati personali ferma il progetto del Comune di Vik che"
         " voleva confrontare i volti", "Garante per la protezione",
         "Garante per la protezione dei dati"),
        # The second part of a verb may be a small word.
        ("Das Armband zählte mit", "zählte mit", "zählte mit"),
        ("De dienst leest telefoons uit, zei hij", "leest telefoons uit", "leest telefoons uit"),
        # What is left of a part follows, such as a verb, if that makes no long piece.
        ("De dienst wilde weten waar een Iraans gezin was ondergedoken, zei hij", "weten waar",
         "weten waar een Iraans gezin was ondergedoken"),
        ("Usa reconocimiento facial de noche y de día", "reconocimiento facial",
         "reconocimiento facial de noche y de día"),
        ("Scholieren moeten vinger op scanner leggen voor een broodje", "vinger op scanner",
         "vinger op scanner leggen voor een broodje"),
        ("Das Amt soll Minister abgehört haben, sagt er", "Minister abgehört",
         "Minister abgehört haben"),
        ("De zaak: een app stuurde locaties door", "app stuurde", "app stuurde locaties door"),
        ("No es cliente de NSO Group", "cliente de NSO", "cliente de NSO Group"),
        # A quotation is closed, also after a space.
        ("Elle jure ne garder « aucun visage ».", "ne garder « aucun visage",
         "ne garder « aucun visage »"),
        # Parts of a word are no small words.
        ("Die Kamera hängt am Check-in, sagt er", "am Check-in", "am Check-in"),
        ("Lê e-mails, diz ele", "e-mails", "e-mails"),
        # A phrase that reads as one is left alone where the rest is long, or says who says so.
        ("Usa reconocimiento facial en todas las puertas por las que se entra al estadio y a la"
         " tienda de al lado", "reconocimiento facial", "reconocimiento facial"),
        ("Minister abgehört berichtet die Zeitung", "Minister abgehört", "Minister abgehört"),
    ],
)  # fmt: skip
def test_a_phrase_gets_what_its_last_word_needs_or_loses_that_word(
    text: str, found: str, shown: str
) -> None:
    assert _finished(text, found, is_cut=False) == shown


@pytest.mark.parametrize(
    ("text", "found", "shown"),
    [
        # A piece gets the rest of its part of the sentence, such as an object or a verb.
        ("The office paid detectives to follow fourteen of its clerks, a hearing was told",
         "paid detectives to follow", "paid detectives to follow fourteen of its clerks"),
        ("Broker sold map of visits to clinics, senator says", "Broker sold",
         "Broker sold map of visits to clinics"),
        ("No warrant was needed because the data was for sale.", "because the data",
         "because the data was for sale"),
        ("A machine decides who is a person and sends officers after them.",
         "decides who is a person and sends officers",
         "decides who is a person and sends officers after them"),
        ("The harbour has face matching that the court called unlawful.", "face matching",
         "face matching that the court called unlawful"),
        # A quotation is closed.
        ('The agency said it "does not have access to live film from the tower". So it is',
         'The agency said it "does not have access',
         'The agency said it "does not have access to live film from the tower"'),
        # If that is too long, it gets the rest of its clause.
        ("The commissioner has ordered a chain to switch off a trial in which every customer at"
         " all of its shops had their face matched", "commissioner has ordered a chain",
         "commissioner has ordered a chain to switch off a trial"),
        # Where even that is long, it stays as it is,
        ("Cameras in the harbour and on the market square of the town of Vik and at its two"
         " railway stations read faces", "Cameras in the harbour", "Cameras in the harbour"),
        # nor does it get who says so, or a word that needs another.
        ("Phones of reporters were read documents show, and more", "Phones of reporters were read",
         "Phones of reporters were read"),
        ("Officers with phone records said they were sorry.", "Officers with phone records",
         "Officers with phone records"),
        ("It kept phone records of, who knows, whom", "phone records", "phone records"),
        # A leading "of" goes, and an auxiliary without its verb.
        ("A form of phone tapping. It is old", "of phone tapping", "phone tapping"),
        ("The laws on phone tapping are old in all of the counties of the land and in each of its"
         " many towns and villages", "laws on phone tapping are",
         "laws on phone tapping"),
        ("The state knows who they are", "knows who they are", "knows who they are"),
        ("It kept phone records and, when asked, lied", "phone records", "phone records"),
        ("It read faces. The town knew", "read faces", "read faces"),
    ],
)  # fmt: skip
def test_a_piece_in_english_gets_the_rest_of_its_part_or_clause(
    text: str, found: str, shown: str
) -> None:
    start = text.index(found)
    bounds = finish_english(Words(text), start, start + len(found), (0, sys.maxsize))
    assert text[slice(*bounds)] == shown


def test_a_piece_in_english_leaves_other_pieces_their_room() -> None:
    text = "Paid detectives to follow clerks with cameras"
    room = (0, text.index("clerks"))
    assert finish_english(Words(text), 0, text.index(" to"), room) == (0, text.index(" to"))


@given(
    st.lists(
        st.sampled_from(
            ["de", "la", "que", "y", "cartas", "Vik", "«", "»", ",", ".", "mit", "and", "who", '"']
        )
    ),
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
    found = words.starts[first], words.ends[last]
    for start, end in (
        finish(words, *found, room, is_cut=is_cut),
        finish_english(words, *found, room),
    ):
        assert room[0] <= start < end <= room[1]


def _finished(text: str, found: str, *, is_cut: bool) -> str:
    start = text.index(found)
    room = (0, sys.maxsize)
    return text[slice(*finish(Words(text), start, start + len(found), room, is_cut=is_cut))]
