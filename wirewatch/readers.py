"""What reads pages, with its models loaded: imported by the workers' server before it forks.

So each worker has all of it at once, one that takes the place of another too, and they share its
memory. Nobody else is to import it: loading takes two seconds and more.
"""

from __future__ import annotations

from enrich.fingerprint import fingerprint
from enrich.senses.reader import LANGUAGES
from enrich.statements import statements
from ingest.extract import make_article
from wirewatch.own import mention_finder, tagger

__all__ = ["fingerprint", "make_article", "mention_finder", "statements", "tagger"]

_TEXT = "The first text that each sees loads its models and lists."
_FOREIGN = "Der erste Text in einer anderen Sprache lädt, was für diese gebraucht wird."

# Not `tag`: the encoder, the largest of them, would not be asked of this.
tagger().log_odds(_TEXT, _TEXT)
tagger().log_odds(_FOREIGN, _FOREIGN)
mention_finder().find(_TEXT, _TEXT)
for _language in LANGUAGES:
    statements(_TEXT, _TEXT, _language, ())
