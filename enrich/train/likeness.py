"""Learn which points are those of stories: a support vector machine over all rows.

What meanings are was learnt of other texts than ours, so those of unseen rows can be taken from the
encoder that ships; who is a story is learnt here, for each fold of the others.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.svm import SVC

from enrich.encoder import Encoder, Floats32, encoder_input
from enrich.features import Floats, Reading, SenseBlock
from enrich.likeness import Likeness, point_of
from enrich.meanings import STEPS, stepped
from enrich.senses import Senses
from enrich.train.rows import Row

PENALTY = 10.0
GAMMA = 1.0
"""C of the machine, and how narrow its kernel is; around them the top is flat. At this C every row
is on its own side, so that rows need no weights."""


def meanings(rows: Sequence[Row], encoder: Encoder) -> Floats32:
    """The meaning of each row."""
    inputs = [encoder_input(row.title, row.text) for row in rows]
    return np.stack([one.meaning for one in encoder.encode(inputs)])


def points(of_rows: Floats32, readings: Sequence[Reading], senses: Senses) -> Floats32:
    """Where each row lies, given its meaning and what was read of it."""
    found = SenseBlock(senses)
    return np.stack(
        [
            point_of(meaning, found.row(reading))
            for meaning, reading in zip(of_rows, readings, strict=True)
        ]
    )


def fit_likeness(rows: Sequence[Row], of_rows: Floats32) -> Likeness:
    """What rows teach, given their points."""
    # Borderline rows would have to be on one side.
    places = [place for place, row in enumerate(rows) if row.label != "borderline"]
    truth = [rows[place].positive for place in places]
    known = stepped(of_rows[places])
    machine = SVC(C=PENALTY, gamma=GAMMA, cache_size=1_000)
    machine.fit(known / STEPS, truth)
    return Likeness(
        known[machine.support_],
        machine.dual_coef_[0].astype(np.float32),
        float(machine.intercept_[0]),
        GAMMA,
    )


def told(likeness: Likeness, of_rows: Floats32) -> Floats:
    """How like stories each of some points is."""
    return np.array([likeness.told(one) for one in of_rows])
