"""Find statements: who says so in an article, who denies it, and what courts and parliaments do.

The words are data (`statements.toml`, explained at its head). A statement is a sentence with a verb
of its kind and somebody who may speak as that verb's subject:

1. verbs that are negated, wished for, conditional or hearsay are dropped (`reader`: "did not
   deny");
2. possible speakers are found by nouns ("the ministry") and by mentions (agencies, vendors, courts;
   also people and countries for denials and confirmations; `names`); whoever speaks for an
   association is no official (`offices`);
3. the subject of a verb (`subjects`) stands before it in the same clause, or between commas
   ("Lenslet, its maker, denies"; `clauses`), else right after it ("sagte ein Sprecher"; `behind`);
   a name after a preposition is not one (`obliques`);
4. a flat denial ("denied that ...") or confirmation ("admitted ...") may also follow the
   speaker's first verb ("said ... and"; `answers`), or a name known only from the article's
   spelling (`spelt`);
5. a headline may name its speaker by a colon only ("Court: agency broke the law"; `headlines`),
   and a quotation may go on after the sentence that names its speaker (`quotes`);
6. beside a denial, a confirmation or a step of a court or parliament (`steps`), other words of
   officials in a sentence are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from core.records import Mention, Statement, StatementKind
from enrich.statements.answers import answers
from enrich.statements.headlines import announcer
from enrich.statements.prose import Prose
from enrich.statements.reader import sentences
from enrich.statements.rules import ROLES, Role, rules_of
from enrich.statements.sentences import Name, Sentence
from enrich.statements.speakers import Speakers
from enrich.statements.spelt import Spelt
from enrich.statements.steps import is_case, who_decides, who_polls
from enrich.statements.subjects import subject

MARKS = 4
"""Maximum punctuation marks that open a sentence and belong to it: "« ¿"."""

MAX_STATEMENTS = 500
"""Maximum statements of an article, the first ones: a hostile page has a hundred thousand."""

_HEARD: dict[str, frozenset[Role]] = {
    "say": frozenset(ROLES),
    "comment": frozenset(ROLES) | {"denier", "person"},
}
"""Whose words and whose silence count: a bank that declines to comment is no official."""

_OPENING = re.compile(
    "(?:[\"'\u2018\u201c\u201e\u00bb(\\[\u00bf\u00a1]|\u00ab[ \u00a0\u202f]?)+\\Z"
)
_CLOSING = re.compile(
    "(?:[^\\w\\s(\\[\u201c\u201e\u00ab]|[\u201c\u00ab](?!\\w))*"
    "(?:[ \u00a0\u202f]\u00bb(?!\\w)[.,]?)?"
)
"""The marks around a sentence that belong to it, also in German, where quotations may be »so«
or „so“."""


def statements(
    title: str, text: str, language: str, mentions: Sequence[Mention]
) -> tuple[Statement, ...]:
    """The statements of an article, in the order of title and text; one of each kind per sentence,
    at most `MAX_STATEMENTS`.

    Args:
        title: of the article.
        text: of the article.
        language: ISO 639-1 code; a language without rules has no statements.
        mentions: the article's mentions, with offsets in title and text.
    """
    rules = rules_of(language)
    if rules is None:
        return ()
    found: list[Statement] = []
    proses = (Prose(rules, "title", title), Prose(rules, "text", text))
    spelt = Spelt(proses[1])
    for prose in proses:
        here = [one for one in mentions if one.field == prose.field]
        speakers = Speakers(prose, here)
        for sentence in sentences(prose, here, spelt):
            found += _statements(sentence, spelt, speakers)
    return tuple(found[:MAX_STATEMENTS])


def _statements(sentence: Sentence, spelt: Spelt, speakers: Speakers) -> Iterator[Statement]:
    """The statements in a sentence."""
    found: dict[StatementKind, str | None] = {}
    for kind, name in answers(sentence, spelt):
        found.setdefault(kind, speakers.called(name) if name else None)
    found |= _steps(sentence, speakers)
    if not found and (official := _official(sentence, spelt)):
        found[StatementKind.OFFICIAL] = speakers.called(official)
    if not found and (name := announcer(sentence)):
        kind = StatementKind.COURT if "court" in name.roles else StatementKind.OFFICIAL
        found[kind] = speakers.called(name)
    for kind, speaker in found.items():
        yield _statement(sentence, kind, speaker)


def _steps(sentence: Sentence, speakers: Speakers) -> dict[StatementKind, str | None]:
    """The steps of courts and parliaments in a sentence, and who takes them."""
    found: dict[StatementKind, str | None] = {}
    if court := who_decides(sentence, "rule", "court"):
        found[StatementKind.COURT] = speakers.called(court)
    if parliament := who_decides(sentence, "vote", "parliament"):
        found[StatementKind.PARLIAMENT] = speakers.called(parliament)
    if court and found[StatementKind.COURT] == found.get(StatementKind.PARLIAMENT):
        del found[StatementKind.COURT]  # "Senate Intelligence Committee" is listed beside courts
    if counted := who_polls(sentence):
        found.setdefault(StatementKind.PARLIAMENT, speakers.called(counted))
    if is_case(sentence):
        found.setdefault(StatementKind.COURT, None)
    return found


def _official(sentence: Sentence, spelt: Spelt) -> Name | None:
    """Who says something or does not comment, the first of them: "a spokesman said that the agency
    does not comment" is the spokesman's word. Whoever else does not comment may be known only from
    spelling."""
    verbs = sorted(
        (first, sense) for sense in ("comment", "say") for first, _ in sentence.verbs.get(sense, ())
    )
    for verb, sense in verbs:
        if name := subject(sentence, verb, _HEARD[sense]):
            return name
    for verb, sense in verbs:
        if sense == "comment" and (name := spelt.before(sentence, sentence.beginning(verb))):
            return name
    return None


def _statement(sentence: Sentence, kind: StatementKind, speaker: str | None) -> Statement:
    """A sentence as a statement, with the marks around it."""
    prose = sentence.prose
    first, last = prose.starts[sentence.first], prose.ends[sentence.last - 1]
    opening = _OPENING.search(prose.content, max(0, first - MARKS), first)
    closing = _CLOSING.match(prose.content, last)
    start = opening.start() if opening else first
    end = closing.end() if closing else last
    return Statement(
        kind=kind,
        speaker=speaker,
        field=prose.field,
        start=start,
        end=end,
        phrase=prose.content[start:end],
    )
