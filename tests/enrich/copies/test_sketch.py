"""Sketches: small, the same everywhere, and a fair sample of the text."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.words import words
from enrich.copies.sketch import MAX_HASHES, Sketch, SketchError, common, sketch

PINNED = "0700000001000000a4d49a4a2e46ba6983c1c5a7149bbab0b7303bbf6ae2e4d7e58078e1"
"""A ledger's sketch of `One two three four five six seven eight nine`."""


def invented(number: int, chance: Random) -> str:
    return " ".join(f"w{chance.randrange(10**9)}" for _ in range(number))


def same(one: Sketch | None, other: Sketch | None) -> bool:
    return (one is None) == (other is None) and (
        one is None or (other is not None and one.pack() == other.pack())
    )


@given(st.text(max_size=200))
@example("Das Überwachungsgesetz der Länder: straßenweise, naïve Æsir, “quoted” \u2013 and more.")
@example("監視カメラの映像が公開された " * 3)
@example("суд йод ещё слово здесь и там и тут")
@example("ǅ İ ŉ ß ﬁ a\u0301 \u00ad soft\u00adhyphen x\u200dy one two three four five")
def test_a_sketch_has_the_same_words_as_a_search(text: str) -> None:
    if "://" not in text and "www." not in text:
        assert same(sketch(text), sketch(" ".join(words(text))))


def test_a_text_below_eight_words_has_no_sketch() -> None:
    assert sketch("Follow our live coverage of this here") is None
    assert sketch("Follow our live coverage of this right here") is not None


def test_an_address_counts_as_one_word() -> None:
    long = "https://news.example/2022/10/world/a/very/long/path?with=many&words=in&it"
    assert sketch(f"Read it at {long}, or do not") is None
    made = sketch(f"You can read all of the long report at {long}")
    assert made is not None
    assert made.size == 8


@given(st.integers(8, 5000))
def test_a_sketch_is_bounded_and_survives_packing(number: int) -> None:
    before = sketch(invented(number, Random(number)))
    assert before is not None
    assert number - 4 <= before.size <= number - 2  # two of a million have one hash
    assert len(before.hashes) <= 1.2 * MAX_HASHES
    after = Sketch.unpack(before.pack())
    assert (after.size, after.scale) == (before.size, before.scale)
    assert after.hashes.tolist() == before.hashes.tolist() == sorted(set(before.hashes.tolist()))
    assert after.lead.tolist() == before.lead.tolist()
    assert len(before.pack()) < 3_000


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"\x01",
        bytes.fromhex("0600000001000000ffff"),  # cut short
        bytes.fromhex("0600000000000000"),  # an empty sample
        bytes.fromhex("0600000003000000"),  # not a power of two
        bytes.fromhex("060000000100090000000000"),  # more in its lead than in all
    ],
)
def test_an_invalid_sketch_is_refused(damage: bytes) -> None:
    with pytest.raises(SketchError):
        Sketch.unpack(damage)


def test_samples_of_different_scale_agree_on_the_shared_part() -> None:
    text = invented(4000, Random(1))
    whole, part = sketch(text), sketch(" ".join(text.split()[:1000]))
    assert whole is not None
    assert part is not None
    scale = max(whole.scale, part.scale)
    shared = common(part.at(scale), whole.at(scale))
    assert shared == len(part.at(scale))
    assert shared * scale == pytest.approx(998, rel=0.2)


def test_the_stored_form_of_a_sketch_does_not_change() -> None:
    made = sketch("One two three four five six seven eight nine")
    assert made is not None
    assert made.pack().hex() == PINNED


def test_a_short_line_without_spaces_has_no_sketch() -> None:
    assert sketch("点击这里查看更多内容") is None
    assert sketch("警方在首都监视了三名记者的电话 法院文件显示") is not None


def test_a_lone_surrogate_in_an_address_is_harmless() -> None:
    broken = "Read all of it here: https://news.example/\ud800 and tell us what you think"
    assert sketch(broken) is not None
