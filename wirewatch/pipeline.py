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

from collections.abc import Callable, Iterator
from functools import partial

from wirewatch.attempts import each_tried
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


def run_pass(house: House, progress: Progress = silent, *, feed: str | None = None) -> None:
    """Make one pass over everything that is due; `house.account()` says how every entry ended.

    A stage that fails stops no other, since the ledger says what each has to do; without the
    ledger, none can do anything.

    Args:
        house: whose feeds, archive and index.
        progress: called with how far each stage is.
        feed: the address of the only feed to poll, due or not.

    Raises:
        LedgerError: an entry was lost.
        Exception: what the first stage that failed has met; the log has what others did.
    """
    each_tried(_stages(house, progress, feed))


def _stages(house: House, progress: Progress, feed: str | None) -> Iterator[Callable[[], object]]:
    """The stages in order; what there is for one is looked up when those before it have ended."""
    # The workers take a second to load; they do so during the polling.
    yield partial(ready_to_extract, house)
    # Feeds are polled, and the entries they list are recorded.
    yield partial(poll, house, progress=progress, only=feed)
    # The pages of new and edited entries are fetched, one at a time per site, and archived.
    yield partial(fetch, house, progress=progress)
    # Pages become articles: clean text, language, topics with evidence. They are archived.
    for pages in pages_to_extract(house):
        yield partial(extract_pages, house, pages, progress)
    # Each article copies another, joins a story, or opens one.
    yield partial(link, house, progress)
    # Rules see the new articles; each story that matches one goes into the outbox, once. An alert
    # does not wait for the index.
    yield partial(match, house, progress)
    yield partial(deliver, house, progress)
    # Articles become searchable.
    for articles in articles_to_index(house):
        yield partial(index_articles, house, articles, progress)
    # Indexed articles that came into another story are written again.
    yield partial(index_moved, house)
    # How every entry ended: no entry may be lost. Kibana, if there is one, hears of it as well.
    yield partial(account, house)
