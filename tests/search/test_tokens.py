# ruff: noqa: RUF001 (these tests are about look-alike letters)
"""Splitting a block of texts gives the words that `core.words` gives text by text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.words import MAX_WORD, word_spans, words
from search import tokens
from search.tokens import Vocabulary

ODD = [
    "Straße",
    "ẞ",
    "Œuvre",
    "ﬁ",
    "l’État",
    "e\u0301cole",
    "監視カメラ",
    "ЁЖ",
    "Σς",
    "İ",
    "\u00ad",
    "½",
]
TEXTS = st.lists(
    st.one_of(st.text(max_size=30), st.lists(st.sampled_from([*ODD, "a", " "])).map("".join)),
    max_size=6,
)


def split_words(vocabulary: Vocabulary, texts: list[str]) -> list[list[str]]:
    """The words of each text, in order."""
    found: list[list[str]] = [[] for _ in texts]
    tokens = vocabulary.tokens(texts)
    for number, owner in zip(tokens.numbers.tolist(), tokens.owners.tolist(), strict=True):
        found[owner].append(vocabulary.words[number])
    return found


@settings(max_examples=50)
@given(blocks=st.lists(TEXTS, max_size=3))
def test_blocks_are_split_like_single_texts(blocks: list[list[str]]) -> None:
    vocabulary = Vocabulary()
    for texts in blocks:
        assert split_words(vocabulary, texts) == [words(text) for text in texts]
    assert len(set(vocabulary.words)) == len(vocabulary.words)


ALIKE = st.text("abя", min_size=1, max_size=14)


@settings(max_examples=50)
@given(blocks=st.lists(st.lists(st.lists(ALIKE).map(" ".join), max_size=4), max_size=4))
def test_words_sharing_letters_or_a_slot_stay_distinct(blocks: list[list[str]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokens, "_SLOTS_LOG", 3)
        patch.setattr(tokens, "_SLOTS", 8)
        vocabulary = Vocabulary()
        for texts in blocks:
            assert split_words(vocabulary, texts) == [words(text) for text in texts]
        assert len(set(vocabulary.words)) == len(vocabulary.words)


def test_every_letter_and_the_length_distinguish_words() -> None:
    lengths = ["a" * length for length in range(1, MAX_WORD + 1)]
    changed = [f"{'a' * place}b{'a' * (MAX_WORD - 1 - place)}" for place in range(MAX_WORD)]
    text = " ".join([*lengths, *changed])
    assert split_words(Vocabulary(), [text, text]) == [[*lengths, *changed]] * 2


def test_letters_that_fold_to_several_are_folded_like_in_core_words() -> None:
    for letter, letters in tokens._SEVERAL.items():
        assert words(letter) == [letters]


@pytest.mark.parametrize("length", [MAX_WORD - 1, MAX_WORD, MAX_WORD + 1, 3 * MAX_WORD])
@pytest.mark.parametrize("letter", ["x", "ß", "я", "\U00010428"])
def test_long_words_are_cut_at_the_same_length(letter: str, length: int) -> None:
    text = f"a {letter * length} b"
    assert split_words(Vocabulary(), [text, text]) == [words(text)] * 2


@given(text=st.one_of(st.text(), st.lists(st.sampled_from([*ODD, " "])).map("".join)))
def test_located_words_are_the_words_at_their_stated_offsets(text: str) -> None:
    found = word_spans(text)
    assert [word for word, _, _ in found] == words(text)
    for word, start, end in found:
        assert words(text[start:end]) == [word]
