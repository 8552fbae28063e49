"""Rules: add, try on the past, change and remove."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from alert.channels import TERMINAL
from alert.checks import MAX_NAME, RulesError
from alert.editing import without_rule
from alert.rules import PICKUP, rules_text
from core.ledger import alerts
from core.query import QueryError, parse
from core.records import DevelopmentKind
from desk.office import AtOffice, Office, Typed
from desk.rule_form import (
    ChangedError,
    RemovedError,
    RuleForm,
    mark_of,
    rule_in,
    values_of,
    with_form,
)
from desk.telling import first_phrases
from desk.volume import Column
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

MAX_SHOWN = 200
"""Most alerts of a trial that are shown; all are counted."""


Filled = Annotated[RuleForm, Form()]


@router.get("/rules")
def listed(office: AtOffice, done: str = "") -> HTMLResponse:
    """The rules, and how many alerts each has sent lately."""
    house = office.house
    rules = office.rules_if_any()
    with house.ledger.read() as tx:
        told = alerts.by_rule(tx, since=house.now() - MONTH)
    return office.page(
        "rules.html",
        "rules",
        rules=rules.rules,
        told=told,
        unmatchable=lambda rule: unmatchable(house, rule.query, office.topics),
        every=frozenset(DevelopmentKind),
        path=house.rulebook.path,
        mistakes=[one.error for one in rules.mistakes],
        done=done,
    )


@router.get("/rules/edit")
def edit(office: AtOffice, name: str = "", query: str = "", title: str = "") -> HTMLResponse:
    """The form of an existing rule, or of a new one for a query, perhaps with a name to begin
    with."""
    if not name:
        return _form(
            office,
            {
                "name": title[:MAX_NAME],
                "query": query,
                "to": [TERMINAL],
                "developments": list(DevelopmentKind),
            },
        )
    rule = office.rules().rule(name)
    if rule is None:
        raise HTTPException(404, f"There is no rule {name!r}.")
    return _form(office, values_of(rule) | {"was": mark_of(rule)}, before=name)


@router.post("/rules/save")
def save(office: AtOffice, form: Filled) -> Response:
    """Write a rule into rules.toml; if it is invalid, show the form again and what is wrong."""
    book = office.house.rulebook
    try:
        book.change(lambda text: with_form(text, form, book.path.name))
    except RemovedError as wrong:
        return _form(office, form.model_dump() | {"was": ""}, wrong=wrong)
    except ChangedError as wrong:
        values = form.model_dump() | {"was": wrong.mark}
        return _form(office, values, before=form.before, wrong=wrong)
    except RulesError as wrong:
        return _form(office, form.model_dump(), before=form.before, wrong=wrong)
    return RedirectResponse("/rules?done=saved", 303)


@router.post("/rules/remove")
def remove(office: AtOffice, name: Annotated[Typed, Form()]) -> RedirectResponse:
    """Remove a rule from rules.toml."""
    book = office.house.rulebook
    if office.rules().rule(name) is None:
        raise HTTPException(404, f"There is no rule {name!r}.")
    try:
        book.change(lambda text: without_rule(text, name, book.path.name))
    except RulesError as wrong:  # for example a digest names it: this does not pass by itself
        raise HTTPException(409, f"{wrong}.") from wrong
    return RedirectResponse("/rules?done=removed", 303)


@router.post("/rules/try")
def tried(office: AtOffice, form: Filled) -> HTMLResponse:
    """The alerts that a rule would have sent over the last days. Nothing is sent or written."""
    book, values = office.house.rulebook, form.model_dump()
    try:
        rule = rule_in(form, rules_text(book.path), book.path.name)
    except RulesError as wrong:
        return _form(office, values, before=form.before, wrong=wrong)
    with _ONE_TRIAL:
        found = backtest(office.house, rule, since=timedelta(days=form.days))
    today, by_day = office.house.now().date(), found.by_day
    # A period of n times 24 hours touches n + 1 days.
    days = [today - timedelta(days=back) for back in reversed(range(form.days + 1))]
    trial = {
        "found": found,
        "shown": found.sent[::-1][:MAX_SHOWN],
        "most": max(by_day.values(), default=0),
        "columns": [Column(f"{day}", by_day[day]) for day in days],
        "period": form.days,
        "rate": rule.at_most,
        "hint": None if found.sent else why_nothing(office.house, rule.query),
    }
    return _form(office, values, before=form.before, trial=trial)


def _form(
    office: Office,
    values: Mapping[str, Any],
    *,
    before: str = "",
    wrong: RulesError | None = None,
    trial: Mapping[str, Any] | None = None,
) -> HTMLResponse:
    rules = office.rules_if_any()
    return office.page(
        "rule.html",
        "rules",
        200 if wrong is None else 422,
        values={"at_most": "", "pickup": None, "feed": False, "was": ""} | dict(values),
        before=before,
        channels=[TERMINAL, *rules.channels, *rules.unusable("channel")],
        max_name=MAX_NAME,
        kinds=KINDS,
        tried=TRIED,
        pickup=PICKUP,
        # A rule is not saved beside a mistake: whoever begins to edit should know.
        mistakes=[one.error for one in rules.mistakes] if wrong is None else [wrong],
        wrong=wrong,
        misread=_misread(values["query"], wrong),
        trial=trial,
        phrases=lambda alert: first_phrases(alert.why),
    )


def _misread(query: str, wrong: RulesError | None) -> QueryError | None:
    """What is wrong with the form's query; None if the query is fine, since the invalid one may be
    another rule's."""
    if wrong is not None and isinstance(wrong.__cause__, QueryError):
        try:
            parse(query)
        except QueryError as error:
            return error
    return None
