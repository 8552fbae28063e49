"""Extract, and enrich on the way: pages → articles."""

from __future__ import annotations

from core.ledger import entries, segments
from core.ledger.segments import Segment
from core.records import Article, Entry, State, content_id
from enrich.fingerprint import fingerprint
from enrich.language import language
from ingest.extract import assemble, extract
from ingest.fetch import Quarantined
from wirewatch.house import House
from wirewatch.progress import Progress, silent


def pages_to_extract(house: House) -> list[Segment]:
    """Page segments that wait for extraction."""
    with house.ledger.read() as tx:
        return segments.to_extract(tx)


def extract_pages(house: House, segment: Segment, progress: Progress = silent) -> int:
    """Make a segment's pages articles, tagged; how many articles came of them."""
    with house.lease(f"segment:{segment.id}") as taken:
        if not taken:
            return 0
        pages = list(house.archive.read_pages(segment))
        with house.ledger.read() as tx:
            known = entries.get(tx, (page.id for page in pages))
        articles: list[Article] = []
        ended: list[tuple[Entry, State, str]] = []
        for number, page in enumerate(pages, 1):
            progress("extract", number, len(pages))
            entry = known.get(page.id)
            if entry is None or entry.state is not State.FETCHED:
                continue  # moved on by an earlier run that died after its transaction
            article = assemble(entry, extract(page.body, page.url, page.content_type))
            if isinstance(article, Quarantined):
                ended.append((entry, State.QUARANTINED, article.reason))
            elif _text_hash(article) == entry.text_hash:
                end = State.DUPLICATE if entry.duplicate_of else State.INDEXED
                ended.append((entry, end, "edited in its feed only"))
            else:
                articles.append(enrich(house, article))
        _record_articles(house, segment, articles, ended, known)
        return len(articles)


def enrich(house: House, article: Article) -> Article:
    """An article with its language, its tags and the fingerprint of its text."""
    verdict = house.tagger.tag(article.title, article.text)
    return article.model_copy(
        update={
            "language": language(f"{article.title}\n{article.text}"),
            "score": verdict.score,
            "tags": verdict.tags,
            "fingerprint": fingerprint(article.text),
        }
    )


def _text_hash(article: Article) -> str:
    return content_id(f"{article.title}\n{article.text}")


def _record_articles(
    house: House,
    pages: Segment,
    articles: list[Article],
    ended: list[tuple[Entry, State, str]],
    known: dict[str, Entry],
) -> None:
    written = house.archive.write_articles(articles) if articles else None
    now = house.now()
    with house.ledger.write() as tx:
        if written is not None:
            segments.add(tx, written, now)
        for article in articles:
            entries.move(
                tx,
                known[article.id],
                State.EXTRACTED,
                now=now,
                revision=article.revision,
                text_hash=_text_hash(article),
                fingerprint=article.fingerprint or None,
            )
        for entry, state, reason in ended:
            entries.move(tx, entry, state, now=now, reason=reason)
        segments.set_done(tx, pages, now)
