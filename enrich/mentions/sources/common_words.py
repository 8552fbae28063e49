"""Build the list of words that running news text writes in lower case.

    python -m enrich.mentions.sources.common_words STREAM.jsonl.zst

STREAM is a stream of feed entries (`summary`). A word is listed if it occurs in at least `LEAST`
places in lower case, and less than four times as often with a capital: "hill" is, "paris" is not.
Single words only, no text of any article. Writes `enrich/mentions/lists/common_words.txt`.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from pathlib import Path

from enrich.stream import read_stream

LIST = Path(__file__).parents[1] / "lists" / "common_words.txt"
LEAST = 5
_WORD = re.compile(r"[^\W\d_]{2,}")


def main() -> None:
    """Count the stream, and write the list."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("stream", type=Path)
    small, large = Counter[str](), Counter[str]()
    for entry in read_stream(parser.parse_args().stream):
        for word in _WORD.findall(entry.get("summary") or ""):
            (small if word.islower() else large)[word.lower()] += 1
    kept = sorted(word for word, n in small.items() if n >= LEAST and n * 4 > large[word])
    head = (
        "# Made by `python -m enrich.mentions.sources.common_words`; change nothing by hand.\n"
        "# Source: the stream of enrich/frequencies/README.md. Single words, no text.\n"
    )
    LIST.write_text(head + "\n".join(kept) + "\n", "utf-8")


if __name__ == "__main__":
    main()
