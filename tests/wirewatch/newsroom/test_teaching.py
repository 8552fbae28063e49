"""Corrections that make the tagger worse are refused, and nothing of them is kept."""

import json
from pathlib import Path

import pytest

from core.errors import WirewatchError
from enrich.own_words import items
from wirewatch.newsroom.teaching import keep, teach


def test_corrections_that_make_the_tagger_worse_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # All of the checks and languages take over a minute.
    monkeypatch.setattr("wirewatch.newsroom.teaching.LANGUAGES", ("en", "pt"))
    monkeypatch.setattr("wirewatch.newsroom.teaching.items", lambda *which: items(*which)[::4])
    upside_down = [
        {
            "title": item.title,
            "text": item.text,
            "label": "hard_negative" if item.positive else "positive",
        }
        for item in items("checks", "en")[::8]
    ]
    corrections = tmp_path / "wrong.jsonl"
    corrections.write_text("\n".join(map(json.dumps, upside_down)), "utf-8")
    lesson = teach(corrections)
    assert lesson.after.right > lesson.before.right
    with pytest.raises(WirewatchError, match="F1 on the English checks falls"):
        keep(lesson, tmp_path)
    assert list(tmp_path.iterdir()) == [corrections]
