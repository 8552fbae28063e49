"""How well threading does: `python -m enrich.measure_threads`, with one or more of its options:
`--ecb FILE`, `--tagging FILE`, `--stream FILE`.

ECB is JSON lines of `id, topic, event, title, text`; TAGGING of `id, thread, published, title,
text`, of which the rows with a thread are scored, alone and inside all rows; STREAM of feed
entries (`title, summary, published, language`, plain or `.zst`), which have no truth but tell
speed and the sizes of stories. None of them comes with the project.

The score is B-cubed: an article's precision is the share of its story's articles that are of its
event, its recall the share of its event's that are in its story, each averaged over articles.
"""

from __future__ import annotations

import argparse
import logging
import random
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from enrich.frequencies.build import read_stream
from enrich.thread_lines import thread_lines
from enrich.threader import THRESHOLD, Threader

log = logging.getLogger(__name__)

THRESHOLDS = tuple(hundredths / 100 for hundredths in range(14, 41, 2))
FOLDS = 5
SEEDS = (1, 2, 3)

Rows = Sequence[Mapping[str, str | None]]
Item = tuple[str, str]
"""The name of a set and an id in it."""


class BCubed(NamedTuple):
    """Means over articles, each 0 to 1."""

    precision: float
    recall: float

    @property
    def f(self) -> float:
        """Their harmonic mean."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def __str__(self) -> str:
        return f"B3 P={self.precision:.3f} R={self.recall:.3f} F={self.f:.3f}"


class Gold(NamedTuple):
    """A set with truth: its rows, the event of each id, and the group a fold keeps whole."""

    name: str
    rows: Rows
    events: Mapping[str, str]
    groups: Mapping[str, str]


def b_cubed(events: Mapping[str, str], stories: Mapping[str, str], ids: Iterable[str]) -> BCubed:
    """The score of some ids, in stories and events of all ids that have both."""
    by_event = Counter(events[item] for item in events if item in stories)
    by_story = Counter(stories[item] for item in events if item in stories)
    by_both = Counter((events[item], stories[item]) for item in events if item in stories)
    scored = [
        (by_both[events[item], stories[item]], stories[item], events[item])
        for item in ids
        if item in stories
    ]
    precision = sum(same / by_story[story] for same, story, _ in scored) / len(scored)
    recall = sum(same / by_event[event] for same, _, event in scored) / len(scored)
    return BCubed(precision, recall)


def thread(rows: Rows, threshold: float = THRESHOLD) -> dict[str, str]:
    """The story of each row's id."""
    threader = Threader(threshold=threshold)
    return {threaded.id: threaded.story for threaded in thread_lines(rows, threader)}


def cross_validate(sets: Sequence[Gold]) -> dict[str, BCubed]:
    """The score by set, each fold at the threshold that is best for the other folds.

    One threshold serves all sets: the one with the best mean of their F. Folds keep a topic or
    thread whole; means over the folds of several random splits.
    """
    stories = {
        (gold.name, threshold): thread(gold.rows, threshold)
        for gold in sets
        for threshold in THRESHOLDS
    }

    def score(gold: Gold, threshold: float, ids: Iterable[str]) -> BCubed:
        return b_cubed(gold.events, stories[gold.name, threshold], ids)

    scores: dict[str, list[tuple[BCubed, int]]] = {gold.name: [] for gold in sets}
    chosen: Counter[float] = Counter()
    for held_out in _folds(sets):
        best = max(
            THRESHOLDS,
            key=lambda threshold: sum(
                score(gold, threshold, [i for i in gold.events if (gold.name, i) not in held_out]).f
                for gold in sets
            ),
        )
        chosen[best] += 1
        for gold in sets:
            ids = [i for i in gold.events if (gold.name, i) in held_out]
            if ids:
                scores[gold.name].append((score(gold, best, ids), len(ids)))
    log.info("thresholds chosen in cross-validation: %s", dict(sorted(chosen.items())))
    return {name: _mean(parts) for name, parts in scores.items()}


def _folds(sets: Sequence[Gold]) -> Iterator[set[Item]]:
    for seed in SEEDS:
        shuffled = random.Random(seed)  # noqa: S311  # splits of data, no secret
        folds: list[set[Item]] = [set() for _ in range(FOLDS)]
        for gold in sets:
            groups = sorted(set(gold.groups.values()))
            shuffled.shuffle(groups)
            fold_of = {group: place % FOLDS for place, group in enumerate(groups)}
            for item, group in gold.groups.items():
                folds[fold_of[group]].add((gold.name, item))
        yield from folds


def _mean(parts: Sequence[tuple[BCubed, int]]) -> BCubed:
    total = sum(size for _, size in parts)
    return BCubed(
        sum(part.precision * size for part, size in parts) / total,
        sum(part.recall * size for part, size in parts) / total,
    )


def _ecb(rows: Rows) -> Gold:
    events = {str(row["id"]): str(row["event"]) for row in rows}
    return Gold("ecb", rows, events, {str(row["id"]): str(row["topic"]) for row in rows})


def _threads(rows: Rows) -> Gold:
    threaded = [row for row in rows if row.get("thread")]
    events = {str(row["id"]): str(row["thread"]) for row in threaded}
    return Gold("threads", threaded, events, events)


def _report_stream(rows: Rows) -> None:
    started = time.perf_counter()
    threaded = list(thread_lines(rows))
    seconds = time.perf_counter() - started
    placed = [one for one in threaded if one.duplicate_of is None]
    sizes = Counter(one.story for one in placed)
    joined = 1 - len(sizes) / len(placed)
    log.info(
        "stream: %d rows, %.0f a second; %d duplicates; %d stories, %.0f %% of rows joined one;"
        " largest %s",
        len(rows), len(rows) / seconds, len(rows) - len(placed), len(sizes), 100 * joined,
        [size for _, size in sizes.most_common(5)],
    )  # fmt: skip


def _entries(path: Path) -> list[dict[str, str | None]]:
    return [
        {**entry, "id": str(place), "text": entry["summary"]}
        for place, entry in enumerate(read_stream(path))
    ]


def main() -> None:
    """Print the figures of the files given."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--ecb", type=Path)
    parser.add_argument("--tagging", type=Path)
    parser.add_argument("--stream", type=Path)
    arguments = parser.parse_args()
    sets: list[Gold] = []
    if arguments.ecb:
        sets.append(_ecb(list(read_stream(arguments.ecb))))
    if arguments.tagging:
        rows = [row for row in read_stream(arguments.tagging) if "thread" in row]
        sets.append(_threads(rows))
        events = {str(row["id"]): row["thread"] or f"alone:{row['id']}" for row in rows}
        inside = b_cubed(events, thread(rows), sets[-1].events)
        log.info("threads inside all %d rows, at %.2f: %s", len(rows), THRESHOLD, inside)
    for gold in sets:
        score = b_cubed(gold.events, thread(gold.rows), gold.events)
        log.info("%s, %d rows, at %.2f: %s", gold.name, len(gold.rows), THRESHOLD, score)
    if sets:
        for name, score in cross_validate(sets).items():
            log.info("%s, cross-validated: %s", name, score)
    if arguments.stream:
        _report_stream(_entries(arguments.stream))


if __name__ == "__main__":
    main()
