"""The polyglot: a small language model that tells what a text means in whatever language it is.

multilingual-e5-small (MIT; Wang et al., "Multilingual E5 Text Embeddings", 2024), all twelve
layers as they came, 384 wide, in whole numbers of eight bits (ONNX, written by
`enrich.train.polyglot`). Of the pieces that it splits words into only those in Latin letters are
kept: half of them, and all that the languages need that are tagged.

Texts that tell the same lie near each other, whatever language they are in: so it likens an item in
another language to labelled ones in English. Of English items it says which the encoder is worth
asking of, and likens them in another way than that does.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any

import numpy as np

from enrich.meanings import Floats32
from enrich.network import session_of

MODEL_FILE = "polyglot.onnx"
TOKENIZER_FILE = "polyglot.json.gz"

MOST_PIECES = 100
"""Pieces of words that are read, its marks and `PREFIX` among them: a feed item whole, mostly."""

PREFIX = "query: "
"""What the model was taught to find before a text that is compared with its like."""


REMEMBERED = 16
"""Texts whose meaning is kept: of an item, and of some parts of it (`enrich.context`), the half in
common is asked for first, then all there is, in which it is again."""


class Polyglot:
    """The model that comes with the package, loaded when first used."""

    def __init__(self) -> None:
        self.meaning = lru_cache(REMEMBERED)(self._meaning)
        """`COMMON_WIDTH` numbers of length 1 for a text, those of texts that tell the same
        alike."""

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
        tokenizer.enable_truncation(MOST_PIECES)
        return tokenizer

    @cached_property
    def _session(self) -> Any:
        return session_of(MODEL_FILE)
