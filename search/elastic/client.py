"""Clients of Elasticsearch."""

from __future__ import annotations

from typing import Any

from elasticsearch import Elasticsearch

from core.setting_values import without_credentials
from core.settings import Settings, SettingsError
from search.elastic.reasons import CA, URL

REQUEST_SECONDS = 60


def connect(url: str, api_key: str = "", ca: str = "") -> Elasticsearch:
    """A client that tries again, with growing pauses, if a server is busy or briefly away, but not
    if an answer takes too long: the request would take longer still beside its own retry, a reader
    waits, and if the server's machine is away, so would each file of articles, for minutes.

    `ca` is a file with the certificate that the server's is signed by, if that is not a public one.
    """
    trusted: dict[str, Any] = {"ca_certs": ca} if ca else {}
    return Elasticsearch(
        url,
        api_key=api_key or None,
        request_timeout=REQUEST_SECONDS,
        max_retries=3,
        retry_on_status=(429, 502, 503, 504),
        retry_on_timeout=False,
        retry_backoff_base=0.5,
        retry_backoff_cap=8,
        **trusted,
    )


def client_of(settings: Settings, api_key: str = "") -> Elasticsearch:
    """A client of the server that the settings name.

    Raises:
        SettingsError: the settings do not allow one.
    """
    url, ca = settings.elasticsearch_url, settings.elasticsearch_ca
    try:
        return connect(url, api_key, ca)
    except ValueError as error:
        named = f"{URL} = {url!r}" + (f", {CA} = {ca!r}" if ca else "")
        # The error quotes the address again.
        raise SettingsError(without_credentials(f"{named} cannot be used: {error}")) from error
