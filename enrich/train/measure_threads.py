"""Measure how well threading does: `python -m enrich.train.measure_threads`, with any of its
options: `--ecb FILE`, `--tagging FILE`, `--stream FILE`.

ECB is JSON lines of `id, topic, event, title, text`. TAGGING has `id, thread, published, title,
text`; its rows with a thread are scored, first alone and then among all rows. STREAM has feed
entries (`title, summary, published, language`, plain or `.zst`), which are unlabelled but show
speed and the sizes of stories. None of them comes with the project.

Affairs in our own words (`own_words/affair_checks`) come with it and are always scored: how well
reports are put into stories, and into how many stories an affair falls.

The score is B-cubed: an article's precision is the share of its story's articles that are of its
event, its recall the share of its event's articles that are in its story; both are averaged over
articles.
"""

from __future__ import annotations

import argparse
import logging
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.util import find_spec
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from enrich.own_words import Report, affairs
from enrich.stories.judge import Judge, shipped
from enrich.stories.placement import Piece
from enrich.stories.thread_lines import thread_lines
from enrich.stories.threader import DEFAULT_PARAMETERS, Threader, ThreadingParameters
from enrich.stream import read_stream
from enrich.tagging.encoder import Encoder
from enrich.tagging.tagger import Tagger
from enrich.train.gold import THREADS, Gold, Item, Rows, ecb_set, threads_set

log = logging.getLogger(__name__)

THRESHOLDS = (0.3, 0.34, 0.38, DEFAULT_PARAMETERS.threshold, 0.46)
FOLDS = 5
SEEDS = (1, 2, 3)

BETWEEN_AFFAIRS = timedelta(days=2)
"""Time from the first report on an affair in our own words to the first on the next affair."""

_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


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


def b_cubed(events: Mapping[str, str], stories: Mapping[str, str], ids: Iterable[str]) -> BCubed:
    """The score over some ids, given the stories and events of all ids that have both."""
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


def thread(
    rows: Rows, *, parameters: ThreadingParameters = DEFAULT_PARAMETERS, judge: Judge | None = None
) -> dict[str, str]:
    """The story of each row, by id."""
    placed = thread_lines(
        rows, Threader(parameters=parameters, judge=judge), meaning_of=meaning_of()
    )
    return {threaded.id: threaded.story for threaded in placed}


@cache
def meaning_of() -> Callable[[str, str], str]:
    """`Tagger.meaning` with a cache: the same rows are threaded many times."""
    return cache(Tagger.load().meaning)


def cross_validate(sets: Sequence[Gold], learn: Callable[[set[Item], int], Judge]) -> None:
    """Log the score of each set, from a judge and a threshold that have not seen what is scored.

    Each fold is scored with the judge learnt from the other folds, and at the threshold that does
    best on the other folds when they are held out: the one with the best mean F over the sets. One
    threshold serves all sets. Folds keep a topic or thread whole; scores are means over the folds
    of several random splits. The same is logged at the shipped threshold, which no fold chose.

    Args:
        sets: labelled sets.
        learn: returns the judge learnt from all but some items; also takes the fold's number.
    """
    scores: defaultdict[str, list[tuple[BCubed, int]]] = defaultdict(list)
    at_shipped: defaultdict[str, list[tuple[BCubed, int]]] = defaultdict(list)
    chosen: Counter[float] = Counter()
    for seed in SEEDS:
        folds = _folds(sets, seed)
        tried = [
            _at_thresholds(sets, held, learn(held, number)) for number, held in enumerate(folds)
        ]
        for number, here in enumerate(tried):
            others = [one for place, one in enumerate(tried) if place != number]
            best = max(
                THRESHOLDS,
                key=lambda threshold: sum(
                    _mean([one[gold.name, threshold] for one in others]).f for gold in sets
                ),
            )
            chosen[best] += 1
            for gold in sets:
                scores[gold.name].append(here[gold.name, best])
                at_shipped[gold.name].append(here[gold.name, DEFAULT_PARAMETERS.threshold])
    log.info("thresholds chosen in cross-validation: %s", dict(sorted(chosen.items())))
    for name, parts in scores.items():
        shipped_too = _mean(at_shipped[name])
        log.info(
            "%s, cross-validated: %s; at %s: %s",
            name,
            _mean(parts),
            DEFAULT_PARAMETERS.threshold,
            shipped_too,
        )


def _at_thresholds(
    sets: Sequence[Gold], held_out: set[Item], judge: Judge
) -> dict[tuple[str, float], tuple[BCubed, int]]:
    """The score of the held-out items and how many there are, by set and threshold."""
    scores = {}
    for gold in sets:
        ids = [one for one in gold.events if (gold.name, one) in held_out]
        for threshold in THRESHOLDS:
            stories = thread(
                gold.rows, parameters=replace(DEFAULT_PARAMETERS, threshold=threshold), judge=judge
            )
            scores[gold.name, threshold] = b_cubed(gold.events, stories, ids), len(ids)
    return scores


def _folds(sets: Sequence[Gold], seed: int) -> list[set[Item]]:
    shuffled = random.Random(seed)  # noqa: S311  # splits of data, no secret
    folds: list[set[Item]] = [set() for _ in range(FOLDS)]
    for gold in sets:
        groups = sorted(set(gold.groups.values()))
        shuffled.shuffle(groups)
        fold_of = {group: place % FOLDS for place, group in enumerate(groups)}
        for item, group in gold.groups.items():
            folds[fold_of[group]].add((gold.name, item))
    return folds


def _mean(parts: Sequence[tuple[BCubed, int]]) -> BCubed:
    total = sum(size for _, size in parts)
    return BCubed(
        sum(part.precision * size for part, size in parts) / total,
        sum(part.recall * size for part, size in parts) / total,
    )


class OwnAffairs(NamedTuple):
    """What happened to affairs in our own words: the affair and story of each report that was put
    into a story, on topic or following one; and how many reports were near the topic."""

    reports: int
    affair: Mapping[str, str]
    story: Mapping[str, str]
    followed: frozenset[str]
    near: int

    @property
    def stories_of_each(self) -> float:
        """Mean number of stories per affair: how often it is reported as new."""
        pairs = {(self.affair[one], self.story[one]) for one in self.affair}
        return len(pairs) / len(set(self.affair.values()))

    @property
    def rightly(self) -> frozenset[str]:
        """Followers that are in a story with an on-topic report on their own affair."""
        on_topic = self.affair.keys() - self.followed
        on_topic_pairs = {(self.affair[one], self.story[one]) for one in on_topic}
        return frozenset(
            one for one in self.followed if (self.affair[one], self.story[one]) in on_topic_pairs
        )


def own_affairs(reports: Sequence[Report], tagger: Tagger) -> OwnAffairs:
    """Place the reports on affairs as linking does, in order of time. An affair begins two days
    after the one before it, so that several run at once."""
    begun: dict[str, datetime] = {}
    arriving = []
    for number, one in enumerate(reports):
        start = begun.setdefault(one.affair, _EPOCH + len(begun) * BETWEEN_AFFAIRS)
        # A second apart, so that reports of one day keep their order.
        arriving.append((start + timedelta(days=one.day, seconds=number), str(number), one))
    threader, affair, story = Threader(), {}, {}
    followed, near = set(), 0
    for at, name, one in sorted(arriving, key=itemgetter(0)):
        verdict = tagger.tag(one.title, one.text)
        if not verdict.meaning:
            continue
        place = threader.place if verdict.tags else threader.follow
        placed = place(Piece(name, one.title, one.text, at, one.language, verdict.meaning))
        near += not verdict.tags
        if placed is not None:
            affair[name], story[name] = one.affair, placed.story
            story |= {other: placed.story for other in story if story[other] in placed.merges}
            if not verdict.tags:
                followed.add(name)
    return OwnAffairs(len(reports), affair, story, frozenset(followed), near)


def _report_own() -> None:
    tagger = Tagger.load()
    for author, reports in affairs("affair_checks").items():
        own = own_affairs(reports, tagger)
        log.info(
            "affairs, %s: of %d reports %d on topic: %s; %.2f stories an affair; of %d near the"
            " topic %d follow a story, %d rightly",
            author, own.reports, len(own.affair) - len(own.followed),
            b_cubed(own.affair, own.story, own.affair), own.stories_of_each,
            own.near, len(own.followed), len(own.rightly),
        )  # fmt: skip


def _report_stream(rows: Rows) -> None:
    started = time.perf_counter()
    threaded = list(thread_lines(rows, meaning_of=meaning_of()))
    seconds = time.perf_counter() - started
    placed = [one for one in threaded if one.duplicate_of is None]
    sizes = Counter(one.story for one in placed)
    joined = 1 - len(sizes) / len(placed)
    log.info(
        "stream: %d rows, %.0f a second, tagging included; %d duplicates; %d stories,"
        " %.0f %% of rows joined one; largest %s",
        len(rows), len(rows) / seconds, len(rows) - len(placed), len(sizes), 100 * joined,
        [size for _, size in sizes.most_common(5)],
    )  # fmt: skip


def _learner(sets: Sequence[Gold], stream: Path | None) -> Callable[[set[Item], int], Judge]:
    """Learns a judge from all but some items; if the sets include no threads, only its trees."""
    from enrich.train.threads import Learner, closeness_learner, stream_pairs

    trees = Learner(sets, stream_pairs(stream) if stream else None)
    threads = next((gold for gold in sets if gold.name == THREADS), None)
    whitening = shipped().whitening  # learnt from affairs that are in none of the sets
    closeness = closeness_learner(threads, stream, Encoder(), whitening) if threads else None

    def learn(held_out: set[Item], fold: int) -> Judge:
        forest = trees.learn(held_out, fold=fold, folds=FOLDS)
        if threads is None or closeness is None:
            return replace(shipped(), forest=forest)
        ids = enumerate(str(row["id"]) for row in threads.rows)
        without = {place for place, one in ids if (threads.name, one) in held_out}
        return Judge(forest, closeness.learn(without), whitening)

    return learn


def _entries(path: Path) -> list[dict[str, str | None]]:
    return [
        {**entry, "id": str(place), "text": entry["summary"]}
        for place, entry in enumerate(read_stream(path))
    ]


def main() -> None:
    """Print the figures for the given files."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--ecb", type=Path)
    parser.add_argument("--tagging", type=Path)
    parser.add_argument("--stream", type=Path)
    arguments = parser.parse_args()
    sets = [ecb_set(arguments.ecb)] if arguments.ecb else []
    if arguments.tagging:
        sets.append(threads_set(arguments.tagging))
        rows = [row for row in read_stream(arguments.tagging) if "thread" in row]
        events = {str(row["id"]): row["thread"] or f"alone:{row['id']}" for row in rows}
        inside = b_cubed(events, thread(rows), sets[-1].events)
        log.info("threads inside all %d rows, judged after training on them: %s", len(rows), inside)
    _report_own()
    for gold in sets:
        score = b_cubed(gold.events, thread(gold.rows), gold.events)
        log.info("%s, %d rows, judged after training on them: %s", gold.name, len(gold.rows), score)
    if sets and find_spec("lightgbm") is None:
        log.info("without LightGBM (the dependency group train) cross-validation is not possible")
    elif sets:
        cross_validate(sets, _learner(sets, arguments.stream))
    if arguments.stream:
        _report_stream(_entries(arguments.stream))


if __name__ == "__main__":
    main()
