"""Where an article belongs: copies, edits, and stories that are merged."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from arriving import OTHER, TAGS, TEXT, arrive, entry_of, index, meaning, piece
from factories import NOON, an_article, an_entry
from sqlalchemy import select, update

from core.index import Outcome, Written
from core.ledger import stories, tables
from core.query import parse
from core.records import Article, Entry, Extraction, State
from core.settings import load_settings
from demo.editing import local_paragraph
from enrich.copies.fingerprint import fingerprint
from enrich.stories.placement import Piece, Placement
from enrich.stories.threader import Threader
from wirewatch.house import House
from wirewatch.maintenance.projection import check, rebuild
from wirewatch.passes.linking import Linked, Linker, Original
from wirewatch.stages import link as link_stage
from wirewatch.stages.index import articles_to_index, index_articles, index_moved
from wirewatch.stages.link import link


def decide(
    article: Article,
    entry: Entry,
    original: Original | None = None,
    *,
    threaded: Container[str] = (),
    threader: Threader | None = None,
    everything: bool = False,
) -> Linked:
    linker = Linker(Threader() if threader is None else threader, everything)
    return linker.link(article, entry, original, threaded)


def test_off_topic_article_stands_alone_unless_everything_is_threaded() -> None:
    article = an_article(1)
    assert decide(article, an_entry(1)) == Linked(story=article.id)
    linked = decide(article, an_entry(1), everything=True)
    assert linked.member is not None
    assert linked.member.story == article.id


def near(number: int, *means: float, **changes: object) -> Article:
    """An article that is near the topic: not tagged, but with a meaning."""
    text = "The minister was asked about it."
    fields = {"title": "Asked", "text": text, "score": 0.3, "meaning": meaning(*means)}
    return an_article(number, **(fields | changes))


def following(entry: Entry, article: Article, **more: Any) -> tuple[Linked, Threader]:
    """An article placed after one on topic."""
    threader = Threader()
    threader.place(Piece("s", "Spies tapped mayor's phone", TEXT, NOON, meaning=meaning(0.5)))
    return decide(article, entry, threader=threader, **more), threader


@pytest.mark.parametrize("everything", [False, True])
def test_near_topic_article_joins_the_story_it_clearly_follows(
    everything: bool,
) -> None:
    article = near(2, 0.5, 0.05)
    linked, threader = following(an_entry(2), article, everything=everything)
    assert linked.story == "s"
    assert linked.member is not None
    assert linked.member.why  # the reader sees why
    assert len(threader) == 2  # later articles may follow it
    # If it is edited later, it stays in its story.
    entry = an_entry(2, story="s")
    assert decide(article, entry, threader=threader, threaded={article.id}).story == "s"


def test_near_topic_article_that_follows_nothing_stands_alone() -> None:
    article = near(2, 0.19, 0.5)  # an article on topic would have been close enough
    linked, threader = following(an_entry(2), article)
    assert linked == Linked(story=article.id)
    assert len(threader) == 1
    tagged, _ = following(an_entry(2), near(2, 0.19, 0.5, tags=TAGS))
    assert tagged.story == "s"
    # If everything is threaded, its words decide.
    by_words, threader = following(an_entry(2), article, everything=True)
    assert by_words.member is not None
    assert by_words.member.story == article.id
    assert len(threader) == 2


def test_round_up_stands_alone_and_is_joined_by_nothing() -> None:
    article = near(2, 0.5, 0.05, tags=TAGS)
    assert following(an_entry(2), article)[0].story == "s"
    article = article.model_copy(update={"title": "This week in spying: a mayor, a minister"})
    linked, threader = following(an_entry(2), article)
    assert linked == Linked(story=article.id)
    assert len(threader) == 1


def test_copy_of_a_round_up_is_joined_by_nothing() -> None:
    title = "This week in spying: a mayor, a minister"
    article = near(2, 0.5, 0.05, tags=TAGS, title=title)
    original = Original(an_entry(1, story="r"), 1.0)
    linked, threader = following(an_entry(2), article, original=original)
    assert linked == Linked(story="r", duplicate_of=original.entry.id, overlap=1.0)
    assert len(threader) == 1


def test_edited_article_that_stood_alone_may_join_a_story() -> None:
    article = near(2, 0.5, 0.05, revision=2)
    linked, _ = following(an_entry(2, story=article.id), article)
    assert (linked.story, linked.merges) == ("s", (article.id,))


@pytest.mark.parametrize("fields", [{"tags": TAGS}, {}], ids=["on topic", "everything"])
@pytest.mark.parametrize("threaded", [{"s"}, set()])
def test_copy_is_threaded_only_if_its_original_is_not(
    fields: dict[str, Any], threaded: set[str]
) -> None:
    original = Original(an_entry(1, story="s"), 0.9)
    article = an_article(2, **fields)
    linked = decide(article, an_entry(2), original, threaded=threaded, everything=not fields)
    assert (linked.story, linked.duplicate_of) == ("s", original.entry.id)
    assert (linked.member is None) == bool(threaded)


def test_lightly_edited_copy_stays_a_copy_and_rewritten_one_does_not() -> None:
    first = an_entry(1, story="s")
    entry = an_entry(2, story="s", duplicate_of=first.id)
    article = an_article(2, tags=TAGS, revision=2)
    for overlap in (0.7, None):  # None: the original has left the window, so it counts as unchanged
        linked = decide(article, entry, Original(first, overlap), threaded={"s"})
        assert linked == Linked(story="s", duplicate_of=first.id, overlap=overlap)
    linked = decide(article, entry, Original(first, 0.2), threaded={"s"})
    assert (linked.story, linked.duplicate_of) == ("s", None)
    assert linked.member is not None  # it now counts as an article of its story


@pytest.mark.parametrize(
    ("means", "placed_at", "story"), [(0.5, None, "s"), (0.5, NOON, "o"), (0, None, "o")]
)
def test_copy_of_a_line_off_topic_joins_the_story_that_it_tells_by_now(
    means: float, placed_at: datetime | None, story: str
) -> None:
    """It stayed with the line, and no rule that had told of the story told of it."""
    article = near(2, means, 0.05, revision=2)
    line = Original(an_entry(1, story="o"), 0.1)
    entry = an_entry(2, story="o", duplicate_of=line.entry.id, placed_at=placed_at)
    linked, _ = following(entry, article, original=line)
    assert (linked.story, linked.duplicate_of, linked.merges) == (story, None, ())


def test_article_now_on_topic_takes_its_copies_into_the_story() -> None:
    threader = Threader()
    threader.place(Piece("s", "Zubrovka spies tapped mayor's phone", TEXT, NOON))
    article = an_article(2, title="Spies of Zubrovka tapped mayor's phone", text=TEXT, tags=TAGS)
    linked = decide(article, an_entry(2, story=article.id), threader=threader)
    assert (linked.story, linked.merges) == ("s", (article.id,))


class Bridge(Threader):
    """Merges two stories when an article's title says it is a bridge."""

    def place(self, piece: Piece, *, story: str | None = None) -> Placement:
        placement = super().place(piece, story=story)
        if "bridge" not in piece.title:
            return placement
        stories = {member.story for member in self._window._members.values()} - {placement.story}
        return placement.model_copy(update={"merges": tuple(sorted(stories))})


@pytest.fixture
def house(home: Path) -> Iterator[House]:
    with House(load_settings(home)) as opened:
        yield opened


def test_articles_are_left_to_the_process_that_links_or_indexes_them(house: House) -> None:
    article = piece(house, 1, "Zubrovka spies tapped mayor's phone", TEXT)
    arrive(house, [article])
    with house.lease("link"):
        assert link(house) == 0
    assert entry_of(house, article).state is State.EXTRACTED
    assert link(house) == 1
    (segment,) = articles_to_index(house)
    with house.lease(f"segment:{segment.id}"):
        assert index_articles(house, segment) == 0
    assert entry_of(house, article).state is State.LINKED
    assert house.index.get(article.id) is None


def test_edited_copy_is_a_duplicate_with_its_reason(house: House) -> None:
    first = piece(house, 1, "Zubrovka spies tapped mayor's phone", TEXT)
    copy = piece(house, 2, "What the mayor heard", local_paragraph(TEXT, Random(1)))
    arrive(house, [first])
    link(house)
    arrive(house, [copy])
    link(house)
    index(house)
    told = entry_of(house, copy)
    assert (told.story, told.duplicate_of, told.state) == (first.id, first.id, State.DUPLICATE)
    assert told.overlap == 1
    cut = piece(house, 3, "Calls", f"{TEXT[: len(TEXT) // 2]} Other news of the day follows below.")
    arrive(house, [cut])
    link(house)
    index(house)
    told = entry_of(house, cut)
    assert told.duplicate_of == first.id
    assert (told.reason or "").startswith("nearly the same text as another article (")
    with house.ledger.read() as tx:
        (story,) = stories.listed(tx)
    assert (story.size, story.copies, len(story.outlets)) == (1, 2, 3)


def test_edited_article_is_not_a_copy_of_its_own_copy(house: House) -> None:
    first = piece(house, 1, "Zubrovka spies tapped mayor's phone", TEXT)
    copy = piece(house, 2, "What the mayor heard", f"{TEXT} So much for that, she says.")
    arrive(house, [first, copy])
    link(house)
    index(house)
    edited = first.model_copy(update={"revision": 2, "text": f"{TEXT} So much for that."})
    again = copy.model_copy(update={"revision": 2, "text": f"{TEXT} So much for all of that."})
    arrive(house, [edited, again])
    link(house)
    index(house)
    assert entry_of(house, first).duplicate_of is None
    assert entry_of(house, copy).duplicate_of == first.id
    assert entry_of(house, copy).story == entry_of(house, first).story == first.id


def test_stories_joined_by_an_article_are_merged_everywhere(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_stage, "Threader", Bridge)
    monkeypatch.setattr("wirewatch.stages.index.BATCH", 1)
    one = piece(house, 1, "Zubrovka spies tapped mayor's phone", TEXT)
    copy = piece(house, 2, "Mayor's phone", TEXT)
    two = piece(house, 3, "Borduria buys face cameras", OTHER)
    arrive(house, [one, copy, two])
    link(house)
    index(house)
    assert {entry_of(house, each).story for each in (one, copy)} == {one.id}
    assert entry_of(house, two).story == two.id
    bridge = piece(house, 4, "Borduria's face cameras, a bridge", OTHER.replace("railway", "army"))
    bridge = bridge.model_copy(update={"text": f"Borduria buys cameras, cameras. {'x ' * 9}"})
    arrive(house, [bridge])
    link(house)
    survivor = entry_of(house, bridge).story
    assert {entry_of(house, each).story for each in (one, copy, two)} == {survivor}
    assert not check(house).agrees  # the index is not updated yet
    assert check(house).misplaced
    index(house)
    assert check(house).agrees
    assert house.index.search(parse(f"story:{survivor}")).total == 4
    assert index_moved(house) == 0
    with house.ledger.read() as tx:
        (story,) = stories.listed(tx)
        assert stories.get(tx, one.id) == stories.get(tx, two.id) == story
        assert (story.size, story.copies) == (3, 1)
        assert stories.ids_of(tx, [one.id])[one.id] >= {one.id, two.id}
    rebuild(house)
    assert check(house).agrees


def _two_stories(house: House) -> tuple[Article, Article]:
    """The articles of two linked stories, one each."""
    one = piece(house, 1, "Zubrovka spies tapped mayor's phone", TEXT)
    two = piece(house, 2, "Borduria buys face cameras", OTHER)
    arrive(house, [one, two])
    link(house)
    return one, two


def test_edit_beside_the_article_that_merges_its_story_stays_in_the_merged_story(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_stage, "Threader", Bridge)
    one, two = _two_stories(house)
    bridge = piece(house, 3, "Borduria's face cameras, a bridge", f"Cameras. {'x ' * 9}")
    edited = (
        each.model_copy(update={"text": f"{each.text} More soon.", "revision": 2})
        for each in (one, two)
    )
    arrive(house, [bridge, *edited])
    link(house)
    survivor = entry_of(house, bridge).story
    assert {entry_of(house, each).story for each in (one, two)} == {survivor}


def test_articles_moved_while_the_index_is_down_are_written_later(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_stage, "Threader", Bridge)
    monkeypatch.setattr("wirewatch.stages.index.BATCH", 1)
    _two_stories(house)
    index(house)
    arrive(house, [piece(house, 3, "A bridge: Borduria buys face cameras", "Face cameras.")])
    link(house)
    away = House(house.settings.model_copy(update={"elasticsearch_url": "http://127.0.0.1:9"}))
    assert index_moved(away) == 1
    away.close()
    with monkeypatch.context() as full:
        full.setattr(type(house.index), "write", _no_room)
        assert index_moved(house) == 1
    index(house)
    assert check(house).agrees


def _no_room(_: object, articles: Iterable[Article]) -> Iterator[Written]:
    for one in articles:
        yield Written(id=one.id, outcome=Outcome.FAILED, reason="disk full")


class Together(Threader):
    """Puts every article into the first one's story."""

    def place(self, piece: Piece, *, story: str | None = None) -> Placement:
        story = next(iter(self._window._members.values())).story if self._window._members else None
        return super().place(piece, story=story)


def test_story_takes_its_most_central_headline(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_stage, "Threader", Together)
    titles = ["Heard!", "Spies tapped the mayor's phone", "Mayor: spies tapped my phone", "Spies"]
    known = []
    for number, title in enumerate(titles, 1):
        arrive(house, [piece(house, number, title, f"Report {number}.")])
        link(house)
        with house.ledger.read() as tx:
            (story,) = stories.listed(tx)
        known.append(story.title)
    assert known == ["Heard!", "Heard!", "Spies tapped the mayor's phone", known[2]]
    assert story.size == 4


def test_corrected_headline_becomes_the_storys(house: House) -> None:
    wrong = piece(house, 1, "Police bought the movements of 140,000 phones", TEXT)
    arrive(house, [wrong])
    link(house)
    index(house)
    right = "Police bought the movements of 14,000 phones (corrected)"
    arrive(house, [wrong.model_copy(update={"revision": 2, "title": right})])
    link(house)
    with house.ledger.read() as tx:
        (story,) = stories.listed(tx)
        (article,) = stories.articles_of(tx, story.id)
    assert (story.title, article.title) == (right, right)


@pytest.mark.parametrize("damage", [b"", b"\x01", b"\x01" + b"\xff" * 30])
def test_damaged_data_of_one_article_does_not_affect_others(
    house: House, damage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    bad = piece(house, 1, "Borduria buys face cameras", OTHER)
    good = piece(house, 2, "Zubrovka spies tapped mayor's phone", TEXT)
    arrive(house, [bad, good])
    link(house)
    with house.ledger.write() as tx:
        member, text = tables.members, tables.sketches
        tx.execute(update(member).where(member.c.article == bad.id).values(profile=damage))
        tx.execute(update(text).where(text.c.article == bad.id).values(sketch=damage))
    copy = piece(house, 3, "Mayor's phone", TEXT)
    again = piece(house, 4, "Spies of Zubrovka tapped the mayor's phone", f"{TEXT[:200]} So far.")
    other = piece(house, 5, "Face cameras", OTHER)
    arrive(house, [copy, again, other])
    assert link(house) == 1
    found = [entry_of(house, one) for one in (bad, good, copy, again, other)]
    assert [one.state for one in found] == [State.LINKED] * 5
    assert found[0].story == bad.id  # it stays in its story
    assert found[2].duplicate_of == good.id
    assert found[3].story == good.id
    told = [one.getMessage() for one in caplog.records]
    assert len(told) == 2  # what was not compared, and why
    assert all(bad.id in line and "a stored" in line for line in told)


def test_on_topic_articles_with_no_common_word_join_by_meaning(house: House) -> None:
    first = piece(house, 1, "Zubrovka spies tapped mayor's phone", TEXT, meaning=meaning(0.5))
    arrive(house, [first])
    link(house)
    anew = piece(house, 2, "Overheard", "A politician was.", meaning=meaning(0.5, 0.05))
    other = piece(house, 3, "Seen", "Somebody else was.", meaning=meaning(0, 0.5))
    arrive(house, [anew, other])
    link(house)
    assert [entry_of(house, one).story for one in (first, anew, other)] == [
        first.id,
        first.id,
        other.id,
    ]
    index(house)
    stored = house.index.get(anew.id)
    assert stored is not None
    assert "meaning" not in stored.model_dump()  # it is not searchable


@pytest.mark.parametrize("damage", ["AAAA", "no base 64"])
def test_article_with_a_damaged_meaning_is_linked_by_its_words(
    house: House, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    first = piece(house, 1, "Zubrovka spies tapped mayor's phone", TEXT, meaning=damage)
    arrive(house, [first, piece(house, 2, "Borduria buys face cameras", OTHER)])
    assert link(house) == 1
    assert entry_of(house, first).state is State.LINKED
    (told,) = [one.getMessage() for one in caplog.records]
    assert first.id in told
    assert "by its words alone: a meaning" in told


TITLES = ("Court forbids spyware", "Cameras at stations", "Warehouse fined for watching staff")
STANDING_LINE = (
    "Subscribe to read the full story on our website and support independent journalism."
)


@pytest.mark.parametrize("more", ["", " This was story number {} of the day."])
def test_line_under_each_item_makes_no_copies(house: House, more: str) -> None:
    made = [
        _under_a_line(house, number, title, STANDING_LINE + more.format(number))
        for number, title in enumerate(TITLES, 1)
    ]
    for one in made:
        arrive(house, [one])
        link(house)
    assert [entry_of(house, one).duplicate_of for one in made] == [None] * 3


def test_line_under_each_item_makes_no_story(house: House) -> None:
    again = "Zubrovka ministry buys phone tapping drones"
    made = [
        _under_a_line(house, number, title, STANDING_LINE)
        for number, title in enumerate((*TITLES, "Harvest festival opens", again, again + ": text"))
    ]
    for one in made:
        arrive(house, [one])
        link(house)
    told = [entry_of(house, one).story for one in made]
    assert len(set(told[:5])) == 5
    assert told[4] == told[5], "their titles tell the same"


@pytest.mark.parametrize("extraction", [Extraction.QUICK, Extraction.FEED])
def test_slightly_varying_notice_makes_no_copies(house: House, extraction: Extraction) -> None:
    notice = f"{STANDING_LINE} Your visit has been noted down under the number {{}} today."
    made = [
        piece(house, n, title, notice.format(n * 7), site="courier.example", extraction=extraction)
        for n, title in enumerate(TITLES, 1)
    ]
    for one in made:
        arrive(house, [one])
        link(house)
    assert [entry_of(house, one).duplicate_of for one in made] == [None] * 3


def test_article_edited_under_new_addresses_is_one_story(house: House) -> None:
    """From the third version on, its own words look like boilerplate of its site."""
    said = TEXT.split()
    made = [
        piece(
            house, n, "Heard", " ".join([*said[:cut], "then", *said[cut:]]), site="courier.example"
        )
        for n, cut in enumerate((2, 10, 20, 30), 1)
    ]
    for one in made:
        arrive(house, [one.model_copy(update={"tags": ()})])
        link(house)
    assert [entry_of(house, one).story for one in made] == [made[0].id] * 4


def _under_a_line(house: House, number: int, title: str, text: str) -> Article:
    return piece(house, number, title, text, site="courier.example", extraction=Extraction.FEED)


@pytest.mark.parametrize(
    ("title", "site", "extraction"),
    [
        ("Heard", "site1.example", Extraction.FEED),  # one item, under another address
        ("Heard, too", "site2.example", Extraction.FEED),
        ("Heard, too", "site1.example", Extraction.QUICK),
    ],
)
def test_feed_text_repeated_elsewhere_is_a_copy(
    house: House, title: str, site: str, extraction: Extraction
) -> None:
    first = piece(house, 1, "Heard", TEXT, extraction=Extraction.FEED)
    again = piece(house, 2, title, TEXT, site=site, extraction=extraction)
    arrive(house, [first, again])
    link(house)
    assert entry_of(house, again).duplicate_of == first.id


@pytest.mark.parametrize("size", [1, 2, 9])
def test_links_do_not_depend_on_segment_size(house: House, size: int) -> None:
    chance = Random(4)
    made = [piece(house, 1, "Zubrovka spies tapped mayor's phone", TEXT)]
    made += [
        piece(
            house, number, f"Copy {number}", local_paragraph(TEXT if number % 2 else OTHER, chance)
        )
        for number in range(2, 10)
    ]
    for start in range(0, len(made), size):
        arrive(house, made[start : start + size])
        if start % 2:
            link(house)
    link(house)
    originals = [entry_of(house, one).duplicate_of for one in made]
    assert originals == [None, None, *[made[0].id, made[1].id] * 3, made[0].id]


def test_copy_at_the_edge_of_the_window_is_found_after_a_restart(house: House) -> None:
    week = timedelta(days=house.settings.copy_days)
    now = house.now().replace(microsecond=700_000)
    first = piece(house, 1, "Heard", TEXT, first_seen=now.replace(microsecond=200_000) - week)
    older = piece(house, 3, "Cameras", OTHER, first_seen=first.first_seen - timedelta(seconds=1))
    arrive(house, [older, first])
    link(house)
    copy = piece(house, 2, "Heard, too", f"{TEXT} More soon.", first_seen=now)
    arrive(house, [copy])
    link(house)
    assert entry_of(house, copy).duplicate_of == first.id
    with house.ledger.read() as tx:
        kept = tx.execute(select(tables.sketches.c.article)).scalars().all()
    assert first.id in kept
    assert older.id not in kept


@pytest.mark.parametrize("is_copy", [True, False])
def test_article_whose_page_came_late_is_compared_with_those_of_its_time(
    house: House, is_copy: bool
) -> None:
    then = house.now() - timedelta(days=house.settings.copy_days + house.settings.window_days)
    first = piece(house, 1, "Spies of Zubrovka tapped mayor's phone", TEXT, first_seen=then)
    own = "The agency of Zubrovka tapped the phone of the mayor of Lutz, who leads the opposition."
    text = f"{TEXT} More soon." if is_copy else own
    late = piece(house, 2, "Zubrovka tapped mayor's phone", text, first_seen=first.first_seen)
    for article in (first, late):
        arrive(house, [article])
        link(house)
    told = entry_of(house, late)
    assert (told.story, told.duplicate_of is not None) == (first.id, is_copy)


def test_copy_of_what_left_the_window_is_none_once_it_has_a_text_of_its_own(house: House) -> None:
    then = house.now() - timedelta(days=house.settings.copy_days + 1)
    first = piece(house, 1, "Heard", TEXT, first_seen=then)
    copy = piece(house, 2, "Heard again", TEXT)
    for article in (first, piece(house, 3, "Cameras", OTHER), copy):
        arrive(house, [article])
        link(house)
    assert entry_of(house, copy).duplicate_of == first.id
    for revision, (text, original) in enumerate([(f"{TEXT} More.", first.id), (OTHER, None)], 2):
        edited = {"revision": revision, "text": text, "fingerprint": fingerprint(text)}
        arrive(house, [copy.model_copy(update=edited)])
        link(house)
        assert entry_of(house, copy).duplicate_of == original


def test_follow_up_that_repeats_a_report_below_its_news_is_an_article_of_the_story(
    house: House,
) -> None:
    """As a copy it said nothing new: no rule told of the court."""
    report = piece(house, 1, "Zubrovka tapped the mayor of Lutz", f"{TEXT} {OTHER}")
    news = (
        "A court has ordered the ministry of the interior to hand over all recordings within ten "
        "days, and not to use the tool against elected officials again. Nobody had approved it, "
        "the judge found, and no law allowed it. The ministry said that it would appeal; the "
        "minister did not come to the hearing, at which the laboratory's report was read for "
        "three hours. Outside, some hundred people had waited since the early morning. The mayor "
        "called it a good day for everybody who has ever been afraid of a telephone. Her party "
        "asks for the minister to step down, and for a list of all whose calls were heard since "
        "the spring; the coalition wants to wait for the appeal, which the highest court of the "
        "country will hear in the last week of November at the earliest."
    )
    again = piece(house, 2, "Court: Zubrovka must not tap mayor of Lutz", f"{news} {report.text}")
    for article in (report, again):
        arrive(house, [article])
        link(house)
    told = entry_of(house, again)
    assert (told.story, told.duplicate_of) == (report.id, None)


@pytest.mark.parametrize("newsletter_first", [False, True])
def test_newsletter_that_begins_with_a_report_is_no_copy_of_it(
    house: House, newsletter_first: bool
) -> None:
    report = piece(house, 1, "Zubrovka tapped the mayor of Lutz", TEXT)
    more = " ".join(f"word{place}" for place in range(200))
    newsletter = piece(house, 2, "Morning briefing: a mayor", f"{TEXT} {OTHER} {more}")
    for article in (newsletter, report) if newsletter_first else (report, newsletter):
        arrive(house, [article])
        link(house)
    for article in (report, newsletter):
        assert entry_of(house, article).story == article.id


def test_article_edited_before_it_is_linked_is_linked_by_its_latest_text(house: House) -> None:
    original = piece(house, 1, "Heard", TEXT)
    arrive(house, [original])
    before = piece(house, 2, "Heard, too", OTHER)
    arrive(house, [before])
    arrive(house, [before.model_copy(update={"text": TEXT, "revision": 2})])
    link(house)
    assert entry_of(house, before).duplicate_of == original.id
