"""An earlier text of an article that is kept, though its page shows another one by now. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from core.records import Article, Entry
from ingest.made import Made


def restored(entry: Entry, known: Sequence[Article], reason: str) -> Made | None:
    """An article as it was before a notice took its place; None where it never was another.

    Args:
        entry: whose article has a notice for its text.
        known: the revisions of the article that the archive has, the first first.
        reason: why its text is taken for a notice.
    """
    true = [one for one in known if one.fingerprint != entry.notice]
    if not true:
        return None
    article = true[-1].model_copy(update={"revision": entry.revision + 1})
    return Made(article, reason=f"the text of before: {reason}")
