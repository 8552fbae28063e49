"""Settle a story: its title, size and times follow its present articles."""

from __future__ import annotations

from sqlalchemy import Connection

from core.ledger import members, stories
from enrich.stories.headlines import Headline, most_central


def settle(tx: Connection, story: str) -> None:
    """Update a story to its present articles, and give it the most central of their headlines; one
    without articles stays as it is."""
    told = [Headline(*one) for one in members.headlines(tx, story)]
    told = told or [Headline(one.title, one.language) for one in stories.articles_of(tx, story)]
    if told:
        stories.settle(tx, story, told[most_central(told)].title)
