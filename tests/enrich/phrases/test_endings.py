"""Where a piece of evidence begins and ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.phrases.endings import finish, follows, with_others
from enrich.words import Words

EVERYWHERE = (
    "in all of the counties of the land and in each of its many towns and villages by the sea and"
    " in the hills and on the small islands of the lakes"
)
"""Words that make a part of a sentence too long to be shown."""

EN_TODAS = (
    "en todas las puertas por las que se entra al estadio de Vik y a la tienda que está al lado y a"
    " todas las demás tiendas del puerto y a los bares de la estación de tren de la otra ciudad"
)
"""The same in Spanish."""


@pytest.mark.parametrize(
    ("text", "found", "shown"),
    [
        # A piece is shown in its part of the sentence, with who did it, and to whom.
        ("The office paid detectives to follow fourteen of its clerks, a hearing was told",
         "detectives to follow", "The office paid detectives to follow fourteen of its clerks"),
        ("Broker sold map of visits to clinics, senator says", "Broker sold",
         "Broker sold map of visits to clinics"),
        ("The defence ministry denied that there had ever been any eavesdropping on allies. Now",
         "eavesdropping on allies",
         "The defence ministry denied that there had ever been any eavesdropping on allies"),
        ("Dealer stops serving Vik after report", "Dealer stops", "Dealer stops serving Vik after"
         " report"),
        ("The state knows who they are", "knows who they are", "The state knows who they are"),
        ("It read faces. The town knew", "read faces", "It read faces"),
        # What a reporter put into a quotation is part of it.
        ("Cameras used by police \"fail[s] to meet [the] least standards\", a study found",
         "Cameras used by police",
         "Cameras used by police \"fail[s] to meet [the] least standards\""),
        ("The carrier, which two large firms have owned since May, sold five billion records",
         "billion records",
         "The carrier, which two large firms have owned since May, sold five billion records"),
        ("He rented the flat of a neighbour for a year, drilled a hole and listened for months",
         "drilled a hole",
         "He rented the flat of a neighbour for a year, drilled a hole and listened for months"),
        # Neither an acronym in brackets nor a date with a stroke ends it.
        ("The National Security Agency (NSA) began to collect records after 9/11 in secret",
         "collect records",
         "The National Security Agency (NSA) began to collect records after 9/11 in secret"),
        # A quotation is closed, and an abbreviation keeps its full stop.
        ('The agency said it "does not have access to live film from the tower". So it is',
         'The agency said it "does not have access',
         'The agency said it "does not have access to live film from the tower"'),
        ("Police bought the boxes of a dealer in the U.S., and the town never knew", "boxes",
         "Police bought the boxes of a dealer in the U.S."),
        # A part that says little is shown with the others: a short one, a name, who says so,
        ("Dealer renamed itself, filings show", "Dealer", "Dealer renamed itself, filings show"),
        ("The prosecutor of the court, Ana Prado, found no link between service and dealer",
         "prosecutor of the court",
         "The prosecutor of the court, Ana Prado, found no link between service and dealer"),
        ("Calls were stored for years, according to a report of the court of Vik",
         "report of the court",
         "Calls were stored for years, according to a report of the court of Vik"),
        # one that goes on with what the part before began, or with a list.
        ("It asked for four years of records in order to know more, for reasons that nobody told",
         "reasons that nobody told",
         "It asked for four years of records in order to know more, for reasons that nobody told"),
        ("The agency, which has an office in Vik, has been ordered to destroy recordings",
         "ordered to destroy recordings",
         "The agency, which has an office in Vik, has been ordered to destroy recordings"),
        ("Journalists, activists among targets of spyware that was sold to the state",
         "activists among targets",
         "Journalists, activists among targets of spyware that was sold to the state"),
        # What stands before an insertion and what follows it are shown together,
        ("A petition launched by two groups of clerks, calling for an end to it, has many names",
         "petition launched",
         "A petition launched by two groups of clerks, calling for an end to it, has many names"),
        ("Its app for parents, made by a clerk of the agency, works in secret to stop many calls",
         "works in secret to stop",
         "Its app for parents, made by a clerk of the agency, works in secret to stop many calls"),
        # but not what has its verb already.
        ("The firm has sold the places of all phones in Vik, which it denies, to the state",
         "sold the places", "The firm has sold the places of all phones in Vik"),
        # A comma between two spaces ends no sentence.
        ("The eight-count charge , filed in a court of Vik , says that the men read calls",
         "men read calls",
         "The eight-count charge , filed in a court of Vik , says that the men read calls"),
        # A list is shown whole, but no other part for its "and".
        ("The law would strike out all the rules for clerks, doctors and priests of Vik. Now",
         "strike out all the rules",
         "The law would strike out all the rules for clerks, doctors and priests of Vik"),
        ("The state reads all the letters of clerks, calls, and mails, as one of them says",
         "reads all the letters", "The state reads all the letters of clerks, calls, and mails"),
        ("The firm took all the letters of the clerks, and broke many of the laws",
         "took all the letters", "The firm took all the letters of the clerks"),
        ("The firm took all the letters of the clerks, Ana and Bo say", "took all the letters",
         "The firm took all the letters of the clerks"),
        ("The firm took all the letters of the clerks, by day and by night", "took all the letters",
         "The firm took all the letters of the clerks"),
        # Where the sentence is long, an opening part is shown with some that follow it,
        (f"The dealer, placed on a list in May, has sold its tools, say the papers, {EVERYWHERE}",
         "dealer", "The dealer, placed on a list in May, has sold its tools, say the papers"),
        # a later one with all before it, but who says so alone.
        (f"The clerks, whose phones the office had read, sued, said the union {EVERYWHERE}",
         "had read", "The clerks, whose phones the office had read"),
        (f"The office had read their phones {EVERYWHERE}, according to a report of the court",
         "report of the court", "according to a report of the court"),
        # A part of thirty words is shown whole, not as "An actor known".
        ("An actor known as Vik has read the calls of clerks in all of the counties of the land and"
         " in each of its towns and villages by the sea", "An actor known",
         "An actor known as Vik has read the calls of clerks in all of the counties of the land and"
         " in each of its towns and villages by the sea"),
        # The "as" of a date is none that joins.
        ("As of May, the state reads all the letters of clerks in Vik", "reads all the letters",
         "As of May, the state reads all the letters of clerks in Vik"),
        # No piece begins with an "and" or the like.
        (f"The office had read their phones {EVERYWHERE}, and the clerks of two courts had sued it",
         "clerks of two courts", "the clerks of two courts had sued it"),
    ],
)  # fmt: skip
def test_a_piece_is_shown_in_its_part_of_the_sentence(text: str, found: str, shown: str) -> None:
    assert _finished(text, found, english=True) == shown


@pytest.mark.parametrize(
    ("text", "found", "shown"),
    [
        # It gets what stands before it in its clause, and the rest of that.
        (f"The office said that its men had paid detectives because they would follow {EVERYWHERE}",
         "paid detectives", "its men had paid detectives"),
        (f"People who wait for a decision must send a picture when it is asked for {EVERYWHERE}",
         "a decision must send a picture", "who wait for a decision must send a picture"),
        (f"Phones of all the reporters as well as those {EVERYWHERE}",
         "Phones of all the reporters as well", "Phones of all the reporters"),
        # Where even that is long, it stays as it is,
        (f"Cameras in the harbour and {EVERYWHERE} read faces of clerks", "Cameras in the harbour",
         "Cameras in the harbour"),
        # nor does it get who says so, or a word that needs another.
        (f"Officers with phone records said they were sorry for what they had read {EVERYWHERE}",
         "Officers with phone records", "Officers with phone records"),
        (f"They follow clerks even when these are at home or are on their way {EVERYWHERE}",
         "follow clerks", "They follow clerks"),
        # A leading "of" goes, and an auxiliary without its verb.
        (f"The commission of phone tapping {EVERYWHERE} and elsewhere of phone tapping which they"
         f" say {EVERYWHERE}", "of phone tapping which", "phone tapping which"),
        (f"The laws on phone tapping are old {EVERYWHERE} and on its islands",
         "laws on phone tapping are", "The laws on phone tapping"),
    ],
)  # fmt: skip
def test_a_piece_of_a_long_part_gets_its_clause(text: str, found: str, shown: str) -> None:
    assert _finished(text, found, english=True) == shown


@pytest.mark.parametrize(
    ("text", "found", "shown"),
    [
        ("Das Amt in Vik hat nach Angaben der Kammer auch die Post an Anwälte geöffnet. Nun",
         "auch die Post",
         "Das Amt in Vik hat nach Angaben der Kammer auch die Post an Anwälte geöffnet"),
        ("Das Amt darf die Telefone nicht mehr auslesen, entschied das Gericht in Vik",
         "die Telefone", "Das Amt darf die Telefone nicht mehr auslesen"),
        ("Le ministère assure qu'aucune reconnaissance faciale ne sera utilisée",
         "reconnaissance faciale",
         "Le ministère assure qu'aucune reconnaissance faciale ne sera utilisée"),
        ("La cadena retiró las cámaras en 46 tiendas", "cámaras",
         "La cadena retiró las cámaras en 46 tiendas"),
        ("De dienst wilde weten waar een Iraans gezin was ondergedoken, zei hij", "weten waar",
         "De dienst wilde weten waar een Iraans gezin was ondergedoken"),
        ("Ein Foto, und die Maschine nannte ihren Namen", "die Maschine",
         "Ein Foto, und die Maschine nannte ihren Namen"),
        ("As câmaras comparam as caras de quem passa com uma lista", "câmaras comparam",
         "As câmaras comparam as caras de quem passa com uma lista"),
        # Insertions and lists are shown as in English.
        ("De eigenaar van het pand, die er elf verhuurt, beweert dat hij ze zo online had gekocht",
         "beweert dat hij ze zo online had gekocht",
         "De eigenaar van het pand, die er elf verhuurt, beweert dat hij ze zo online had gekocht"),
        ("El agente entregó a un juez una memoria con 214 nombres, matrículas y horarios. El",
         "memoria con 214 nombres",
         "El agente entregó a un juez una memoria con 214 nombres, matrículas y horarios"),
        ("La línea, según ha podido comprobar el juez, estaba a nombre de una empresa de Vik",
         "estaba a nombre de una empresa de Vik",
         "La línea, según ha podido comprobar el juez, estaba a nombre de una empresa de Vik"),
        # The spaces within French quotation marks end no sentence.
        ("Le tribunal ordonne à la ville de Vik de cesser « sans délai » l'usage de ses caméras",
         "ordonne à la ville de Vik",
         "Le tribunal ordonne à la ville de Vik de cesser « sans délai » l'usage de ses caméras"),
        ("« Surveillance permanente », tonnent les syndicats. Le", "Surveillance permanente",
         "« Surveillance permanente », tonnent les syndicats"),
        # It does not end with an "and", either.
        ("La faille d'un vendeur expose 60 000 clients et, surtout, leurs messages de l'année et de"
         " toutes les années d'avant que personne ne voulait voir", "expose 60 000 clients et",
         "La faille d'un vendeur expose 60 000 clients"),
        # What leans on the part before is shown with it, also behind a mark with spaces.
        ("Das Land räumt ein, dass der Mann auf der Gehaltsliste des Dienstes stand",
         "auf der Gehaltsliste",
         "Das Land räumt ein, dass der Mann auf der Gehaltsliste des Dienstes stand"),
        ("Asile : la police ne pourra plus fouiller", "Asile",
         "Asile : la police ne pourra plus fouiller"),
        ("Sieben Jahre WG \u2013 dann der Dienstausweis", "der Dienstausweis",
         "Sieben Jahre WG \u2013 dann der Dienstausweis"),
        # A quotation is closed, also after a space, or opened.
        ("Er nennt es „Ich hörte alles mit“, und das war so", "hörte alles mit",
         "Er nennt es „Ich hörte alles mit“"),
        ("Er nennt es »Ich hörte alles mit«, und das war so", "hörte alles mit",
         "Er nennt es »Ich hörte alles mit«"),
        ("Elle jure ne garder « aucun visage ».", "ne garder « aucun visage",
         "Elle jure ne garder « aucun visage »"),
    ],
)  # fmt: skip
def test_a_piece_abroad_is_shown_in_its_part_of_the_sentence(
    text: str, found: str, shown: str
) -> None:
    assert _finished(text, found, english=False) == shown


@pytest.mark.parametrize(
    ("text", "found", "shown"),
    [
        # It gets the rest of the part, or what stands before it there,
        ("La ley que aprobó en mayo el congreso de Vik por los votos de todos sus miembros da a la"
         " Policía la ubicación de cualquier celular sin que lo pida un juez de Vik ni lo"
         " sepa después la persona que lo lleva", "la ubicación de",
         "la ubicación de cualquier celular sin que lo pida un juez de Vik ni lo sepa después la"
         " persona que lo lleva"),
        (f"La corte de Vik anula el reconocimiento facial {EN_TODAS}", "reconocimiento facial",
         "La corte de Vik anula el reconocimiento facial"),
        # with what the last word needs, or without that word.
        (f"Un juez quiere saber qué vieron las cámaras que {EN_TODAS} hay", "las cámaras que",
         "Un juez quiere saber qué vieron las cámaras"),
        (f"Un juez de Vik quiere leer las cartas y {EN_TODAS}", "cartas y",
         "Un juez de Vik quiere leer las cartas"),
        (f"Un juez quiere saber quién vendió escuchas en Ciudad del Este {EN_TODAS}",
         "escuchas en Ciudad", "Un juez quiere saber quién vendió escuchas en Ciudad del Este"),
        (f"Un juez quiere saber qué ven las cámaras durante la noche {EN_TODAS}",
         "cámaras durante", "Un juez quiere saber qué ven las cámaras durante la noche"),
        # Its beginning gets what an "of" belongs to.
        (f"Los dos contaron lo que vieron {EN_TODAS} ante la Comisión de la Verdad que la policía"
         f" leía las cartas {EN_TODAS}", "de la Verdad que la policía leía las cartas",
         "Comisión de la Verdad que la policía leía las cartas"),
        # An "and" opens no piece.
        (f"La policía vio las caras {EN_TODAS} y leyó las cartas de los dos {EN_TODAS}",
         "y leyó las cartas", "leyó las cartas"),
        # Parts of a word are no small words, nor is the second part of a verb.
        ("Die Kamera hängt am Check-in für alle Reisenden der Linie von Vik nach Ost und zurück"
         " nach Vik und dann weiter in den Hafen der anderen Stadt an der See im Norden und von"
         " dort auf alle Inseln und am Ende in das Nachbarland",
         "am Check-in", "Die Kamera hängt am Check-in"),
        ("Das neue Armband zählte mit was alle Arbeiter im Hafen von Vik und in den Hallen am"
         " Bahnhof in jeder einzelnen Nacht so taten oder ließen und wann sie schliefen und wo sie"
         " am Ende aßen und tranken oder was sie dort zu wem sagten",
         "zählte mit", "Das neue Armband zählte mit"),
    ],
)  # fmt: skip
def test_a_piece_of_a_long_part_abroad_has_sensible_ends(text: str, found: str, shown: str) -> None:
    assert _finished(text, found, english=False) == shown


@pytest.mark.parametrize(
    ("text", "one", "other", "are_one"),
    [
        ("They follow clerks to learn whom these met", "follow clerks", "learn whom", True),
        ("Drones count heads, police say", "Drones count heads", "police say", True),
        ("Drones count all the heads, police say", "Drones count", "police say", False),
        ("Drones count heads. Police say so", "Drones count heads", "Police say", False),
        # Both together would be long.
        (f"They follow the clerks of the court {EVERYWHERE} and {EVERYWHERE}",
         f"They follow the clerks of the court {EVERYWHERE}", f"and {EVERYWHERE}", False),
    ],
)  # fmt: skip
def test_a_piece_goes_on_where_another_ends(text: str, one: str, other: str, are_one: bool) -> None:
    assert follows(Words(text), _bounds(text, one), _bounds(text, other)) is are_one


@pytest.mark.parametrize(
    ("text", "beside", "shown"),
    [
        ("The watchdog fined the shop for a system that compared each face", "face",
         "watchdog fined the shop for a system that compared each face"),
        ("The watchdog fined the shop, which compared each face", "face", "watchdog"),
        (f"The watchdog fined a shop {EVERYWHERE} and one whose guards compared each face", "face",
         "watchdog"),
    ],
)  # fmt: skip
def test_a_part_of_a_phrase_is_shown_with_the_others_that_are_near(
    text: str, beside: str, shown: str
) -> None:
    found = with_others(Words(text), _bounds(text, "watchdog"), [_bounds(text, beside)])
    assert text[slice(*found)] == shown


@given(
    st.lists(
        st.sampled_from(
            ["de", "la", "que", "y", "cartas", "Vik", "«", "»", ",", ".", "mit", "and", "who", '"']
        )
    ),
    st.booleans(),
    st.data(),
)
def test_a_piece_keeps_to_the_text(pieces: list[str], english: bool, data: st.DataObject) -> None:
    words = Words(" ".join(pieces), english=english)
    if not len(words):
        return
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    start, end = finish(words, words.starts[first], words.ends[last])
    assert 0 <= start < end <= len(" ".join(pieces))


def _finished(text: str, found: str, *, english: bool) -> str:
    return text[slice(*finish(Words(text, english=english), *_bounds(text, found)))]


def _bounds(text: str, part: str) -> tuple[int, int]:
    start = text.index(part)
    return start, start + len(part)
