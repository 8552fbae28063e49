"""The model card: what you have to know about the tagger, with the figures of its training."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from enrich.meanings import COMMON_WIDTH, ENGLISH_WIDTH
from enrich.own_words import Outcome
from enrich.tagging import passages
from enrich.tagging.likeness import Likenesses
from enrich.tagging.look import FOREIGN_NUT_GRAF_PENALTY, NUT_GRAF_PENALTY
from enrich.tagging.weights import Model
from enrich.train import likeness
from enrich.train.fit import (
    ENCODER_SHARE,
    LABEL_WEIGHTS,
    LIKENESS_SHARE,
    MIN_DOCUMENTS,
    POLYGLOT_SHARE,
    REGRESSION_C,
    SENSE_SCALE,
    SENSES_C,
)
from enrich.train.measure import Figures, MonthsFigures, TaggerFigures
from enrich.train.rows import (
    EXAMPLE,
    EXAMPLE_WEIGHT,
    FOLDS,
    LABELS,
    LATER,
    STREAM,
    Row,
    foreign_examples,
)
from enrich.train.topics import TopicFigures

_CARD = """\
# Model card: the surveillance tagger

Written by `python -m enrich.train`; change `enrich/train/card.py`, not this file.

## What it does
It scores a title and a text between 0 and 1 for being a story about surveillance (who watches whom,
with what, who says so, who denies it), says what kind it is ([topics](topics.md)), and shows the
sentences that are evidence for each kind. It works on a feed item's title and summary and on a
whole article.

`wirewatch tag FILE` shows a verdict with its reasons; `wirewatch tag --jsonl FILE` tags many.

## Data
English, mostly news feeds of 2022, read and labelled item by item.

| origin | {label_heads} |
|---|{label_rules}
{counts}

`keyword`: has an obvious word of surveillance; `no_keyword`: found without one; `random`: drawn
from the stream; `excerpt`: a title and a sentence; `full_text`: a whole article; `stream`: items of
one month that an earlier model found likeliest or was least sure of, and some that it passed over,
read one by one (`enrich/train/labels/stream.jsonl`: address, label, reason; the texts are not ours
to keep); `example`: our own words, written for the purpose (`enrich/own_words/examples/`).
Borderline items count little in training and are not scored. The model files hold no text, only
terms of at most two words, and numbers.

## Method
1. **Words and senses** read every English item: the mean of two logistic regressions, one (C
   {penalty:g}) over {width} numbers, one over those of the senses alone. The numbers are TF-IDF of
   terms of one or two words, in the whole item and in the title, found in at least {least} items
   respectively; and {senses} senses (`enrich/senses`; {positive_senses} count for the topic,
   {lookalike_senses} are look-alikes; scale {scale:g}) in title, lead and rest. A row's weight as
   positive and as negative: {weights}.
2. **The polyglot** reads what these and a glance do not rule out: items from {polyglot_from:g}
   log-odds on, {polyglot:.0%} of a plain stream. The glance is one number for each piece of a word,
   learnt from the encoder's word vectors (`enrich/train/glance.py`); their mean counts
   {glance_weight:g}. The polyglot is multilingual-e5-small (MIT, unchanged,
   `enrich/tagging/polyglot.py`); the main {common} directions of its vector are kept. A kernel
   ridge regression over the vectors of all rows says how like stories an item is
   (`enrich/train/likeness.py`); this likeness counts {likeness_weight:g}.
3. **The encoder** reads items that reach {encoder_from:g} by all these, {encoder:.0%} of a
   plain stream: title and lead, at most 80 pieces of words. It is the lower eight of the twelve
   layers of all-mpnet-base-v2 (Apache-2.0), in 8-bit integers. Two of them are fine-tuned on all
   rows, our own words counting {example:g} each (`enrich/train/encoder.py`); six are unchanged.
4. **The meaning** is computed for items with {likeness_from:.1f} log-odds or more by all these:
   {likened:.0%} of what the encoder reads of a plain stream. Where the two fine-tuned layers branch
   off, the upper six, unchanged, go on to a vector; its main {english} directions are kept, beside
   the polyglot's. A second kernel ridge regression (penalty {ridge:g}, width {gamma:g}) over the
   meanings of all rows, each with its senses, says how like stories the item is. The encoder draws
   one line through all items, the regression goes by neighbours, so the two err differently.
5. **The score** is the sigmoid of a weighted sum of these, fitted on unseen folds (Platt), then
   moved so that one half is the threshold; at most {encoder_cap:g} of the encoder's log-odds
   count. The glance counts {late_glance_weight:g} here: words that sound like a story have already
   counted, and they mislead the encoder too. The score is no probability: that depends on the share
   of stories in what you read.

**Articles**, texts of more than {article:,} characters, are skimmed first if they are in English.
If neither the title nor any {words} neighbouring words of title and text weigh {skimmed:g} on
average in the glance, nothing is read. All readers read the title with a lead of {lead} characters;
unless that rules the article out, words and senses then read the rest too. If it is no story so far
but some {words} words weigh {by_words:g}, all read up to {grafs} **nut grafs** instead of the
lead: whole sentences, {passage} characters or more, where words weigh most within the first
{searched:,} characters. A nut graf needs {late:g} log-odds more than a lead. In other languages nut
grafs are the passages whose senses weigh most, if they weigh {by_marks:g}; they need
{foreign_late:g} more (`enrich/tagging/passages.py`, `enrich/tagging/look.py`). Training, and so the
figures of folds and months, uses 80 pieces of title and lead.

## Threshold: {threshold:g}
The lowest score from which nine in ten of the short items tagged on unseen folds are right; for
other languages the same, for English items scored as if they were foreign.

## Figures
{folds}-fold cross-validation; items of one story, or of one title, stay in one fold.

| short items (title and summary) | |
|---|---|
| average precision | {f.average_precision:.3f} |
| average precision, by fold | {fold_ap} |
| average precision with a keyword, or random | {f.keyword_average_precision:.3f} |
| average precision without a keyword | {f.no_keyword_average_precision:.3f} |
| recall at precision .9 | {f.recall_at_p90:.3f} |
| at the threshold: precision, recall, F1 | {f.precision:.3f}, {f.recall:.3f}, {f.f1:.3f} |
| look-alikes wrongly tagged | {f.lookalike_fpr:.3f} |
| random negatives wrongly tagged | {f.random_fpr:.4f} |
| recall on positives without a keyword | {f.no_keyword_recall:.3f} |
| F1 on full texts ({full} items) | {f.full_text_f1:.3f} |
| average precision of words and senses alone | {f.words_average_precision:.3f} |
| average precision on the `stream` rows, chosen to be hard | {f.stream_average_precision:.3f} |
| random items that the polyglot reads | {f.polyglot_share:.3f} |
| stories that it does not read | {f.missed_by_polyglot:.3f} |
| random items that the encoder reads | {f.encoder_share:.3f} |
| stories that it does not read | {f.missed_by_encoder:.3f} |

No fold is untouched: the senses were written with errors of the first three folds in view, and
settings were chosen on all five. Expect less than these figures on unseen news.
{months}
**More labels.** Average precision without a keyword, words and senses alone, by the number of
labelled rows: {growth}.

**Evidence**, of the finished tagger on the rows that it learnt from: {done.tagged:,} tagged; with
evidence {done.evidence_share:.3f}, with a sense among it {done.senses_share:.3f}; masking the
evidence lowers the score of {done.evidence_lowers:.3f} of them.

## Topics
Learnt from {topic_stories} English stories, by senses, each topic's phrases and the meaning; for
other languages by the common half of the meaning, and also from {foreign_stories} stories in our
own words in those languages. Two readers gave each English story its topics, and a third decided
where they differed; one reader gave the others theirs, by the same rules. A topic's threshold is
where its F is best, with precision counting more and at least six in ten; scores are moved so that
it is one half. In cross-validation a thread or title stays in one fold, though own words retell
some affairs twice; phrases were written with some of the errors in view. Left English, right other
languages; AP is average precision:

| topic | stories | AP | precision | recall | stories | AP | precision | recall |
|---|---|---|---|---|---|---|---|---|
{topics}

## Checks, and other languages
`enrich/language.py` detects the language. German, French, Spanish, Italian, Portuguese and Dutch
are scored by **senses and likeness**: a regression on the senses alone (C {alone_penalty:g}, each
sense bound to the side of its kind), learnt from the English rows, and a likeness by the common
half of the meaning, learnt from these and from the {foreign} items in our own words in those
languages. The English items scored this way, as if they were foreign, have average precision
{f.foreign_average_precision:.3f} (senses alone {f.alone_average_precision:.3f}); at the threshold
precision {f.foreign_precision:.3f}, recall {f.foreign_recall:.3f}. Articles in other languages pass
untagged, with a score of 0.

`enrich/own_words/checks/`: items in our own words that nothing learns from, harder than news: most
stories are told without an obvious word, and many look-alikes are made to resemble them. One author
wrote the English ones, two authors each of the other files.

`enrich/own_words/articles/`: whole articles of 300 to 700 words that nothing learns from either:
English ones by two authors, the others by a third. Two thirds of the stories come to the point
late, or under a headline that does not say it. How nut grafs are found, and how much they must
weigh, was chosen with these in view.

`enrich/own_words/affairs/`, `affair_checks/`, `other_affairs/`: reports on affairs as several desks
tell them, the last of them weeks later; some of the affairs are near the topic or far from it. Each
report was labelled as if it stood alone, by somebody other than its author. The exception is 418
written as other news: none of them counts as a story, and their words decide which are look-alikes.
Threading learns from the first and the last folder, the tagger from none.

| language | stories tagged | others | articles: stories | others | reports: stories | others |
|---|---|---|---|---|---|---|
{checks}

## Known errors
- Bare headlines that only imply watching, and new methods of it that no sense names.
- Where a story ends and a borderline item begins: essays on privacy, fines, bans of technology for
  fear of being watched. Readers differ there as well.
- In languages other than English there is no labelled news to measure by, only our own words.
- Espionage trials told with the words of spying on people.
- The full texts are from one outlet and on few subjects, so their F1 flatters.

## Training again
`make train DATA=labelled.jsonl STREAM=stream.jsonl.zst` teaches the encoder (about an hour) and
then the rest (minutes), and writes the model files and this card. `DATA`: JSON lines of `id,
title, text, label, origin` and, where known, `thread, published`; `STREAM`: feed items, JSON lines
of `url, title, summary`. The same data gives the same files on the same kind of processor.

A newsroom teaches its own corrections with `wirewatch train` ([how](topics.md)).
"""


_MONTHS = """
**Other months.** Folds share their months, and so their affairs and words. Learnt from {later} on
and tested on the months before, {m.items:,} short items with {m.stories} stories:

| | |
|---|---|
| average precision | {m.average_precision:.3f} |
| average precision without a keyword | {m.no_keyword_average_precision:.3f} |
| recall at precision .9 | {m.recall_at_p90:.3f} |
| average precision of words and senses alone | {m.words_average_precision:.3f} |
| stories that the polyglot does not read | {m.missed_by_polyglot:.3f} |
| stories that the encoder does not read | {m.missed_by_encoder:.3f} |

That tagger learnt from {m.stories_learnt} stories in the news. One story more or less is a point,
and most of the tested ones are from the month before. These months too were in view when the senses
were written, and when the shares read on, the mean of regressions and the layers that learn were
chosen. Folds and months are scored by single networks; the encoder that ships is the mean of two.
"""


class TrainingResult(NamedTuple):
    """A model, and everything that was measured of it."""

    model: Model
    likenesses: Likenesses
    figures: Figures
    months: MonthsFigures | None
    topics: Mapping[str, tuple[TopicFigures, TopicFigures]]
    growth: Sequence[tuple[int, float]]


class CheckOutcomes(NamedTuple):
    """How a language's items, articles and reports that the tagger does not learn from came out."""

    items: Outcome
    articles: Outcome
    reports: Outcome


def card(
    rows: Sequence[Row],
    result: TrainingResult,
    kinds: Sequence[str],
    tagger_figures: TaggerFigures,
    checks: Sequence[CheckOutcomes],
) -> str:
    """The card's text. `kinds` are those of the senses in use."""
    model, _, figures, months, topics, growth = result
    counts = Counter((row.origin, row.label) for row in rows)
    origins = sorted({row.origin for row in rows}, key=lambda o: (o in (STREAM, EXAMPLE), o))
    lines = [
        f"| {origin} | " + " | ".join(str(counts[origin, label]) for label in LABELS) + " |"
        for origin in origins
    ]
    return _CARD.format(
        label_heads=" | ".join(LABELS),
        label_rules="---|" * len(LABELS),
        counts="\n".join(lines),
        penalty=REGRESSION_C,
        alone_penalty=SENSES_C,
        weights="; ".join(
            f"{label} {positive:g} and {negative:g}"
            for label, (positive, negative) in LABEL_WEIGHTS.items()
        ),
        width=f"{len(model.full.by_column):,}",
        least=", ".join(map(str, MIN_DOCUMENTS)),
        senses=len(kinds),
        positive_senses=kinds.count("positive"),
        lookalike_senses=kinds.count("lookalike"),
        scale=SENSE_SCALE,
        polyglot_from=model.gate.polyglot_threshold,
        glance_weight=model.gate.glance_weight,
        likeness_weight=model.gate.likeness_weight,
        encoder_from=model.gate.encoder_threshold,
        likeness_from=model.answers.likeness_threshold,
        encoder_cap=model.answers.encoder_cap,
        late_glance_weight=model.answers.glance,
        likened=LIKENESS_SHARE,
        english=ENGLISH_WIDTH,
        common=COMMON_WIDTH,
        foreign=len(foreign_examples()),
        ridge=likeness.RIDGE_ALPHA,
        gamma=likeness.GAMMA,
        polyglot=POLYGLOT_SHARE,
        encoder=ENCODER_SHARE,
        article=passages.MIN_ARTICLE,
        lead=passages.ARTICLE_LEAD,
        words=passages.SKIM_WINDOW,
        skimmed=passages.MIN_SKIM_WEIGHT,
        by_words=passages.MIN_NUT_GRAF_WEIGHT,
        by_marks=passages.MIN_MARKS_WEIGHT,
        grafs=passages.MAX_NUT_GRAFS,
        passage=passages.MIN_PASSAGE,
        searched=passages.MAX_SEARCHED,
        late=NUT_GRAF_PENALTY,
        foreign_late=FOREIGN_NUT_GRAF_PENALTY,
        threshold=model.threshold,
        folds=FOLDS,
        fold_ap=", ".join(f"{one:.3f}" for one in figures.fold_average_precision),
        full=sum(not row.short and row.label != "borderline" for row in rows),
        f=figures,
        months=_MONTHS.format(later=LATER, m=months) if months else "",
        example=EXAMPLE_WEIGHT,
        done=tagger_figures,
        growth=", ".join(f"{count:,}: {precision:.3f}" for count, precision in growth),
        topic_stories=sum(row.topics is not None for row in rows),
        foreign_stories=sum(row.topics is not None for row in foreign_examples()),
        topics="\n".join(
            f"| {name} | {' | '.join(_topic_cells(one) for one in both)} |"
            for name, both in topics.items()
        ),
        checks="\n".join(
            f"| {one.items.language} | {' | '.join(map(_outcome_cells, one))} |" for one in checks
        ),
    )


def _outcome_cells(one: Outcome) -> str:
    return f"{one.hits} of {one.stories} | {one.alarms} of {one.others}"


def _topic_cells(one: TopicFigures) -> str:
    return f"{one.stories} | {one.average_precision:.2f} | {one.precision:.2f} | {one.recall:.2f}"
