"""Wording that terminal and desk share: counts, sums, and why an article is in its story. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import TYPE_CHECKING

from core.index import Hits
from core.ledger.accounting import Accounting
from core.ledger.stories import StoryArticle
from core.records import ENDS, State

if TYPE_CHECKING:
    from alert.rules import Rules


def why_joined(joined: StoryArticle) -> str:
    """Why an article is in its story; callers say themselves what it is a copy of."""
    if joined.placed_at is not None:
        return f"put here by a person on {joined.placed_at:%Y-%m-%d}"
    if joined.similarity is None:
        return "only a copy of its text was on topic"
    if not joined.similarity:
        return "opened the story"
    return f"joined by {joined_by(joined.similarity, joined.why)}"


def joined_by(similarity: float, why: Sequence[tuple[str, float]]) -> str:
    """What an article has in common with the story it joined, from its terms and their weights."""
    # Imported here: it loads numpy, which most commands do without.
    from enrich.stories.placement import MEANING

    words = [term for term, _ in why if term != MEANING]
    named = ["its meaning"] * (len(words) < len(why))
    named += [f"the {'word' if len(words) == 1 else 'words'} {', '.join(words)}"] * bool(words)
    return f"{' and '.join(named)} (similarity {similarity:.2f})"


def shared_text(overlap: float | None) -> str:
    """How much text a copy shares with the original; empty if not known."""
    if overlap is None:
        return ""
    if overlap >= 1:
        return "shares all of the shorter text"
    return f"shares {overlap:.0%} of the shorter text"


def undated(hits: Hits) -> str:
    """How many of the hits, which are counted by the day of publication, are in no day; empty if
    none."""
    number = hits.total - sum(hits.days.values())
    if not number:
        return ""
    return f"{number:,} {'has' if number == 1 else 'have'} no date of publication"


def copy_of(original: str, overlap: float | None) -> str:
    """The article that another is a copy of, by the start of its id, and how much text they
    share."""
    shared = shared_text(overlap)
    return f"{original[:12]} ({shared})" if shared else original[:12]


def copy_reason(overlap: float | None) -> str:
    """Why an article is a copy, in words; details in parentheses."""
    if overlap is None or overlap >= 1:
        return "same text as another article"
    return f"nearly the same text as another article ({overlap:.0%} in common)"


def counted(number: int, thing: str, things: str = "") -> str:
    """A number with its noun: `1 outlet`, `2 outlets`; `things` is an irregular plural."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {things or f'{thing}s'}"


def sum_line(accounting: Accounting) -> str:
    """The sum in words: seen = indexed + duplicate + rejected + quarantined, plus erased if any."""
    shown = [state for state in ENDS if state is not State.ERASED or accounting.count(state)]
    terms = [f"{accounting.count(state):,} {state}" for state in shown]
    if accounting.waiting:
        terms.append(f"{accounting.waiting:,} still to do")
    return f"{accounting.seen:,} seen = " + " + ".join(terms)


def seen_within(since: datetime | None, until: datetime | None) -> str:
    """When the entries of a period were first seen, in words; empty if at any time."""
    begin = f"since {_minute(since)}" if since else ""
    end = f"before {_minute(until)}" if until else ""
    told = " and ".join(filter(None, (begin, end)))
    return f"first seen {told} (UTC)" if told else ""


def _minute(moment: datetime) -> str:
    """A moment to the minute; its day, if that begins with it."""
    return f"{moment:%Y-%m-%d}" if moment.time() == time() else f"{moment:%Y-%m-%d %H:%M}"


def why_held(rule: str, rules: Rules) -> str:
    """Why an alert of a rule is held back."""
    if any(one.name == rule for one in rules.rules):
        return f"Held back by the rate of rule {rule}"
    return f"Held back (rule {rule} {'was removed' if rules.lacks(rule) else 'cannot be used'})"
