"""Features of a pair of articles: how much the two have in common."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from enrich.arrays import Floats
from enrich.stories.profile import (
    DAY,
    FULL,
    IDF,
    KIND,
    LEAD,
    LEAD_NAMES,
    NAMES,
    NUMBER,
    OTHER,
    TITLE,
    YEAR,
    Hashes,
    Profile,
)

Places = npt.NDArray[np.intp]

FEATURES: dict[str, int] = {
    "full": 1,
    "title": 1,
    "lead": 1,
    "title_full_least": 1,
    "title_full_most": 1,
    "names": 1,
    "lead_names": 1,
    "other": 1,
    "pairs": 1,
    "lead_covered_least": 1,
    "lead_covered_most": 1,
    "title_covered_least": 1,
    "title_covered_most": 1,
    "title_names_found": 1,
    "title_names_missing_least": -1,
    "title_names_missing_most": -1,
    "rarest": 1,
    "evidence": 1,
    "title_evidence": 1,
    "names_shared": 1,
    "numbers_shared": 1,
    "numbers_apart": -1,
    "years_apart": -1,
    "days_shared": 1,
    "days_apart": -1,
    "words_least": 0,
    "words_most": 0,
    "hours": -1,
}
"""The features of a pair, each with its monotone constraint: 1 only for, -1 only against, 0 either.

Cosines between the vectors of `enrich.stories.profile`: whole texts, titles, leads, a title and the
other text, names, names of the leads, other terms; `pairs` of neighbouring words. Shares of one
lead's or title's weight that the other article has (`covered`), and of the names in its title that
the other has or lacks. The rarity of the rarest shared term, the sum over shared terms, and over
those in a title. Shared names (by rarity), numbers and days; numbers, years and days that only
differ. Words, and hours between the two (logarithms; 0 hours where times are unknown). Features
with two sides give the lesser and the greater, so that it does not matter which article came
first."""

_COSINES = {
    "full": FULL,
    "title": TITLE,
    "lead": LEAD,
    "names": NAMES,
    "lead_names": LEAD_NAMES,
    "other": OTHER,
}
"""The columns of a profile whose cosines are features."""


def features(query: Profile, profiles: Sequence[Profile], hours: Floats) -> Floats:
    """A row of `FEATURES` for each of some profiles, compared with the query's.

    Args:
        query: the profile of the article to be placed.
        profiles: those it is compared with, one or more.
        hours: between it and each of them; 0 where unknown.
    """
    number = len(profiles)
    owner = np.repeat(np.arange(number), [len(profile.terms) for profile in profiles])
    place, found = _places(query.terms, np.concatenate([profile.terms for profile in profiles]))
    member = owner[found]
    mine = query.weights[place[found]].astype(np.float64)
    theirs = np.concatenate([profile.weights for profile in profiles])[found].astype(np.float64)
    named = query.named[place[found]] & np.concatenate([p.named for p in profiles])[found]

    def total(values: Floats) -> Floats:
        return np.bincount(member, weights=values, minlength=number).astype(np.float64, copy=False)

    product = mine[:, :IDF] * theirs[:, :IDF]
    my_title, their_title = np.square(mine[:, TITLE]), np.square(theirs[:, TITLE])
    found_mine, found_theirs = total(my_title * named), total(their_title * named)
    names_theirs = np.array([profile.title_names for profile in profiles])
    words = np.array([profile.words for profile in profiles], dtype=np.float64)
    both_sides: dict[str, tuple[Floats, Floats]] = {
        "title_full": (
            total(mine[:, TITLE] * theirs[:, FULL]),
            total(mine[:, FULL] * theirs[:, TITLE]),
        ),
        "lead_covered": (total(np.square(mine[:, LEAD])), total(np.square(theirs[:, LEAD]))),
        "title_covered": (total(my_title), total(their_title)),
        "title_names_missing": (
            np.maximum(query.title_names - found_mine, 0),
            np.maximum(names_theirs - found_theirs, 0),
        ),
        "words": (words, np.full(number, float(query.words))),
    }
    rarity = mine[:, IDF]
    rarest = np.zeros(number)
    np.maximum.at(rarest, member, rarity)
    in_title = (mine[:, TITLE] > 0) | (theirs[:, TITLE] > 0)
    columns: dict[str, Floats] = {
        **{name: total(product[:, column]) for name, column in _COSINES.items()},
        **{f"{name}_least": np.minimum(*both) for name, both in both_sides.items()},
        **{f"{name}_most": np.maximum(*both) for name, both in both_sides.items()},
        **_marks(query, profiles),
        "title_names_found": found_mine + found_theirs,
        "rarest": rarest,
        "evidence": total(rarity),
        "title_evidence": total(rarity * in_title),
        "names_shared": total(rarity * named),
        "hours": hours,
    }
    for name in ("words_least", "words_most", "hours"):
        columns[name] = np.log1p(columns[name])
    return np.column_stack([columns[name] for name in FEATURES])


def _places(mine: Hashes, theirs: Hashes) -> tuple[Places, npt.NDArray[np.bool_]]:
    """For each of their hashes its index among mine, and whether it is there at all."""
    if not len(mine):
        return np.zeros(len(theirs), dtype=np.intp), np.zeros(len(theirs), dtype=np.bool_)
    place = np.minimum(np.searchsorted(mine, theirs), len(mine) - 1)
    return place, mine[place] == theirs


def _marks(query: Profile, profiles: Sequence[Profile]) -> dict[str, Floats]:
    """Pairs of words, numbers, years and days: what is shared and what differs."""
    number = len(profiles)
    sizes = np.array([len(profile.pairs) for profile in profiles])
    _, found = _places(query.pairs, np.concatenate([profile.pairs for profile in profiles]))
    owner = np.repeat(np.arange(number), sizes)
    shared = np.bincount(owner[found], minlength=number)
    pairs = shared / np.sqrt(np.maximum(sizes * len(query.pairs), 1))
    marks = np.concatenate([profile.marks for profile in profiles])
    owner = np.repeat(np.arange(number), [len(profile.marks) for profile in profiles])
    _, found = _places(query.marks, marks)
    kinds = marks & KIND
    my_kinds = query.marks & KIND

    def counts(kind: int) -> tuple[Floats, Floats, int]:
        of_kind = kinds == kind
        return (
            np.bincount(owner[of_kind & found], minlength=number).astype(np.float64),
            np.bincount(owner[of_kind], minlength=number).astype(np.float64),
            int((my_kinds == kind).sum()),
        )

    numbers, their_numbers, my_numbers = counts(NUMBER)
    years, their_years, my_years = counts(YEAR)
    days, their_days, my_days = counts(DAY)
    return {
        "pairs": pairs,
        "numbers_shared": numbers,
        "numbers_apart": np.minimum(my_numbers, their_numbers) - numbers,
        "years_apart": ((years == 0) & (their_years > 0) & (my_years > 0)).astype(np.float64),
        "days_shared": days,
        "days_apart": ((days == 0) & (their_days > 0) & (my_days > 0)).astype(np.float64),
    }
