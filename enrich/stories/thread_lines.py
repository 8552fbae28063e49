"""Thread a file: takes rows in order of arrival and gives each its story."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, TypeAdapter, ValidationError

from core.records import Record, UtcTime
from core.sites import site_of
from enrich.copies.duplicates import Duplicates
from enrich.copies.fingerprint import fingerprint
from enrich.copies.sketch import sketch
from enrich.language import language
from enrich.stories.placement import Piece
from enrich.stories.threader import Threader

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TIME = TypeAdapter(UtcTime)


def _time_or_none(value: object) -> datetime | None:
    """A time as ISO 8601 or seconds since 1970; None if it cannot be read as one.

    Feeds write many things where a time should be, and none of them is worth losing the row for.
    """
    try:
        return _TIME.validate_python(value)
    except ValidationError:
        return None


class Row(BaseModel):
    """A row to place; further fields are ignored.

    If `language` (a tag such as `en` or `en-GB`) is missing, it is detected from title and text.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    title: str = ""
    text: str = ""
    language: str = ""
    url: str = ""
    published: Annotated[UtcTime | None, BeforeValidator(_time_or_none)] = None

    @property
    def site(self) -> str:
        """Its site; empty if it has no address, or one that cannot be read."""
        try:
            return site_of(self.url)
        except ValueError:
            return ""


class Threaded(Record):
    """The result for a row: its story, and the first row with the same text if there is one."""

    id: str
    story: str
    duplicate_of: str | None = None


def thread_lines(
    rows: Iterable[Mapping[str, object]],
    threader: Threader | None = None,
    *,
    meaning_of: Callable[[str, str], str],
) -> Iterator[Threaded]:
    """Place rows one after the other; yield the results, in order, when all are placed.

    No result is yielded earlier: a late row may show two stories to be one, and the rows of both
    then get the merged story.

    A row with the same or nearly the same text as an earlier row (`enrich.copies.duplicates`) is a
    duplicate: it gets that row's story and is not placed itself. A row counts as first seen when it
    was published; without a time, when the row before it was, so that a file without times lies
    within one window. Rows on topic are also compared by meaning.

    Args:
        rows: in order of arrival.
        threader: places them; a new one if none is given.
        meaning_of: gives the meaning of what is on topic, by title and text (`Tagger.meaning`).

    Raises `pydantic.ValidationError` for a row that has no id or whose fields are not strings.
    """
    threader = Threader() if threader is None else threader
    duplicates = Duplicates()
    first_of: dict[str, str] = {}
    story_of: dict[str, str] = {}
    placed_rows: list[Threaded] = []
    merged_into: dict[str, str] = {}
    now = _EPOCH
    for fields in rows:
        row = Row.model_validate(fields)
        now = row.published or now
        print_of_text = fingerprint(row.text)
        # A row that repeats its own id is not its own copy.
        first = first_of.get(print_of_text)
        copy = duplicates.place(
            row.id,
            sketch(row.text),
            now,
            row.site,
            original=None if first == row.id else first,
        ).copy
        if copy is not None:
            story = story_of[copy.original]
            placed_rows.append(Threaded(id=row.id, story=story, duplicate_of=copy.original))
            continue
        language_tag = row.language or language(f"{row.title}\n{row.text}")
        meaning = meaning_of(row.title, row.text)
        piece = Piece(row.id, row.title, row.text, now, language_tag, meaning)
        placed = threader.place(piece)
        merged_into |= dict.fromkeys(placed.merges, placed.story)
        story_of[row.id] = placed.story
        if print_of_text:
            first_of[print_of_text] = row.id
        placed_rows.append(Threaded(id=row.id, story=placed.story))
    for threaded in placed_rows:
        yield threaded.model_copy(update={"story": _end(threaded.story, merged_into)})


def _end(story: str, merged_into: Mapping[str, str]) -> str:
    """The story that a story ends in after all merges."""
    while story in merged_into:
        story = merged_into[story]
    return story
