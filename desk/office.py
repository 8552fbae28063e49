"""What all pages of the desk work with: the house, its rules, its topics, and the templates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError
from starlette.responses import HTMLResponse, RedirectResponse, Response

from alert.rules import Rules
from core.index import WINDOW
from core.ledger import channels, feeds
from desk.moments import ago, exactly
from ingest.health import WELL
from wirewatch.countries import country_name
from wirewatch.house import House
from wirewatch.own import topic_titles
from wirewatch.wording import counted

SECTIONS = (
    ("stories", "s", "/"),
    ("search", "q", "/search"),
    ("alerts", "a", "/alerts"),
    ("rules", "r", "/rules"),
    ("feeds", "f", "/feeds"),
    ("entries", "e", "/entries"),
)
"""The parts of the desk: their names, their keys after g, and their addresses."""

PAGE = 20
"""Stories, articles or alerts on a page."""


MOST_PAGES = WINDOW // PAGE
"""Of a list: as far as an index reaches."""

PageNumber = Annotated[int, Query(ge=1, le=MOST_PAGES)]

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Characters that steer a device, but for tabs and the ends of lines."""


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
"""What a person typed. Control characters come of a paste gone wrong, or of a program: nobody sees
them in a page or in `rules.toml`, and PostgreSQL takes no NUL."""

Words = Annotated[Typed, Query(max_length=500)]
"""Of a reason, of a name."""


def pages(total: int) -> int:
    """How many pages there are of so many things, as far as they can be asked for."""
    return min(-(-total // PAGE), MOST_PAGES)


def last_page(request: Request, page: int, total: int) -> Response | None:
    """The way to the last page of a list that ends before the page that is asked for: it may have
    become shorter since. None where it does not."""
    if page <= (last := max(1, pages(total))):
        return None
    return RedirectResponse(f"?{request.url.include_query_params(page=last).query}", 303)


class Office:
    """The desk's own house, and how its pages are written."""

    def __init__(self, house: House) -> None:
        self.house = house
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
            "topic": lambda name: self.topics.get(name, name),
            "country": country_name,
            "counted": counted,
            "is_link": lambda address: address.startswith(("http://", "https://")),
        }
        self._templates.globals["sections"] = SECTIONS

    def rules(self) -> Rules:
        """The rules as they are now.

        Raises:
            RulesError: the file cannot be used.
        """
        return self.house.rulebook.rules()

    @cached_property
    def topics(self) -> Mapping[str, str]:
        """Titles of the topics, by their names; a newsroom's own among them."""
        return topic_titles(self.house.settings.home)

    def page(self, template: str, section: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page of the desk, in one of its sections, with how the watch is doing at its foot."""
        with self.house.ledger.read() as tx:
            counts, polled_at = feeds.pulse(tx)
            waiting = sum(channels.waiting(tx).values())
        unwell = sum(number for state, number in counts.items() if state not in WELL)
        pulse = {"polled_at": polled_at, "unwell": unwell, "waiting": waiting}
        return self._written(template, status, section=section, pulse=pulse, **values)

    def error_page(
        self, code: int, words: str, headers: Mapping[str, str] | None = None
    ) -> HTMLResponse:
        """The page of an error, which may be that the ledger does not answer."""
        page = self._written("error.html", code, section="", pulse=None, code=code, words=words)
        page.headers.update(headers or {})
        return page

    def _written(self, template: str, status: int, **values: Any) -> HTMLResponse:
        return HTMLResponse(self._templates.get_template(template).render(**values), status)


def _office(request: Request) -> Office:
    office: Office = request.app.state.office
    return office


AtOffice = Annotated[Office, Depends(_office)]
"""The office that a request is answered by."""
