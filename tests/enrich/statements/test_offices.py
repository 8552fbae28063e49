"""Who holds which office, and in which bodies an office makes no official."""

import pytest
from as_shipped import said_in
from one_sentence import sentence_of

ROWS = [
    ("en", "The association's president said so.", False),
    ("en", "The president of the tenants' association said so.", False),
    ("en", "The president of the Committee to Protect Journalists said so.", False),
    ("en", "Ana Prado, a director of research at the EFF, said so.", False),
    ("en", "The director of the agency said so.", True),
    ("en", "The director said so at the association.", True),
    ("en", "The agency's director for the trade union said so.", True),
    ("en", "An Epic Lamps spokesman said so.", True),
    ("en", "The Liberty County sheriff said so.", True),
    ("en", "The Amnesty commissioner said so.", True),
    ("de", "Der Vorsitzende der Gewerkschaft der Polizei sagte das.", False),
    ("de", "Der Sprecher des Chaos Computer Clubs sagte das.", False),
    ("de", "Der Sprecher der Polizei sagte das.", True),
    ("fr", "La directrice de l'ONG a dit cela.", False),
    ("fr", "La directrice de l'agence a dit cela.", True),
    ("es", "El presidente de la Asociación de la Prensa dijo eso.", False),
    ("es", "El presidente del Gobierno dijo eso.", True),
    ("it", "Il presidente dell'associazione ha detto questo.", False),
    ("it", "Il presidente del governo ha detto questo.", True),
    ("pt", "O presidente da associação disse isso.", False),
    ("pt", "O presidente do governo disse isso.", True),
    ("nl", "De directeur van Bits of Freedom zei dat.", False),
    ("nl", "De directeur van de dienst zei dat.", True),
]


@pytest.mark.parametrize(("language", "text", "official"), ROWS)
def test_an_office_in_an_association_makes_no_official(
    language: str, text: str, official: bool
) -> None:
    name = sentence_of(text, language).names[0]
    assert ("official" in name.roles) == official
    assert ("denier" in name.roles) != official


@pytest.mark.parametrize(
    ("language", "text", "speaker"),
    [
        (
            "en",
            "“We follow the law,” said Ana Prado, a spokeswoman for the agency.",
            "Ana Prado, a spokeswoman for the agency",
        ),
        (
            "en",
            "“We never read it,” said Ana Prado, a lawyer for Lantern.",
            "Ana Prado, a lawyer for Lantern",
        ),
        (
            "en",
            "Ana Prado, the state attorney general, said it broke the law.",
            "Ana Prado, the state attorney general",
        ),
        ("en", "Ana Prado, founder of Lantern, denied it.", "Ana Prado, founder of Lantern"),
        (
            "en",
            "“We never read it,” said Ana Prado, the government's spokeswoman.",
            "Ana Prado, the government's spokeswoman",
        ),
        (
            "en",
            "In a letter to Ana Prado, the office of the president, in Leeds, denied it.",
            "office of the president",
        ),
        ("en", "Police followed Ana Prado, the minister said.", "minister"),
        ("en", "Unlike Ana Prado, director of the agency, the minister denied it.", "minister"),
        ("en", "Lawyers for Ana Prado, the minister, denied it.", "Lawyers for Ana Prado"),
        ("es", "Los abogados de Ana Prado, la ministra, lo niegan.", "abogados de Ana Prado"),
        ("en", "In a letter to Ana Prado, the firm, based in Leeds, denied it.", "firm"),
        (
            "de",
            "„Wir halten uns daran“, sagte Ana Prado, Sprecherin des Ministeriums.",
            "Ana Prado, Sprecherin des Ministeriums",
        ),
        (
            "fr",
            "Ana Prado, la porte-parole du ministère, dément les accusations.",
            "Ana Prado, la porte-parole du ministère",
        ),
        (
            "es",
            "“Cumplimos la ley”, dijo Ana Prado, portavoz del ministerio.",
            "Ana Prado, portavoz del ministerio",
        ),
        (
            "it",
            "«Rispettiamo la legge», ha detto Ana Prado, portavoce del ministero.",
            "Ana Prado, portavoce del ministero",
        ),
        (
            "pt",
            "“Cumprimos a lei”, disse Ana Prado, porta-voz do ministério.",
            "Ana Prado, porta-voz do ministério",
        ),
        (
            "nl",
            "Ana Prado, woordvoerder van het ministerie, ontkent dat.",
            "Ana Prado, woordvoerder van het ministerie",
        ),
    ],
)
def test_a_person_speaks_with_the_office_that_follows_the_name(
    language: str, text: str, speaker: str
) -> None:
    (one,) = said_in(text, language)
    assert one.speaker == speaker


def test_an_office_of_somebody_else_gives_no_say() -> None:
    assert said_in("The supporters of Ana Prado, a minister, denied it.") == ()


@pytest.mark.parametrize(
    "office", ["a lawyer for the victims", "director of the Centre for Law", "a diver"]
)
def test_an_office_that_has_no_say_gives_none_to_its_holder(office: str) -> None:
    assert said_in(f"“It is unlawful,” said Ana Prado, {office}.") == ()
