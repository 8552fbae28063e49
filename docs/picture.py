"""Draw the README's pictures from the real thing: the sample newsroom, a pass a day.

python docs/picture.py      # docs/search.svg, and docs/desk.png where there is Chromium
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
import threading
from contextlib import redirect_stdout
from pathlib import Path

import uvicorn
from playwright.sync_api import sync_playwright
from rich.console import Console

from core.ledger import stories
from core.query import parse
from core.settings import load_settings
from demo.environment import drop_settings
from demo.home import follow, live
from demo.newsroom import Newsroom
from desk.app import make_app
from desk.server import listen
from wirewatch.commands.tables import hit_lines
from wirewatch.house import House

QUERY = "topic:surveillance AND (phone OR court OR calls)"

WIDTH, HEIGHT = 1280, 1000
"""Of the picture of the desk, in pixels of a page."""


def draw(folder: Path) -> None:
    """Run the sample newsroom's three days through the pipeline and draw a search and a story."""
    drop_settings()
    with Newsroom() as newsroom, tempfile.TemporaryDirectory() as home:
        follow(Path(home), newsroom)
        with House(load_settings(Path(home))) as house:
            with redirect_stdout(io.StringIO()):  # where its alerts go
                live(house, newsroom)
            draw_search(house, folder / "search.svg")
            if program := shutil.which("chromium"):
                draw_desk(house, program, folder / "desk.png")
            else:
                sys.stderr.write("No chromium on the PATH: docs/desk.png stays as it is.\n")


def draw_search(house: House, target: Path) -> None:
    """Draw a search's hits in the terminal."""
    hits = house.index.search(parse(QUERY), size=6)
    console = Console(record=True, width=120, file=io.StringIO())
    console.print(f"$ wirewatch search '{QUERY}' --size 6", highlight=False)
    for article in hits.articles:
        for line in hit_lines(article):
            line.truncate(118, overflow="ellipsis")
            console.print(line)
    console.print(f"{len(hits.articles)} of {hits.total} articles", style="bold")
    console.save_svg(str(target), title="wirewatch")


def draw_desk(house: House, program: str, target: Path) -> None:
    """Draw the desk's page of the story that most outlets have."""
    with house.ledger.read() as tx:
        (story,) = stories.listed(tx, limit=1)
    with listen(house, "127.0.0.1", 0) as opened:
        server = uvicorn.Server(uvicorn.Config(make_app(house), log_level="warning"))
        serving = threading.Thread(target=server.run, kwargs={"sockets": [opened]})
        serving.start()
        with sync_playwright() as playwright:
            options = [] if os.geteuid() else ["--no-sandbox"]  # which Chromium wants of root
            browser = playwright.chromium.launch(executable_path=program, args=options)
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
            page.goto(f"http://localhost:{opened.getsockname()[1]}/stories/{story.id}")
            page.screenshot(path=str(target))
            browser.close()
        server.should_exit = True
        serving.join()


if __name__ == "__main__":
    draw(Path(__file__).parent)
