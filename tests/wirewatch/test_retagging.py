"""Tagging again: the past is found by what is found now, and nothing else changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from arriving import OTHER, TAGS, TEXT, arrive, entry_of, index, let_in, meaning, pass_on, piece
from factories import Clock
from sqlalchemy import Connection
from terminal import Wirewatch
from typer.testing import CliRunner

from core.archive import ArchiveError
from core.errors import WirewatchError
from core.index import Outcome, Written
from core.ledger import alerts, cursors, entries, members, segments, stopped, stories
from core.query import parse
from core.records import Article, Mention, MentionKind, Segment, State, Tag
from core.settings import load_settings
from enrich.tagging.tagger import Verdict
from wirewatch import retagging
from wirewatch.cli import app
from wirewatch.house import House
from wirewatch.maintenance.erasing import chosen, erase
from wirewatch.maintenance.projection import ProjectionError, check, mend, rebuild
from wirewatch.maintenance.upkeep import upkeep
from wirewatch.newsroom.own import Found, Own
from wirewatch.retagging import retag
from wirewatch.stages.index import index_moved
from wirewatch.stages.link import link
from wirewatch.stages.match import match

RULES = '[[rule]]\nname = "ports"\nquery = "topic:ports"\n'
PORTS = (*TAGS, Tag(topic="ports", score=1.0))
OSLO = Mention(name="Oslo", kind=MentionKind.PLACE, field="text", start=0, end=2, country="NO")

Find = Callable[..., None]


@pytest.fixture
def house(tmp_path: Path, clock: Clock) -> Iterator[House]:
    (tmp_path / "rules.toml").write_text(RULES)
    with House(load_settings(tmp_path, extract_processes=0), now=clock) as opened:
        yield opened
        assert opened.account().balances
        assert check(opened).agrees
        with opened.ledger.read() as tx:
            assert not list(alerts.listed(tx))


@pytest.fixture
def find(monkeypatch: pytest.MonkeyPatch) -> Find:
    """Says what is found from now on: tags and mentions, the same in every article."""

    def finds(*mentions: Mention, tags: tuple[Tag, ...] = PORTS, score: float = 0.9) -> None:
        verdict = Verdict(score=score, language="en", tags=tags, meaning=meaning(1.0))

        def found(title: str, text: str, own: Own) -> Found:
            if "unreadable" in title:
                raise KeyError(title)
            return Found(verdict, mentions, ())

        monkeypatch.setattr("wirewatch.passes.work.found_in", found)

    finds()
    return finds


@pytest.fixture
def here(house: House, clock: Clock, find: Find) -> list[Article]:
    """An article on topic with its copy, and one off topic."""
    off = {"tags": (), "score": 0.2}
    articles = [
        piece(house, 1, "Zubrovka spies tapped mayor's phone", TEXT),
        piece(house, 2, "What the mayor heard", TEXT),
        piece(house, 3, "Borduria buys face cameras", OTHER, **off),
    ]
    let_in(house, *articles)
    clock.go(minutes=1)
    return articles


def found(house: House, query: str = "topic:ports") -> set[str]:
    return {one.id for one in house.index.search(parse(query)).articles}


def scores(house: House) -> dict[str, float]:
    with house.ledger.read() as tx:
        return {one.id: one.score for one in stories.listed(tx, stories.Selection(min_score=0.1))}


def archived(house: House) -> list[Article]:
    with house.ledger.read() as tx:
        linked = segments.linked(tx)
    return [article for one in linked for article in house.archive.read_articles(one)]


def test_the_past_is_found_by_what_is_found_now(house: House, here: list[Article]) -> None:
    before = archived(house), [entry_of(house, one).state for one in here]
    dry = retag(house, dry_run=True)
    assert (dry.articles, dry.changed) == (3, 3)
    assert (dry.how["newly on topic"], dry.how["in topics"], dry.how["in names"]) == (1, 3, 0)
    assert archived(house) == before[0]
    assert found(house) == set()

    assert retag(house) == dry

    assert found(house) == {one.id for one in here}
    assert [one.tags for one in archived(house)] == [PORTS] * 3
    assert [entry_of(house, one).state for one in here] == before[1]
    assert entry_of(house, here[1]).duplicate_of == here[0].id
    rebuild(house)
    assert found(house) == {one.id for one in here}
    match(house)
    again = retag(house)
    assert (again.articles, again.changed, again.waiting) == (3, 0, 0)


def test_stories_and_names_follow(house: House, here: list[Article], find: Find) -> None:
    first, _, alone = here
    assert scores(house) == {first.id: 0.9}
    find(OSLO, score=0.8)
    retag(house)
    assert scores(house) == {first.id: 0.8, alone.id: 0.8}
    with house.ledger.read() as tx:
        story = stories.get(tx, alone.id)
        likeness = [one.similarity for one in stories.articles_of(tx, first.id)]
    assert story is not None
    assert (story.title, story.mentions, story.countries) == (alone.title, ("Oslo",), ("NO",))
    assert likeness == [0, None]  # the copy is still one
    # A later article may join what was off topic when it came.
    later = piece(house, 4, "A follow-up", "word " * 60, meaning=meaning(1.0), tags=TAGS)
    arrive(house, [later])
    link(house)
    assert entry_of(house, later).story in {first.id, alone.id}
    find(tags=(), score=0.05)
    pass_on(house)
    retag(house)
    assert scores(house).keys() <= {entry_of(house, later).story}


@pytest.mark.usefixtures("find")
def test_an_edited_copy_of_what_stays_off_topic_stays_with_it(house: House, clock: Clock) -> None:
    off: dict[str, Any] = {"tags": (), "score": 0.2}
    first = piece(house, 1, "An unreadable line", OTHER, **off)
    copy = piece(house, 2, "Borduria buys face cameras", OTHER, **off)
    let_in(house, first, copy)
    let_in(house, piece(house, 2, "Borduria buys face cameras", TEXT, revision=2, **off))
    assert entry_of(house, copy).duplicate_of is None
    clock.go(minutes=1)
    retag(house)
    assert found(house) == {copy.id}
    assert entry_of(house, copy).story == first.id
    assert scores(house) == {}


def test_older_revisions_are_tagged_too(house: House, here: list[Article], clock: Clock) -> None:
    edited = here[2].model_copy(update={"revision": 2, "text": "Twenty more, it says now."})
    arrive(house, [edited])
    report = retag(house)
    assert (report.articles, report.waiting) == (2, 1)
    old = [one for one in archived(house) if one.id == edited.id]
    assert [one.tags for one in old] == [PORTS]
    assert edited.id not in found(house)
    pass_on(house)
    clock.go(minutes=1)
    assert retag(house).changed == 1
    assert edited.id in found(house, "topic:ports twenty")


@pytest.mark.parametrize(
    "at", ["core.ledger.segments.replace", "wirewatch.retagging.members.retag", "index_articles"]
)
def test_who_dies_leaves_all_in_order_and_the_next_goes_on(
    house: House, here: list[Article], monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    class Killed(BaseException):
        pass

    def kill(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(at if "." in at else f"wirewatch.retagging.{at}", kill)
        with pytest.raises(Killed):
            retag(house)
    assert check(house).agrees
    assert found(house) == set()
    retag(house)
    assert found(house) == {one.id for one in here}
    with house.ledger.read() as tx:
        assert not segments.to_index(tx)
        assert cursors.read(tx, cursors.RULES) == 1


def test_files_wait_while_the_index_is_away(
    house: House, here: list[Article], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_in(house, piece(house, 4, "Another", "Another file."))
    clock.go(minutes=1)
    with monkeypatch.context() as patched:
        patched.setattr("wirewatch.retagging.index_articles", lambda *_: 3)
        report = retag(house)
    assert (report.unindexed, report.waiting) == (3, 1)
    # Their story is merged meanwhile: what the index has must not come back under a new version.
    with house.ledger.write() as tx:
        stories.merge(tx, here[2].id, here[0].id)
    assert index_moved(house) == 0
    index(house)
    assert found(house, f"story:{here[0].id} topic:ports") == {one.id for one in here}
    clock.go(minutes=1)
    assert retag(house).changed == 1


def test_what_others_need_waits(house: House, here: list[Article], clock: Clock) -> None:
    with House(house.settings, now=clock) as other:
        for name in ("upkeep", "rebuild"):
            with other.lease(name), pytest.raises(WirewatchError, match="`wirewatch retag` is"):
                retag(house)
        with other.lease("rebuild"):
            for work in (rebuild, lambda one: mend(one, check(one))):
                with pytest.raises(ProjectionError, match="tags articles again"):
                    work(house)
        with other.lease("link"):
            assert retag(house).waiting == 1
    assert found(house) == set()
    with house.ledger.write() as tx:
        assert cursors.move(tx, cursors.RULES, 0, since=1)
    assert retag(house).waiting == 1
    assert found(house) == set()  # rules have not read it: they would alert
    assert len(archived(house)) == len(here)


def test_the_command_says_that_a_rule_may_need_a_file(house: House, here: list[Article]) -> None:
    """No pass helps, until the rule is mended."""
    with house.ledger.write() as tx:
        stopped.stop(tx, ["ports"], 0)
    told = CliRunner().invoke(app, ["--home", str(house.settings.home), "retag"])
    assert told.exit_code == 0
    said = "1 file not tagged again, as a pass, or a rule that cannot be used, has yet to read them"
    assert said in " ".join(told.output.split())
    assert len(archived(house)) == len(here)


def test_passes_link_while_a_file_is_written(
    house: House, here: list[Article], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = piece(house, 4, "Another", "Another file.")
    arrive(house, [later])
    write = house.archive.write_articles

    def slowly(articles: Iterable[Article]) -> Segment:
        with House(house.settings, now=clock) as other:
            assert link(other) == 1
        return write(articles)

    monkeypatch.setattr(house.archive, "write_articles", slowly)
    assert retag(house).changed == len(here)
    assert entry_of(house, later).story


def test_one_fault_or_damaged_file_costs_only_that(
    house: House, here: list[Article], clock: Clock
) -> None:
    bad, lost = piece(house, 5, "An unreadable one", "."), piece(house, 6, "Lost", "Gone.")
    let_in(house, bad)
    let_in(house, lost)
    with house.ledger.read() as tx:
        *_, last = segments.linked(tx)
    path = Path(house.settings.archive, last.path)
    whole = path.read_bytes()
    path.write_bytes(b"junk")
    clock.go(minutes=1)
    report = retag(house)
    assert [last.path in one for one in report.damaged] == [True]
    assert [(bad.url in one, "KeyError" in one) for one in report.kept] == [(True, True)]
    assert found(house) == {one.id for one in here}
    path.write_bytes(whole)


def test_what_the_index_refuses_is_told_and_stays_as_it_was(
    house: House,
    here: list[Article],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    write = house.index.write

    def refuse_last(articles: Iterable[Article]) -> Iterator[Written]:
        *others, last = articles
        yield from write(others)
        yield Written.of(last, Outcome.REJECTED, "too many tags")

    monkeypatch.setattr(house.index, "write", refuse_last)
    assert retag(house).unindexed == 0
    assert found(house) == {one.id for one in here[:2]}
    assert entry_of(house, here[2]).state is State.INDEXED
    said = "the index refuses its new tags and keeps the former: too many tags"
    assert f"{here[2].url}: {said}" in caplog.text


def test_a_file_that_is_lost_before_the_index_has_read_it_is_missed(
    house: House, here: list[Article], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was merged of several: only of the newest is it known which articles they were."""
    let_in(house, piece(house, 4, "Another", "Another file."))
    clock.go(days=2)
    upkeep(house)
    with monkeypatch.context() as patched:
        patched.setattr("wirewatch.retagging.index_articles", lambda *_: 4)
        assert retag(house).unindexed == 4
    with house.ledger.read() as tx:
        (lost,) = segments.to_index(tx)
    path = Path(house.settings.archive, lost.path)
    whole = path.read_bytes()
    path.unlink()
    index(house)
    with house.ledger.read() as tx:
        assert not list(entries.listed(tx, state=State.FOUND))
    assert [lost.path in one for one in retag(house).damaged] == [True]
    with pytest.raises(ArchiveError, match="is missing; restore it"):
        rebuild(house)
    path.write_bytes(whole)
    rebuild(house)
    assert len(found(house)) == 4


def test_what_is_erased_meanwhile_does_not_come_back(
    house: House, here: list[Article], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = here[2]
    replace = retagging._replace

    def later(*asked: Any) -> bool:
        erase(house, chosen(house, entry_of(house, gone)), "order")
        return replace(*asked)

    monkeypatch.setattr(retagging, "_replace", later)
    retag(house)
    assert entry_of(house, gone).state is State.ERASED
    assert found(house, "*") == {one.id for one in here} - {gone.id}
    with house.ledger.read() as tx:
        assert members.get(tx, gone.id) is None
    clock.go(days=2)
    upkeep(house)
    assert gone.id not in {one.id for one in archived(house)}


def test_no_file_begins_to_wait_for_the_index_while_an_article_is_erased(
    house: House, here: list[Article], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who indexes it might write the article after it was deleted from the index."""
    waiting = segments.to_index
    reports = []

    def retagged_meanwhile(tx: Connection) -> list[Segment]:
        files = waiting(tx)
        with monkeypatch.context() as patched, House(house.settings, now=clock) as other:
            patched.setattr(segments, "to_index", waiting)
            reports.append(retag(other))
        return files

    with monkeypatch.context() as patched:
        patched.setattr(segments, "to_index", retagged_meanwhile)
        erase(house, chosen(house, entry_of(house, here[2])), "order")
    assert [(one.changed, one.waiting) for one in reports] == [(0, 1)]
    assert found(house, "*") == {one.id for one in here[:2]}


def test_the_command_says_what_changes(
    make_home: Callable[..., Path], wirewatch: Wirewatch
) -> None:
    home = make_home()
    wirewatch("run")
    (home / "topics.toml").write_text(
        '[[topic]]\nname = "phones"\ntitle = "Phones"\ndefinition = "Of phones."\n'
        'phrases = ["phone*"]\n'
    )
    told = wirewatch("alerts").stdout
    dry = wirewatch("retag", "--dry-run").stdout
    assert dry == "3 of 51 articles would change: 3 in topics, 3 in evidence.\n"
    assert wirewatch("search", "topic:phones", "--json").stdout == ""
    assert wirewatch("retag").stdout == dry.replace("would change", "changed")
    assert len(wirewatch("search", "topic:phones", "--json").stdout.splitlines()) == 3
    tried = wirewatch("rules", "backtest", "--query", "topic:phones").stdout
    assert "3 alerts (0 updates) on 3 stories" in tried
    assert wirewatch("alerts").stdout == told
    assert wirewatch("retag").stdout == "0 of 51 articles changed.\n"
