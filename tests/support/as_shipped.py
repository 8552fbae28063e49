"""The shipped models, loaded once per worker: each load takes a second and 300 MB."""

from functools import cache

from enrich.mentions.finder import MentionFinder
from enrich.tagging.tagger import Tagger


@cache
def tagger() -> Tagger:
    """The tagger as shipped."""
    return Tagger.load()


@cache
def finder() -> MentionFinder:
    """The mention finder as shipped."""
    return MentionFinder.load()
