"""Readers' verdicts are rows for training; the last verdict on an article counts."""

from __future__ import annotations

import json
from pathlib import Path

from factories import an_article

from enrich.tagging.corrections import Correction, read_corrections
from wirewatch.newsroom.verdicts import Verdicts


def test_verdict_is_kept_as_a_training_row(tmp_path: Path) -> None:
    verdicts = Verdicts(tmp_path)
    article = an_article(title="Title", text="One line.\nAnd\u2028another.")
    assert verdicts.of(article.id) is None
    verdicts.keep(article, "positive")
    verdicts.keep(an_article(2), "hard_negative")
    verdicts.keep(article, "hard_negative")
    assert verdicts.of(article.id) == "hard_negative"
    assert read_corrections(verdicts.path) == [
        Correction("Headline 2", "Nothing much.", positive=False),
        Correction("Title", "One line.\nAnd\u2028another.", positive=False),
    ]


def test_verdict_can_be_taken_back_and_other_rows_stay(tmp_path: Path) -> None:
    verdicts = Verdicts(tmp_path)
    others = [json.dumps({"title": "Ours", "label": "positive"}), "no row", "[1]"]
    verdicts.path.write_text("\n".join(others))
    verdicts.keep(an_article(), "positive")
    verdicts.keep(an_article(), None)
    assert verdicts.of(an_article().id) is None
    assert verdicts.path.read_text().split("\n")[:-1] == others


def test_invalid_rows_are_skipped(tmp_path: Path) -> None:
    verdicts = Verdicts(tmp_path)
    verdicts.path.write_bytes(b"caf\xe9\n" + b"[" * 100_000 + b"\n")
    assert verdicts.of(an_article().id) is None
    verdicts.keep(an_article(), "positive")
    assert verdicts.of(an_article().id) == "positive"
    assert verdicts.path.read_bytes().startswith(b"caf\xe9\n[[")
