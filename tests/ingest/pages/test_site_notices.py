"""One page at several addresses of a site: a notice, or an article published twice."""

from __future__ import annotations

import pytest
from factories import an_article, an_entry

from core.records import Extraction
from ingest.pages import site_notices
from ingest.pages.site_notices import SiteNotice, is_notice, notices

NOTICE = "Please enable JavaScript and turn off your ad blocker to go on reading with us."
AGENCY = "The court in Lutz has forbidden the police to use spyware against reporters."
COURT = {"title": "Court forbids police spyware"}
CAMERAS = {"title": "Four thousand cameras for stations"}


KEY = "f" * 64


def notice_reasons(*items, known=(), text=NOTICE, **article):
    articles = [
        (entry, an_article(text=text, fingerprint=KEY, **article, id=entry.id)) for entry in items
    ]
    return {id_: notice.reason for id_, notice in notices(articles, known).items()}


def same_as(one):
    return f"the same notice as at {one.url}"


def test_a_text_about_none_of_several_items_is_a_notice():
    first, *others = an_entry(1, **COURT), an_entry(2, **CAMERAS), an_entry(3, title="Fines raised")
    reasons = {one.id: same_as(first) for one in others} | {first.id: same_as(others[0])}
    assert notice_reasons(first, *others) == reasons
    # An entry that took it for its article loses it.
    known = first.model_copy(update={"fingerprint": KEY})
    assert notice_reasons(*others, known=[known]) == reasons
    assert notice_reasons(first, known=[known]) == {}
    assert notices([(others[0], an_article(text=NOTICE, fingerprint=KEY))], [known])[
        first.id
    ] == SiteNotice(KEY, same_as(others[0]))


def test_a_known_notice_is_recognised_when_met_again():
    first, second = an_entry(1, **COURT, notice=KEY), an_entry(2, **CAMERAS, notice=KEY)
    other = an_entry(3, title="Fines raised")
    assert notice_reasons(other, known=[first, second]) == {other.id: same_as(first)}
    assert notice_reasons(first, known=[first, second]) == {first.id: same_as(second)}
    assert notice_reasons(first, known=[first]) == {}
    assert notice_reasons(other, text="Fines are raised by the city.", known=[first]) == {}
    elsewhere = an_entry(3, title="Fines raised", site="other.example")
    assert notice_reasons(elsewhere, known=[first]) == {}


@pytest.mark.parametrize("title", ["", "In brief"])
def test_summaries_reveal_a_notice_if_titles_are_missing_or_the_same(title):
    said = ("Police may not spy on reporters", "Four thousand cameras for stations")
    first, second = (an_entry(n, title=title, summary=one) for n, one in enumerate(said, 1))
    assert set(notice_reasons(first, second)) == {first.id, second.id}


@pytest.mark.parametrize(
    ("second", "article"),
    [
        (CAMERAS, {"text": AGENCY}),  # about the first: published twice, once under a punning title
        (COURT, {}),  # one item at another address
        (CAMERAS | {"site": "other.example"}, {}),
        (CAMERAS | {"summary": NOTICE}, {}),
        ({"title": "Update"}, {}),  # says too little to tell
        (CAMERAS, {"extraction": Extraction.FEED}),
    ],
)
def test_a_possible_article_is_not_a_notice(second, article):
    assert notice_reasons(an_entry(1, **COURT), an_entry(2, **second), **article) == {}


def test_a_text_about_either_of_two_items_is_no_notice():
    court, cameras = an_entry(1, **COURT), an_entry(2, **CAMERAS)
    assert is_notice(NOTICE, court, cameras)
    assert not is_notice(AGENCY, court, cameras)
    assert not is_notice(AGENCY, cameras, court)


def test_texts_too_short_to_compare_are_not_notices():
    several = an_entry(1, **COURT), an_entry(2, **CAMERAS)
    assert notices([(one, an_article(text="Go on.", id=one.id)) for one in several], ()) == {}


def test_a_text_at_many_addresses_is_compared_once_with_each(monkeypatch):
    compared = []
    monkeypatch.setattr(
        site_notices, "is_unrelated", lambda entry, _text: compared.append(entry.id)
    )
    several = [an_entry(n, title=f"Note {n}") for n in range(30)]
    known = [an_entry(n, title="Notes", fingerprint=KEY) for n in range(30, 60)]
    assert notice_reasons(*several, known=known) == {}
    assert len(compared) == len(set(compared)) == 60
