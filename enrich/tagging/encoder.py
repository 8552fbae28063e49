"""The encoder: a small language model that scores a title and its lead for the topic, and gives
their meaning.

The lower two thirds of MPNet (eight layers, 768 wide), fine-tuned in `enrich.train.encoder` to
recognise stories about surveillance and quantised to eight bits (ONNX). It takes about a hundredth
of a second per item, so the tagger runs it only on items that neither cheaper models nor
`enrich.tagging.polyglot` rule out.

From the sixth layer on, the rest of MPNet, with its original weights, gives one half of an item's
**meaning** (`enrich.meanings`): an embedding for comparing items, whatever the question. The other
half comes from the polyglot. Both together cost as much again, and are computed on demand. In
languages other than English there is only the polyglot's half.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from importlib.resources import files
from itertools import chain, islice
from typing import Any

import numpy as np

from enrich.arrays import Floats32
from enrich.meanings import common_half, from_common_half, join_halves
from enrich.tagging.features import clean
from enrich.tagging.network import session_of
from enrich.tagging.polyglot import Polyglot
from enrich.words import Memo

MODEL_FILE = "encoder.onnx"
MEANING_FILE = "meaning.onnx"
TOKENIZER_FILE = "tokenizer.json"
PIECES_FILE = "pieces.npy"

MAX_TOKENS = 80
"""Maximum tokens of title and lead together: mostly enough for a whole feed item."""

LEAD_CHARACTERS = 600
"""Characters of title and text that can matter, given `MAX_TOKENS`: the rest is not tokenised."""

_WORD_OR_MARK = re.compile(r"[^\s!-/:-@\[-`{-~]+|\S")
"""Tokens never cross these boundaries: words and punctuation marks."""


class Encoded:
    """The reading of one item: log-odds for the topic and, on demand, its meaning."""

    def __init__(self, log_odds: float, compute_meaning: Callable[[], Floats32]) -> None:
        self.log_odds = log_odds
        self._compute_meaning = compute_meaning

    @cached_property
    def meaning(self) -> Floats32:
        """A vector of `MEANING_WIDTH` numbers (`enrich.meanings`)."""
        return self._compute_meaning()


def encoder_input(title: str, text: str) -> str:
    """What the encoder reads of an item: the title and the beginning of a passage of its text
    (`enrich.tagging.passages`), cleaned."""
    title, lead = (" ".join(clean(one[:2_000]).split())[:LEAD_CHARACTERS] for one in (title, text))
    whole = f"{title}. {lead}" if lead else title
    # The tokenizer rejects the lone surrogates that broken feeds contain.
    return whole.encode("utf-8", "replace").decode("utf-8")


class Encoder:
    """The encoder that comes with the package, loaded on first use."""

    def __init__(self) -> None:
        self._polyglot = Polyglot()

    def glance(self, text: str) -> float:
        """A cheap estimate from the tokens of an `encoder_input` alone: a kind of log-odds, in a
        hundredth of the time of a reading (`enrich.train.glance`)."""
        weights = list(
            islice(
                chain.from_iterable(
                    map(self._token_weights.__getitem__, _WORD_OR_MARK.findall(text))
                ),
                MAX_TOKENS,
            )
        )
        return sum(weights) / len(weights) if weights else 0.0

    def encode(self, text: str, *, english: bool) -> Encoded:
        """The reading of an `encoder_input`. In other languages, which the encoder does not know,
        log-odds of 0, and the half of a meaning that is common to languages.

        Each is read alone: eight-bit values are scaled over the whole batch, so an item's reading
        would depend on the others in it. Batches would be no faster either.
        """
        if not english:
            return Encoded(0.0, partial(self._foreign_meaning, text))
        encoding = self._tokenizer.encode(text)
        ids = np.array([encoding.ids], np.int64)
        feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        log_odds, states = self._session.run(None, feeds)
        return Encoded(float(log_odds[0]), partial(self._full_meaning, text, states[0]))

    def common_half(self, text: str) -> Floats32:
        """The half of an `encoder_input`'s meaning that is common to languages: by the polyglot
        alone, at a quarter of the cost of a reading in English."""
        return common_half(self.encode(text, english=False).meaning)

    def _full_meaning(self, text: str, states: Floats32) -> Floats32:
        """The meaning of an item, from its text and the hidden states of the lower layers."""
        feeds = {"states": states[None], "attention_mask": np.ones((1, len(states)), np.int64)}
        (english,) = self._meaning_session.run(None, feeds)[0]
        return join_halves(english, self._polyglot.meaning(text))

    def _foreign_meaning(self, text: str) -> Floats32:
        return from_common_half(self._polyglot.meaning(text))

    @cached_property
    def word_weights(self) -> Mapping[str, float]:
        """The glance's weight of each lower-case word that is a single token."""
        pieces = self._tokenizer.get_vocab().items()
        return {word: self._weight_by_piece[piece] for word, piece in pieces if word.isalpha()}

    @cached_property
    def _token_weights(self) -> Memo[list[float]]:
        """The weights of each word's tokens: tokenising again takes most of a glance's time."""

        def weights_of(word: str) -> list[float]:
            return [
                self._weight_by_piece[piece]
                for piece in self._tokenizer.encode(word, add_special_tokens=False).ids
            ]

        return Memo(weights_of)

    @cached_property
    def _weight_by_piece(self) -> list[float]:
        with files("enrich.model").joinpath(PIECES_FILE).open("rb") as file:
            by_piece: list[float] = np.load(file).astype(float).tolist()
        return by_piece

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        content = files("enrich.model").joinpath(TOKENIZER_FILE).read_text("utf-8")
        tokenizer = Tokenizer.from_str(content)
        tokenizer.no_padding()
        tokenizer.enable_truncation(MAX_TOKENS)
        return tokenizer

    @cached_property
    def _session(self) -> Any:
        return session_of(MODEL_FILE)

    @cached_property
    def _meaning_session(self) -> Any:
        return session_of(MEANING_FILE)


class CachingEncoder(Encoder):
    """An encoder that caches its readings, for taggers that are tried on the same texts."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[tuple[str, bool], Encoded] = {}

    def encode(self, text: str, *, english: bool) -> Encoded:
        """The reading of an `encoder_input`, read once."""
        key = text, english
        if key not in self._known:
            encoded = super().encode(text, english=english)
            # Without the hidden states, which are a hundred times as large.
            meaning = encoded.meaning
            self._known[key] = Encoded(encoded.log_odds, lambda: meaning)
        return self._known[key]
