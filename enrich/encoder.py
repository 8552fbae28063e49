"""The encoder: a small language model that reads a title and its lead for their meaning.

The lower two thirds of MPNet (eight layers, 768 wide), fine-tuned in `enrich.train.encoder` to
tell stories about surveillance, in whole numbers of eight bits (ONNX). It takes some hundredth of
a second an item, hence the tagger asks it only of what the cheap model does not rule out.

From the sixth layer on the rest of MPNet, as it came, goes on to an item's **meaning**: a vector
by which it can be likened to others, whatever one wants to know of it. That costs two thirds as
much again, and is worked out where it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, cached_property, partial
from importlib.resources import as_file, files
from itertools import chain, islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from enrich.features import clean
from enrich.words import Memo

MODEL_FILE = "encoder.onnx"
MEANING_FILE = "meaning.onnx"
OVERFLOW_FILE = "overflow.onnx"
TOKENIZER_FILE = "tokenizer.json"
PIECES_FILE = "pieces.npy"

MOST_TOKENS = 80
"""Pieces of words that are read, of title and lead together: a feed item whole, mostly."""

LEAD_CHARACTERS = 600
"""Characters of title and text that can matter, given `MOST_TOKENS`: the rest need not be split."""

MEANING_WIDTH = 256
"""Numbers of a meaning: the directions in which texts differ most, of 768."""

SLOWER_FUSED = ["SkipLayerNormFusion"]
"""What ONNX Runtime would make of an addition and a normalisation takes several times as long as
the two: with 1.32 an eighth of a reading."""

Floats32 = NDArray[np.float32]

_APART = re.compile(r"[^\s!-/:-@\[-`{-~]+|\S")
"""What no piece goes beyond: words and marks of punctuation."""


class Encoded:
    """What the encoder made of one item: log-odds for the topic and, on demand, its meaning."""

    def __init__(self, log_odds: float, further: Callable[[], Floats32]) -> None:
        self.log_odds = log_odds
        self._further = further

    @cached_property
    def meaning(self) -> Floats32:
        """A vector of `MEANING_WIDTH` numbers and of length 1."""
        return self._further()


def encoder_input(title: str, text: str) -> str:
    """What the encoder reads of an item: the title and the beginning of the text, cleaned."""
    title, lead = (" ".join(clean(one[:2_000]).split())[:LEAD_CHARACTERS] for one in (title, text))
    whole = f"{title}. {lead}" if lead else title
    # Half a character, as broken feeds have them, is none to the tokenizer.
    return whole.encode("utf-8", "replace").decode("utf-8")


class Encoder:
    """The encoder that comes with the package, loaded when first used. English only."""

    def glance(self, text: str) -> float:
        """What the pieces of an `encoder_input`'s words say for themselves: log-odds of a kind, a
        hundredth of the time that reading takes (`enrich.train.glance`)."""
        told = list(
            islice(
                chain.from_iterable(map(self._told.__getitem__, _APART.findall(text))), MOST_TOKENS
            )
        )
        return sum(told) / len(told) if told else 0.0

    def encode(self, inputs: Sequence[str]) -> list[Encoded]:
        """What is made of `encoder_input`s, in their order.

        Each is read alone: numbers of eight bits are scaled over all that is read together, so
        that an item's company would change what is made of it; and it is no slower.
        """
        return [self._read(one) for one in inputs]

    def _read(self, one: str) -> Encoded:
        encoding = self._tokenizer.encode(one)
        ids = np.array([encoding.ids], np.int64)
        fed = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        odds, states = self._session.run(None, fed)
        return Encoded(float(odds[0]), partial(self._go_on, states[0]))

    def _go_on(self, states: Floats32) -> Floats32:
        """The meaning of an item, from the states of the lower layers."""
        fed = {"states": states[None], "attention_mask": np.ones((1, len(states)), np.int64)}
        meaning: Floats32 = self._meaning_session.run(None, fed)[0][0]
        return meaning

    @cached_property
    def _told(self) -> Memo[list[float]]:
        """What the pieces of each word say: splitting words anew takes most of a glance's time."""
        with files("enrich.model").joinpath(PIECES_FILE).open("rb") as file:
            by_piece: list[float] = np.load(file).astype(float).tolist()

        def told(word: str) -> list[float]:
            return [
                by_piece[piece]
                for piece in self._tokenizer.encode(word, add_special_tokens=False).ids
            ]

        return Memo(told)

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        content = files("enrich.model").joinpath(TOKENIZER_FILE).read_text("utf-8")
        tokenizer = Tokenizer.from_str(content)
        tokenizer.no_padding()
        tokenizer.enable_truncation(MOST_TOKENS)
        return tokenizer

    @cached_property
    def _session(self) -> Any:
        return _session_of(MODEL_FILE)

    @cached_property
    def _meaning_session(self) -> Any:
        return _session_of(MEANING_FILE)


def _session_of(name: str) -> Any:
    """A model file of the package, ready to run."""
    return _session(name, exact=_overflows())


@cache
def _overflows() -> bool:
    """Whether this processor adds up products of eight bits in sixteen, which overflow: x86 without
    VNNI (most laptops before 2020, AMD's before Zen 4). There all texts would be told the same."""
    session = _session(OVERFLOW_FILE, exact=False)
    (read,) = session.get_inputs()
    largest = np.full(read.shape, 255, np.uint8)
    (products,) = session.run(None, {read.name: largest})
    return bool(products.max() != 255 * 127 * largest.size)


def _session(name: str, *, exact: bool) -> Any:
    """A session; an `exact` one multiplies numbers without a sign, in twice the time."""
    # Loading takes as long as reading a hundred items: only who needs it pays for it.
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # Articles are spread over processes: threads in each would only be in each other's way.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    if exact:
        options.add_session_config_entry("session.x64quantprecision", "1")
    # By its path: given bytes it would hold them twice.
    with as_file(files("enrich.model").joinpath(name)) as path:
        return onnxruntime.InferenceSession(
            path, options, providers=["CPUExecutionProvider"], disabled_optimizers=SLOWER_FUSED
        )


def _same(meaning: Floats32) -> Floats32:
    return meaning


class RememberingEncoder(Encoder):
    """An encoder that keeps what it read, for taggers that are tried on the same texts."""

    def __init__(self) -> None:
        self._known: dict[str, Encoded] = {}

    def encode(self, inputs: Sequence[str]) -> list[Encoded]:
        """What is made of `encoder_input`s, in their order; each is read once."""
        for one in inputs:
            if one not in self._known:
                (read,) = super().encode([one])
                # Without the states, which are a hundred times as large.
                self._known[one] = Encoded(read.log_odds, partial(_same, read.meaning))
        return [self._known[one] for one in inputs]
