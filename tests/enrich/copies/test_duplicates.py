"""Copies are recognised however an outlet has edited them; texts that only look alike are not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.records import Sketched
from demo.editing import EDITS, cut, excerpt, local_paragraph, other_words, quoting
from demo.outlets import outlets
from enrich.copies import duplicates as module
from enrich.copies.duplicates import MAX_COPIES, Copy, Duplicates
from enrich.copies.sketch import sketch

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

TEXTS = list(
    dict.fromkeys(
        "\n".join(piece.version(3).body) for outlet in outlets() for piece in outlet.published(3)
    )
)
LONG = [text for text in TEXTS if len(text.split()) >= 60]


def invented(words: int, seed: int) -> str:
    """A text that shares nothing with any other."""
    chance = Random(seed)
    return " ".join(f"w{chance.randrange(10**7)}" for _ in range(words))


def placed(
    texts: Iterable[tuple[str, str]], known: Duplicates | None = None, *, start: int = 0
) -> list[Copy | None]:
    """The copies found among texts, each with its site; the articles are named 0, 1, 2 ..."""
    known = Duplicates() if known is None else known
    return [
        known.place(str(number), sketch(text), MONDAY + number * MINUTE, site).copy
        for number, (text, site) in enumerate(texts, start)
    ]


def originals(found: Iterable[Copy | None]) -> list[str | None]:
    return [one.original if one else None for one in found]


def test_copies_and_only_copies_are_found() -> None:
    chance = Random(11)
    known = Duplicates()
    first = placed(((text, f"own{number}.org") for number, text in enumerate(LONG)), known)
    sources = [one.original if one else str(number) for number, one in enumerate(first)]
    assert len(LONG) - len(set(sources)) <= 1  # the newsroom's own edited wire copy
    edited = [
        (number, kind, edit(text, chance))
        for number, text in enumerate(LONG)
        for kind, edit in EDITS.items()
    ]
    chance.shuffle(edited)
    missed, wrong = Counter[str](), Counter[str]()
    for place, (number, kind, text) in enumerate(edited):
        at = MONDAY + timedelta(hours=9, seconds=place)
        copy = known.place(f"copy-{place}", sketch(text), at, f"site{place % 301}.org").copy
        missed[kind] += copy is None
        wrong[kind] += copy is not None and copy.original != sources[number]
    assert missed.total() <= 0.01 * len(edited), missed
    assert wrong.total() <= 0.01 * len(edited), wrong


def test_a_copy_names_the_first_article_even_if_closer_to_another_copy() -> None:
    chance = Random(3)
    text = invented(300, 1)
    grown = f"{text} {invented(60, 2)}"
    again = cut(0.9)(grown, chance)
    assert originals(placed([(text, "a.org"), (grown, "b.org"), (again, "c.org")])) == [
        None,
        "0",
        "0",
    ]


def test_the_share_is_relative_to_the_shorter_text() -> None:
    text = invented(102, 1)
    (_, copy) = placed([(text, "a.org"), (f"{' '.join(text.split()[:82])} {invented(20, 2)}", "b")])
    assert copy is not None
    assert copy.share == pytest.approx(0.8)


@pytest.mark.parametrize(
    "text",
    [
        "Follow our live coverage here",
        "Read more about this on our site",
        "",
    ],
)
def test_short_texts_are_not_copies(text: str) -> None:
    assert originals(placed([(text, f"{number}.org") for number in range(3)])) == [None] * 3


def test_two_reporters_on_one_event_are_not_copies() -> None:
    one = (
        "Georgia's candidate Stasia Abrew said on Sunday that it is a fallacy that we know exactly "
        "when the count began, to loud applause."
    )
    other = (
        "It is a fallacy that we know exactly when the count began, Stasia Abrew told a studio "
        "audience in a heated interview about her own party's plans."
    )
    assert originals(placed([(one, "a.org"), (other, "b.org")])) == [None, None]


PAYWALL = (
    "To go on reading this article you need a subscription. Our subscribers have access to all "
    "that we print, to the archive back to 1871, to the crossword and to the letters of our "
    "correspondents. The first month is free and you can end it at any time with a click. Already "
    "a subscriber? Then sign in with the address that you gave us and the password we sent you."
)


def test_an_outlets_boilerplate_after_the_text_makes_no_copies() -> None:
    pages = [(f"{invented(25, number)}\n{PAYWALL}", "paper.org") for number in range(90)]
    assert originals(placed(pages)) == [None] * 90


def test_an_outlets_boilerplate_before_the_text_makes_no_copies() -> None:
    pages = [(f"{PAYWALL}\n{invented(100, number)}", "paper.org") for number in range(90)]
    assert originals(placed(pages)) == [None] * 90


def test_a_repeatedly_edited_article_stays_a_copy() -> None:
    """At other addresses of its site. Once in two articles, its words passed for boilerplate."""
    for seed in range(40):
        first = invented(60, seed).split()
        edits = [" ".join([*first[: 9 * n], f"edit{n}", *first[9 * n :]]) for n in range(1, 6)]
        known = Duplicates()
        found = [
            known.place(
                str(number),
                sketch(text),
                MONDAY + number * MINUTE,
                "paper.org",
                is_headed_alike=lambda _: True,
            ).copy
            for number, text in enumerate([" ".join(first), *edits])
        ]
        assert originals(found) == [None, *["0"] * 5]


def test_teasers_above_boilerplate_are_distinguished_once_it_is_known() -> None:
    pages = [(f"{PAYWALL}\n{invented(10, number)}", "paper.org") for number in range(90)]
    assert originals(placed(pages))[2:] == [None] * 88


def test_a_paragraph_shared_by_many_sites_makes_few_copies() -> None:
    pages = [(f"{invented(60, n)}\n{PAYWALL}", f"chain{n % 30}.org") for n in range(200)]
    found = originals(placed(pages))
    assert found[module.SHORT * 2 :] == [None] * (200 - module.SHORT * 2)


def test_an_outlets_own_copy_at_another_address_is_a_copy() -> None:
    text = invented(200, 1)
    again = other_words(text, Random(1))
    again = " ".join([*text.split()[:180], *again.split()[180:]])
    assert originals(placed([(text, "a.org"), (again, "a.org")])) == [None, "0"]


def test_a_piece_that_quotes_another_is_not_a_copy() -> None:
    chance = Random(5)
    brief, own = invented(80, 1), "\n".join(invented(80, seed) for seed in range(2, 8))
    pieces = [
        (brief, "a.org"),
        (quoting(own, brief, chance), "b.org"),
        (quoting(invented(600, 9), excerpt(brief, 40, chance), chance), "c.org"),
    ]
    assert originals(placed(pieces)) == [None, None, None]
    # Nor the other way round: an excerpt from within a long piece.
    assert originals(placed([(own, "b.org"), (excerpt(own, 60, Random(8)), "d.org")])) == [None] * 2


def test_a_brief_and_the_article_grown_from_it_are_copies() -> None:
    brief = invented(60, 1)
    report = f"{brief} {invented(600, 2)}"
    assert originals(placed([(brief, "a.org"), (report, "b.org")])) == [None, "0"]
    assert originals(placed([(report, "b.org"), (brief, "a.org")])) == [None, "0"]


def test_wire_copy_on_hundreds_of_sites_stays_known_in_little_memory() -> None:
    known = Duplicates()
    chance = Random(6)
    text = invented(400, 1)
    copies = [(local_paragraph(text, chance), f"{number}.org") for number in range(300)]
    found = placed([(text, "agency.org"), *copies], known)
    assert originals(found) == [None] + ["0"] * 300
    assert len(known) == MAX_COPIES


def test_a_given_exact_copy_is_accepted_and_remembered() -> None:
    known = Duplicates()
    text = invented(100, 1)
    decided = known.place("b", sketch(text), MONDAY, original="a")
    assert decided.copy == Copy(original="a", share=1)
    assert known.place("c", sketch(f"{text} and more"), MONDAY).copy == Copy(original="a", share=1)


def test_an_article_is_not_a_copy_of_itself_or_of_its_copy() -> None:
    known = Duplicates()
    text = invented(100, 1)
    assert originals(placed([(text, "a.org"), (text, "b.org")], known)) == [None, "0"]
    assert known.place("0", sketch(f"{text} edited"), MONDAY + MINUTE, "a.org") == (None, None)
    assert len(known) == 2


@pytest.mark.parametrize("is_alike", [True, False, None])
@pytest.mark.parametrize(("new_words", "is_copy"), [(100, True), (150, False)])
def test_what_repeats_a_text_below_its_own_news_is_a_copy_only_under_the_same_headline(
    is_alike: bool | None, new_words: int, is_copy: bool
) -> None:
    known = Duplicates()
    placed([(text := invented(200, 1), "agency.org")], known)
    follow_up = sketch(f"{invented(new_words, 2)} {text}")
    at = MONDAY + MINUTE
    tell = None if is_alike is None else {"0": is_alike}.__getitem__
    found = known.place("1", follow_up, at, "b.org", is_headed_alike=tell)
    assert (found.copy is not None) == (is_copy or is_alike is not False)


def test_a_copy_of_a_text_of_which_few_shingles_are_kept_is_no_follow_up() -> None:
    known = Duplicates()
    placed([(text := invented(20_000, 1), "agency.org")], known)
    copied = sketch(f"{text} More follows.")
    at = MONDAY + MINUTE
    assert known.place("1", copied, at, "b.org", is_headed_alike=lambda _: False).copy


@pytest.mark.parametrize("site", ["a.org", "b.org"])
def test_a_known_other_piece_is_not_its_original(site: str) -> None:
    known = Duplicates()
    text = invented(100, 1)
    placed([(text, "a.org")], known)
    at = MONDAY + MINUTE
    assert known.place("1", sketch(text), at, site, is_other_piece="0".__eq__).copy is None


def test_the_shared_part_of_a_text_can_be_queried() -> None:
    known = Duplicates()
    text = invented(100, 1)
    placed([(text, "a.org")], known)
    assert known.share("0", sketch(text)) == 1
    assert known.share("0", sketch(invented(100, 2))) == 0
    assert known.share("0", None) is None
    assert known.share("9", sketch(text)) is None


def test_the_window_includes_its_edge() -> None:
    text = invented(100, 1)
    for beyond, found in ((0, "a"), (1, None)):
        known = Duplicates(window=timedelta(days=2))
        known.place("a", sketch(text), MONDAY)
        at = MONDAY + timedelta(days=2, seconds=beyond)
        assert originals([known.place("b", sketch(text), at).copy]) == [found]


def test_a_sketch_cannot_be_given_twice() -> None:
    one = Duplicates().place("a", sketch(invented(20, 1)), MONDAY).sketched
    assert one is not None
    with pytest.raises(ValueError, match="twice"):
        Duplicates([one, one])


# Streams of pieces edited from a few sources, at a few sites, at mostly increasing times.
sources = [invented(words, words) for words in (12, 30, 70, 200, 900)]
pieces = st.tuples(
    st.integers(0, len(sources) - 1),
    st.sampled_from([*EDITS, "quoted", "paywall"]),
    st.integers(0, 5),
    st.integers(-5, 60),
    st.integers(0, 3),
)
streams = st.lists(pieces, min_size=1, max_size=40)
Stream = list[tuple[int, str, int, int, int]]


def run(
    stream: Stream, known: Duplicates, start: int = 0
) -> list[tuple[str, Copy | None, Sketched | None]]:
    found = []
    for number, (source, how, site, hours, seed) in enumerate(stream, start):
        chance = Random(seed)
        if how == "quoted":
            text = quoting(invented(300, 1000 + seed), sources[source], chance)
        elif how == "paywall":
            text = f"{invented(20, 2000 + seed)} {PAYWALL}"
        else:
            text = EDITS[how](sources[source], chance)
        at = MONDAY + timedelta(hours=10 * number + hours)
        own_sketch = sketch(text)
        exact = f"{seed}" if seed == 3 and number > 3 else None
        found.append(
            (str(number), *known.place(str(number), own_sketch, at, f"{site}", original=exact))
        )
    return found


@settings(max_examples=60)
@given(streams, st.sampled_from([1, 10, 1000]), st.sampled_from([3, 60]))
def test_batches_and_restarts_change_nothing(stream: Stream, size: int, limit: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("enrich.copies.shingle_index.LIMIT", limit)
        patch.setattr("enrich.copies.shingle_index.FRESH", 500)
        patch.setattr(module, "MAX_COPIES", 4)
        whole = run(stream, Duplicates())
        parts: list[tuple[str, Copy | None, Sketched | None]] = []
        for start in range(0, len(stream), size):
            stored = [
                Sketched.model_validate(one.model_dump())
                for _, _, one in parts
                if isinstance(one, Sketched)
            ]
            parts += run(stream[start : start + size], Duplicates(stored), start)
    assert parts == whole
