"""What stands in quotation marks, and who said it."""

import pytest
from one_sentence import prose_of

from enrich.statements.quotes import is_all_said, teller
from enrich.statements.reader import sentences
from enrich.statements.spelt import Spelt


@pytest.mark.parametrize(
    ("text", "phrase", "is_all"),
    [
        ("“Nonsense,” she said.", "Nonsense", True),
        ("“Nonsense.”", "Nonsense", True),
        ("She said: “Nonsense!”", "Nonsense", True),
        ("Minister: nonsense", "nonsense", True),
        ("« Faux », dit-elle.", "Faux", True),
        ("“Nonsense is all they write,” she said.", "Nonsense", False),
        ("The “nonsense” has to end.", "nonsense", False),
        ("She said that he had not.", "that he had not", True),
        ("She said that he had not “felt pressed”.", "that he had not", False),
        ("She said that he had not left.", "that he had not", False),
    ],
)
def test_a_phrase_may_be_all_that_was_said(text: str, phrase: str, is_all: bool) -> None:
    prose = prose_of(text)
    words = phrase.split()
    first = prose.words.index(words[0])
    assert is_all_said(prose, first, first + len(words)) == is_all


@pytest.mark.parametrize(
    ("text", "quoted", "told_by"),
    [
        ("“We never spied. We left,” the minister said.", 0, 1),
        ("“We left,” the minister said. “We never spied.”", 1, 0),
        ("“We never spied.” The minister said so.", 0, 0),
        ("“We left,” the minister said. We never spied.", 1, 1),
        ("The minister said so. “We never spied.”", 1, 1),
        ("“We never spied,” the minister said.", 0, 0),
    ],
)
def test_a_quotation_goes_on_over_two_sentences(text: str, quoted: int, told_by: int) -> None:
    prose = prose_of(text)
    found = sentences(prose, (), Spelt(prose))
    assert found.index(teller(found[quoted])) == told_by
