"""Extractors by others: what is made of their texts, and of a page that they give up on."""

from __future__ import annotations

import logging

from ingest.extraction.document import parse
from ingest.extraction.extractors import by_linked_data, by_readability


def test_readability_gives_up_in_silence(monkeypatch, capsys):
    monkeypatch.setattr(logging.root, "handlers", [])  # as in a terminal
    assert by_readability("") == ""
    assert capsys.readouterr().err == ""


def test_the_text_for_machines_has_no_character_that_nobody_sees():
    said = "The mini\u00adste\u0301re\u200b is \u202ewatched\u202c."
    data = f'{{"@type": "NewsArticle", "articleBody": "{said}"}}'
    page = f"<html><script type='application/ld+json'>{data}</script><p>x</p></html>"
    assert by_linked_data(parse(page, "https://example.com/1")) == "The minist\u00e9re is watched."
