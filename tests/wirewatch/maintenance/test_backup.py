"""Backup and restore: ledger and archive are copied, the index is rebuilt, answers are the same."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from factories import an_article
from full_disk import full_disk

from core.ledger import entries, segments, stories
from core.query import parse
from core.settings import load_settings
from wirewatch.commands.lookups import is_home
from wirewatch.house import House
from wirewatch.maintenance.backup import MAX_NAMED, BackupError, backup
from wirewatch.maintenance.projection import check, rebuild
from wirewatch.pipeline import run_pass


def answers(house: House) -> dict[str, object]:
    def found(query: str) -> list[dict[str, object]]:
        hits = house.index.search(parse(query), size=1_000, sort="newest")
        return [article.model_dump() for article in hits.articles]

    with house.ledger.read() as tx:
        return {
            "accounting": house.account(),
            "entries": list(entries.listed(tx)),
            "stories": stories.listed(tx),
            "topic": found("topic:surveillance"),
            "words": found("court OR phone*"),
        }


def test_restored_home_gives_the_same_answers_and_runs_on(
    make_home: Callable[..., Path], tmp_path: Path
) -> None:
    home, copy = make_home(), tmp_path / "copy"
    with House(load_settings(home)) as house:
        run_pass(house)
        before = answers(house)
        backup(house, copy)
    shutil.rmtree(home)
    with House(load_settings(copy)) as restored:
        assert not restored.index.search(parse("*")).total
        rebuild(restored)
        assert answers(restored) == before
        assert check(restored).agrees
        run_pass(restored)
        assert restored.account().balances


@pytest.mark.parametrize("name", ["elsewhere", "50% of #1"])
def test_backup_includes_a_ledger_and_archive_kept_elsewhere(tmp_path: Path, name: str) -> None:
    home, other, copy = tmp_path / "home", tmp_path / name, tmp_path / f"copy of {name}"
    home.mkdir()
    copy.mkdir()  # an empty folder is as good as none
    (home / "wirewatch.toml").write_text(
        f'pause = 7\nledger_url = "sqlite:///{other / "ledger.db"}"\narchive_url = "{other}"\n'
    )
    with House(load_settings(home)) as house:
        written = house.archive.write_articles([an_article(1)])
        with house.ledger.write() as tx:
            segments.add(tx, written, house.now())
        backup(house, copy)
    shutil.rmtree(other)
    with House(load_settings(copy)) as restored:
        assert restored.settings.pause == 7
        with restored.ledger.read() as tx:
            (found,) = segments.to_link(tx)
        assert list(restored.archive.read_articles(found)) == [an_article(1)]


@pytest.mark.parametrize("name", ["what?", "50%20", "a::b", "s3:", "#1 [x]"])
def test_home_stays_in_its_folder_whatever_the_folders_name(tmp_path: Path, name: str) -> None:
    home, copy = tmp_path / name / "home", tmp_path / name / "copy"
    with House(load_settings(home)) as house:
        written = house.archive.write_articles([an_article(1)])
        with house.ledger.write() as tx:
            segments.add(tx, written, house.now())
        backup(house, copy)
    assert {one.name for one in tmp_path.iterdir()} == {name}
    for folder in (home, copy):
        assert (folder / "ledger.db").is_file()
        assert (folder / "archive" / written.path).is_file()


def test_backup_uses_its_own_ledger_even_if_settings_begin_with_a_bom(
    tmp_path: Path,
) -> None:
    home, copy = tmp_path / "home", tmp_path / "disk" / "copy"
    home.mkdir()
    url = f"sqlite:///{tmp_path / 'other.db'}"
    (home / "wirewatch.toml").write_text(f'\ufeff"ledger_url" = "{url}"\n', "utf-8")
    with House(load_settings(home)) as house:
        backup(house, copy)
    assert load_settings(copy).ledger == copy / "ledger.db"


@pytest.mark.parametrize("lost", [1, MAX_NAMED + 2])
def test_missing_archive_files_are_named_and_the_rest_is_copied(tmp_path: Path, lost: int) -> None:
    home, copy = tmp_path / "home", tmp_path / "the copy"
    (home / "corrections").mkdir(parents=True)
    mine = ("rules.toml", "feeds.opml", "corrections.jsonl", "corrections/2026-03-01.json")
    for name in mine:
        (home / name).write_text(f"# my {name}\n")
    with House(load_settings(home)) as house:
        written = [house.archive.write_articles([an_article(n)]) for n in range(lost + 2)]
        with house.ledger.write() as tx:
            for segment in written:
                segments.add(tx, segment, house.now())
        gone = sorted(segment.path for segment in written)[:lost]
        for path in gone:
            (home / "archive" / path).unlink()
        with pytest.raises(BackupError) as raised:
            backup(house, copy)
    said = str(raised.value)
    assert [path for path in gone if path in said] == gone[:MAX_NAMED]
    assert (" and 2 more." in said) == (lost > MAX_NAMED)
    assert f"wirewatch --home '{copy}' index rebuild --without-lost" in said
    assert [(copy / name).read_text() for name in mine] == [f"# my {name}\n" for name in mine]
    with House(load_settings(copy)) as restored:
        with restored.ledger.read() as tx:
            kept = [one for one in segments.to_link(tx) if one.path not in gone]
        assert len([list(restored.archive.read_articles(one)) for one in kept]) == 2


def test_backup_refuses_a_folder_that_is_not_empty(house: House, tmp_path: Path) -> None:
    folder = tmp_path / "full"
    folder.mkdir()
    (folder / "mine").write_text("mine")
    with pytest.raises(BackupError, match="is not empty"):
        backup(house, folder)
    assert [path.name for path in folder.iterdir()] == ["mine"]


def test_backup_without_room_says_that_it_cannot_be_used(tmp_path: Path) -> None:
    """It ended with a traceback, and left a folder that looked like a home."""
    copy = tmp_path / "copy"
    with House(load_settings(tmp_path / "home")) as house:
        house.account()
        told = rf"cannot be used: .*\. Delete {copy},"
        with full_disk(8_192), pytest.raises(BackupError, match=told):
            backup(house, copy)


def test_a_backup_that_was_killed_is_no_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    copy = tmp_path / "copy"
    with House(load_settings(tmp_path / "home")) as house:
        written = house.archive.write_articles([an_article(1)])
        with house.ledger.write() as tx:
            segments.add(tx, written, house.now())
        house.settings.rules_path.touch()
        monkeypatch.setattr(house.archive, "copy", killed)
        with pytest.raises(KeyboardInterrupt):
            backup(house, copy)
    assert [path.name for path in copy.iterdir()] == ["ledger.db.unfinished"]
    assert not is_home(load_settings(copy))


def test_backup_of_postgresql_points_to_pg_dump(tmp_path: Path, postgres_url: str) -> None:
    settings = load_settings(tmp_path / "home", ledger_url=postgres_url)
    with House(settings) as house, pytest.raises(BackupError, match="pg_dump"):
        backup(house, tmp_path / "copy")
