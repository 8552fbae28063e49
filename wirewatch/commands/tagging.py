"""`wirewatch tag`, `train` and `retag`: see what the tagger says and why, teach it, and tag again
what is here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from core.records import FeedItem
from core.settings import load_settings
from wirewatch.commands.lines import ROWS, rows
from wirewatch.commands.lookups import house_of
from wirewatch.commands.tables import mark_evidence
from wirewatch.commands.terminal import bars, errors, out, print_lines, table_of
from wirewatch.commands.usage import File, UsageError
from wirewatch.newsroom.own import Own, found_in, own_files, tagger
from wirewatch.presentation.wording import counted

if TYPE_CHECKING:
    from enrich.own_words import Outcome
    from enrich.tagging.explain import Explanation

_NO_TEXT = "{file} is not UTF-8 text; if it is text, save it as UTF-8"

_FROM_NOW_ON = (
    "The next pass tags by it what is new or edited, `wirewatch retag` what is already here."
)

# Each command imports what it needs: the model takes a moment to load.


def tag(
    context: typer.Context,
    file: Annotated[
        File | None,
        typer.Argument(
            metavar="FILE",
            help="A page (.html), or a text whose first line is its title; - for stdin.",
        ),
    ] = None,
    jsonl: Annotated[File | None, ROWS] = None,
) -> None:
    """Tag articles with topics and their evidence.

    A FILE is explained: what counts for its topics and what against. With --jsonl, many articles
    are tagged, with their mentions and statements. In: {id, title, text}. Out: {id, score,
    topics: [{topic, score, evidence}], mentions: [{name, kind, field, start, end, uri}],
    statements: [{kind, speaker, field, start, end, phrase}]}; places also have country, latitude
    and longitude; statements are found only on topic or near it. Your own names, topics and
    corrections are used.

    Examples:
    wirewatch tag article.txt
    wirewatch tag --jsonl articles.jsonl > tagged.jsonl
    """
    if (file is None) == (jsonl is None):
        raise UsageError("give either a FILE to explain or --jsonl FILE to tag many")
    own = own_files(load_settings(context.obj).home)
    if jsonl is not None:
        print_lines(_tagged(row, own) for row in rows(jsonl, "id"))
    elif file is not None:
        from enrich.tagging.explain import explain

        title, text = _item(file)
        _print_explanation(explain(tagger(own), title, text), title, text, tagger(own).threshold)


def train(
    context: typer.Context,
    corrections: Annotated[
        Path | None,
        typer.Option(
            "--with",
            help="JSON lines of title, text and label (positive, or hard_negative for what only "
            "looks like a story about surveillance).",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    back: Annotated[bool, typer.Option("--back", help="Undo the newest corrections.")] = False,
) -> None:
    """Teach the tagger your newsroom's corrections, or undo that.

    Put all corrections so far in the file: each training starts afresh. A training that scores
    worse on the checks shipped with wirewatch is not applied.

    Examples:
    wirewatch train --with corrections.jsonl
    wirewatch train --back
    """
    from enrich.tagging.corrections import newest

    if corrections is not None and back:
        raise UsageError("give either --with FILE or --back")
    home = house_of(context).settings.home
    if corrections is not None:
        _train(home, corrections)
    elif back:
        file = newest(home)
        if file is None:
            raise UsageError(f"no corrections in {home} to undo")
        file.rename(file.with_suffix(".taken-back"))
        left = newest(home)
        used = left.name if left else "the tagger as shipped"
        out.print(f"{file.name} undone; now in use: {used}. {_FROM_NOW_ON}")
    else:
        file = newest(home)
        out.print(f"corrections in use: {file or 'none'}")


def retag(
    context: typer.Context,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say how many articles would change, and how.")
    ] = False,
) -> None:
    """Tag again what is already here: by new topics and names of your own, a training, an upgrade.

    Searches, backtests and the desk's pages then know the past by them. No rule alerts because of
    it, and stories keep their articles. Passes may run meanwhile. If it is interrupted, call it
    again.

    Exit code 1 if articles keep their tags because a file cannot be read or the index takes none.

    Example: wirewatch retag --dry-run
    """
    from wirewatch.retagging import retag as tag_all

    with house_of(context) as house, bars() as progress:
        done = tag_all(house, progress, dry_run=dry_run)
    verb = "would change" if dry_run else "changed"
    how = ", ".join(f"{number:,} {kind}" for kind, number in done.how.most_common())
    out.print(
        f"{done.changed:,} of {counted(done.articles, 'article')} {verb}{how and f': {how}'}.",
        highlight=False,
    )
    if done.kept:
        kept = counted(len(done.kept), "article")
        errors.print(f"{kept} not tagged again, the first: {done.kept[0]}", highlight=False)
    if done.unindexed:
        errors.print(
            f"The index has not taken {counted(done.unindexed, 'article')} yet; the next pass "
            "tries again."
        )
    if done.waiting:
        errors.print(
            f"{counted(done.waiting, 'file')} not tagged again, as a pass, or a rule that cannot "
            "be used, has yet to read them: `wirewatch run`, then `wirewatch retag` again."
        )
    for problem in done.damaged:
        errors.print(problem, highlight=False)
    if done.damaged or done.unindexed:
        raise typer.Exit(1)


def _train(home: Path, path: Path) -> None:
    from wirewatch.newsroom.teaching import keep, teach

    lesson = teach(path)
    if lesson.passed_over:
        out.print(
            f"{counted(lesson.passed_over, 'correction')} skipped: in languages that are not tagged"
        )
    _print_checks(lesson.before.checks, lesson.after.checks)
    out.print(
        f"right on {lesson.before.right} of {counted(lesson.corrections, 'correction')} before, "
        f"{lesson.after.right} after"
    )
    file = keep(lesson, home)
    out.print(f"applied: {file}. {_FROM_NOW_ON} `wirewatch train --back` undoes it.")


def _tagged(row: Mapping[str, Any], own: Own) -> dict[str, Any]:
    """What is found in an article of a file of JSON lines."""
    verdict, mentions, said = found_in(row.get("title") or "", row.get("text") or "", own)
    return {
        "id": row["id"],
        "score": verdict.score,
        "topics": verdict.tags,
        # Without their empty fields.
        "mentions": [one.model_dump(exclude_none=True) | {"uri": one.uri} for one in mentions],
        "statements": said,
    }


def _print_checks(before: Sequence[Outcome], after: Sequence[Outcome]) -> None:
    table = table_of("checks", "stories tagged", "after", "others tagged", "after")
    for one, other in zip(before, after, strict=True):
        table.add_row(
            one.language,
            f"{one.hits} of {one.stories}",
            str(other.hits),
            f"{one.alarms} of {one.others}",
            str(other.alarms),
        )
    out.print(table)


def _item(file: File) -> tuple[str, str]:
    """Title and text of a file."""
    path, content = Path(file.name), file.read()
    if path.suffix.lower() in (".html", ".htm"):
        from ingest.extraction.document import parse
        from ingest.pages import extract as extraction

        page = parse(content, path.absolute().as_uri())
        found = extraction.extract(page, FeedItem(url=page.url), extraction.always)
        if not found.title and not found.text:
            raise UsageError(f"{path} holds no article")
        return found.title, found.text
    try:
        words = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise UsageError(_NO_TEXT.format(file=path)) from error
    if "\0" in words:
        raise UsageError(_NO_TEXT.format(file=path))
    if not words:
        raise UsageError(f"{path} is empty; its first line has to be a title")
    title, _, text = words.partition("\n")
    return title.strip(), text.strip()


def _print_explanation(found: Explanation, title: str, text: str, threshold: float) -> None:
    verdict = found.verdict
    if not found.parts:
        from enrich.senses.reader import LANGUAGES

        known = ", ".join(LANGUAGES)
        out.print(
            f"not tagged: its language seems to be {verdict.language}, and only {known} are tagged"
        )
        return
    said = "a story about surveillance" if verdict.tags else "not about surveillance"
    out.print(
        Text.assemble(
            (f"{verdict.score:.2f} ", "bold cyan"),
            (said, "bold"),
            f" (threshold {threshold:g}, language {verdict.language or 'unclear'})",
        )
    )
    contents: dict[str, str] = {"title": title, "text": text}
    for field, content in contents.items():
        if content:
            out.print(Padding(_marked(content, field, found), (1, 0, 0, 2)))
    for tag in verdict.tags:
        phrases = dict.fromkeys(f"{piece.phrase} ({piece.why})" for piece in tag.evidence)
        out.print(Text.assemble((f"{tag.topic} {tag.score:.2f}: ", "green"), "; ".join(phrases)))
    out.print(Padding(_parts_table(found), (1, 0)))
    for one in found.against[:3]:
        phrase = contents[one.field][one.start : one.end]
        out.print(Text(f"look-alike: {phrase} ({one.sense}, {one.log_odds:+.1f})", style="dim"))
    if found.nearest:
        near = found.nearest
        out.print(
            Text(f"nearest look-alike: {near.title} ({near.why}; {near.likeness:.2f})", style="dim")
        )


def _marked(content: str, field: str, found: Explanation) -> Text:
    """A title or a text with what counts for its topics and what against."""
    shown = Text(content)
    for one in found.against:
        if one.field == field:
            shown.stylize("black on bright_white", one.start, one.end)
    mark_evidence(shown, found.verdict.tags, field)
    return shown


def _parts_table(found: Explanation) -> Table:
    """What the score is made of."""
    table = table_of("part of the score", "log-odds")
    for part in found.parts:
        table.add_row(part.name, _signed(part.log_odds))
    table.add_section()
    table.add_row("total (0 is the threshold)", _signed(sum(p.log_odds for p in found.parts)))
    return table


def _signed(log_odds: float) -> str:
    """A part of a score with its sign; nothing is "+0.00", from below too."""
    return f"{round(log_odds, 2) + 0.0:+.2f}"
