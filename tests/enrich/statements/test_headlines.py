"""Who speaks in a headline."""

import pytest
from one_sentence import sentence_of, text_of

from enrich.statements.finder import statements
from enrich.statements.headlines import heading


@pytest.mark.parametrize(
    ("title", "speaker"),
    [
        ("Harbour minister: lamps lawful", "Harbour minister"),
        ("The harbour minister: lamps lawful", "harbour minister"),
        ("Lamps at the port lawful: harbour minister", "harbour minister"),
        ("“We never looked”: harbour minister on lamps", "harbour minister"),
        ("Harbour minister on lamps: “lawful”", "Harbour minister"),
        ("Harbour minister buys lamps: “lawful”", None),
        ("“We looked”: harbour minister's lamps", None),
        ("Divers and harbour minister: lamps lawful", None),
        ("Video: harbour minister", None),
    ],
)
def test_a_colon_gives_somebody_the_word(title: str, speaker: str | None) -> None:
    sentence = sentence_of(title, field="title")
    assert text_of(sentence, heading(sentence)) == speaker


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Harbour court: lamps broke the law", [("court", "Harbour court")]),
        ("Lamps broke the law: harbour court", [("court", "harbour court")]),
        ("Harbour police: lamps hidden at port", [("official", "Harbour police")]),
        ("Harbour senate: lamps hidden at port", []),
        ("Council votes 5-2 to bag the lamps", [("parliament", "Council")]),
        ("UN rights council rejects debate", []),
        ("Harbour court: how lamps are judged", []),
        ("Harbour court: the house on the hill", []),
        ("Harbour court: lamps lawful?", []),
        ("Divers: lamps hidden at port", []),
        ("Two officers charged", [("court", None)]),
        ("Ex-minister jailed at port", [("court", None)]),
        ("Claims of lamps dismissed by harbour minister", [("denial", "harbour minister")]),
    ],
)
def test_a_headline_needs_no_whole_verb(title: str, found: list[tuple[str, str]]) -> None:
    assert [(one.kind, one.speaker) for one in statements(title, "", "en", ())] == found
