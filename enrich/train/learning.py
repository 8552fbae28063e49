"""How the encoder is fine-tuned on labelled rows: the usual recipe for BERT."""

from __future__ import annotations

import math
import random
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

from enrich.arrays import Floats
from enrich.train.networks import half_precision, padded
from enrich.train.rows import EXAMPLE, EXAMPLE_WEIGHT, Row

EPOCHS = 4
BATCH = 16
BODY_RATE = 3e-5
HEAD_RATE = 2e-3
WARM_UP = 0.1
POSITIVE_WEIGHT = 1.5
"""AdamW with a linear warm-up and decay of the learning rate."""

NEGATIVES_AN_EPOCH = 0.25
"""Plain negatives are most of the rows and teach little: each epoch samples a quarter of them."""

TITLES_ALONE = 0.2
"""One item in five is read without its text: many feeds have none."""

TARGETS = {"positive": 1.0, "borderline": 0.45, "hard_negative": 0.0, "negative": 0.0}
"""Target output for each label; a borderline row pulls slightly below the middle."""


def train(
    network: Any,
    rows: Sequence[Row],
    whole: Sequence[Any],
    titles: Sequence[Any],
    seed: int,
) -> None:
    """Train a network on rows; `whole` and `titles` are its inputs, with and without the text."""
    chance = random.Random(seed)  # noqa: S311 - not used for secrets
    targets = [TARGETS[row.label] for row in rows]
    sample_weights = [EXAMPLE_WEIGHT if row.origin == EXAMPLE else 1.0 for row in rows]
    negatives = [index for index, row in enumerate(rows) if row.label == "negative"]
    informative = [index for index, row in enumerate(rows) if row.label != "negative"]
    each_epoch = round(len(negatives) * NEGATIVES_AN_EPOCH)
    steps = EPOCHS * math.ceil((len(informative) + each_epoch) / BATCH)
    head = list(network.head.parameters())
    body = [
        weight
        for weight in network.parameters()
        if weight.requires_grad and all(weight is not one for one in head)
    ]
    optimiser = torch.optim.AdamW(
        [{"params": body, "lr": BODY_RATE}, {"params": head, "lr": HEAD_RATE}], weight_decay=0.01
    )

    def rate_factor(step: int) -> float:
        return min(1.0, (step + 1) / (WARM_UP * steps)) * max(0.0, (steps - step) / steps)

    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, rate_factor)
    weight = torch.tensor(POSITIVE_WEIGHT)
    network.train()
    begin = time.monotonic()
    for epoch in range(EPOCHS):
        indices = informative + chance.sample(negatives, each_epoch)
        pieces = [
            titles[index] if chance.random() < TITLES_ALONE else whole[index]
            for index in range(len(rows))
        ]
        for batch in _batches(indices, pieces, BATCH, chance):
            with half_precision():
                log_odds = network(*padded([pieces[index] for index in batch]))
            batch_targets = torch.tensor([targets[index] for index in batch])
            losses = nn.functional.binary_cross_entropy_with_logits(
                log_odds.float(), batch_targets, pos_weight=weight, reduction="none"
            )
            loss = (losses * torch.tensor([sample_weights[index] for index in batch])).mean()
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
        took = time.monotonic() - begin
        print(f"  epoch {epoch + 1} of {EPOCHS}, {took:.0f} s", file=sys.stderr, flush=True)
    network.eval()


def predict(network: Any, whole: Sequence[Any]) -> Floats:
    """The log-odds of rows, given the network's input for each."""
    log_odds = np.zeros(len(whole))
    with torch.no_grad():
        for batch in _batches(list(range(len(whole))), whole, 64, None):
            found = network(*padded([whole[index] for index in batch]))
            log_odds[batch] = found.float().numpy()
    return log_odds


def _batches(
    indices: list[int], pieces: Sequence[Any], size: int, chance: random.Random | None
) -> Iterator[list[int]]:
    """Batches of texts of similar length, to reduce padding; in random order if `chance` is
    given."""
    if chance:
        chance.shuffle(indices)
    batches = []
    for first in range(0, len(indices), size * 50):
        near = sorted(indices[first : first + size * 50], key=lambda index: len(pieces[index]))
        batches += [near[at : at + size] for at in range(0, len(near), size)]
    if chance:
        chance.shuffle(batches)
    yield from batches
