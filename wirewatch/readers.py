"""What reads pages, with its models loaded: imported by the workers' server before it forks.

So each worker has all of it at once, one that takes the place of another too, and they share its
memory. Nobody else is to import it: loading takes two seconds and more.
"""

from __future__ import annotations

from enrich.fingerprint import fingerprint
from enrich.language import language
from ingest.extract import make_article
from wirewatch.stages.extract import tagger

__all__ = ["fingerprint", "language", "make_article", "tagger"]

_TEXT = "The first text of a language and of a tagger loads their models."

language(_TEXT)
tagger().tag(_TEXT, _TEXT)
