"""The model card: what a user has to know of the model, with the figures of its training."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from enrich.tagger import Model
from enrich.train.fit import LABEL_WEIGHTS, LEAST_DOCUMENTS, PENALTY, SENSE_SCALE, SENSES_PENALTY
from enrich.train.measure import Figures, FreshFigures
from enrich.train.rows import FOLDS, LABELS, Row

_CARD = """\
# Model card: the surveillance tagger

Written by `python -m enrich.train`; change `enrich/train/card.py`, not this file.

## What it does
It scores a title and a text between 0 and 1 for being a story about surveillance (who watches whom,
with what, who says so, who denies it), and names the phrases that speak for it. It works on a feed
item's title and summary and on a whole article (the first 700 words are read).

## Data
{count} items read and labelled by hand, English, mostly news feeds of 2022, some older articles.
The model file holds no text of them: only terms of at most two words, parts of words of at most
five characters, and numbers.

| origin | {label_heads} |
|---|{label_rules}
{counts}

`keyword`: an obvious word of surveillance is in it; `no_keyword`: found without one; `random`:
drawn from the stream; `excerpt`: a title and a sentence; `full_text`: a whole article. Borderline
items count little in training, as both, and are not scored.

## Method
For English, logistic regression (C {penalty:g}) over two kinds of features, {width} numbers in
all. A row's weight as positive and as negative: {weights}.

- TF-IDF of words (1 and 2), characters (3 to 5 within words) and title words, each term in at
  least {least} items;
- {senses} senses (`enrich/senses.toml`; {positive_senses} speak for the topic, {lookalike_senses}
  are look-alikes; scale {scale:g}), found in the title, the lead and the rest of the text.

The score is calibrated on unseen folds (Platt) at the data's share of positives, {share:.1%}; a
news stream holds 1 to 2 %.

## Threshold: {threshold:.2f}
The lowest score from which four in five of the short items tagged on unseen folds are right; F1 is
flat around it. Scores mean probabilities at the data's share of positives; raise the threshold
where a false alarm costs more than a miss.

## Figures
{folds}-fold cross-validation; items of one story, or of one title, stay in one fold.

| short items (title and summary) | |
|---|---|
| average precision, pooled | {f.average_precision:.3f} |
| average precision, by fold | {fold_ap} |
| average precision without the `no_keyword` items | {f.keyword_average_precision:.3f} |
| recall at precision .9 | {f.recall_at_p90:.3f} |
| at the threshold: precision, recall, F1 | {f.precision:.3f}, {f.recall:.3f}, {f.f1:.3f} |
| look-alikes wrongly tagged | {f.lookalike_fpr:.3f} |
| random negatives wrongly tagged | {f.random_fpr:.4f} |
| recall on positives without a keyword | {f.no_keyword_recall:.3f} |

| | |
|---|---|
| F1 on full texts ({full} items) | {f.full_text_f1:.3f} |
| tagged items with evidence, with a sense among it | {f.evidence_share:.3f}, {f.senses_share:.3f} |
| tagged items whose score falls with the evidence masked | {f.evidence_lowers:.3f} |

Folds differ because one large story can fill a good part of a fold. The senses were written with
the errors of the first three folds in view (on the data as it first was), those of interception
later with matches of all five; the settings, some seven sets of them, were chosen on all five.
No fold is untouched: expect on unseen news less than these figures.

## Languages
The language is told by `enrich/language.py`. English, and what is too short to tell, is scored by
words and senses together. Every other language is scored by **senses alone**: the same training
data and threshold, C {alone_penalty:g}, its own calibration, and each sense bound to the side of
its kind. Senses hold phrases of German, French, Spanish, Italian, Portuguese and Dutch; of
languages without phrases next to nothing passes.

| senses alone, on the same English items | |
|---|---|
| average precision | {f.alone_average_precision:.3f} |
| at the threshold: precision, recall | {f.alone_precision:.3f}, {f.alone_recall:.3f} |

Our own small sets (`tests/enrich/fresh_stories.toml`: short items made up before the senses were
tuned on them, then tuned on, so these figures flatter), by this model:

| language | stories tagged | look-alikes tagged |
|---|---|---|
{fresh}

## Known errors
- Bare headlines that only imply watching, and new means of it that no sense names.
- In other languages than English, acts told in words that no phrase holds: one sense in a headline
  alone often is not enough.
- Privacy fines, breaches and bans of Chinese technology, where nobody is said to watch.
- Espionage trials told with the words of spying on people.
- The full texts are of one outlet and on few subjects, so their F1 flatters.
- Calibration is for English; a score in another language is no probability.

## Training again
`python -m enrich.train --data FILE --fresh tests/enrich/fresh_stories.toml` writes the model and
this card; `--data` takes JSON lines of
`id, title, text, label, origin` and, where known, `thread`. The same data gives the same bytes.
"""


def card(
    rows: Sequence[Row],
    model: Model,
    kinds: Sequence[str],
    figures: Figures,
    fresh: Sequence[FreshFigures],
) -> str:
    """The card's text. `kinds` are those of the senses in use, `fresh` the small sets' figures."""
    counts = Counter((row.origin, row.label) for row in rows)
    lines = [
        f"| {origin} | " + " | ".join(str(counts[origin, label]) for label in LABELS) + " |"
        for origin in sorted({row.origin for row in rows})
    ]
    scored = [row for row in rows if row.label != "borderline"]
    return _CARD.format(
        count=len(rows),
        label_heads=" | ".join(LABELS),
        label_rules="---|" * len(LABELS),
        counts="\n".join(lines),
        penalty=PENALTY,
        alone_penalty=SENSES_PENALTY,
        fresh="\n".join(
            f"| {row.language} | {row.hits} of {row.stories} | {row.alarms} of {row.lookalikes} |"
            for row in fresh
        )
        or "| not measured | | |",
        least=", ".join(map(str, LEAST_DOCUMENTS)),
        weights="; ".join(
            f"{label} {yes:g} and {no:g}" for label, (yes, no) in LABEL_WEIGHTS.items()
        ),
        scale=SENSE_SCALE,
        senses=len(kinds),
        positive_senses=kinds.count("positive"),
        lookalike_senses=kinds.count("lookalike"),
        width=f"{len(model.full.by_column):,}",
        share=sum(row.positive for row in scored) / len(scored),
        threshold=model.threshold,
        folds=FOLDS,
        f=figures,
        fold_ap=", ".join(f"{value:.3f}" for value in figures.fold_average_precision),
        full=sum(not row.short for row in scored),
    )
