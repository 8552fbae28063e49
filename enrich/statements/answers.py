"""Who denies and confirms."""

from __future__ import annotations

from collections.abc import Iterator

from core.records import StatementKind
from enrich.statements.behind import BEHIND
from enrich.statements.clauses import is_subject
from enrich.statements.headlines import heading, opener
from enrich.statements.obliques import has_preposition, is_cited
from enrich.statements.prose import CLAUSE_MARK, without_quotes
from enrich.statements.quotes import teller
from enrich.statements.rules import Role
from enrich.statements.sentences import Name, Sentence
from enrich.statements.spelt import Spelt
from enrich.statements.subjects import (
    ANSWERING,
    agent,
    antecedent,
    is_adjunct,
    participles_subject,
    subject,
)

JOINED = 30
"""Maximum words between a verb and a denial joined to it: "said ... and denied"."""

THEMSELVES = frozenset(("it", "they"))
"""Pronouns by which a body refers to itself; any other may mean somebody else."""

Answer = tuple[StatementKind, Name | None]
"""A denial or a confirmation, and by whom; None if a pronoun stands for them."""

_KINDS = (("deny", StatementKind.DENIAL), ("confirm", StatementKind.CONFIRMATION))

_ANYONE: frozenset[Role] = frozenset(("official", "parliament", "person", "place", "court"))
_HEARD: frozenset[Role] = _ANYONE - {"place"} | {"denier"}
"""Who may say that something is untrue."""

_DENYING: frozenset[Role] = ANSWERING | {"denier"}
"""Who denies flatly."""

_DENIED = frozenset(("que", "haber", "ter", "che", "di", "aver", "avere"))
"""Words that begin what is denied, in languages without pronouns."""

_HAS = frozenset(("ha", "han", "hanno"))
"""Auxiliaries in these languages: "Ha negato di aver spiato"."""

_GERUNDS = ("ndo", "ant")
"""Endings of verbs in these languages that go with another: "ha risposto, [negando] che"."""


def answers(sentence: Sentence, spelt: Spelt) -> Iterator[Answer]:
    """The denials and confirmations in a sentence, the surest first."""
    for sense, kind in _KINDS:
        yield from _passive(sentence, sense, kind)
        yield from _active(sentence, sense, kind)
    for sense, kind in _KINDS:
        for first, _ in sentence.verbs.get(f"{sense}_own", ()):
            name = subject(sentence, first, _ANYONE)
            if name is not None:
                yield kind, name
    if "untrue" in sentence.verbs or "unaware" in sentence.verbs:
        yield from _calls_untrue(sentence, spelt)
    for sense, kind in _KINDS:
        yield from _flat(sentence, spelt, f"{sense}_flat", kind)


def _passive(sentence: Sentence, sense: str, kind: StatementKind) -> Iterator[Answer]:
    """The answers that are given "by" somebody. A court or a parliament gives none."""
    behind = _ANYONE | _DENYING if kind is StatementKind.DENIAL else _ANYONE
    for first, last in sentence.verbs.get(f"{sense}_by", ()):
        name = agent(sentence, first, last, behind)
        if name is not None and name.roles & behind - {"court", "parliament"}:
            yield kind, name


def _active(sentence: Sentence, sense: str, kind: StatementKind) -> Iterator[Answer]:
    """The answers of a verb's subject, of a pronoun, or of whoever opens the headline."""
    prose = sentence.prose
    for first, last in sentence.verbs.get(sense, ()):
        if ": " in prose.text_between(first, last - 1):
            continue  # "Driver dismissed after crash: report"
        if prose.forms[min(first + 1, sentence.last - 1)] in prose.rules.nominatives:
            yield kind, None  # "Das wies er zurück"
            continue
        name = subject(sentence, first, _ANYONE) or antecedent(sentence, first)
        if is_adjunct(sentence, first):
            name = participles_subject(sentence, first)
        if name is not None:
            if _is_answering(sentence, name, kind, first):
                yield kind, name
        elif _has_pronoun(sentence, first):
            yield kind, _named_before(sentence, first)
        elif kind is StatementKind.DENIAL and _is_dropped(sentence, first):
            yield kind, None
        elif name := opener(sentence, first, _heard(sentence, first)):
            yield kind, name


def _calls_untrue(sentence: Sentence, spelt: Spelt) -> Iterator[Answer]:
    """The denials of those who say that something is untrue, or that they did not know of it. A
    court or a parliament that finds something untrue speaks of others, and people who did not know
    of it may be those who were watched."""
    is_unaware = "untrue" not in sentence.verbs

    def denies(name: Name) -> bool:
        if is_unaware and name.roles == {"person"}:
            return sentence.prose.forms[name.first] in sentence.prose.rules.firms | spelt.firms
        return bool(name.roles & {"official", "person", "denier"})

    name = heading(sentence)
    if name is not None and name.roles & ANSWERING and denies(name):
        yield StatementKind.DENIAL, name
    told_by = teller(sentence)
    says = [first for first, _ in told_by.verbs.get("say", ())]
    names = [
        subject(told_by, first, _HEARD)
        or spelt.behind(told_by, first)
        or _joined_subject(told_by, first, _HEARD)
        for first in says
    ]
    names += [name for name in sentence.names if is_cited(sentence, name)]
    for name in names:
        if name is not None and denies(name):
            yield StatementKind.DENIAL, name
    by_pronoun = (_is_of_pronoun(told_by, *verb) for verb in told_by.verbs.get("say", ()))
    if not is_unaware and not any(names) and any(by_pronoun):
        yield StatementKind.DENIAL, None  # "he says that there is no such order"


def _flat(sentence: Sentence, spelt: Spelt, sense: str, kind: StatementKind) -> Iterator[Answer]:
    """Flat answers: by a country, by whoever spoke just before, by names known from spelling."""
    for first, _ in sentence.verbs.get(sense, ()):
        if any(is_subject(sentence, name, first) for name in sentence.names_before(first)):
            name = subject(sentence, first, _DENYING)
            if name is not None and not _decides(sentence, name, first):
                yield kind, name
        elif (name := antecedent(sentence, first)) is not None:
            if name.roles & _DENYING:
                yield kind, name
        elif not _has_pronoun(sentence, first):
            last = sentence.beginning(first)
            verb = _joined_to(sentence, last)
            joined = _joined_subject(sentence, first, _DENYING)
            name = joined or spelt.before(sentence, last)
            if name is None and verb is not None:
                name = spelt.before(sentence, verb)  # "Bringello said it, and denied that"
            if name is not None:
                unsure = joined and _speaks_of_others(sentence, joined, last)
                yield kind, None if unsure else name
            elif verb is not None and _has_pronoun(sentence, verb):
                yield kind, None


def _is_answering(sentence: Sentence, name: Name, kind: StatementKind, verb: int) -> bool:
    """Whether a name answers by a verb. A parliament may deny, but confirms ministers, too."""
    if kind is StatementKind.DENIAL and name.roles == {"parliament"}:
        return not sentence.has("vote", verb)
    return bool(name.roles & ANSWERING) and not _decides(sentence, name, verb)


def _decides(sentence: Sentence, name: Name, verb: int) -> bool:
    """Whether a court takes a step by a verb, and answers nobody: "a Norland judge dismissed the
    charges", but "the trade commission rejected the claims"."""
    decides = sentence.has("rule", verb) and not sentence.has("deny_own", verb)
    return decides and "court" in name.roles and "official" not in name.roles


def _joined_subject(sentence: Sentence, verb: int, roles: frozenset[Role]) -> Name | None:
    """Who did what a verb goes on from: "[the agency] confirmed it, but said"."""
    earlier = _joined_to(sentence, sentence.beginning(verb))
    return subject(sentence, earlier, roles) if earlier is not None else None


def _joined_to(sentence: Sentence, verb: int) -> int | None:
    """A verb before the "and" in front of this one, or a gerund, if its speaker must be this
    one's, too."""
    prose, rules = sentence.prose, sentence.prose.rules
    place = verb if prose.forms[verb].endswith(_GERUNDS) else verb - 1
    joined = place == verb or prose.forms[place] in rules.joins
    if place <= sentence.first or not joined:
        return None
    earlier = sentence.last_word(place)
    if earlier is None:
        return None
    first, last = earlier
    if (
        place - last > JOINED
        or CLAUSE_MARK.search(without_quotes(prose.text_between(last - 1, place)))
        # Without an elided article: "l'homme".
        or any(form.rpartition("'")[2] in rules.others for form in prose.forms[last:place])
        or any(
            name.roles not in ({"place"}, {"denier"}) and not has_preposition(sentence, name)
            for name in sentence.names_from(last, place)
        )
    ):
        return None
    return first


def _speaks_of_others(sentence: Sentence, name: Name, verb: int) -> bool:
    """Whether a pronoun between a speaker and a verb may mean somebody else: whoever is no person
    is no "he" or "she"."""
    if "person" in name.roles:
        return False
    others = sentence.prose.rules.pronouns - THEMSELVES - {"both", "all"}
    return not others.isdisjoint(sentence.prose.forms[name.last : verb])


def _is_dropped(sentence: Sentence, verb: int) -> bool:
    """Whether a sentence opens with a verb, in a language that does without pronouns: "Negó que
    ...". "Negó el recurso" is what a court does."""
    prose = sentence.prose
    first = verb - (verb > sentence.first and prose.forms[verb - 1] in _HAS)
    opens = prose.rules.drops and first == sentence.first and prose.field == "text"
    near = prose.forms[verb + 1 : min(verb + 2 + BEHIND, sentence.last)]
    return opens and not _DENIED.isdisjoint(near)


def _is_of_pronoun(sentence: Sentence, first: int, last: int) -> bool:
    """Whether a pronoun stands right before a verb, or right behind it in a language that inverts
    them: "[they] have told", "sagte [er]", "plaide-t-[il]"."""
    prose, before = sentence.prose, sentence.beginning(first) - 1
    if before >= sentence.first and prose.forms[before] in prose.rules.pronouns:
        return True
    behind = last + (prose.form_at(last) == "t")
    return prose.rules.inverts and prose.form_at(behind) in prose.rules.pronouns


def _named_before(sentence: Sentence, verb: int) -> Name | None:
    """Who says about themselves what a verb tells: "[the company] said it firmly denies that". None
    if somebody else is named between, whom the pronoun may mean."""
    begun = sentence.beginning(verb)
    said = sentence.last_word(begun)
    if said is None or sentence.prose.forms[begun - 1] != "it":
        return None
    first, last = said
    name = None if sentence.names_from(last, begun) else subject(sentence, first, ANSWERING)
    return name if name is not None and name.roles != {"person"} else None


def _heard(sentence: Sentence, verb: int) -> frozenset[Role]:
    """Who answers by a verb: more, if it does so flatly."""
    return _DENYING if sentence.has("deny_flat", verb) else ANSWERING


def _has_pronoun(sentence: Sentence, verb: int) -> bool:
    near = sentence.prose.forms[max(sentence.first, verb - 2) : verb]
    return not sentence.prose.rules.pronouns.isdisjoint(near)
