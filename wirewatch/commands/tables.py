"""Records as tables and lines of the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.table import Table
from rich.text import Text

from alert.wording import UNTITLED, headline
from core.clauses import Explainer, matched_told
from core.conditions import Condition
from core.evidence import is_headline
from core.records import Article, Evidence, Mention, MentionKind, Story, Tag
from wirewatch.commands.terminal import table_of
from wirewatch.presentation.wording import counted


def highlighted(article: Article, field: str) -> Text:
    """A field of an article with its evidence marked."""
    shown = Text(getattr(article, field))
    mark_evidence(shown, article.tags, field)
    return shown


def mark_evidence(shown: Text, tags: Iterable[Tag], field: str) -> None:
    """Mark the evidence for some topics in what is shown of a field."""
    for tag in tags:
        for piece in tag.evidence:
            if piece.field == field:
                shown.stylize("bold black on yellow", piece.start, piece.end)


def mentions_table(article: Article) -> Table:
    """An article's mentions: each name once, how often, where first, and its link."""
    table = table_of("mentions", "", "times", "first as", "link")
    shown: dict[tuple[MentionKind, str], list[Mention]] = {}
    for kind in MentionKind:
        for one in article.mentions:
            if one.kind is kind:
                shown.setdefault((kind, one.name), []).append(one)
    for (what, name), same in shown.items():
        first = same[0]
        where = f"{first.spelling(article)} ({first.field})"
        kind_and_country = f"{what}, {first.country}" if first.country else str(what)
        table.add_row(
            Text(name), kind_and_country, str(len(same)), Text(where), Text(first.uri or "")
        )
    return table


def statements_table(article: Article) -> Table:
    """An article's statements: kind, speaker and words."""
    table = table_of("statements", "speaker", "words")
    for one in article.statements:
        table.add_row(one.kind.value, Text(one.speaker or ""), Text(" ".join(one.phrase.split())))
    return table


def story_lines(story: Story) -> Iterator[Text]:
    """A story in a few lines: its title, its size, its outlets, and whether it is muted."""
    yield Text.assemble((f"{story.score:.2f} ", "bold cyan"), (headline(story.title), "bold"))
    size = f"{counted(len(story.outlets), 'outlet')}, {counted(story.size, 'article')}"
    if story.copies:
        size += f", {counted(story.copies, 'copy', 'copies')}"
    where = f"{size}  {', '.join(story.languages)}"
    seen = f"last seen {story.last_seen:%Y-%m-%d %H:%M}"
    if story.published_before:
        seen += f", published {story.published_before:%Y-%m-%d}"
    if story.muted_at:
        seen += ", muted"
    yield Text(f"     {where}  {seen}  {story.id[:12]}", "dim")
    yield Text(f"     {', '.join(story.outlets)}", "dim")


def hit_lines(article: Article) -> Iterator[Text]:
    """A hit in a few lines: headline, origin, and the evidence for its topics."""
    title = highlighted(article, "title") if article.title else Text(UNTITLED)
    yield Text.assemble((f"{article.score:.2f} ", "bold cyan"), title)
    when = f"{article.published:%Y-%m-%d %H:%M}" if article.published else "no date"
    copy = f"  copy of {article.duplicate_of[:12]}" if article.duplicate_of else ""
    where = f"     {article.outlet}  {when}  {article.language}  {article.id[:12]}{copy}"
    yield Text(where, style="dim")
    for tag in article.tags:
        phrases = "; ".join(
            dict.fromkeys(
                f"{phrase_below(piece, article.title)} ({piece.why})" for piece in tag.evidence
            )
        )
        yield Text.assemble((f"     {tag.topic}: ", "green"), phrases)


def phrase_below(piece: Evidence, headline: str) -> str:
    """A phrase to show below a headline, which need not be repeated."""
    return "the headline" if is_headline(piece, headline) else piece.phrase


def asked_lines(article: Article, condition: Condition) -> Iterator[Text]:
    """The statements and the names of an article that a search asked for by their fields; its
    relative dates must be resolved."""
    asked = list(matched_told(Explainer(article).explain(condition)))
    for one in article.statements:
        if one in asked:
            words = " ".join(one.phrase.split())
            said = f"{one.speaker}: {words}" if one.speaker else words
            yield Text.assemble((f"     {one.kind.value}: ", "green"), said)
    named = [one for one in article.mentions if one in asked]
    for kind, name in dict.fromkeys((one.kind.value, one.name) for one in named):
        yield Text.assemble((f"     {kind}: ", "green"), name)
