"""A copy of all that cannot be made anew: the ledger, the archive, and what a person wrote.

The ledger is copied first, as it is at one moment. The archive's files never change and are
recorded after they are whole, so all that the copied ledger names are there to be copied after it,
also while a pass runs. The index is left out: `wirewatch index rebuild` makes it from the two.
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
from core.ledger import Ledger, segments
from core.settings import FILE
from wirewatch.house import House
from wirewatch.progress import Progress, silent

WRITTEN = ("*.toml", "*.opml", "corrections.jsonl", "corrections/*.json")
"""What people write into the home folder."""


_ELSEWHERE = re.compile(r"""^(?=\s*["']?(?:ledger|archive)_url["']?\s*=)""", re.MULTILINE)
"""The settings that name another place than the home folder for what the copy has in it."""


MAX_NAMED = 10
"""Lost files that an error names."""


class BackupError(WirewatchError):
    """No copy can be made, or none that is whole; the text says why and what to do."""


def backup(house: House, folder: Path, progress: Progress = silent) -> int:
    """Copy a home into an empty folder, which is a home folder then; how many files of the archive.

    Raises:
        BackupError: the folder is not empty, or the ledger is not in SQLite; or files of the
            archive are not there, and all but these is copied.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BackupError(f"{folder} is not empty; name a new folder for each backup")
    if house.ledger.engine.dialect.name != "sqlite":
        raise BackupError(
            "the ledger is in PostgreSQL: copy it with pg_dump, and after it the archive with its "
            "store's own means; docs/operate.md has the commands"
        )
    folder.mkdir(parents=True, exist_ok=True)
    ledger = folder / "ledger.db"
    _copy_ledger(house.ledger, ledger)
    for pattern in WRITTEN:
        for written in house.settings.home.glob(pattern):
            target = folder / written.relative_to(house.settings.home)
            target.parent.mkdir(exist_ok=True)
            shutil.copy2(written, target)
    _settle_in(folder / FILE)
    copied = Ledger(ledger)
    with closing(copied), copied.read() as tx:
        paths = sorted(segments.paths(tx))
    lost: list[str] = []
    for number, path in enumerate(paths, 1):
        try:
            house.archive.copy(path, folder / "archive")
        except ArchiveError:
            # What is lost already is no reason to have no copy of the rest.
            lost.append(path)
        progress("archive", number, len(paths))
    if lost:
        raise BackupError(_without(lost, folder))
    return len(paths)


def _without(lost: list[str], folder: Path) -> str:
    """What a copy is without, and what to do about it."""
    others = f" and {len(lost) - MAX_NAMED} more" if len(lost) > MAX_NAMED else ""
    return (
        f"{folder} holds everything but files of the archive that are not there: "
        f"{', '.join(lost[:MAX_NAMED])}{others}. Restore them from an earlier copy, and make a "
        "backup in a new folder; if there is none, what is left can be used: "
        f"wirewatch --home {shlex.quote(str(folder))} index rebuild --without-lost"
    )


def _settle_in(settings: Path) -> None:
    """Have a copied home folder use its own ledger and archive, not those it was copied from."""
    if settings.is_file():
        text = settings.read_text("utf-8-sig")
        settings.write_text(_ELSEWHERE.sub("# the backup has its own: ", text), "utf-8")


def _copy_ledger(ledger: Ledger, to: Path) -> None:
    """By SQLite's own means: a plain copy of the file would miss what is in its log."""
    source = Path(ledger.engine.url.database or "").absolute().as_uri()
    with (
        closing(sqlite3.connect(f"{source}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(to)) as new,
    ):
        old.backup(new)
