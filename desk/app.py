"""The desk as an ASGI application: pages for people, JSON for scripts, and a guard for both."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version
from importlib.resources import as_file, files
from urllib.parse import urlsplit, urlunsplit

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic_core import ErrorDetails
from sqlalchemy.exc import DataError, DBAPIError, SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from core.errors import WirewatchError
from core.ledger.ledger import in_words
from core.query import QueryError
from core.refusals import reason
from desk import api
from desk.days import DaysError
from desk.guard import Doorkeeper, Guard
from desk.office import Office
from desk.pages import (
    alerts,
    articles,
    digests,
    dossiers,
    entries,
    feeds,
    rules,
    search,
    stories,
)
from desk.search_request import PickError
from wirewatch.dossiers import DossierError
from wirewatch.house import House
from wirewatch.regrouping import RegroupingError

THREADS = 12
"""Threads that answer requests; SQLAlchemy keeps 15 connections."""

PAGES = (stories, dossiers, search, articles, alerts, rules, digests, feeds, entries)


_USUAL = {
    "Not Found": "There is nothing at this address.",
    "Method Not Allowed": "This address cannot be opened directly. Go back to its form.",
}
"""Starlette's own messages, reworded for people."""

_FIELDS = {"q": "words (q)", "other": "another story"}
"""What pages call a field whose name is not the word that a person sees beside it."""


def make_app(house: House) -> Guard:
    """The desk of a house, which must stay open while the desk is used."""
    # FastAPI's own documentation pages load scripts from elsewhere.
    app = FastAPI(
        title="wirewatch",
        version=version("wirewatch"),
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=_few_threads,
    )
    app.state.office = Office(house)
    # Threads answer the requests: what they share is opened before the first.
    _ = house.ledger, house.index, house.rulebook
    for module in PAGES:
        app.include_router(module.router, include_in_schema=False)
    app.include_router(api.router)
    with as_file(files("desk") / "static") as static:
        app.mount("/static", StaticFiles(directory=static), name="static")
    for kind, status in (
        (QueryError, 422),
        (DaysError, 422),
        (PickError, 422),
        (RequestValidationError, 422),
        (HTTPException, None),
        (DossierError, 409),
        (RegroupingError, 409),
        (WirewatchError, 503),
        (UnicodeEncodeError, 422),
        (DataError, 422),
        (SQLAlchemyError, 503),
        (OSError, 503),
    ):
        app.add_exception_handler(kind, _told(status))
    settings = house.settings
    return Guard(app, Doorkeeper(settings.desk_names, settings.desk_password))


@asynccontextmanager
async def _few_threads(_: FastAPI) -> AsyncIterator[None]:
    """Answer no more requests at once than the ledger has connections."""
    current_default_thread_limiter().total_tokens = THREADS
    yield


def _told(status: int | None) -> Callable[[Request, Exception], Response]:
    """A handler that reports an expected failure as a page, or as JSON to API requests."""

    def tell(request: Request, error: Exception) -> Response:
        code, words, headers = status or 500, str(error), None
        if isinstance(error, HTTPException):
            code, headers = error.status_code, error.headers
            words = _USUAL.get(error.detail, error.detail)
        elif isinstance(error, DossierError | RegroupingError):
            words = f"{words[0].upper()}{words[1:]}."
        elif isinstance(error, DataError):
            words = f"The ledger cannot store this value: {error.orig}"
        elif isinstance(error, DBAPIError):
            words = f"The ledger does not answer: {in_words(error)}"
        elif isinstance(error, SQLAlchemyError):
            words = f"The ledger does not answer: {error}"
        elif isinstance(error, UnicodeEncodeError):
            words = "The request contains half of a character."
        elif isinstance(error, RequestValidationError):
            words = "; ".join(map(_refused, error.errors()))
        if request.url.path.startswith("/api/"):
            return JSONResponse({"detail": words}, code, headers)
        office: Office = request.app.state.office
        return office.error_page(code, words, headers, _page_before(request))

    return tell


def _refused(problem: ErrorDetails) -> str:
    """Which field of a form or an address has what is wrong with it."""
    name = ".".join(map(str, problem["loc"][1:]))
    return f"{_FIELDS.get(name, name)}: {reason(problem)}"


def _page_before(request: Request) -> str:
    """The address of the desk's page whose form was sent, as its browser says; "" for no form."""
    try:
        before = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return ""
    if request.method != "POST" or before.netloc != request.url.netloc:
        return ""
    return urlunsplit(("", "", f"/{before.path.lstrip('/')}", before.query, ""))
