import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from enrich.measure_threads import BCubed, b_cubed
from enrich.thread_lines import Threaded, thread_lines
from enrich.threader import BEST_SHARE, Member, Placement, Threader, similarity

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)

TAPPED = ("Zubrovka spies tapped mayor's phone", "The mayor of Lutz says Zubrovka agents listened.")
TAPPED_2 = ("Mayor of Lutz: Zubrovka listened to me", "Agents tapped her phone, she says.")
CAMERAS = ("Borduria buys face cameras", "The Bordurian railway orders cameras for its stations.")


def place(threader: Threader, name: str, piece: tuple[str, str], at: datetime) -> Placement:
    return threader.place(name, *piece, at)


def test_an_article_joins_the_story_of_its_event_and_says_why() -> None:
    threader = Threader()
    first = place(threader, "a", TAPPED, MONDAY)
    other = place(threader, "b", CAMERAS, MONDAY + HOUR)
    second = place(threader, "c", TAPPED_2, MONDAY + 2 * HOUR)
    assert (first.story, first.score, first.why) == ("a", 0.0, ())
    assert other.story == "b"
    assert second.story == second.member.story == "a"
    assert second.score > 0.24
    assert second.why[0].term == "Zubrovka"
    assert {reason.term for reason in second.why} >= {"Lutz", "tapped", "Mayor"}
    assert [r.weight for r in second.why] == sorted((r.weight for r in second.why), reverse=True)
    assert sum(reason.weight for reason in second.why) <= second.score + 1e-3


def test_a_story_lives_as_long_as_articles_come() -> None:
    days = [MONDAY + timedelta(days=n) for n in (0, 6, 12)]
    chain = Threader()
    stories = [place(chain, name, TAPPED, day).story for name, day in zip("abc", days, strict=True)]
    assert stories == ["a", "a", "a"]
    gap = Threader()
    place(gap, "a", TAPPED, days[0])
    assert place(gap, "c", TAPPED, days[2]).story == "c"


@pytest.mark.parametrize("sign", [1, -1])
def test_the_window_includes_its_edge_on_both_sides(sign: int) -> None:
    for beyond, story in ((timedelta(0), "a"), (timedelta(seconds=1), "b")):
        threader = Threader(window=timedelta(days=2))
        place(threader, "a", TAPPED, MONDAY)
        apart = timedelta(days=2) + beyond
        assert place(threader, "b", TAPPED, MONDAY + sign * apart).story == story


def test_the_threshold_decides() -> None:
    strict, loose = Threader(threshold=0.99), Threader(threshold=0.01)
    for threader in (strict, loose):
        place(threader, "a", TAPPED, MONDAY)
    assert place(strict, "b", TAPPED_2, MONDAY).story == "b"
    assert place(loose, "b", TAPPED_2, MONDAY).story == "a"
    assert place(strict, "c", TAPPED, MONDAY).story == "a"


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


def test_similarity_blends_the_closest_and_the_mean() -> None:
    article = {"x": 0.8, "y": 0.6}
    shared = similarity(article, [{"x": 1.0}, {"y": 1.0}])
    assert shared == pytest.approx(
        {"x": BEST_SHARE * 0.8 + (1 - BEST_SHARE) * 0.4, "y": (1 - BEST_SHARE) * 0.3}
    )


# Streams of invented pieces: few words, so that some meet, at times that mostly move on.
NAMES = ["Zubrovka", "Borduria", "Lutz", "Syldavia", "Klow", "mayor", "phones", "cameras", "spies"]
pieces = st.tuples(
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=4).map(" ".join),
    st.lists(st.sampled_from([*NAMES, "the", "court"]), max_size=6).map(" ".join),
    st.integers(-5, 60),
)
streams = st.lists(pieces, min_size=1, max_size=40)
Pieces = list[tuple[str, str, int]]


def run(stream: Pieces, threader: Threader, start: int = 0) -> list[Placement]:
    at = MONDAY + start * 10 * HOUR
    placed = []
    for number, (title, text, hours) in enumerate(stream, start):
        placed.append(threader.place(str(number), title, text, at + hours * HOUR))
        at += 10 * HOUR
    return placed


def restored(members: Iterable[Member]) -> list[Member]:
    return [Member.model_validate(json.loads(member.model_dump_json())) for member in members]


@given(streams, st.sampled_from([1, 3, 10, 1000]), st.booleans())
def test_batches_and_restarts_change_nothing(stream: Pieces, size: int, backwards: bool) -> None:
    whole = run(stream, Threader())
    parts: list[Placement] = []
    for start in range(0, len(stream), size):
        saved = restored(placement.member for placement in parts)
        threader = Threader(reversed(saved) if backwards else saved)
        parts += run(stream[start : start + size], threader, start)
    assert parts == whole


@given(streams)
def test_forgetting_what_is_outside_the_window_changes_nothing(stream: Pieces) -> None:
    window = timedelta(days=4)
    whole = run(stream, Threader(window=window))
    threader = Threader(window=window)
    parts = []
    for number, piece in enumerate(stream):
        # No piece comes more than 5 hours before its turn.
        threader.forget(MONDAY + (10 * number - 5) * HOUR - window)
        parts += run([piece], threader, number)
    assert parts == whole


@given(streams)
def test_a_story_is_named_by_the_article_that_opened_it(stream: Pieces) -> None:
    stories: dict[str, str] = {}
    for placement in run(stream, Threader()):
        member = placement.member
        stories[member.id] = placement.story
        assert stories[placement.story] == placement.story
        assert 0 <= placement.score <= 1
        assert (placement.story == member.id) == (placement.score == 0)


@given(streams)
def test_everything_can_be_forgotten(stream: Pieces) -> None:
    threader = Threader()
    run(stream, threader)
    assert threader.forget(MONDAY - 24 * HOUR) == 0
    assert threader.forget(MONDAY + timedelta(days=999)) == len(stream)
    assert len(threader) == 0
    assert threader._by_term == threader._by_story == {}
    assert threader._order == []


def rows(*fields: dict[str, object]) -> list[Threaded]:
    return list(thread_lines(fields))


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


def test_an_exact_copy_is_a_duplicate_of_the_first() -> None:
    found = rows(
        {"id": "a", "title": TAPPED[0], "text": LONG},
        {"id": "b", "title": "Quite another headline", "text": LONG.upper()},
        {"id": "c", "title": "", "text": f" {LONG} "},
    )
    assert [(one.story, one.duplicate_of) for one in found] == [("a", None), ("a", "a"), ("a", "a")]


def test_short_texts_are_no_duplicates() -> None:
    found = rows(
        {"id": "a", "title": "Borduria votes", "text": "Read more"},
        {"id": "b", "title": "Zubrovka sings", "text": "Read more"},
    )
    assert [one.duplicate_of for one in found] == [None, None]


@pytest.mark.parametrize("missing", [None, "", "lately", {"day": 1}])
def test_a_row_without_a_readable_time_has_that_of_the_row_before(missing: object) -> None:
    title = TAPPED[0]
    found = rows(
        {"id": "a", "title": title, "published": "2026-03-02T08:00:00Z"},
        {"id": "b", "title": title, "published": missing},
        {"id": "c", "title": title, "published": "2026-03-20 08:00:00+00:00"},
        {"id": "d", "title": title, "published": missing},
    )
    assert [one.story for one in found] == ["a", "a", "c", "c"]


def test_a_row_without_id_is_refused() -> None:
    with pytest.raises(ValidationError):
        rows({"title": "Borduria votes", "text": ""})


def test_b_cubed() -> None:
    events = {"a": "1", "b": "1", "c": "2", "d": "3"}
    assert b_cubed(events, events, events) == BCubed(1, 1)
    one_story = b_cubed(events, dict.fromkeys(events, "all"), events)
    assert one_story == BCubed(precision=(2 + 2 + 1 + 1) / 16, recall=1)
    alone = b_cubed(events, {name: name for name in events}, events)
    assert alone == BCubed(precision=1, recall=3 / 4)
    assert alone.f == pytest.approx(6 / 7)
