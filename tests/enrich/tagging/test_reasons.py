"""Which reasons are chosen."""

from dataclasses import replace

from enrich.tagging.features import Reading
from enrich.tagging.reasons import Reason, says_enough, strongest, telling, without_repeats
from enrich.words import Words


def test_of_overlapping_reasons_the_strongest_is_shown() -> None:
    strong = Reason("title", 0, 10, 2.0, "a")
    weak = Reason("title", 5, 12, 1.0, "b")
    apart = Reason("text", 5, 12, 0.5, "c")
    assert strongest([strong, weak, apart], [], 6) == [strong, apart]
    assert strongest([strong, weak, apart], [weak], 1) == [weak]


def test_a_weaker_overlapping_reason_shrinks_to_the_part_found() -> None:
    strong = Reason("title", 12, 30, 2.0, "a")
    grown = Reason("title", 0, 20, 1.0, "b", shorter=((0, 14), (0, 10)))
    assert strongest([strong, grown], [], 6)[1] == replace(grown, end=10)


def test_of_a_single_word_nothing_is_left_to_shrink_to() -> None:
    strong = Reason("title", 12, 30, 2.0, "a")
    word = Reason("title", 0, 40, 1.0, "b", core=(31, 39))
    assert strongest([strong, word], [], 6) == [strong]
    assert strongest([word], [], 6) == [word]


def test_of_the_parts_of_one_phrase_one_is_a_reason() -> None:
    text = "Reporters, said the firm on Monday, were targets of spyware. Agents listened."
    parts = [
        Reason("text", 0, 9, 1.0, "a", ((53, 60),)),
        Reason("text", 53, 60, 1.0, "a", ((0, 9),)),
    ]
    apart = Reason("text", 61, 67, 1.0, "a", ((53, 60),))
    assert without_repeats([*parts, apart], "", text) == [parts[0], apart]


def test_names_alone_do_not_say_enough() -> None:
    text = "The Data Protection Commission asked who tapped the phones."
    reading = Reading(Words(""), Words(text), [], [])
    name, phrase = Reason("text", 4, 30, 2.0, "a"), Reason("text", 41, 58, 2.0, "b")
    assert not says_enough(reading, [])
    assert not says_enough(reading, [name])
    assert says_enough(reading, [name, phrase])
    assert not says_enough(reading, [replace(phrase, gain=0.5)])
    assert telling(reading, [name, phrase, Reason("text", 52, 58, 2.0, "c")]) == [phrase]
