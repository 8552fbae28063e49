"""What pages of the desk share: the house, its topics, the templates, and kinds of parameters."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError
from starlette.datastructures import URL
from starlette.responses import HTMLResponse, RedirectResponse, Response

from alert.languages import language_name
from alert.wording import headline
from core.errors import WirewatchError
from core.evidence import is_headline
from core.index import WINDOW
from core.ledger import channels, feeds
from desk.marks import emphasised
from desk.moments import ago, exactly
from desk.telling import first_phrases, is_quoted, passages, reasons, topics
from ingest.feeds.health import WELL
from wirewatch.house import House
from wirewatch.newsroom.own import topic_titles
from wirewatch.presentation.countries import country_name
from wirewatch.presentation.wording import counted, shared_text, why_joined

SECTIONS = (
    ("stories", "s", "/"),
    ("dossiers", "d", "/dossiers"),
    ("search", "q", "/search"),
    ("alerts", "a", "/alerts"),
    ("rules", "r", "/rules"),
    ("feeds", "f", "/feeds"),
    ("entries", "e", "/entries"),
)
"""The sections of the desk: name, key after g, and address."""

PAGE = 20
"""Stories, articles or alerts on a page."""

MAX_PAGES = WINDOW // PAGE
"""Most pages of a list: as deep as an index reaches."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Control characters, except tabs and line ends."""


def _typable(text: str) -> str:
    if found := _CONTROL.search(text):
        character = f"U+{ord(found[0]):04X}"
        raise PydanticCustomError(
            "control_character",
            "character {number} is a control character ({character}): remove it",
            {"number": found.start() + 1, "character": character},
        )
    return text


Typed = Annotated[str, AfterValidator(_typable)]
"""What a person typed. Control characters come from a bad paste or a program: nobody sees them in a
page or in `rules.toml`, and PostgreSQL does not accept NUL."""

DossierId = Annotated[int, Path(ge=1, lt=2**31, description="The number of a dossier.")]
"""The id of a dossier, as large as the ledger's integers get."""

Words = Annotated[Typed, Query(max_length=500)]
"""A reason or a name."""


@dataclass(frozen=True, slots=True)
class ListPage:
    """The page of a list that a request asks for, from 1, at `url`."""

    url: URL
    number: int

    @property
    def offset(self) -> int:
        """How many items are on the pages before it."""
        return (self.number - 1) * PAGE

    def last(self, total: int) -> int:
        """The last page of a list of `total` items, as far as pages can be requested."""
        return max(1, min(-(-total // PAGE), MAX_PAGES))

    def address(self, number: int) -> str:
        """The address of another page of the list; it does not say again what was done."""
        url = self.url.remove_query_params("done").include_query_params(page=number)
        return f"?{url.query}"

    def beyond(self, total: int) -> Response | None:
        """A redirect to the last page of a list that has become too short for this one; None if
        this one exists."""
        if self.number <= (last := self.last(total)):
            return None
        return RedirectResponse(f"?{self.url.include_query_params(page=last).query}", 303)


def _list_page(request: Request, page: Annotated[int, Query(ge=1, le=MAX_PAGES)] = 1) -> ListPage:
    return ListPage(request.url, page)


AtPage = Annotated[ListPage, Depends(_list_page)]
"""The page of a list, as an address has it: `page=2`."""


class Office:
    """The desk's house, and the rendering of its pages."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._topics: Mapping[str, str] = {}
        self._templates = Environment(
            loader=PackageLoader("desk"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {
            "ago": lambda moment: ago(moment, house.now()),
            "exactly": exactly,
            "topic": lambda name: self.topics.get(name, name.capitalize()),
            "country": country_name,
            "language": language_name,
            "counted": counted,
            "headline": headline,
            "quoted": shlex.quote,
            "is_link": lambda address: address.startswith(("http://", "https://")),
            "topics": topics,
            "reasons": reasons,
            "emphasised": emphasised,
            "first_phrases": first_phrases,
            "is_headline": is_headline,
            "is_quoted": is_quoted,
            "passages": passages,
            "why_joined": why_joined,
            "shared_text": shared_text,
        }
        self._templates.globals["sections"] = SECTIONS

    @property
    def topics(self) -> Mapping[str, str]:
        """Titles of the topics by name, including the newsroom's own, as their file has them now.
        If it can no longer be read, they are as before: extracting reports that.

        Raises:
            WirewatchError: it cannot be read, and never could.
        """
        try:
            self._topics = topic_titles(self.house.settings.home)
        except WirewatchError:
            if not self._topics:
                raise
        return self._topics

    def page(self, template: str, section: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page in a section of the desk, with the state of feeds, messages and rules in its
        footer."""
        with self.house.ledger.read() as tx:
            counts, polled_at = feeds.by_state(tx), feeds.last_polled(tx)
            waiting = sum(channels.waiting(tx).values())
        unwell = sum(number for state, number in counts.items() if state not in WELL)
        pulse = {
            "polled_at": polled_at,
            "unwell": unwell,
            "waiting": waiting,
            "mistakes": len(self.house.rulebook.rules_if_any().mistakes),
        }
        return self._written(template, status, section=section, pulse=pulse, **values)

    def error_page(
        self, code: int, words: str, headers: Mapping[str, str] | None, before: str
    ) -> HTMLResponse:
        """An error page, with a link to the page before if that is known. It does not use the
        ledger, which may be what does not answer."""
        page = self._written(
            "error.html", code, section="", pulse=None, code=code, words=words, before=before
        )
        page.headers.update(headers or {})
        return page

    def _written(self, template: str, status: int, **values: Any) -> HTMLResponse:
        return HTMLResponse(self._templates.get_template(template).render(**values), status)


def _office(request: Request) -> Office:
    office: Office = request.app.state.office
    return office


AtOffice = Annotated[Office, Depends(_office)]
"""The office that answers a request."""
