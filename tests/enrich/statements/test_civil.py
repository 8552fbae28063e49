"""Whose spokesmen are no officials."""

import pytest
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
