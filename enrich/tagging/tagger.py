"""The topic tagger: how sure it is that an article is about surveillance, with the evidence.

`enrich.tagging.look` computes the score; this module turns it into a verdict with evidence. Words
are learnt from English, and the encoder knows only English. But senses have phrases in several
languages, and the polyglot reads them all, so other languages are scored by these two. Languages
without phrases are not tagged. Training is in `enrich.train`, its results in `enrich/model`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from importlib.resources import files
from pathlib import Path

import numpy as np

from core.records import SURVEILLANCE, Record, Tag
from enrich.arrays import Floats32
from enrich.language import language
from enrich.meanings import COMMON_WIDTH, MEANING_WIDTH, common_half, pack_meaning
from enrich.senses import Senses
from enrich.tagging.context import Context
from enrich.tagging.corrections import Corrections
from enrich.tagging.encoder import Encoded, Encoder, encoder_input
from enrich.tagging.evidence import (
    ENOUGH_EVIDENCE,
    MAX_EVIDENCE,
    MIN_CONTEXT_GAIN,
    MIN_FURTHER_GAIN,
    MIN_SENTENCE_SHARE,
    MIN_WORD_GAIN,
    Reason,
    Span,
    clauses_of,
    evidence,
    finished,
    learnt_reasons,
    says_enough,
    sense_reasons,
    sentences,
    split_sentence,
    strongest,
    telling,
)
from enrich.tagging.features import LANGUAGES, Featuriser
from enrich.tagging.kinds import Kinds
from enrich.tagging.likeness import Likenesses
from enrich.tagging.likeness import shipped as shipped_likenesses
from enrich.tagging.look import Cascade, Look, sense_gains
from enrich.tagging.passages import lead_of
from enrich.tagging.taxonomy import OwnTopics, read_own
from enrich.tagging.weights import MODEL_FILE, Model, ModelError, TopicWeights

MAX_TOPIC_READINGS = 1
"""How many clauses are read in full as evidence for a topic: the one that the topic's model of the
half common to languages misses most."""

NEAR_THRESHOLD = 0.1
"""Score from which an item is near the topic: not tagged, but given a meaning, since it may follow
a story (`enrich.stories.threader`), as an answer does that does not repeat what it answers. One
item in six hundred of a stream is near."""

STRONG_EVIDENCE = 0.75
"""Total log-odds of senses from which masking them lowers the score, as it did for 540
stories. More evidence, which costs as much as reading an item again, is then not needed."""


class Verdict(Record):
    """The root topic's score, and the tags that passed the threshold.

    `language` is the item's ISO 639-1 code, or "" if unknown. `meaning` is the meaning of an item
    that is tagged or near the topic (`enrich.meanings.pack_meaning`), "" for any other.
    """

    score: float
    language: str
    tags: tuple[Tag, ...] = ()
    meaning: str = ""


class Tagger:
    """Scores titles and texts. Loading takes a moment; tagging is pure and needs no network."""

    def __init__(
        self,
        model: Model,
        senses: Senses,
        encoder: Encoder,
        own_topics: OwnTopics | None = None,
        corrections: Corrections | None = None,
        likenesses: Likenesses | None = None,
    ) -> None:
        if model.senses != tuple(sense.name for sense in senses.senses):
            raise ModelError("the model was trained with other senses")
        self.threshold = model.threshold
        self.model = model
        self._senses = senses
        self._encoder = encoder
        self._own_topics = own_topics
        self._corrections = corrections
        self._likenesses = likenesses or shipped_likenesses()
        self.featuriser = Featuriser(senses, model.blocks, model.sense_scale)
        self.kinds = Kinds(self.featuriser, senses, own_topics)
        if self.featuriser.width != len(model.full.by_column):
            raise ModelError("the model's weights do not fit its vocabularies")
        widths = (MEANING_WIDTH + len(self.featuriser.sense_columns), COMMON_WIDTH)
        if tuple(one.width for one in self._likenesses) != widths:
            raise ModelError("the likenesses were trained with other senses or meanings")
        self._cascade = Cascade(
            model, senses, self.featuriser, encoder, self._likenesses, corrections
        )

    @classmethod
    def load(
        cls,
        own_topics: Path | None = None,
        corrections: Path | None = None,
        encoder: Encoder | None = None,
    ) -> Tagger:
        """The tagger that comes with the package, with a newsroom's topics and corrections.

        Raises `TopicError` or `CorrectionError` if their files cannot be read.
        """
        return cls(
            Model.parse(files("enrich.model").joinpath(MODEL_FILE).read_bytes()),
            Senses.load(),
            encoder or Encoder(),
            read_own(own_topics) if own_topics else None,
            Corrections.load(corrections) if corrections else None,
        )

    def with_corrections(self, corrections: Corrections) -> Tagger:
        """The same tagger with other corrections."""
        return Tagger(
            self.model,
            self._senses,
            self._encoder,
            self._own_topics,
            corrections,
            self._likenesses,
        )

    def is_tagged(self, title: str, text: str) -> bool:
        """Whether an item is a story about surveillance."""
        return self.score(title, text) >= self.threshold

    def score(self, title: str, text: str) -> float:
        """An item's score alone: finding evidence takes longer than everything before it."""
        _, look = self._look_at(title, text)
        return 0.0 if look is None else look.score

    def log_odds(self, title: str, text: str) -> float | None:
        """How far an item is past the threshold, or short of it, in log-odds.

        Encoder and meaning are always computed, and nut grafs read: a correction that is to rule an
        item out has to outweigh all that could tag it. None for a language that is not tagged.
        """
        code = _language(title, text)
        if code not in LANGUAGES:
            return None
        look = self.look(title, text, english=code in ("en", ""), exhaustive=True)
        return look.log_odds - math.log(self.threshold / (1 - self.threshold))

    def tag(self, title: str, text: str) -> Verdict:
        """The verdict on an article, or on a feed item's title and summary."""
        code, look = self._look_at(title, text)
        score = 0.0 if look is None else look.score
        if look is None or score < min(NEAR_THRESHOLD, self.threshold):
            return Verdict(score=score, language=code)
        encoded = self._encoding_of(look, title, text)
        if score < self.threshold:
            return Verdict(score=score, language=code, meaning=pack_meaning(encoded.meaning))
        context = Context(self._encoder, title, text, look.passage, encoded, english=look.english)
        reasons = self._reasons(look, context)
        shown = finished(look.reading, reasons, english=look.english)
        root = Tag(topic=SURVEILLANCE, score=score, evidence=evidence(shown, title, text))
        meaning = encoded.meaning
        kinds = self.kinds.tags(
            self.model.topics,
            look.reading,
            meaning if look.english else common_half(meaning),
            lambda topic: self._topic_context_reasons(topic, look, context),
            reasons,
            title,
            text,
            english=look.english,
        )
        return Verdict(
            score=score, language=code, tags=(root, *kinds), meaning=pack_meaning(meaning)
        )

    def meaning(self, title: str, text: str) -> str:
        """The meaning of an item that `tag` would tag, without tags and evidence; "" for items near
        the topic, whose meaning is too weak to join any story but the one they follow."""
        _, look = self._look_at(title, text)
        if look is None or look.score < self.threshold:
            return ""
        return pack_meaning(self._encoding_of(look, title, text).meaning)

    def common_meanings(self, items: Sequence[tuple[str, str]]) -> Floats32:
        """The halves of meanings that are common to languages (`enrich.meanings`), of the titles
        and leads of items, as rows."""
        leads = [encoder_input(title, text[slice(*lead_of(text))]) for title, text in items]
        read = self._encoder.encode_foreign(leads)
        return common_half(np.array([one.meaning for one in read]))

    def _encoding_of(self, look: Look, title: str, text: str) -> Encoded:
        """The reading of a tagged item; words or corrections may have tagged it without one."""
        if look.encoded is not None:
            return look.encoded
        encode = self._encoder.encode if look.english else self._encoder.encode_foreign
        (encoded,) = encode([encoder_input(title, text[slice(*look.passage)])])
        return encoded

    def _look_at(self, title: str, text: str) -> tuple[str, Look | None]:
        """An item's language, and the look at it; None in a language that is not tagged."""
        code = _language(title, text)
        if code not in LANGUAGES:
            return code, None
        return code, self.look(title, text, english=code in ("en", ""))

    def look(self, title: str, text: str, *, english: bool, exhaustive: bool = False) -> Look:
        """Score an item (`Cascade.run`)."""
        return self._cascade.run(title, text, english=english, exhaustive=exhaustive)

    def _reasons(self, look: Look, context: Context) -> list[Reason]:
        """The strongest reasons for the root topic, without which the score falls."""
        gains = sense_gains(self.featuriser, self.model, look.weights)
        by_correction = self._corrections.reasons(look.reading) if self._corrections else []
        by_sense = sense_reasons(look.reading, self.featuriser, gains, english=look.english)
        chosen = strongest([*by_correction, *by_sense], [], MAX_EVIDENCE)
        if len(chosen) >= ENOUGH_EVIDENCE and sum(one.gain for one in chosen) >= STRONG_EVIDENCE:
            return chosen
        if look.encoded is not None:
            enough = says_enough(look.reading, chosen)
            min_gain = MIN_FURTHER_GAIN if enough else MIN_CONTEXT_GAIN
            clauses = clauses_of(look.reading, context.bounds, english=look.english)
            in_context = self._context_reasons(look, context, clauses, min_gain, chosen)
            told = telling(look.reading, chosen) if look.english else chosen
            if not told and not in_context:
                in_context = self._sentence_reasons(look, context)
            limit = max(ENOUGH_EVIDENCE, len(chosen) + 1)
            chosen = strongest(in_context, chosen, min(limit, MAX_EVIDENCE))
            if not chosen and not look.english:
                chosen = self._joint_reasons(look, context)
        if look.english and len(chosen) < ENOUGH_EVIDENCE:
            row = dict(zip(look.columns.tolist(), look.values.tolist(), strict=True))
            learnt = learnt_reasons(look.reading, row, self.featuriser, look.weights)
            strong = [reason for reason in learnt if reason.gain >= MIN_WORD_GAIN]
            # Anything that passed the threshold shows at least its title, or, if it was not read in
            # context, its best word.
            if not chosen and not strong:
                read = look.encoded is not None
                strong = self._joint_reasons(look, context)[:1] if read else learnt[:1]
            chosen = strongest(strong, chosen, ENOUGH_EVIDENCE)
        return chosen

    def _joint_reasons(self, look: Look, context: Context) -> list[Reason]:
        """The title and the first sentences, where none of them matters alone."""
        log_odds = partial(self._context_log_odds, look)
        return context.joint_reasons(sentences(look.reading, context.bounds), log_odds)

    def _sentence_reasons(self, look: Look, context: Context) -> list[Reason]:
        """The sentence that counts most in context, or the part of it that accounts for most; the
        title if it counts nearly as much, since it says most in the fewest words."""
        found = self._context_reasons(
            look, context, sentences(look.reading, context.bounds), MIN_CONTEXT_GAIN
        )
        if not found:
            return []
        min_gain = max(MIN_CONTEXT_GAIN, MIN_SENTENCE_SHARE * found[0].gain)
        titles = (one for one in found if one.field == "title" and one.gain >= min_gain)
        best = next(titles, found[0])
        while halves := split_sentence(look.reading, best):
            sufficient = self._context_reasons(look, context, halves, min_gain)
            if not sufficient:
                break
            best = sufficient[0]
        return [best]

    def _context_reasons(
        self,
        look: Look,
        context: Context,
        spans: Sequence[Span],
        min_gain: float,
        chosen: Sequence[Reason] = (),
    ) -> list[Reason]:
        """The spans without which encoder and meaning give at least `min_gain` log-odds less."""
        log_odds = partial(self._context_log_odds, look)
        common_score = self._likenesses.foreign.score
        return context.reasons(spans, log_odds, common_score, min_gain, chosen=chosen)

    def _topic_context_reasons(
        self, topic: TopicWeights, look: Look, context: Context
    ) -> list[Reason]:
        """The clauses without which the meaning counts less for a topic."""

        def log_odds(encoded: Encoded) -> float:
            if look.english:
                return float(topic.english.by_meaning @ encoded.meaning)
            return common_log_odds(common_half(encoded.meaning))

        def common_log_odds(half: Floats32) -> float:
            return float(topic.foreign.by_meaning @ half)

        found = context.reasons(
            clauses_of(look.reading, context.bounds, english=look.english),
            log_odds,
            common_log_odds,
            MIN_CONTEXT_GAIN,
            MAX_TOPIC_READINGS,
        )
        return found[:ENOUGH_EVIDENCE]

    def _context_log_odds(self, look: Look, encoded: Encoded) -> float:
        """What encoder and likeness add to the log-odds, uncapped and with all senses that were
        found in the item."""
        likeness = self._cascade.likeness_of(encoded, look.reading, english=look.english)
        if not look.english:
            return self.model.foreign_likeness * likeness
        answers = self.model.answers
        return answers.encoder * encoded.log_odds + answers.likeness * likeness


def _language(title: str, text: str) -> str:
    return language(f"{title}\n{text[slice(*lead_of(text))]}")
