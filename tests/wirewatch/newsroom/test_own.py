"""What a process loads of the models, and how often: each time takes seconds, and some 350 MB."""

from __future__ import annotations

import runpy
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest

from enrich.mentions.finder import MentionFinder
from enrich.tagging.tagger import Tagger
from wirewatch.newsroom import own
from wirewatch.newsroom.own import NOTHING, Own, mention_finder, own_files, tagger

Loads = list[tuple[Path | None, ...]]

FILE = Path("own.toml")


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> Loads:
    """The files with which models are loaded, in a process that has loaded none yet."""
    made: Loads = []

    def load(*files: Path | None) -> SimpleNamespace:
        made.append(files)
        return SimpleNamespace(log_odds=lambda *_: None, find=lambda *_: ())

    monkeypatch.setattr(Tagger, "load", load)
    monkeypatch.setattr(MentionFinder, "load", load)
    monkeypatch.setattr(own, "_tagger", cache(own._tagger.__wrapped__))
    monkeypatch.setattr(own, "_mention_finder", cache(own._mention_finder.__wrapped__))
    return made


def test_workers_use_the_models_that_their_server_has_loaded(
    loads: Loads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("enrich.statements.finder.statements", lambda *_: ())
    runpy.run_module("wirewatch.passes.readers")
    assert loads == [(None, None), (None,)]
    tagger(own_files(tmp_path))
    mention_finder(own_files(tmp_path))
    assert len(loads) == 2


def test_a_file_of_ones_own_loads_only_what_reads_it(loads: Loads) -> None:
    assert tagger(Own(names=FILE)) is tagger(NOTHING)
    assert mention_finder(Own(topics=FILE, corrections=FILE)) is mention_finder(NOTHING)
    assert loads == [(None, None), (None,)]
    tagger(Own(topics=FILE))
    mention_finder(Own(names=FILE))
    assert loads[2:] == [(FILE, None), (FILE,)]
