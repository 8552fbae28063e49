"""Writing articles in bulk: what is sent, and what each answer means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from elasticsearch import ApiError, Elasticsearch, TransportError
from elasticsearch.helpers import streaming_bulk

from core.index import Outcome, Written
from core.records import Article

BATCH = 500
"""Articles whose outcome is told together."""

MAX_CHUNK_BYTES = 8 * 1024 * 1024
"""Of a bulk request. Elastic advises 5 to 15 MB; the client's own default is the server's limit."""

MAX_RETRIES = 4
"""Of an item that the server had no room for (429), after 1, 2, 4 and 8 seconds."""

DERIVED = (
    "topic",
    "mention",
    "agency",
    "vendor",
    "programme",
    "technology",
    "law",
    "court",
    "person",
    "place",
    "country",
    "statement",
)
"""Properties of an article that are stored, to be searched and counted."""

LOCATION = "location"
"""The field of the points of its places, for maps; only Elasticsearch has it."""

_OUTCOMES = {"created": Outcome.CREATED, "updated": Outcome.UPDATED}
_CONFLICT = 409
_REFUSED = frozenset({400, 413})
"""Of an item: it breaks the mapping, or is too large. Any other error may pass."""


def write(
    client: Elasticsearch,
    articles: Iterable[Article],
    target: Mapping[str, Any],
    failure: str | None = None,
) -> Iterator[Written]:
    """Write articles to `target` (`index=`, `require_alias=`), telling what became of each.

    After a failure of the connection, or with one named at the start, nothing more is sent: all
    that remains has failed for that reason.
    """
    for batch in _batches(articles):
        told: dict[str, Written] = {}
        if failure is None:
            try:
                told = {written.id: written for written in _send(client, batch, target)}
            except PartlySentError as error:
                told, failure = error.told, error.reason
        for article in batch:
            yield told.get(article.id) or Written(
                id=article.id,
                revision=article.revision,
                outcome=Outcome.FAILED,
                reason=failure,
            )


class PartlySentError(Exception):
    """The connection failed; `told` holds the outcomes that came before."""

    def __init__(self, told: dict[str, Written], reason: str) -> None:
        super().__init__(reason)
        self.told = told
        self.reason = reason


def source(article: Article) -> dict[str, Any]:
    """An article as it is stored: by the record's names, what is empty left out, with `DERIVED`.

    Left out, an empty text is not a value, neither in a facet nor for `field:*`.
    """
    # Most stories never move; an index from before `moves` takes their articles as they were.
    unmoved = set() if article.moves else {"moves"}
    dumped = article.model_dump(mode="json", exclude=unmoved)
    dumped |= {name: list(getattr(article, name)) for name in DERIVED}
    dumped[LOCATION] = _points(article)
    return {name: value for name, value in dumped.items() if value not in (None, "", [])}


def article_of(stored: Mapping[str, Any]) -> Article:
    """The article that was stored as `source`."""
    made = {*DERIVED, LOCATION}
    named = {name: value for name, value in stored.items() if name not in made}
    return Article.model_validate({"title": "", "text": "", **named})


def _points(article: Article) -> list[dict[str, float]]:
    """The distinct points of an article's places."""
    points = dict.fromkeys(
        (one.latitude, one.longitude)
        for one in article.mentions
        if one.latitude is not None and one.longitude is not None
    )
    return [{"lat": latitude, "lon": longitude} for latitude, longitude in points]


def reason_of(error: ApiError | TransportError) -> str:
    """What went wrong, in one line."""
    return f"{type(error).__name__}: {error}"


def _batches(articles: Iterable[Article]) -> Iterator[list[Article]]:
    """Lists of articles of distinct ids, so that an answer's id names its article."""
    batch: dict[str, Article] = {}
    for article in articles:
        if article.id in batch or len(batch) == BATCH:
            yield list(batch.values())
            batch = {}
        batch[article.id] = article
    if batch:
        yield list(batch.values())


def _send(
    client: Elasticsearch, batch: list[Article], target: Mapping[str, Any]
) -> Iterator[Written]:
    """Send one batch. Raises `PartlySentError` where the connection fails."""
    revisions = {article.id: article.revision for article in batch}
    told: dict[str, Written] = {}
    answers = streaming_bulk(
        client,
        (_action(article) for article in batch),
        max_chunk_bytes=MAX_CHUNK_BYTES,
        raise_on_error=False,
        max_retries=MAX_RETRIES,
        initial_backoff=1,
        max_backoff=8,
        **target,
    )
    try:
        for _, answer in answers:
            item = answer["index"]
            told[item["_id"]] = _outcome(item, revisions[item["_id"]])
    except (ApiError, TransportError) as error:
        raise PartlySentError(told, reason_of(error)) from error
    yield from told.values()


def _action(article: Article) -> dict[str, Any]:
    return {
        "_op_type": "index",
        "_id": article.id,
        "version": article.version,
        "version_type": "external",
        "_source": source(article),
    }


def _outcome(item: Mapping[str, Any], revision: int) -> Written:
    """What an answer to one item means."""
    if "error" not in item:
        return Written(id=item["_id"], revision=revision, outcome=_OUTCOMES[item["result"]])
    if item["status"] == _CONFLICT:
        return Written(id=item["_id"], revision=revision, outcome=Outcome.SAME)
    refused = item["status"] in _REFUSED
    return Written(
        id=item["_id"],
        revision=revision,
        outcome=Outcome.REJECTED if refused else Outcome.FAILED,
        reason=_explained(item["error"]),
    )


def _explained(error: Mapping[str, Any] | str) -> str:
    """The reasons of an error, from the outermost to its cause."""
    reasons = []
    while isinstance(error, Mapping):
        reasons.append(str(error.get("reason", error.get("type"))))
        error = error.get("caused_by", "")
    return ": ".join([*reasons, error] if error else reasons)
