"""Find the names in sentences: who may speak.

They are found by nouns ("the ministry") and by mentions (agencies, vendors, courts, people,
places). A name extends over what belongs to its head ("former chief of harbour security").
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from core.records import Mention, MentionKind
from enrich.statements.offices import Offices
from enrich.statements.prose import Prose
from enrich.statements.rules import LISTED, Head, Role
from enrich.statements.sentences import NAMED, Name, Sentence
from enrich.statements.spelt import WITHIN, Spelt

LINKED = 3
"""How many words a name may extend past a link ("chief of [harbour security]")."""

MODIFIERS = 4
"""How many words before a noun may belong to it ("former deputy harbour" minister)."""

LONGEST = 24
"""How many words a name may have behind its noun: a hostile page goes on with links."""

ADJECTIVES = 2
"""How many words behind a noun may belong to it: "fiscal [general argentino]"."""

_OF_MENTION: dict[MentionKind, Role] = {
    MentionKind.AGENCY: "official",
    MentionKind.VENDOR: "official",
    MentionKind.COURT: "court",
    MentionKind.PERSON: "person",
    MentionKind.PLACE: "place",
}
_FORMER = ("ex", "l'ex", "dell'ex", "dall'ex")
_HYPHENS = ("-", "\u2010", "\u2011")


class Names:
    """The names in a text, by the nouns that may be their heads, and by its mentions."""

    def __init__(
        self,
        prose: Prose,
        nouns: Sequence[Head],
        mentions: Sequence[Mention],
        spelt: Spelt,
        offices: Offices,
    ) -> None:
        self._prose, self._spelt = prose, spelt
        self._offices = offices
        self._heads: dict[int, list[Head]] = defaultdict(list)
        self._closed: set[int] = set()
        mentioned = list(_mentioned(prose, mentions))
        nouns = [*nouns, *_named_again(prose, [*nouns, *mentioned])]
        known: dict[int, tuple[int, int]] = {}
        for role, first, last in mentioned:
            if role in ("official", "court"):
                number = prose.sentence(first)
                for place in range(first, last):
                    if prose.sentence(place) == number:
                        known[place] = first, last
        for role, first, last in nouns:
            # "Court of Appeal": a name that is known goes on no further than itself.
            span = known.get(first)
            first, last = span if span is not None and last <= span[1] else (first, last)
            self._heads[prose.sentence(first)].append((role, first, last))
        for one in mentioned:
            self._closed.add(one[2])
            self._heads[prose.sentence(one[1])].append(one)

    def has_speaker(self, number: int, *, before: int) -> bool:
        """Whether a name that is no place's begins in the sentence with a number, `before` a
        character."""
        heads, starts = self._heads[number], self._prose.starts
        return any(role != "place" and starts[first] < before for role, first, _ in heads)

    def within(self, sentence: Sentence, number: int) -> list[Name]:
        """Those in the sentence with a number, whole, in order; names that overlap become one."""
        prose = sentence.prose
        names: list[Name] = []
        own = [head for head in self._heads[number] if head[1] >= sentence.first]
        heads = [*own, *_firms(sentence, self._spelt)]
        begun = frozenset(first for _, first, _ in heads)
        for role, first, last in sorted(heads, key=lambda head: (head[1], -head[2])):
            if not sentence.begins.isdisjoint(range(first, last)):
                continue
            start, end = _modified(sentence, first), self._end(sentence, role, first, last, begun)
            if role == "denier" and _is_of_the_harmed(prose, start, end):
                continue
            before = names[-1] if names else None
            if before is not None and start < before.last:
                _add_role(prose, before, role, first)
                before.last = max(before.last, end)
            elif before is not None and _holds(prose, before, role, start):
                before.last = end
            else:
                names.append(Name(start, end, {role}))
        for name in names:
            within = [head for head in heads if name.first <= head[1] < name.last]
            self._offices.settle(sentence, name, within)
        return names

    def _end(
        self, sentence: Sentence, role: Role, first: int, last: int, heads: frozenset[int]
    ) -> int:
        """Where the name ends whose head is the words `first` to `last`; all heads begin at
        `heads`."""
        prose = sentence.prose
        named = _named(sentence, last, last in self._closed) if role in LISTED else last
        end = _linked(sentence, named)
        if any(prose.is_link(place) for place in range(first, end)):
            end = _spelt_on(sentence, end, heads)
        # "sagte Ana Prado [der Zeitung]"
        return last if role == "person" and end > last and prose.forms[last] == "der" else end


def _mentioned(prose: Prose, mentions: Sequence[Mention]) -> Iterator[Head]:
    """The mentions that may speak, as word ranges; for a "BND-Mitarbeiter" the BND does not."""
    place = 0
    for one in sorted(mentions, key=lambda one: one.start):
        role = _OF_MENTION.get(one.kind)
        while place < len(prose.words) and prose.ends[place] <= one.start:
            place += 1
        last = place
        while last < len(prose.words) and prose.starts[last] < one.end:
            last += 1
        hyphen = prose.content.startswith(_HYPHENS, one.end)
        is_others = hyphen and prose.form_at(last) in prose.rules.others
        if role and last > place and not is_others:
            yield role, place, last


def _named_again(prose: Prose, heads: Sequence[Head]) -> Iterator[Head]:
    """The courts and regulators that a word of their names stands for: "the Data Protection
    Commission fined it. The [commission] found". They have the roles of the whole names."""
    courts = {head[1:] for head in heads if head[0] == "court" and head[2] - head[1] > 1}
    again: dict[str, set[Role]] = defaultdict(set)
    for role, first, last in heads:
        if (first, last) in courts:
            for form in map(_bare, prose.forms[first:last]):
                if form in prose.rules.named_again:
                    again[form].add(role)
    for place, form in enumerate(prose.forms) if again else ():
        is_leaning = form != _bare(form)
        if is_leaning or (place > 0 and prose.forms[place - 1] in prose.rules.determiners):
            for role in sorted(again.get(_bare(form), ())):
                yield role, place, place + 1


def _bare(form: str) -> str:
    """A word without the article that leans on it: "l'[autorité]"."""
    return form.rpartition("'")[2]


def _firms(sentence: Sentence, spelt: Spelt) -> Iterator[Head]:
    """The firms in a sentence that are well known, or said to be one in the text; like people, they
    deny and confirm. An "Uber-Fahrer" is none."""
    prose, listed, spelt_ones, end = sentence.prose, sentence.prose.rules.firms, spelt.firms, 0
    for first in range(sentence.first, sentence.last):
        form = prose.forms[first]
        if first < end or not (form in listed or form in spelt_ones):
            continue
        end = first + (form in listed and prose.words[first][0].isupper())
        while (
            end < sentence.last
            and prose.forms[end] in spelt_ones
            and prose.words[end][0].isupper()
            and not prose.is_possessive(end)
            and (end == first or prose.joined(end))
        ):
            end += 1
        if end > first and not prose.content.startswith(_HYPHENS, prose.ends[end - 1]):
            yield "person", first, end


def _add_role(prose: Prose, name: Name, role: Role, first: int) -> None:
    """Give a name the role of a further head in it. Its head comes first ("minister of ..."),
    except in compounds."""
    near = range(max(name.first, first - LINKED - MODIFIERS), first)
    is_linked = any(prose.is_link(place) for place in near)
    if role == "denier":
        if prose.is_possessive(name.last - 1):
            name.roles = {role}  # "the ministry's lawyer"
        elif not is_linked and name.roles <= {"person", "place"}:
            name.roles.add(role)  # "Norland airline"
    elif name.roles == {"denier"}:
        if role == "official" or not (is_linked or role == "place"):
            name.roles.add(role)  # "lawyer for the ministry", "lawyer Ana Prado"
    elif role not in ("person", "place"):
        name.roles.add(role)


def _is_of_the_harmed(prose: Prose, start: int, end: int) -> bool:
    """Whether a name is that of somebody who stands for those who were watched: "victims'
    lawyer"."""
    return any(form.startswith(prose.rules.harmed) for form in prose.forms[start:end])


def _holds(prose: Prose, office: Name, role: Role, place: int) -> bool:
    """Whether the name of an office's holder, or of a firm, follows what they are: "ministra
    [Ana Prado]", "empresa [Lantern]"."""
    return (
        (role == "person" or (role == "official" and not prose.rules.modifiers))
        and office.last == place
        and prose.joined(place)
        and not prose.is_possessive(office.last - 1)
        and office.roles.isdisjoint(("person", "place"))
    )


def _modified(sentence: Sentence, first: int) -> int:
    """Where a name begins, without its determiner."""
    prose, rules = sentence.prose, sentence.prose.rules
    start = first
    if prose.forms[first] in rules.determiners:
        return start  # the noun is listed with its article: "thanked [the city]"
    if not rules.modifiers:
        while start > sentence.first and _is_prefix(prose, start - 1):
            start -= 1
        return start
    while (
        start > max(sentence.first, first - MODIFIERS)
        and prose.joined(start)
        and not sentence.ends_name(start - 1)
        and prose.forms[start - 1] not in rules.determiners
        and prose.forms[start - 1] not in rules.prepositions
        and not prose.is_stray(start - 1)
    ):
        start -= 1
    return start


def _is_prefix(prose: Prose, place: int) -> bool:
    """Whether a word is one with the next: "[ex-]ministre", "[ex] ministro"."""
    hyphen = prose.content.startswith(_HYPHENS, prose.ends[place])
    return prose.joined(place + 1) and (hyphen or prose.forms[place] in _FORMER)


def _named(sentence: Sentence, last: int, is_closed: bool) -> int:
    """Where a noun ends with the adjectives and the name behind it, in languages that put them
    there, "l'éditeur [israélien Vantelis]", or where the noun has a capital, too: "Sheriff
    [Oakes]". A noun that ends a mention has no more name."""
    prose, end = sentence.prose, last
    if prose.rules.modifiers:
        has_capital = prose.words[last - 1][0].isupper() and prose.field == "text"
        if prose.rules.capitals or not has_capital:
            return last
    stop = min(sentence.last, end + ADJECTIVES)
    while end < stop and prose.joined(end) and _is_adjective_behind(prose, end):
        end += 1
    stop = end if is_closed else min(sentence.last, end + NAMED)
    while (
        end < stop
        and prose.joined(end)
        and prose.words[end][0].isupper()
        and not sentence.ends_name(end)
        and prose.forms[end] not in WITHIN  # "Minister Van der Mark"
    ):
        end += 1
    return end


def _is_adjective_behind(prose: Prose, place: int) -> bool:
    form, rules = prose.forms[place], prose.rules
    return form in rules.adjectives or form.startswith(rules.adjective_starts)


def _linked(sentence: Sentence, last: int) -> int:
    """Where a name ends with what its links add: "chief [of harbour security]"."""
    prose, rules = sentence.prose, sentence.prose.rules
    end, most = last, min(sentence.last, last + LONGEST)
    while end < most and prose.is_link(end) and prose.joined(end):
        if not rules.media.isdisjoint(map(prose.form_at, (end + 1, end + 2))):
            break  # "sagte ein Sprecher [der Deutschen Presse-Agentur]"
        stop = end if prose.is_leaning(end) else end + 1
        if stop < sentence.last and prose.forms[stop] in rules.determiners:
            stop += 1
        begun = stop
        while (
            stop < min(sentence.last, begun + LINKED)
            and prose.joined(stop)
            and not sentence.ends_name(stop)
            and (stop == begun or not prose.is_link(stop))
            and (stop == begun or prose.forms[stop] not in rules.prepositions)
        ):
            stop += 1  # "chief of police", not "[before the vote]"
        if stop > begun and stop in sentence.begins and prose.forms[stop - 1].endswith("ly"):
            stop -= 1  # "the court of appeal [explicitly] said"
        if stop == begun:
            break
        end = stop
    return end


def _spelt_on(sentence: Sentence, end: int, heads: frozenset[int]) -> int:
    """Where a name ends that goes on with capitals, also behind an "and": "Department for Business
    [and Trade]", unless this runs into one of the other names, which begin at `heads`. A headline
    has capitals for other words, too."""
    prose, rules = sentence.prose, sentence.prose.rules
    if rules.capitals or prose.field == "title" or not prose.words[end - 1][0].isupper():
        return end
    place, most = end, min(sentence.last, end + LONGEST)
    while place < most and prose.joined(place):
        place += prose.forms[place] in rules.joins
        if place == sentence.last or not prose.words[place][0].isupper():
            break
        if place in heads:
            return end
        if sentence.ends_name(place):
            break
        place += 1
    return place if prose.words[place - 1][0].isupper() else place - 1
