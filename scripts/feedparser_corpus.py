"""Fetch feedparser's own test feeds, which `tests/ingest/feeds/test_corpus.py` runs through our
parser.

    python scripts/feedparser_corpus.py

They come from the source package of the installed feedparser (BSD-2-Clause, not part of this
repository), checked against the hashes in `requirements.lock`, and go into `.cache/`. Prints the
folder. Does nothing if they are there already.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import tempfile
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[1]


def folder() -> Path:
    """Where the test feeds of the installed feedparser are, once fetched."""
    return ROOT / ".cache" / "feedparser-corpus" / version("feedparser")


def fetch() -> Path:
    """Fetch the test feeds, unless they are there.

    Raises:
        subprocess.CalledProcessError: pip could not download the package; its output says why.
        ValueError: `requirements.lock` has another version than the installed one.
    """
    target = folder()
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as temporary:
        wanted = Path(temporary, "feedparser.txt")
        wanted.write_text(_locked(), "utf-8")
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        source = ["--no-deps", "--no-binary", "feedparser", "--require-hashes"]
        subprocess.run([*pip, *source, "-r", wanted, "-d", temporary], check=True)  # noqa: S603 - no input
        (package,) = Path(temporary).glob("*.tar.gz")
        with tarfile.open(package) as archive:
            archive.extractall(temporary, filter="data")
        # All or nothing: an interrupted run leaves no partial corpus behind.
        next(Path(temporary).glob("feedparser-*/tests")).rename(target)
    return target


def _locked() -> str:
    """The requirement of the installed feedparser, with its allowed hashes."""
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    pinned = re.escape(f"feedparser=={version('feedparser')} ")
    found = re.search(rf"^{pinned}(?:.*\\\n)+.*$", lock, re.MULTILINE)
    if found is None:
        raise ValueError(f"feedparser {version('feedparser')} is not in requirements.lock")
    return found[0] + "\n"


if __name__ == "__main__":
    print(fetch())  # noqa: T201 - for whoever runs it
