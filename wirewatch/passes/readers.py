"""Parsers and models for reading pages, loaded: the workers' server imports this before it forks.

So every worker, including a replacement, has them at once, and all share their memory. Nothing else
should import this module: loading takes over two seconds.
"""

from __future__ import annotations

from enrich.copies.fingerprint import fingerprint
from enrich.senses.reader import LANGUAGES
from enrich.statements.finder import statements
from ingest.pages.extract import make_article
from wirewatch.newsroom.own import NOTHING, mention_finder, tagger

__all__ = ["fingerprint", "make_article", "mention_finder", "statements", "tagger"]

_TEXT = "The first text that each sees loads its models and lists."
_FOREIGN = "Der erste Text in einer anderen Sprache lädt, was für diese gebraucht wird."

# Not `tag`: it would not call the encoder, the largest model, for these texts.
tagger(NOTHING).log_odds(_TEXT, _TEXT)
tagger(NOTHING).log_odds(_FOREIGN, _FOREIGN)
mention_finder(NOTHING).find(_TEXT, _TEXT)
for _language in LANGUAGES:
    statements(_TEXT, _TEXT, _language, ())
