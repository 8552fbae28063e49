"""The base class of all records, and the types that they share."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

SURVEILLANCE = "surveillance"
"""The root topic. An article without a `Tag` of it is off topic."""

NEAR_TOPIC = 0.1
"""Score from which an article is near the topic: not tagged, but given a meaning, since it may
follow a story (`enrich.stories.threader`), as an answer does that does not repeat what it answers.
One article in six hundred of a stream is near."""


def _to_utc(value: datetime) -> datetime:
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a time beyond the calendar") from error


UtcTime = Annotated[datetime, AfterValidator(_to_utc)]
"""A moment in UTC; a time without a zone is taken as UTC, as feeds mostly mean."""

Score = Annotated[float, Field(ge=0, le=1)]


def content_id(text: str) -> str:
    """The id of anything named by a text: the SHA-256 of its UTF-8 bytes, as 64 hex digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class Record(BaseModel):
    """Base of all records: frozen, and closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")
