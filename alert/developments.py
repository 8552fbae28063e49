"""Decide what is new in a story for readers who were told of it, and whether it is worth telling.

These are pure functions of what an article says and what the readers of a rule know. The bar is an
editor's, and high: what is said in passing is not news.

- A **statement** (denial, confirmation, another official word, a step of a court or a parliament)
  is news the first time that the story has one of its kind, in the title or the lead. Later ones
  of a kind are not, except a denial, a confirmation or a step of a court by another agency, firm
  or court that is known by name, and the first step of a court after a complaint.
- A **country** or an **agency** is news if the title names it, or the lead and another passage;
  the European Union only if the title does. The first country that a story names is where it plays,
  and no news: outlets do not name their own. Nor is one whose people it spoke of ("Americans").
- A **revival** is news: an article that matches the rule, on a story of which there was none for a
  week. It may be another affair that only looks alike; its first report must not go unheard.
- **Pick-up** is news once: when more outlets than the rule's number have the story.

A copy of a known text says nothing new, except that one more outlet has it; nor does a timeline, or
a sentence that begins with "Two years ago".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from alert.markup import listed, shortened
from alert.rules import Rule
from alert.speakers import Parties, parties_in, party_of, wording
from core.records import (
    COUNTRY_KINDS,
    Article,
    Development,
    DevelopmentKind,
    Known,
    Mention,
    MentionKind,
    Statement,
    StatementKind,
    Telling,
)

LEAD = 600
"""Characters of a text that count as its lead: about four sentences."""

MAX_NAMED = 4
"""The most outlets, or countries, that one sentence names."""

MAX_QUOTE = 240
"""The most characters of a quote."""

QUIET = timedelta(days=7)
"""How long a story has to be without an article that its rule's readers could hear of, for the next
one to revive it."""

_LOOKING_BACK = re.compile(
    r"(?:factbox|timeline|chronolog(?:y|ie)|chronik|cronolog[i\u00ed]a|tijdlijn)\b", re.IGNORECASE
)
"""How titles begin of pieces that tell again what happened, also elsewhere and long ago."""

_LONG_AGO = re.compile(
    r"\W*(?:at the time|damals|\u00e0 l['\u2019]\u00e9poque|en aquel entonces"
    r"|all['\u2019]epoca|na \u00e9poca|destijds"
    r"|(?:\w+ ){1,2}(?:months|years?|decades?) (?:ago|earlier)"
    r"|vor (?:\w+ ){1,2}(?:monaten|jahr(?:en|zehnten)?)|il y a (?:\w+ ){1,2}(?:mois|ans?)"
    r"|hace (?:\w+ ){1,2}(?:meses|a\u00f1os?)|(?:\w+ ){1,2}(?:mesi|ann[io]) fa"
    r"|h\u00e1 (?:\w+ ){1,2}(?:meses|anos?)|(?:\w+ ){1,2}(?:maanden|jaar) geleden)\b",
    re.IGNORECASE,
)
"""How sentences begin that tell what happened before: "Two years ago, the state sued"."""

REPEATABLE = frozenset((StatementKind.DENIAL, StatementKind.CONFIRMATION, StatementKind.COURT))
"""Kinds of statement that are news again from another party that is known by name."""

_BY_WEIGHT = list(DevelopmentKind)

_ANSWERS: frozenset[str] = frozenset((StatementKind.DENIAL, StatementKind.CONFIRMATION))
"""Kinds of statement, and of development, that answer what a story says."""

_EU = "EU"
"""Its law is named in half of all reports on data: it counts as a country only in the title."""

_WITH_ARTICLE = re.compile(
    r"United |Isle of |.*Republic|.*(?:Islands|Territory)\Z"
    r"|(?:Bahamas|Comoros|Gambia|Maldives|Philippines|Seychelles|Vatican)\Z"
)
"""Names of countries that have an article in a sentence."""


CountryName = Callable[[str], str]
"""Gives the name of a country, from its code."""

CountriesOf = Callable[[Article], frozenset[str]]
"""Gives the codes of the countries that the readers of an article hear of."""


def known_after(
    known: Known, article: Article, outlets: Sequence[str], countries_of: CountriesOf
) -> Known:
    """What the readers know after they were told of an article, when these outlets had it."""
    said: set[str] = set()
    parties = parties_in(article)
    for one in article.statements:
        said.add(one.kind.value)
        party = party_of(parties, one)
        if party or (one.kind is StatementKind.COURT and one.speaker):
            said.add(f"{one.kind.value}:{party}")
    return Known(
        said=known.said | said,
        countries=known.countries | countries_of(article),
        agencies=known.agencies | set(article.agency),
        outlets=max(known.outlets, len(outlets)),
        latest=_latest(known, article),
    )


def known_besides(
    known: Known, article: Article, countries_of: CountriesOf, *, matches: bool
) -> Known:
    """What counts as known after an article that brought nothing to tell: where the story plays, if
    that was open, as from then on another country is news; and, if the article matches the rule,
    that the story goes on."""
    countries = known.countries or countries_of(article)
    latest = _latest(known, article) if matches else known.latest
    return known.model_copy(update={"countries": countries, "latest": latest})


def _latest(known: Known, article: Article) -> datetime | None:
    if article.duplicate_of is not None:
        return known.latest
    return max(known.latest or article.first_seen, _when(article))


def _when(article: Article) -> datetime:
    """When an article broke a silence: an old one that a new feed brings does not now."""
    return min(article.first_seen, article.published or article.first_seen)


def developments(
    known: Known,
    article: Article,
    outlets: Sequence[str],
    rule: Rule,
    country_name: CountryName,
    *,
    matches: bool,
) -> tuple[Development, ...]:
    """What an article brings that is new to the readers, the weightiest first.

    Args:
        known: what they know of the story.
        article: another article of the story.
        outlets: all outlets that have the story by now, earliest first.
        rule: the rule; it says what it alerts on, and how many outlets are a pick-up.
        country_name: names a country.
        matches: whether the article matches the rule itself.
    """
    source = _as_telling(article)
    found = [*_pickup(known, outlets, rule.pickup, source)]
    if article.duplicate_of is None and not _LOOKING_BACK.match(article.title):
        found += _statements(known, article, source)
        if matches:
            found += _revival(known, article, source)
        found += _countries(known, article, source, country_name)
        found += _agencies(known, article, source)
    return tuple(sorted((one for one in found if one.kind in rule.developments), key=weight))


def weight(one: Development) -> int:
    """A sort key: the weightiest kinds first."""
    return _BY_WEIGHT.index(one.kind)


def answers(article: Article, rule: Rule) -> tuple[Development, ...]:
    """The denial and the confirmation in the article that opens a story: what its first alert tells
    along with it."""
    found = developments(Known(), article, (), rule, str, matches=False)
    return tuple(one for one in found if one.kind in _ANSWERS)


def denials(articles: Iterable[Article]) -> tuple[Development, ...]:
    """Who denies a story, given its articles in the order in which they came: the first denial, and
    those of other agencies and firms that are known by name."""
    found: list[Development] = []
    known = Known()
    for article in articles:
        if article.duplicate_of is not None or _LOOKING_BACK.match(article.title):
            continue
        statements = _statements(known, article, _as_telling(article))
        if new := [one for one in statements if one.kind is DevelopmentKind.DENIAL]:
            found += new
            known = known_after(known, article, (), lambda _: frozenset())
    return tuple(found)


def _as_telling(article: Article) -> Telling:
    """An article as an alert names it."""
    return Telling(
        article=article.id,
        title=article.title,
        url=article.url,
        outlet=article.outlet,
        language=article.language,
        first_seen=article.first_seen,
        published=article.published,
    )


def _statements(known: Known, article: Article, source: Telling) -> Iterable[Development]:
    reported: set[StatementKind] = set()
    parties = parties_in(article)
    answered = bool(known.said & _ANSWERS) or any(
        one.kind in _ANSWERS and _is_prominent(one) for one in article.statements
    )
    for one in sorted(article.statements, key=_quoting_order):
        if one.kind in reported or not _is_prominent(one) or not _is_news(known, parties, one):
            continue
        if _LONG_AGO.match(one.phrase):
            continue
        if one.kind is StatementKind.OFFICIAL and answered:
            continue  # a denial or a confirmation says more
        reported.add(one.kind)
        yield Development(
            kind=DevelopmentKind(one.kind.value),
            what=wording(parties, one),
            quote=shortened(one.phrase, MAX_QUOTE),
            told_by=source,
        )


def _is_news(known: Known, named: Parties, one: Statement) -> bool:
    if one.kind.value not in known.said:
        return True
    party = party_of(named, one)
    parties = {said for said in known.said if said.startswith(f"{one.kind}:")}
    if one.kind is StatementKind.COURT and one.speaker and not parties:
        return True  # so far it had only come to court
    if one.kind not in REPEATABLE or not party:
        return False
    # If no known name spoke before, the unknown one may have been this one.
    return bool(parties - {f"{one.kind}:"}) and f"{one.kind}:{party}" not in parties


def _quoting_order(one: Statement) -> tuple[bool, bool, int]:
    """A sort key: those with a speaker first; then the text's before the title's, as the alert
    shows the title anyway and would only repeat it."""
    return one.speaker is None, one.field == "title", one.start


def _is_prominent(one: Statement | Mention) -> bool:
    return one.field == "title" or one.start < LEAD


def _revival(known: Known, article: Article, source: Telling) -> Iterable[Development]:
    if known.latest is None:
        return
    quiet = _when(article) - known.latest
    if quiet >= QUIET:
        what = f"First report in {quiet.days} days"
        yield Development(kind=DevelopmentKind.REVIVAL, what=what, told_by=source)


def _countries(
    known: Known, article: Article, source: Telling, country_name: CountryName
) -> Iterable[Development]:
    if not known.countries:
        return
    by_code: dict[str, list[Mention]] = {}
    for one in article.mentions:
        if one.kind in COUNTRY_KINDS and one.country:
            by_code.setdefault(one.country, []).append(one)
    reached = []
    for code, mentions in by_code.items():
        central = _is_named_in_title if code == _EU else _is_central
        if code not in known.countries and central(mentions):
            name, first = country_name(code), mentions[0]
            is_itself = first.name.removeprefix("The ") in name
            also = "" if is_itself else f" (by way of {first.name})"
            reached.append(_in_a_sentence(name) + also)
    if reached:
        what = f"The story reaches {listed(reached, MAX_NAMED)}"
        yield Development(kind=DevelopmentKind.COUNTRY, what=what, told_by=source)


def _in_a_sentence(country: str) -> str:
    """A country's name with its article, if it has one: "the United States"."""
    bare = country.removeprefix("The ")
    return f"the {bare}" if bare != country or _WITH_ARTICLE.match(bare) else country


def _agencies(known: Known, article: Article, source: Telling) -> Iterable[Development]:
    by_name: dict[str, list[Mention]] = {}
    for one in article.mentions:
        if one.kind is MentionKind.AGENCY and one.uri:
            by_name.setdefault(one.name, []).append(one)
    for name, mentions in by_name.items():
        if name not in known.agencies and _is_central(mentions):
            what = f"{'Another' if known.agencies else 'An'} agency is named: {name}"
            yield Development(kind=DevelopmentKind.AGENCY, what=what, told_by=source)


def _is_central(mentions: Sequence[Mention]) -> bool:
    """Whether an article is about what is mentioned, not only touching on it."""
    if _is_named_in_title(mentions):
        return True
    return len(mentions) > 1 and any(map(_is_prominent, mentions))


def _is_named_in_title(mentions: Sequence[Mention]) -> bool:
    return any(one.field == "title" for one in mentions)


def _pickup(
    known: Known, outlets: Sequence[str], limit: int, source: Telling
) -> Iterable[Development]:
    if known.outlets <= limit < len(outlets):
        others = listed(outlets[1:], MAX_NAMED)
        what = f"Picked up by {len(outlets)} outlets: {outlets[0]}, then {others}"
        yield Development(kind=DevelopmentKind.PICKUP, what=what, told_by=source)
