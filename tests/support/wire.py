"""A wire of made-up outlets that publishes as long as it is told to: items come shuffled, late,
and several in the same second."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

from loopback import Loopback, Reply, Request, loopback

from enrich import own_words

OUTLETS = ("lanternpost", "quayside", "hilltimes")

KEPT = 40
"""The number of items in a feed."""

_SYLLABLES = (
    *("bar", "dov", "fen", "gal", "hol", "jor", "kel", "lum", "mor", "nar"),
    *("osk", "pel", "quin", "rud", "sol", "tarn", "ulm", "vek", "wen", "yar"),
)

_MORE = (
    "{person} of {firm} in {town} did not answer {number} questions about the surveillance.",
    "{person} of {firm} in {town} won a prize for {number} loaves of bread.",
)
"""The second paragraph: of a story about surveillance, and of another story."""


@dataclass(frozen=True)
class Item:
    """An outlet's article, and the time it claims to have been published."""

    outlet: str
    number: int
    title: str
    paragraphs: tuple[str, ...]
    published: datetime


class Wire:
    """The outlets' feeds and pages."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._items: dict[str, list[Item]] = {outlet: [] for outlet in OUTLETS}
        # Our own training items for the tagger, on and off topic.
        self._told = [one for one in own_words.items("examples", "en") if len(one.text) > 80]
        self._count = 0
        self._lock = threading.Lock()

    @property
    def published(self) -> int:
        """How many items have been published so far."""
        return self._count

    def publish(self, number: int, now: datetime) -> None:
        """Publish items in any order: some in the same second, some claiming to be weeks old."""
        second = now.replace(microsecond=0)
        with self._lock:
            for _ in range(number):
                late = timedelta(hours=self._chance.choice((0, 0, 1, 30, 700)))
                outlet = self._chance.choice(OUTLETS)
                item = self._item(outlet, second - late)
                self._items[outlet].append(item)
                if self._chance.random() < 0.2:  # the same text at another outlet
                    other = self._chance.choice([one for one in OUTLETS if one != outlet])
                    self._count += 1
                    copy = Item(other, self._count, item.title, item.paragraphs, item.published)
                    self._items[other].append(copy)
            for outlet, items in self._items.items():
                last = sorted(items, key=lambda one: one.number)[-KEPT:]
                self._chance.shuffle(last)
                self._items[outlet] = last

    def answer(self, request: Request) -> Reply:
        """A feed, a page, or a 404."""
        outlet = request.headers["Host"].partition(".")[0]
        with self._lock:
            items = list(self._items.get(outlet, ()))
        if request.path == "/feed":
            base = f"http://{request.headers['Host']}"
            return Reply(body=_feed(outlet, base, items).encode())
        for item in items:
            if request.path == f"/{item.number}":
                return Reply(body=_page(item).encode(), headers=(("Content-Type", "text/html"),))
        return Reply(404)

    def _item(self, outlet: str, published: datetime) -> Item:
        self._count += 1
        names = {
            "firm": self._name() + " Systems",
            "town": self._name(),
            "person": f"{self._name()} {self._name()}",
            "number": str(self._chance.randint(20, 9_000)),
        }
        on_topic = self._chance.random() < 0.8
        told = self._chance.choice([one for one in self._told if one.positive is on_topic])
        more = _MORE[0 if on_topic else 1].format(**names)
        title = f"Spied on in {names['town']}: {told.title}" if on_topic else told.title
        return Item(outlet, self._count, title, (told.text, more), published)

    def _name(self) -> str:
        return "".join(self._chance.choices(_SYLLABLES, k=3)).capitalize()


@contextmanager
def running(wire: Wire) -> Iterator[Loopback]:
    """Serve the outlets, each on its own host."""
    with loopback(wire.answer) as server:
        yield server


def feeds(server: Loopback) -> list[str]:
    """The addresses of the outlets' feeds."""
    return [server.url("/feed", host=f"{outlet}.localhost") for outlet in OUTLETS]


def _feed(outlet: str, base: str, items: list[Item]) -> str:
    parts = "".join(
        f"<item><title>{escape(one.title)}</title><link>{base}/{one.number}</link>"
        f"<pubDate>{format_datetime(one.published.astimezone(UTC))}</pubDate>"
        f"<description>{escape(one.paragraphs[0])}</description></item>"
        for one in items
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>{outlet}</title><link>{base}/</link>{parts}</channel></rss>"
    )


def _page(item: Item) -> str:
    text = "".join(f"<p>{escape(part)}</p>" for part in item.paragraphs)
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(item.title)}</title></head><body><article>"
        f"<h1>{escape(item.title)}</h1>{text}</article></body></html>"
    )
