"""Countries that an article speaks of, for updates on its story."""

from __future__ import annotations

import pytest
from factories import a_mention, an_article

from wirewatch.presentation.countries import countries_of


@pytest.mark.parametrize(
    ("title", "codes"),
    [
        ("App was to follow Americans, German court told", {"US", "DE"}),
        ("Amerikanische Behörde las mit", {"US"}),
        ("Germane to the matter", set()),
    ],
)
def test_country_is_spoken_of_by_its_people(title: str, codes: set[str]) -> None:
    lyon = a_mention("place", "Lyon", country="FR")
    assert countries_of(an_article(title=title, text="Lyon", mentions=(lyon,))) == codes | {"FR"}
