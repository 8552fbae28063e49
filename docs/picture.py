"""Draws docs/search.svg from the real thing: the sample newsroom, one pass a day, one search.

python docs/picture.py
"""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from rich.console import Console

from core.ledger import feeds
from core.query import parse
from core.settings import load_settings
from demo.newsroom import Newsroom
from wirewatch.house import House
from wirewatch.pipeline import run_pass
from wirewatch.terminal import hit_lines

QUERY = "topic:surveillance AND (phone OR court OR calls)"


def draw(target: Path) -> None:
    """Run the sample newsroom's three days through the pipeline and draw a search's hits."""
    with Newsroom() as newsroom, tempfile.TemporaryDirectory() as folder:
        settings = load_settings(
            Path(folder), allow_hosts="*.localhost", pause=0, poll_every=0, poll_min=0
        )
        with House(settings) as house:
            with house.ledger.write() as tx:
                for url in newsroom.feeds:
                    feeds.add(tx, url, now=house.now())
            for day in (1, 2, 3):
                newsroom.day = day
                run_pass(house)
            hits = house.index.search(parse(QUERY), size=6)
    console = Console(record=True, width=120, file=io.StringIO())
    console.print(f"$ wirewatch search '{QUERY}' --size 6", highlight=False)
    for article in hits.articles:
        for line in hit_lines(article):
            line.truncate(118, overflow="ellipsis")
            console.print(line)
    console.print(f"{len(hits.articles)} of {hits.total} articles", style="bold")
    console.save_svg(str(target), title="wirewatch")


if __name__ == "__main__":
    draw(Path(__file__).with_name("search.svg"))
