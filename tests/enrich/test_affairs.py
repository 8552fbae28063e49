"""Affairs in our own words that nothing learnt from: one affair, few stories, no strangers."""

from functools import cache

import pytest

from enrich.measure_threads import OwnAffairs, b_cubed, own_affairs
from enrich.own_words import affairs
from enrich.tagger import Tagger

LEAST_F = {"english": 0.76, "seven": 0.62}
"""B-cubed F on them is higher; these guard what is reached. Half of the affairs are hard on
purpose: reports that name neither actor nor place, answers weeks later."""

LEAST_PRECISION = 0.95


@cache
def placed(author: str) -> OwnAffairs:
    return own_affairs(affairs("affair_checks")[author], Tagger.load())


@pytest.mark.parametrize("author", LEAST_F)
def test_reports_on_one_affair_become_one_story(author: str) -> None:
    own = placed(author)
    score = b_cubed(own.affair, own.story, own.affair)
    assert score.precision >= LEAST_PRECISION
    assert score.f >= LEAST_F[author]


@pytest.mark.parametrize("author", LEAST_F)
def test_what_is_near_the_topic_follows_no_strange_story(author: str) -> None:
    own = placed(author)
    assert own.followed
    assert own.rightly == own.followed
