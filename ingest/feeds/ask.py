"""Ask a feed, and take the body of its answer. Pure, except `get_feed`, `ask` and `ask_older`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import partial

from core.faults import IN_MEMORY, Fault, tried
from core.records import Feed
from core.settings import Settings
from ingest.feeds.paging import is_on_site
from ingest.feeds.parser import NotAFeed, ParsedFeed, parse_feed
from ingest.web.answers import Answer, Failure, FailureKind
from ingest.web.client import Client, Headers, Permit
from ingest.web.codings import CodingError, unzipped
from ingest.web.robots import Robots

LIGHT = 100_000
"""The most bytes of a body that is parsed without a worker: mostly milliseconds, at worst half a
second."""


@dataclass(frozen=True, slots=True)
class Body:
    """What has to be parsed of an answer."""

    content: bytes
    content_type: str
    url: str


Parsed = ParsedFeed | NotAFeed


async def get_feed(
    client: Client,
    url: str,
    settings: Settings,
    *,
    headers: Headers = lambda _: {},
    permit: Permit | None = None,
) -> Answer | Failure:
    """Ask for what may be a feed. A gzip file, as many sitemaps are, is answered by its content.

    The arguments are those of `Client.get`.
    """
    most = settings.feed_max_bytes
    answer = await client.get(url, max_bytes=most, headers=headers, permit=permit)
    if isinstance(answer, Failure):
        return answer
    try:
        return replace(answer, body=unzipped(answer.body, most))
    except CodingError as error:
        return Failure(FailureKind.BAD_ANSWER, f"{error} ({answer.url})")


async def ask(client: Client, feed: Feed, settings: Settings) -> Answer | Failure:
    """Ask for a feed, conditionally if the last answer allows it."""
    return await get_feed(client, feed.url, settings, headers=partial(conditional_headers, feed))


def conditional_headers(feed: Feed, url: str) -> dict[bytes, bytes]:
    """The headers of a poll's request to `url`, which may be where the feed's address redirects to:
    that changes alone are enough (RFC 3229), and the conditions, if the validators are of there."""
    return {b"A-IM": b"feed"} | (conditions(feed) if url == feed.validators_url else {})


async def ask_older(
    client: Client, robots: Robots, url: str, settings: Settings
) -> Answer | Failure:
    """Ask for a page of a feed's older entries, if robots.txt allows it: a person has listed the
    feed, but not its pages."""
    return await get_feed(client, url, settings, permit=partial(robots.refusal, client))


def new_body(feed: Feed, answer: Answer | Failure) -> Body | None:
    """The body of an answer, if it has one that is not known yet."""
    if isinstance(answer, Failure) or not brings_a_body(answer):
        return None
    return None if hash_of(answer) == feed.body_hash else body_of(answer)


def older_body(url: str, answer: Answer | Failure) -> Body | None:
    """The body of the answer to a request for a page of older entries, if it has one and is still
    of the site that was asked."""
    if not isinstance(answer, Answer) or not brings_a_body(answer):
        return None
    return body_of(answer) if is_on_site(answer.url, url) else None


def conditions(feed: Feed) -> dict[bytes, bytes]:
    """The validators of the last answer, verbatim, if there are any that can be trusted."""
    if feed.distrusted:
        return {}
    validators = {b"If-None-Match": feed.etag, b"If-Modified-Since": feed.last_modified}
    return {name: value for name, value in validators.items() if value}


def parse_body(body: Body) -> Parsed:
    """Parse a body; a heavy one in a worker."""
    result = tried(
        "parsing it",
        body.url,
        lambda: parse_feed(body.content, body.content_type, body.url),
        IN_MEMORY,
    )
    return NotAFeed(result.reason) if isinstance(result, Fault) else result


def brings_a_body(answer: Answer) -> bool:
    """Whether the answer has a body to read: the whole feed, or what is new in it."""
    return 200 <= answer.status < 300


def is_part(answer: Answer) -> bool:
    """Whether the answer is only what is new in the feed, not the whole feed (RFC 3229)."""
    return answer.status == 226


def hash_of(answer: Answer) -> str:
    """What tells its body from others."""
    return hashlib.sha256(answer.body).hexdigest()


def body_of(answer: Answer) -> Body:
    """The body of an answer."""
    return Body(answer.body, answer.header("content-type"), answer.url)
