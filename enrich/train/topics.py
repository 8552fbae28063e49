"""How well topics are told among stories about surveillance, by cross-validation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score
from sklearn.model_selection import KFold

from enrich.features import Floats
from enrich.kinds import TOPIC_THRESHOLD
from enrich.meanings import Floats32, common_half
from enrich.train.fit import fit_topic

FOLDS = 5
SEED = 0


@dataclass(frozen=True, slots=True)
class TopicFigures:
    """Of a topic: stories that have it, and figures on stories that it was not learnt from; of the
    same stories as if they were in another language."""

    name: str
    stories: int
    average_precision: float
    precision: float
    recall: float
    foreign_average_precision: float


def measure_topics(
    truth: Mapping[str, NDArray[np.bool_]], by_sign: Floats, meanings: Floats32
) -> list[TopicFigures]:
    """Figures of each topic; `truth` says of each story whether it has it."""
    parts = list(KFold(FOLDS, shuffle=True, random_state=SEED).split(by_sign))
    figures = []
    for name, has in truth.items():
        english, foreign = np.zeros(len(has)), np.zeros(len(has))
        for learn, test in parts:
            topic = fit_topic(name, by_sign[learn], meanings[learn], has[learn])
            for place in test:
                english[place] = topic.english.score(by_sign[place], meanings[place])
                foreign[place] = topic.foreign.score(by_sign[place], common_half(meanings[place]))
        passed = english >= TOPIC_THRESHOLD
        figures.append(
            TopicFigures(
                name,
                int(has.sum()),
                float(average_precision_score(has, english)),
                float(has[passed].mean()) if passed.any() else 0.0,
                float(passed[has].mean()),
                float(average_precision_score(has, foreign)),
            )
        )
    return figures
