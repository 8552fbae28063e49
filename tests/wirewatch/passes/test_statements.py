"""Statements that extraction finds in articles, and as `wirewatch show` lists them."""

from __future__ import annotations

from datetime import UTC, datetime

from rich.console import Console

from core.records import Article, StatementKind
from enrich.own_words import affairs
from wirewatch.commands.tables import statements_table
from wirewatch.passes.work import enrich

DENIED = "The interior ministry denied it."


def _article(title: str, text: str) -> Article:
    return enrich(
        Article(
            id="1",
            url="https://one.example/1",
            site="one.example",
            outlet="One",
            title=title,
            text=text,
            first_seen=datetime(2026, 3, 1, tzinfo=UTC),
        )
    )


def test_an_article_on_topic_has_its_statements() -> None:
    text = f"Police used spyware to read the phones of journalists, a report says. {DENIED}"
    article = _article("Police spied on journalists with phone spyware", text)
    assert StatementKind.DENIAL in {one.kind for one in article.statements}
    console = Console(width=200, record=True)
    console.print(statements_table(article))
    shown = console.export_text()
    assert "denial" in shown
    assert "interior ministry" in shown
    assert DENIED in shown


def test_article_near_the_topic_has_its_statements() -> None:
    """It may follow a story whose readers are waiting for exactly such a statement."""
    (answer,) = (
        one
        for one in affairs("affair_checks")["english"]
        if one.title == "EU Ombudsman opens inquiry into rights check for Tunisia's CoastWatch"
    )
    article = _article(answer.title, answer.text)
    assert not article.tags
    assert article.meaning
    assert StatementKind.COURT in {one.kind for one in article.statements}


def test_article_off_topic_has_no_statements() -> None:
    assert _article("A new pier", DENIED).statements == ()
