"""Words that terminal and desk share: of numbers, sums, and why an article is where it is. Pure."""

from __future__ import annotations

from collections.abc import Collection

from core.ledger.accounting import Accounting
from core.ledger.stories import Joined
from core.records import ENDS, State


def why_joined(joined: Joined) -> str:
    """Why an article is in its story; what it is a copy of is told apart."""
    if joined.similarity is None:
        return "its text was on topic in a copy only"
    if not joined.similarity:
        return "opened the story"
    shared = ", ".join(f"{term} {weight:.2f}" for term, weight in joined.why)
    return f"joined by {shared} (similarity {joined.similarity:.2f})"


def shared_text(overlap: float | None) -> str:
    """How much of its text a copy shares with the original; empty where that is not known."""
    if overlap is None:
        return ""
    if overlap >= 1:
        return "all of the shorter text"
    return f"{overlap:.0%} of the shorter text in common"


def counted(number: int, thing: str, things: str = "") -> str:
    """A number of things, in words that fit it: `1 outlet`, `2 outlets`; `things` where that is no
    mere s."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {things or f'{thing}s'}"


def sum_line(accounting: Accounting) -> str:
    """The sum in words: seen = indexed + duplicate + rejected + quarantined, and what was erased,
    if anything was."""
    shown = [state for state in ENDS if state is not State.ERASED or accounting.count(state)]
    terms = [f"{accounting.count(state)} {state}" for state in shown]
    if accounting.waiting:
        terms.append(f"{accounting.waiting} still to do")
    return f"{accounting.seen} seen = " + " + ".join(terms)


def why_held(rule: str, named: Collection[str]) -> str:
    """Why an alert of a rule is held, where `named` are the rules that there are."""
    if rule in named:
        return f"Waits for the rate of its rule {rule}"
    return f"Waits for its rule {rule}, which was removed, to be written again,"
