"""Regroup stories by hand: take articles out of one, or make two one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection

from alert.wording import headline
from core.errors import WirewatchError
from core.ledger import entries, followed, held_alerts, mutes, splits, stories
from core.ledger.stories import StoryArticle
from core.records import AlertKind
from wirewatch.house import House
from wirewatch.passes.parting import parted_alerts
from wirewatch.passes.settling import settle
from wirewatch.stages.index import index_moved


class RegroupingError(WirewatchError):
    """All stories stay as they are; the text says why and what to do."""


def split(house: House, story: str, articles: Collection[str]) -> str:
    """Take articles out of a story, with their copies; returns the id of their own story.

    The two never become one again by themselves. Later articles join whichever they are closer to.

    Raises:
        RegroupingError: they cannot be taken out, or a pass is at work on stories.
    """
    with _alone_at_it(house), house.ledger.write() as tx:
        present = stories.root(tx, story)
        stories.lock(tx, [present])
        told = stories.articles_of(tx, present)
        if why_not := obstacle(told, present, articles):
            raise RegroupingError(why_not)
        known = entries.get(tx, articles)
        chosen = [known[one.article] for one in told if one.article in known]
        new = splits.split(tx, present, chosen, house.now())
        settle(tx, present)
        settle(tx, new)
        _part_held(tx, present, new)
    index_moved(house)
    return new


def merge(house: House, story: str, other: str) -> str:
    """Make two stories one, even if they were split; returns its id, that of the older one.

    An article that stands alone is a story of its own. If the first story is muted, it stays so.

    Raises:
        RegroupingError: they cannot become one, or a pass is at work on stories.
    """
    with _alone_at_it(house), house.ledger.write() as tx:
        present = [_present(tx, one) for one in (story, other)]
        if present[0] == present[1]:
            raise RegroupingError("these are one story already")
        stories.lock(tx, present)
        mutes.take_in(tx, *present)
        into, younger = _older_first(tx, present)
        splits.join(tx, younger, into, house.now())
        settle(tx, into)
    index_moved(house)
    return into


def obstacle(told: Sequence[StoryArticle], story: str, chosen: Collection[str]) -> str | None:
    """Why articles cannot be taken out of a story, in words; None if they can.

    Args:
        told: the articles of the story.
        story: its present id.
        chosen: ids of the articles to take out.
    """
    by_id = {one.article: one for one in told}
    for article in chosen:
        one = by_id.get(article)
        if one is None:
            return f"article {article[:12]} is not in this story"
        title = headline(one.title or one.url)
        if article == story:
            return f"{title!r} opened the story, which has its id: take out the others instead"
        if one.duplicate_of in by_id:
            return f"{title!r} is a copy: take out what it is a copy of, and it goes along"
    if not chosen:
        return "no article is chosen"
    if all(one.article in chosen or one.duplicate_of in by_id for one in told):
        return "these are all of its articles: nothing would be left"
    return None


def _part_held(tx: Connection, story: str, new: str) -> None:
    """Have the alerts that wait tell each of the two stories of what is in it.

    If nothing is left to tell of a story for which an alert was the first, it is new to the rule's
    readers again.
    """
    for present, ids in stories.ids_of(tx, [story, new]).items():
        held = held_alerts.listed(tx, of_stories=ids)
        named = [one.alert.model_copy(update={"story": present}) for one in held]
        for one, parts in zip(held, parted_alerts(tx, named), strict=True):
            alert = one.alert
            if alert.key not in {part.key for part in parts}:
                held_alerts.release(tx, [alert.key])
            for part in parts:
                held_alerts.hold(tx, part, one.held_at)
            is_left = any(part.story == present for part in parts)
            if alert.kind is AlertKind.STORY and not is_left:
                followed.forget_unheard(tx, alert.rule, ids)


@contextmanager
def _alone_at_it(house: House) -> Iterator[None]:
    """Keep passes from putting articles into stories, and from telling of them, meanwhile."""
    with house.lease("link", "match") as taken:
        if len(taken) < 2:
            raise RegroupingError("a pass is at work on stories; try again in a minute")
        yield


def _present(tx: Connection, named: str) -> str:
    """The present id of a story, given one of its ids, or that of an article that stands alone."""
    if (story := stories.get(tx, named)) is not None:
        if not stories.articles_of(tx, story.id):
            raise RegroupingError(f"story {story.id[:12]} has no articles any more")
        return story.id
    entry = entries.get(tx, [named]).get(named)
    if entry is None:
        raise RegroupingError(f"no story has the id {named[:80]!r}")
    if entry.story is None:
        raise RegroupingError(f"{entry.url} is in no story yet; the next pass may put it into one")
    if entry.story != entry.id:
        held_by = stories.get(tx, entry.story)
        title = headline(held_by.title if held_by else "")
        raise RegroupingError(
            f"{entry.url} is in the story {title!r} ({entry.story[:12]}): name that"
            " story, or take the article out of it first"
        )
    return entry.id


def _older_first(tx: Connection, ids: Sequence[str]) -> list[str]:
    """Stories in the order in which their first articles came. Of those of one poll, one that a
    person has taken out of another is younger; else they are in the order of publication."""

    def came(story: str) -> tuple[datetime, bool, datetime]:
        first = stories.articles_of(tx, story)[0]
        is_taken_out = first.placed_at is not None
        return first.first_seen, is_taken_out, first.published or first.first_seen

    return sorted(ids, key=came)
