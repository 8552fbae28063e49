"""The encoder: a small language model that reads a title and its lead for their meaning.

The lower two thirds of MPNet (eight layers, 768 wide), fine-tuned in `enrich.train.encoder` to
tell stories about surveillance, in whole numbers of eight bits (ONNX). It takes some hundredth of
a second an item, hence the tagger asks it only of what neither cheaper models nor `enrich.polyglot`
rule out.

From the sixth layer on the rest of MPNet, as it came, goes on to one half of an item's **meaning**:
a vector by which it can be likened to others, whatever one wants to know of it. The other half is
what the polyglot makes of it. Both together cost as much again, and are worked out where they are
asked for. In other languages than English there is no more than the polyglot's half.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from importlib.resources import files
from itertools import chain, islice
from typing import Any

import numpy as np

from enrich.features import clean
from enrich.meanings import Floats32, common, joined
from enrich.network import session_of
from enrich.polyglot import Polyglot
from enrich.words import Memo

MODEL_FILE = "encoder.onnx"
MEANING_FILE = "meaning.onnx"
TOKENIZER_FILE = "tokenizer.json"
PIECES_FILE = "pieces.npy"

MOST_TOKENS = 80
"""Pieces of words that are read, of title and lead together: a feed item whole, mostly."""

LEAD_CHARACTERS = 600
"""Characters of title and text that can matter, given `MOST_TOKENS`: the rest need not be split."""

_APART = re.compile(r"[^\s!-/:-@\[-`{-~]+|\S")
"""What no piece goes beyond: words and marks of punctuation."""


class Encoded:
    """What was made of one item: log-odds for the topic and, on demand, its meaning."""

    def __init__(self, log_odds: float, further: Callable[[], Floats32]) -> None:
        self.log_odds = log_odds
        self._further = further

    @cached_property
    def meaning(self) -> Floats32:
        """A vector of `MEANING_WIDTH` numbers (`enrich.meanings`)."""
        return self._further()


def encoder_input(title: str, text: str) -> str:
    """What the encoder reads of an item: the title and the beginning of a passage of its text
    (`enrich.passages`), cleaned."""
    title, lead = (" ".join(clean(one[:2_000]).split())[:LEAD_CHARACTERS] for one in (title, text))
    whole = f"{title}. {lead}" if lead else title
    # Half a character, as broken feeds have them, is none to the tokenizer.
    return whole.encode("utf-8", "replace").decode("utf-8")


class Encoder:
    """The encoder that comes with the package, loaded when first used."""

    def __init__(self) -> None:
        self._polyglot = Polyglot()

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
        """What is made of English `encoder_input`s, in their order.

        Each is read alone: numbers of eight bits are scaled over all that is read together, so
        that an item's company would change what is made of it; and it is no slower.
        """
        return [self._read(one) for one in inputs]

    def encode_foreign(self, inputs: Sequence[str]) -> list[Encoded]:
        """The same in other languages, of which the encoder knows nothing: log-odds of nought, and
        the half of a meaning that is common to languages."""
        return [Encoded(0.0, partial(self._common, one)) for one in inputs]

    def _read(self, one: str) -> Encoded:
        encoding = self._tokenizer.encode(one)
        ids = np.array([encoding.ids], np.int64)
        fed = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        odds, states = self._session.run(None, fed)
        return Encoded(float(odds[0]), partial(self._go_on, one, states[0]))

    def _go_on(self, one: str, states: Floats32) -> Floats32:
        """The meaning of an item, from its text and the states of the lower layers."""
        fed = {"states": states[None], "attention_mask": np.ones((1, len(states)), np.int64)}
        (english,) = self._meaning_session.run(None, fed)[0]
        return joined(english, self._polyglot.meaning(one))

    def _common(self, one: str) -> Floats32:
        return common(self._polyglot.meaning(one))

    @cached_property
    def words(self) -> Mapping[str, float]:
        """What each word, small letters, that is a piece by itself says in a glance."""
        pieces = self._tokenizer.get_vocab().items()
        return {word: self._by_piece[piece] for word, piece in pieces if word.isalpha()}

    @cached_property
    def _told(self) -> Memo[list[float]]:
        """What the pieces of each word say: splitting words anew takes most of a glance's time."""

        def told(word: str) -> list[float]:
            return [
                self._by_piece[piece]
                for piece in self._tokenizer.encode(word, add_special_tokens=False).ids
            ]

        return Memo(told)

    @cached_property
    def _by_piece(self) -> list[float]:
        with files("enrich.model").joinpath(PIECES_FILE).open("rb") as file:
            by_piece: list[float] = np.load(file).astype(float).tolist()
        return by_piece

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
        return session_of(MODEL_FILE)

    @cached_property
    def _meaning_session(self) -> Any:
        return session_of(MEANING_FILE)


def _same(meaning: Floats32) -> Floats32:
    return meaning


class RememberingEncoder(Encoder):
    """An encoder that keeps what it read, for taggers that are tried on the same texts."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, Encoded] = {}
        self._foreign: dict[str, Encoded] = {}

    def encode(self, inputs: Sequence[str]) -> list[Encoded]:
        """What is made of `encoder_input`s, in their order; each is read once."""
        return _remembered(self._known, super().encode, inputs)

    def encode_foreign(self, inputs: Sequence[str]) -> list[Encoded]:
        """The same in other languages."""
        return _remembered(self._foreign, super().encode_foreign, inputs)


def _remembered(
    known: dict[str, Encoded],
    encode: Callable[[Sequence[str]], list[Encoded]],
    inputs: Sequence[str],
) -> list[Encoded]:
    for one in inputs:
        if one not in known:
            (read,) = encode([one])
            # Without the states, which are a hundred times as large.
            known[one] = Encoded(read.log_odds, partial(_same, read.meaning))
    return [known[one] for one in inputs]
