"""Clients of Elasticsearch, and settings that allow none."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.settings import Settings, SettingsError
from search.elastic.client import client_of
from search.elastic.reasons import CA, URL


@pytest.mark.parametrize(
    ("url", "ca", "told"),
    [
        ("a.example:9200", "", f"{URL} = 'a.example:9200' cannot be used: URL must"),
        ("https://me:secret@a.example:x", "", f"{URL} = 'https://...@a.example:x' cannot be used"),
        ("http://a.example:1", "ca.pem", f"{URL} = 'http://a.example:1', {CA} = 'ca.pem' cannot"),
    ],
)
def test_settings_that_allow_no_client_are_named_without_a_password(
    url: str, ca: str, told: str
) -> None:
    settings = Settings(home=Path("home"), elasticsearch_url=url, elasticsearch_ca=ca)
    with pytest.raises(SettingsError) as error:
        client_of(settings)
    assert str(error.value).startswith(told)
    assert "secret" not in str(error.value)
