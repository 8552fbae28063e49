"""Whether several addresses that claim to be one article's really are."""

from __future__ import annotations

from factories import an_article, an_entry

from ingest.pages import aliases
from ingest.pages.aliases import COMPARED, disputed, is_other_article

SPYWARE = "The court in Lutz has forbidden the police to use spyware against reporters."
CAMERAS = "Four thousand cameras were bought for the stations of the railway this year."
ONE = an_entry(1, title="Court forbids police spyware")
MOBILE = an_entry(2, title="Court forbids police spyware")
OTHER = an_entry(3, title="Four thousand cameras for stations")
THERE = "https://news.example/the-article"


def at(entry, text, url=THERE):
    return entry, an_article(id=entry.id, url=url, text=text)


def test_an_article_under_two_addresses_is_one_article():
    assert not is_other_article(MOBILE, SPYWARE, ONE)
    assert disputed([at(ONE, SPYWARE), at(MOBILE, SPYWARE)], {}) == frozenset()
    assert disputed([at(MOBILE, SPYWARE)], {THERE: [ONE]}) == frozenset()


def test_an_address_declared_by_unrelated_pages_is_disputed():
    assert is_other_article(OTHER, CAMERAS, ONE)
    assert not is_other_article(OTHER, "Turn off your ad blocker.", ONE)
    made = [at(ONE, SPYWARE), at(OTHER, CAMERAS)]
    assert disputed(made, {}) == {ONE.id, OTHER.id}
    assert disputed([at(OTHER, CAMERAS)], {THERE: [ONE]}) == {OTHER.id}
    assert disputed([at(ONE, SPYWARE, ONE.url), at(OTHER, CAMERAS)], {}) == frozenset()


def test_unclear_cases_are_not_disputed():
    short = an_entry(4, title="Update")
    assert disputed([at(OTHER, CAMERAS)], {THERE: [short]}) == frozenset()
    assert disputed([at(OTHER, SPYWARE)], {THERE: [ONE]}) == frozenset()
    assert disputed([at(OTHER, "Turn off your ad blocker.")], {THERE: [ONE]}) == frozenset()


def test_each_article_is_compared_with_only_a_few_others(monkeypatch):
    compared = []
    monkeypatch.setattr(aliases, "is_unrelated", lambda entry, _: compared.append(entry.id))
    several = [at(an_entry(number), SPYWARE) for number in range(100)]
    assert disputed(several, {}) == frozenset()
    assert len(compared) == 100 * (COMPARED + 1)
