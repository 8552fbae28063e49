"""Find the subject of a verb: who denies, confirms, rules or says.

A subject stands before its verb in the same clause, or between commas ("Lenslet, its maker,
denies"), else right after it ("sagte ein Sprecher"). A name after a preposition is none.
"""

from __future__ import annotations

from enrich.statements.behind import BEHIND, subject_behind
from enrich.statements.clauses import is_subject
from enrich.statements.obliques import has_preposition, is_nobody
from enrich.statements.offices import office_behind
from enrich.statements.prose import CLAUSE_MARK, COMMA
from enrich.statements.rules import Role
from enrich.statements.sentences import APART, NAMED, Name, Sentence

ANSWERING: frozenset[Role] = frozenset(("official", "person", "place"))
"""Who denies and confirms. A court or a parliament mostly decides by it, and answers nobody."""

_AND = frozenset(("and", "e", "en", "et", "und", "y"))
"""Words between two names that are one subject."""

_BEING = frozenset(("am", "are", "be", "been", "is", "was", "were", "by"))
"""After these a participle is a verb of whoever is before: "reacted [by] denying it"."""


def subject(sentence: Sentence, verb: int, roles: frozenset[Role]) -> Name | None:
    """The subject of a verb, if it has one of the roles: the first name before the verb in its
    clause, else the one after it."""
    prose = sentence.prose
    begun = sentence.beginning(verb)
    is_persons = False
    denier: Name | None = None
    for name in _candidates(sentence, verb):
        if is_subject(sentence, name, verb):
            if denier and _is_with(sentence, denier, name):
                return None
            if name.roles <= {"person", "denier"} and not name.roles & roles:
                # Unless an office follows: "Ana Prado, its head, said".
                is_persons = is_persons or "person" in name.roles
                denier = name if "denier" in name.roles else denier
                continue
            if (
                not name.roles & roles
                or is_nobody(sentence, name)
                or _is_document(sentence, name, begun)
            ):
                return None
            office = office_behind(sentence, name)
            if office is not None and office.roles & roles:
                return office
            return _and_another(sentence, name, begun, roles) or _with_its_noun(
                sentence, name, begun
            )
    opens = begun == sentence.first or not prose.joined(begun)
    if not opens and prose.forms[begun - 1] in prose.rules.documents:
        return None  # "Documenten spreken minister tegen"
    return None if is_persons else subject_behind(sentence, verb, roles)


def _candidates(sentence: Sentence, verb: int) -> list[Name]:
    """The names before a verb, countries last: most say where something is, or where a report is
    from. Only those that tell whose word it was that came before: "Police lamps are for officers,
    not for divers, [the police chief] said"; none if no list has them."""
    names = sentence.names_before(verb)
    last = sentence.beginning(verb)
    first = _attribution(sentence, last) if sentence.has("say", verb) else last
    near = [name for name in names if name.first >= first]
    near = near if near and sentence.opens(near[0].first) else []
    unlisted = all(word[0].isupper() for word in sentence.prose.words[first:last])
    if first < last and (near or unlisted):
        names = near
    return sorted(names, key=lambda name: name.roles == {"place"})


def _attribution(sentence: Sentence, last: int) -> int:
    """Where the words before a verb begin, if a comma parts them from what they said."""
    prose, first = sentence.prose, last
    while first > max(sentence.first, last - APART) and prose.joined(first):
        first -= 1
    return first if prose.gap(first) == COMMA else last


def _is_with(sentence: Sentence, denier: Name, name: Name) -> bool:
    """Whether somebody has to do with a name in one clause: "a lawyer suing [the ministry]", but
    not "founder and director"."""
    prose = sentence.prose
    small = prose.rules.joins | prose.rules.determiners
    between = range(denier.last, name.first)
    return "," not in prose.text_between(denier.last - 1, name.first) and any(
        prose.forms[place] not in small and not prose.is_stray(place) for place in between
    )


def _is_document(sentence: Sentence, name: Name, verb: int) -> bool:
    """Whether it is somebody's papers that say something: "police files, seen by us, show"."""
    prose = sentence.prose
    return any(
        end >= name.last and prose.joined(place) and prose.forms[end] in prose.rules.documents
        for place, end in ((verb, verb - 1), (name.last, name.last))
    )


def _and_another(sentence: Sentence, name: Name, verb: int, roles: frozenset[Role]) -> Name | None:
    """A name with another one that is the subject of the same verb: "Lantern [and the ministry] did
    not comment"."""
    prose = sentence.prose
    other = sentence.name_until(verb)
    if other is None or not other.roles & roles or not prose.joined(verb):
        return None
    joined = other.first
    if prose.joined(joined) and prose.forms[joined - 1] in prose.rules.determiners:
        joined -= 1
    is_joined = joined - 1 == name.last and prose.forms[name.last] in _AND
    return Name(name.first, other.last, name.roles | other.roles) if is_joined else None


def _with_its_noun(sentence: Sentence, name: Name, verb: int) -> Name:
    """A name with the noun that it modifies, "Norland [lawmaker] denies", or with the surname that
    follows a title: "Lord Justice [Haddon-Cave] ruled"."""
    prose, noun = sentence.prose, verb - 1
    if (
        prose.rules.inverts
        or not _is_one_name(sentence, name.last, verb)
        or not prose.joined(verb)
        or prose.forms[noun] in prose.rules.prepositions
        or prose.forms[noun].endswith("ly")
    ):
        return name
    return Name(name.first, verb, name.roles)


def _is_one_name(sentence: Sentence, first: int, last: int) -> bool:
    """Whether a name goes on with the words `first` to `last` (exclusive): a single one, or more
    with capitals."""
    prose, words = sentence.prose, range(first, last)
    with_capitals = prose.field == "text" and len(words) <= NAMED
    return (
        len(words) == 1
        or (with_capitals and all(prose.words[place][0].isupper() for place in words))
    ) and all(prose.joined(place) and not sentence.ends_name(place) for place in words)


def agent(sentence: Sentence, first: int, last: int, roles: frozenset[Role]) -> Name | None:
    """Who did it, in a passive: whoever stands behind its "by", if they have one of the roles, or
    before its participle, if that comes last: "wurde [von der Polizei] bestritten"."""
    if name := subject_behind(sentence, last - 1, roles, passive=True):
        return name
    prose = sentence.prose
    for name in sentence.names_from(first + 1, last):
        if not prose.rules.agents.isdisjoint(prose.forms[max(first, name.first - 2) : name.first]):
            return name
    return None


def antecedent(sentence: Sentence, verb: int) -> Name | None:
    """Who a clause is about that begins with a verb: "the minister, who denies it, ..."."""
    prose, rules = sentence.prose, sentence.prose.rules
    if rules.late_relatives:
        return _late_antecedent(sentence, verb)
    pronoun = sentence.beginning(verb) - 1
    if pronoun <= sentence.first or prose.forms[pronoun] not in rules.relatives:
        return None
    if "had" in prose.forms[pronoun:verb] or prose.gap(pronoun) != COMMA:
        return None  # "which had denied it" tells of an earlier day
    name = sentence.name_until(pronoun)
    return None if name is None or prose.is_possessive(pronoun - 1) else name


def _late_antecedent(sentence: Sentence, verb: int) -> Name | None:
    """Who a clause is about that ends with a verb: "der Minister, der es bestreitet, ..."."""
    prose = sentence.prose
    names = reversed(sentence.names_before(verb))
    name = next((name for name in names if not has_preposition(sentence, name)), None)
    if name is None or prose.forms[name.last] not in prose.rules.late_relatives:
        return None
    clause = prose.text_between(name.last, verb)
    begins = prose.gap(name.last) == COMMA
    return name if begins and "," not in clause and not CLAUSE_MARK.search(clause) else None


def is_adjunct(sentence: Sentence, verb: int) -> bool:
    """Whether a verb is an English participle that does without "is": "a man [denying] it"."""
    prose, before = sentence.prose, sentence.beginning(verb) - 1
    return (
        not prose.rules.inverts
        and prose.forms[verb].endswith("ing")
        and (before < sentence.first or prose.forms[before] not in _BEING)
    )


def participles_subject(sentence: Sentence, verb: int) -> Name | None:
    """Who does what an English participle tells: "Denying it, the minister said", "the minister
    said, denying it", "Police emailed a statement denying it", "Police left, denying it"."""
    prose, first = sentence.prose, sentence.beginning(verb)
    parted = first > sentence.first and prose.gap(first) == COMMA
    said = [begun for begun, last in sentence.verbs.get("say", ()) if last == first]
    near = set(prose.forms[max(sentence.first, verb - BEHIND - NAMED) : verb])
    if first == sentence.first:
        names = [one for one in sentence.names if sentence.opens(one.first)]
    elif parted and said:
        return subject(sentence, said[0], ANSWERING)
    elif parted or (near & prose.rules.papers and near.isdisjoint(("by", "from", "of"))):
        names = [one for one in sentence.names[:1] if sentence.opens(one.first)]
    else:
        return None
    speaks = names and names[0].roles & ANSWERING and not prose.is_possessive(names[0].last - 1)
    return names[0] if speaks else None
