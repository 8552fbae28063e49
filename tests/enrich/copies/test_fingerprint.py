import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import words as core_words
from enrich.copies.fingerprint import MIN_WORDS, are_few, fingerprint, normalise

TEXT = "The ministry's office said on Monday that nobody had read the messages of the mayor."

words = st.lists(st.text("abcdefgäöß0123456789", min_size=1, max_size=8), min_size=1, max_size=20)
gaps = st.sampled_from([" ", "\n", "\t", ", ", " - ", "\N{NO-BREAK SPACE}", " \N{EN DASH} ", "; "])


@pytest.mark.parametrize(
    "copy",
    [
        TEXT.upper(),
        TEXT.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}"),
        TEXT.replace(" ", "\N{NO-BREAK SPACE}\n"),
        TEXT.replace("ministry", "min\N{SOFT HYPHEN}istry"),
        TEXT.replace("office", "o\N{LATIN SMALL LIGATURE FFI}ce"),
        f"\N{LEFT DOUBLE QUOTATION MARK}{TEXT}\N{RIGHT DOUBLE QUOTATION MARK} \N{EM DASH}",
        TEXT.rstrip("."),
    ],
)
def test_typography_does_not_change_a_fingerprint(copy: str) -> None:
    assert fingerprint(copy) == fingerprint(TEXT) != ""


@pytest.mark.parametrize(
    "other",
    [
        TEXT.replace("nobody", "somebody"),
        TEXT.replace("Monday", "Monday 3"),
        TEXT + " More.",
        TEXT.replace("on Monday", "onMonday"),
        " ".join(reversed(TEXT.split())),
    ],
)
def test_other_words_give_another_fingerprint(other: str) -> None:
    assert fingerprint(other) != fingerprint(TEXT)


def test_a_fingerprint_stays_the_same_between_versions() -> None:
    # The ledger keeps fingerprints: a change of this value orphans all of them.
    assert fingerprint("One two three four five six seven eight") == (
        "62d51a1fd36f8eb32446ed41d6741ba8dba6532cdff86ab08b6d6c0c96deb6d5"
    )


def test_a_short_text_has_no_fingerprint() -> None:
    short = ["word"] * (MIN_WORDS - 1)
    assert fingerprint(" ".join(short)) == ""
    assert fingerprint(" ".join([*short, "word"])) != ""
    assert fingerprint("") == ""
    assert fingerprint("... !!! ---" * 9) == ""


@given(words, st.lists(gaps, min_size=20, max_size=20), st.lists(gaps, min_size=20, max_size=20))
def test_only_words_affect_a_fingerprint(
    parts: list[str], one: list[str], other: list[str]
) -> None:
    def spaced(between: list[str]) -> str:
        return "".join(part + gap for part, gap in zip(parts, between, strict=False))

    assert fingerprint(spaced(one)) == fingerprint(spaced(other).upper().lower())
    assert (fingerprint(spaced(one)) == "") == (len(parts) < MIN_WORDS)


@given(st.text())
def test_normalising_is_idempotent(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert all(part.isalnum() for part in once.split(" ") if part)


@given(st.text())
def test_composed_and_decomposed_accents_normalise_alike(text: str) -> None:
    assert normalise(unicodedata.normalize("NFD", text)) == normalise(text)


@pytest.mark.parametrize(
    ("text", "few"),
    [
        ("ताज़ा ख़बरों के लिए पढ़ें", True),
        ("ताज़ा ख़बरों के लिए पढ़ें और हमारे साथ", False),
        ("点击这里查看更多内容", True),
        ("警方在首都监视了三名记者的电话 法院文件显示", False),
        ("Fol\N{ZERO WIDTH SPACE}low our live cov\N{ZERO WIDTH SPACE}erage here now", True),
        ("\N{COMBINING ACUTE ACCENT} " * 20, True),
    ],
)
def test_words_of_every_script_are_counted_as_readers_count_them(text: str, few: bool) -> None:
    assert (fingerprint(text) == "") == few


@given(st.text(alphabet="ab \u00ad.\u0e01\u4e00\n", max_size=60), st.integers(0, 500))
def test_the_beginning_of_a_text_decides_whether_it_is_short(text: str, spaces: int) -> None:
    text = " " * spaces + text
    found = core_words.words(text.replace("\u00ad", ""))
    assert (fingerprint(text) == "") == (are_few(found) or not normalise(text))
