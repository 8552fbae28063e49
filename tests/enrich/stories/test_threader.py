import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random

import as_shipped
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from demo.outlets import outlets
from enrich.meanings import COMMON_WIDTH, ENGLISH_WIDTH, MEANING_WIDTH, pack_meaning
from enrich.stories.judge import shipped
from enrich.stories.parted import Parted
from enrich.stories.placement import MEANING, Member, Piece, Placement
from enrich.stories.profile import Profile
from enrich.stories.thread_lines import Threaded, thread_lines
from enrich.stories.threader import Merge, Threader, ThreadingParameters
from enrich.stories.whitening import Whitening
from enrich.train.measure_threads import BCubed, b_cubed

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)

TAPPED = ("Zubrovka spies tapped mayor's phone", "The mayor of Lutz says Zubrovka agents listened.")
TAPPED_2 = ("Mayor of Lutz: Zubrovka listened to me", "Agents tapped her phone, she says.")
CAMERAS = ("Borduria buys face cameras", "The Bordurian railway orders cameras for its stations.")


TOLD_ANEW = ("She was overheard for a year", "A politician speaks of foreign listeners.")


def meaning(*parts: float) -> str:
    """A meaning of length 1 in the direction of its first few numbers."""
    whole = np.zeros(MEANING_WIDTH, dtype=np.float32)
    whole[: len(parts)] = parts
    return pack_meaning(whole / np.float32(2 * np.linalg.norm(parts)))


UNTURNED = replace(
    shipped(),
    whitening=Whitening(
        np.eye(ENGLISH_WIDTH, dtype=np.float32), np.eye(COMMON_WIDTH, dtype=np.float32)
    ),
)
"""Compares meanings as given, unwhitened, so that angles are what the tests say."""


@cache
def meaning_of(title: str, text: str) -> str:
    """The shipped model's meaning, cached across tests since it takes a moment."""
    return as_shipped.tagger().meaning(title, text)


def place(
    threader: Threader, name: str, piece: tuple[str, str], at: datetime, meaning: str = ""
) -> Placement:
    return threader.place(Piece(name, *piece, at, meaning=meaning))


def test_an_article_joins_the_story_of_its_event_and_says_why() -> None:
    threader = Threader()
    first = place(threader, "a", TAPPED, MONDAY)
    other = place(threader, "b", CAMERAS, MONDAY + HOUR)
    second = place(threader, "c", TAPPED_2, MONDAY + 2 * HOUR)
    assert (first.story, first.score, first.why) == ("a", 0.0, ())
    assert other.story == "b"
    assert second.story == second.member.story == "a"
    assert second.score > 0.5
    assert {reason.term for reason in second.why[:2]} == {"Zubrovka", "Lutz"}
    assert {reason.term for reason in second.why} >= {"tapped", "Mayor"}
    assert [r.weight for r in second.why] == sorted((r.weight for r in second.why), reverse=True)
    assert sum(reason.weight for reason in second.why) <= second.score + 1e-3


def test_on_topic_an_article_in_other_words_joins_by_its_meaning() -> None:
    threader = Threader()
    place(threader, "a", TAPPED, MONDAY, meaning(1, 0.1))
    place(threader, "b", CAMERAS, MONDAY, meaning(0.1, 1))
    joined = place(threader, "c", TOLD_ANEW, MONDAY + HOUR, meaning(1, 0.2))
    assert joined.story == "a"
    (reason,) = joined.why
    assert reason.term == MEANING
    assert reason.weight == pytest.approx(joined.score, abs=1e-3)
    apart = ("Who listens at the door?", "A senator asks for a list of names.")
    assert place(threader, "d", apart, MONDAY + HOUR, meaning(0, 0, 1)).story == "d"


def test_on_topic_an_article_in_the_same_words_joins_by_them() -> None:
    threader = Threader()
    place(threader, "a", TAPPED, MONDAY, meaning(1))
    joined = place(threader, "b", TAPPED_2, MONDAY + HOUR, meaning(0, 1))
    assert joined.story == "a"
    assert {reason.term for reason in joined.why[:2]} == {"Zubrovka", "Lutz"}
    assert MEANING not in {reason.term for reason in joined.why}


def test_off_topic_meanings_are_not_compared() -> None:
    threader = Threader()
    place(threader, "a", TAPPED, MONDAY, meaning(1, 0.1))
    assert place(threader, "b", TOLD_ANEW, MONDAY + HOUR).story == "b"
    assert place(threader, "c", TOLD_ANEW, MONDAY + HOUR, meaning(0, 1)).story == "b"


def test_the_score_is_shared_between_meaning_and_terms() -> None:
    threader = Threader()
    place(threader, "a", TAPPED, MONDAY, meaning(1, 0.1))
    joined = place(threader, "b", TAPPED_2, MONDAY + HOUR, meaning(1, 0.2))
    weights = {reason.term: reason.weight for reason in joined.why}
    assert 0 < weights["Zubrovka"] < weights[MEANING] < joined.score
    assert all(f"{weight:.2f}" != "0.00" for weight in weights.values())
    assert sum(weights.values()) <= joined.score + 1e-3


def test_the_crowd_on_topic_excludes_articles_off_topic() -> None:
    parameters = ThreadingParameters(threshold=0.5)
    alone, crowded = Threader(parameters=parameters), Threader(parameters=parameters)
    for number in range(600):
        place(crowded, f"x{number}", (f"Match {number}", ""), MONDAY)
    for threader in (alone, crowded):
        place(threader, "a", TAPPED, MONDAY, meaning(1, 0.1))
    there, here = (
        place(threader, "b", TAPPED_2, MONDAY, meaning(1, 0.2)) for threader in (alone, crowded)
    )
    assert (there.story, there.score) == (here.story, here.score) == ("a", there.score)


def test_a_story_stays_open_while_articles_arrive() -> None:
    days = [MONDAY + timedelta(days=n) for n in (0, 6, 12)]
    chain = Threader(window=timedelta(days=7))
    stories = [place(chain, name, TAPPED, day).story for name, day in zip("abc", days, strict=True)]
    assert stories == ["a", "a", "a"]
    gap = Threader(window=timedelta(days=7))
    place(gap, "a", TAPPED, days[0])
    assert place(gap, "c", TAPPED, days[2]).story == "c"


@pytest.mark.parametrize("sign", [1, -1])
def test_the_window_includes_its_edge_on_both_sides(sign: int) -> None:
    for beyond, story in ((timedelta(0), "a"), (timedelta(seconds=1), "b")):
        threader = Threader(window=timedelta(days=2))
        place(threader, "a", TAPPED, MONDAY)
        apart = timedelta(days=2) + beyond
        assert place(threader, "b", TAPPED, MONDAY + sign * apart).story == story


def test_the_threshold_decides_whether_an_article_joins() -> None:
    strict, loose = (
        Threader(parameters=ThreadingParameters(threshold=least)) for least in (0.995, 0.01)
    )
    for threader in (strict, loose):
        place(threader, "a", TAPPED, MONDAY)
    assert place(strict, "b", TAPPED_2, MONDAY).story == "b"
    assert place(loose, "b", TAPPED_2, MONDAY).story == "a"


def test_a_crowd_makes_it_harder_to_join() -> None:
    few, many = Threader(), Threader()
    for number in range(2_000):
        place(many, f"{number}", (f"Report {number}", ""), MONDAY)
    scores = []
    for threader in (few, many):
        place(threader, "a", TAPPED, MONDAY)
        scores.append(place(threader, "b", TAPPED_2, MONDAY).score)
    assert scores[0] > scores[1] > 0


def test_only_a_crowd_from_the_same_time_makes_joining_harder() -> None:
    """Articles of a month ago do not lower scores of today, only those of a month ago."""
    later = MONDAY + timedelta(days=30)
    scores = []
    for first in (MONDAY, later):
        few, many = Threader(), Threader()
        for number in range(2_000):
            place(many, f"{number}", (f"Report {number}", ""), MONDAY)
        for threader in (few, many):
            place(threader, "a", TAPPED, first)
            scores.append(place(threader, "b", TAPPED_2, later).score)
    assert scores[0] > scores[1]
    assert scores[2] == scores[3] > 0


def test_service_pieces_score_lower() -> None:
    """They resemble each other by kind: numbers of two lotteries, the same advice on two things."""
    scores = []
    for kind in ("lottery numbers", "lottery scandal"):
        threader = Threader()
        text = "The numbers drawn in Zubrovka on Tuesday evening were 4, 8, 15 and 16."
        place(threader, "a", (f"Lutz's {kind} for Tuesday", text), MONDAY)
        scores.append(place(threader, "b", (f"Zubrovka's {kind} for Tuesday", text), MONDAY).score)
    assert scores[0] < scores[1]


def test_an_article_that_follows_a_story_stays_in_it_when_edited() -> None:
    threader = Threader(judge=UNTURNED)
    place(threader, "a", TAPPED, MONDAY, meaning(1))

    def follow(angle: float) -> Placement | None:
        means = meaning(math.cos(angle), math.sin(angle))
        return threader.follow(Piece("b", *CAMERAS, MONDAY + HOUR, meaning=means))

    assert follow(1.5) is None
    assert len(threader) == 1
    first = follow(0.1)
    assert first is not None
    assert (first.story, len(threader)) == ("a", 2)
    again = follow(1.5)
    assert again is not None
    assert (again.story, again.member, len(threader)) == ("a", first.member, 2)


def test_an_article_on_two_stories_merges_them() -> None:
    """Two headlines share too little until an article has what both have."""
    both = ("Zubrovka tapped the mayor of Lutz; opera singer Castafiore heard the tape", "")
    one = ("Zubrovka tapped the mayor of Lutz", "")
    other = ("Opera singer Castafiore heard the tape", "")
    parameters = ThreadingParameters(threshold=0.2, merge=Merge(0.25, 0.0))
    threader = Threader(parameters=parameters)
    stories = [
        place(threader, name, piece, MONDAY + HOUR) for name, piece in (("b", one), ("a", other))
    ]
    assert [placed.story for placed in stories] == ["b", "a"]
    placed = place(threader, "c", both, MONDAY + 2 * HOUR)
    # Both were seen at the same time, so the id decides.
    assert (placed.story, placed.merges) == ("a", ("b",))
    assert place(threader, "b", one, MONDAY).story == "a"
    strict = Threader(parameters=ThreadingParameters(threshold=0.2, merge=Merge(0.25, 0.9)))
    for name, piece in (("b", one), ("a", other)):
        place(strict, name, piece, MONDAY + HOUR)
    assert place(strict, "c", both, MONDAY + 2 * HOUR).merges == ()


def test_an_article_between_two_stories_on_topic_merges_them() -> None:
    """The two opened separate stories because their meanings are just too far apart."""
    sides = ("a", TAPPED, 0.55), ("b", CAMERAS, -0.55)
    threader = Threader(judge=UNTURNED)
    for name, piece, angle in sides:
        means = meaning(math.cos(angle), math.sin(angle))
        assert place(threader, name, piece, MONDAY, means).story == name
    placed = place(threader, "c", TOLD_ANEW, MONDAY + HOUR, meaning(1))
    assert (placed.story, placed.merges) == ("a", ("b",))


@pytest.mark.parametrize("parted", [("a", "b"), ("b", "a")])
def test_parted_stories_stay_two_and_the_article_joins_the_closer_one(
    parted: tuple[str, str],
) -> None:
    threader = Threader(judge=UNTURNED, parted=[parted])
    for name, piece, angle in (("a", TAPPED, 0.6), ("b", CAMERAS, -0.5)):
        means = meaning(math.cos(angle), math.sin(angle))
        place(threader, name, piece, MONDAY, means)
    placed = place(threader, "c", TOLD_ANEW, MONDAY + HOUR, meaning(1))
    assert (placed.story, placed.merges) == ("b", ())


def test_an_article_joins_no_story_that_its_own_is_parted_from() -> None:
    assert place(known := Threader(), "a", TAPPED, MONDAY).story == "a"
    assert place(known, "b", TAPPED_2, MONDAY).story == "a"
    place(threader := Threader(parted=[("a", "b")]), "a", TAPPED, MONDAY)
    assert place(threader, "b", TAPPED_2, MONDAY).story == "b"


def test_a_story_that_a_parted_article_joined_is_parted_as_well() -> None:
    threader = Threader(judge=UNTURNED, parted=[("a", "x")])
    for name, piece, angle in (("a", TAPPED, 0.6), ("b", CAMERAS, -0.5), ("x", CAMERAS, -0.5)):
        means = meaning(math.cos(angle), math.sin(angle))
        place(threader, name, piece, MONDAY, means)
    placed = place(threader, "c", TOLD_ANEW, MONDAY + HOUR, meaning(1))
    assert (placed.story, placed.merges) == ("b", ())


def test_what_merges_into_a_story_brings_what_it_is_parted_from() -> None:
    parted = Parted([("b", "d"), ("a", "e")])
    parted.merge("b", "a")
    apart = {(one, other) for one in "abde" for other in "abde" if parted.has(one, other)}
    assert apart == {("a", "d"), ("d", "a"), ("a", "e"), ("e", "a")}


def test_an_article_without_words_stands_alone() -> None:
    threader = Threader()
    assert place(threader, "a", ("", "..."), MONDAY).story == "a"
    assert place(threader, "b", ("", ""), MONDAY).story == "b"


def test_a_known_article_keeps_its_story() -> None:
    threader = Threader()
    place(threader, "a", TAPPED, MONDAY)
    before = place(threader, "b", TAPPED_2, MONDAY)
    again = place(threader, "b", CAMERAS, MONDAY + HOUR)
    assert again.story == "a"
    assert again.member == before.member
    assert len(threader) == 2


def test_a_member_cannot_be_given_twice() -> None:
    member = place(Threader(), "a", TAPPED, MONDAY).member
    with pytest.raises(ValueError, match="twice"):
        Threader([member, member])


def test_a_time_without_zone_is_utc() -> None:
    threader = Threader(window=timedelta(0))
    place(threader, "a", TAPPED, MONDAY)
    assert place(threader, "b", TAPPED, MONDAY.replace(tzinfo=None)).story == "a"


# Streams of invented pieces: few words, so that some meet, at mostly increasing times.
NAMES = ["Zubrovka", "Borduria", "Lutz", "Syldavia", "Klow", "mayor", "phones", "cameras", "spies"]
MEANINGS = ["", meaning(1), meaning(1, 0.3), meaning(0.8, 0.7), meaning(0, 0, 1)]
pieces = st.tuples(
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=4).map(" ".join),
    st.lists(st.sampled_from([*NAMES, "the", "court"]), max_size=6).map(" ".join),
    st.integers(-5, 60),
    st.sampled_from(MEANINGS),
)
streams = st.lists(pieces, min_size=1, max_size=20)
Pieces = list[tuple[str, str, int, str]]


def run(stream: Pieces, threader: Threader, start: int = 0) -> list[Placement]:
    at = MONDAY + start * 10 * HOUR
    placed = []
    for number, (title, text, hours, means) in enumerate(stream, start):
        placed.append(place(threader, str(number), (title, text), at + hours * HOUR, means))
        at += 10 * HOUR
    return placed


def restored(placed: list[Placement]) -> list[Member]:
    """The members of some placements as a store returns them, after all merges."""
    kept: dict[str, Member] = {}
    for placement in placed:
        moved = dict.fromkeys(placement.merges, placement.story)
        kept[placement.member.id] = placement.member
        for name, member in kept.items():
            kept[name] = member.model_copy(update={"story": moved.get(member.story, member.story)})
    return [
        member.model_copy(update={"profile": Profile.unpack(member.profile.pack())})
        for member in kept.values()
    ]


def decisions(placed: Iterable[Placement]) -> list[tuple[object, ...]]:
    return [(one.story, one.score, one.why, one.member.id, one.merges) for one in placed]


EASY, NEVER = Merge(0.3, 0.1), Merge(2.0, 0.0)
PARAMETERS = [
    ThreadingParameters(),
    ThreadingParameters(threshold=0.2, merge=EASY, merge_by_meaning=EASY),
    ThreadingParameters(merge=NEVER, merge_by_meaning=NEVER),
]


@settings(max_examples=25)
@given(streams, st.sampled_from([1, 3, 10, 1000]), st.booleans(), st.sampled_from(PARAMETERS))
def test_batches_and_restarts_change_nothing(
    stream: Pieces, size: int, backwards: bool, parameters: ThreadingParameters
) -> None:
    whole = run(stream, Threader(parameters=parameters))
    parts: list[Placement] = []
    for start in range(0, len(stream), size):
        saved = restored(parts)
        threader = Threader(reversed(saved) if backwards else saved, parameters=parameters)
        parts += run(stream[start : start + size], threader, start)
    assert decisions(parts) == decisions(whole)


def test_merges_do_not_depend_on_old_members() -> None:
    """A crowd known only to old members must make no difference: a restart does not load it."""
    window, day = timedelta(days=10), timedelta(days=1)
    crowded, quiet = Threader(window=window), Threader(window=window)
    for number in range(3_000):
        crowd = (f"Match{number} ended", f"game{number}")
        piece = Piece(str(number), *crowd, MONDAY, meaning=meaning(0, 0, 1))
        crowded.place(piece, story=piece.id)
    merges = []
    for threader in (crowded, quiet):
        for name, side in (("a", 1), ("b", -1)):
            means = meaning(math.cos(0.55), side * math.sin(0.55))
            threader.place(Piece(name, *TAPPED, MONDAY + 8 * day, meaning=means), story=name)
        merges.append(place(threader, "c", TAPPED, MONDAY + 14 * day, meaning(1)).merges)
    assert merges == [("b",), ("b",)]


@settings(max_examples=25)
@given(streams, st.sampled_from(PARAMETERS))
def test_a_story_is_named_by_the_article_that_opened_it(
    stream: Pieces, parameters: ThreadingParameters
) -> None:
    stories: dict[str, str] = {}
    for placement in run(stream, Threader(parameters=parameters)):
        member = placement.member
        stories[member.id] = placement.story
        for merged in placement.merges:
            assert stories[merged] == merged
            stories[merged] = placement.story
        assert stories[placement.story] == placement.story
        assert 0 <= placement.score <= 1
        assert (placement.story == member.id) == (placement.score == 0)


def rows(*fields: Mapping[str, object]) -> list[Threaded]:
    return list(thread_lines(fields, meaning_of=off_topic))


def off_topic(title: str, text: str) -> str:
    return ""


LONG = "The mayor of Lutz says that agents of Zubrovka have listened to all her calls."


def test_lines_are_threaded_in_order() -> None:
    title, text = TAPPED
    found = rows(
        {"id": "a", "title": title, "text": text},
        {"id": "b", "title": CAMERAS[0], "text": CAMERAS[1], "url": "https://example.org/"},
        {"id": "c", "title": TAPPED_2[0], "text": TAPPED_2[1]},
    )
    assert [(one.id, one.story, one.duplicate_of) for one in found] == [
        ("a", "a", None),
        ("b", "b", None),
        ("c", "a", None),
    ]


def test_lines_are_compared_by_meaning_if_on_topic() -> None:
    means = {TAPPED[0]: meaning(1), TOLD_ANEW[0]: meaning(1, 0.1)}
    lines = [{"id": one[0], "title": one[0], "text": one[1]} for one in (TAPPED, TOLD_ANEW)]
    first, second = thread_lines(lines, meaning_of=lambda title, _: means[title])
    assert first.story == second.story
    first, second = rows(*lines)
    assert first.story != second.story


def test_an_exact_copy_is_a_duplicate_of_the_first() -> None:
    found = rows(
        {"id": "a", "title": TAPPED[0], "text": LONG},
        {"id": "b", "title": "Quite another headline", "text": LONG.upper()},
        {"id": "c", "title": "", "text": f" {LONG} "},
    )
    assert [(one.story, one.duplicate_of) for one in found] == [("a", None), ("a", "a"), ("a", "a")]


def test_short_texts_are_not_duplicates() -> None:
    found = rows(
        {"id": "a", "title": "Borduria votes", "text": "Read more"},
        {"id": "b", "title": "Zubrovka sings", "text": "Read more"},
    )
    assert [one.duplicate_of for one in found] == [None, None]


@pytest.mark.parametrize("missing", [None, "", "lately", {"day": 1}])
def test_a_row_without_a_readable_time_takes_the_previous_rows(missing: object) -> None:
    title = TAPPED[0]
    found = rows(
        {"id": "a", "title": title, "published": "2026-03-02T08:00:00Z"},
        {"id": "b", "title": title, "published": missing},
        {"id": "c", "title": title, "published": "2026-05-20 08:00:00+00:00"},
        {"id": "d", "title": title, "published": missing},
    )
    assert [one.story for one in found] == ["a", "a", "c", "c"]


def test_a_row_with_an_unreadable_address_is_placed() -> None:
    (placed,) = rows({"id": "a", "title": TAPPED[0], "text": LONG, "url": "http://[::1"})
    assert placed.story == "a"


def test_a_row_without_id_is_refused() -> None:
    with pytest.raises(ValidationError):
        rows({"title": "Borduria votes", "text": ""})


def test_b_cubed_precision_and_recall() -> None:
    events = {"a": "1", "b": "1", "c": "2", "d": "3"}
    assert b_cubed(events, events, events) == BCubed(1, 1)
    one_story = b_cubed(events, dict.fromkeys(events, "all"), events)
    assert one_story == BCubed(precision=(2 + 2 + 1 + 1) / 16, recall=1)
    alone = b_cubed(events, {name: name for name in events}, events)
    assert alone == BCubed(precision=1, recall=3 / 4)
    assert alone.f == pytest.approx(6 / 7)


def test_a_repeated_row_is_not_a_copy_of_itself() -> None:
    text = "The agency said that it had watched forty reporters for three years without a warrant."
    row = {"id": "1", "title": "Agency watched reporters", "text": text}
    first, again, copy = rows(row, row, row | {"id": "2"})
    assert (first.duplicate_of, again.duplicate_of, copy.duplicate_of) == (None, None, "1")
    assert first.story == again.story == copy.story


def test_two_affairs_about_one_technology_are_two_stories() -> None:
    # Cameras in a market hall and in a harbour: with more exact meanings they merged, and the
    # second was alerted as an update of the first.
    pieces = [piece.version(1) for outlet in outlets() for piece in outlet.published(1)]
    texts = {piece.title: "\n".join(piece.body) for piece in pieces}
    rows = [
        {"id": title, "title": title, "text": text}
        for title, text in texts.items()
        if meaning_of(title, text)
    ]
    stories = {one.id: one.story for one in thread_lines(rows, meaning_of=meaning_of)}
    (hall,) = [title for title in stories if "market hall" in title]
    (hearing,) = [title for title in stories if title.startswith("Live: the hearing")]
    assert stories[hall] != stories[hearing]


@cache
def on_topic_by_day() -> dict[int, list[dict[str, str]]]:
    """What the sample newsroom publishes on topic each day, with the arc of each piece."""
    days: dict[int, list[dict[str, str]]] = {}
    for outlet in outlets():
        for piece in outlet.published(3):
            text = "\n".join(piece.version(piece.day).body)
            if as_shipped.tagger().score(piece.title, text) >= 0.5:
                row = {"id": f"{outlet.host}/{piece.slug}", "title": piece.title, "text": text}
                days.setdefault(piece.day, []).append(row | {"arc": piece.arc})
    return days


def test_events_in_two_towns_in_two_languages_are_two_stories() -> None:
    # Cameras at railway stations in one country and at a bus station in another: the second was
    # once alerted as an update of the first.
    rows = [row for _, of_day in sorted(on_topic_by_day().items()) for row in of_day]
    alone = {row["id"] for row in rows if not row["arc"]}
    placed = thread_lines(rows, meaning_of=meaning_of)
    stories = [one.story for one in placed if one.id in alone and one.duplicate_of is None]
    assert len(set(stories)) == len(stories) > 10


@pytest.mark.parametrize("seed", range(4))
def test_an_affair_in_four_languages_is_one_story_in_any_order(
    seed: int,
) -> None:
    # Feeds are polled concurrently, so a day's articles come in any order. In most orders the
    # English ones used to form their own story, and each alert came twice.
    days = [
        Random(seed).sample(of_day, len(of_day)) for _, of_day in sorted(on_topic_by_day().items())
    ]
    rows = [row for of_day in days for row in of_day]
    arcs = {row["id"]: row["arc"] for row in rows}
    for until in (len(days[0]), len(rows)):  # from the first day on
        placed = list(thread_lines(rows[:until], meaning_of=meaning_of))
        affair = {one.story for one in placed if arcs[one.id]}
        assert len(affair) == 1
        assert all(arcs[one.id] for one in placed if one.story in affair)
