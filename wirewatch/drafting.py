"""Drafts: a dossier as a text, for a newsletter or a mail."""

from __future__ import annotations

from core.ledger import dossiers, stories
from core.ledger.followed import coverage
from core.records import DraftStory
from wirewatch.house import House
from wirewatch.presentation.story_facts import denials_of


def draft(house: House, dossier: int) -> list[DraftStory]:
    """The stories of a dossier as a draft tells them, in its order, without those whose articles
    were all erased.

    Raises:
        IndexUnavailableError: the index does not answer, which knows who denies a story.
    """
    with house.ledger.read() as tx:
        told = dossiers.notes(tx, dossier)
        standing = coverage(tx, stories.ids_of(tx, told))
    return [
        DraftStory(standing=standing[story], note=note, denials=denials_of(house, story))
        for story, note in told.items()
        if story in standing
    ]
