"""The faults of the sample newsroom: where each one is, and what a good client does about it.

A fault spoils a healthy answer, so without faults the newsroom is otherwise the same. `FAULTS` is
the table that tests and drills go through.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from demo import spoils
from demo.spoils import TEASER_PARAGRAPHS, Spoil
from ingest.extraction.kinds import PageKind


@dataclass(frozen=True)
class Fault:
    """A fault at one address.

    `about` says whether it hits a feed or an article. `lost`: nobody can read what the address
    would say, so at most the feed's words are left (and nothing of what only this feed lists).
    `usual`: it is there by default; other faults are asked for by name. `page` is what is shown
    in the article's place, `shows` how many of the article's paragraphs are shown.
    """

    name: str
    about: Literal["feed", "article"]
    host: str
    path: str
    does: str
    client: str
    spoil: Spoil
    lost: bool = False
    usual: bool = True
    page: PageKind | None = None
    shows: int | None = None


FAULTS = (
    Fault(
        name="article-missing",
        about="article",
        host="northquay.localhost",
        path="/notices/harbour-footbridge-closed.html",
        does="the article answers 404",
        client="reject the entry and say why; go on with the others",
        spoil=spoils.answering(404),
        lost=True,
    ),
    Fault(
        name="article-gone",
        about="article",
        host="sierraalta.localhost",
        path="/2026/09/14/horario-biblioteca-otono.html",
        does="the article answers 410",
        client="reject the entry for good; never ask again",
        spoil=spoils.answering(410),
        lost=True,
    ),
    Fault(
        name="article-down-once",
        about="article",
        host="lindenbote.localhost",
        path="/2026/09/14/linie-7-faehrt-wieder",
        does="the article answers 503 with Retry-After: 1 to the first request, then 200",
        client="try again later; the article comes in whole",
        spoil=spoils.busy(503, 1),
    ),
    Fault(
        name="consent-wall",
        about="article",
        host="circuitrow.localhost",
        path="/posts/repair-cafe-index",
        does="the article's address shows a consent page with status 200",
        client="notice that this is no article; never index the wall's words",
        spoil=spoils.showing("consent"),
        lost=True,
        page=PageKind.CONSENT_WALL,
    ),
    Fault(
        name="endless-article",
        about="article",
        host="harbourpost.localhost",
        path="/2026/09/15/tide-tables-in-full",
        does="the article never stops sending (by itself after 200 MB or 60 s)",
        client="hang up at its own limit of size; go on with the others",
        spoil=spoils.endless,
        lost=True,
    ),
    Fault(
        name="article-charset",
        about="article",
        host="leressac.localhost",
        path="/articles/donnees-de-connexion.html",
        does="the page's bytes are windows-1252 and nothing says so",
        client="find the encoding out: every accent is right",
        spoil=spoils.mislabelled,
    ),
    Fault(
        name="feed-charset",
        about="feed",
        host="leressac.localhost",
        path="/rss.xml",
        does="the feed's bytes are windows-1252 while it declares UTF-8",
        client="find the encoding out: every accent in the titles is right",
        spoil=spoils.mislabelled,
    ),
    Fault(
        name="feed-moved",
        about="feed",
        host="kuestenpost.localhost",
        path="/feed",
        does="the feed answers 301 to another host, where it is now",
        client="follow, and after repeated answers subscribe to the new address",
        spoil=spoils.redirecting(301, "http://kuestenblatt.localhost:{port}/rss.xml"),
    ),
    Fault(
        name="feed-gone",
        about="feed",
        host="oldmill.localhost",
        path="/feed.xml",
        does="the feed answers 410",
        client="mark the feed as gone and stop polling it",
        spoil=spoils.answering(410),
        lost=True,
    ),
    Fault(
        name="feed-busy",
        about="feed",
        host="ferrytown.localhost",
        path="/feed",
        does="the feed answers 429 with Retry-After: 2 to the first request of a day, then 200",
        client="wait at least as long as told, then poll again",
        spoil=spoils.busy(429, 2, daily=True),
    ),
    Fault(
        name="feed-broken",
        about="feed",
        host="saltmarsh.localhost",
        path="/feed.xml",
        does="the feed has a bare ampersand and ends in the middle of its last item",
        client="take the whole items before the break; the feed stays subscribed",
        spoil=spoils.cut,
    ),
    Fault(
        name="feed-script-title",
        about="feed",
        host="uplandherald.localhost",
        path="/rss",
        does="a title in the feed begins with an escaped <script>alert(1)</script>",
        client="show it as text or drop it; never as markup",
        spoil=spoils.with_script(b"Council website"),
    ),
    Fault(
        name="slow-article",
        about="article",
        host="tidepool.localhost",
        path="/articles/the-slow-life-of-lichens",
        does="the page dribbles in over 20 s",
        client="wait no longer than its own limit of time; go on with the others",
        spoil=spoils.slow,
        usual=False,
    ),
    Fault(
        name="paywall-teaser",
        about="article",
        host="gategazette.localhost",
        path="/stories/doorbells-of-alder-street",
        does="the page shows two paragraphs of the article, then an invitation to subscribe",
        client="keep what is shown, marked as a beginning",
        spoil=spoils.teaser,
        page=PageKind.TEASER,
        shows=TEASER_PARAGRAPHS,
    ),
    Fault(
        name="bot-challenge",
        about="article",
        host="clifftop.localhost",
        path="/news/choir-on-the-cable-car",
        does="the article's address shows a test for being human with status 200",
        client="notice that this is no article; never index the test's words",
        spoil=spoils.showing("challenge"),
        lost=True,
        page=PageKind.BOT_CHALLENGE,
    ),
    Fault(
        name="bot-challenge-403",
        about="article",
        host="clifftop.localhost",
        path="/news/lighthouse-keeps-its-lamp",
        does="the article's address shows a test for being human with status 403",
        client="quarantine the entry; do not try to get in",
        spoil=spoils.showing("challenge", 403),
        lost=True,
    ),
    Fault(
        name="article-busy",
        about="article",
        host="clifftop.localhost",
        path="/news/steps-to-the-beach-reopen",
        does="the article answers 429 with Retry-After: 1 to the first request, then 200",
        client="wait at least as long as told, and longer between the site's other pages",
        spoil=spoils.busy(429, 1),
    ),
    Fault(
        name="soft-404",
        about="article",
        host="gezeitenbote.localhost",
        path="/artikel/faehre-bekommt-neuen-namen",
        does="the article's address says that there is no such page, with status 200",
        client="notice that this is no article; reject the entry",
        spoil=spoils.showing("notfound"),
        lost=True,
        page=PageKind.SOFT_404,
    ),
    Fault(
        name="soft-404-front",
        about="article",
        host="gezeitenbote.localhost",
        path="/artikel/strandkorb-nummer-siebzehn",
        does="the article's address redirects to the outlet's front page",
        client="notice that this is no article; reject the entry",
        spoil=spoils.redirecting(302, "/"),
        lost=True,
        page=PageKind.SOFT_404,
    ),
    Fault(
        name="hub-page",
        about="article",
        host="gezeitenbote.localhost",
        path="/artikel/muschelzaehlung-am-watt",
        does="the article's address shows a list of other articles",
        client="notice that this is no article; never index the headlines as its text",
        spoil=spoils.showing("section"),
        lost=True,
        page=PageKind.HUB,
    ),
    Fault(
        name="video-page",
        about="article",
        host="cinerivage.localhost",
        path="/videos/le-bac-a-voile.html",
        does="the article's address shows a player and a line of text",
        client="notice that there is no text to read; keep what the feed says, marked so",
        spoil=spoils.showing("video"),
        lost=True,
        page=PageKind.VIDEO,
    ),
    Fault(
        name="feed-not-a-feed",
        about="feed",
        host="patchworkpost.localhost",
        path="/feeds/culture.xml",
        does="the feed's address shows a web page with status 200",
        client="say that it is no feed any more; go on polling, ever less often",
        spoil=spoils.showing("notfound"),
        lost=True,
    ),
    Fault(
        name="feed-blocked",
        about="feed",
        host="patchworkpost.localhost",
        path="/feeds/sport.xml",
        does="the feed answers 403 with a test for being human",
        client="say that the site refuses; do not try to get in",
        spoil=spoils.showing("challenge", 403),
        lost=True,
    ),
    Fault(
        name="feed-empty",
        about="feed",
        host="stillwater.localhost",
        path="/letters.xml",
        does="the feed is well-formed and has no item",
        client="say that it is empty; go on polling",
        spoil=spoils.emptied,
        lost=True,
    ),
    Fault(
        name="feed-frozen",
        about="feed",
        host="patchworkpost.localhost",
        path="/feeds/all.xml",
        does="the feed answers 304 to every conditional request, whatever came out since",
        client="ask without conditions once in a while, and for good where it was not true",
        spoil=spoils.frozen,
        usual=False,
    ),
    Fault(
        name="article-laborious",
        about="article",
        host="pocketpaper.localhost",
        path="/read/the-shelf-at-the-station",
        does="the article has 60,000 bold words in a row: trafilatura needs minutes for it",
        client="give up after a while; the page costs no other its turn",
        spoil=spoils.laborious,
        lost=True,
        usual=False,
    ),
)

FEED_MOVED = next(fault for fault in FAULTS if fault.name == "feed-moved")
MOVED_TO = ("kuestenblatt.localhost", "/rss.xml")
"""The moved feed's new place, as host and path."""


def usual_faults() -> set[Fault]:
    """The faults that a newsroom has by default."""
    return {fault for fault in FAULTS if fault.usual}
