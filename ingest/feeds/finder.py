"""Find a site's feeds: from its address to feeds that were fetched and read.

    ask for the address                             → if it is a feed, that is all
    try the page's candidates, surest first         → keep those that are feeds
    follow one page that lists feeds                → try its candidates, too
    if there is no feed of articles yet             → try the usual addresses, until one is found
    if there is none yet                            → try the site's sitemaps, which may be of news
    rank                                            → comments and repeats of other feeds last

robots.txt has to allow pages, guesses, sitemaps and the address that a person gives. What a site
itself offers as a feed is asked for without it, as in a poll.

A news sitemap lists the articles of the site's feeds once more, without their summaries. So it is
looked for only if there is no feed.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import filterfalse

from core.records import Record, UtcTime
from core.settings import Settings
from ingest.feeds.ask import get_feed
from ingest.feeds.candidates import (
    Candidate,
    Hint,
    candidates,
    guesses,
    listed_sitemaps,
    usual_sitemaps,
)
from ingest.feeds.naming import outlet_named
from ingest.feeds.parser import NotAFeed, ParsedFeed, parse_feed
from ingest.feeds.sitemap import is_called_news
from ingest.web.answers import RETRY_STATUSES, Answer, Failure, FailureKind
from ingest.web.client import Client, Permit
from ingest.web.robots import Robots

MAX_REQUESTS = 40
"""The most requests in one search: a site may list hundreds of feeds, and each has to be read."""

MAX_SITEMAPS = 10
"""The most sitemaps of one list that are asked for: each may have many megabytes."""

MAX_UNNAMED = 3
"""The most that are not called news: one may be an index that lists one."""

SAME = 0.8
"""Two feeds with this share of items in common are the same one, perhaps in two formats."""

_COMMENTS = re.compile(
    r"comments? (?:for|on|to)\b.*|.*\bcomments feed|kommentare? (?:zu|für)\b.*|.*kommentar-feed"
    r"|commentaires (?:pour|sur)\b.*|.*flux des commentaires|comentarios (?:en|de|para)\b.*"
    r"|comentários (?:em|sobre|para)\b.*|commenti (?:per|su|a)\b.*|reacties op\b.*"
    r"|komentarze (?:do|dla)\b.*",
    re.IGNORECASE,
)
"""What WordPress calls feeds of comments, in the tagger's languages and some more."""

_COMMENTS_URL = re.compile(r".*(?:/comments/|[/=]comments[-_]).*", re.IGNORECASE)

_ROOT = re.compile(rb"<(?:\w+:)?(rss|feed|rdf|urlset)\b", re.IGNORECASE)
_FORMATS = {b"rss": "RSS", b"feed": "Atom", b"rdf": "RDF", b"urlset": "news sitemap"}


class FoundFeed(Record):
    """A feed that was fetched and read.

    `comments`: it brings readers' comments. `same_as`: a better feed that brings the same items.
    """

    url: str
    title: str
    format: str
    items: int
    newest: UtcTime | None
    comments: bool = False
    same_as: str | None = None

    @property
    def outlet(self) -> str:
        """The outlet's name, as far as the title has it."""
        return outlet_named(self.title, self.url)


@dataclass(frozen=True, slots=True)
class Found:
    """The feeds of a site, the best first; at least one."""

    feeds: tuple[FoundFeed, ...]


class Remedy(StrEnum):
    """What a person can do if no feed was found."""

    SEARCH = "Find the feed's address on the site and add that"
    WAIT = "Check the address; if it is right, try again later"
    ALLOW = (
        "Check the address; if it is right, wirewatch.toml has to allow it (allow_hosts, "
        "allow_ports)"
    )


@dataclass(frozen=True, slots=True)
class NotFound:
    """No feed was found, why, and what to do about it."""

    reason: str
    remedy: Remedy = Remedy.SEARCH


async def find_feeds(
    client: Client, robots: Robots, url: str, settings: Settings
) -> Found | NotFound:
    """The feed at an address or, if a page is there, the feeds of its site."""
    search = _Search(client, robots, settings)
    given = Candidate(url, "", Hint.GUESSED)
    answer = await search.ask(given, by_person=True)
    if isinstance(answer, NotFound):
        return answer
    page = search.keep(answer, given)
    if page is None:
        return Found(ranked(search.found))
    await search.try_children(page)
    if search.found:
        return Found(ranked(search.found))
    offered = candidates(answer.body, answer.header("content-type"), answer.url)
    await search.try_all(offered)
    if not search.has_articles:
        await search.try_until_found(guesses(answer.url))
    if not search.has_articles:
        await search.try_sitemaps(answer.url)
    if search.found:
        return Found(ranked(search.found))
    return NotFound(
        f"no feed at {answer.url}, but {page.reason}: {len(offered) or 'no'} links on its page "
        f"look like one, {search.requests} addresses were tried, and none is a feed"
    )


def ranked(found: Iterable[tuple[FoundFeed, frozenset[str]]]) -> tuple[FoundFeed, ...]:
    """Rank feeds, given with the addresses of their items, best first.

    They stay in the order in which they were found, but empty feeds, repeats of an earlier feed
    and comments go to the end, in this order.
    """
    kept: list[tuple[FoundFeed, frozenset[str]]] = []
    for feed, items in sorted(found, key=lambda one: (one[0].comments, not one[0].items)):
        same = next((other.url for other, theirs in kept if _are_same(items, theirs)), None)
        kept.append((feed.model_copy(update={"same_as": same}), items))
    feeds = (feed for feed, _ in kept)
    return tuple(sorted(feeds, key=lambda one: (one.comments, one.same_as is not None)))


def _are_same(some: frozenset[str], others: frozenset[str]) -> bool:
    return bool(some) and len(some & others) >= SAME * len(some | others)


class _Search:
    """One search: what was asked and what was found."""

    def __init__(self, client: Client, robots: Robots, settings: Settings) -> None:
        self.found: list[tuple[FoundFeed, frozenset[str]]] = []
        self.requests = 0
        self._client = client
        self._robots = robots
        self._settings = settings
        self._seen: set[str] = set()
        self._followed = False

    @property
    def has_articles(self) -> bool:
        """Whether a feed was found that brings more than comments."""
        return any(not feed.comments for feed, _ in self.found)

    async def try_all(self, offered: Iterable[Candidate]) -> None:
        """Try all candidates, and those of one page that lists feeds."""
        queue = deque(offered)
        while queue:
            candidate = queue.popleft()
            if self._followed and candidate.hint is Hint.LISTED:
                continue
            answer = await self.ask(candidate)
            if isinstance(answer, NotFound) or self.keep(answer, candidate) is None:
                continue
            if not self._followed and candidate.hint is not Hint.DECLARED:
                listed = candidates(answer.body, answer.header("content-type"), answer.url)
                fresh = [one for one in listed if one.url not in self._seen]
                queue.extend(one for one in fresh if one.hint is not Hint.LISTED)
                self._followed = any(one.hint is not Hint.LISTED for one in fresh)

    async def try_until_found(self, offered: Iterable[Candidate]) -> None:
        """Try candidates until one is a feed of articles."""
        for candidate in offered:
            if self.has_articles:
                return
            await self._try(candidate)

    async def try_sitemaps(self, url: str) -> None:
        """Try the sitemaps that the site's robots.txt lists and, if none is of news, the usual
        addresses, until one is."""
        listed = listed_sitemaps(await self._robots.sitemaps(self._client, url), url)
        for address in list(filter(is_called_news, listed))[:MAX_SITEMAPS]:
            await self._try_sitemap(address)
        unnamed = list(filterfalse(is_called_news, listed))[:MAX_UNNAMED]
        for address in (*unnamed, *usual_sitemaps(url)):
            if not self.has_articles:
                await self._try_sitemap(address)

    async def try_children(self, index: NotAFeed) -> None:
        """Try those of the sitemaps that an index lists that are called news."""
        for address in list(filter(is_called_news, index.sitemaps))[:MAX_SITEMAPS]:
            await self._try(Candidate(address, "", Hint.SITEMAP))

    async def _try_sitemap(self, address: str) -> None:
        page = await self._try(Candidate(address, "", Hint.SITEMAP))
        if page is not None:
            await self.try_children(page)

    def keep(self, answer: Answer, candidate: Candidate) -> NotAFeed | None:
        """Keep the answer if it is a feed; if it is none, return what it is instead. Nor is a
        sitemap kept that has no news now and is not called news."""
        parsed = parse_feed(answer.body, answer.header("content-type"), answer.url)
        if isinstance(parsed, NotAFeed):
            return parsed
        address = answer.moved_to or candidate.url
        if candidate.hint is Hint.SITEMAP and not parsed.items and not is_called_news(address):
            return None  # many sitemaps of pages declare the namespace of news as well
        if all(feed.url != address for feed, _ in self.found):
            feed = _describe(parsed, answer.body, address, candidate.title)
            self.found.append((feed, frozenset(item.url for item in parsed.items)))
        return None

    async def _try(self, candidate: Candidate) -> NotAFeed | None:
        """Try a candidate; return what is there, if that is something but no feed."""
        answer = await self.ask(candidate)
        return None if isinstance(answer, NotFound) else self.keep(answer, candidate)

    async def ask(self, candidate: Candidate, *, by_person: bool = False) -> Answer | NotFound:
        """An answer to read, or why there is none. `by_person`: a person gave the address."""
        url = candidate.url
        if url in self._seen or self.requests >= MAX_REQUESTS:
            return NotFound(f"{url} was skipped: already tried, or the limit is reached")
        self._seen.add(url)
        self.requests += 1
        permit = self._permit(candidate, by_person=by_person)
        answer = await get_feed(self._client, url, self._settings, permit=permit)
        if isinstance(answer, Failure):
            return NotFound(str(answer), _remedy(answer))
        if not 200 <= answer.status < 300:
            remedy = Remedy.WAIT if answer.status in RETRY_STATUSES else Remedy.SEARCH
            return NotFound(f"{answer.url} answered {answer.status}", remedy)
        return answer

    def _permit(self, candidate: Candidate, *, by_person: bool) -> Permit:
        on_offer = candidate.hint in (Hint.DECLARED, Hint.LINKED)

        async def permit(url: str) -> Failure | None:
            refusal = None if on_offer else await self._robots.refusal(self._client, url)
            if by_person and refusal is not None and refusal.kind is not FailureKind.DISALLOWED:
                # If robots.txt cannot be fetched, a person's own address is still asked for: how
                # that fails is what the person has to know.
                return None
            return refusal

        return permit


def _remedy(failure: Failure) -> Remedy:
    if failure.kind is FailureKind.REFUSED_ADDRESS:
        return Remedy.ALLOW
    return Remedy.WAIT if failure.may_heal else Remedy.SEARCH


def _describe(parsed: ParsedFeed, body: bytes, address: str, link_title: str) -> FoundFeed:
    titles = (parsed.title, link_title)
    return FoundFeed(
        url=address,
        title=parsed.title or link_title,
        format=_format(body),
        items=len(parsed.items),
        newest=parsed.newest,
        comments=any(map(_COMMENTS.match, titles)) or _COMMENTS_URL.match(address) is not None,
    )


def _format(body: bytes) -> str:
    root = _ROOT.search(body[:10_000].replace(b"\0", b""))  # the NULs of UTF-16
    return _FORMATS[root[1].lower()] if root else "JSON Feed"
