"""Connects to Kibana, with an API key or as a user."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

import httpx

TIMEOUT_SECONDS = 60.0

USAGE = "with KIBANA_API_KEY set, or KIBANA_USER and KIBANA_PASSWORD"


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


def reason_of(error: httpx.HTTPError) -> str:
    """What went wrong, with Kibana's own words if it sent any."""
    if isinstance(error, httpx.HTTPStatusError):
        return f"{error} {error.response.text}".strip()
    return f"{type(error).__name__}: {error}"
