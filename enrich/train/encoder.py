"""Fine-tune the encoder: `python -m enrich.train.encoder --data FILE [--stream FILE]`.

It learns from all rows. Our own words have a low weight: where we drew the line is not quite where
it runs in the news. What ships is the average of the weights of two networks that saw the rows in a
different order, which averages out chance effects (Wortsman et al., "Model soups", 2022), quantised
to eight bits (`enrich.train.outliers`); and the original upper layers, which turn the lower ones'
hidden states into the meaning.

In addition, one network per fold, and one trained on the later months, give log-odds of rows that
they never saw (`encoder_odds.json`, which `enrich.train` combines with the senses). `make train`
installs what is needed.

Each network uses one thread and fixed seeds: the same data gives the same files on the same kind of
processor.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import torch
from onnx import TensorProto, helper, load, numpy_helper, save

from enrich.own_words import items
from enrich.tagging.encoder import (
    MEANING_FILE,
    MODEL_FILE,
    TOKENIZER_FILE,
    encoder_input,
)
from enrich.tagging.network import OVERFLOW_FILE
from enrich.train.glance import train_glance
from enrich.train.learning import predict, train
from enrich.train.networks import (
    FrozenLayers,
    FullEncoder,
    MeaningLayers,
    TrainedLayers,
    lower_states,
    main_directions,
    padded,
    token_ids,
    unpack,
)
from enrich.train.outliers import quantise, split_outliers
from enrich.train.rows import (
    EXACT_FILE,
    FOLDED,
    MONTHS,
    ODDS_FILE,
    Row,
    add_arguments,
    exit_on_data_error,
    load_all,
    split_kind,
    splits,
)

SEEDS = (1, 2)
"""Seeds of the networks whose weights are averaged; all other networks use the first."""

OVERFLOW_WIDTH = 64
OPSET = 20

STATES_BATCH = 1_000

DIRECTION_STRIDE = 6
"""One row in this many is used to find the main directions of meanings."""

OUTLIER_STRIDE = 36
"""One row in this many is used to find the outliers among a layer's inputs."""

MEANING_BATCH = 32
"""Texts whose meanings are computed together."""


@dataclass(frozen=True, slots=True)
class StatesJob:
    """Texts for the lower layers to read, and the file for their hidden states."""

    base: Path
    texts: list[str]
    path: Path


def save_states(job: StatesJob) -> Path:
    """Save the hidden states of some texts after the lower layers."""
    torch.set_num_threads(1)
    states = lower_states(job.base, job.texts)
    torch.save((torch.cat(states), [len(one) for one in states]), job.path)
    return job.path


def _load_states(paths: Sequence[Path]) -> list[Any]:
    """The saved hidden states: a tensor per text; the files stay on disk until read."""
    parts = [torch.load(path, mmap=True) for path in paths]
    return [one for joined, sizes in parts for one in joined.split(sizes)]


@dataclass(frozen=True, slots=True)
class TrainingJob:
    """A network to train.

    Attributes:
        name: printed in progress messages.
        base: folder of the weights it starts from.
        rows: all rows.
        whole, titles: files of the hidden states of all rows, with and without their texts.
        train, unseen: indices of the rows to learn from, and of those to give log-odds of.
        seed: random seed.
        path: where its weights are saved.
    """

    name: str
    base: Path
    rows: list[Row]
    whole: list[Path]
    titles: list[Path]
    train: list[int]
    unseen: list[int]
    seed: int
    path: Path


def train_network(job: TrainingJob) -> dict[str, float]:
    """Train a network, save it to its file, and return its log-odds of the unseen rows."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(mode=True)
    torch.manual_seed(job.seed)
    print(f"{job.name}: {len(job.train):,} rows", file=sys.stderr, flush=True)
    whole, titles = _load_states(job.whole), _load_states(job.titles)
    network = TrainedLayers(job.base)
    train(
        network,
        [job.rows[index] for index in job.train],
        [whole[index] for index in job.train],
        [titles[index] for index in job.train],
        job.seed,
    )
    torch.save(network.state_dict(), job.path)
    found = predict(network, [whole[index] for index in job.unseen])
    print(f"{job.name}: done", file=sys.stderr, flush=True)
    ids = [job.rows[index].id for index in job.unseen]
    return {one: round(odds, 3) for one, odds in zip(ids, found.tolist(), strict=True)}


def average_weights(paths: Sequence[Path]) -> dict[str, Any]:
    """The average weights of saved networks."""
    states = [torch.load(path) for path in paths]
    return {
        name: sum(state[name] for state in states) / len(states)
        if weight.is_floating_point()
        else weight
        for name, weight in states[0].items()
    }


def assemble(base: Path, weights: dict[str, Any]) -> FullEncoder:
    """The whole network, with the given weights for its upper layers."""
    upper = TrainedLayers(base)
    upper.load_state_dict(weights)
    whole = FullEncoder(FrozenLayers(base), upper)
    whole.eval()
    return whole


def write_exact_odds(whole: FullEncoder, base: Path, path: Path) -> None:
    """Write the network's log-odds of our English checks before quantisation."""
    texts = [encoder_input(item.title, item.text) for item in items("checks", "en")]
    with torch.no_grad():
        log_odds = [float(whole(*padded([one]))[0]) for one in token_ids(base, texts)]
    path.write_text(json.dumps([round(odds, 3) for odds in log_odds], indent=0) + "\n", "utf-8")


def export(whole: FullEncoder, base: Path, texts: Sequence[str], folder: Path) -> None:
    """Write the whole network, quantised to eight bits, and its tokenizer.

    `texts` are used to find outliers.
    """
    split_outliers(whole, (padded([one]) for one in token_ids(base, texts)))
    pieces, mask = padded([torch.tensor([101, 2023, 102]), torch.tensor([101, 2023, 2003, 102])])
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / MODEL_FILE
        _write(whole, ("input_ids", pieces), mask, ("log_odds", "states"), plain)
        quantise(plain, folder / MODEL_FILE)
    (folder / TOKENIZER_FILE).write_bytes((base / "tokenizer.json").read_bytes())


def export_overflow(folder: Path) -> None:
    """Write a product of the largest eight-bit numbers: it overflows on processors where those of
    the encoder may."""
    input_shape, output_shape = (1, OVERFLOW_WIDTH), (1, 1)
    weights = numpy_helper.from_array(np.full((OVERFLOW_WIDTH, 1), 127, np.int8), "weights")
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["read", "weights"], ["products"])],
        "overflow",
        [helper.make_tensor_value_info("read", TensorProto.UINT8, input_shape)],
        [helper.make_tensor_value_info("products", TensorProto.INT32, output_shape)],
        [weights],
    )
    versions = [helper.make_opsetid("", OPSET)]
    save(helper.make_model(graph, opset_imports=versions, ir_version=9), folder / OVERFLOW_FILE)


def export_meaning(base: Path, states: Sequence[Any], folder: Path) -> None:
    """Write the layers that turn the lower ones' hidden states into the meaning of a text.

    The directions of an existing file are kept: articles keep their meanings as long as stories are
    open, and meanings in different directions cannot be compared. Without a file, the main
    directions of some texts are computed from their states. Some of these states are also used to
    find outliers.
    """
    torch.set_num_threads(1)
    network = MeaningLayers(base).eval()
    path = folder / MEANING_FILE
    directions = (
        shipped_directions(path) if path.exists() else main_directions(_means(network, states))
    )
    network.set_projection(*directions)
    split_outliers(
        network,
        (padded([state.float()]) for state in states[:: OUTLIER_STRIDE // DIRECTION_STRIDE]),
    )
    some, mask = padded([state[:3] for state in states[:2]])
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / MEANING_FILE
        _write(network, ("states", some.float()), mask, ("meaning",), plain)
        quantise(plain, path)


def shipped_directions(path: Path) -> tuple[Any, Any]:
    """The directions of a meaning file, for `MeaningLayers.set_projection`."""
    known = {one.name: numpy_helper.to_array(one) for one in load(path).graph.initializer}
    # A weight that multiplies from the right is stored transposed.
    weights = np.ascontiguousarray(known["narrow.weight_Transposed"].T)
    return torch.from_numpy(weights), torch.from_numpy(known["narrow.bias"].copy())


def _means(network: MeaningLayers, states: Sequence[Any]) -> Any:
    with torch.no_grad():
        return torch.cat(
            [
                network.means(*padded(states[first : first + MEANING_BATCH]))
                for first in range(0, len(states), MEANING_BATCH)
            ]
        )


def _write(
    network: Any, example: tuple[str, Any], mask: Any, outputs: Sequence[str], path: Path
) -> None:
    """Write a network as ONNX. Its inputs are one value or vector per token, and a mask."""
    name, some = example
    by_piece, by_row = {0: "rows", 1: "pieces"}, {0: "rows"}
    axes = {"log_odds": by_row, "states": by_piece, "meaning": by_row}
    torch.onnx.export(
        network,
        (some, mask.long()),
        path,
        input_names=[name, "attention_mask"],
        output_names=list(outputs),
        dynamic_axes={
            name: by_piece,
            "attention_mask": by_piece,
            **{one: axes[one] for one in outputs},
        },
        dynamo=False,
    )


def train_all(rows: list[Row], scratch: Path, pool: ProcessPoolExecutor) -> None:
    """Train all networks, and write what ships and the log-odds of the others."""
    base = unpack(scratch)

    def states(name: str, texts: list[str]) -> list[Path]:
        batches = [
            StatesJob(base, texts[first : first + STATES_BATCH], scratch / f"{name} {first}.pt")
            for first in range(0, len(texts), STATES_BATCH)
        ]
        return list(pool.map(save_states, batches))

    texts = [encoder_input(row.title, row.text) for row in rows]
    whole = states("whole", texts)
    titles = states("titles", [encoder_input(row.title, "") for row in rows])

    def job(name: str, train: Iterable[int], unseen: Iterable[int], seed: int) -> TrainingJob:
        path = scratch / f"{name}.pt"
        return TrainingJob(name, base, rows, whole, titles, [*train], [*unseen], seed, path)

    shipped = [job(f"seed {seed}", range(len(rows)), (), seed) for seed in SEEDS]
    fold_jobs = [
        job(name, fold.train.tolist(), fold.test.tolist(), SEEDS[0]) for name, fold in splits(rows)
    ]
    odds: dict[str, dict[str, float]] = {FOLDED: {}, MONTHS: {}}
    jobs = [*shipped, *fold_jobs]
    for one, log_odds_by_id in zip(jobs, pool.map(train_network, jobs), strict=True):
        odds[split_kind(one.name)].update(log_odds_by_id)
    folder, train_folder = Path(str(files("enrich.model"))), Path(str(files("enrich.train")))
    network = assemble(base, average_weights([one.path for one in shipped]))
    write_exact_odds(network, base, train_folder / EXACT_FILE)
    export(network, base, texts[::OUTLIER_STRIDE], folder)
    export_overflow(folder)
    export_meaning(base, _load_states(whole)[::DIRECTION_STRIDE], folder)
    glances = train_glance(base, rows, folder)
    content = {
        kind: {key: [log_odds, glances[kind][key]] for key, log_odds in by_id.items()}
        for kind, by_id in odds.items()
    }
    (train_folder / ODDS_FILE).write_text(
        json.dumps(content, indent=0, sort_keys=True) + "\n", "utf-8"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command. Raises `SystemExit` if the data is missing or broken."""
    parser = argparse.ArgumentParser(prog="python -m enrich.train.encoder", description=__doc__)
    add_arguments(parser)
    parser.add_argument("--processes", type=int, default=2, help="networks learnt side by side")
    options = parser.parse_args(arguments)
    with exit_on_data_error():
        rows = load_all(options.data, options.stream)
    context = multiprocessing.get_context("spawn")
    with (
        tempfile.TemporaryDirectory() as scratch,
        ProcessPoolExecutor(options.processes, mp_context=context) as pool,
    ):
        train_all(rows, Path(scratch), pool)


if __name__ == "__main__":
    main()
