"""The path of an entry, from feed to reader. Start here.

    due feeds ─ poll ─▶ entries ─ fetch ─▶ pages ─ extract ─▶ articles ─ link ─▶ stories
                                                                 │
              reader ◀─ deliver ─ outbox ◀─ match ───────────────┴─ index ─▶ search

Each stage reads from the ledger what is to be done, does it, and records the result in one
transaction. So a run may die anywhere: the next one continues, with nothing lost and nothing done
twice. Between stages, work travels as segments: archive files of some hundred pages or articles.

Pure functions in `ingest`, `enrich` and `alert` make the decisions. The modules in
`wirewatch.stages`, one for each arrow above, connect them to the ledger, the archive and the index.
The command line calls `run_pass`; the Airflow DAG calls the same stages, one task each.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

from core.ledger.accounting import Accounting
from core.ledger.ledger import UNAVAILABLE
from wirewatch.house import House
from wirewatch.progress import Progress, silent
from wirewatch.stages.account import account
from wirewatch.stages.deliver import deliver
from wirewatch.stages.extract import extract_pages, pages_to_extract, ready_to_extract
from wirewatch.stages.fetch import fetch
from wirewatch.stages.index import articles_to_index, index_articles, index_moved
from wirewatch.stages.link import link
from wirewatch.stages.match import match
from wirewatch.stages.poll import poll

__all__ = [
    "account",
    "articles_to_index",
    "deliver",
    "extract_pages",
    "fetch",
    "index_articles",
    "index_moved",
    "link",
    "match",
    "pages_to_extract",
    "poll",
    "run_pass",
]

log = logging.getLogger(__name__)


def run_pass(house: House, progress: Progress = silent, *, feed: str | None = None) -> Accounting:
    """Make one pass over everything that is due; return the accounting of all entries.

    A stage that fails stops no other, since the ledger says what each has to do; without the
    ledger, none can do anything.

    Args:
        house: whose feeds, archive and index.
        progress: called with how far each stage is.
        feed: the address of the only feed to poll, due or not.

    Raises:
        LedgerError: an entry was lost.
        Exception: what the first stage that failed has met; the log has what later ones did.
    """
    stages: tuple[Callable[[], object], ...] = (
        # The workers take a second to load; they do so during the polling.
        partial(ready_to_extract, house),
        # Feeds are polled, and the entries they list are recorded.
        partial(poll, house, progress=progress, only=feed),
        # The pages of new and edited entries are fetched, one at a time per site, and archived.
        partial(fetch, house, progress=progress),
        # Pages become articles: clean text, language, topics with evidence. They are archived.
        partial(_extract, house, progress),
        # Each article copies another, joins a story, or opens one.
        partial(link, house, progress),
        # Rules see the new articles; each story that matches one goes into the outbox, once. An
        # alert does not wait for the index.
        partial(match, house, progress),
        partial(deliver, house, progress),
        # Articles become searchable.
        partial(_index, house, progress),
        # Indexed articles that came into another story are written again.
        partial(index_moved, house),
    )
    failed: list[Exception] = []
    for stage in stages:
        try:
            stage()
        except UNAVAILABLE:
            raise
        except Exception as error:  # noqa: BLE001 - raised below
            failed.append(error)
    for later in failed[1:]:
        if str(later) != str(failed[0]):  # an archive out of reach is met by several
            log.error("a later stage failed as well", exc_info=later)
    if failed:
        raise failed[0]
    # How every entry ended; this is also reported to Kibana, if there is one.
    return account(house)


def _extract(house: House, progress: Progress) -> None:
    for pages in pages_to_extract(house):
        extract_pages(house, pages, progress)


def _index(house: House, progress: Progress) -> None:
    for articles in articles_to_index(house):
        index_articles(house, articles, progress)
