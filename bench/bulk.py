"""Writing articles into Elasticsearch, against the client's own bulk helper.

    python -m bench.bulk [--articles N] [--rounds R]

The same articles are written in turn by the client library's `streaming_bulk`, which gets finished
documents, and by `ElasticIndex.write`, which makes the documents, routes each to its month, gives
it an external version and classifies each answer. Each time they go into empty indices of the same
templates, on the same server, and rounds alternate which of the two comes first. Prints the
articles a second of each and the ratio of the medians; exit code 1 where that is less than .9.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
import time
from collections.abc import Callable

from elasticsearch.helpers import streaming_bulk

from core.index import Outcome
from core.records import Article
from demo.articles import sample_article
from demo.elasticsearch import running
from search.elastic import bulk, layout
from search.elastic.client import connect
from search.elastic.index import ElasticIndex

MIN_RATIO = 0.9
ALIAS = "bench-bulk"


def raw(index: ElasticIndex, articles: list[Article]) -> Callable[[], int]:
    """Writes with the client's helper; the documents are made beforehand."""
    documents = [
        {
            "_index": layout.name_of(ALIAS, layout.month_of(one)),
            "_id": one.id,
            "_source": bulk.source(one),
        }
        for one in articles
    ]

    def write() -> int:
        done = sum(ok for ok, _ in streaming_bulk(index.client, documents))
        index.client.indices.refresh(index=ALIAS)
        return done

    return write


def ours(index: ElasticIndex, articles: list[Article]) -> Callable[[], int]:
    """Writes as a pass does."""
    return lambda: sum(one.outcome is Outcome.CREATED for one in index.write(articles))


def measured(
    index: ElasticIndex,
    way: Callable[[ElasticIndex, list[Article]], Callable[[], int]],
    articles: list[Article],
) -> float:
    """How many articles a second one way of writing does, into indices of its own."""
    index.prepare()
    for month in {layout.month_of(one) for one in articles}:
        layout.create(index.client, layout.name_of(ALIAS, month))
    write = way(index, articles)
    gc.collect()
    began = time.perf_counter()
    done = write()
    seconds = time.perf_counter() - began
    if done != len(articles):
        raise RuntimeError(f"{done} of {len(articles)} articles were written")
    for one in layout.live(index.client, ALIAS):
        index.client.indices.delete(index=one.name)
    return len(articles) / seconds


def main() -> int:
    """Run from the command line: 0 if ours is fast enough, else 1."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=6)
    options = parser.parse_args()
    articles = [sample_article(number) for number in range(options.articles)]
    ways = {"streaming_bulk": raw, "ElasticIndex.write": ours}
    rates: dict[str, list[float]] = {name: [] for name in ways}
    with running() as server, connect(server.url) as client:
        index = ElasticIndex(client, ALIAS)
        for way in ways.values():  # a server's first writes are slow
            measured(index, way, articles[:1_000])
        for number in range(options.rounds):
            order = list(ways) if number % 2 == 0 else list(reversed(ways))
            for name in order:
                rates[name].append(measured(index, ways[name], articles))
            shown = ", ".join(f"{name} {rates[name][-1]:,.0f}" for name in ways)
            print(f"round {number + 1}: {shown} articles/s")
        layout.remove_templates(client, ALIAS)
    medians = {name: statistics.median(each) for name, each in rates.items()}
    ratio = medians["ElasticIndex.write"] / medians["streaming_bulk"]
    per_round = [b / a for a, b in zip(*rates.values(), strict=True)]
    print(
        f"medians of {options.rounds} rounds of {options.articles:,} articles: "
        + ", ".join(f"{name} {rate:,.0f}/s" for name, rate in medians.items())
        + f"; ratio {ratio:.2f} (rounds {min(per_round):.2f} to {max(per_round):.2f})"
    )
    return 0 if ratio >= MIN_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
