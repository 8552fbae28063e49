"""What reads pages, with its models loaded: imported by the workers' server before it forks.

So each worker has all of it at once, one that takes the place of another too, and they share its
memory. Nobody else is to import it: loading takes two seconds and more.
"""

from __future__ import annotations

from enrich.fingerprint import fingerprint
from enrich.language import language
from ingest.extract import make_article
from wirewatch.stages.extract import mention_finder, tagger

__all__ = ["fingerprint", "language", "make_article", "mention_finder", "tagger"]

_TEXT = "The first text that each sees loads its models and lists."

language(_TEXT)
tagger().tag(_TEXT, _TEXT)
mention_finder(None).find(_TEXT, _TEXT)
