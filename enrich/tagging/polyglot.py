"""The polyglot: a small language model that embeds text in any of the tagged languages.

multilingual-e5-small (MIT; Wang et al., "Multilingual E5 Text Embeddings", 2024): all twelve
layers with their original weights, 384 wide, quantised to eight bits (ONNX, written by
`enrich.train.polyglot`). Only tokens in Latin letters are kept: half of the vocabulary, and all
that the tagged languages need.

Texts that say the same lie near each other whatever their language, so it can compare an item in
another language with labelled items in English. For English items it decides which are worth the
encoder's time, and gives a view of their likeness that differs from the encoder's.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any

import numpy as np

from enrich.arrays import Floats32
from enrich.tagging.network import session_of

MODEL_FILE = "polyglot.onnx"
TOKENIZER_FILE = "polyglot.json.gz"

MAX_PIECES = 100
"""Maximum tokens, special ones and `PREFIX` included: mostly enough for a whole feed item."""

PREFIX = "query: "
"""The prefix that the model was trained to see before texts of a symmetric comparison."""


CACHE_SIZE = 16
"""Texts whose meaning is cached: of an item, and of its masked variants (`enrich.tagging.context`),
first the half common to languages is requested, then the whole, which contains it."""


class Polyglot:
    """The model that comes with the package, loaded on first use."""

    def __init__(self) -> None:
        self.meaning = lru_cache(CACHE_SIZE)(self._meaning)
        """The `COMMON_WIDTH` numbers of length 1 for a text; similar texts have similar ones."""

    def _meaning(self, text: str) -> Floats32:
        pieces = self._tokenizer.encode(PREFIX + text).ids
        (meaning,) = self._session.run(None, {"pieces": np.array([pieces], np.int64)})
        one: Floats32 = meaning[0]
        return one

    @cached_property
    def _tokenizer(self) -> Any:
        import gzip

        from tokenizers import Tokenizer

        packed = files("enrich.model").joinpath(TOKENIZER_FILE).read_bytes()
        tokenizer = Tokenizer.from_buffer(gzip.decompress(packed))
        tokenizer.enable_truncation(MAX_PIECES)
        return tokenizer

    @cached_property
    def _session(self) -> Any:
        return session_of(MODEL_FILE)
