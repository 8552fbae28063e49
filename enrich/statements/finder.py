"""Find statements: who says so in an article, who denies it, and what courts and parliaments do.

The words are data (`statements.toml`, explained at its head). This module combines them; the first
two steps are in `enrich.statements.sentences`, the third in `enrich.statements.subjects`. A
statement is a sentence with a verb of its kind and somebody who may speak as that verb's subject:

1. verbs that are negated, wished for, conditional or hearsay are dropped ("did not deny");
2. possible speakers are found by nouns ("the ministry") and by mentions (agencies, vendors, courts;
   also people and countries for denials and confirmations);
3. the subject of a verb stands before it in the same clause, or between commas ("Lenslet, its
   maker, denies"), else right after it ("sagte ein Sprecher"); a name after a preposition is
   not one;
4. a flat denial ("denied that ...") or a confirmation may also follow the speaker's first verb
   ("said ... and"), and the former a name known only from the article's spelling;
5. beside a denial, a confirmation or a step of a court or parliament, other words of officials in
   a sentence are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Literal

from core.records import Mention, MentionKind, Statement, StatementKind, TextField
from enrich.statements.rules import ROLES, Role, Rules, rules_of
from enrich.statements.sentences import COMMA, Name, Sentence
from enrich.statements.spelt import Spelt, SpeltReader
from enrich.statements.subjects import (
    ANSWERING,
    BEHIND,
    CLAUSE_MARK,
    without_quotes,
)

MARKS = 4
"""Maximum punctuation marks that open a sentence and belong to it: "« ¿"."""

JOINED = 30
"""Maximum words between a verb and a denial joined to it: "said ... and denied"."""

MAX_STATEMENTS = 500
"""Maximum statements of an article, the first ones: a hostile page has a hundred thousand."""

_ANYONE: frozenset[Role] = frozenset(("official", "parliament", "person", "place", "court"))
_HEARD: frozenset[Role] = _ANYONE - {"place"} | {"denier"}
"""Who may say that something is untrue."""

_DENYING: frozenset[Role] = ANSWERING | {"denier"}
"""Who denies flatly."""

_ELIDED = re.compile(r"(?i)(?:l|d|all|dall|dell|nell|sull|un)['\u2019](?=\w)")
_APPOSED = frozenset((",", ".", ";", ""))
"""What may follow the person named after an office."""

_TITLED = re.compile(r", (?:[A-Z][a-z]{1,20}\.? )?\Z")
"""What may stand before that person: a comma, and a title."""
_WIDEST_TITLED = 25

_HOUR = re.compile(r"\d\d?[:.]\d\d ")
"""What opens an entry of a live blog: "15:10 Commissioner Prado concedes"."""

_DENIED = frozenset(("que", "haber", "ter", "che", "di", "aver", "avere"))
"""Words that begin what is denied, in languages without pronouns."""

_HAS = frozenset(("ha", "han", "hanno"))
"""Auxiliaries in these languages: "Ha negato di aver spiato"."""

_THEMSELVES = frozenset(("it", "they"))
"""Pronouns by which a body refers to itself; any other may mean somebody else."""

_GERUNDS = ("ndo", "ant")
"""Endings of verbs in these languages that go with another: "ha risposto, [negando] che"."""

_SEEN = frozenset(("found", "heard"))
"""Verbs by which a court decides, but whoever says "we found" has only seen something."""

_OPENING = re.compile("(?:[\"'\u2018\u201c\u201e(\\[\u00bf\u00a1]|\u00ab[ \u00a0\u202f]?)+\\Z")
_CLOSING = re.compile("[^\\w\\s(\\[\u201c\u201e\u00ab]*(?:[ \u00a0\u202f]\u00bb[.,]?)?")


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
    spelt = Spelt(text)
    contents: tuple[tuple[TextField, str], ...] = (("title", title), ("text", text))
    for name, content in contents:
        here = [one for one in mentions if one.field == name]
        found += _Reader(rules, name, content, here, spelt).statements()
    return tuple(found[:MAX_STATEMENTS])


class _Reader(SpeltReader):
    """Reads the title or the text of one article."""

    def __init__(
        self,
        rules: Rules,
        name: TextField,
        content: str,
        mentions: Sequence[Mention],
        spelt: Spelt,
    ) -> None:
        super().__init__(rules, content, mentions, spelt)
        self._field: TextField = name

    @cached_property
    def _holders(self) -> dict[int, int]:
        """Where people named between commas end, keyed by where what precedes the comma ends."""
        people = (one for one in self._mentions if one.kind is MentionKind.PERSON)
        commas = (
            (_TITLED.search(self._content, max(one.start - _WIDEST_TITLED, 0), one.start), one.end)
            for one in people
        )
        return {
            comma.start(): end
            for comma, end in commas
            if comma and self._content[end : end + 1] in _APPOSED
        }

    def statements(self) -> Iterator[Statement]:
        for sentence in self.sentences():
            found: dict[StatementKind, str | None] = {}
            for kind, speaker in self._answers(sentence):
                found.setdefault(kind, speaker)
            found |= self._steps(sentence)
            if not found:
                found |= self._words_of_officials(sentence)
            for kind, speaker in found.items():
                yield self._statement(sentence, kind, speaker)

    def _answers(self, sentence: Sentence) -> Iterator[tuple[StatementKind, str | None]]:
        """Denials and confirmations."""
        kinds = (("deny", StatementKind.DENIAL), ("confirm", StatementKind.CONFIRMATION))
        for sense, kind in kinds:
            behind = _ANYONE | _DENYING if kind is StatementKind.DENIAL else _ANYONE
            for first, last in sentence.verbs.get(f"{sense}_by", ()):
                name = self._behind(sentence, last - 1, behind, passive=True)
                name = name or self._agent(sentence, first, last)
                if name is not None and name.roles & behind - {"court", "parliament"}:
                    yield kind, self._called(name)
            for first, last in sentence.verbs.get(sense, ()):
                if ": " in self._between(first, last - 1):
                    continue  # "Driver dismissed after crash: report"
                if self._form(min(first + 1, sentence.last - 1)) in self._rules.nominatives:
                    yield kind, None  # "Das wies er zurück"
                    continue
                name = self._subject(sentence, first, _ANYONE)
                name = name or self._antecedent(sentence, first)
                if self._is_adjunct(sentence, first):
                    name = self._of_participle(sentence, first)
                if name is not None:
                    if self._is_answering(name, kind, first):
                        yield kind, self._called(name)
                elif self._has_pronoun(sentence, first) or (
                    kind is StatementKind.DENIAL and self._is_dropped(sentence, first)
                ):
                    yield kind, None
                elif name := self._opener(sentence, first) or self._second(sentence, first, kind):
                    yield kind, self._called(name)
        for sense, kind in kinds:
            for first, _ in sentence.verbs.get(f"{sense}_own", ()):
                name = self._subject(sentence, first, _ANYONE)
                if name is not None:
                    yield kind, self._called(name)
        if "untrue" in sentence.verbs:
            name = self._heading(sentence)
            if name is not None:
                yield StatementKind.DENIAL, self._called(name)
            said = [first for first, _ in sentence.verbs.get("say", ())]
            names = [
                self._subject(sentence, first, _HEARD) or self._spelt_behind(sentence, first)
                for first in said
            ]
            names += [name for name in sentence.names if self._is_cited(sentence, name)]
            for name in names:
                # A court or a parliament that finds something untrue speaks of others.
                if name is not None and name.roles & {"official", "person", "denier"}:
                    yield StatementKind.DENIAL, self._called(name)
        yield from self._flat_denials(sentence)

    def _flat_denials(
        self, sentence: Sentence
    ) -> Iterator[tuple[Literal[StatementKind.DENIAL], str | None]]:
        """Denials by a country, by whoever spoke just before, and by names known from spelling."""
        for first, _ in sentence.verbs.get("flat", ()):
            if any(self._is_subject(sentence, name, first) for name in sentence.before(first)):
                name = self._subject(sentence, first, _DENYING)
                if name is not None and not self._decides(name, first):
                    yield StatementKind.DENIAL, self._called(name)
            elif (name := self._antecedent(sentence, first)) is not None:
                if name.roles & _DENYING:
                    yield StatementKind.DENIAL, self._called(name)
            elif not self._has_pronoun(sentence, first):
                last = self._before(sentence, first)
                verb = self._joined_to(sentence, last)
                joined = self._subject(sentence, verb, _DENYING) if verb is not None else None
                name = joined or self._spelt_name(sentence, last)
                if name is None and verb is not None:
                    name = self._spelt_name(sentence, verb)  # "Bringello said it, and denied that"
                if name is not None:
                    unsure = joined and self._speaks_of_others(joined, last)
                    yield StatementKind.DENIAL, None if unsure else self._called(name)
                elif verb is not None and self._has_pronoun(sentence, verb):
                    yield StatementKind.DENIAL, None

    def _is_answering(self, name: Name, kind: StatementKind, verb: int) -> bool:
        """Whether a name answers by a verb. A parliament may deny, but confirms ministers, too."""
        if kind is StatementKind.DENIAL and name.roles == {"parliament"}:
            return ("vote", verb) not in self._senses
        return bool(name.roles & ANSWERING) and not self._decides(name, verb)

    def _decides(self, name: Name, verb: int) -> bool:
        """Whether a court takes a step by a verb, and answers nobody: "a Norland judge dismissed
        the charges"."""
        decides = ("rule", verb) in self._senses and ("deny_own", verb) not in self._senses
        return decides and "court" in name.roles

    def _opener(self, sentence: Sentence, verb: int) -> Name | None:
        """Who opens a headline, if a second verb of theirs follows a comma: "Minister defends law,
        denies spying"."""
        form, names = self._form(verb), sentence.names
        if self._field != "title" or form not in self._rules.seconds or not names:
            return None
        before = self._content[: self._words[verb].start]
        name = names[0]
        heard = _DENYING if ("flat", verb) in self._senses else ANSWERING
        speaks = name.roles & heard and not self._is_possessive(name)
        opens = name.first == sentence.first and name.last < verb and before.endswith(COMMA)
        return name if speaks and opens else None

    def _second(self, sentence: Sentence, verb: int, kind: StatementKind) -> Name | None:
        """Who confirms something in a second clause: "denies it, but [admits] a mistake"."""
        earlier = self._joined_to(sentence, self._before(sentence, verb))
        if earlier is None or kind is StatementKind.DENIAL:
            return None
        name = self._subject(sentence, earlier, _ANYONE)
        return name if name is not None and name.roles & ANSWERING else None

    def _heading(self, sentence: Sentence) -> Name | None:
        """Who opens a headline before a colon, or ends it behind one: "Minister: we did not tap
        anybody", "Claims untrue: minister"."""
        if self._field != "title" or not sentence.names:
            return None
        name, tail = sentence.names[0], sentence.names[-1]
        ends = tail.last == sentence.last and tail.first > sentence.first
        if ends and self._between(tail.first - 1, tail.first) == ": ":
            name = tail
        elif not self._opens(sentence, name.first) or not self._content.startswith(
            ": ", self._words[name.last - 1].end
        ):
            return None
        return name if name.roles & {"official", "person", "place"} else None

    def _joined_to(self, sentence: Sentence, verb: int) -> int | None:
        """A verb before the "and" in front of this one, or a gerund, if its speaker must be this
        one's, too."""
        place = verb if self._form(verb).endswith(_GERUNDS) else verb - 1
        joined = place == verb or self._form(place) in self._rules.joins
        if place <= sentence.first or not joined:
            return None
        spans = [
            span
            for sense in ("say", "comment", "confirm", "deny")
            for span in sentence.verbs.get(sense, ())
            if span[1] <= place
        ]
        if not spans:
            return None
        first, last = max(spans)
        if (
            place - last > JOINED
            or CLAUSE_MARK.search(without_quotes(self._between(last - 1, place)))
            or any(self._bare(other) in self._rules.others for other in range(last, place))
            or any(
                name.roles not in ({"place"}, {"denier"})
                and not self._has_preposition(sentence, name)
                for name in sentence.starting(last, place)
            )
        ):
            return None
        return first

    def _speaks_of_others(self, name: Name, verb: int) -> bool:
        """Whether a pronoun between a speaker and a verb may mean somebody else."""
        forms = {self._form(place) for place in range(name.last, verb)}
        return not forms.isdisjoint(self._rules.pronouns - _THEMSELVES - {"both", "all"})

    def _steps(self, sentence: Sentence) -> dict[StatementKind, str | None]:
        """The steps of courts and parliaments."""
        found: dict[StatementKind, str | None] = {}
        steps: tuple[tuple[str, Role, StatementKind], ...] = (
            ("rule", "court", StatementKind.COURT),
            ("vote", "parliament", StatementKind.PARLIAMENT),
        )
        for sense, role, kind in steps:
            for first, last in sentence.verbs.get(f"{sense}_by", ()):
                name = self._behind(sentence, last - 1, frozenset((role,)), passive=True)
                name = name or self._agent(sentence, first, last)
                if name is not None and role in name.roles:
                    found.setdefault(kind, self._called(self._without_reason(name)))
            for first, _ in sentence.verbs.get(sense, ()):
                if ("deny_own", first) in self._senses:
                    continue  # "the prosecutor denied ordering it"
                name = self._subject(sentence, first, frozenset((role,)))
                name = name or self._who_said(sentence, first, role)
                if name is not None and kind not in found:
                    found[kind] = self._called(name)
        court, parliament = StatementKind.COURT, StatementKind.PARLIAMENT
        if found.get(court) and found[court] == found.get(parliament):
            del found[court]  # "Senate Intelligence Committee" is listed beside the courts
        for first, last in sentence.verbs.get("poll", ()):
            for name in sentence.before(last):
                if name.last > first and self._is_subject(sentence, name, last - 1):
                    found.setdefault(StatementKind.PARLIAMENT, self._called(name))
        headline = self._field == "title" and sentence.verbs.get("headline_case")
        if headline or sentence.verbs.get("case") or sentence.verbs.get("penalty"):
            found.setdefault(StatementKind.COURT, None)
        return found

    def _without_reason(self, name: Name) -> Name:
        """Who did something, without what it was done for: "rebuked by [a watchdog] for it"."""
        places = range(name.first + 1, name.last)
        reason = next((place for place in places if self._form(place) == "for"), name.last)
        return Name(name.first, reason, name.roles)

    def _who_said(self, sentence: Sentence, verb: int, role: Role) -> Name | None:
        """Who said before a verb that they had done it: "the regulator said it had fined"."""
        near = range(max(sentence.first, verb - 2), verb)
        said = [first for first, last in sentence.verbs.get("say", ()) if last <= verb]
        own = any(self._form(place) in _THEMSELVES for place in near)
        if not said or not own or self._form(verb) in _SEEN:
            return None
        return self._subject(sentence, said[0], frozenset((role,)))

    def _words_of_officials(self, sentence: Sentence) -> Iterator[tuple[StatementKind, str]]:
        # The first: "a spokesman said that the agency does not comment" is the spokesman's word.
        verbs = (
            first for sense in ("comment", "say") for first, _ in sentence.verbs.get(sense, ())
        )
        for verb in sorted(verbs):
            name = self._subject(sentence, verb, frozenset(ROLES))
            if name is not None:
                yield StatementKind.OFFICIAL, self._called(name)
                return

    def _is_dropped(self, sentence: Sentence, verb: int) -> bool:
        """Whether a sentence opens with a verb, in a language that does without pronouns: "Negó que
        ...". "Negó el recurso" is what a court does."""
        first = verb - (verb > sentence.first and self._form(verb - 1) in _HAS)
        opens = self._rules.drops and first == sentence.first and self._field == "text"
        near = range(verb + 1, min(verb + 2 + BEHIND, sentence.last))
        return opens and any(self._form(place) in _DENIED for place in near)

    def _has_pronoun(self, sentence: Sentence, verb: int) -> bool:
        near = range(max(sentence.first, verb - 2), verb)
        return any(self._form(place) in self._rules.pronouns for place in near)

    def _called(self, name: Name) -> str:
        """A name as the article has it, on one line; for an office, with the person who holds it if
        named next: "the agency's director, Ana Prado"."""
        first = name.first
        if self._form(first) in self._rules.determiners and first + 1 < name.last:
            first += 1
        end = self._words[name.last - 1].end
        if name.roles != {"person"}:
            end = self._holders.get(end, end)
        start = self._words[first].start
        # A name begins no later than with the minutes, as with any number.
        hours = (_HOUR.match(self._content, max(start - back, 0), end) for back in (3, 2, 0))
        start = next((hour.end() for hour in hours if hour), start)
        whole = self._content[start:end]
        leaning = _ELIDED.match(whole)
        return " ".join(whole[leaning.end() if leaning else 0 :].split())

    def _statement(self, sentence: Sentence, kind: StatementKind, speaker: str | None) -> Statement:
        first, last = self._words[sentence.first].start, self._words[sentence.last - 1].end
        opening = _OPENING.search(self._content, max(0, first - MARKS), first)
        closing = _CLOSING.match(self._content, last)
        start = opening.start() if opening else first
        end = closing.end() if closing else last
        return Statement(
            kind=kind,
            speaker=speaker,
            field=self._field,
            start=start,
            end=end,
            phrase=self._content[start:end],
        )
