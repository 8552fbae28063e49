"""The names in a sentence: what belongs to them, and the roles they have."""

import pytest
from one_sentence import prose_of, sentence_of, text_of

from core.records import Mention, MentionKind
from enrich.statements.reader import sentences
from enrich.statements.spelt import Spelt


@pytest.mark.parametrize(
    ("language", "text", "name", "roles"),
    [
        ("en", "The former chief of harbour security denied it.",
         "former chief of harbour security", {"official"}),
        ("en", "The ministry's lawyer denied it.", "ministry's lawyer", {"denier"}),
        ("en", "A lawyer for the ministry denied it.",
         "lawyer for the ministry", {"denier", "official"}),
        ("en", "The Court of Appeal in Leeds denied it.", "Court of Appeal", {"court"}),
        ("es", "El fiscal general argentino negó la noticia.",
         "fiscal general argentino", {"court"}),
        ("de", "Das bestritt ein Sprecher der Deutschen Presse-Agentur.",
         "Sprecher", {"official"}),
    ],
)  # fmt: skip
def test_a_name_has_what_belongs_to_its_head(
    language: str, text: str, name: str, roles: set[str]
) -> None:
    sentence = sentence_of(text, language)
    assert [text_of(sentence, one) for one in sentence.names] == [name]
    assert sentence.names[0].roles == roles


def test_who_stands_for_those_who_were_watched_is_no_name() -> None:
    assert sentence_of("The victims' lawyer denied it.").names == []


@pytest.mark.parametrize(("text", "names"), [("Der BND", 1), ("Der BND-Mitarbeiter", 0)])
def test_an_employee_of_an_agency_is_not_the_agency(text: str, names: int) -> None:
    mention = Mention(name="BND", kind=MentionKind.AGENCY, field="text", start=4, end=7)
    prose = prose_of(f"{text} bestreitet, dass er lauschte.", "de")
    (sentence,) = sentences(prose, [mention], Spelt(prose))
    assert len(sentence.names) == names
