"""Labelled pairs of a month's stream: whether two entries report the same event, and why."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import TypeAdapter

from core.records import Record, UtcTime
from enrich.language import language
from enrich.stories.profile import Profile
from enrich.stories.terms import read_terms
from enrich.stream import read_stream

log = logging.getLogger(__name__)

TIME: TypeAdapter[datetime] = TypeAdapter(UtcTime)


class JoinLabel(Record):
    """Whether two entries of the stream report the same event, in the judgement of a reader.

    `b` came first. Pairs of the part `test` are for measuring only; nothing learns from them.
    """

    a: str
    b: str
    same: Literal[True, False, "doubtful"]
    reason: str
    part: Literal["train", "test"]


class Text(NamedTuple):
    """Title and text of an article."""

    title: str
    text: str


class StreamEntry(NamedTuple):
    """An entry of the stream that was read and labelled, and when it was published."""

    text: Text
    published: datetime


def read_joins(name: str) -> list[JoinLabel]:
    """The labels in one of the package's files."""
    lines = files("enrich.train").joinpath("labels", name).read_text("utf-8").splitlines()
    return [JoinLabel.model_validate_json(line) for line in lines]


def entries_of(labels: Iterable[JoinLabel], stream: Path) -> dict[str, StreamEntry]:
    """The entries of some labels that are in a stream, by address."""
    wanted = {address for label in labels for address in (label.a, label.b)}
    found: dict[str, StreamEntry] = {}
    for entry in read_stream(stream):
        if (address := entry["url"]) in wanted and address not in found:
            published = TIME.validate_python(entry["published"])
            found[address] = StreamEntry(Text(entry["title"], entry["summary"]), published)
    log.info("%d of %d labelled entries are in %s", len(found), len(wanted), stream)
    return found


def profile_of(text: Text) -> Profile:
    """The profile by which an article is compared."""
    return read_terms(text.title, text.text, language(f"{text.title}\n{text.text}")).profile
