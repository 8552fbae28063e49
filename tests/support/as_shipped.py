"""What ships, loaded once for all tests of a worker: models take a second and 300 MB each time."""

from functools import cache

from enrich.mentions.finder import MentionFinder
from enrich.tagger import Tagger


@cache
def tagger() -> Tagger:
    """The tagger as it comes."""
    return Tagger.load()


@cache
def finder() -> MentionFinder:
    """The finder of mentions as it comes."""
    return MentionFinder.load()
