"""Extractors by others: what they do with a page that they give up on."""

from __future__ import annotations

import logging

from ingest.extraction.extractors import by_readability


def test_readability_gives_up_in_silence(monkeypatch, capsys):
    monkeypatch.setattr(logging.root, "handlers", [])  # as in a terminal
    assert by_readability("") == ""
    assert capsys.readouterr().err == ""
