"""Erasing: an article leaves no trace, does not come back, and everything else stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from arriving import FEED, OTHER, TEXT, arrive, entry_of, index, let_in, piece
from factories import Clock, add_feed, get_feed, record
from sqlalchemy import select, update
from typer.testing import CliRunner

from alert import atom
from core.clock import utc_now
from core.index import Written
from core.ledger import alerts, entries, segments, stories, tables
from core.ledger.erasures import ERASED_TEXT
from core.query import parse
from core.records import Article, Entry, FeedItem, Page, Segment, SegmentKind, State
from core.settings import load_settings
from demo.newsroom import Newsroom
from wirewatch import dossiers, regrouping
from wirewatch.cli import app
from wirewatch.house import House
from wirewatch.maintenance import erasing
from wirewatch.maintenance.erasing import Cleared, ErasureError
from wirewatch.maintenance.projection import check, rebuild
from wirewatch.maintenance.upkeep import upkeep
from wirewatch.newsroom.verdicts import Verdicts
from wirewatch.pipeline import run_pass
from wirewatch.presentation.outbound import FOLDER
from wirewatch.presentation.wording import sum_line
from wirewatch.stages.deliver import deliver, preview_digest
from wirewatch.stages.extract import extract_pages
from wirewatch.stages.link import link
from wirewatch.stages.match import match

RULES = """\
[channels]
room = "json://room.invalid"

[[rule]]
name = "r"
query = "topic:surveillance"
to = ["room"]

[[digest]]
name = "daily"
rules = ["r"]
to = ["room"]
"""
FOLLOW_UP = "Spies of Zubrovka tapped the phone of the mayor of Lutz, agents say."
WHY = "order of the court of Lutz"


@pytest.fixture
def house(home: Path, clock: Clock) -> Iterator[House]:
    (home / "rules.toml").write_text(RULES)
    with House(load_settings(home), now=clock) as opened:
        yield opened


@pytest.fixture
def arrived(house: House) -> list[Article]:
    """A story of an article, its copy and a follow-up, and another story; both have an alert."""
    articles = [
        piece(house, 1, "Zubrovka spies tapped phone of mayor of Lutz", TEXT),
        piece(house, 2, "What the mayor heard", TEXT),
        piece(house, 3, "Mayor of Lutz: Zubrovka tapped my phone", FOLLOW_UP),
        piece(house, 4, "Borduria buys face cameras", OTHER),
    ]
    let_in(house, *articles)
    return articles


def erase(house: House, article: Article) -> Cleared:
    return erasing.erase(house, erasing.chosen(house, entry_of(house, article)), WHY)


def stored_text(house: House, *kinds: SegmentKind) -> str:
    """Everything in the ledger, the index, the verdicts and these kinds of archive segments, as one
    text."""
    with house.ledger.read() as tx:
        rows = [
            str(row) for one in tables.metadata.sorted_tables for row in tx.execute(select(one))
        ]
    rows += [one.model_dump_json() for one in house.index.search(parse("*"), size=1000).articles]
    for segment in every_segment(house):
        read = house.archive.read_pages if segment.kind == "pages" else house.archive.read_articles
        if segment.kind in kinds:
            rows += [str(one.model_dump()) for one in read(segment)]
    path = Verdicts(house.settings.home).path
    return "\n".join([*rows, path.read_text() if path.exists() else ""])


def every_segment(house: House) -> list[Segment]:
    with house.ledger.read() as tx:
        return segments.get(tx, list(tx.execute(select(tables.segments.c.id)).scalars()))


def waiting_titles(house: House) -> list[str]:
    """Titles of the alerts waiting to be delivered."""
    with house.ledger.read() as tx:
        return [one.payload.title for one in alerts.outbox(tx, house.now())]


def test_erasing_leaves_nothing_of_an_article_and_its_copy(
    house: House, arrived: list[Article]
) -> None:
    Verdicts(house.settings.home).keep(arrived[0], "hard_negative")
    Verdicts(house.settings.home).keep(arrived[3], "positive")
    before = stored_text(house, "articles")
    said = [arrived[0].title, arrived[1].title, TEXT]
    assert all(one in before for one in said)
    erase(house, arrived[0])
    after = stored_text(house, "articles")
    assert [one for one in said if one in after] == []
    # Everything else stays: the follow-up, the other story, and a reader's verdict on it.
    assert all(one.text in after and one.title in after for one in arrived[2:])
    assert Verdicts(house.settings.home).of(arrived[3].id) == "positive"
    entry = entry_of(house, arrived[0])
    assert (entry.state, entry.reason, entry.url) == (State.ERASED, WHY, arrived[0].url)


def test_story_keeps_only_the_articles_that_were_not_erased(
    house: House, arrived: list[Article]
) -> None:
    erase(house, arrived[0])
    with house.ledger.read() as tx:
        story = stories.get(tx, arrived[0].id)
        assert story is not None
        assert (story.title, story.size, story.copies) == (arrived[2].title, 1, 0)
        assert [one.article for one in stories.articles_of(tx, story.id)] == [arrived[2].id]


def test_story_with_no_articles_left_is_not_listed(house: House, arrived: list[Article]) -> None:
    erase(house, arrived[3])
    with house.ledger.read() as tx:
        assert [one.id for one in stories.listed(tx)] == [arrived[0].id]
        gone = stories.get(tx, arrived[3].id)
    assert gone is not None
    assert (gone.title, gone.size) == (ERASED_TEXT, 0)


def test_alert_of_an_erased_article_is_not_sent(house: House, arrived: list[Article]) -> None:
    assert sorted(waiting_titles(house)) == sorted([arrived[0].title, arrived[3].title])
    erase(house, arrived[0])
    assert waiting_titles(house) == [arrived[3].title]
    with house.ledger.read() as tx:
        told = {alert.article: (alert, where) for alert, where in alerts.listed(tx)}
    alert, (delivery,) = told[arrived[0].id]
    assert (alert.title, alert.headline, alert.why) == (ERASED_TEXT, arrived[2].title, ())
    assert delivery.reason == "its article was erased"
    match(house)
    assert waiting_titles(house) == [arrived[3].title]


@pytest.mark.parametrize("work", ["link", "match", "deliver", "moved"])
def test_nothing_is_erased_while_a_pass_is_running(
    house: House, arrived: list[Article], work: str
) -> None:
    with house.lease(work), pytest.raises(ErasureError, match="a pass is running"):
        erase(house, arrived[0])


def test_nothing_is_erased_while_its_file_is_indexed_once_more(
    house: House, arrived: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file is indexed again as long as the index has not taken all of it."""
    with house.ledger.write() as tx:
        tx.execute(update(tables.segments).values(done_at=None))
    write = house.index.write

    def write_slowly(articles: Iterable[Article]) -> Iterator[Written]:
        read = list(articles)
        with pytest.raises(ErasureError, match="a pass is running"):
            erase(house, arrived[0])
        return write(read)

    with monkeypatch.context() as patched:
        patched.setattr(house.index, "write", write_slowly)
        index(house)
    erase(house, arrived[0])
    assert house.index.get(arrived[0].id) is None


WITH_FEED = RULES.replace('to = ["room"]', "to = []\nfeed = true", 1)


def feed_file(house: House) -> Path:
    """The Atom file of the rule, once it has one."""
    house.settings.rules_path.write_text(WITH_FEED)
    del house.rules
    deliver(house)
    return house.settings.home / FOLDER / "r.atom"


def test_rule_feed_files_drop_an_erased_article(house: House, arrived: list[Article]) -> None:
    feed = feed_file(house)
    assert arrived[0].title in feed.read_text()
    erase(house, arrived[0])
    assert arrived[0].title not in feed.read_text()
    assert arrived[3].title in feed.read_text()


def test_rule_feed_file_leaves_out_a_story_with_no_articles_left(
    house: House, arrived: list[Article]
) -> None:
    feed = feed_file(house)
    erase(house, arrived[3])
    assert (arrived[3].url in feed.read_text(), arrived[0].url in feed.read_text()) == (False, True)


def test_rule_feed_file_that_cannot_be_written_anew_does_not_keep_an_erased_article(
    house: House, arrived: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(*_: object) -> None:
        raise KeyError("odd")

    feed = feed_file(house)
    with monkeypatch.context() as patched:
        patched.setattr(atom, "of_rule", faulty)
        erase(house, arrived[0])
    assert not feed.exists()
    deliver(house)
    assert arrived[3].title in feed.read_text()


@pytest.mark.parametrize(
    ("before", "after", "stays"),
    [('query = "', 'query = "topik:x ', True), ('name = "r"', 'name = ""', False)],
)
def test_rule_feed_file_of_a_rule_that_cannot_be_used_drops_an_erased_article(
    house: House, arrived: list[Article], before: str, after: str, stays: bool
) -> None:
    """If the rule's name cannot be read, nobody knows what else is in its file."""
    feed = feed_file(house)
    house.settings.rules_path.write_text(WITH_FEED.replace(before, after, 1))
    del house.rules, house.rulebook
    deliver(house)
    assert arrived[0].title in feed.read_text()
    erase(house, arrived[0])
    assert feed.exists() is stays
    assert not stays or arrived[3].title in feed.read_text()
    assert not stays or arrived[0].title not in feed.read_text()


def test_digest_leaves_out_a_story_with_no_articles_left(
    house: House, arrived: list[Article]
) -> None:
    (plan,) = house.rules.digests
    erase(house, arrived[0])
    erase(house, arrived[3])
    digest = preview_digest(house, plan)
    assert digest is not None
    assert [alert.headline for alert in digest.alerts] == [arrived[2].title]


def test_copy_is_erased_without_its_original(house: House, arrived: list[Article]) -> None:
    erase(house, arrived[1])
    after = stored_text(house, "articles")
    assert arrived[1].title not in after
    assert arrived[0].title in after
    assert TEXT in after


def test_index_is_rebuilt_without_an_erased_article(house: House, arrived: list[Article]) -> None:
    erase(house, arrived[0])
    assert check(house).agrees
    assert house.index.get(arrived[0].id) is None
    rebuild(house)
    assert check(house).agrees
    assert sorted(one.id for one in house.index.scan()) == sorted(one.id for one in arrived[2:])


def test_article_erased_during_a_rebuild_is_not_in_the_index(
    house: House, arrived: list[Article]
) -> None:
    def progress(what: str, number: int, total: int) -> None:
        if house.index.get(arrived[0].id) is not None:
            erase(house, arrived[0])

    rebuild(house, progress)
    assert check(house).agrees


def test_erased_article_does_not_return_with_its_feed(house: House, arrived: list[Article]) -> None:
    erase(house, arrived[0])
    feed = get_feed(house.ledger, FEED)
    edited = FeedItem(url=arrived[0].url, title="A new headline", summary="And new words.")
    assert record(house.ledger, feed, edited) == (0, 0)
    entry = entry_of(house, arrived[0])
    assert (entry.state, entry.title, entry.summary) == (State.ERASED, "", "")
    account = house.account()
    assert sum_line(account) == (
        "4 seen = 2 indexed + 0 duplicate + 0 rejected + 0 quarantined + 2 erased"
    )


def fetched(house: House, item: FeedItem, url: str, canonical: str, title: str = "") -> Entry:
    """The entry of an item whose page, found at `url`, names `canonical` as its address; its title
    is the item's unless given."""
    record(house.ledger, get_feed(house.ledger, FEED), item)
    head = f'<title>{title or item.title}</title><link rel="canonical" href="{canonical}">'
    body = f"<html><head>{head}</head><body><article><p>{TEXT}</p></article></body></html>"
    page = Page(id=item.id, url=url, status=200, body=body.encode(), fetched_at=house.now())
    pages = house.archive.write_pages([page])
    with house.ledger.write() as tx:
        segments.add(tx, pages, house.now())
        (entry,) = entries.get(tx, [item.id]).values()
        entries.transition(tx, entry, State.FETCHED, now=house.now())
    extract_pages(house, pages)
    with house.ledger.read() as tx:
        return entries.get(tx, [item.id])[item.id]


@pytest.mark.parametrize("redirected", [True, False])
def test_erased_article_does_not_return_under_another_address(
    house: House, arrived: list[Article], redirected: bool
) -> None:
    erase(house, arrived[0])
    title = "Lutz" if redirected else arrived[0].title
    item = FeedItem(url="https://news.example/short", title=title)
    entry = fetched(house, item, arrived[0].url if redirected else item.url, arrived[0].url)
    assert (entry.state, entry.reason) == (State.ERASED, "another address of an erased article")
    link(house)
    index(house)
    upkeep(house)
    assert TEXT not in stored_text(house, "articles", "pages")


def test_erased_article_does_not_return_if_a_person_adds_another_address(
    house: House, arrived: list[Article]
) -> None:
    erase(house, arrived[0])
    item = FeedItem(url="https://news.example/short")
    entry = fetched(house, item, item.url, arrived[0].url, title=arrived[0].title)
    assert (entry.state, entry.reason) == (State.ERASED, "another address of an erased article")


def test_article_whose_page_names_an_erased_address_is_kept(
    house: House, arrived: list[Article]
) -> None:
    erase(house, arrived[0])
    item = FeedItem(url="https://news.example/other", title="Lutz")
    entry = fetched(house, item, item.url, arrived[0].url)
    assert (entry.state, entry.address) == (State.EXTRACTED, item.url)


def test_archive_files_with_erased_text_are_deleted_by_upkeep(
    house: House, arrived: list[Article], clock: Clock
) -> None:
    clock.go(days=1)
    let_in(house, alone := piece(house, 5, "Bordurian radio", "Nothing but this was said. " * 9))
    root = Path(house.settings.archive)
    old = {path for path in root.rglob("*") if path.is_file()}
    assert erase(house, alone).files == 1
    assert erase(house, arrived[0]).files == 1
    assert len(every_segment(house)) == 1
    clock.go(days=1, minutes=1)
    upkeep(house)
    clock.go(days=1, minutes=1)
    upkeep(house)
    assert old.isdisjoint(path for path in root.rglob("*") if path.is_file())
    with house.ledger.read() as tx:
        assert tx.execute(select(tables.erased)).all() == []


def test_revision_written_during_an_erasure_is_removed_by_upkeep(
    house: House, arrived: list[Article], clock: Clock
) -> None:
    erase(house, arrived[0])
    # Extraction was already making another revision, and wrote it after the erasure.
    late = house.archive.write_articles([arrived[0], arrived[3]])
    with house.ledger.write() as tx:
        segments.add(tx, late, clock())
    assert TEXT in stored_text(house, "articles")
    # It waits for longer than an erasure is looked after, were there nothing left to do.
    clock.go(days=1, minutes=1)
    upkeep(house)
    link(house)
    index(house)
    kept = upkeep(house)
    assert kept is not None
    assert kept.rewritten == 1
    assert kept.told.endswith("deleted. 1 file rewritten without erased articles.")
    assert TEXT not in stored_text(house, "articles")
    assert house.index.get(arrived[0].id) is None


def test_article_still_being_processed_is_not_erased(house: House, arrived: list[Article]) -> None:
    arrive(house, [waits := piece(house, 5, "Bordurian radio", "Nothing but this.")])
    with pytest.raises(ErasureError, match="still being processed; `wirewatch run`"):
        erase(house, waits)
    with house.lease("match"), pytest.raises(ErasureError, match="a pass is running"):
        erase(house, arrived[0])
    assert TEXT in stored_text(house, "articles")
    erase(house, arrived[0])
    with pytest.raises(ErasureError, match=f"already erased: {WHY}"):
        erase(house, arrived[0])


def test_entry_that_moved_since_it_was_chosen_is_not_erased(
    house: House, arrived: list[Article]
) -> None:
    chosen = erasing.chosen(house, entry_of(house, arrived[3]))
    with house.ledger.write() as tx:
        entries.transition(tx, chosen[0], State.FETCHED, now=house.now())
    with pytest.raises(ErasureError, match="a pass is working on one of them"):
        erasing.erase(house, chosen, WHY)
    assert entry_of(house, arrived[3]).state is State.FETCHED
    assert arrived[3].title in stored_text(house, "articles")
    assert house.index.get(arrived[3].id) is not None


def test_erasure_is_refused_if_another_copy_has_arrived(
    house: House, arrived: list[Article]
) -> None:
    chosen = erasing.chosen(house, entry_of(house, arrived[0]))
    let_in(house, piece(house, 5, "The mayor was heard", TEXT))
    with pytest.raises(ErasureError, match="brought another copy"):
        erasing.erase(house, chosen, WHY)
    assert check(house).agrees
    erase(house, arrived[0])
    assert TEXT not in stored_text(house, "articles")


def test_damaged_file_is_named_and_cleared_once_readable(
    house: House, arrived: list[Article], clock: Clock
) -> None:
    (segment,) = every_segment(house)
    path = Path(house.settings.archive) / segment.path
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    cleared = erase(house, arrived[0])
    assert cleared.files == 0
    (problem,) = cleared.damaged
    assert segment.path in problem
    clock.go(days=1, minutes=1)
    kept = upkeep(house)
    assert kept is not None
    assert kept.damaged == (problem,)
    path.write_bytes(whole)
    kept = upkeep(house)
    assert kept is not None
    assert kept.rewritten == 1
    assert kept.told.endswith("deleted. 1 file rewritten without erased articles.")
    assert TEXT not in stored_text(house, "articles")


def test_article_first_seen_while_the_clock_was_ahead_is_erased(house: House, clock: Clock) -> None:
    feed = add_feed(house.ledger, FEED)
    clock.go(days=900)
    ahead = piece(house, 1, "Bordurian radio", TEXT)
    record(house.ledger, feed, FeedItem(url=ahead.url, title=ahead.title))
    clock.go(days=-900)
    let_in(house, ahead)
    assert erase(house, ahead).files == 1
    assert TEXT not in stored_text(house, "articles")


def test_erase_command_lists_the_entries_and_asks_first(
    house: House, arrived: list[Article]
) -> None:
    home = str(house.settings.home)

    def command(*arguments: str, answer: str = "") -> tuple[int, str]:
        done = CliRunner().invoke(app, ["--home", home, *arguments], input=answer)
        return done.exit_code, " ".join(done.output.split())

    asked = "erase", arrived[0].id[:12], "--why", WHY
    code, output = command(*asked, answer="n\n")
    assert code == 1
    assert arrived[0].id[:12] in output
    assert arrived[1].id[:12] in output
    assert "Erase all of them for good?" in output
    assert TEXT in stored_text(house, "articles")
    code, output = command(*asked, answer="y\n")
    assert code == 0
    assert "2 entries erased; 1 file of the archive rewritten." in output
    assert TEXT not in stored_text(house, "articles")
    code, output = command("show", arrived[0].id)
    assert f"erased {WHY}" in output.replace(":", "")
    code, output = command("erase", arrived[3].id, "--yes", "--why", "  ")
    assert code == 2
    assert "--why is empty" in output


@pytest.mark.parametrize("taken_out", [False, True])
def test_erase_command_names_the_dossiers_that_have_a_note_on_its_story(
    house: House, arrived: list[Article], taken_out: bool
) -> None:
    for name, article, note in [
        ("noted", arrived[2], "It quotes the mayor."),
        ("without a note", arrived[2], ""),
        ("other", arrived[3], "Cameras."),
    ]:
        dossiers.add(house, name, entry_of(house, article).story or "", note)
    if taken_out:
        regrouping.split(house, entry_of(house, arrived[2]).story or "", [arrived[2].id])
    asked = "--home", str(house.settings.home), "erase", arrived[2].id, "--yes", "--why", WHY
    said = CliRunner().invoke(app, asked).output
    named = [line for line in said.splitlines() if line.startswith("The dossier")]
    assert named == ["The dossier 'noted' has a note that may quote it: see whether it does."], said


def test_erased_article_of_the_sample_newsroom_stays_erased(
    newsroom: Newsroom, make_home: Callable[..., Path]
) -> None:
    clock = Clock()
    clock.time = utc_now()
    with House(load_settings(make_home()), now=clock) as house:
        newsroom.day = 2
        clock.go(hours=1)
        run_pass(house)
        with house.ledger.read() as tx:
            ended = list(entries.listed(tx))
        copied = Counter(entry.duplicate_of for entry in ended if entry.revision)
        first = max((one for one in ended if copied[one.id]), key=lambda one: copied[one.id])
        chosen = erasing.chosen(house, first)
        articles = [article for one in chosen if (article := house.index.get(one.id))]
        assert len(articles) > 1
        erasing.erase(house, chosen, WHY)
        others = house.account().seen
        newsroom.day = 3
        clock.go(days=1, hours=1)
        run_pass(house)
        upkeep(house)
        said, shown = stored_text(house, "articles"), stored_text(house, "articles", "pages")
        for article in articles:
            assert article.text[:80] not in shown
            # Other pages of its outlet link to it until they are deleted.
            assert article.title not in said
        assert check(house).agrees
        account = house.account()
        assert account.seen > others
        assert account.count(State.ERASED) >= len(chosen)
