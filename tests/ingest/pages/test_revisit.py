"""When a page is visited again: soon, then seldom, then never."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from factories import an_entry
from hypothesis import given
from hypothesis import strategies as st

from ingest.pages.revisit import AGES, LIVE_EVERY, LIVE_FOR, next_try_at, revisit_at

SEEN = datetime(2026, 9, 14, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
moments = st.timedeltas(timedelta(0), timedelta(days=12)).map(lambda age: SEEN + age)
published = st.none() | st.timedeltas(timedelta(days=-3000), DAY).map(lambda age: SEEN + age)


def visits(*, matters=True, live=False, late=timedelta(0), published=None) -> list[timedelta]:
    """The ages at which a page is fetched again, each visit `late` by some time."""
    ages: list[timedelta] = []
    now, count = SEEN, 1
    while True:
        at = revisit_at(SEEN, published, count, matters=matters, live=live, now=now)
        if at is None:
            return ages
        assert at > now
        now, count = at + late, count + 1
        ages.append(at - SEEN)
        assert count < 1_000


def test_an_article_on_topic_is_revisited_five_times():
    assert visits() == [HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY] == list(AGES)


def test_a_failed_revisit_is_retried_at_the_remaining_ages():
    entry = an_entry(revision=1, visits=0, first_seen=SEEN)
    assert next_try_at(entry, SEEN + HOUR) == SEEN + 6 * HOUR
    assert next_try_at(entry, SEEN + 2 * DAY) == SEEN + 3 * DAY
    assert next_try_at(entry, SEEN + 7 * DAY) is None
    assert next_try_at(an_entry(revision=0, first_seen=SEEN), SEEN + HOUR) is None
    live = entry.model_copy(update={"visits": 8})
    assert next_try_at(live, SEEN + 8 * HOUR) == SEEN + DAY


def test_a_page_from_a_feeds_history_has_the_visits_left_for_its_age():
    entry = an_entry(revision=1, first_seen=SEEN, published=SEEN - 100 * DAY, historic=True)
    assert next_try_at(entry, SEEN + HOUR) is None
    new = entry.model_copy(update={"published": SEEN - 2 * DAY})
    assert next_try_at(new, SEEN + HOUR) == SEEN + DAY
    assert next_try_at(entry.model_copy(update={"historic": False}), SEEN + HOUR) is not None


def test_an_article_first_seen_by_a_wrong_clock_counts_as_new():
    ahead = SEEN + 3650 * DAY
    found = [
        revisit_at(ahead, None, visits, matters=True, live=False, now=SEEN)
        for visits in range(1, 7)
    ]
    assert found == [*(SEEN + age for age in AGES), None]
    tries = [an_entry(revision=1, first_seen=ahead, visits=visits) for visits in range(6)]
    assert [next_try_at(entry, SEEN) for entry in tries] == found


def test_an_article_off_topic_is_not_revisited():
    assert visits(matters=False) == []


def test_a_live_blog_on_topic_is_revisited_hourly_for_three_days():
    ages = visits(live=True)
    assert ages == [LIVE_EVERY * n for n in range(1, 73)]
    assert ages[-1] == LIVE_FOR
    # A live blog that ended gets the visits left for an article of its age.
    ended = revisit_at(SEEN, None, 30, matters=True, live=False, now=SEEN + 30 * HOUR)
    assert ended == SEEN + 3 * DAY


def test_an_article_whose_item_changes_at_each_poll_is_revisited_like_others():
    at = revisit_at(SEEN, None, 8, matters=True, live=False, now=SEEN + 7 * HOUR)
    assert at == SEEN + DAY


def test_a_live_blog_off_topic_is_revisited_like_an_article():
    assert visits(matters=False, live=True) == list(AGES)


def test_an_article_found_late_gets_only_its_later_visits():
    found_late = revisit_at(SEEN, SEEN - 2 * DAY, 1, matters=True, live=False, now=SEEN)
    assert found_late == SEEN + DAY
    for wrong in (-2000 * DAY, DAY):
        at = revisit_at(SEEN, SEEN + wrong, 1, matters=True, live=False, now=SEEN)
        assert at == SEEN + HOUR


def test_missed_visits_are_not_made_up_for():
    assert visits(late=8 * HOUR) == [HOUR, DAY, 3 * DAY, 7 * DAY]


@given(published, st.integers(0, 200), st.booleans(), st.booleans(), moments)
def test_the_next_visit_is_never_in_the_past_or_after_the_last_age(
    published, count, matters, live, now
):
    at = revisit_at(SEEN, published, count, matters=matters, live=live, now=now)
    assert at is None or now < at <= SEEN + AGES[-1]
    if not matters and not live:
        assert at is None


@given(published, st.integers(1, 200), st.booleans(), st.booleans(), moments, moments)
def test_visits_never_come_sooner_with_more_visits_or_a_later_clock(
    published, count, matters, live, now, then
):
    def ask(count: int, now: datetime) -> datetime:
        at = revisit_at(SEEN, published, count, matters=matters, live=live, now=now)
        return at or datetime.max.replace(tzinfo=UTC)

    now, then = sorted((now, then))
    assert ask(count, now) <= ask(count + 1, now)
    assert ask(count, now) <= ask(count, then)


@given(st.booleans(), st.booleans(), st.timedeltas(timedelta(0), 3 * DAY), published)
def test_every_run_of_visits_ends(matters, live, late, published):
    assert len(visits(matters=matters, live=live, late=late, published=published)) <= 72
