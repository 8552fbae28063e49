"""The work on one page: page → article, enriched. It runs in a worker.

Parsers and models are imported where they are called. Loading them takes over two seconds, and the
process that hands pages to the workers, such as an Airflow task, does not need them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from time import monotonic, process_time

from core.faults import IN_MEMORY, Fault, tried
from core.records import Article, Entry, Page, content_id
from ingest.pages.articles import NewRevision, article_from_feed, without_text
from ingest.pages.essence import essence
from ingest.pages.outcomes import Quarantined, Rejected, Unchanged
from wirewatch.newsroom.own import NOTHING, Own, found_in, tagger

MAY_MATTER = 0.1
"""Score of title and opening from which a page gets the careful extraction. It is far below the
threshold of a tag, since the quick extraction may have missed what the story is about."""

OPENING = 1_500
"""How many characters of a text are scored to decide whether it may matter."""

PASSED_ON = (*IN_MEMORY, RecursionError)
"""What ends the process (`Lost`), too."""

Ended = NewRevision | Rejected | Quarantined | Unchanged


@dataclass(frozen=True, slots=True)
class Work:
    """A page to be made an article, its entry, and the newsroom's own files.

    `instead` is the result to use if the text is not to come from the page.
    """

    entry: Entry
    page: Page
    own: Own = NOTHING
    instead: NewRevision | None = None

    def without_page(self, why: str) -> Work:
        """The same, if the page is treated as missing."""
        return replace(self, page=self.page.model_copy(update={"missing": why}))


@dataclass(frozen=True, slots=True)
class Report:
    """What a worker made of a page, how many seconds it took (by the clock, and of a processor),
    and the reason of the fault that it met, if any."""

    result: Ended
    seconds: float
    cost: float
    met: str = ""


@dataclass(frozen=True, slots=True)
class Worked:
    """Work that is done: what became of the page, how many seconds it took by the clock, and why
    its worker was lost, if it was."""

    work: Work
    result: Ended
    seconds: float
    lost: str = ""

    @property
    def entry(self) -> Entry:
        """The page's entry, as it was before."""
        return self.work.entry

    @property
    def new(self) -> NewRevision | None:
        """The article that it brought, if it did; it may be as it was."""
        return self.result if isinstance(self.result, NewRevision) else None

    @property
    def edited(self) -> NewRevision | None:
        """The article that it brought, if that is new or says something new."""
        new = self.new
        if new is None:
            return None
        # Older versions recorded the hash of all words as they are.
        before = content_id(f"{new.article.title}\n{new.article.text}")
        return None if self.entry.text_hash in (text_hash(new.article), before) else new


def text_hash(article: Article) -> str:
    """Distinguishes revisions of an article: equal if nothing that an outlet edits differs."""
    return content_id(essence(article))


def work_on(work: Work) -> Report:
    """Make a page an article, with its language, tags, mentions, statements and fingerprint.

    Runs in a worker: a page that takes too long, kills the process, or meets a fault in our code
    or a library's affects no other page.
    """
    from ingest.pages.extract import make_article

    began, cost = monotonic(), process_time()
    met = ""
    result: Ended | Fault = tried(
        "extraction",
        work.page.url,
        lambda: work.instead or make_article(work.entry, work.page, partial(_may_matter, work.own)),
        PASSED_ON,
    )
    if isinstance(result, Fault):
        met = result.reason
        result = article_from_feed(work.entry, work.page, Quarantined(met))
    if isinstance(result, NewRevision):
        revision = result
        result = tried(
            "enrichment",
            work.page.url,
            lambda: replace(revision, article=enrich(revision.article, work.own)),
            PASSED_ON,
        )
        if isinstance(result, Fault):
            met = result.reason
            result = without_text(work.entry, Quarantined(met))
    return Report(result, monotonic() - began, process_time() - cost, met)


def enrich(article: Article, own: Own = NOTHING) -> Article:
    """The article with its language, what was found in it, and the fingerprint of its text."""
    from enrich.copies.fingerprint import fingerprint

    return tagged(article, own).model_copy(update={"fingerprint": fingerprint(article.text)})


def tagged(article: Article, own: Own = NOTHING) -> Article:
    """The article with its language and what is found in it."""
    verdict, mentions, said = found_in(article.title, article.text, own)
    return article.model_copy(
        update={
            "language": verdict.language,
            "score": verdict.score,
            "tags": verdict.tags,
            "mentions": mentions,
            "statements": said,
            "meaning": verdict.meaning,
        }
    )


def tag_again(archived: tuple[Article, Own]) -> Article | str:
    """An article of the archive with what is found in it now; or the reason of the fault that it
    met. Runs in a worker."""
    article, own = archived
    found = tried("tagging", article.url, lambda: tagged(article, own), PASSED_ON)
    return found.reason if isinstance(found, Fault) else found


def _may_matter(own: Own, title: str, text: str) -> bool:
    return tagger(own).score(title, text[:OPENING]) >= MAY_MATTER
