"""What an article speaks of, which decides what a name in it means: contexts and countries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core.records import MentionKind
from enrich.mentions.names import COUNTRY, Name, read_contexts, read_demonyms
from enrich.mentions.patterns import Hit

TRADE = frozenset(("watch", "spyware", "leaks", "face", "broker"))
"""Contexts of an article that clearly names a vendor or a programme: "Graphite" beside "Paragon
Solutions" is that vendor's product."""

_OF_THE_TRADE = (MentionKind.VENDOR, MentionKind.PROGRAMME)


@dataclass(frozen=True, slots=True)
class Cue:
    """A word that says what an article speaks of: a context, or a country by its nationality."""

    contexts: frozenset[str] = frozenset()
    country: str = ""


class Subject(NamedTuple):
    """What an article speaks of: its contexts, how often it names each country, and the country of
    each nationality in it, keyed by where the word ends."""

    contexts: frozenset[str]
    countries: Counter[str]
    nations: Mapping[int, str]


def cues() -> Iterator[tuple[str, Cue]]:
    """The words of contexts and of nationalities, with what each says."""
    contexts: dict[str, set[str]] = {}
    for context, words in read_contexts().items():
        for word in words:
            contexts.setdefault(word, set()).add(context)
    for word, of in contexts.items():
        yield word, Cue(contexts=frozenset(of))
    for country, words in read_demonyms().items():
        for word in words:
            yield word, Cue(country=country)


def subject_of(
    cues: Sequence[Hit[Cue]], names: Iterable[Hit[Name]], places: Counter[str]
) -> Subject:
    """What an article speaks of, by its cues, its listed names and the countries of its places."""
    contexts = frozenset[str]().union(*(hit.target.contexts for hit in cues))
    nations = [hit for hit in cues if hit.target.country]
    # "Germans" matches as itself and as a plural: count it once.
    countries = places + Counter({hit.start: hit.target.country for hit in nations}.values())
    names = list(names)
    shared = {(hit.start, hit.end) for hit in names if hit.target.needs == COUNTRY}
    own = Counter[str]()
    for hit in names:
        if hit.target.needs is None:
            # An agency counts for its country, a vendor for its trade. "Policía Nacional", of which
            # several countries have one, counts only where nothing else does.
            of = own if (hit.start, hit.end) in shared else countries
            of[hit.target.country or ""] += 1
            if hit.target.kind in _OF_THE_TRADE:
                contexts |= TRADE
    if countries.keys() <= {"", "EU"}:
        countries += own
    return Subject(contexts, countries, {hit.end: hit.target.country for hit in nations})
