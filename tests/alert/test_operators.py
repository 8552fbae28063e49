"""Messages to operators: a single change in full, many changes as one summary."""

from __future__ import annotations

import pytest
from factories import NOON, a_notice

from alert.operators import (
    MAX_NAMED,
    Failure,
    channel_message,
    failure_message,
    message,
    subject,
)
from core.records import ChannelNews, ChannelState, FeedState


def test_single_change_is_reported_with_its_evidence():
    told = [a_notice()]
    assert subject(told) == "[feeds] Outlet 1: failing"
    assert message(told).text == (
        "https://news.example/1/rss\n"
        "Outlet 1 was ok, now failing since 2026-03-01 12:00 UTC\n"
        "Why: answered 500 Internal Server Error\n"
        "To list all unwell feeds: wirewatch feeds health"
    )


def test_outlets_name_is_cut_and_on_one_line_in_a_subject():
    said = subject([a_notice(outlet="All the news\nof the \x1bday " * 99)])
    assert said.startswith("[feeds] All the news of the day All the news")
    assert len(said) < 100


def test_recovery_is_reported_as_ok_again():
    told = [a_notice(before=FeedState.GONE, state=FeedState.OK, reason=None, outlet="")]
    assert subject(told) == "[feeds] https://news.example/1/rss: ok again"
    assert "\nIt was gone, now ok again since" in message(told).text
    assert "Why" not in message(told).text


def test_many_changes_are_summed_up_worst_first():
    told = [a_notice(n, state=FeedState.OK, before=FeedState.FAILING) for n in (1, 2)]
    told += [a_notice(n) for n in range(10, 80)]
    told.append(a_notice(90, state=FeedState.GONE))
    assert subject(told) == "[feeds] 73 feeds changed: 1 gone, 70 failing, 2 ok again"
    text = message(told).text
    assert text.index("1 gone:") < text.index("70 failing:") < text.index("2 ok again:")
    assert text.count("now failing") == MAX_NAMED
    assert f"and {70 - MAX_NAMED} more" in text
    assert text.count(" more") == 1
    assert len(text.splitlines()) < 60


def test_entries_that_may_be_missing_are_no_change_of_the_feeds_health():
    reason = "some 14 entries may be missing between 2026-02-27 18:00 and 2026-03-01 07:00"
    gap = a_notice(before=FeedState.OK, state=FeedState.OK, reason=reason)
    assert subject([gap]) == "[feeds] Outlet 1: may have missed articles"
    assert message([gap]).text == (
        "https://news.example/1/rss\n"
        "Outlet 1 may have missed articles\n"
        f"Why: {reason}\n"
        "To list what may be missing: wirewatch feeds gaps, wirewatch entries quarantined"
    )
    assert subject([gap, gap.model_copy(update={"feed": "b"})]) == (
        "[feeds] 2 feeds: 2 may have missed articles"
    )
    told = [a_notice(3, before=FeedState.GONE, state=FeedState.OK), gap, a_notice(2)]
    assert subject(told) == (
        "[feeds] 3 feeds changed: 1 failing, 1 may have missed articles, 1 ok again"
    )
    assert message(told).text.splitlines()[-2:] == [
        "To list all unwell feeds: wirewatch feeds health",
        "To list what may be missing: wirewatch feeds gaps, wirewatch entries quarantined",
    ]


def test_each_feed_of_several_has_its_facts_below_it():
    told = [a_notice(reason="refused:\ntry later"), a_notice(2)]
    assert (
        "• https://news.example/1/rss\n"
        "  • Outlet 1 was ok, now failing since 2026-03-01 12:00 UTC\n"
        "  • Why: refused: try later\n"
        "• https://news.example/2/rss\n"
    ) in message(told).text


def test_each_failed_run_and_each_change_has_a_key_of_its_own():
    runs = [Failure(dag="news_hourly", task="link", run=run, error="x") for run in "ab"]
    changes = [[a_notice()], [a_notice(state=FeedState.GONE)]]
    told = [*(failure_message(one, NOON) for one in runs), *map(message, changes)]
    assert len({one.key for one in told}) == 4


def test_feed_that_changed_twice_counts_as_one_feed():
    told = [a_notice(), a_notice(state=FeedState.OK, before=FeedState.FAILING)]
    assert subject(told) == "[feeds] 1 feed changed: 1 failing, 1 ok again"


def news_of(channel, state):
    return ChannelNews(
        key="k",
        channel=channel,
        before=ChannelState.OK,
        state=ChannelState(state),
        since=NOON,
        reason="answered 500",
        created_at=NOON,
    )


def test_command_in_a_channel_message_can_be_copied():
    name = "the desk that we had before we moved to the other side of the river"
    said = channel_message(news_of(name, "gone")).text
    assert f"`wirewatch alerts close '{name}'`" in said


@pytest.mark.parametrize(
    ("state", "subject", "said"),
    [
        ("failing", "[channels] desk is failing", "Its alerts are waiting, in order"),
        (
            "gone",
            "[channels] desk is gone, according to its receiver",
            "wirewatch alerts close desk",
        ),
        ("ok", "[channels] desk works again", "Messages that waited for it are on their way."),
    ],
)
def test_channel_message_to_operators_says_what_changed(state, subject, said):
    message = channel_message(news_of("desk", state))
    assert message.subject == subject
    assert said in message.text
    assert ("answered 500" in message.text) == (state != "ok")
