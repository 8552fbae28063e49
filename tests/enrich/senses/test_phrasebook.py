"""The phrasebook: globs, and the words by which phrases are looked up."""

import pytest

from enrich.senses.phrasebook import Globs, Phrasebook


@pytest.mark.parametrize(
    ("glob", "word", "matches"),
    [
        ("spy", "Spy", True),
        ("spy", "spying", False),
        ("Ring", "Ring", True),
        ("Ring", "ring", False),
        ("track*", "Tracking", True),
        ("t*", "track", True),
        ("t*", "rack", False),
        ("track*", "tr", False),
        ("*", "anything", True),
        ("*wach*", "Überwachung", True),
        ("*wach*", "wach", True),
        ("*zeichen", "Kennzeichen", True),
        ("*zeichen", "Kennzeichens", False),
        ("ente", "dell'ente", True),
        ("police", "police\u2019s", True),
    ],
)
def test_globs_match_words(glob: str, word: str, matches: bool) -> None:
    globs = Globs()
    assert (globs.number(glob) in globs.of[word]) == matches


def test_a_phrase_is_looked_up_by_its_rarest_words() -> None:
    phrases = {
        "tapping": ("the (phone|line)", "the wire"),
        "spying": ("the (spy of the king|spook)",),
    }
    book = Phrasebook(phrases, {})
    looked_up = {name: book.globs.number(name) in book.by_need for name in ("the", "wire", "spook")}
    assert looked_up == {"the": False, "wire": True, "spook": True}


def test_the_same_words_share_one_sequence() -> None:
    book = Phrasebook({"a": ("spy & king",), "b": (" spy  & queen",)}, {})
    spying = {id(phrase.sequences[0]) for found in book.by_need.values() for phrase in found}
    assert len(spying) == 1
