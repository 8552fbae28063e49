"""Connects to Kibana, with an API key or as a user, and says in a line what went wrong."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Mapping
from typing import Any

import httpx

TIMEOUT_SECONDS = 60.0

log = logging.getLogger("wirewatch.kibana")


class ImportRefusedError(RuntimeError):
    """Kibana took the file but not all objects in it; the text is Kibana's own account."""


def run(usage: str, url: str | None, work: Callable[[httpx.Client], None]) -> int:
    """Do the work of a command with the Kibana at a URL: 0 done, 1 failed, 2 wrong use, as without
    a URL; `usage` then says how the command is called."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        client = connect(url) if url is not None else None
        if client is None:
            who = "KIBANA_API_KEY set, or KIBANA_USER and KIBANA_PASSWORD"
            log.error("usage: %s, with %s", usage, who)
            return 2
        with client:
            work(client)
    except (httpx.HTTPError, httpx.InvalidURL, ImportRefusedError) as error:
        log.error("%s", _reason_of(error))  # noqa: TRY400 - a message for a person
        return 1
    return 0


def connect(
    url: str,
    environment: Mapping[str, str] = os.environ,
    transport: httpx.BaseTransport | None = None,
) -> httpx.Client | None:
    """A client for the Kibana at a URL, which may name a space (`http://kibana:5601/s/desk`).

    None if the environment does not say who we are.
    """
    key, user = environment.get("KIBANA_API_KEY"), environment.get("KIBANA_USER")
    password = environment.get("KIBANA_PASSWORD")
    if not key and not (user and password):
        return None
    headers = {"kbn-xsrf": "wirewatch"}  # Kibana refuses a write without this header
    if key:
        headers["Authorization"] = f"ApiKey {key}"
    return httpx.Client(
        base_url=url,
        headers=headers,
        auth=None if key else (user or "", password or ""),
        timeout=TIMEOUT_SECONDS,
        transport=transport or httpx.HTTPTransport(retries=3),
    )


def read_json(answer: httpx.Response, text: str) -> Any:
    """Parse a part of an answer. Raises `httpx.DecodingError` if it is not JSON: a login page in
    front of Kibana answers every request with success."""
    try:
        return json.loads(text)
    except ValueError as error:
        raise httpx.DecodingError(
            f"{answer.url} does not answer as Kibana does: open it in a browser to see what is "
            "there, and give an address that leads to Kibana without a login page",
            request=answer.request,
        ) from error


def _reason_of(error: Exception) -> str:
    """What went wrong and where, with Kibana's own words if it sent any."""
    match error:
        case httpx.InvalidURL() | httpx.UnsupportedProtocol():
            return f"give an address such as https://kibana.example:5601: {error}"
        case httpx.HTTPStatusError():
            return f"Kibana: {error} {error.response.text}".strip()
        case httpx.RequestError():
            return f"Kibana at {error.request.url.host}: {type(error).__name__}: {error}"
        case _:
            return f"Kibana did not accept all objects: {error}"
