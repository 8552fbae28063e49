"""`wirewatch dossiers`: stories put together, from the terminal."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from arriving import OTHER, TEXT, arrive, index, piece
from typer.testing import CliRunner

from core.ledger import stories
from core.records import Article, Dossier, DossierStory
from core.settings import load_settings
from wirewatch.cli import app
from wirewatch.dossiers import DossierError
from wirewatch.house import House
from wirewatch.stages.link import link

Run = Callable[..., str]


@pytest.fixture
def arrived(home: Path) -> list[Article]:
    """A home folder with two stories."""
    with House(load_settings(home)) as house:
        articles = [
            piece(house, 1, "Zubrovka spies tapped phone of mayor of Lutz", TEXT),
            piece(house, 2, "Borduria buys face cameras", OTHER),
        ]
        arrive(house, articles)
        link(house)
        index(house)
    return articles


@pytest.fixture
def run(arrived: list[Article], home: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr("wirewatch.commands.terminal.out.width", 200)

    def command(
        *arguments: str, group: str = "dossiers", exit_code: int = 0, answer: str = ""
    ) -> str:
        asked = ["--home", str(home), group, *arguments]
        done = CliRunner().invoke(app, asked, input=answer)
        assert done.exit_code == exit_code, done.output
        return str(done.exception) if isinstance(done.exception, DossierError) else done.output

    return command


def test_stories_are_added_and_shown_in_order(run: Run, arrived: list[Article]) -> None:
    first, second = (article.id for article in arrived)
    assert "No dossiers yet" in run()
    said = run("add", "Week 49", second[:12], "--note", "Face\ncameras.")
    assert "In the dossier 'Week 49', which has 1 story." in said
    run("add", "Week 49", first[:12])
    assert run("show", "Week  49").splitlines()[3:5] == ["     Face", "     cameras."]
    told = [
        DossierStory.model_validate_json(one)
        for one in run("show", "Week 49", "--json").splitlines()
    ]
    assert [(one.story.id, one.note) for one in told] == [(second, "Face\ncameras."), (first, "")]
    assert "Week 49" in run()
    (listed,) = (Dossier.model_validate_json(one) for one in run("--json").splitlines())
    assert (listed.name, listed.stories) == ("Week 49", 2)
    assert re.search(r"dossiers +Week 49", run(first, group="stories"))


def test_a_draft_is_markdown_or_a_page(run: Run, arrived: list[Article]) -> None:
    for article in reversed(arrived):
        run("add", "Week 49", article.id, "--note", "<b> *Lead*.")
    written = run("draft", "Week 49").splitlines()
    assert written[:4] == ["## Borduria buys face cameras", "", r"\<b\> \*Lead\*.", ""]
    assert written[-1].startswith("- First reported: [read the article](<https://news.example/1>)")
    page = run("draft", "Week 49", "--html")
    assert page.startswith("<!DOCTYPE html>")
    assert "<title>Week 49</title></head>" in page
    assert '<p dir="auto">&lt;b&gt; *Lead*.</p>' in page
    run("remove", "Week 49", "--yes")
    assert "no dossier is called" in run("draft", "Week 49", exit_code=2)


def test_a_draft_says_what_it_leaves_out(run: Run, arrived: list[Article]) -> None:
    for article in arrived:
        run("add", "Week 49", article.id)
    assert "left out" not in run("draft", "Week 49")
    run(arrived[0].id, "--yes", "--why", "order of a court", group="erase")
    written = run("draft", "Week 49").splitlines()
    assert written[0] == "## Borduria buys face cameras"
    assert written[-1] == "1 story left out, whose articles were all erased."


def test_a_story_or_a_whole_dossier_is_removed(
    run: Run, arrived: list[Article], home: Path
) -> None:
    first, second = (article.id for article in arrived)
    for story in (first, second):
        run("add", "Week 49", story[:12])
    assert run("remove", "Week 49", first[:12]) == "Taken out.\n"
    why = f"the story {first[:12]} is not in the dossier 'Week 49'"
    assert why in run("remove", "Week 49", first[:12], exit_code=2)
    run("remove", "Week 49", second[:12])
    run("add", "Week 49", second[:12], "--note", "Lead.")
    asked = run("remove", "Week 49", second[:12], answer="n\n", exit_code=1)
    assert "Take it out of this dossier, with its note?" in asked
    assert "Lead." in run("show", "Week 49")
    run("remove", "Week 49", second[:12], "--yes")
    assert "No stories are in it: `wirewatch dossiers add" in run("show", "Week 49")
    run("add", "Week 49", second[:12])
    assert run("rename", "Week 49", "Week 50") == "Renamed.\n"
    asked = run("remove", "Week 50", answer="n\n", exit_code=1)
    assert "Remove the dossier 'Week 50', with its notes on 1 story?" in asked
    assert len(run("--json").splitlines()) == 1
    assert run("remove", "Week 50", "--yes") == "Removed.\n"
    assert run("--json") == ""
    with House(load_settings(home)) as house, house.ledger.read() as tx:
        assert stories.count(tx) == 2


def test_a_dossier_that_somebody_else_removes_meanwhile_is_no_wrong_use(
    run: Run, arrived: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    run("add", "Week 49", arrived[0].id)
    monkeypatch.setattr("core.ledger.dossiers.lock", lambda *_: False)
    for command in (("remove", "Week 49", "--yes"), ("rename", "Week 49", "Week 50")):
        assert run(*command, exit_code=1) == "the dossier has been removed"


def test_wrong_use_is_said(run: Run, arrived: list[Article]) -> None:
    run("add", "Week 49", arrived[0].id)
    assert "did you mean 'Week 49'?" in run("show", "Week 48", exit_code=2)
    assert "see `wirewatch dossiers`" in run("show", "zz", exit_code=2)
    assert "no story has an id that begins with 'zz'" in run("add", "x", "zz", exit_code=2)
    assert "needs a name" in run("add", " ", arrived[0].id, exit_code=1)
    assert json.loads(run("--json"))["name"] == "Week 49"
