"""Tag again what is here: each article gets what is found in it now, as if it had just come.

Topics and names of one's own, a training or an upgrade change what is found in new articles only.
This replaces the archive's files of articles by files with what is found now, one after another.
One transaction of the ledger names the new file, and has it wait for the index; so whoever dies,
the next pass or the next call goes on. No rule sees the articles, as all have read that file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count

from sqlalchemy import Connection

from core.archive import ArchiveError
from core.errors import WirewatchError
from core.faults import Fault, raise_if_common, tried
from core.ledger import entries, members, segments, stories
from core.records import Article, Entry, Segment
from enrich.stories.threader import Threader
from ingest.pages.workers import Done
from wirewatch.attempts import OF_ALL
from wirewatch.house import House
from wirewatch.newsroom.own import Own, own_files
from wirewatch.passes.linking import Linked, Linker
from wirewatch.passes.settling import settle
from wirewatch.passes.work import tag_again
from wirewatch.progress import Progress, silent
from wirewatch.stages.index import articles_to_index, index_articles

_FOUND: Mapping[str, Callable[[Article], object]] = {
    "in topics": lambda article: article.topic,
    "in evidence": lambda article: [tag.evidence for tag in article.tags],
    "in score": lambda article: article.score,
    "in names": lambda article: article.mentions,
    "in statements": lambda article: article.statements,
    "in language": lambda article: article.language,
}


@dataclass(slots=True)
class Retagged:
    """What came of tagging again.

    Of `articles` in their present revision, `changed` are found otherwise than before; `how` counts
    them, one perhaps several times. `kept` has the reasons why articles stay as they are. `waiting`
    are the files that are not tagged again, since a pass needs them, and `unindexed` the articles
    that the index has not taken yet. `damaged` has the errors of unreadable files.
    """

    articles: int = 0
    changed: int = 0
    how: Counter[str] = field(default_factory=Counter)
    kept: list[str] = field(default_factory=list)
    waiting: int = 0
    unindexed: int = 0
    damaged: list[str] = field(default_factory=list)


def differences(before: Article, after: Article) -> Iterator[str]:
    """How an article is found otherwise than before, in words."""
    if bool(before.tags) != bool(after.tags):
        yield "newly on topic" if after.tags else "no longer on topic"
    for how, found in _FOUND.items():
        if found(before) != found(after):
            yield how


def retag(house: House, progress: Progress = silent, *, dry_run: bool = False) -> Retagged:
    """Tag again what is here, older revisions too.

    Stories stay as they are. An article that is newly on topic is a story of its own, which later
    articles may join. Files that a pass still needs wait, as do all if the index takes no articles.

    Args:
        house: whose archive.
        progress: called for each article.
        dry_run: only count what would change.

    Raises:
        WirewatchError: a file of the newsroom's own names, topics or corrections cannot be read, or
            another process is at the archive.
    """
    own = own_files(house.settings.home)
    with house.lease("upkeep", "rebuild") as taken:
        if len(taken) < 2:
            raise WirewatchError(
                "upkeep, a rebuild of the index or another `wirewatch retag` is running; "
                "try again when it has ended"
            )
        done = Retagged()
        if not dry_run:
            done.unindexed = _index(house)  # perhaps what an earlier call left
        with house.ledger.read() as tx:
            runs = segments.settled(tx, house.now())
            every = [*segments.to_link(tx), *segments.linked(tx)]
        files = [file for run in runs for file in run]
        done.waiting = len(every) - len(files)
        total, tagged = sum(file.items for file in files), count(1)
        for file in files:
            if done.unindexed:
                done.waiting += 1
                continue
            try:
                before = list(house.archive.read_articles(file))
            except ArchiveError as error:
                done.damaged.append(str(error))
                continue
            after = []
            for found in _found_now(house, before, own, done):
                after.append(found)
                progress("retag", next(tagged), total)
            _record(house, file, before, after, done, dry_run=dry_run)
        return done


def _record(
    house: House,
    file: Segment,
    before: Sequence[Article],
    after: Sequence[Article],
    done: Retagged,
    *,
    dry_run: bool,
) -> None:
    """Replace a file if something else is found in it now, and add to what is done."""
    with house.ledger.read() as tx:
        known = entries.get(tx, (article.id for article in before))
    pairs = [
        (old, new)
        for old, new in zip(before, after, strict=True)
        if known[old.id].revision == old.revision
    ]
    if not dry_run and any(new is not old for old, new in zip(before, after, strict=True)):
        if not _replace(house, file, after, [new for old, new in pairs if new is not old]):
            done.waiting += 1
            return
        done.unindexed = _index(house)
    done.articles += len(pairs)
    for old, new in pairs:
        how = list(differences(old, new))
        done.changed += bool(how)
        done.how.update(how)


def _found_now(
    house: House, articles: Sequence[Article], own: Own, done: Retagged
) -> Iterator[Article]:
    """Each article with what is found in it now. It is the same object if that is the same, or if
    finding it out meets a fault; raises what all of several sites meet."""
    workers = house.workers(tag_again, preload="wirewatch.passes.readers")
    met: list[tuple[str, Fault | None]] = []
    outcomes = workers.map((article, own) for article in articles)
    for article, outcome in zip(articles, outcomes, strict=True):
        found = outcome.value if isinstance(outcome, Done) else outcome.reason
        if isinstance(found, Article):
            met.append((article.site, None))
            yield found if any(differences(article, found)) else article
        else:
            met.append((article.site, Fault("tagging", RuntimeError(found))))
            done.kept.append(f"{article.url}: {found}")
            yield article
    raise_if_common(met)


def _replace(
    house: House, file: Segment, articles: Sequence[Article], changed: Sequence[Article]
) -> bool:
    """Replace a file by one with these articles, some of which have changed in their present
    revision; False, with nothing changed, if a pass or a person needs the file or its stories."""
    # Before the lease: a pass that finds it taken links nothing, so its articles wait for the next.
    new = house.archive.write_articles(articles)
    with house.lease("link") as taken:
        if not taken:
            return False
        with house.ledger.write() as tx:
            ids = [article.id for article in changed]
            entries.lock(tx, ids)
            if not segments.replace(tx, [file], new, house.now(), done=False):
                return False
            known = entries.get(tx, ids)
            # One may have been edited or erased since it was read.
            present = [one for one in changed if known[one.id].revision == one.revision]
            entries.count_moves(tx, [article.id for article in present])
            for article in present:
                _follow(tx, article, known[article.id])
    return True


def _follow(tx: Connection, article: Article, entry: Entry) -> None:
    """Have an article's story follow what is found in it now; one that is newly on topic opens its
    own."""
    if members.retag(tx, article):
        members.rescore(tx, entry.story or article.id)
        return
    if not article.tags or entry.duplicate_of is not None:
        return
    told = article.model_copy(update={"first_seen": entry.news_at})
    threaded = members.threaded(tx, entry)
    # With no memory of others: it joins none of their stories.
    link = partial(Linker(Threader()).link, told, entry, None, threaded)
    linked = tried("linking", article.url, link, OF_ALL)
    # One that was a copy, and stays in a story that is not threaded, leaves it only when edited.
    if isinstance(linked, Linked) and linked.member is not None and linked.story == entry.story:
        stories.join(tx, told, linked.member)
        settle(tx, linked.story)


def _index(house: House) -> int:
    """Write what waits for the index; returns how many articles it has not taken yet."""
    return sum(index_articles(house, file) for file in articles_to_index(house))
