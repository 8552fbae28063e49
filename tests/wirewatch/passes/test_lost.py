"""A file that is lost before every stage has read it: what was in it is fetched again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from arriving import arrive, entry_of, index, piece
from factories import Clock
from sqlalchemy import update

from core.ledger import alerts, entries, segments, tables
from core.records import State
from core.settings import load_settings
from wirewatch.house import House
from wirewatch.maintenance.projection import check
from wirewatch.stages.link import link
from wirewatch.stages.match import match

RULE = '[[rule]]\nname = "r"\nquery = "title:spies"\n'

STAGES: dict[str, Callable[[House], object]] = {"link": link, "index": index, "match": match}


@pytest.mark.parametrize("lost_before", STAGES)
def test_articles_whose_file_is_lost_are_fetched_again_and_hold_up_no_other(
    tmp_path: Path, lost_before: str, caplog: pytest.LogCaptureFixture
) -> None:
    """No backup has a file that was written this hour."""
    clock = Clock()
    (tmp_path / "rules.toml").write_text(RULE)
    with House(load_settings(tmp_path), now=clock) as house:
        pieces = [
            piece(house, n, f"Spies {n}", f"one{n} two{n} three{n}", tags=(), score=0.0)
            for n in (1, 2, 3)
        ]
        for one in pieces:
            clock.go(minutes=1)
            arrive(house, [one])
        with house.ledger.write() as tx:
            _, lost, _ = (one.path for one in segments.to_link(tx))
            tx.execute(update(tables.entries).values(text_hash="h" * 64))
        for name, stage in STAGES.items():
            if name == lost_before:
                Path(house.settings.archive, lost).unlink()
            stage(house)
        with house.ledger.read() as tx:
            told = [one.article for one, _ in alerts.listed(tx)]
            indexed = {one.id for one in entries.listed(tx, state=State.INDEXED)}
            (waiting,) = entries.listed(tx, state=State.FOUND)
            assert lost not in segments.paths(tx)
            assert not segments.to_link(tx)
            assert not segments.to_index(tx)
        assert set(told) == indexed == {pieces[0].id, pieces[2].id}
        assert waiting.reason == "its text was lost with its archive file"
        # The same text brings a new revision, which is indexed and which rules see.
        assert (waiting.revision, waiting.text_hash) == (1, None)
        assert check(house).agrees
    assert f"{lost} is missing; its articles are fetched again: 1" in caplog.text


def test_an_edited_article_is_not_fetched_again_for_the_file_of_its_earlier_text(
    tmp_path: Path,
) -> None:
    clock = Clock()
    with House(load_settings(tmp_path), now=clock) as house:
        before = piece(house, 1, "Spies", "one two three")
        arrive(house, [before])
        clock.go(minutes=1)
        edited = before.model_copy(update={"text": "one two three four", "revision": 2})
        arrive(house, [edited])
        with house.ledger.read() as tx:
            lost, _ = (one.path for one in segments.to_link(tx))
        Path(house.settings.archive, lost).unlink()
        link(house)
        entry = entry_of(house, edited)
        assert (entry.state, entry.revision) == (State.LINKED, 2)
