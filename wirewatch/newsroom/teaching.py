"""Teach the tagger a newsroom's corrections, and measure what that changes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.errors import WirewatchError
from core.files import atomic_write
from enrich.own_words import Outcome, f1, items, outcome
from enrich.senses.reader import LANGUAGES
from enrich.tagging.corrections import FOLDER, Correction, Corrections, learn, read_corrections
from enrich.tagging.encoder import CachingEncoder
from enrich.tagging.tagger import Tagger

WORSE = 0.01
"""How far F1 on the shipped checks, of English or of the other languages, may fall: less is
chance, more is a worse tagger."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A tagger's results on the shipped checks, by language, and how many corrections are right."""

    checks: tuple[Outcome, ...]
    right: int


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learnt from some corrections, and the tagger's results before and after.

    `corrections` counts those learnt from, `passed_over` those in languages that are not tagged.
    """

    learnt: Corrections
    corrections: int
    passed_over: int
    before: Tried
    after: Tried


def teach(path: Path) -> Lesson:
    """Learn the corrections of a file and measure the result; nothing is kept yet.

    Raises:
        CorrectionError: the file cannot be used; the text names the line and says why.
    """
    corrections = read_corrections(path)
    tagger = Tagger.load(encoder=CachingEncoder())
    given = [(one, tagger.log_odds(one.title, one.text)) for one in corrections]
    known = [(one, odds) for one, odds in given if odds is not None]
    anchors = [(item.title, item.text) for code in LANGUAGES for item in items("examples", code)]
    learnt = learn(known, anchors)
    wanted = [one for one, _ in known]
    return Lesson(
        learnt,
        corrections=len(known),
        passed_over=len(given) - len(known),
        before=_tried(tagger, wanted),
        after=_tried(tagger.with_corrections(learnt), wanted),
    )


def keep(lesson: Lesson, home: Path) -> Path:
    """Keep a lesson, which takes effect with the next pass; return the file that holds it.

    Raises:
        WirewatchError: it would make the tagger worse.
    """
    # Compared separately: three checks in four are in other languages, which English corrections
    # hardly move.
    for what, which in (("English", slice(1)), ("other-language", slice(1, None))):
        then, now = f1(lesson.before.checks[which]), f1(lesson.after.checks[which])
        if now < then - WORSE:
            raise WirewatchError(
                f"not applied: F1 on the {what} checks falls from {then:.3f} to {now:.3f}. Check"
                " whether the corrections contradict each other or all concern one story."
            )
    folder = home / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    numbers = [int(file.stem) for file in folder.iterdir() if file.stem.isdecimal()]
    file = folder / f"{max(numbers, default=0) + 1:04}.json"
    # Complete and readable, or not at all: a pass that starts now may read it.
    with atomic_write(file) as unfinished:
        unfinished.write(lesson.learnt.dump().encode("utf-8"))
        unfinished.flush()
        Corrections.load(Path(unfinished.name))
    return file


def _tried(tagger: Tagger, wanted: list[Correction]) -> Tried:
    return Tried(
        checks=tuple(outcome(code, items("checks", code), tagger.is_tagged) for code in LANGUAGES),
        right=sum(tagger.is_tagged(one.title, one.text) == one.positive for one in wanted),
    )
