"""What a newsroom has of its own for enrichment, in its home folder: names, topics, corrections;
and what is found in a text with that.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from core.records import Mention, Statement
    from enrich.mentions.finder import MentionFinder
    from enrich.tagger import Tagger, Verdict

# What reads articles is imported where it is called: whoever only hands them on has no need of it.


class Own(NamedTuple):
    """The files that there is something in; None where there is none."""

    names: Path | None = None
    topics: Path | None = None
    corrections: Path | None = None


NOTHING = Own()


class Found(NamedTuple):
    """What is found in a title and a text."""

    verdict: Verdict
    mentions: tuple[Mention, ...]
    statements: tuple[Statement, ...]


def own_files(home: Path) -> Own:
    """What a home folder holds, checked: a fault in it must not cost every page.

    Raises:
        WirewatchError: a file cannot be read; the text says which, where and why.
    """
    from enrich.corrections import Corrections, newest
    from enrich.mentions.names import OWN_FILE as NAMES
    from enrich.mentions.names import read_list
    from enrich.taxonomy import OWN_FILE as TOPICS
    from enrich.taxonomy import read_own

    names, topics, corrections = home / NAMES, home / TOPICS, newest(home)
    if corrections:
        Corrections.load(corrections)
    return Own(
        names if names.is_file() and read_list(names) else None,
        topics if topics.is_file() and read_own(topics) else None,
        corrections,
    )


def topic_titles(home: Path) -> dict[str, str]:
    """Titles of the topics, by their names; a newsroom's own among them.

    Raises:
        WirewatchError: the newsroom's own cannot be read.
    """
    from enrich.taxonomy import OWN_FILE, read_own, shipped

    path = home / OWN_FILE
    own = read_own(path) if path.is_file() else None
    return {topic.name: topic.title for topic in (*shipped(), *(own.topics if own else ()))}


@cache
def tagger(own: Own = NOTHING) -> Tagger:
    """This process's tagger: its model takes a moment to load."""
    from enrich.tagger import Tagger

    return Tagger.load(own.topics, own.corrections)


@cache
def mention_finder(own: Own = NOTHING) -> MentionFinder:
    """This process's finder of mentions."""
    from enrich.mentions.finder import MentionFinder

    return MentionFinder.load(own.names)


def found_in(title: str, text: str, own: Own) -> Found:
    """The tags, mentions and statements of an article.

    Statements are looked for on topic and near it, where an article may follow a story: it may be
    the denial that those who follow it wait for. Of any other nobody is told of them.
    """
    from enrich.statements import statements

    verdict = tagger(own).tag(title, text)
    mentions = mention_finder(own).find(title, text)
    said = statements(title, text, verdict.language, mentions) if verdict.meaning else ()
    return Found(verdict, mentions, said)
