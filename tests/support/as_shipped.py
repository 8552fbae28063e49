"""The shipped models, loaded once per worker: each load takes a second and 300 MB."""

from functools import cache

from core.records import Statement
from enrich.mentions.finder import MentionFinder
from enrich.statements.finder import statements
from enrich.tagging.tagger import Tagger


@cache
def tagger() -> Tagger:
    """The tagger as shipped."""
    return Tagger.load()


@cache
def finder() -> MentionFinder:
    """The mention finder as shipped."""
    return MentionFinder.load()


def said_in(text: str, language: str = "en", title: str = "") -> tuple[Statement, ...]:
    """The statements of an article, given its mentions."""
    return statements(title, text, language, finder().find(title, text))
