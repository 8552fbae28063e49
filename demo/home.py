"""A home folder that watches the sample newsroom."""

from __future__ import annotations

from pathlib import Path

from core.ledger import feeds
from core.records import Listed
from core.settings import FILE, load_settings
from demo.newsroom import Newsroom
from demo.outlets import DAYS
from wirewatch.house import House
from wirewatch.pipeline import run_pass

SETTINGS = """\
# The sample newsroom's hosts are all on this machine and made for being asked, so there is
# no need for the pauses that real outlets are owed.
allow_hosts = ["*.localhost"]
pause = 0.0
poll_every = 0.0
poll_min = 0.0
retry_ladder = [0.0, 0.0, 0.0, 0.0]
"""

NAMES = """\
# The sample's agencies, vendors and countries are made up, so no list of wirewatch has them.
names = [
  { name = "Valdorian Signals Directorate", kind = "agency", also = ["VSD"] },
  { name = "Kesmere Police", kind = "agency", also = ["police of Kesmere county"] },
  { name = "Ferring Police", kind = "agency", also = ["Ferring police"] },
  { name = "Kestrelway Data", kind = "vendor" },
  { name = "GREYHERON", kind = "programme" },
  { name = "Valdoria", kind = "place", also = ["Valdorien", "Valdorie"] },
  { name = "Maravia", kind = "place", also = ["Marawien", "Marawiens", "Maravie"] },
  { name = "Costa Luenga", kind = "place" },
]
"""

RULES = """\
[[rule]]
name = "surveillance"
query = "topic:surveillance"
"""


def follow(home: Path, newsroom: Newsroom, settings: str = SETTINGS, rules: str = RULES) -> None:
    """Have a home folder, new or not, watch the sample newsroom's feeds."""
    home.mkdir(parents=True, exist_ok=True)
    for name, content in ((FILE, settings), ("names.toml", NAMES), ("rules.toml", rules)):
        (home / name).write_text(content, "utf-8")
    with House(load_settings(home)) as house, house.ledger.write() as tx:
        feeds.add_all(tx, [Listed(url=url) for url in newsroom.feeds], house.now())


def live(house: House, newsroom: Newsroom) -> None:
    """Run a pass on each of the newsroom's three days."""
    for day in DAYS:
        newsroom.day = day
        run_pass(house)
