"""Which reasons are chosen."""

from enrich.tagging.features import Reading
from enrich.tagging.reasons import (
    Reason,
    is_elsewhere,
    says_enough,
    strongest,
    without_repeats,
)
from enrich.words import Words

READING = Reading(Words("They read the mail of men"), Words("One saw it. Two did."), [], [])


def test_of_overlapping_reasons_the_strongest_is_shown() -> None:
    strong = Reason("title", 0, 10, 2.0, "a")
    weak = Reason("title", 5, 12, 1.0, "b")
    apart = Reason("text", 5, 12, 0.5, "c")
    assert strongest(READING, [strong, weak, apart], [], 6) == [strong, apart]
    assert strongest(READING, [strong, weak, apart], [weak], 1) == [weak]


def test_of_reasons_that_say_the_same_in_one_sentence_the_first_is_shown() -> None:
    read, mail = Reason("title", 5, 9, 2.0, "a"), Reason("title", 14, 18, 1.0, "a")
    other, apart = Reason("title", 14, 18, 1.0, "b"), Reason("text", 0, 3, 1.0, "a")
    assert strongest(READING, [read, mail, other, apart], [], 6) == [read, other, apart]


def test_a_reason_is_elsewhere_if_its_sentence_has_no_other() -> None:
    one, saw, two = (Reason("text", at, at + 3, 1.0, "a") for at in (0, 4, 12))
    assert is_elsewhere(READING, two, [one])
    assert not is_elsewhere(READING, saw, [one])


def test_of_the_parts_of_one_phrase_one_is_a_reason() -> None:
    text = "Reporters, said the firm on Monday, were targets of spyware. Agents listened."
    parts = [
        Reason("text", 0, 9, 1.0, "a", ((53, 60),)),
        Reason("text", 53, 60, 1.0, "a", ((0, 9),)),
    ]
    apart = Reason("text", 61, 67, 1.0, "a", ((53, 60),))
    assert without_repeats([*parts, apart], "", text) == [parts[0], apart]


def test_reasons_that_weigh_little_do_not_say_enough() -> None:
    assert not says_enough([])
    assert not says_enough([Reason("text", 0, 3, 0.9, "a")])
    assert says_enough([Reason("text", 0, 3, 0.6, "a"), Reason("text", 4, 7, 0.5, "b")])
