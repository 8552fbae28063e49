"""`wirewatch rules`: check rules, try one on the past, explain why it matched an article or not."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from alert.editing import with_rule, without_rule
from alert.rules import Rule
from alert.wording import headline
from core.clauses import Clause, Explainer
from core.evidence import distinct_phrases
from core.ledger import alerts, entries, followed, held_alerts, stories
from core.query import parse
from core.records import Alert, AlertKind, Article, DevelopmentKind, Entry
from wirewatch.commands.lookups import ARTICLE, entry_of, house_of, new_house_of, no_rule, rule_of
from wirewatch.commands.tables import phrase_below
from wirewatch.commands.terminal import bars, errors, out, print_lines, print_list
from wirewatch.commands.usage import (
    OPTIONAL_COMMAND,
    QueryCommand,
    UsageError,
    has_subcommand,
    moment_of,
)
from wirewatch.house import House
from wirewatch.newsroom.own import topic_titles
from wirewatch.presentation.hints import unmatchable, unmatchable_rules, why_nothing
from wirewatch.presentation.wording import counted

if TYPE_CHECKING:
    from wirewatch.backtest import Backtest

app = typer.Typer(
    subcommand_metavar=OPTIONAL_COMMAND,
    help="Rules: check them, try one on the past, see why one matches an article.\n\n"
    "Without a command: check rules.toml and list its rules.",
)

Query = Annotated[str | None, typer.Option(help="A query, instead of a rule in rules.toml.")]
Name = Annotated[str | None, typer.Argument(metavar="RULE", help="The name of a rule.")]


@app.callback(invoke_without_command=True)
def rules(context: typer.Context) -> None:
    """Check rules.toml and list its rules."""
    if has_subcommand(context):
        return
    with house_of(context) as house:
        rules = house.rules
        rows = []
        for rule in rules.rules:
            to = ", ".join(rule.to) or "digests and feeds only"
            rows.append((rule.name, rule.query.text, to, _then(rule), str(rule.at_most or "")))
        if rows:
            print_list(rows, "rule", "query", "to", "updates", "at most")
        elif not rules.mistakes:
            errors.print(f"No rules in {house.settings.rules_path}.")
        for told in unmatchable_rules(house, topic_titles(house.settings.home)):
            errors.print(Text(told))
        rules.checked()


@app.command()
def backtest(
    context: typer.Context,
    name: Name = None,
    query: Query = None,
    since: Annotated[
        str, typer.Option(metavar="DATE", help="How far back: 2026-03-01 (UTC), 2026-03 or now-8w.")
    ] = "now-30d",
    as_json: Annotated[bool, typer.Option("--json", help="The alerts as JSON lines.")] = False,
) -> None:
    """Show the alerts that a rule would have sent for past articles, and how many a day.

    Nothing is sent or recorded. Exit code 1 if articles are left out because a file of the archive
    cannot be read.

    Examples:
    wirewatch rules backtest spyware --since now-8w
    wirewatch rules backtest --query 'topic:biometrics AND country:fr'
    """
    from wirewatch.backtest import backtest as tried

    with house_of(context) as house, bars() as progress:
        rule, now = _rule(house, name, query), house.now()
        if (begin := moment_of("--since", since, now)) >= now:
            raise UsageError(f"--since {since} is not in the past")
        found = tried(house, rule, since=now - begin, progress=progress)
        why = None if found.sent or found.held else why_nothing(house, rule.query)
    if as_json:
        print_lines(found.sent)
    else:
        _print_alerts(found, rule)
        if why:
            out.print(Text(why))
    if found.damaged:
        files = counted(len(found.damaged), "file")
        errors.print(f"{files} of the archive left out, so the alerts may differ:")
        for problem in found.damaged:
            errors.print(problem, highlight=False)
        raise typer.Exit(1)


@app.command("test")
def explain(
    context: typer.Context,
    article: Annotated[str, typer.Option(help=ARTICLE)],
    name: Name = None,
    query: Query = None,
) -> None:
    """Show clause by clause whether an article matches a rule and why, and what follows.

    Example: wirewatch rules test spyware --article 3f9a
    """
    with house_of(context) as house:
        rule = _rule(house, name, query)
        entry = entry_of(house, article)
        found = house.index.get(entry.id)
        if found is None:
            state = f"{entry.state}: {entry.reason}" if entry.reason else f"{entry.state}"
            other = f"; test {entry.duplicate_of[:12]}" if entry.duplicate_of else ""
            raise UsageError(f"{entry.url} is not in the index: its state is {state}{other}")
        clause = Explainer(found).explain(house.at_present(rule.query).condition)
        comes = _comes(house, rule, found, entry, matched=clause.matched)
    out.print(Text(found.title, style="bold"))
    out.print(Text(f"     {found.outlet}  {found.id[:12]}"))
    for line in clause_lines(clause, depth=1):
        out.print(line, soft_wrap=True)
    out.print(comes)


@app.command(cls=QueryCommand)
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="RULE", help="The rule's name.")],
    query: Annotated[
        str, typer.Argument(metavar="QUERY", help="A search, as typed into `wirewatch search`.")
    ],
    to: Annotated[list[str] | None, typer.Option(help="A channel; may be repeated.")] = None,
    at_most: Annotated[str | None, typer.Option(help="The rate limit, such as 10/day.")] = None,
) -> None:
    """Add a rule to rules.toml, or change an existing one: what is not given stays as it is, and so
    do comments.

    Example: wirewatch rules add spyware 'topic:spyware score:>0.8' --to desk --at-most 10/day
    """
    name = name.strip()
    rule = {"name": name, "query": query, "to": to, "at_most": at_most}
    with new_house_of(context) as house:
        path = house.rulebook.path
        existed = name in house.rules.rule_names
        if house.rulebook.change(lambda text: with_rule(text, rule, str(path))):
            done = f"{'changed in' if existed else 'added to'} {path}"
            told = f"{name} {done}. It alerts on articles from the next pass on."
        else:
            told = f"{name} is in {path} already, just like this."
        # Said first: whether it can match needs the ledger and topics.toml, which may be broken.
        out.print(told, soft_wrap=True)
        if why := unmatchable(house, parse(query), topic_titles(house.settings.home)):
            errors.print(Text(f"{name}: {why}"))


@app.command()
def remove(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="RULE", help="The rule's name.")],
) -> None:
    """Remove a rule from rules.toml. What it alerted on stays known, in case it comes back.

    Example: wirewatch rules remove spyware
    """
    with house_of(context) as house:
        path = house.rulebook.path
        if house.rules.lacks(name):
            raise no_rule(house, name)
        # Read first: if the ledger does not answer, the rule stays.
        with house.ledger.read() as tx:
            held = len(held_alerts.listed(tx, rule=name))
        house.rulebook.change(lambda text: without_rule(text, name, str(path)))
    out.print(f"{name} removed from {path}.", soft_wrap=True)
    if held:
        close = f"`wirewatch alerts close --rule {shlex.quote(name)}`"
        waits = f"Held back until a rule of this name exists again: {counted(held, 'alert')}."
        out.print(Text(f"{waits} {close} gives up on them."), soft_wrap=True)


def clause_lines(clause: Clause, depth: int = 0) -> Iterator[Text]:
    """A clause and its parts, one per line: whether it matches, and the evidence."""
    sign = ("✓ ", "green") if clause.matched else ("✗ ", "red")
    line = Text.assemble("  " * depth, sign, clause.says)
    places = [f"“{one.phrase}” ({one.field} at {one.start})" for one in clause.found]
    if places:
        line.append(f"   {', '.join(places)}", style="dim")
    elif clause.value:
        line.append(f"   it has {clause.value}", style="dim")
    yield line
    for part in clause.of:
        yield from clause_lines(part, depth + 1)


def _comes(house: House, rule: Rule, article: Article, entry: Entry, *, matched: bool) -> str:
    """What follows from an article's matching a rule or not."""
    if not matched:
        return "It does not match the rule."
    if entry.historic:
        return f"It matches the rule, but is {entries.FROM_HISTORY}: no rule alerts on that."
    if article.duplicate_of is not None:
        return f"It matches the rule, but is a copy of {article.duplicate_of[:12]}."
    story = article.story or article.id
    with house.ledger.read() as tx:
        ids = stories.ids_of(tx, [story])
        root = stories.root(tx, story)
        followed_by = followed.followed_by(tx, {root: ids[story]})
        sent = alerts.count(tx, rule=rule.name, of_stories=ids[story])
        held = held_alerts.listed(tx, rule=rule.name, of_stories=ids[story])
    if sent:
        return f"It matches the rule, which has sent {counted(sent, 'alert')} on its story so far."
    # A held alert is not sent yet, though the rule already follows the story.
    if waits := next(iter(held), None):
        return (
            "It matches the rule; the rule's rate has held back the alert on its story since "
            f"{waits.held_at:%Y-%m-%d %H:%M} UTC."
        )
    if (rule.name, root) in followed_by:
        return "It matches the rule, which has already alerted on its story."
    return (
        "It matches the rule, which has not alerted on its story: a rule alerts on articles that "
        "arrive after it was written."
    )


def _print_alerts(found: Backtest, rule: Rule) -> None:
    for alert in found.sent:
        for line in _lines(alert):
            out.print(line, soft_wrap=True)
    told = len({alert.story for alert in found.sent})
    updates = sum(alert.kind is AlertKind.DEVELOPMENT for alert in found.sent)
    mean, most = len(found.sent) / found.days, max(found.by_day.values(), default=0)
    days = "1 day" if found.days == 1 else f"{found.days:g} days"
    out.print(
        f"{counted(len(found.sent), 'alert')} ({counted(updates, 'update')}) on "
        f"{counted(told, 'story', 'stories')}, from {counted(found.articles, 'article')} "
        f"in {days}: {mean:.1f} a day, {most} on the busiest day.",
        style="bold",
    )
    if found.held:
        out.print(f"{len(found.held)} more would still be held back by the rate {rule.at_most}.")


def _lines(alert: Alert) -> Iterator[Text]:
    update = alert.kind is AlertKind.DEVELOPMENT
    kind = ("update ", "yellow") if update else ("story  ", "cyan")
    yield Text.assemble(
        f"{alert.created_at:%Y-%m-%d %H:%M}  ", kind, (headline(alert.headline), "bold")
    )
    for one in alert.developments:
        yield Text(f"                         {one.what} ({one.told_by.outlet})")
    phrases = "; ".join(
        f"{phrase_below(piece, alert.headline)} ({piece.why})"
        for piece in distinct_phrases(alert.why)
    )
    says = f"{alert.outlet}, {counted(len(alert.outlets), 'outlet')}, {alert.score:.2f}"
    yield Text(f"                         {says}{': ' if phrases else ''}{phrases}", style="dim")


def _rule(house: House, name: str | None, query: str | None) -> Rule:
    if (name is None) == (query is None):
        raise UsageError("name either a rule in rules.toml or a query with --query")
    if query is not None:
        return Rule("this query", parse(query), ())
    return rule_of(house, name or "")


def _then(rule: Rule) -> str:
    if rule.developments == frozenset(DevelopmentKind):
        return f"all (pick-up beyond {counted(rule.pickup, 'outlet')})"
    return ", ".join(kind for kind in DevelopmentKind if kind in rule.developments) or "none"
