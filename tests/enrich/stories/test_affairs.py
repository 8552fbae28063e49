"""Affairs in our own words, unused in training: few stories each, none mixed with another's."""

import as_shipped
import pytest

from enrich.own_words import affairs
from enrich.train.measure_threads import b_cubed, own_affairs

MIN_F = {"english": 0.76, "seven": 0.62}
"""The B-cubed F reached is higher; these are floors. Half of the affairs are hard on purpose:
reports that name neither actor nor place, answers weeks later."""

MIN_PRECISION = 0.95


@pytest.mark.parametrize("author", MIN_F)
def test_reports_on_an_affair_share_a_story_and_near_ones_follow_it(
    author: str,
) -> None:
    own = own_affairs(affairs("affair_checks")[author], as_shipped.tagger())
    score = b_cubed(own.affair, own.story, own.affair)
    assert score.precision >= MIN_PRECISION
    assert score.f >= MIN_F[author]
    assert own.followed
    assert own.rightly == own.followed
