"""Fit the whitening of meanings (`enrich.stories.whitening`) to affairs in our own words.

Threads that people made are not used: threading is measured on them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from enrich.arrays import Floats, Floats32
from enrich.meanings import ENGLISH_WIDTH, Meaning, quantise
from enrich.own_words import Report, affairs
from enrich.stories.whitening import KEPT, Whitening
from enrich.tagging.encoder import Encoder, encoder_input

SHRINKAGE = 0.7
"""Shrinkage of the covariance towards a multiple of the identity: there are only four times as many
reports as directions. Between .5 and .9 threads differ little; across languages .7 joins most."""


def learn(encoder: Encoder, reports: Iterable[Sequence[Report]] | None = None) -> Whitening:
    """Fit to affairs, each a sequence of its reports; by default to all of our own words."""
    meanings = [
        [_meaning(encoder, one) for one in affair] for affair in reports or learnt_affairs()
    ]
    halves = [
        [[half for one in affair if (half := one[part]).any()] for affair in meanings]
        for part in (slice(None, ENGLISH_WIDTH), slice(ENGLISH_WIDTH, None))
    ]
    return Whitening(*map(_whitening, halves))


def learnt_affairs() -> list[list[Report]]:
    """The affairs that whitening learns from, keeping those of different authors apart."""
    by_affair: defaultdict[tuple[str, str], list[Report]] = defaultdict(list)
    for author, reports in affairs("affairs").items():
        for report in reports:
            by_affair[author, report.affair].append(report)
    return list(by_affair.values())


def _meaning(encoder: Encoder, report: Report) -> Meaning:
    read = encoder_input(report.title, report.text)
    return quantise(encoder.encode(read, english=report.language == "en").meaning)


def _whitening(affairs_: Sequence[Sequence[Meaning]]) -> Floats32:
    """The inverse square root of the within-affair covariance, scaled to the identity's trace and
    rounded as it is stored."""
    centred = [
        rows - rows.mean(axis=0)
        for affair in affairs_
        if len(affair) > 1
        for rows in [_units(affair)]
    ]
    together: Floats = np.concatenate(centred)
    covariance = together.T @ together / (len(together) - len(centred))
    width = len(covariance)
    isotropic = np.trace(covariance) / width * np.eye(width)
    eigenvalues, directions = np.linalg.eigh((1 - SHRINKAGE) * covariance + SHRINKAGE * isotropic)
    matrix = directions @ np.diag(eigenvalues**-0.5) @ directions.T
    stored = (matrix / np.trace(matrix) * width).astype(KEPT)
    whitening: Floats32 = stored.astype(np.float32)
    return whitening


def _units(meanings: Sequence[Meaning]) -> Floats:
    rows = np.array(meanings, dtype=np.float64)
    units: Floats = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return units
