"""Find people by rule: a given name and a surname, a role before them, a word of speech after.

A full name is recognised where

- an unambiguous given name stands before a word that is neither common nor the name of a thing;
- a given name that is also a place or begins sentences (Austin, Will) precedes a listed surname;
- two words follow a role ("researcher Ana Perera"), or stand next to a word of speech and one of
  them is a listed name.

A surname after a title ("Mr. Clapper") counts. So does a surname alone if the article has the full
name anywhere, even later: headlines shorten first.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from core.records import MentionKind
from enrich.mentions.found import PERSON, SHORT, TITLED, Found
from enrich.mentions.names import (
    read_common_words,
    read_cues,
    read_given_names,
    read_nationalities,
    read_words,
)
from enrich.mentions.particles import (
    ARTICLES,
    CAPITAL_PARTICLES,
    FAMILY_PARTICLES,
    JOINTS,
    WIDEST_GAP,
    particles_before,
)
from enrich.mentions.roles import Roles
from enrich.mentions.words import Word, word_after, word_before
from enrich.words import Memo

MAX_WORDS = 5
"""Maximum words of a name: "Andrés Manuel López Obrador" has four."""

_COMPOUND = re.compile(
    "^Ex-|-of-|-(?:appointed|backed|based|born|era|inspired|ish|led|like|linked|owned|run|style"
    "|themed)$"
)
"""Words with a hyphen that are no name, as "Ana Prado-inspired" is; "Seo Kang-min" is one."""

_AFTER_FAMILY = frozenset(("Jr", "Sr", "II", "III", "IV"))
_SPEECH_AFTER = re.compile(r",? (?:who )?([^\W\d_]+)")
_PERSON_AFTER = re.compile(r", (?:who|aged \d|\d\d\b)")
_PERSON_OR_THING_AFTER = re.compile(r", (?:die|der|qui|quien|che|que) ")
_THING_AFTER = re.compile(r"(?: (?:International|Memorial|National|Presidential))? ([\w'-]+)")
_SPEECH_BEFORE = re.compile(r"([^\W\d_]+),? $")
_WIDEST_WORD = 24
"""Characters before a name within which such a word stands."""


def is_named_after(text: str, end: int) -> bool:
    """Whether a name goes on as that of a house, a street or a school: "Snowden [Lodge]"."""
    thing = _THING_AFTER.match(text, end)
    return thing is not None and thing[1] in read_cues()["named_after"]


class PeopleFinder:
    """Finds people. Pure once made."""

    def __init__(self, places: Collection[str]) -> None:
        cues = read_cues()
        self._titles, self._roles = cues["titles"], Roles()
        self._weak_titles, self._given_titles = cues["weak_titles"], cues["given_titles"]
        self._nationalities = read_nationalities().keys()
        self._speech, self._things = cues["speech"], cues["things"] | cues["after_place"]
        self._no_given = cues["no_given"]
        self._none = {tuple(pair.split("+")) for pair in cues["no_persons"]}
        self._common = read_common_words()
        self._weak_given = cues["weak_given"]
        words = {word for word in read_given_names() if word.lower() in self._common}
        kept = cues["word_given"] | cues["weak_given"]
        self._given = read_given_names() - words | kept
        self._surnames = read_words("surnames.txt")
        self._places = places
        self._given_name = Memo(self._is_given)
        self._may_be_name = Memo(self._may_be_a_name)
        self._may_begin = Memo(self._may_begin_a_name)

    def full_names(self, text: str, words: Sequence[Word]) -> Iterator[Found]:
        """The full names, and the surnames after a title."""
        index = 0
        while index < len(words) - 1:
            if words[index + 1].start - words[index].end > WIDEST_GAP:
                index += 1
                continue
            last = self._name_from(text, words, index)
            if last > index:
                start, end = words[index].start, words[last].end
                yield Found(start, end, text[start:end], MentionKind.PERSON, PERSON)
                index = last + 1
                continue
            if self._is_titled(text, words, index):
                word = words[index + 1]
                yield Found(word.start, word.end, word.text, MentionKind.PERSON, TITLED)
            index += 1

    def short_forms(
        self, text: str, words: Sequence[Word], people: Sequence[Found]
    ) -> Iterator[Found]:
        """Surnames alone, of people whose full name is in the article. If several share a surname,
        it is the one last named before it, else the one named first."""
        known: dict[str, list[Found]] = defaultdict(list)
        for person in sorted(people, key=lambda one: one.start):
            surname = _surname(person.name)
            if surname is not None:
                known[surname].append(person)
                known[f"Al-{surname}"].append(person)
        for index, word in enumerate(words):
            if word.text not in known or not self._stands_alone(text, words, index):
                continue
            owners = known[word.text]
            earlier = bisect_left(owners, word.start, key=lambda one: one.start)
            owner = owners[max(earlier - 1, 0)]
            start = word.start - particles_before(text, word.start, owner.name)
            yield replace(owner, start=start, end=word.end, rank=SHORT)

    def _name_from(self, text: str, words: Sequence[Word], first: int) -> int:
        """The index of the last word of the full name that begins here, or `first` if none does."""
        word = words[first].text
        if not self._may_begin[word]:
            return first
        if self._is_before_a_full_name(text, words, first):
            return first
        last = self._surname_after(text, words, first)
        pairs = ((word, words[last].text), (word, words[first + 1].text))
        if last == first or not self._none.isdisjoint(pairs):
            return first
        return last if self._is_person(text, words, first, last) else first

    def _is_before_a_full_name(self, text: str, words: Sequence[Word], first: int) -> bool:
        """Whether a word is a title, though also a given name, "[Prince] Mohammed bin Salman", or
        what a role is of, "ministra de [Justicia] Ana Prado"."""
        titles, second = self._given_titles, first + 1
        word, following = words[first], words[second].text
        is_title = word.text in titles and following not in titles
        is_office = (
            not self._given_name[word.text]
            and self._given_name[following]
            and self._roles.stand_before_of(text, word.start)
        )
        if not is_title and not is_office:
            return False
        return second + 1 < len(words) and self._name_from(text, words, second) > second

    def _may_begin_a_name(self, word: str) -> bool:
        """Whether a full name may begin with a word."""
        if len(word) == 1 or word in self._no_given or word.startswith(("I'", "L'")):
            return False  # "A Câmara, que", "Les Échos, qui", "I'm Gabriel", "L'Écho du Bocage"
        # Not "Sprecherin [Ana Prado]".
        return self._given_name[word] or (self._may_be_name[word] and not self._roles.has(word))

    def _is_person(self, text: str, words: Sequence[Word], first: int, last: int) -> bool:
        """Whether the words `first` to `last` are somebody's full name, by what they are or by what
        stands beside them."""
        begin, end = words[first], words[last]
        given = self._given_name[begin.text]
        if given and self._is_thing_or_surname(text, begin, end):
            return True
        if not self._may_be_name[end.text] or end.text in self._things:
            return False
        if is_named_after(text, end.end):
            return False
        listed = end.text in self._surnames
        # A role before a given name is enough, unless a place follows that is no listed surname:
        # "Sheriff Kent Dray", "Senator Elizabeth Warren".
        joined = text[begin.end : words[first + 1].start] in JOINTS
        named = given and (listed or joined or end.text not in self._places)
        return (
            (given and self._are_a_name(begin.text, end.text))
            or (named and self._roles.stand_before(text, begin.start))
            or self._is_holder(text, begin, end, given=given)
            or self._is_said_to_be_one(text, begin, end, known=given or listed)
        )

    def _are_a_name(self, given: str, surname: str) -> bool:
        """Whether a given name and what follows are a full name, whatever stands beside them."""
        listed, common = surname in self._surnames, surname.lower() in self._common
        weak = given in self._weak_given
        if given not in self._places and not weak and (listed or not common):
            return True
        return listed and surname not in self._places and not (weak and common)

    def _is_thing_or_surname(self, text: str, given: Word, surname: Word) -> bool:
        """Whether a surname that is also the name of things is one: "spokeswoman Dana Hill"."""
        return (
            surname.text in self._things
            and surname.text in self._surnames
            and not word_after(text, surname.end)[:1].isupper()
            and self._roles.stand_before(text, given.start)
        )

    def _is_given(self, word: str) -> bool:
        """Whether a word is a given name, or two of them joined: "Marie-Ange"."""
        if word in self._nationalities or (word in self._things and word not in self._weak_given):
            return False
        if word in self._given:
            return True
        parts = word.split("-")
        return len(parts) == 2 and parts[0] in self._given and parts[1] in self._given

    def _surname_after(self, text: str, words: Sequence[Word], first: int) -> int:
        """The index of the surname after a given name, past further names and initials."""
        last, stop = first, min(len(words), first + MAX_WORDS)
        while last + 1 < stop and self._has_next(text, words, first, last):
            last += 1
        while last > first and (len(words[last].text) == 1 or words[last].text in FAMILY_PARTICLES):
            last -= 1
        return last

    def _has_next(self, text: str, words: Sequence[Word], first: int, last: int) -> bool:
        """Whether the next word belongs to a name, by what parts the two and by what they are."""
        following, gap = words[last + 1], text[words[last].end : words[last + 1].start]
        initial = last > first and len(words[last].text) == 1
        joined = gap in JOINTS or (
            gap in ARTICLES and last > first and words[last].text in CAPITAL_PARTICLES
        )
        if not (gap == " " or joined or (initial and gap == ". ")):
            return False
        if gap == " y " and self._begins_another(text, words, last + 1):
            return False
        if following.text == "Read" and text.startswith(" more", following.end):
            return False  # "Read more" ends many a feed's text
        if following.text in _AFTER_FAMILY:
            return False
        return (
            last == first
            or initial
            or self._goes_on(words, first, last, gap)
            or self._ends_a_name(text, words, first, last + 1)
        )

    def _begins_another(self, text: str, words: Sequence[Word], first: int) -> bool:
        """Whether somebody else's name begins with a word: "Ana Prado y [Jan] Kos", but "Ortega y
        Gasset"."""
        if first + 1 == len(words) or not self._given_name[words[first].text]:
            return False
        surname = words[first + 1]
        return text[words[first].end : surname.start] == " " and self._may_be_name[surname.text]

    def _goes_on(self, words: Sequence[Word], first: int, last: int, gap: str) -> bool:
        """Whether a name that could end at `last` continues by one more word, by what both are."""
        following, latest = words[last + 1].text, words[last].text
        if not self._may_be_name[latest] or latest in self._things:
            return False
        if gap == " " and following in FAMILY_PARTICLES:
            return True
        if following in self._things or not self._may_be_name[following]:
            return False
        if gap != " ":
            # Where somebody is from is no part of a name: "Ana Prado di Emergency", "de Sevilla".
            of = gap == " di " or following in self._places
            return not of or latest in self._given or following in self._surnames
        if following.lower() in self._common:
            return latest in self._given and last == first + 1 and following in self._surnames
        return following in self._surnames or latest in self._given or latest in CAPITAL_PARTICLES

    def _may_be_a_name(self, word: str) -> bool:
        """Whether a word looks like part of a name: neither an acronym nor a thing."""
        if len(word) > 1 and word.isupper() and "-" not in word:
            return False
        if word in self._things or word in self._titles or _COMPOUND.search(word):
            return False  # "Mother-of-two Sharon", "Ana Prado-inspired"
        return word in self._surnames or word in self._given or word.lower() not in self._common

    def _is_said_to_be_one(self, text: str, first: Word, last: Word, *, known: bool) -> bool:
        """Whether a role before, or a word of speech next to it, marks this as a person.

        If neither word is in a list, only what cannot be said of a firm is accepted.
        """
        if any(one.text in self._places for one in (first, last)):
            return False
        if self._roles.stand_before(text, first.start):
            return True
        if _PERSON_AFTER.match(text, last.end):
            return True
        if not known:
            return False
        if _PERSON_OR_THING_AFTER.match(text, last.end):
            return True
        before = _SPEECH_BEFORE.search(text, max(0, first.start - _WIDEST_WORD), first.start)
        return self._speaks(text, last) or (before is not None and before[1] in self._speech)

    def _speaks(self, text: str, last: Word) -> bool:
        """Whether a word of speech follows a name: "Ana Prado, who [said]"."""
        after = _SPEECH_AFTER.match(text, last.end)
        return after is not None and after[1] in self._speech

    def _is_holder(self, text: str, first: Word, last: Word, *, given: bool) -> bool:
        """Whether a role stands before a name between commas, or right after it: "its director,
        Ana Prado, said", "Ana Prado, its director". A given name may be that of a place, too: "its
        head, Vladimir Quaxley, said"."""
        if last.text in self._places or (first.text in self._places and not given):
            return False
        if text[last.end : last.end + 1] not in (",", "."):
            return False
        return self._roles.are_held(text, first.start, last.end, first.text)

    def _ends_a_name(self, text: str, words: Sequence[Word], first: int, place: int) -> bool:
        """Whether a word that no list has ends somebody's name, of whom it is clear where the name
        begins and ends: "Senator Emilio Alvarez [Icaza] said"."""
        word, latest = words[place].text, words[place - 1].text
        if text[words[place - 1].end : words[place].start] != " " or latest in self._things:
            return False
        if word in self._places or word.lower() in self._common or not self._may_be_name[word]:
            return False
        start = words[first].start
        opens = text[start - 1 : start] in ("", "\n") or text.endswith((", ", ". "), 0, start)
        begins = opens or self._roles.stand_before(text, start)
        ends = self._speaks(text, words[place]) or text.startswith(",", words[place].end)
        return begins and ends

    def _is_titled(self, text: str, words: Sequence[Word], index: int) -> bool:
        """Whether a title and a surname stand here: "Mr. Clapper"."""
        title, word = words[index], words[index + 1]
        if title.text not in self._titles or text[title.end : word.start] not in (" ", ". "):
            return False
        if not self._may_be_name[word.text] or word.text in self._places:
            return False
        if len(word.text) == 1:
            return False  # an initial: "Judge B. Lynn Winmill"
        following, common = word_after(text, word.end), word.text.lower() in self._common
        if self._makes_a_thing(text, word):
            return False
        if following[:1].isupper() and following.lower() not in self._common:
            return False  # a longer name, not a surname alone
        weak = title.text in self._weak_titles
        if word.text in self._surnames:
            return not (weak and common)
        return not (weak or common or word.text in self._nationalities)

    def _makes_a_thing(self, text: str, word: Word) -> bool:
        return word_after(text, word.end) in self._things or is_named_after(text, word.end)

    def _stands_alone(self, text: str, words: Sequence[Word], index: int) -> bool:
        """Whether a word is a surname by itself, and not part of another name."""
        word = words[index]
        if self._makes_a_thing(text, word) and text[word.end + 1].isupper():
            return False
        if word.start and text[word.start - 1] == "-":
            return text.endswith((" al-", " el-"), 0, word.start)
        if word.text.lower() in self._common and not word_before(text, word.start):
            return False  # the first word of a sentence may be any word
        if index and text[words[index - 1].end : word.start] == " ":
            before = words[index - 1].text
            return before not in self._given or before.lower() in self._common
        return True


def _surname(name: str) -> str | None:
    """The last word of a full name; None if there is only one word."""
    words = [word for word in name.split(" ") if word.rstrip(".") not in _AFTER_FAMILY]
    last = words[-1].removeprefix("al-").removeprefix("el-")
    return last if len(words) > 1 and last[:1].isupper() else None
