"""Train the glance: a logistic regression on token embeddings that decides, with words and senses,
which items are read further.

The features of a text are the mean of its tokens' embeddings, from the input layer of the model
that the encoder starts from, reduced to `WIDTH` main directions. A linear model of a mean is the
mean of one number per token, so only these numbers are kept. Words that no row taught lie near
words that one did, so a story that avoids every usual word is not missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from transformers import AutoModel, AutoTokenizer

from enrich.arrays import Floats
from enrich.tagging.encoder import MAX_TOKENS, PIECES_FILE, encoder_input
from enrich.train.fit import Examples
from enrich.train.rows import FOLDED, MONTHS, Row, split_kind, splits

WIDTH = 256
"""Main directions of the embeddings that are kept; all 768 miss more stories at the same share."""

REGRESSION_C = 0.001
"""C of the regression on columns with a standard deviation of one: strong regularisation."""


def narrowed(vectors: Floats) -> Floats:
    """The embeddings of all tokens, projected on their main directions."""
    centred = vectors - vectors.mean(axis=0)
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    narrow: Floats = centred @ directions[:WIDTH].T
    return narrow


def means(vectors: Floats, pieces: Sequence[Sequence[int]]) -> Floats:
    """The mean embedding of each text's tokens, 0 if it has none."""
    return np.stack(
        [vectors[list(one)].mean(axis=0) if one else np.zeros(vectors.shape[1]) for one in pieces]
    )


def fit_token_weights(rows: Sequence[Row], texts: Floats, vectors: Floats) -> Floats:
    """Fit the weight of each token: the glance at a text is the mean over its tokens.

    Args:
        rows: to learn from; our own words have the same weight as others.
        texts: `means` of the rows.
        vectors: embeddings of all tokens.
    """
    middle, spread = texts.mean(axis=0), texts.std(axis=0)
    scaled = (texts - middle) / spread
    examples = Examples.of(row.label for row in rows)
    regression = LogisticRegression(C=REGRESSION_C, max_iter=500)
    regression.fit(scaled[examples.indices], examples.positive, sample_weight=examples.weights)
    slopes = regression.coef_[0] / spread
    by_piece: Floats = (vectors - middle) @ slopes + regression.intercept_[0]
    return by_piece


def train_glance(base: Path, rows: Sequence[Row], folder: Path) -> dict[str, dict[str, float]]:
    """Write the weight of each token, learnt from all rows, into a folder.

    Returns the glances at rows from weights that never saw them, by kind of split and id.
    """
    words = AutoModel.from_pretrained(base).embeddings.word_embeddings.weight
    vectors = narrowed(words.detach().double().numpy())
    texts = [encoder_input(row.title, row.text) for row in rows]
    tokenizer = AutoTokenizer.from_pretrained(base)
    token_ids = tokenizer(texts, truncation=True, max_length=MAX_TOKENS, add_special_tokens=False)[
        "input_ids"
    ]
    seen = means(vectors, token_ids)
    np.save(folder / PIECES_FILE, fit_token_weights(rows, seen, vectors).astype(np.float16))
    glances: dict[str, dict[str, float]] = {FOLDED: {}, MONTHS: {}}
    for name, split in splits(rows):
        train_rows = [rows[index] for index in split.train]
        by_piece = fit_token_weights(train_rows, seen[split.train], vectors)
        weights = {index: by_piece[token_ids[index]] for index in split.test.tolist()}
        glances[split_kind(name)] |= {
            rows[index].id: round(float(one.mean()), 3) if len(one) else 0.0
            for index, one in weights.items()
        }
    return glances
