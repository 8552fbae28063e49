"""The topic tagger: how sure it is that an article is about surveillance, with the evidence.

`enrich.tagging.look` computes the score, `enrich.tagging.root_reasons` and `enrich.tagging.kinds`
find the evidence; this module makes a verdict of them. Words are learnt from English, and the
encoder knows only English. But senses have phrases in several languages, and the polyglot reads
them all, so other languages are scored by these two. Languages without phrases are not tagged.
Training is in `enrich.train`, its results in `enrich/model`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np

from core.records import NEAR_TOPIC, SURVEILLANCE, Record, Tag
from enrich.arrays import Floats32
from enrich.language import language
from enrich.meanings import COMMON_WIDTH, MEANING_WIDTH, pack_meaning
from enrich.senses import Senses
from enrich.tagging.context import Context
from enrich.tagging.corrections import Corrections
from enrich.tagging.encoder import Encoded, Encoder, encoder_input
from enrich.tagging.evidence import evidence
from enrich.tagging.features import LANGUAGES, Featuriser, is_read_as_english
from enrich.tagging.kinds import Kinds
from enrich.tagging.likeness import Likenesses
from enrich.tagging.likeness import shipped as shipped_likenesses
from enrich.tagging.look import Cascade, Look
from enrich.tagging.passages import lead_of
from enrich.tagging.root_reasons import RootReasons
from enrich.tagging.taxonomy import OwnTopics, read_own
from enrich.tagging.weights import MODEL_FILE, Model, ModelError


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
        self._encoder = encoder
        self._own_topics = own_topics
        self._corrections = corrections
        self._likenesses = likenesses or shipped_likenesses()
        self.featuriser = Featuriser(senses, model.blocks, model.sense_scale)
        self.kinds = Kinds(self.featuriser, model.topics, own_topics)
        if self.featuriser.width != len(model.full.by_column):
            raise ModelError("the model's weights do not fit its vocabularies")
        widths = (MEANING_WIDTH + len(self.featuriser.sense_columns), COMMON_WIDTH)
        if tuple(one.width for one in self._likenesses) != widths:
            raise ModelError("the likenesses were trained with other senses or meanings")
        self._cascade = Cascade(model, self.featuriser, encoder, self._likenesses, corrections)
        self._root_reasons = RootReasons(self.featuriser, self._cascade, corrections)

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
        model, senses, shipped_encoder = _shipped()
        return cls(
            model,
            senses,
            encoder or shipped_encoder,
            read_own(own_topics) if own_topics else None,
            Corrections.load(corrections) if corrections else None,
        )

    def with_corrections(self, corrections: Corrections) -> Tagger:
        """The same tagger with other corrections."""
        return Tagger(
            self.model,
            self.featuriser.senses,
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
        look = self.look(title, text, english=is_read_as_english(code), exhaustive=True)
        return look.log_odds - math.log(self.threshold / (1 - self.threshold))

    def tag(self, title: str, text: str) -> Verdict:
        """The verdict on an article, or on a feed item's title and summary."""
        code, look = self._look_at(title, text)
        score = 0.0 if look is None else look.score
        if look is None or score < min(NEAR_TOPIC, self.threshold):
            return Verdict(score=score, language=code)
        encoded = self._encoding_of(look, title, text)
        if score < self.threshold:
            return Verdict(score=score, language=code, meaning=pack_meaning(encoded.meaning))
        context = Context(self._encoder, title, text, look.passage, encoded, english=look.english)
        reasons = self._root_reasons.find(look, context)
        shown = evidence(look.reading, reasons, title, text)
        root = Tag(topic=SURVEILLANCE, score=score, evidence=shown)
        kinds = self.kinds.tags(look.reading, context, reasons)
        return Verdict(
            score=score, language=code, tags=(root, *kinds), meaning=pack_meaning(encoded.meaning)
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
        return np.array([self._encoder.common_half(lead) for lead in leads])

    def _encoding_of(self, look: Look, title: str, text: str) -> Encoded:
        """The reading of a tagged item; words or corrections may have tagged it without one."""
        if look.encoded is not None:
            return look.encoded
        read = encoder_input(title, text[slice(*look.passage)])
        return self._encoder.encode(read, english=look.english)

    def _look_at(self, title: str, text: str) -> tuple[str, Look | None]:
        """An item's language, and the look at it; None in a language that is not tagged."""
        code = _language(title, text)
        if code not in LANGUAGES:
            return code, None
        return code, self.look(title, text, english=is_read_as_english(code))

    def look(self, title: str, text: str, *, english: bool, exhaustive: bool = False) -> Look:
        """Score an item (`Cascade.run`)."""
        return self._cascade.run(title, text, english=english, exhaustive=exhaustive)


@cache
def _shipped() -> tuple[Model, Senses, Encoder]:
    """What comes with the package: taggers with different topics and corrections share it."""
    model = Model.parse(files("enrich.model").joinpath(MODEL_FILE).read_bytes())
    return model, Senses.load(), Encoder()


def _language(title: str, text: str) -> str:
    return language(f"{title}\n{text[slice(*lead_of(text))]}")
