"""Copy everything that cannot be recreated: the ledger, the archive, and what people wrote.

The ledger is copied first, as it is at one moment. Archive files never change and are recorded
only once complete, so every file that the copied ledger names exists and can be copied afterwards,
even while a pass runs. The index is left out: `wirewatch index rebuild` makes it from these two.
"""

from __future__ import annotations

import re
import shlex
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from core.archive import ArchiveError
from core.errors import WirewatchError
from core.ledger import Ledger, LedgerError, segments
from core.settings import FILE
from wirewatch.house import House
from wirewatch.progress import Progress, silent

WRITTEN = ("*.toml", "*.opml", "corrections.jsonl", "corrections/*.json")
"""What people write into the home folder."""


_ELSEWHERE = re.compile(r"""^(?=\s*["']?(?:ledger|archive)_url["']?\s*=)""", re.MULTILINE)
"""Settings that place the ledger or the archive outside the home folder."""


MAX_NAMED = 10
"""How many lost files an error names."""


class BackupError(WirewatchError):
    """The backup cannot be made or is incomplete; the text says why and what to do."""


def backup(house: House, folder: Path, progress: Progress = silent) -> int:
    """Copy a home into an empty folder, making that a home; return the number of archive files.

    Raises:
        BackupError: the folder is not empty or has no room, or the ledger is not in SQLite; or
            archive files are missing, and everything else was copied.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BackupError(f"{folder} is not empty; use a new folder for each backup")
    if house.ledger.engine.dialect.name != "sqlite":
        raise BackupError(
            "the ledger is in PostgreSQL: copy it with pg_dump, then copy the archive with the "
            "tools of its store; docs/operate.md has the commands"
        )
    folder.mkdir(parents=True, exist_ok=True)
    try:
        paths, lost = _copy(house, folder, progress)
    except (OSError, sqlite3.Error, LedgerError) as error:
        raise BackupError(
            f"the backup is incomplete and cannot be used: {error}. Delete {folder}, then make a "
            "new backup where there is room for it"
        ) from error
    if lost:
        raise BackupError(_without(lost, folder))
    return paths


def _copy(house: House, folder: Path, progress: Progress) -> tuple[int, list[str]]:
    """Copy everything; returns how many archive files there are, and those that are missing."""
    # It gets its name last, and what makes the folder a home comes just before: a backup that was
    # killed must not pass for a whole one, nor for a home without entries.
    ledger = folder / "ledger.db.unfinished"
    _copy_ledger(house.ledger, ledger)
    copied = Ledger(ledger)
    with closing(copied), copied.read() as tx:
        paths = sorted(segments.paths(tx))
    lost: list[str] = []
    for number, path in enumerate(paths, 1):
        try:
            house.archive.copy(path, folder / "archive")
        except ArchiveError:
            # A file already lost is no reason not to copy the rest.
            lost.append(path)
        progress("archive", number, len(paths))
    for pattern in WRITTEN:
        for written in house.settings.home.glob(pattern):
            target = folder / written.relative_to(house.settings.home)
            target.parent.mkdir(exist_ok=True)
            shutil.copy2(written, target)
    _settle_in(folder / FILE)
    ledger.rename(folder / "ledger.db")
    return len(paths), lost


def _without(lost: list[str], folder: Path) -> str:
    """What a backup lacks, and what to do about it."""
    others = f" and {len(lost) - MAX_NAMED} more" if len(lost) > MAX_NAMED else ""
    return (
        f"{folder} has everything except these archive files, which are missing: "
        f"{', '.join(lost[:MAX_NAMED])}{others}. Restore them from an earlier backup, then make a "
        "new backup in a new folder. Without an earlier backup, use this one as it is: "
        f"wirewatch --home {shlex.quote(str(folder))} index rebuild --without-lost"
    )


def _settle_in(settings: Path) -> None:
    """Make a copied home folder use its own ledger and archive, not the original's."""
    if settings.is_file():
        text = settings.read_text("utf-8-sig")
        settings.write_text(_ELSEWHERE.sub("# the backup has its own: ", text), "utf-8")


def _copy_ledger(ledger: Ledger, to: Path) -> None:
    """Copy with SQLite's backup API: a plain copy of the file would miss what is in its log."""
    source = Path(ledger.engine.url.database or "").absolute().as_uri()
    with (
        closing(sqlite3.connect(f"{source}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(to)) as new,
    ):
        old.backup(new)
