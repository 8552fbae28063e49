"""How long the desk takes to make its pages, as a home grows.

    python -m bench.desk [--sizes 1000,10000,100000]

Each size is a number of made-up articles in a home with SQLite and the embedded index, half of them
in stories of five, the others alone. The newest story is in 200 dossiers, each with 19 others. Each
page is requested five times; the median is printed.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

from sqlalchemy import insert
from starlette.testclient import TestClient

from core.clock import utc_now
from core.ledger import feeds, tables
from core.records import SURVEILLANCE, Article, Evidence, Listed, State, Tag, content_id
from core.settings import load_settings
from core.sites import slot_of
from demo.environment import drop_settings
from desk.app import make_app
from wirewatch.house import House

SIZES = "1000,10000,100000"
IN_A_STORY = 5
OUTLETS = 200
DOSSIERS = 200
IN_A_DOSSIER = 20
WORDS = (
    *("agency", "police", "court", "camera", "phone", "spyware", "data", "minister", "calls"),
    *("warrant", "tower", "border", "company", "report", "claims", "denied", "watched", "harbour"),
    *("recorded", "lawyers", "parliament", "letter", "market", "council", "station"),
)

PAGES = (
    "/?since=any",
    "/?since=any&order=outlets",
    "/?since=any&q=warrant+AND+harbour",
    "/search",
    "/search?q=warrant+AND+harbour",
    "/search?q=warrant+AND+harbour&with=market&with=council&with=station&share=1",
    "/stories/{story}",
    "/articles/{story}",
    "/dossiers",
    "/dossiers/1",
    "/dossiers/1/draft",
    "/alerts",
    "/entries",
    "/feeds",
)


def articles(number: int) -> Iterator[Article]:
    """Made-up articles, newest first; half of them in stories of `IN_A_STORY`."""
    chance, now = Random(1), utc_now()
    for place in range(number):
        url = f"https://outlet{place % OUTLETS}.example/{place}"
        first = place - place % (2 * IN_A_STORY)
        opener = content_id(f"https://outlet{first % OUTLETS}.example/{first}")
        title = " ".join(chance.choices(WORDS, k=8))
        phrase = title.split()[0]
        evidence = Evidence(field="title", start=0, end=len(phrase), phrase=phrase, why="made up")
        yield Article(
            id=content_id(url),
            url=url,
            site=f"outlet{place % OUTLETS}.example",
            outlet=f"Outlet {place % OUTLETS}",
            title=title,
            text=" ".join(chance.choices(WORDS, k=200)),
            first_seen=now - timedelta(minutes=place),
            language="en",
            score=0.9,
            tags=(Tag(topic=SURVEILLANCE, score=0.9, evidence=(evidence,)),),
            story=opener if place % (2 * IN_A_STORY) < IN_A_STORY else content_id(url),
        )


def fill(house: House, number: int) -> str:
    """Put this many articles into a house; returns the id of a story."""
    made = list(articles(number))
    entries: list[dict[str, object]] = [
        {
            "id": one.id,
            "url": one.url,
            "site": one.site,
            "slot": slot_of(one.site),
            "outlet": one.outlet,
            "title": one.title,
            "summary": "",
            "authors": [],
            "item_hash": one.id,
            "first_seen": one.first_seen,
            "updated_at": one.first_seen,
            "state": State.INDEXED,
            "attempts": 0,
            "revision": 1,
            "visits": 0,
            "moves": 0,
            "historic": False,
            "story": one.story,
        }
        for one in made
    ]
    opened = {one.story or one.id: one for one in reversed(made)}
    stories = [
        {
            "id": story,
            "title": one.title,
            "first_seen": one.first_seen,
            "last_seen": one.first_seen,
            "size": IN_A_STORY,
            "score": one.score,
        }
        for story, one in opened.items()
    ]
    chance, newest = Random(2), made[0].story or ""
    others = sorted(opened.keys() - {newest})
    dossiers = [{"id": one, "name": f"Dossier {one}"} for one in range(1, DOSSIERS + 1)]
    in_dossiers = [
        {"dossier": one["id"], "story": story, "place": place, "note": "", "added_at": house.now()}
        for one in dossiers
        for place, story in enumerate([newest, *chance.sample(others, IN_A_DOSSIER - 1)])
    ]
    with house.ledger.write() as tx:
        for number_of_outlet in range(OUTLETS):
            url = f"https://outlet{number_of_outlet}.example/rss"
            feeds.add_all(tx, [Listed(url=url)], house.now())
        tx.execute(insert(tables.entries), entries)
        tx.execute(insert(tables.seen), {"at": house.now(), "number": number})
        tx.execute(insert(tables.stories), stories)
        tx.execute(insert(tables.dossiers), dossiers)
        tx.execute(insert(tables.dossier_stories), in_dossiers)
    list(house.index.write(made))
    return newest


def main() -> None:
    """Print a row for each page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default=SIZES)
    drop_settings()
    sizes = [int(size) for size in parser.parse_args().sizes.split(",")]
    took: dict[str, list[float]] = {page: [] for page in PAGES}
    for size in sizes:
        with tempfile.TemporaryDirectory() as home, House(load_settings(Path(home))) as house:
            story = fill(house, size)
            client = TestClient(make_app(house), base_url="http://localhost")
            for page in PAGES:
                address = page.format(story=story)
                took[page].append(median(_asked(client, address) for _ in range(5)))
    width = max(map(len, PAGES)) + 1
    print(f"{'page':{width}}" + "".join(f"{size:>10,}" for size in sizes))
    for page, times in took.items():
        print(f"{page:{width}}" + "".join(f"{1000 * one:>7.0f} ms" for one in times))


def _asked(client: TestClient, address: str) -> float:
    began = perf_counter()
    answer = client.get(address)
    took = perf_counter() - began
    assert answer.status_code == 200, answer.text
    return took


if __name__ == "__main__":
    main()
