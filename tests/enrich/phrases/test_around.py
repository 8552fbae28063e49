"""The clause that is shown around a phrase."""

import pytest

from enrich.phrases.around import in_clause
from enrich.words import Words


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        # A single word says too little.
        ("A federal judge bars police from buying records", "judge",
         "A federal judge bars police from buying records"),
        ("Workers at a parcel hub wear bands that log each pause longer than half a minute",
         "Workers", "Workers at a parcel hub wear bands"),
        ("It was sold to the police", "police", "It was sold to the police"),
        ("Filings at the powers tribunal show, it said", "tribunal",
         "Filings at the powers tribunal"),
        ("Cameras helped to round up supporters, police say", "police",
         "Cameras helped to round up supporters, police say"),
        ("Rules of May; after cameras matched fans to a list", "cameras",
         "cameras matched fans to a list"),
        ("The road was closed, Pegasus.", "Pegasus", "The road was closed, Pegasus"),
        ("Its maker, NSO, did not respond to a request for comment", "comment", "comment"),
        ("Pegasus", "Pegasus", "Pegasus"),
        ("A man refuses to show his phone to border officers, he says", "border",
         "A man refuses to show his phone to border officers"),
        ("Citizen Lab examined all phones, it said", "Citizen Lab",
         "Citizen Lab examined all phones"),
        ("The firm denied that staff look at the screens of pupils", "staff",
         "The firm denied that staff look at the screens of pupils"),
        ("Broker sold movements of soldiers, files show", "files show",
         "Broker sold movements of soldiers, files show"),
        ("Slides describe how agents in the north link names of people who sent them pictures of"
         " themselves", "Slides describe",
         "Slides describe how agents in the north link names of people"),
        ("According to papers seen by the Ledger, cameras scanned faces", "According to papers",
         "According to papers seen by the Ledger"),
        ("Officers may search the recordings by face, it says", "by face",
         "Officers may search the recordings by face"),
        # A verb of saying is left out with its auxiliary, and no "and" ends the clause.
        ("The panel of judges for the north had found that more than ninety got the texts", "panel",
         "The panel of judges for the north"),
        ("The firm said it sells no spyware for phones and that it would help", "spyware",
         "The firm said it sells no spyware for phones"),
        # So is one whose words are cut off.
        ("The ombudsman for all of the north said her office had asked for the slides of all the"
         " towns", "ombudsman", "The ombudsman for all of the north"),
        # Who watches over watching is no reason without what was done.
        ("The federal data protection commissioner, Ana Prado, has called for the copies to be"
         " destroyed", "data protection commissioner",
         "The federal data protection commissioner, Ana Prado, has called for the copies to be"
         " destroyed"),
        ("The spy agency in the north has a long list of what it wants to be read by all of its"
         " new agents", "spy agency", "spy agency"),
        # A number ends a sentence where the next one clearly begins.
        ("They lost by 41 to 6. The law helps police", "law", "The law helps police"),
        # A sentence may begin with a preposition.
        ("He wept. At the court in May he wept", "court", "At the court in May he wept"),
        ("They asked for all of it. That is a general warrant, he wrote", "warrant",
         "That is a general warrant"),
        # Only part of a long phrase is shown.
        ("The large firms in all of the north of the land and the west scan chats for police",
         "police", "the west scan chats for police"),
        # A phrase that spans a comma begins where its clause begins.
        ("Deputies searched 4,000 phones last year, most without a warrant",
         "phones last year, most without a warrant",
         "Deputies searched 4,000 phones last year, most without a warrant"),
        ("He bought movements from a broker, records show", "movements from a broker, records",
         "He bought movements from a broker, records show"),
        # Markup is not prose, and a whole phrase stays as it is.
        ("News | Court | Agents tapped phones", "Court", "Court"),
        ("Agents tapped the phones of an editor in May", "tapped the phones", "tapped the phones"),
    ],
)  # fmt: skip
def test_a_phrase_that_says_too_little_is_shown_with_its_clause(
    text: str, found: str, expected: str
) -> None:
    start = text.index(found)
    first, end = in_clause(Words(text), start, start + len(found))
    assert text[first:end] == expected


def test_a_part_of_a_phrase_is_shown_with_its_clause() -> None:
    text = "Officers of the security agency read letters"
    found = (text.index("security"), text.index(" read"))
    assert text[slice(*in_clause(Words(text), *found))] == "security agency"
    assert text[slice(*in_clause(Words(text), *found, is_part=True))] == text


def test_in_other_languages_only_commas_end_a_clause() -> None:
    text = "El CNI espió a seis abogados con Pegasus, según un informe"
    start = text.index("espió")
    first, end = in_clause(Words(text, english=False), start, start + 5)
    assert text[first:end] == "El CNI espió a seis abogados con Pegasus"


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        ("Das Amt hat nach Angaben eines Senders im Norden die Briefe einer Kirche mit Sitz auf der"
         " Insel ausgewertet", "ausgewertet",
         "die Briefe einer Kirche mit Sitz auf der Insel ausgewertet"),
        ("Un preside della valle di Sotto aveva deciso in maggio che si mettessero telecamere negli"
         " spogliatoi per scoprire chi fuma", "telecamere",
         "che si mettessero telecamere negli spogliatoi per scoprire chi fuma"),
        ("Candiru infectó teléfonos de tres jueces que vivían en una villa al norte de Vik",
         "Candiru", "Candiru infectó teléfonos de tres jueces que vivían en una villa"),
        ("In 14 Filialen der großen Kette Merkato in Wien und Graz haben Kameras über den Regalen"
         " Blicke gemessen", "Kameras",
         "Wien und Graz haben Kameras über den Regalen Blicke gemessen"),
        # No cut falls between two years.
        ("Das Amt in Vik hat nach einem Bericht des Kuriers zwischen 2018 und 2022 die Chats von"
         " vier Gruppen mitgelesen", "mitgelesen", "die Chats von vier Gruppen mitgelesen"),
        # Where somebody would not comment, the name is all there is to show.
        ("Fuentes del CNI no quisieron hacer comentarios", "CNI", "CNI"),
    ],
)  # fmt: skip
def test_in_other_languages_a_word_in_a_long_clause_is_shown_with_a_part_of_it(
    text: str, found: str, expected: str
) -> None:
    start = text.index(found)
    first, end = in_clause(Words(text, english=False), start, start + len(found))
    assert text[first:end] == expected
