"""How a text is split into clauses."""

import pytest

from enrich.phrases.clauses import MAX_SHOWN, clauses, halves
from enrich.words import Words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Police in the city read faces", ["Police in the city read faces"]),
        ("Cameras on the bridge, drones over the town and towers",
         ["Cameras on the bridge", "drones over the town and towers"]),
        ("It is what it is. The court met.", ["The court met"]),
        ("Pool opens", ["Pool opens"]),
        ("Pool", ["Pool"]),
        ("I read what they typed (2018)", ["I read what they typed (2018)"]),
        ("Home\nNews page\nPhones were read", ["News page", "Phones were read"]),
        ("A law lets officers in the north read the traffic that people encrypt",
         ["A law lets officers in the north read the traffic", "people encrypt"]),
        ("The court ruled the firm may not log every pause between scans of the 900 pickers it has",
         ["The court ruled the firm may not log",
          "every pause between scans of the 900 pickers it has"]),
        ("They called it the end of 'the quiet foreman', and left",
         ["They called it the end of 'the quiet foreman'"]),
        # Short sentences stay whole; a cut would fall in the middle of a thought.
        ("Police use a tool to choose which homes to visit",
         ["Police use a tool to choose which homes to visit"]),
        ("Sleep mask sent brain waves to a start-up in Delft, buyers told months later",
         ["Sleep mask sent brain waves to a start-up in Delft", "buyers told months later"]),
        ("The agency kept the names of 190,000 migrants who sent it a picture of themselves",
         ["The agency kept the names of 190,000 migrants",
          "who sent it a picture of themselves"]),
        ("The hackers reached the systems of carriers in May through which the courts order taps",
         ["The hackers reached the systems of carriers in May",
          "through which the courts order taps"]),
        ("The pictures of all are still searched whenever some unknown face turns up on film",
         ["The pictures of all are still searched", "whenever some unknown face turns up on film"]),
        ("Residents of a tower in the port vote on whether the lobby should greet them",
         ["Residents of a tower in the port vote",
          "on whether the lobby should greet them"]),
        # A cut leaves "of" with what it belongs to.
        ("Lab Vik counted thirty victims of Lantern Group's Moth among the spring's union leaders",
         ["Lab Vik counted thirty victims of Lantern Group's Moth",
          "among the spring's union leaders"]),
        ("The turnstiles keep who came, and for three years have passed it on to the ministry",
         ["The turnstiles keep who came",
          "for three years have passed it on to the ministry"]),
        ("Nobody in Vik can open maps or letters unless the phone trusts a key of the state",
         ["Nobody in Vik can open maps or letters",
          "unless the phone trusts a key of the state"]),
        # The first word of a text follows no bracket, whatever its last word stands in.
        ("Says the council of Vik knew it (Lab)", ["Says the council of Vik knew it (Lab)"]),
        # The speaker is not a reason.
        ("Agents read the chats, two reporters found", ["Agents read the chats"]),
        ("An app listened in, academics in Vik discovered", ["An app listened in"]),
        ("Slides from a contractor, seen by the Herald, explain how agents link names",
         ["Slides from a contractor", "explain how agents link names"]),
        ("It is so, the two founders write", ["It is so", "the two founders write"]),
        ("Caméras au port, selon la mairie", ["Caméras au port"]),
        ("Aveva un drone, dice che era vecchio", ["Aveva un drone", "dice che era vecchio"]),
        ("The state office at first said that it knew nothing of the locked room",
         ["it knew nothing of the locked room"]),
        # Nor is who somebody is, or just a name.
        ("The service's director, Ana Prado, called it false",
         ["called it false"]),
        ("Lamps count phones, said Ana Prado of Vik", ["Lamps count phones"]),
        ("Its head, a Ms Prado, wrote that the study served all drivers",
         ["the study served all drivers"]),
        ("Cllr Ana Prado (Green) said the lamps count phones",
         ["the lamps count phones"]),
        ("Phones of Greeks, lawyers say, were read", ["Phones of Greeks"]),
        ("Lamps count phones, researchers told a meeting in Vik", ["Lamps count phones"]),
        ("The former head of security told the hearing that the lamps in the port count phones",
         ["the lamps in the port count phones"]),
        ("The lamps count phones, the Trade Commission in Vik on Tuesday",
         ["The lamps count phones"]),
        # But what somebody was told, or told others to do, is.
        ("Lamps count phones, the riders of Vik were told",
         ["Lamps count phones", "the riders of Vik were told"]),
        ("The lamps stay, police told riders to unlock phones",
         ["The lamps stay", "police told riders to unlock phones"]),
        # Nor is where, when or like what it was,
        ("In a room without windows, his agents taped the judges",
         ["his agents taped the judges"]),
        ("Su nombre, como el de otro obispo, figura en la lista de teléfonos",
         ["figura en la lista de teléfonos"]),
        # unless that tells more, or is all there is.
        ("In a room where agents read mail, a judge found tapes",
         ["In a room where agents read mail", "a judge found tapes"]),
        ("At the harbour cameras read faces", ["At the harbour cameras read faces"]),
        # A cut leaves "of where" no preposition at the end.
        ("The maker of the car has kept a long diary of where all of the buyers park it",
         ["The maker of the car has kept a long diary", "where all of the buyers park it"]),
        # Nor is how long it went on.
        ("For nineteen months, agents read the mail", ["agents read the mail"]),
        ("", []),
    ],
)  # fmt: skip
def test_a_text_is_split_into_clauses(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in clauses(Words(text), 0, 200)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ana Prado, élue de Vik, a été suivie par deux agents",
         ["élue de Vik", "a été suivie par deux agents"]),
        ("Neue Kameras, die Gesichter erkennen", ["Neue Kameras", "die Gesichter erkennen"]),
        ("Ana Prado fue espiada, dijo", ["Ana Prado fue espiada, dijo"]),
    ],
)  # fmt: skip
def test_in_other_languages_a_name_before_what_it_is_is_no_clause(
    text: str, found: list[str]
) -> None:
    shown = [text[start:end] for start, end in clauses(Words(text, english=False), 0, 200)]
    assert shown == found


def test_clauses_are_short_and_start_early_enough() -> None:
    text = "they watch you and me at home and at work " * 40
    found = clauses(Words(text), 0, 200)
    assert max(len(text[start:end].split()) for start, end in found) <= MAX_SHOWN
    assert max(start for start, _ in found) < 200


def test_a_clause_that_begins_early_enough_is_whole() -> None:
    text = "Agents tapped the phones of reporters. The court heard of it later."
    found = [text[start:end] for start, end in clauses(Words(text), 0, text.index("phones"))]
    assert found == ["Agents tapped the phones of reporters"]


def test_that_somebody_would_not_comment_is_no_clause_to_show() -> None:
    text = "The firm reads every letter, Lantern did not respond to a request for comment"
    found = [text[start:end] for start, end in clauses(Words(text), 0, len(text))]
    assert found == ["The firm reads every letter"]
    text = "Callers knew the door. Norland's consulate did not answer questions."
    found = [text[start:end] for start, end in clauses(Words(text), 0, len(text))]
    assert found == ["Callers knew the door"]


def test_a_part_of_a_sentence_begins_without_its_preposition() -> None:
    text = "Riders of the red line were surprised last week by cameras at the gates that read faces"
    parts = [text[start:end] for start, end in clauses(Words(text), 0, len(text))]
    assert parts[:2] == ["Riders of the red line were surprised last week", "cameras at the gates"]


def test_a_sentence_is_halved_where_a_clause_begins() -> None:
    text = "Two stations reported on Friday that a hall of servers keeps the messages of everyone"
    first, second = halves(Words(text), 0, len(text)) or ((0, 0), (0, 0))
    assert text[slice(*first)] == "Two stations reported on Friday"
    assert text[slice(*second)] == "that a hall of servers keeps the messages of everyone"
    assert halves(Words(text), *first) is None


@pytest.mark.parametrize(
    "cut", ["face-scanning glasses", "U.S. spies", "AT&T data", "1,000 phones", "users' phones"]
)
def test_no_word_is_cut_in_half(cut: str) -> None:
    text = f"The large firm in the north bought {cut} which it sold to others abroad"
    for part in halves(Words(text), 0, len(text)) or ():
        assert text[slice(*part)] in (
            f"The large firm in the north bought {cut}",
            "which it sold to others abroad",
        )
