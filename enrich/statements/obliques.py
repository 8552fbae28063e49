"""Names that are no subjects: after a preposition, in another case, or negated."""

from __future__ import annotations

from enrich.statements.sentences import Name, Sentence, SentenceReader

_SOMETHING = frozenset(("algo", "ce", "ciò", "cosa", "lo", "o", "quello"))
"""What may stand for a claim: "ce que la police dément"."""


_FROM = frozenset(("da", "dal", "dalla", "desde"))
"""Words for where an answer comes from, by which a sentence may begin with whoever gives it."""


class ObliqueReader(SentenceReader):
    """Reads the sentences of an article's title or text, and tells which names are no subjects."""

    def _has_preposition(self, sentence: Sentence, name: Name) -> bool:
        place = name.first - 1
        if self._is_genitive(sentence, place) or self._is_dative(sentence, name):
            return True
        if self._is_adjective(sentence, place):
            place -= 1
        if place >= sentence.first and self._form(place) in self._rules.determiners:
            place -= 1
        if place < sentence.first or "," in self._between(place, place + 1):
            return False  # "with two children inside, police said"
        elided, mark, _ = self._form(name.first).partition("'")
        if self._is_leaning(name.first) or elided + mark in self._rules.prepositions:
            return True
        if self._is_object(place, name):
            return True
        if self._form(place) in _FROM and place == sentence.first:
            return name.roles == {"place"}  # "Desde [el ministerio] niegan"
        if self._form(place) not in self._rules.prepositions or self._is_of_claim(place):
            return False
        # "A statement from the ministry said": the ministry is the speaker.
        return place == sentence.first or self._form(place - 1) not in self._rules.papers

    def _is_object(self, place: int, name: Name) -> bool:
        """Whether an English participle stands before a name's article: "a diver [suing] the
        ministry denied it"."""
        return (
            not self._rules.inverts
            and place + 1 < name.first
            and self._joined(place + 1)
            and self._form(place).endswith("ing")
        )

    def _is_genitive(self, sentence: Sentence, article: int) -> bool:
        """Whether what follows an article belongs to the noun before it: "den Angaben [der]
        Polizei", "la version [des] autorités"; not so in "am Montag der Minister"."""
        noun = article - 1
        small = self._rules.stops | self._rules.conjunctions
        return (
            noun >= sentence.first
            and self._form(noun) not in small
            and self._form(article) in self._rules.links & self._rules.determiners
            and self._joined(article)
            and (not self._rules.capitals or self._words[noun].word[0].isupper())
            and noun not in self._verbs
            and self._form(noun - 1) != "am"
        )

    def _is_dative(self, sentence: Sentence, name: Name) -> bool:
        """Whether an article tells that a German noun is no subject: "sagte [der] Polizei"."""
        if name.first == sentence.first or self._form(name.first - 1) != "der":
            return False
        for place in range(name.first, name.last):
            if self._is_link(place):
                return False
            if self._form(place).endswith(self._rules.feminine):
                return True
        return False

    def _is_adjective(self, sentence: Sentence, place: int) -> bool:
        """Whether a word before a noun may belong to it, where names do without: "do [atual]
        governo"."""
        rules = self._rules
        return (
            not rules.modifiers
            and place > sentence.first
            and self._joined(place + 1)
            and self._joined(place)
            and self._words[place].word.islower()
            and not self._ends(place)
            and not any(
                self._form(place) in small
                for small in (rules.determiners, rules.prepositions, rules.conjunctions)
            )
            and self._form(place) not in rules.papers
        )

    def _is_of_claim(self, place: int) -> bool:
        """Whether a word says what somebody does with a claim: "accuse [che] il ministero nega"."""
        before = self._form(place - 1)
        return (
            not self._rules.modifiers
            and self._form(place) in ("que", "che")
            and place > 0
            and (before.startswith(self._rules.claim_starts) or before in _SOMETHING)
        )

    def _is_cited(self, sentence: Sentence, name: Name) -> bool:
        """Whether something is told on somebody's word: "according to [the ministry]"."""
        place = name.first - 1
        if place > sentence.first and self._form(place) in self._rules.determiners:
            place -= 1
        cites = place >= sentence.first and self._form(place) in self._rules.citing
        if not cites or self._is_possessive(name):
            return False
        follows = name.last < sentence.last and self._form(name.last) in self._rules.documents
        return not follows and (self._form(place) != "to" or self._form(place - 1) == "according")

    def _is_nobody(self, sentence: Sentence, name: Name) -> bool:
        """Whether a name is itself negated, "no official confirmed", but not "No 10", or its verb
        before it: "never has [a court] ruled"."""
        rules, first = self._rules, name.first
        if first > sentence.first and self._form(first - 1) in rules.determiners:
            first -= 1
        before = {self._form(place) for place in range(max(sentence.first, first - 4), first)}
        if before & rules.negations and self._form(first - 1) in rules.auxiliaries:
            return True
        near = range(max(sentence.first, name.first - 1), name.first + 1)
        return any(
            self._form(place) in rules.nobody and not self._form_at(place + 1).isdigit()
            for place in near
        )
