"""The sample newsroom's outlets and what they publish, read from the files in `content/`.

Everything here is made up: outlets, people, places and events. The TOML files are edited by hand; a
slip there (an unknown key, a missing field) is a `pydantic.ValidationError` on loading.
"""

from __future__ import annotations

import tomllib
import unicodedata
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

CONTENT = Path(__file__).parent / "content"
FIRST_DAY = date(2026, 9, 14)
"""The first of `DAYS`, on which the dates of the content files are based."""

DAYS = (1, 2, 3)

AMP = "/amp"
"""What an AMP page's address adds to its article's."""

MOBILE = "m."
"""What the host of an outlet's mobile pages begins with."""

BOUNCER = "feedbounce.localhost"
"""A service that counts readers and redirects them, twice."""


def _paragraphs(text: object) -> object:
    """Split a text at its blank lines; a line break inside a paragraph becomes a space."""
    if not isinstance(text, str):
        return text
    return tuple(" ".join(block.split()) for block in text.split("\n\n") if block.strip())


Paragraphs = Annotated[tuple[str, ...], BeforeValidator(_paragraphs)]


class Kind(StrEnum):
    """What a person would say an article is about."""

    SURVEILLANCE = "surveillance"
    LOOKALIKE = "lookalike"
    OTHER = "other"


class _Content(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Post(_Content):
    """A post of a live blog, from `at` on. The feed then shows its title."""

    at: AwareDatetime
    title: str
    body: Paragraphs


class Version(_Content):
    """The words of an article from `modified` on. Those of a live blog's posts, newest first, are
    in its body, too."""

    title: str
    summary: str
    body: Paragraphs
    modified: AwareDatetime
    posts: tuple[Post, ...] = ()

    @property
    def text(self) -> str:
        """The body as extraction should give it: a paragraph a line."""
        return "\n".join(self.body)


class Piece(_Content):
    """An article as its outlet publishes it. `wire` names the agency text that is its body.

    One with `posts` is a live blog; its body stands above them. `media` says what its address
    serves: a web page, or a PDF.
    """

    slug: str
    section: str
    published: AwareDatetime
    author: str = ""
    kind: Kind = Kind.OTHER
    arc: str = ""
    wire: str = ""
    path: str = ""
    title: str
    summary: str
    body: Paragraphs = ()
    edit: Version | None = None
    posts: tuple[Post, ...] = ()
    media: Literal["html", "pdf"] = "html"
    first_day: date = FIRST_DAY

    def moved(self, first_day: date) -> Piece:
        """The same article in a newsroom with another first day."""
        later = first_day - self.first_day
        edit = self.edit
        if edit is not None:
            edit = edit.model_copy(update={"modified": edit.modified + later})
        posts = tuple(post.model_copy(update={"at": post.at + later}) for post in self.posts)
        published = self.published + later
        changed = {"published": published, "edit": edit, "posts": posts, "first_day": first_day}
        return self.model_copy(update=changed)

    @property
    def day(self) -> int:
        """The day of its publication, from 1."""
        return (self.published.astimezone(UTC).date() - self.first_day).days + 1

    def version(self, day: int) -> Version:
        """Its words at the end of a day."""
        end = end_of(day, self.first_day)
        if self.edit is not None and self.edit.modified < end:
            return self.edit
        posts = [post for post in self.posts if post.at < end]
        posts.sort(key=lambda post: post.at, reverse=True)
        newest = posts[0] if posts else None
        said = [line for post in posts for line in (post.title, *post.body)]
        return Version(
            title=self.title,
            summary=newest.title if newest else self.summary,
            body=(*self.body, *said),
            modified=newest.at if newest else self.published,
            posts=tuple(posts),
        )


class FeedSpec(_Content):
    """A feed of an outlet: all its articles, or those of some sections.

    `tracking` is a query string appended to the links, as outlets do to count readers. `links`
    says which address of an article the feed gives: its own, that of its AMP or mobile page, or
    one at a service that counts and redirects. `ttl` (minutes) and `skip_hours` are RSS's
    elements on when to poll.
    """

    path: str
    format: Literal["rss2", "rss1", "atom", "json"]
    sections: tuple[str, ...] = ()
    tracking: str = ""
    links: Literal["plain", "amp", "mobile", "bounced"] = "plain"
    ttl: int | None = None
    skip_hours: tuple[int, ...] = ()

    def takes(self, piece: Piece) -> bool:
        """Whether an article belongs in this feed."""
        return not self.sections or piece.section in self.sections


class Outlet(_Content):
    """A made-up news site at `NAME.localhost`; `path` is the pattern of its articles' paths.

    `free` is what its pages tell machines about themselves, `crawl_delay` (seconds) what its
    robots.txt asks for.
    """

    name: str
    title: str
    language: str
    about: str
    template: Literal["broadsheet", "classic", "modern"]
    path: str
    disallow: tuple[str, ...] = ()
    crawl_delay: int | None = None
    free: bool = True
    feeds: tuple[FeedSpec, ...]
    pieces: tuple[Piece, ...] = ()

    @property
    def host(self) -> str:
        """Its host name, without the port."""
        return f"{self.name}.localhost"

    def moved(self, first_day: date) -> Outlet:
        """The same outlet in a newsroom with another first day."""
        return self.model_copy(
            update={"pieces": tuple(piece.moved(first_day) for piece in self.pieces)}
        )

    def path_of(self, piece: Piece) -> str:
        """The path of an article."""
        plain = unicodedata.normalize("NFKD", piece.section).encode("ascii", "ignore").decode()
        section = plain.lower().replace(" ", "-")
        return piece.path or self.path.format(
            day=piece.published.strftime("%Y/%m/%d"), section=section, slug=piece.slug
        )

    def link_to(self, piece: Piece, feed: FeedSpec, port: int) -> str:
        """The address that a feed gives for an article, without tracking parameters."""
        path = self.path_of(piece)
        match feed.links:
            case "amp":
                return f"http://{self.host}:{port}{path}{AMP}"
            case "mobile":
                return f"http://{MOBILE}{self.host}:{port}{path}"
            case "bounced":
                return f"http://{BOUNCER}:{port}/~r/{self.name}{path}"
            case "plain":
                return f"http://{self.host}:{port}{path}"

    def published(self, day: int) -> list[Piece]:
        """What it has published by the end of a day, newest first."""
        pieces = [piece for piece in self.pieces if piece.day <= day]
        return sorted(pieces, key=lambda piece: piece.published, reverse=True)


class Words(_Content):
    """The words around an article, in one language."""

    more: str
    newsletter: str
    signup: str
    share: str
    published: str
    by: str
    footer: str
    cookies: str


class _Pieces(_Content):
    article: tuple[Piece, ...]


class _Outlets(_Content):
    outlet: tuple[Outlet, ...]
    words: dict[str, Words]


class _Wire(_Content):
    agency: str
    body: str


class _Wires(_Content):
    wire: dict[str, _Wire] = Field(min_length=1)


def end_of(day: int, first_day: date = FIRST_DAY) -> datetime:
    """The midnight that ends a day, in UTC."""
    midnight = datetime.combine(first_day, datetime.min.time(), UTC)
    return midnight + timedelta(days=day)


def _read(name: str) -> dict[str, object]:
    return tomllib.loads((CONTENT / name).read_text(encoding="utf-8"))


def _with_wire(piece: Piece, wires: dict[str, _Wire]) -> Piece:
    """An article, with the agency's text as its body if it carries agency copy."""
    if not piece.wire:
        return piece
    return piece.model_copy(update={"body": _paragraphs(wires[piece.wire].body)})


@cache
def outlets() -> tuple[Outlet, ...]:
    """Every outlet with its articles, from the content files."""
    wires = _Wires.model_validate(_read("wire.toml")).wire
    found = []
    for outlet in _Outlets.model_validate(_read("outlets.toml")).outlet:
        pieces = _Pieces.model_validate(_read(f"articles/{outlet.name}.toml")).article
        filled = tuple(_with_wire(piece, wires) for piece in pieces)
        found.append(outlet.model_copy(update={"pieces": filled}))
    return tuple(found)


@cache
def words(language: str) -> Words:
    """The words around an article in a language of the newsroom; KeyError for any other."""
    return _Outlets.model_validate(_read("outlets.toml")).words[language]
