"""The reasons for the root topic: which kinds of reasons are asked for, until they say enough.

Senses and corrections are known already. Only if they say too little is the item read again,
sentence by sentence; and if that is not enough either, single words are taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from enrich.tagging.context import MIN_CONTEXT_GAIN, Context, sentence_spans
from enrich.tagging.corrections import Corrections
from enrich.tagging.features import Featuriser
from enrich.tagging.look import Cascade, Look, sense_gains
from enrich.tagging.phrase_reasons import sense_reasons
from enrich.tagging.reasons import (
    ENOUGH_EVIDENCE,
    MAX_EVIDENCE,
    MIN_FURTHER_GAIN,
    Reason,
    is_elsewhere,
    says_enough,
    strongest,
    total_gain,
)
from enrich.tagging.word_reasons import learnt_reasons

STRONG_EVIDENCE = 0.75
"""Total log-odds of senses from which masking them lowers the score, as it did for 540
stories. More evidence, which costs as much as reading an item again, is then not needed."""

MIN_WORD_GAIN = 0.4
"""Log-odds below which a learnt word is not worth showing."""


class RootReasons:
    """Finds the strongest reasons for the root topic, without which the score falls."""

    def __init__(
        self, featuriser: Featuriser, cascade: Cascade, corrections: Corrections | None
    ) -> None:
        self._featuriser = featuriser
        self._cascade = cascade
        self._corrections = corrections

    def find(self, look: Look, context: Context) -> list[Reason]:
        """The reasons of a tagged item, strongest kind first."""
        chosen = self._known(look)
        if len(chosen) >= ENOUGH_EVIDENCE and sum(one.gain for one in chosen) >= STRONG_EVIDENCE:
            return chosen
        if look.encoded is not None:
            chosen = self._with_context(look, context, chosen)
        if look.english and len(chosen) < ENOUGH_EVIDENCE:
            chosen = self._with_words(look, chosen)
        return chosen

    def _known(self, look: Look) -> list[Reason]:
        """The reasons by corrections and senses, for which nothing is read again."""
        gains = sense_gains(self._featuriser, look.weights)
        by_correction = self._corrections.reasons(look.reading) if self._corrections else []
        by_sense = sense_reasons(look.reading, self._featuriser, gains)
        return strongest(look.reading, [*by_correction, *by_sense], [], MAX_EVIDENCE)

    def _with_context(self, look: Look, context: Context, chosen: Sequence[Reason]) -> list[Reason]:
        """The reasons chosen and the strongest sentences in context: one, or as many as are needed
        to be enough. Where nothing was chosen and they say little, several say the same."""
        min_gain = MIN_FURTHER_GAIN if says_enough(chosen) else MIN_CONTEXT_GAIN
        log_odds = partial(self._cascade.context_log_odds, look)
        spans = sentence_spans(look.reading, context.bounds)
        sentences = context.reasons(
            spans,
            log_odds,
            self._cascade.common_likeness,
            min_gain,
            chosen=chosen,
        )
        limit = max(ENOUGH_EVIDENCE, len(chosen) + 1)
        found = strongest(look.reading, sentences, chosen, min(limit, MAX_EVIDENCE))
        if chosen or says_enough(found):
            return found
        joint = context.joint_reasons(spans, log_odds)
        return max(found, joint, key=total_gain) if found else joint

    def _with_words(self, look: Look, chosen: Sequence[Reason]) -> list[Reason]:
        """The reasons chosen and the strongest learnt words, in English; if nothing was chosen, the
        best one that counts for the topic at all."""
        features = look.features
        row = dict(zip(features.columns.tolist(), features.values.tolist(), strict=True))
        learnt = learnt_reasons(look.reading, row, self._featuriser, look.weights)
        strong = [reason for reason in learnt if reason.gain >= MIN_WORD_GAIN]
        if not chosen and not strong:
            strong = [reason for reason in learnt[:1] if reason.gain > 0]
        elsewhere = [one for one in strong if is_elsewhere(look.reading, one, chosen)]
        return strongest(look.reading, elsewhere, chosen, ENOUGH_EVIDENCE)
