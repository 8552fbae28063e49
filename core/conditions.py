"""A query as a small tree of conditions: the only form of it that an index has to understand.

`core.query.parse` makes the tree from Lucene syntax. All text in it is already folded
(`core.words`), all fields are known, and each leaf fits the kind of its field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, TypeAlias


@dataclass(frozen=True, slots=True)
class Everything:
    """Every article."""


@dataclass(frozen=True, slots=True)
class All:
    """Articles that match each of the conditions."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Articles that match at least one of the conditions."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Articles that do not match the condition."""

    of: Condition


@dataclass(frozen=True, slots=True)
class Word:
    """Articles with a word of this stem in one of the TEXT fields."""

    fields: tuple[str, ...]
    stem: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Articles with exactly these words in sequence in one of the TEXT fields."""

    fields: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prefix:
    """Articles with a word in one of the TEXT fields, or a KEYWORD value, that begins with it."""

    fields: tuple[str, ...]
    prefix: str


@dataclass(frozen=True, slots=True)
class Wildcard:
    """As `Prefix`, for a pattern: `*` is any run, `?` any one; `\\` makes these literal."""

    fields: tuple[str, ...]
    pattern: str


@dataclass(frozen=True, slots=True)
class Keyword:
    """Articles with this value, in lower case, in the KEYWORD field."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Exists:
    """Articles with a value in the field; an empty text does not count."""

    field: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """Articles whose NUMBER field lies within the bounds; None leaves a side open."""

    field: str
    low: float | None
    high: float | None
    with_low: bool = True
    with_high: bool = True


@dataclass(frozen=True, slots=True)
class Ago:
    """A moment relative to the time of the search, such as `now-7d`."""

    shift: timedelta


Moment: TypeAlias = datetime | Ago


@dataclass(frozen=True, slots=True)
class Dates:
    """Articles whose DATE field is in `since <= date < until`; None leaves a side open.

    Dates compare to the millisecond, as Elasticsearch keeps them.
    """

    field: str
    since: Moment | None
    until: Moment | None


@dataclass(frozen=True, slots=True)
class Labelled:
    """Articles that a feed with this label lists.

    `label` is a pattern as in `Wildcard`, in lower case. `feeds` has the addresses of the feeds, in
    lower case; None until they are looked up (`with_present_names`).
    """

    label: str
    feeds: frozenset[str] | None = None


Condition: TypeAlias = (
    Everything
    | All
    | Any
    | Not
    | Word
    | Phrase
    | Prefix
    | Wildcard
    | Keyword
    | Exists
    | Numbers
    | Dates
    | Labelled
)


_STORY = "story"


class Names(NamedTuple):
    """What names in conditions stand for at present: the ids of stories, by the ids that they are
    named by, and the addresses of feeds, by `Labelled.label`."""

    stories: Mapping[str, str]
    feeds: Mapping[str, frozenset[str]]


NO_NAMES = Names({}, {})


def all_of(conditions: list[Condition]) -> Condition:
    """One condition for all of these, without needless levels."""
    return conditions[0] if len(conditions) == 1 else All(_flatten(All, conditions))


def any_of(conditions: list[Condition]) -> Condition:
    """One condition for any of these, without needless levels."""
    return conditions[0] if len(conditions) == 1 else Any(_flatten(Any, conditions))


def none_of(condition: Condition) -> Condition:
    """The opposite of a condition."""
    return condition.of if isinstance(condition, Not) else Not(condition)


def _flatten(kind: type[All] | type[Any], conditions: list[Condition]) -> tuple[Condition, ...]:
    return tuple(
        inner
        for condition in conditions
        for inner in (condition.of if isinstance(condition, kind) else (condition,))
    )


def resolve_dates(condition: Condition, now: datetime) -> Condition:
    """The condition with its relative dates resolved against `now`."""

    def resolved(leaf: Condition) -> Condition:
        if not isinstance(leaf, Dates):
            return leaf
        return Dates(leaf.field, _resolve(leaf.since, now), _resolve(leaf.until, now))

    return _changed(condition, resolved)


def is_empty(bounds: Numbers | Dates) -> bool:
    """Whether no value can lie within some bounds. False if one is a date and the other is counted
    from now: what lies between them changes with time."""
    match bounds:
        case Numbers(_, float(low), float(high), with_low, with_high):
            return low > high or (low == high and not (with_low and with_high))
        case Dates(_, datetime() as since, datetime() as until):
            return since >= until
        case Dates(_, Ago(since), Ago(until)):
            return since >= until
        case _:
            return False


def stories_named(condition: Condition) -> set[str]:
    """The ids of the stories that a condition asks for."""
    return {
        leaf.value
        for leaf in leaves(condition)
        if isinstance(leaf, Keyword) and leaf.field == _STORY
    }


def labels_named(condition: Condition) -> set[str]:
    """The labels that a condition asks for, as patterns."""
    return {leaf.label for leaf in leaves(condition) if isinstance(leaf, Labelled)}


def with_present_names(condition: Condition, names: Names) -> Condition:
    """The condition with stories by their present ids, where these are known: articles of one that
    has merged into another have the other's id. And with the feeds of each label; none, if no feed
    has it."""

    def present(leaf: Condition) -> Condition:
        match leaf:
            case Keyword(field, value) if field == _STORY:
                return Keyword(_STORY, names.stories.get(value, value))
            case Labelled(label):
                return Labelled(label, names.feeds.get(label, frozenset()))
            case _:
                return leaf

    return _changed(condition, present)


def _changed(condition: Condition, change: Callable[[Condition], Condition]) -> Condition:
    """The same tree with other leaves."""
    match condition:
        case All(of):
            return All(tuple(_changed(inner, change) for inner in of))
        case Any(of):
            return Any(tuple(_changed(inner, change) for inner in of))
        case Not(of):
            return Not(_changed(of, change))
        case _:
            return change(condition)


def require_absolute(moment: Moment) -> datetime:
    """The moment itself; raises `TypeError` if it is still relative (see `Query.at`)."""
    if isinstance(moment, Ago):
        raise TypeError("relative dates must be resolved first: Query.at")
    return moment


def require_feeds(leaf: Labelled) -> frozenset[str]:
    """The feeds of a label; raises `TypeError` if they are not looked up (see
    `with_present_names`)."""
    if leaf.feeds is None:
        raise TypeError("labels must be looked up first: with_present_names")
    return leaf.feeds


def _resolve(moment: Moment | None, now: datetime) -> datetime | None:
    return now + moment.shift if isinstance(moment, Ago) else moment


def leaves(condition: Condition) -> Iterator[Condition]:
    """The leaves of the tree, from left to right."""
    match condition:
        case All(of) | Any(of):
            for inner in of:
                yield from leaves(inner)
        case Not(inner):
            yield from leaves(inner)
        case _:
            yield condition


def depth(condition: Condition) -> int:
    """How many levels the tree has; 1 for a leaf."""
    match condition:
        case All(of) | Any(of):
            return 1 + max(map(depth, of))
        case Not(inner):
            return 1 + depth(inner)
        case _:
            return 1
