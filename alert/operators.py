"""Write the messages to operators: about feeds, channels, mistakes in `rules.toml`, and tasks that
failed in Airflow.

A single change of a feed is told in full; many are summed up.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from alert.checks import Mistake
from alert.markup import Line, Link, bullet, line, shortened
from alert.message import Message
from core.records import ChannelNews, ChannelState, FeedState, Notice, Record, RulesNews, content_id

MAX_NAMED = 8
"""The most feeds that a message names for each change; more are counted."""

MAX_NAME = 80
"""The most characters of a name in a subject: some feeds' titles are whole paragraphs."""

MAX_REASON = 400
"""The most characters of what a channel said."""

_ORDER = list(FeedState)

MISSED = "may have missed articles"
"""What is told of a feed whose health is as before."""

LISTS = ("wirewatch feeds gaps", "wirewatch entries quarantined")
"""The commands that list what may be missing: of gaps, and of pages that nobody can read."""


class Failure(Record):
    """A task of a DAG that failed and is not tried again in this run; without a task, the run that
    was stopped as a whole."""

    dag: str
    run: str
    task: str = ""
    error: str
    log_url: str | None = None


def failure_message(failure: Failure, now: datetime) -> Message:
    """The message that tells operators what failed, why, what becomes of the work, and where to
    look."""
    what = f"the task {failure.task} failed" if failure.task else "a run was stopped"
    return Message(
        key=content_id(f"failure\n{failure.dag}\n{failure.task}\n{failure.run}"),
        type="notice",
        subject=f"[airflow] {failure.dag}: {what}",
        body=(
            *map(line, f"Why: {failure.error}".splitlines()),
            line(
                "Nothing is lost: the ledger holds what is left to do, and the next run continues "
                "it. If the reason is the same every hour, you need to fix it."
            ),
            line(f"Run: {failure.run}" + (f", log: {failure.log_url}" if failure.log_url else "")),
        ),
        created_at=now,
        thread=content_id(f"failure\n{failure.dag}\n{failure.task}"),
    )


def rules_news(
    mistakes: Iterable[Mistake],
    unmatchable: tuple[str, ...],
    last: RulesNews | None,
    now: datetime,
) -> RulesNews | None:
    """What to tell operators about what is wrong now in `rules.toml`, given what they were told
    last; None if that is the same, in whatever order.

    Args:
        mistakes: what cannot be used.
        unmatchable: the rules that ask for what does not exist, each with the reason.
        last: what they were told last.
        now: the present moment.
    """
    told = tuple(one.summary for one in mistakes)
    known = (set(last.mistakes), set(last.unmatchable)) if last else (set(), set())
    if (set(told), set(unmatchable)) == known:
        return None
    key = content_id("\n".join(["rules", now.isoformat(), *told, *unmatchable]))
    return RulesNews(key=key, mistakes=told, unmatchable=unmatchable, created_at=now)


def rules_message(news: RulesNews, desk_url: str) -> Message:
    """The message that tells operators what is wrong in `rules.toml`, or that nothing is; with a
    link to the desk's page of rules, where a rule can be mended, if its address is known."""
    body: list[Line] = []
    if news.mistakes:
        subject = "[rules] rules.toml: something in it cannot be used"
        told = line("All else is used. What these would have told waits until you mend them.")
        body += [*map(bullet, news.mistakes), told]
    elif news.unmatchable:
        subject = "[rules] rules.toml: a rule asks for what does not exist"
    else:
        subject = "[rules] rules.toml: nothing in it is wrong any more"
        body.append(line("If anything waited for that, it is on its way."))
    if news.unmatchable:
        told = line(
            "No article matches that. What these should have told does not wait: once they are "
            "right, `wirewatch rules backtest` shows what they missed."
        )
        body += [*map(bullet, news.unmatchable), told]
    body.append(line("To check: wirewatch rules"))
    if desk_url:
        body.append(line(Link("The rules on the desk", f"{desk_url.rstrip('/')}/rules")))
    return Message(
        key=news.key,
        type="notice",
        subject=subject,
        body=tuple(body),
        created_at=news.created_at,
        thread=content_id("rules"),
    )


def channel_message(news: ChannelNews) -> Message:
    """The message that tells operators that a channel fails, is gone, or works again."""
    channel = shortened(news.channel, 60)
    if news.state is ChannelState.OK:
        became, then = "works again", "Messages that waited for it are on their way."
    elif news.state is ChannelState.GONE:
        became = "is gone, according to its receiver"
        then = (
            "Its alerts are waiting. Fix or remove it in rules.toml; "
            f"`wirewatch alerts close {shlex.quote(news.channel)}` gives up on them."
        )
    else:
        became, then = "is failing", "Its alerts are waiting, in order, and will be tried again."
    body = [line(f"Channel {channel} {became} (since {news.since:%Y-%m-%d %H:%M} UTC).")]
    if news.reason and news.state is not ChannelState.OK:
        body.append(line(f"Why: {shortened(news.reason, MAX_REASON)}"))
    body += [line(then), line("All channels: wirewatch alerts channels")]
    return Message(
        key=news.key,
        type="notice",
        subject=f"[channels] {channel} {became}",
        body=tuple(body),
        created_at=news.created_at,
        thread=content_id(f"channel\n{news.channel}"),
    )


def message(notices: Sequence[Notice]) -> Message:
    """The message that tells operators of changes of feeds, and of articles that may be missing."""
    keys = [f"{one.feed} {one.created_at.isoformat()} {one.state}" for one in notices]
    return Message(
        key=content_id("\n".join(["notices", *keys])),
        type="notice",
        subject=subject(notices),
        body=tuple(_body(notices)),
        created_at=notices[-1].created_at,
        thread=content_id("feeds"),
    )


def subject(notices: Sequence[Notice]) -> str:
    """One line: what happened, to which feed or to how many."""
    if len(notices) == 1:
        return f"[feeds] {_name(notices[0])}: {_change(notices[0])}"
    counts = ", ".join(f"{len(same)} {change}" for change, same in _grouped(notices))
    number = len({notice.feed for notice in notices})
    changed = "" if all(one.is_of_gap for one in notices) else " changed"
    return f"[feeds] {number} {'feed' if number == 1 else 'feeds'}{changed}: {counts}"


def _body(notices: Sequence[Notice]) -> Iterator[Line]:
    """Which feeds, since when, and the evidence; if many changed alike, only the first of them."""
    if len(notices) == 1:
        yield from map(line, _facts(notices[0]))
    else:
        for change, same in _grouped(notices):
            yield line(f"{len(same)} {change}:")
            for notice in same[:MAX_NAMED]:
                url, *facts = _facts(notice)
                yield bullet(url)
                yield from (bullet(fact, level=1) for fact in facts)
            if len(same) > MAX_NAMED:
                yield bullet(f"and {len(same) - MAX_NAMED} more")
    if not all(one.is_of_gap for one in notices):
        yield line("To list all unwell feeds: wirewatch feeds health")
    if any(one.is_of_gap for one in notices):
        yield line(f"To list what may be missing: {', '.join(LISTS)}")


def _grouped(notices: Sequence[Notice]) -> list[tuple[str, list[Notice]]]:
    """Notices grouped by change, the worst first, gaps next, well ones last."""
    groups: dict[str, list[Notice]] = {}
    for notice in sorted(notices, key=_by_weight):
        groups.setdefault(_change(notice), []).append(notice)
    return list(groups.items())


def _by_weight(notice: Notice) -> tuple[int, int]:
    is_well = notice.state in (FeedState.OK, FeedState.MOVED)
    weight = 1 if notice.is_of_gap else 2 if is_well else 0
    return weight, _ORDER.index(notice.state)


def _facts(notice: Notice) -> Iterator[str]:
    was = f"was {notice.before}, now {_change(notice)} since {notice.since:%Y-%m-%d %H:%M} UTC"
    yield notice.url
    yield f"{notice.outlet or 'It'} {MISSED if notice.is_of_gap else was}"
    if notice.reason:
        yield f"Why: {notice.reason}"


def _change(notice: Notice) -> str:
    if notice.is_of_gap:
        return MISSED
    return "ok again" if notice.state is FeedState.OK else notice.state.value


def _name(notice: Notice) -> str:
    return shortened(notice.outlet or notice.url, MAX_NAME)
