"""Words: what is worked out late is what is worked out at once, and memory stays bounded."""

from hypothesis import given
from hypothesis import strategies as st

from enrich import words
from enrich.words import Memo, Words, tokens


@given(st.text(), st.integers(min_value=1, max_value=5))
def test_the_first_words_are_those_of_the_whole_text(text: str, most: int) -> None:
    assert Words(text, most).tokens == tokens(text)[:most]


@given(st.text(alphabet="aB'\u2019_ .!\n"))
def test_columns_agree(text: str) -> None:
    split = Words(text)
    columns = zip(split.starts, split.ends, split.words, split.forms, strict=True)
    assert [token[:4] for token in split.tokens] == list(columns)
    assert [text[token.start : token.end] for token in split.tokens] == split.words
    assert [split.sentence(place) for place in range(len(split))] == [
        token.sentence for token in split.tokens
    ]


def test_a_memo_asks_once_a_word(monkeypatch) -> None:
    asked: list[str] = []

    def tell(word: str) -> int:
        asked.append(word)
        return len(word)

    memo = Memo(tell)
    assert [memo[word] for word in ("one", "three", "one")] == [3, 5, 3]
    assert asked == ["one", "three"]
    monkeypatch.setattr(words, "MOST_KNOWN", 2)
    assert memo["two"] == 3
    assert list(memo) == ["two"]
