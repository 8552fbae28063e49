"""A newsroom's own names, topics and corrections in its home folder, and enrichment with them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from core.files import Version, version_of

if TYPE_CHECKING:
    from core.records import Mention, Statement
    from enrich.mentions.finder import MentionFinder
    from enrich.tagging.tagger import Tagger, Verdict

# Models are imported where they are used: a process that only hands articles on does not need them.


class Own(NamedTuple):
    """The newsroom's own files; None for one that is missing or empty."""

    names: Path | None = None
    topics: Path | None = None
    corrections: Path | None = None


NOTHING = Own()


class Found(NamedTuple):
    """What was found in a title and a text."""

    verdict: Verdict
    mentions: tuple[Mention, ...]
    statements: tuple[Statement, ...]


def own_files(home: Path) -> Own:
    """The own files of a home folder, checked first: a fault in one must not fail every page.

    Raises:
        WirewatchError: a file cannot be read; the text says which, where and why.
    """
    from enrich.mentions.names import OWN_FILE as NAMES
    from enrich.mentions.names import read_list
    from enrich.tagging.corrections import Corrections, newest
    from enrich.tagging.taxonomy import OWN_FILE as TOPICS
    from enrich.tagging.taxonomy import read_own

    names, topics, corrections = home / NAMES, home / TOPICS, newest(home)
    if corrections:
        Corrections.load(corrections)
    return Own(
        names if names.is_file() and read_list(names) else None,
        topics if topics.is_file() and read_own(topics) else None,
        corrections,
    )


def topic_titles(home: Path) -> Mapping[str, str]:
    """Titles of the topics by name, including the newsroom's own; read again if their file has
    changed.

    Raises:
        WirewatchError: the newsroom's own topics cannot be read.
    """
    from enrich.tagging.taxonomy import OWN_FILE

    path = home / OWN_FILE
    return _topic_titles(path, version_of(path))


@lru_cache(maxsize=1)
def _topic_titles(path: Path, version: Version | None) -> Mapping[str, str]:
    from enrich.tagging.taxonomy import listed_in, shipped

    own = () if version is None else listed_in(path)
    return {topic.name: topic.title for topic in (*shipped(), *own)}


def tagger(own: Own) -> Tagger:
    """This process's tagger: its model takes a moment to load."""
    return _tagger(own.topics, own.corrections)


def mention_finder(own: Own) -> MentionFinder:
    """This process's finder of mentions."""
    return _mention_finder(own.names)


@cache
def _tagger(topics: Path | None, corrections: Path | None) -> Tagger:
    from enrich.tagging.tagger import Tagger

    return Tagger.load(topics, corrections)


@cache
def _mention_finder(names: Path | None) -> MentionFinder:
    from enrich.mentions.finder import MentionFinder

    return MentionFinder.load(names)


def found_in(title: str, text: str, own: Own) -> Found:
    """The tags, mentions and statements of an article.

    Statements are looked for only on topic and near it. An article near the topic may follow a
    story, and be the denial that its followers wait for; nobody is alerted to statements elsewhere.
    """
    from enrich.statements.finder import statements

    verdict = tagger(own).tag(title, text)
    mentions = mention_finder(own).find(title, text)
    said = statements(title, text, verdict.language, mentions) if verdict.meaning else ()
    return Found(verdict, mentions, said)
