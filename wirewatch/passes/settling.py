"""Settle a story: its title, size and times follow its present articles."""

from __future__ import annotations

from functools import partial

from sqlalchemy import Connection

from core.faults import Fault, tried
from core.ledger import members, stories
from enrich.stories.headlines import Headline, most_central


def settle(tx: Connection, story: str) -> None:
    """Update a story to its present articles, and give it the most central of their headlines: the
    first, if choosing it meets a fault. One without articles stays as it is."""
    told = [Headline(*one) for one in members.headlines(tx, story)]
    told = told or [Headline(one.title, one.language) for one in stories.articles_of(tx, story)]
    if told:
        chosen = tried("choosing a headline", f"story {story}", partial(most_central, told))
        stories.settle(tx, story, told[0 if isinstance(chosen, Fault) else chosen].title)
