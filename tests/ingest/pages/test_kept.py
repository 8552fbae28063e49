"""Earlier texts are kept when a page holds back what it once showed; edits are told apart."""

from __future__ import annotations

import pytest
from factories import an_article, an_entry
from hypothesis import given
from hypothesis import strategies as st

from core.records import Extraction
from ingest.pages.articles import NewRevision
from ingest.pages.kept import (
    follow_page,
    is_beginning,
    keep_headline,
    keep_whole,
    may_hold_back,
    restore,
)
from ingest.pages.outcomes import Unchanged

FIRST = "The court in Lutz has forbidden the police to use spyware against reporters."
SECOND = "Judge Anna Roth said on Monday that the law knows no such measure, whoever asks for it."
THIRD = "The ministry of the interior had bought the licences two years ago, in secret."
FOURTH = "An appeal is possible until the end of May, and the minister has announced one."
WHOLE = "\n".join((FIRST, SECOND, THIRD, FOURTH))
SUBSCRIBE = "Subscribe to continue reading"
SHARED = "Already a subscriber? Log in."


@pytest.mark.parametrize(
    "after",
    [
        f"{FIRST}\n{SUBSCRIBE}",
        f"{FIRST}\n{SECOND}\n{SUBSCRIBE}",
        f"{FIRST}\n{SECOND}\n{THIRD}\n{SUBSCRIBE}",
        f"{FIRST} {SUBSCRIBE}",  # in the same paragraph
        f"{FIRST}\nDear reader, please\nsubscribe to continue reading.\n{SHARED}",
        f"{FIRST}\nJudge Anna Roth said on Mon…",
        f"{FIRST}\nJudge Anna Roth said on Mon",
        f"{FIRST}\nJudge Anna Roth said on …",
        f"{FIRST}\nJudge Anna Roth said on",
        f"{FIRST}\nJud",
        FIRST.upper() + f"\n{SUBSCRIBE}",
        f"{FIRST}\nDieser Artikel ist nur für Abonnenten.",
    ],
)
def test_a_cut_off_beginning_of_the_earlier_text_is_not_an_edit(after):
    assert is_beginning(WHOLE, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (WHOLE, WHOLE),
        (WHOLE, f"{WHOLE}\n{SUBSCRIBE}"),
        (WHOLE, f"{FIRST}\n{SECOND}\n{FOURTH}"),  # a paragraph taken out
        (WHOLE, f"{FIRST}\n{SECOND}"),  # the end removed, and nothing says there is more
        (WHOLE, FIRST),
        (f"{FIRST} {SECOND} {THIRD}", f"{FIRST} {SECOND}"),  # the same, in one paragraph
        (f"{WHOLE}\nMore soon.", f"{WHOLE}\n{SUBSCRIBE}"),  # nearly all of it
        (WHOLE, "Correction: an earlier version of this article was wrong. We apologise."),
        (WHOLE, f"{FIRST}\nCorrection: it was not the judge who said so.\n{SUBSCRIBE}"),
        (WHOLE, f"{FIRST}\nCorrection: it was not the judge who said so."),
        (WHOLE, f"{FIRST}\nCorrected."),
        (WHOLE, f"{FIRST}\nJ. Roth did not say so."),  # as if "Judge" had been torn
        (WHOLE, f"{FIRST}\n{SUBSCRIBE}\n{'The judge did not say so. ' * 20}"),
        (WHOLE, f"{FIRST.replace('Lutz', 'Linz')}\n{SUBSCRIBE}"),
        (WHOLE, SUBSCRIBE),
        (WHOLE, ""),
        ("", f"{FIRST}\n{SUBSCRIBE}"),
        # Below every article of this outlet.
        (f"{WHOLE}\n{SUBSCRIBE}", f"{FIRST}\n{SUBSCRIBE}"),
        (f"{FIRST} …\n{SECOND}\n{THIRD}", f"{FIRST} …"),
        (f"Court ruling on police spyware in the city of Lutz\n{WHOLE}",) * 2,
        (
            f"Court ruling on police spyware in the city of Lutz\n{WHOLE}",
            "Court ruling on police spyware in the city of Lutz",
        ),
    ],
)
def test_a_change_an_editor_may_have_made_is_an_edit(before, after):
    assert not is_beginning(before, after)


def test_a_page_known_to_hold_text_back_needs_no_other_sign():
    assert is_beginning(WHOLE, f"{FIRST}\n{SECOND}", held_back=True)
    assert not is_beginning(WHOLE, f"{FIRST}\n{FOURTH}", held_back=True)
    assert not is_beginning(f"{WHOLE}\nMore soon.", WHOLE, held_back=True)


WORDS = st.lists(st.sampled_from(["law", "court", "judge", "police", "bill", "appeal"]), min_size=9)
TEXTS = st.lists(WORDS.map(lambda words: " ".join(words) + "."), min_size=2, max_size=6)


@given(TEXTS, st.data())
def test_any_beginning_followed_by_a_subscription_prompt_is_recognised(paragraphs, data):
    text = "\n".join(paragraphs)
    words = text.split(" ")
    shown = data.draw(st.integers(9, max(9, len(words) - 1)))
    cut = " ".join(words[:shown])
    assert is_beginning(text, f"{cut}\n{SUBSCRIBE}") == (
        len(cut.split()) <= 0.8 * len(text.split())
    )


@given(TEXTS, TEXTS, st.booleans())
def test_a_longer_or_differently_worded_text_is_not_a_beginning(one, other, held_back):
    before, after = "\n".join(one), "\n".join(other)
    if is_beginning(before, after, held_back=held_back):
        assert before.startswith(after)
        assert held_back
    assert not is_beginning(before, f"{before}\n{after}", held_back=held_back)


def kept(after, before=WHOLE, **changes):
    made = NewRevision(an_article(revision=2, text=after, **changes))
    return keep_whole(an_article(text=before, language="en"), made)


def test_the_whole_text_is_kept_with_the_reason():
    note = "whole text kept: its page now shows only the beginning"
    assert kept(f"{FIRST}\n{SUBSCRIBE}") == Unchanged(f"{note} (17 words)")
    caveat = "the beginning only: teaser (13 words, then “Subscribe”)"
    reason = f"{note} (teaser (13 words, then “Subscribe”))"
    assert kept(FIRST, caveat=caveat) == Unchanged(reason)
    assert kept(FIRST) is None


def test_the_new_headline_is_adopted():
    result = kept(f"{FIRST}\n{SUBSCRIBE}", title="Court forbids spyware")
    assert isinstance(result, NewRevision)
    assert (result.article.title, result.article.text) == ("Court forbids spyware", WHOLE)
    assert result.article.revision == 2
    assert "whole text kept" in (result.reason or "")


@pytest.mark.parametrize(
    ("titles", "kept"),
    [
        ("AA", False),
        ("AB", False),
        ("ABA", False),  # an edit taken back
        ("ABAB", True),
        ("ABAC", False),
        ("ABCA", False),
        ("ABCAB", True),
        ("AABBAB", True),
        ("ABAA", False),
    ],
)
def test_of_two_headlines_shown_in_turn_the_last_is_kept(titles, kept):
    known = [an_article(text=WHOLE, title=one) for one in titles[:-1]]
    new = NewRevision(an_article(text=WHOLE, title=titles[-1]))
    result = keep_headline(known, new)
    assert (result is not None) == kept
    if result is not None:
        assert result.article.title == titles[-2]
    # What the text was before that does not matter.
    known[0] = known[0].model_copy(update={"text": FIRST})
    assert (keep_headline(known, new) is not None) == kept
    # An edit of the text is one under any headline.
    assert keep_headline(known, NewRevision(an_article(text=FIRST, title=titles[-1]))) is None


@pytest.mark.parametrize(
    ("titles", "printed", "of_feed", "followed"),
    [
        ("A", True, "A", True),  # edited on the page alone
        ("AB", True, "A", True),  # and again
        ("A", True, "B", False),  # the feed says something new
        ("A", False, "A", False),  # the page has always had another one
    ],
)
def test_a_headline_edited_on_the_page_alone_is_followed(titles, printed, of_feed, followed):
    earlier = [an_article(title=one) for one in titles[:-1]]
    known = [*earlier, an_article(title=titles[-1], printed=printed)]
    result = follow_page(known, NewRevision(an_article(title=of_feed), headline="C"))
    assert (result.article.title, result.article.printed) == (
        ("C", True) if followed else (of_feed, False)
    )


def test_the_feeds_text_replaces_a_pages_only_if_longer():
    of_feed = {"extraction": Extraction.FEED, "caveat": "the feed's text: teaser (13 words)"}
    assert isinstance(kept(f"{FIRST}\n{SECOND}", **of_feed), Unchanged)
    assert isinstance(kept("What it is about, in the feed's own words.", **of_feed), Unchanged)
    assert kept(f"{WHOLE}\n{FIRST}", **of_feed) is None


@pytest.mark.parametrize(
    ("text", "caveat", "may"),
    [
        (FIRST, None, False),
        (FIRST, "the beginning only: teaser", True),
        (f"{FIRST}\n{SUBSCRIBE}.", None, True),
        (f"{FIRST} Judge Anna …", None, True),
        (f"{FIRST} Judge Anna...", None, True),
        (f"{FIRST} Judge Anna", None, True),
    ],
)
def test_the_earlier_text_is_checked_only_if_a_page_may_hold_back(text, caveat, may):
    assert may_hold_back(an_article(text=text, caveat=caveat)) is may


def test_the_latest_text_that_is_not_a_notice_is_restored():
    entry = an_entry(1, revision=3, notice="n")
    known = [
        an_article(text=text, revision=n, fingerprint=fingerprint)
        for n, (text, fingerprint) in enumerate((("A", "a"), ("B", "b"), ("N", "n")), 1)
    ]
    found = restore(entry, known, "a notice")
    assert found is not None
    assert (found.article.text, found.article.revision) == ("B", 4)
    assert found.reason == "earlier text restored: a notice"
    assert restore(entry, known[2:], "a notice") is None
