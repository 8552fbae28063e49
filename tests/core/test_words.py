# ruff: noqa: RUF001 (these tests are about look-alike letters)
from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.words import MAX_WORD, lower, stem, word_count, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" .,-_ ½ ① ☎️ ", []),
        ("Spy-ware: 2.0", ["spy", "ware", "2", "0"]),
        ("judge’s don't", ["judge", "s", "don", "t"]),
        ("Müller ÅNGSTRÖM straße Łódź Æon", ["muller", "angstrom", "strasse", "lodz", "aeon"]),
        ("Mu\u0308ller", ["muller"]),
        ("sur\u00adveil\u00adlance", ["surveillance"]),
        ("İstanbul ISPARTA ıslak", ["istanbul", "isparta", "islak"]),
        ("ΟΔΟΣ οδός", ["οδοσ", "οδοσ"]),
        ("Ёлка елка йод", ["елка", "елка", "йод"]),
        ("監視カメラ、NSO社", ["監", "視", "カ", "メ", "ラ", "nso", "社"]),
        ("निगरानी مراقبة", ["निगरानी", "مراقبة"]),
        ("ﬁle ＡＢＣ", ["file", "abc"]),
        ("x" * 150, ["x" * MAX_WORD]),
    ],
)
def test_words_are_split_and_folded(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", 0), ("judge’s don't – no", 4), ("監視カメラ、NSO社", 1 + 3), ("ตำรวจ สอดแนม", 2 + 5)],
)
def test_words_are_counted_as_readers_would(text: str, expected: int) -> None:
    assert word_count(text) == expected


@given(st.text())
def test_splitting_words_again_changes_nothing(text: str) -> None:
    assert words(" ".join(words(text))) == words(text)


@given(st.text())
def test_case_does_not_matter(text: str) -> None:
    assert words(lower(text)) == words(text)
    assert lower(lower(text)) == lower(text)


def test_forms_of_a_word_share_a_stem() -> None:
    forms = ["wiretap", "wiretaps", "wiretapping", "wiretapped"]
    assert {stem(form) for form in forms} == {"wiretap"}
    assert stem("überwachungs") == "überwachungs"
    assert stem("f16s") == "f16s"


def test_threads_may_stem_concurrently() -> None:
    vocabulary = [f"{a}{b}ing" for a in "bcdfghjklm" for b in ("lann", "ropp", "eat", "imb")] * 50
    expected = [stem(word) for word in vocabulary]
    stem.cache_clear()
    found: list[list[str]] = []
    threads = [
        threading.Thread(target=lambda: found.append([stem(word) for word in vocabulary]))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4
