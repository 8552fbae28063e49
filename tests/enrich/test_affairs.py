"""Affairs in our own words that nothing learnt from: one affair, few stories, no strangers."""

import as_shipped
import pytest

from enrich.measure_threads import b_cubed, own_affairs
from enrich.own_words import affairs

MIN_F = {"english": 0.76, "seven": 0.62}
"""B-cubed F on them is higher; these guard what is reached. Half of the affairs are hard on
purpose: reports that name neither actor nor place, answers weeks later."""

MIN_PRECISION = 0.95


@pytest.mark.parametrize("author", MIN_F)
def test_reports_on_one_affair_become_one_story_and_what_is_near_follows_no_other(
    author: str,
) -> None:
    own = own_affairs(affairs("affair_checks")[author], as_shipped.tagger())
    score = b_cubed(own.affair, own.story, own.affair)
    assert score.precision >= MIN_PRECISION
    assert score.f >= MIN_F[author]
    assert own.followed
    assert own.rightly == own.followed
