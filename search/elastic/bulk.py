"""Writes articles to Elasticsearch in bulk: what is sent, and what each answer means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from time import monotonic
from typing import Any

from elasticsearch import ConnectionTimeout, Elasticsearch
from elasticsearch.helpers import streaming_bulk

from core.faults import Fault, raise_if_common, tried
from core.index import IndexUnavailableError, Outcome, Written
from core.records import Article, MentionKind
from search.elastic.reasons import CLOSED, item_reason, translating_errors

BATCH = 500
"""Articles whose outcomes are reported together."""

MAX_CHUNK_BYTES = 8 * 1024 * 1024
"""Of a bulk request. Elastic advises 5 to 15 MB; the client's default is the server's limit."""

MAX_RETRIES = 4
"""Retries of an item that the server had no room for, after 1, 2, 4 and 8 seconds."""

SHARD_SECONDS = 10
"""How long the server waits for an index that it cannot write to at the moment, at each try. Its
default is a minute: with retries, a batch would take seven, and hold up the alerts of later
passes."""

SILENT_SECONDS = 60
"""How long nothing more is sent to a server that did not answer in time. A pass would wait for it
anew with each file of articles before it alerts: after a day's outage, an hour."""

DERIVED = ("topic", "mention", *(kind.value for kind in MentionKind), "country", "statement")
"""Properties of an article that are stored, to be searched and counted."""

_TEXTS = dict.fromkeys(("url", "site", "outlet", "title", "text"), "")
"""Texts that every article has; they are not stored if they are empty."""

LOCATION = "location"
"""The field with the coordinates of its places, for maps; only Elasticsearch has it."""

_OUTCOMES = {"created": Outcome.CREATED, "updated": Outcome.UPDATED}
_CONFLICT = 409
_BUSY = (429, 503)
_REFUSED = frozenset({400, 413})
"""Status of an item that breaks the mapping or is too large. Any other error may pass, and so may
`CLOSED`, though it has the same status."""


class Silence:
    """That a server did not answer in time, and until when it is therefore left alone."""

    def __init__(self) -> None:
        self._reason = ""
        self._until = 0.0

    @property
    def reason(self) -> str | None:
        """What happened; None if the server may be asked."""
        return self._reason if monotonic() < self._until else None

    def note(self, error: BaseException | None, reason: str) -> None:
        """Note an error if it comes of an answer that took too long."""
        while error is not None and not isinstance(error, ConnectionTimeout):
            error = error.__cause__
        if error is not None:
            self._reason, self._until = reason, monotonic() + SILENT_SECONDS


def write(
    client: Elasticsearch,
    articles: Iterable[Article],
    route: Callable[[Article], str],
    silence: Silence | None = None,
) -> Iterator[Written]:
    """Write each article to the index that `route` names, and yield what became of it.

    Once the connection fails, or an index cannot be written to, nothing more is sent: all articles
    that remain fail for that reason. So do all articles during a `silence`, which is noted for the
    writes that follow.
    """
    silence = silence or Silence()
    failure = silence.reason
    for batch in _batches(articles):
        outcomes: dict[str, Written] = {}
        if failure is None:
            try:
                with translating_errors():
                    for written in _send(client, batch, route):
                        outcomes[written.id] = written
            except IndexUnavailableError as error:
                failure = str(error)
                silence.note(error, failure)
        for article in batch:
            yield outcomes.get(article.id) or Written.of(article, Outcome.FAILED, failure)


def source(article: Article) -> dict[str, Any]:
    """An article as it is stored: by the record's names, with `DERIVED`, without what is empty.

    An empty text that is left out is no value, neither in a facet nor for `field:*`.
    """
    # Most stories never move; an index from before `moves` still takes their articles.
    unmoved = set() if article.moves else {"moves"}
    dumped = article.model_dump(mode="json", exclude=unmoved)
    dumped |= {name: list(getattr(article, name)) for name in DERIVED}
    dumped[LOCATION] = _points(article)
    return {name: value for name, value in dumped.items() if value not in (None, "", [])}


def article_of(stored: Mapping[str, Any]) -> Article:
    """The article that was stored as `source`."""
    made = {*DERIVED, LOCATION}
    named = {name: value for name, value in stored.items() if name not in made}
    return Article.model_validate({**_TEXTS, **named})


def _points(article: Article) -> list[dict[str, float]]:
    """The distinct points of an article's places."""
    points = dict.fromkeys(
        (one.latitude, one.longitude)
        for one in article.mentions
        if one.latitude is not None and one.longitude is not None
    )
    return [{"lat": latitude, "lon": longitude} for latitude, longitude in points]


def _batches(articles: Iterable[Article]) -> Iterator[list[Article]]:
    """Batches of articles with distinct ids, so that an answer's id names its article."""
    batch: dict[str, Article] = {}
    for article in articles:
        if article.id in batch or len(batch) == BATCH:
            yield list(batch.values())
            batch = {}
        batch[article.id] = article
    if batch:
        yield list(batch.values())


def _send(
    client: Elasticsearch, batch: list[Article], route: Callable[[Article], str]
) -> Iterator[Written]:
    """Send one batch, and yield the outcome of each article as its answer comes.

    Raises what `route` and the client raise; articles without an answer by then have no outcome.
    """
    by_id = {article.id: article for article in batch}
    routed = [(article, route(article)) for article in batch]
    actions = [
        tried("indexing", article.url, partial(_action, article, index))
        for article, index in routed
    ]
    raise_if_common(zip((article.site for article in batch), actions, strict=True))
    for article, action in zip(batch, actions, strict=True):
        if isinstance(action, Fault):
            yield Written.of(article, Outcome.REJECTED, action.reason)
    answers = streaming_bulk(
        client,
        (action for action in actions if not isinstance(action, Fault)),
        max_chunk_bytes=MAX_CHUNK_BYTES,
        raise_on_error=False,
        max_retries=MAX_RETRIES,
        initial_backoff=1,
        retry_on_status=_BUSY,
        timeout=f"{SHARD_SECONDS}s",
    )
    for _, answer in answers:
        item = answer["index"]
        yield _outcome(item, by_id[item["_id"]])


def _action(article: Article, index: str) -> dict[str, Any]:
    return {
        "_op_type": "index",
        "_index": index,
        "_id": article.id,
        "version": article.version,
        "version_type": "external",
        "_source": source(article),
    }


def _outcome(item: Mapping[str, Any], article: Article) -> Written:
    """What the answer to one item means for its article."""
    if "error" not in item:
        return Written.of(article, _OUTCOMES[item["result"]])
    if item["status"] == _CONFLICT:
        return Written.of(article, Outcome.SAME)
    error = item["error"]
    refused = item["status"] in _REFUSED and error["type"] != CLOSED
    return Written.of(article, Outcome.REJECTED if refused else Outcome.FAILED, item_reason(error))
