"""Words: computing lazily gives the same as computing at once, and memory stays bounded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich import words
from enrich.words import Memo, Words


@given(st.text(), st.integers(min_value=1, max_value=5))
def test_limited_words_are_the_first_of_the_whole_text(text: str, most: int) -> None:
    first, whole = Words(text, most), Words(text)
    assert first.words == whole.words[:most]
    assert (first.starts, first.ends) == (whole.starts[:most], whole.ends[:most])


@given(st.text(alphabet="aB'\u2019_ .!\n"))
def test_offsets_are_those_of_the_words(text: str) -> None:
    words = Words(text)
    bounds = zip(words.starts, words.ends, strict=True)
    assert [text[start:end] for start, end in bounds] == words.words


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("He denied it. Then he left.", 2),
        ("It was not he.\n\nServices of both knew.", 2),
        ("The office of Mr.\nSecond line.", 2),
        ("Rules of the EU. Police object.", 2),
        ("They told us. \u201cNo,\u201d he said.", 2),
        ("The U.S. Army and Mr. Hill of St. Louis met.", 1),
        ("Levin et al. Proceedings; Hall vs. Facebook", 1),
        ("It is no. 5 of ca. ten.", 1),
    ],
)
def test_a_full_stop_ends_a_sentence_unless_it_abbreviates(text: str, sentences: int) -> None:
    assert len(Words(text).breaks) + 1 == sentences


def test_a_memo_computes_each_word_once(monkeypatch) -> None:
    computed: list[str] = []

    def compute(word: str) -> int:
        computed.append(word)
        return len(word)

    memo = Memo(compute)
    assert [memo[word] for word in ("one", "three", "one")] == [3, 5, 3]
    assert computed == ["one", "three"]
    monkeypatch.setattr(words, "MAX_MEMO", 2)
    assert memo["two"] == 3
    assert list(memo) == ["two"]
