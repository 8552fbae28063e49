"""Rules: add, try on the past, change and remove; and which digests there are."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Query
from starlette.responses import HTMLResponse, RedirectResponse, Response

from alert.channels import TERMINAL
from alert.checks import MAX_NAME, RulesError
from alert.rules import PICKUP, rules_text
from alert.schedule import next_due
from core.ledger import alerts, held_alerts
from core.query import QueryError, parse
from core.records import DevelopmentKind
from desk.office import AtOffice, Office, Typed
from desk.rule_form import (
    ChangedError,
    RemovedError,
    RuleForm,
    rule_in,
    with_form,
    without_form,
)
from desk.volume import Bar, columns
from desk.written_rules import WrittenRule, rule_at, written_rules
from wirewatch.backtest import backtest
from wirewatch.presentation.hints import unmatchable, why_nothing

router = APIRouter()

MONTH = timedelta(days=30)
TRIED = (1, 7, 30, 90)
"""Numbers of past days that a rule can be tried on."""

KINDS = {
    DevelopmentKind.DENIAL: "a denial",
    DevelopmentKind.CONFIRMATION: "a confirmation",
    DevelopmentKind.OFFICIAL: "an official statement",
    DevelopmentKind.COURT: "a step by a court",
    DevelopmentKind.PARLIAMENT: "a step by a parliament",
    DevelopmentKind.REVIVAL: "news after a week of silence",
    DevelopmentKind.COUNTRY: "another country",
    DevelopmentKind.AGENCY: "another agency",
    DevelopmentKind.PICKUP: "wide pick-up",
}
"""Kinds of developments in words."""

_ONE_TRIAL = threading.Lock()
"""A trial reads all articles: several at once would need several times the memory."""

CHANGED = "This rule has been changed or removed in the meantime: look for it in the list of rules."

MAX_SHOWN = 200
"""Most alerts of a trial that are shown; all are counted."""


Filled = Annotated[RuleForm, Form()]


@router.get("/rules")
def listed(office: AtOffice, done: str = "", held: Annotated[int, Query(ge=0)] = 0) -> HTMLResponse:
    """The rules, those that cannot be used first, and how many alerts each has sent lately."""
    house = office.house
    rules = house.rulebook.rules_if_any()
    with house.ledger.read() as tx:
        told = alerts.by_rule(tx, since=house.now() - MONTH)
    has_wrong = any(one.kind == "rule" for one in rules.mistakes)
    return office.page(
        "rules.html",
        "rules",
        rules=rules.rules,
        wrong=[one for one in _written(office) if one.wrong] if has_wrong else [],
        digests=[(one, next_due(one.schedule, house.now())) for one in rules.digests],
        told=told,
        unmatchable=lambda rule: unmatchable(house, rule.query, office.topics),
        every=frozenset(DevelopmentKind),
        path=house.rulebook.path,
        mistakes=[one.error for one in rules.mistakes if one.kind != "rule"],
        done=done,
        held=held,
    )


@router.get("/rules/edit")
def edit(
    office: AtOffice, name: str = "", was: str = "", query: str = "", title: str = ""
) -> HTMLResponse:
    """The form of an existing rule, by its name or else its mark, or of a new one for a query,
    perhaps with a name to begin with."""
    # Forms are made unchecked: whatever stands in the address, or in rules.toml, can be mended.
    make = RuleForm.model_construct
    if not name and not was:
        every = list(DevelopmentKind)
        new = make(name=title[:MAX_NAME], query=query, to=[TERMINAL], developments=every)
        return _form(office, new)
    rule = rule_at(_written(office), name, was)
    if rule is None:
        raise HTTPException(404, f"There is no rule {name!r}." if name else CHANGED)
    before = rule.name if rule.is_named else ""
    return _form(office, make(**rule.values, before=before, was=rule.mark), written=rule)


@router.post("/rules/save")
def save(office: AtOffice, form: Filled) -> Response:
    """Write a rule into rules.toml; if it is invalid, show the form again and what is wrong."""
    book = office.house.rulebook
    try:
        book.change(lambda text: with_form(text, form, book.path.name))
    except RemovedError as wrong:
        return _form(office, form.model_copy(update={"before": "", "was": ""}), wrong=wrong)
    except ChangedError as wrong:
        now = rule_at(_written(office), form.before, wrong.mark)
        return _form(office, form.model_copy(update={"was": wrong.mark}), written=now, wrong=wrong)
    except RulesError as wrong:
        return _form(office, form, wrong=wrong)
    return RedirectResponse("/rules?done=saved", 303)


@router.post("/rules/remove")
def remove(
    office: AtOffice, name: Annotated[Typed, Form()] = "", was: Annotated[Typed, Form()] = ""
) -> RedirectResponse:
    """Remove a rule from rules.toml, by its name or else its mark."""
    book = office.house.rulebook
    # Read first: if the ledger does not answer, the rule stays.
    with office.house.ledger.read() as tx:
        held = len(held_alerts.listed(tx, rule=name)) if name else 0
    try:
        book.change(lambda text: without_form(text, name, was, book.path.name))
    except RemovedError as wrong:
        raise HTTPException(404, f"There is no rule {name!r}." if name else CHANGED) from wrong
    except RulesError as wrong:  # for example a digest names it: this does not pass by itself
        raise HTTPException(409, f"{wrong}.") from wrong
    return RedirectResponse(f"/rules?done=removed{f'&held={held}' if held else ''}", 303)


@router.post("/rules/try")
def tried(office: AtOffice, form: Filled) -> HTMLResponse:
    """The alerts that a rule would have sent over the last days. Nothing is sent or written."""
    book = office.house.rulebook
    try:
        rule = rule_in(form, rules_text(book.path), book.path.name)
    except RulesError as wrong:
        return _form(office, form, wrong=wrong)
    with _ONE_TRIAL:
        found = backtest(office.house, rule, since=timedelta(days=form.days))
    today, by_day = office.house.now().date(), found.by_day
    # A period of n times 24 hours touches n + 1 days.
    days = [today - timedelta(days=back) for back in reversed(range(form.days + 1))]
    most = max(by_day.values(), default=0)
    trial = {
        "found": found,
        "shown": found.sent[::-1][:MAX_SHOWN],
        "most": most,
        "columns": columns([Bar(day, day, by_day[day]) for day in days], most),
        "period": form.days,
        "rate": rule.at_most,
        "hint": None if found.sent else why_nothing(office.house, rule.query),
    }
    return _form(office, form, trial=trial)


def _written(office: Office) -> list[WrittenRule]:
    path = office.house.rulebook.path
    return written_rules(rules_text(path), path.name)


def _form(
    office: Office,
    form: RuleForm,
    *,
    written: WrittenRule | None = None,
    wrong: RulesError | None = None,
    trial: Mapping[str, Any] | None = None,
) -> HTMLResponse:
    """The form of a rule, perhaps with how it is `written`, and what is `wrong` with it as sent."""
    rules = office.house.rulebook.rules_if_any()
    unusable = rules.unusable("channel")
    channels = [TERMINAL, *rules.channels, *unusable]
    # Nothing can be saved into a file that cannot be read: whoever begins to edit should know.
    unreadable = [one.error for one in rules.mistakes if one.kind == "file"]
    mistakes = [wrong] if wrong else [*unreadable, *(written.wrong if written else ())]
    return office.page(
        "rule.html",
        "rules",
        200 if wrong is None else 422,
        form=form,
        written=written,
        channels=channels,
        unusable=unusable,
        unknown=[one for one in form.to if one not in channels],
        max_name=MAX_NAME,
        kinds=KINDS,
        tried=TRIED,
        pickup=PICKUP,
        unreadable=unreadable,
        mistakes=mistakes,
        wrong=wrong,
        misread=_misread(form.query, mistakes),
        trial=trial,
    )


def _misread(query: str, mistakes: Sequence[RulesError]) -> QueryError | None:
    """What is wrong with the form's query, and where in it; None if something else is wrong.

    A mistake has the place in the query as it is written, which may begin with an empty line.
    """
    if any(isinstance(one.__cause__, QueryError) for one in mistakes):
        try:
            parse(query)
        except QueryError as error:
            return error
    return None
