"""Train the models by which threading judges pairs of articles:
`python -m enrich.train.threads --ecb FILE --tagging FILE --stream FILE`.

ECB and TAGGING are as in `enrich.train.measure_threads`. STREAM (feed entries: `url, title,
summary, published, language`) has the texts of pairs that were read one by one: trees learn from
those in `labels/joins.jsonl`, closeness (`enrich.stories.closeness`) from those in
`labels/on_topic_joins.jsonl`. Trees also learn from affairs in our own words, and whitening
(`enrich.stories.whitening`) from nothing else. Needs LightGBM (the dependency group `train`). The
same data gives the same files.

Prints how well the held-out labelled pairs are classified, then writes all three models. For whole
stories, with trees that have not seen them, run `enrich.train.measure_threads`.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Container, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from enrich.arrays import Floats
from enrich.own_words import Report, affairs
from enrich.stories.closeness import MODEL_FILE as CLOSENESS_FILE
from enrich.stories.forest import MAX_LEAVES, Forest
from enrich.stories.judge import MODEL_FILE
from enrich.stories.pairs import FEATURES, features
from enrich.stories.profile import FULL, TITLE
from enrich.stories.whitening import MODEL_FILE as WHITENING_FILE
from enrich.stories.whitening import Whitening
from enrich.tagging.encoder import Encoder
from enrich.train.closeness import ClosenessLearner
from enrich.train.gold import Gold, Item, ecb_set, threads_set
from enrich.train.joins import TIME, StreamEntry, Text, entries_of, profile_of, read_joins
from enrich.train.whitening import learn as learn_whitening

log = logging.getLogger(__name__)

OUT = Path(__file__).parents[1] / "model"

LABELS = "joins.jsonl"

TREES = 150
SETTINGS: dict[str, Any] = {
    "objective": "binary",
    "num_leaves": MAX_LEAVES,
    "learning_rate": 0.06,
    "min_child_samples": 20,
    "feature_fraction": 0.6,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 3.0,
    # One thread and fixed seeds: the same data gives the same trees.
    "seed": 7,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
}

STRANGERS = 6
MIN_SIMILARITY = 0.05
"""For each article, how many of the most similar ones of other topics become training pairs, and
how similar (sum of the cosines of texts and of titles) they must be at least: threading never
compares less similar ones."""

OWN_WORDS_WEIGHT = 2.0
"""Total weight of the pairs from all affairs in our own words, against one for each of the other
sets. Without them there are only some hundred threads and forty events to learn from."""

JOINS_WEIGHT = 0.5
"""Total weight of all pairs of the stream, against one for each of the other sets. A higher weight
classifies pairs of the stream better, and splits more of the threads and events."""

DOUBTFUL_WEIGHT = 0.5
"""Weight of a pair that its reader was in doubt about, as one that does not belong together."""

TIMELESS_SHARE = 0.3
"""Share of a stream pair's weight that goes to a copy without times: some articles have none, and
nothing should rest on the clock alone."""

_HOURS = list(FEATURES).index("hours")


class Pairs(NamedTuple):
    """Training pairs: a row of features each, whether they belong together, and the weight of each
    as a fraction of the whole."""

    rows: Floats
    same: Floats
    sample_weights: Floats


class StreamPairs(NamedTuple):
    """The labelled pairs of the stream, and which of them are for testing."""

    pairs: Pairs
    is_test: np.ndarray[Any, np.dtype[np.bool_]]


def stream_pairs(stream: Path) -> StreamPairs:
    """The labelled pairs with both entries in the stream."""
    labels = read_joins(LABELS)
    found = entries_of(labels, stream)
    kept = [label for label in labels if label.a in found and label.b in found]
    rows = np.array([_compare(found[label.a], found[label.b]) for label in kept])
    doubtful = np.array([label.same == "doubtful" for label in kept])
    return StreamPairs(
        Pairs(
            rows.reshape(-1, len(FEATURES)),
            np.array([float(label.same is True) for label in kept]),
            np.where(doubtful, DOUBTFUL_WEIGHT, 1.0),
        ),
        np.array([label.part == "test" for label in kept]),
    )


def _compare(later: StreamEntry, earlier: StreamEntry) -> Floats:
    hours = abs((later.published - earlier.published).total_seconds()) / 3600
    profiles = [profile_of(one.text) for one in (later, earlier)]
    row: Floats = features(profiles[0], profiles[1:], np.array([hours]))[0]
    return row


def own_sets() -> list[Gold]:
    """Affairs in our own words, in English, on topic and off; one set per author."""
    authors = affairs("affairs") | affairs("other_affairs")
    return [
        _own_set(author, reports)
        for author, reports in authors.items()
        if all(report.language == "en" for report in reports)
    ]


def _own_set(author: str, reports: Sequence[Report]) -> Gold:
    known = {f"{author}-{number}": report for number, report in enumerate(reports)}
    return Gold(
        author,
        [{"id": id_, "title": one.title, "text": one.text} for id_, one in known.items()],
        {id_: one.affair for id_, one in known.items()},
        {id_: one.neighbour or one.affair for id_, one in known.items()},
    )


class Learner:
    """Learns trees from labelled sets and pairs of the stream, all of them or some, and from
    affairs in our own words."""

    def __init__(self, sets: Sequence[Gold], labelled: StreamPairs | None) -> None:
        self._sets = sets
        self._labelled = labelled
        own = own_sets()
        self._profiles = {
            gold.name: [profile_of(text) for text in texts_of(gold)] for gold in (*sets, *own)
        }
        share = OWN_WORDS_WEIGHT / len(own)
        self._own = [
            Pairs(pairs.rows, pairs.same, pairs.sample_weights * share)
            for pairs in (self._pairs(gold, ()) for gold in own)
        ]

    def learn(self, held_out: Container[Item] = (), *, fold: int = 0, folds: int = 0) -> Forest:
        """Fit trees to everything but what is held out.

        Given a number of folds, the stream's pairs of this fold are held out as well.
        """
        parts = [*(self._pairs(gold, held_out) for gold in self._sets), *self._own]
        if self._labelled is not None:
            parts.append(_joins(self._labelled, fold, folds))
        return fit(parts)

    def _pairs(self, gold: Gold, held_out: Container[Item]) -> Pairs:
        """All pairs within a topic, and each article with the most similar ones of other topics."""
        ids = [str(row["id"]) for row in gold.rows]
        profiles, hours = self._profiles[gold.name], _hours(gold)
        indices = [index for index, one in enumerate(ids) if (gold.name, one) not in held_out]
        rows: list[Floats] = []
        same: list[float] = []
        for number, index in enumerate(indices[1:], 1):
            before = np.array(indices[:number])
            compared = features(
                profiles[index],
                [profiles[one] for one in before],
                np.abs(hours[index] - hours[before]),
            )
            same_topic = np.array(
                [gold.groups[ids[one]] == gold.groups[ids[index]] for one in before]
            )
            similarity = compared[:, FULL] + compared[:, TITLE]
            other_topics = np.flatnonzero(~same_topic & (similarity > MIN_SIMILARITY))
            other_topics = other_topics[
                np.argsort(-similarity[other_topics], kind="stable")[:STRANGERS]
            ]
            for one in (*np.flatnonzero(same_topic), *other_topics):
                rows.append(compared[one])
                same.append(float(gold.events[ids[index]] == gold.events[ids[before[one]]]))
        matrix = np.array(rows)
        # Half of them without times: nothing should rest on the clock alone.
        matrix[np.random.default_rng(7).random(len(matrix)) < 0.5, _HOURS] = 0
        return Pairs(matrix, np.array(same), np.full(len(matrix), 1 / len(matrix)))


def texts_of(gold: Gold) -> list[Text]:
    """Title and text of each row."""
    return [Text(str(row["title"]), str(row["text"])) for row in gold.rows]


def _hours(gold: Gold) -> Floats:
    """When each row was published, in hours; 0 for rows that do not say."""
    seconds = [
        TIME.validate_python(row["published"]).timestamp() if row.get("published") else 0.0
        for row in gold.rows
    ]
    return np.array(seconds) / 3600


def _joins(labelled: StreamPairs, fold: int, folds: int) -> Pairs:
    """Training pairs of the stream, once with their times and once without."""
    kept = ~labelled.is_test
    if folds:
        kept &= np.arange(len(kept)) % folds != fold
    rows, same, weights = (part[kept] for part in labelled.pairs)
    timeless = rows.copy()
    timeless[:, _HOURS] = 0
    weights = weights / weights.sum() * JOINS_WEIGHT
    return Pairs(
        np.concatenate([rows, timeless]),
        np.concatenate([same, same]),
        np.concatenate([weights * (1 - TIMELESS_SHARE), weights * TIMELESS_SHARE]),
    )


def fit(parts: Sequence[Pairs]) -> Forest:
    """Fit the trees to some pairs."""
    import lightgbm

    rows, same, weights = map(np.concatenate, zip(*parts, strict=True))
    names = list(FEATURES)
    data = lightgbm.Dataset(rows, same, weight=weights / weights.mean(), feature_name=names)
    settings = {**SETTINGS, "monotone_constraints": list(FEATURES.values())}
    return _forest(lightgbm.train(settings, data, TREES).dump_model()["tree_info"])


def _forest(trees: Sequence[Mapping[str, Any]]) -> Forest:
    """LightGBM's trees as arrays; missing nodes and leaves are filled so that they have no
    effect."""
    shape = len(trees), MAX_LEAVES - 1
    feature = np.zeros(shape, dtype=np.intp)
    threshold = np.full(shape, np.inf)
    reachable = np.full(shape, 255, dtype=np.uint8)
    leaves = np.zeros((len(trees), MAX_LEAVES))
    for tree, told in enumerate(trees):
        values: list[float] = []
        for node, (index, limit, left) in enumerate(_nodes(told["tree_structure"], values)):
            feature[tree, node], threshold[tree, node] = index, limit
            reachable[tree, node] = 255 & ~sum(1 << leaf for leaf in left)
        leaves[tree, : len(values)] = values
    return Forest(tuple(FEATURES), feature, threshold, reachable, leaves)


def _nodes(
    tree: Mapping[str, Any], values: list[float]
) -> Iterator[tuple[int, float, Sequence[int]]]:
    """The inner nodes of a tree: its test, and the leaves to its left; `values` collects the leaves
    from left to right."""
    if "split_feature" not in tree:
        values.append(tree["leaf_value"])
        return
    first = len(values)
    left = list(_nodes(tree["left_child"], values))
    yield tree["split_feature"], tree["threshold"], range(first, len(values))
    yield from left
    yield from _nodes(tree["right_child"], values)


def report(forest: Forest, labelled: StreamPairs) -> None:
    """Log how well held-out pairs are classified."""
    test = labelled.is_test
    odds = forest.log_odds(labelled.pairs.rows[test])
    same = labelled.pairs.same[test] > 0
    for threshold in (0.3, 0.5, 0.7, 0.8, 0.9):
        joined = odds >= np.log(threshold / (1 - threshold))
        log.info(
            "pairs set aside, %d: at %.2f precision %.3f (doubtful ones are wrong), recall %.3f",
            len(same), threshold, same[joined].mean(), joined[same].mean(),
        )  # fmt: skip


def main() -> None:
    """Learn, report and write."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--ecb", type=Path, required=True)
    parser.add_argument("--tagging", type=Path, required=True)
    parser.add_argument("--stream", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=OUT, help="default: into the package")
    arguments = parser.parse_args()
    labelled = stream_pairs(arguments.stream)
    sets = [ecb_set(arguments.ecb), threads_set(arguments.tagging)]
    forest = Learner(sets, labelled).learn()
    report(forest, labelled)
    content = forest.dump()
    arguments.out.mkdir(parents=True, exist_ok=True)
    arguments.out.joinpath(MODEL_FILE).write_bytes(content)
    log.info("%s: %d trees, %d bytes", MODEL_FILE, len(forest.leaves), len(content))
    encoder = Encoder()
    whitening = learn_whitening(encoder)
    arguments.out.joinpath(WHITENING_FILE).write_bytes(whitening.dump())
    closeness = closeness_learner(sets[1], arguments.stream, encoder, whitening).learn()
    arguments.out.joinpath(CLOSENESS_FILE).write_bytes(closeness.dump())
    log.info("%s", closeness)


def closeness_learner(
    threads: Gold, stream: Path | None, encoder: Encoder, whitening: Whitening
) -> ClosenessLearner:
    """The learner of closeness, for a set of threads and a stream's pairs."""
    events = [threads.events[str(row["id"])] for row in threads.rows]
    return ClosenessLearner(texts_of(threads), events, stream, encoder, whitening)


if __name__ == "__main__":
    main()
