"""Find the subject of a verb: who denies, confirms, rules or says.

A subject stands before its verb in the same clause, or between commas ("Lenslet, its maker,
denies"), else right after it ("sagte ein Sprecher"). A name after a preposition is none.
"""

from __future__ import annotations

import re

from enrich.statements.obliques import ObliqueReader
from enrich.statements.rules import Role
from enrich.statements.sentences import APART, COMMA, NAMED, Name, Sentence

ANSWERING: frozenset[Role] = frozenset(("official", "person", "place"))
"""Who denies and confirms. A court or a parliament mostly decides by it, and answers nobody."""

BEHIND = 3
"""Maximum words between a verb and a subject after it."""

FAR_BEHIND = 6
"""The same, where a quotation stands before the verb, and where or to whom it was said behind."""

CLAUSE_MARK = re.compile('["\u201c\u201d\u201e\u00ab\u00bb:;]| --? | [\u2013\u2014] ')
"""What no clause goes on after."""

_CLOSED = re.compile('["\u201d\u00bb]')
_QUOTE = re.compile('["\u201c\u201d\u201e\u00ab\u00bb]')
_BEGUN = re.compile(r"(?<= )(?:[\"\u201c\u201e\u201d\u00bb]|\u00ab[ \u00a0\u202f]?)")
"""Where a quotation begins, as before a verb: 'the ministry "categorically denies" it'."""

_SHORT_QUOTE = re.compile(
    r"(?<= )[\"\u201c\u201e\u201d\u00ab\u00bb]"
    r"[^\"\u201c\u201d\u201e\u00ab\u00bb.,:;!?]{1,60}"
    r"[\"\u201c\u201d\u00ab\u00bb](?=[ ,])"
)
"""Some words of somebody's within a clause: 'said it was "saddened" and denied it'."""

_DASH = r"(?:--?|[\u2013\u2014])"
_DASHED = rf" {_DASH} [^\-\u2013\u2014:;\"\u201c\u201d]{{1,80}} {_DASH} "
"""What stands between dashes before a verb: "an official - who asked for silence - denied"."""
_DASHED_END = re.compile(f"{_DASHED}\\Z")

_RELATIVE = re.compile(
    r"(?:, [^\W\d_a-z][^,]{0,60})?, (?:who|which|whose|qui|quien|que|che|die|der|das)\b[^,]*, "
    r"|, (?:the|a|an|one) [^,]{0,60} (?:that|which|who) [^,]*(?:, [A-Z]\w* and [^,]*)?, "
    f"|{_DASHED}"
)
"""A clause of its own about a subject, whose verbs are not the subject's: "the firm, which said it
had stopped, denied it", "the court, the only one that hears spies, ruled"."""

_ASIDE = re.compile(r"(?:, [^\W\d_a-z][^,]{0,60})?, [^,]*, ")
"""The same, or a participle: "il vicedirettore, indagato da mesi, nega"."""

_IT_WAS = re.compile(r"(?i)\bit (?:is|was) (?:the |an? )?\Z")

_TOLD = frozenset(("told", "tells", "tell"))
"""After these verbs stands the person told, not the speaker."""

_BEING = frozenset(("am", "are", "be", "been", "is", "was", "were", "by"))
"""After these a participle is a verb of whoever is before: "reacted [by] denying it"."""


def without_quotes(text: str) -> str:
    """What stands between two words, without the quotations after which a clause goes on."""
    return _SHORT_QUOTE.sub("", text)


class SubjectReader(ObliqueReader):
    """Reads the sentences of an article's title or text, with the subjects of their verbs."""

    def _subject(self, sentence: Sentence, verb: int, roles: frozenset[Role]) -> Name | None:
        """The subject of a verb: the first name before it in its clause, else the one after it."""
        names = self._candidates(sentence, verb)
        is_persons = False
        denier: Name | None = None
        for name in names:
            if self._is_subject(sentence, name, verb):
                if denier and self._is_with(denier, name):
                    return None
                if name.roles <= {"person", "denier"} and not name.roles & roles:
                    # Unless an office follows: "Ana Prado, its head, said".
                    is_persons = is_persons or "person" in name.roles
                    denier = name if "denier" in name.roles else denier
                    continue
                if not name.roles & roles or self._is_nobody(sentence, name):
                    return None
                if self._is_document(sentence, name, verb):
                    return None
                return self._with_its_noun(sentence, name, verb)
        begun = self._before(sentence, verb)
        if (
            self._is_answer(verb)
            and begun > sentence.first
            and self._joined(begun)
            and self._form(begun - 1) in self._rules.documents
        ):
            return None  # "Documenten spreken minister tegen"
        return None if is_persons else self._behind(sentence, verb, roles)

    def _candidates(self, sentence: Sentence, verb: int) -> list[Name]:
        """The names before a verb, countries last: most say where something is, or where a report
        is from. Only those that tell whose word it was that came before: "Police lamps are for
        officers, not for divers, [the police chief] said"; none if no list has them."""
        names = sentence.before(verb)
        last = self._before(sentence, verb)
        first = self._attribution(sentence, last) if ("say", verb) in self._senses else last
        near = [name for name in names if name.first >= first]
        near = near if near and self._opens(sentence, near[0].first) else []
        unlisted = all(self._words[place].word[0].isupper() for place in range(first, last))
        if first < last and (near or unlisted):
            names = near
        return sorted(names, key=lambda name: name.roles == {"place"})

    def _attribution(self, sentence: Sentence, last: int) -> int:
        """Where the words before a verb begin, if a comma parts them from what they said."""
        first = last
        while first > max(sentence.first, last - APART) and self._joined(first):
            first -= 1
        parted = first > sentence.first and self._between(first - 1, first) == COMMA
        return first if parted else last

    def _is_with(self, denier: Name, name: Name) -> bool:
        """Whether somebody has to do with a name in one clause: "a lawyer suing [the ministry]",
        but not "founder and director"."""
        small = self._rules.joins | self._rules.determiners
        between = range(denier.last, name.first)
        return "," not in self._between(denier.last - 1, name.first) and any(
            self._form(place) not in small and not self._is_stray(place) for place in between
        )

    def _is_document(self, sentence: Sentence, name: Name, verb: int) -> bool:
        """Whether it is somebody's papers that say something: "police files, seen by us, show"."""
        before = self._before(sentence, verb)
        return any(
            self._joined(place) and self._form(end) in self._rules.documents
            for place, end in ((before, before - 1), (name.last, name.last))
        )

    def _is_subject(self, sentence: Sentence, name: Name, verb: int) -> bool:
        begun = max(name.last, self._before(sentence, verb))
        aside = self._between(name.last - 1, begun)
        before = self._words[begun - 1].end
        between = self._content[self._words[name.last - 1].end : before]
        own = self._content[before : self._words[verb].start]
        # In English, 'had "passed" it' is not the reporter's word.
        reported = self._is_answer(verb) or not self._rules.modifiers
        between += _BEGUN.sub("", own, count=1) if reported else own
        between = _DASHED_END.sub(" ", without_quotes(between))
        relative = _RELATIVE if self._rules.modifiers else _ASIDE
        if relative.fullmatch(aside) and not CLAUSE_MARK.search(between):
            near = verb - name.last <= APART
            return near and not (self._is_possessive(name) or self._has_preposition(sentence, name))
        return (
            verb - name.last <= APART
            and (
                between.count(COMMA) % 2 == 0
                or self._is_open(name)  # "ministro Ana Prado, do STF, ordenou"
                or self._is_aside(sentence, name, self._before(sentence, verb))
            )
            and not CLAUSE_MARK.search(between)
            and not self._is_possessive(name)
            and not self._has_conjunction(name.last + self._is_cleft(sentence, name), verb)
            and not self._is_in_relative(sentence, name, verb)
            and not self._is_taken(sentence, name, verb)
            and not self._is_modifier(sentence, name, verb)
            and self._verbs.isdisjoint(range(name.last, verb))
            and not self._has_preposition(sentence, name)
        )

    def _with_its_noun(self, sentence: Sentence, name: Name, verb: int) -> Name:
        """A name with the noun that it modifies: "Norland [lawmaker] denies"."""
        noun = self._before(sentence, verb) - 1
        if (
            self._rules.inverts
            or noun != name.last
            or not self._joined(noun)
            or not self._joined(noun + 1)
            or self._ends(noun)
            or self._form(noun) in self._rules.prepositions
            or self._form(noun).endswith("ly")
        ):
            return name
        return Name(name.first, noun + 1, name.roles)

    def _behind(
        self, sentence: Sentence, verb: int, roles: frozenset[Role], *, passive: bool = False
    ) -> Name | None:
        where = self._rules.prepositions | self._rules.stops
        apart = self._is_quoted(sentence, verb) and self._form(verb + 1) in where
        for name in sentence.starting(verb + 1, verb + 2 + (FAR_BEHIND if apart else BEHIND)):
            between = self._between(verb, name.first)
            if "," in between or _QUOTE.search(between):
                return None
            # A name in a clause of its own is spoken about: "confirmed that the agency ...".
            if self._has_conjunction(verb + 1, name.first):
                return None
            if not passive and self._has_preposition(sentence, name):
                if apart:
                    continue  # "», a réagi auprès de [l'AFP] le ministre"
                return None
            if not passive and not self._is_inverted(sentence, verb):
                return None
            if name.roles == {"denier"} and "denier" not in roles:
                continue
            if self._is_possessive(name) or self._is_nobody(sentence, name):
                return None
            if self._form(name.first).startswith(self._rules.claim_starts):
                return None  # "bestrijdt [lezing politie]"
            if self._form_at(name.last) in self._rules.auxiliaries and self._joined(name.last):
                return None  # "Wren, a diver, said [police] had asked"
            return name if name.roles & roles else None
        return None

    def _is_quoted(self, sentence: Sentence, verb: int) -> bool:
        """Whether a verb follows a quotation, in languages where its subject may stand apart."""
        first = self._before(sentence, verb)
        if self._rules.modifiers or first == sentence.first or verb + 1 >= sentence.last:
            return False
        return _CLOSED.search(self._between(first - 1, first)) is not None

    def _before(self, sentence: Sentence, verb: int) -> int:
        """Where a verb begins, including the small words before it: "[has also] denied"."""
        place = verb
        while (
            place > sentence.first
            and self._joined(place)
            and self._form(place - 1) in self._rules.between
        ):
            place -= 1
        return place

    def _agent(self, sentence: Sentence, first: int, last: int) -> Name | None:
        """Who did it, in a passive whose participle comes last: "wurde [von der Polizei]
        bestritten"."""
        return next(
            (
                name
                for name in sentence.starting(first + 1, last)
                if any(
                    self._form(place) in self._rules.agents
                    for place in range(max(first, name.first - 2), name.first)
                )
            ),
            None,
        )

    def _antecedent(self, sentence: Sentence, verb: int) -> Name | None:
        """Who a clause is about that begins with a verb: "the minister, who denies it, ..."."""
        if self._rules.late_relatives:
            return self._late_antecedent(sentence, verb)
        pronoun = self._before(sentence, verb) - 1
        if pronoun <= sentence.first or self._form(pronoun) not in self._rules.relatives:
            return None
        had = any(self._form(place) == "had" for place in range(pronoun, verb))
        if had or self._between(pronoun - 1, pronoun) != COMMA:
            return None  # "which had denied it" tells of an earlier day
        near = (name for name in sentence.before(verb) if name.last == pronoun)
        return next((name for name in near if not self._is_possessive(name)), None)

    def _late_antecedent(self, sentence: Sentence, verb: int) -> Name | None:
        """Who a clause is about that ends with a verb: "der Minister, der es bestreitet, ..."."""
        name = next(
            (
                name
                for name in sentence.before(verb)[::-1]
                if not self._has_preposition(sentence, name)
            ),
            None,
        )
        if name is None or self._form(name.last) not in self._rules.late_relatives:
            return None
        clause = self._between(name.last, verb)
        begins = self._between(name.last - 1, name.last) == COMMA
        return name if begins and "," not in clause and not CLAUSE_MARK.search(clause) else None

    def _is_adjunct(self, sentence: Sentence, verb: int) -> bool:
        """Whether a verb is an English participle that does without "is": "a man [denying] it"."""
        before = self._before(sentence, verb) - 1
        return (
            not self._rules.inverts
            and self._form(verb).endswith("ing")
            and (before < sentence.first or self._form(before) not in _BEING)
        )

    def _of_participle(self, sentence: Sentence, verb: int) -> Name | None:
        """Who does what an English participle tells: "Denying it, the minister said", "the minister
        said, denying it", "Police emailed a statement denying it", "Police left, denying it"."""
        first = self._before(sentence, verb)
        said = [begun for begun, last in sentence.verbs.get("say", ()) if last == first]
        near = {self._form(at) for at in range(max(sentence.first, verb - BEHIND - NAMED), verb)}
        if first == sentence.first:
            names = [one for one in sentence.names if self._opens(sentence, one.first)]
        elif self._between(first - 1, first) == COMMA and said:
            return self._subject(sentence, said[0], ANSWERING)
        elif self._between(first - 1, first) == COMMA or (
            near & self._rules.papers and near.isdisjoint(("by", "from", "of"))
        ):
            names = [one for one in sentence.names[:1] if self._opens(sentence, one.first)]
        else:
            return None
        speaks = names and names[0].roles & ANSWERING and not self._is_possessive(names[0])
        return names[0] if speaks else None

    def _is_cleft(self, sentence: Sentence, name: Name) -> bool:
        """Whether a clause tells who it was: "it was [the ministry] that denied it"."""
        if self._form_at(name.last) != "that":
            return False
        first = max(sentence.first, name.first - 3)
        before = self._content[self._words[first].start : self._words[name.first].start]
        return _IT_WAS.search(before) is not None

    def _is_in_relative(self, sentence: Sentence, name: Name, verb: int) -> bool:
        """Whether a name stands in a clause about somebody else: "the man who ran [the police]",
        but not "who police say"."""
        for place in range(name.first - 1, max(sentence.first, name.first - APART) - 1, -1):
            if not self._joined(place + 1):
                return False
            if self._is_of_claim(place):
                return False
            if self._form(place) in self._rules.relatives and self._form(place) != "which":
                between = range(place + 1, name.first)
                says = all(self._form(one) in self._rules.determiners for one in between)
                return not says or ("say", verb) not in self._senses
        return False

    def _is_taken(self, sentence: Sentence, name: Name, verb: int) -> bool:
        """Whether a verb is that of somebody behind a name, or of whoever did something to it: "she
        admits giving [the police] lists but denies it"."""
        place = self._before(sentence, verb) - 1
        if self._form(place) in self._rules.relatives:
            return place > name.last and self._joined(place)  # "army [sniper] who denies it"
        if self._form(place) not in self._rules.joins:
            return False
        if self._form(name.last) in self._rules.decisions and not self._opens(sentence, name.first):
            return True  # "welcomed the [court] ruling and denied it"
        for place in range(name.first - 1, max(sentence.first, name.first - APART) - 1, -1):
            if not self._joined(place + 1):
                return False
            if place in self._verbs:
                return True
        return False

    def _is_modifier(self, sentence: Sentence, name: Name, verb: int) -> bool:
        """Whether a place only says where somebody is from, in English: "[Leeds] man she met"."""
        rules, noun = self._rules, name.last
        return (
            not rules.inverts
            and name.roles == {"place"}
            and noun < self._before(sentence, verb) - 1
            and self._joined(noun)
            and not self._ends(noun)
            and not self._form(noun).endswith("ly")
            and self._form(noun) not in rules.between | rules.prepositions | rules.conjunctions
        )

    def _is_open(self, name: Name) -> bool:
        """Whether a comma within a name is one of a pair."""
        start, end = self._words[name.first].start, self._words[name.last - 1].end
        return self._content.count(COMMA, start, end) % 2 == 1

    def _is_aside(self, sentence: Sentence, name: Name, verb: int) -> bool:
        """Whether a name between commas is the speaker: "Lenslet, its maker, denies"."""
        start = name.first
        while start > sentence.first and self._form(start - 1) in self._rules.determiners:
            start -= 1
        if start in (sentence.first, name.first):
            return False
        return self._between(start - 1, start) == COMMA == self._between(name.last - 1, verb)

    def _has_conjunction(self, first: int, last: int) -> bool:
        """Whether a clause begins at one of the words `first` to `last` (exclusive)."""
        return any(self._form(place) in self._rules.conjunctions for place in range(first, last))

    def _is_inverted(self, sentence: Sentence, verb: int) -> bool:
        """Whether a subject may follow a verb, because what was said comes right before it."""
        if self._form(verb) in _TOLD:
            return False
        first = self._before(sentence, verb)
        if self._rules.inverts:
            return not self._has_object(sentence, verb, first)
        if first == sentence.first:
            return False
        # Not anywhere before: "On Tuesday, the carrier confirmed the agency was behind it".
        before = self._between(first - 1, first)
        if before == COMMA and self._is_capitalised_aside(sentence, first, NAMED):
            return False
        return "," in before or _QUOTE.search(before) is not None

    def _has_object(self, sentence: Sentence, verb: int, first: int) -> bool:
        """Whether who follows a verb, whose words begin at `first`, is the one spoken of: "le carte
        smentiscono il governo". Only an adverb may come before a verb with its subject behind."""
        rules, before = self._rules, self._form(first - 1)
        opens = first <= sentence.first or not self._joined(first)
        if not rules.fronted or opens or before in rules.fronted:
            return False
        if self._is_answer(verb):
            return True
        steps = ((sense, verb) for sense in ("say", "rule", "vote"))
        if rules.marks or self._senses.isdisjoint(steps):
            return False
        return not (before in rules.small or before.endswith("mente") or before.isdigit())

    def _is_capitalised_aside(self, sentence: Sentence, place: int, max_words: int) -> bool:
        """Whether a name between commas precedes a word: "Its lawyer, Ana Prado, says"."""
        for start in range(place - 1, max(sentence.first, place - 1 - max_words), -1):
            if not self._words[start].word[0].isupper():
                return False
            if self._between(start - 1, start) == COMMA:
                return True
        return False
