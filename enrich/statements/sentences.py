"""Find the sentences of a text that may be statements, with their verbs and the names in them.

Verbs that are negated, wished for, conditional or hearsay do not count ("did not deny"). Names are
found by nouns ("the ministry") and by mentions (agencies, vendors, courts, people, places). A name
extends over what belongs to its head ("former chief of harbour security").
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from core.records import Mention, MentionKind
from enrich.statements.rules import LISTED, Role, Rules, Verb, uncancelled
from enrich.statements.word_reader import WordReader

LINKED = 3
"""How many words a name may extend past a link ("chief of [harbour security]")."""

MODIFIERS = 4
"""How many words before a noun may belong to it ("former deputy harbour" minister)."""

ADJECTIVES = 2
"""How many words behind a noun may belong to it: "fiscal [general argentino]"."""

NAMED = 4
"""Maximum words of a name that is known only from the article's spelling."""

APART = 14
"""Maximum words between a subject and its verb."""

COMMA = ", "

Head = tuple[Role, int, int]
"""A role, and the words `first` to `last` (exclusive) that name somebody in it."""

_OF_MENTION: dict[MentionKind, Role] = {
    MentionKind.AGENCY: "official",
    MentionKind.VENDOR: "official",
    MentionKind.COURT: "court",
    MentionKind.PERSON: "person",
    MentionKind.PLACE: "place",
}
_LABEL = re.compile(
    r"(?:ANALYSIS|BREAKING|CORRECTED|EXCLUSIVE|EXPLAINER|FACTBOX|FOCUS|INSIGHT|REFILE|RPT|TIMELINE"
    r"|(?:UPDATE|WRAPUP) \d+)-"
)
"""What wires put before a headline: "UPDATE 1-Harbour minister denies"."""

_PARTED = frozenset(("deny", "flat", "confirm", "rule", "case", "vote"))
"""Senses whose verbs may have a particle at the end of their clause: "räumte es [ein]"."""

_APART = re.compile(r", |: ")
"""What parts two clauses."""

_UNSEEN = frozenset(("untrue", "flat", "penalty", "headline_case", "poll", "rule_by", "vote_by"))
"""Senses whose phrases do not begin with a verb of their own."""

_CASES = frozenset(("case", "headline_case"))
"""Senses whose phrases a negation within them takes away: "filed [no] complaint"."""

_PASSIVES = frozenset(("deny_by", "confirm_by", "rule_by", "vote_by"))
"""The same, or one right before them: "[no] fue desmentida por"."""

NEGATED = 3
"""Words before a passive among which a negation takes it away."""

_QUOTED = re.compile(
    r"(?:[.!?,\u2026][ \u00a0\u202f]?[\"\u201d\u00bb]|[\"\u201d\u00bb],) (?=[^\W\d_])"
)
"""The end of a quotation, with a mark, that the sentence goes on after."""

_AUXILIARIES = frozenset(("a", "ha", "s'est", "se", "si"))

POSSESSIVE = ("'s", "\u2019s")
_FORMER = ("ex", "l'ex", "dell'ex", "dall'ex")
_HYPHENS = ("-", "\u2010", "\u2011")


@dataclass(slots=True)
class Name:
    """Somebody who may speak, as the words `first` to `last` (exclusive) of a text."""

    first: int
    last: int
    roles: set[Role]


@dataclass(slots=True)
class Sentence:
    """Words `first` to `last` (exclusive), with the verbs among them by sense."""

    first: int
    last: int
    verbs: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    names: list[Name] = field(default_factory=list)
    """In order, without overlaps."""

    def before(self, verb: int) -> list[Name]:
        """The names that stand before a verb, near enough to be its subject."""
        first = bisect_left(self.names, verb - APART, key=attrgetter("last"))
        return self.names[first : bisect_right(self.names, verb, key=attrgetter("last"))]

    def starting(self, first: int, last: int) -> list[Name]:
        """The names that start at one of the words `first` to `last` (exclusive)."""
        start = bisect_left(self.names, first, key=attrgetter("first"))
        return self.names[start : bisect_left(self.names, last, key=attrgetter("first"))]


class SentenceReader(WordReader):
    """Reads the sentences of an article's title or text."""

    def __init__(self, rules: Rules, content: str, mentions: Sequence[Mention]) -> None:
        super().__init__(rules, content)
        self._mentions = mentions
        self._verbs: set[int] = set()
        self._senses: set[tuple[str, int]] = set()
        self._known: set[int] = set()

    def sentences(self) -> list[Sentence]:
        """The sentences that have a verb of any kind, with their verbs and names."""
        verbs, heads = self._listed()
        label = _LABEL.match(self._content)
        opening = sum(word.end <= label.end() for word in self._words[:2]) if label else 0
        edges = [opening, *self._split.breaks, len(self._words)]
        found = []
        for number in sorted(verbs):
            sentence = Sentence(edges[number], edges[number + 1])
            for sense, first, last in uncancelled(verbs[number]):
                sentence.verbs.setdefault(sense, []).append((first, last))
                self._senses.add((sense, first))
                # Those of "flat" begin with an auxiliary; what they say is also found as "deny".
                if sense not in _UNSEEN:
                    self._verbs.add(first)
            firms = self._firms(sentence)
            sentence.names = self._names(sentence, [*heads.get(number, ()), *firms])
            found.append(sentence)
        return found

    def _listed(self) -> tuple[dict[int, list[Verb]], dict[int, list[Head]]]:
        """The verbs and the heads of names, by the numbers of their sentences."""
        starts = {word.start: place for place, word in enumerate(self._words)}
        ends = {word.end: place + 1 for place, word in enumerate(self._words)}
        verbs: dict[int, list[Verb]] = {}
        heads: dict[int, list[Head]] = {}
        for match in self._rules.senses.find(self._split):
            first, last = starts[match.start], ends[match.end]
            number = self._words[first].sentence
            role = next((one for one in LISTED if one == match.sense), None)
            if role is None and match.sense != "case" and self._ends_a_compound(first):
                continue  # a case counts even here: who was "counter-sued" was sued
            if match.sense == "not" and self._words[first].word == "May":
                continue  # the month: "the firm in May denied it"
            if self._words[last - 1].word == "PM" and first and self._form(first - 1).isdigit():
                continue  # the hour: "at 5 PM police confirmed"
            if role is None and not self._holds_together(match.sense, first, last):
                continue
            if role is None:
                verbs.setdefault(number, []).append((match.sense, first, last))
            else:
                heads.setdefault(number, []).append((role, first, last))
        for place in self._behind_quotes():
            verbs.setdefault(self._words[place].sentence, []).append(("say", place, place + 1))
        for role, first, last in self._mentioned():
            self._known.add(last)
            known = heads.setdefault(self._words[first].sentence, [])
            if role in ("official", "court"):
                # "Court of Appeal": a name that is known goes on no further than itself.
                known[:] = [
                    (one, first, last) if first <= begin and end <= last else (one, begin, end)
                    for one, begin, end in known
                ]
            known.append((role, first, last))
        return verbs, heads

    def _holds_together(self, sense: str, first: int, last: int) -> bool:
        """Whether the words of a phrase belong to one clause, without a word that negates it."""
        rules, form = self._rules, self._form(last - 1)
        if sense == "not":  # "bestreitet, [nicht informiert zu sein]"
            return form not in rules.negations or not _APART.search(self._between(first, last - 1))
        if sense in _PARTED and form in rules.particles and last - first > 1:
            near = range(first + 1, min(first + APART, len(self._words)))
            if not any(self._form(place) == form and self._closes(first, place) for place in near):
                return False
        if sense in _CASES:
            return rules.nobody.isdisjoint(map(self._form, range(first + 1, last)))
        if sense not in _PASSIVES:
            return True
        begun = first
        while begun > first - NEGATED and self._joined(begun):
            begun -= 1
        return (rules.negations | rules.nobody).isdisjoint(map(self._form, range(begun, last)))

    def _closes(self, verb: int, place: int) -> bool:
        """Whether a word is the particle at the end of a verb's clause: "räumte [ein Sprecher]
        ein", not "gab an, sie [zu kennen]"."""
        rules, after = self._rules, place + 1
        if self._between(verb, place).count(COMMA) % 2:
            return False
        if after == len(self._words) or self._words[after].sentence != self._words[place].sentence:
            return self._words[verb].sentence == self._words[place].sentence
        small = rules.stops | rules.conjunctions
        if rules.capitals:
            small -= rules.prepositions  # "gab [zu den] Vorwürfen", but "legt een boete [op van]"
        else:
            small |= rules.prepositions
        return self._between(place, after) != " " or self._form(after) in small

    def _behind_quotes(self) -> Iterator[int]:
        """The verbs between a quotation and who said it: "« Jamais », [tempête] le ministre"."""
        if self._rules.modifiers:
            return
        for match in _QUOTED.finditer(self._content):
            place = bisect_left(self._words, match.end(), key=attrgetter("start"))
            if self._form_at(place) in _AUXILIARIES:
                place += 1
            if (
                self._form_at(place) not in self._rules.small
                and self._has_article(place + 1)
                and self._words[place].word.islower()
                and self._joined(place + 1)
            ):
                yield place

    def _has_article(self, place: int) -> bool:
        """Whether a noun with its article begins here, also elided: "[le] ministre", "[l']élu"."""
        form = self._form_at(place)
        own = self._rules.determiners - self._rules.links
        return form.startswith("l'") or (form in own and self._joined(place + 1))

    def _ends_a_compound(self, place: int) -> bool:
        """Whether a word is the last part of a compound: "a state-approved app" approves
        nothing."""
        start = self._words[place].start
        return self._joined(place) and self._content.startswith("-", start - 1)

    def _mentioned(self) -> Iterator[Head]:
        """The mentions that may speak, as word ranges; for a "BND-Mitarbeiter" the BND does not."""
        place = 0
        for one in sorted(self._mentions, key=lambda one: one.start):
            role = _OF_MENTION.get(one.kind)
            while place < len(self._words) and self._words[place].end <= one.start:
                place += 1
            last = place
            while last < len(self._words) and self._words[last].start < one.end:
                last += 1
            hyphen = self._content.startswith(_HYPHENS, one.end)
            is_others = hyphen and self._form_at(last) in self._rules.others
            if role and last > place and not is_others:
                yield role, place, last

    def _firms(self, sentence: Sentence) -> Iterator[Head]:
        """The well-known firms in a sentence; like people, they deny and confirm. An "Uber-Fahrer"
        is none."""
        for place in range(sentence.first, sentence.last):
            word, form = self._words[place], self._form(place)
            compound = self._content.startswith(_HYPHENS, word.end)
            if form in self._rules.firms and word.word[0].isupper() and not compound:
                yield "person", place, place + 1

    def _names(self, sentence: Sentence, heads: Sequence[Head]) -> list[Name]:
        """Extend heads to whole names; names that overlap become one."""
        names: list[Name] = []
        for role, first, last in sorted(heads, key=lambda head: (head[1], -head[2])):
            if any(place in self._verbs for place in range(first, last)):
                continue
            whole = self._whole(sentence, first, self._named(sentence, role, last))
            if role == "person" and whole[1] > last and self._form(last) == "der":
                whole = whole[0], last  # "sagte Ana Prado [der Zeitung]"
            if role == "denier" and self._is_of_harmed(*whole):
                continue
            before = names[-1] if names else None
            if before is not None and whole[0] < before.last:
                self._add_role(before, role, first)
                before.last = max(before.last, whole[1])
                continue
            apposed = role == "person" or (role == "official" and not self._rules.modifiers)
            if apposed and before is not None and self._holds(before, whole[0]):
                before.last = whole[1]
                if before.roles == {"denier"}:
                    before.roles.add(role)  # "lawyer Ana Prado" is heard as she is
                continue
            names.append(Name(*whole, {role}))
        return names

    def _add_role(self, name: Name, role: Role, first: int) -> None:
        """Give a name the role of a further head in it. Its head comes first ("minister of ..."),
        except in compounds."""
        near = range(max(name.first, first - LINKED - MODIFIERS), first)
        is_linked = any(self._is_link(place) for place in near)
        if role == "denier":
            if self._is_possessive(name):
                name.roles = {role}  # "the ministry's lawyer"
            elif not is_linked and name.roles <= {"person", "place"}:
                name.roles.add(role)  # "Norland airline"
        elif name.roles == {"denier"}:
            if role == "official" or not (is_linked or role == "place"):
                name.roles.add(role)  # "lawyer for the ministry", "lawyer Ana Prado"
        elif role not in ("person", "place"):
            name.roles.add(role)

    def _holds(self, office: Name, place: int) -> bool:
        """Whether the name of an office's holder, or of a firm, follows what they are: "ministra
        [Ana Prado]", "empresa [Lantern]"."""
        return (
            office.last == place
            and self._joined(place)
            and not self._is_possessive(office)
            and office.roles.isdisjoint(("person", "place"))
        )

    def _is_of_harmed(self, first: int, last: int) -> bool:
        """Whether a name says that it stands for those who were watched: "victims' lawyer"."""
        harmed = self._rules.harmed
        return any(self._form(place).startswith(harmed) for place in range(first, last))

    def _whole(self, sentence: Sentence, first: int, last: int) -> tuple[int, int]:
        start, end = self._modified(sentence, first), last
        while end < sentence.last and self._is_link(end) and self._joined(end):
            if not self._rules.media.isdisjoint(map(self._form_at, (end + 1, end + 2))):
                break  # "sagte ein Sprecher [der Deutschen Presse-Agentur]"
            stop = end if self._is_leaning(end) else end + 1
            if stop < sentence.last and self._form(stop) in self._rules.determiners:
                stop += 1
            begun = stop
            while (
                stop < min(sentence.last, begun + LINKED)
                and self._joined(stop)
                and not self._ends(stop)
                and (stop == begun or not self._is_small(stop))
            ):
                stop += 1
            if stop > begun and stop in self._verbs and self._form(stop - 1).endswith("ly"):
                stop -= 1  # "the court of appeal [explicitly] said"
            if stop == begun:
                break
            end = stop
        return start, end

    def _named(self, sentence: Sentence, role: Role, last: int) -> int:
        """Where a noun ends with the adjectives and the name behind it, in languages that put them
        there: "l'éditeur [israélien Vantelis]"."""
        if self._rules.modifiers or role not in LISTED:
            return last
        end = last
        stop = min(sentence.last, end + ADJECTIVES)
        while end < stop and self._joined(end) and self._is_adjective_behind(end):
            end += 1
        stop = end if last in self._known else min(sentence.last, end + NAMED)
        while (
            end < stop
            and self._joined(end)
            and self._words[end].word[0].isupper()
            and not self._ends(end)
        ):
            end += 1
        return end

    def _is_adjective_behind(self, place: int) -> bool:
        form = self._form(place)
        starts = self._rules.adjective_starts
        return form in self._rules.adjectives or (bool(starts) and form.startswith(starts))

    def _modified(self, sentence: Sentence, first: int) -> int:
        """Where a name begins, without its determiner."""
        start = first
        if not self._rules.modifiers:
            while start > sentence.first and self._is_prefix(start - 1):
                start -= 1
            return start
        while (
            start > max(sentence.first, first - MODIFIERS)
            and self._joined(start)
            and not self._ends(start - 1)
            and self._form(start - 1) not in self._rules.determiners
            and self._form(start - 1) not in self._rules.prepositions
            and not self._is_stray(start - 1)
        ):
            start -= 1
        return start

    def _is_prefix(self, place: int) -> bool:
        """Whether a word is one with the next: "[ex-]ministre", "[ex] ministro"."""
        hyphen = self._content.startswith(_HYPHENS, self._words[place].end)
        return self._joined(place + 1) and (hyphen or self._form(place) in _FORMER)

    def _is_answer(self, verb: int) -> bool:
        """Whether a verb denies or confirms."""
        return not self._senses.isdisjoint((("deny", verb), ("confirm", verb)))

    def _ends(self, place: int) -> bool:
        form = self._form(place)
        return place in self._verbs or form in self._rules.stops or form in self._rules.pronouns

    def _opens(self, sentence: Sentence, place: int) -> bool:
        """Whether a word begins its sentence or a clause of it, but for an article or owner."""
        if place > sentence.first and (
            self._form(place - 1) in self._rules.determiners
            or (self._joined(place) and self._words[place - 1].word.endswith(POSSESSIVE))
        ):
            place -= 1
        begins = place == sentence.first or self._between(place - 1, place).startswith(",")
        return begins or self._form(place - 1) in self._rules.joins

    def _is_possessive(self, name: Name) -> bool:
        """Whether a name is only a possessive."""
        return self._words[name.last - 1].word.endswith(POSSESSIVE)
