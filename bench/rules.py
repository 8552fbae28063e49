"""Ten thousand rules over one hour's news: what loading and matching them takes, on one core.

    python -m bench.rules [--rules N] [--articles N] [--words W] [--segment N]

The articles are made of the sample newsroom's paragraphs, of W words each. A third of the words are
replaced by one of 200,000 made-up ones, by Zipf's law, so that the vocabulary grows as in real
news; each article has some twenty mentions, some have tags. The rules are all different: topics
with words, phrases, patterns, names, languages, scores and dates, joined by AND, OR and NOT. Each
rule is matched against each article, a chunk of articles at a time, as in a pass. Prints CPU
seconds for loading the rules; for reading articles from the archive, which is not matching; and for
matching. Also prints how many pairs of rule and article matched.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from alert.matching import at_present
from alert.rules import load_rules
from core.archive import Archive
from core.conditions import NO_NAMES
from core.records import Article, Evidence, Mention, MentionKind, Tag, content_id
from demo.outlets import outlets
from search.percolator import Percolator
from wirewatch.batches import together
from wirewatch.stages.match import CHUNK

VOCABULARY = 200_000
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
TOPICS = ("surveillance", "interception", "biometrics", "spyware", "location", "data-trade")


def invented(number: int) -> str:
    """A made-up word, the same for the same number."""
    syllables = ("ba", "ce", "di", "fo", "gu", "ha", "ke", "li", "mo", "nu")
    word = ""
    number += 10
    while number:
        number, rest = divmod(number, 10)
        word += syllables[rest]
    return word


class World:
    """Words and names that articles and rules share."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        versions = [piece.version(3) for one in outlets() for piece in one.published(3)]
        bodies = [paragraph for version in versions for paragraph in version.body]
        self.paragraphs = [paragraph.split() for paragraph in dict.fromkeys(bodies)]
        self.words = sorted({w for p in self.paragraphs for w in p if w.isalpha() and len(w) > 3})
        self.names = [
            (f"{invented(n).title()} {invented(n * 7).title()}", self.chance.choice([*MentionKind]))
            for n in range(3000)
        ]

    def rare(self) -> str:
        """One of the made-up words, by Zipf's law."""
        return invented(int(VOCABULARY ** self.chance.random()))

    def article(self, number: int, words: int) -> Article:
        """An article of this many words, with its tags and mentions."""
        text: list[str] = []
        while len(text) < words:
            text += self.chance.choice(self.paragraphs)
        text = [self.rare() if self.chance.random() < 0.33 else word for word in text]
        body = " ".join(text)
        url = f"https://outlet-{number % 500}.example/{number}"
        score = round(self.chance.random() ** 4, 3)
        tags = [
            Tag(topic=topic, score=score, evidence=(_evidence(body),))
            for topic in (TOPICS[0], self.chance.choice(TOPICS[1:]))
            if score > 0.5
        ]
        mentions = [
            Mention(name=name, kind=kind, field="text", start=0, end=5, country="GB")
            for name, kind in (self.name() for _ in range(20))
        ]
        return Article(
            id=content_id(url),
            url=url,
            site=f"outlet-{number % 500}.example",
            outlet=f"Outlet {number % 500}",
            title=" ".join(text[:9]),
            text=body,
            published=NOW - timedelta(minutes=self.chance.randrange(3000)),
            first_seen=NOW,
            language=self.chance.choice(("en", "en", "en", "de", "fr", "es")),
            score=score,
            tags=tuple(tags),
            mentions=tuple(mentions),
        )

    def name(self) -> tuple[str, MentionKind]:
        """A name that articles mention; some are much more frequent than others."""
        return self.names[int(3000 ** self.chance.random()) - 1]

    def query(self) -> str:
        """A query that a reader may want alerts for."""
        name, kind = self.name()
        a, b = self.chance.choice(self.words), self.chance.choice(self.words)
        rare, other = self.rare(), self.rare()
        phrase = " ".join(self.chance.choice(self.paragraphs)[3:5]).strip('."«»“”:,;()')
        phrase = phrase.replace('"', "")
        topic = self.chance.choice(TOPICS)
        return self.chance.choice(
            (
                f"topic:{topic} AND {a} AND {rare}",
                f'topic:{topic} AND "{phrase}" AND {other}',
                f'{kind}:"{name}" AND ({a} OR {b})',
                f'topic:{topic} AND {kind}:"{name}"',
                f'topic:{topic} AND ({rare} OR {other} OR "{a} {b}") AND NOT title:{a}',
                f"{rare} AND {other} AND language:en",
                f"topic:{topic} AND {rare[:5]}* AND score:[0.8 TO 1]",
                f'"{a} {rare}" OR (title:{rare} AND published:>now-1d)',
                f'topic:{topic} AND outlet:"Outlet {self.chance.randrange(500)}" AND {a}',
                f"topic:{topic} AND {a} AND {b} AND -{rare}",
            )
        )


def _evidence(body: str) -> Evidence:
    return Evidence(field="text", start=0, end=9, phrase=body[:9], why="a sense")


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print what a block took."""
    begun = time.process_time()
    yield
    print(f"{what:42}{time.process_time() - begun:8.2f} s")


def main() -> None:
    """Read the command line, and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rules", type=int, default=10_000)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--words", type=int, default=600)
    parser.add_argument("--segment", type=int, default=200, help="articles in an archive file")
    options = parser.parse_args()
    world = World(5)
    queries = list(dict.fromkeys(world.query() for _ in range(options.rules * 2)))[: options.rules]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        blocks = [
            f"[[rule]]\nname = 'rule {number}'\nquery = '''{query}'''\n"
            for number, query in enumerate(queries)
        ]
        (home / "rules.toml").write_text("\n".join(blocks), "utf-8")
        archive = Archive(str(home / "archive"), now=lambda: NOW)
        segments = [
            archive.write_articles(
                [world.article(n, options.words) for n in range(first, first + options.segment)]
            )
            for first in range(0, options.articles, options.segment)
        ]
        print(f"{len(queries):,} rules, {options.articles:,} articles of {options.words} words")
        begun = time.process_time()
        with timed("rules loaded"):
            rules = load_rules(home / "rules.toml").rules
        pairs, reading, most = 0, 0.0, 0
        began = time.process_time()
        standing = Percolator([rule.query.condition for rule in at_present(rules, NOW, NO_NAMES)])
        matching = time.process_time() - began
        for chunk in together(segments, CHUNK):
            began = time.process_time()
            articles = [article for one in chunk for article in archive.read_articles(one)]
            reading += time.process_time() - began
            began = time.process_time()
            pairs += sum(len(places) for places in standing.match(articles))
            matching += time.process_time() - began
            most = max(most, psutil.Process().memory_info().rss)
        print(f"{'articles read from the archive':42}{reading:8.2f} s")
        print(f"{'matched':42}{matching:8.2f} s")
        print(f"{pairs:,} pairs of a rule and an article matched; {most / 1e6:,.0f} MB at most")
        whole = time.process_time() - begun
        print(f"rules loaded and matched {whole - reading:.2f} s; with reading {whole:.2f} s")


if __name__ == "__main__":
    main()
