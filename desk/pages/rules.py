"""Rules: add, try on the past, change and remove."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException
from pydantic import BaseModel, Field, field_validator
from starlette.responses import HTMLResponse, RedirectResponse, Response

from alert.channels import TERMINAL
from alert.checks import MAX_NAME, RulesError
from alert.editing import with_rule, without_rule
from alert.rules import MAX_PICKUP, PICKUP, Rule, read_rules, rules_text
from core.ledger import alerts
from core.query import QueryError, parse
from core.records import DevelopmentKind, content_id
from desk.office import AtOffice, Office, Typed
from desk.telling import first_phrases
from desk.volume import Column
from wirewatch.backtest import backtest
from wirewatch.presentation.hints import hint, misspelt

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


class RuleForm(BaseModel):
    """A rule in the page's form. Empty values stand for defaults."""

    name: Typed = Field(min_length=1)
    query: Typed = Field(min_length=1)
    to: list[Typed] = []
    at_most: Typed = ""
    pickup: int | None = Field(None, ge=1, le=MAX_PICKUP)
    developments: list[DevelopmentKind] = []
    feed: bool = False
    before: Typed = ""
    """The name of the rule that is edited; empty for a new one."""
    was: str = ""
    """The `_mark` of that rule when the form was opened."""
    days: int = Field(7, ge=1, le=90)

    @field_validator("pickup", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        """An empty value in the form is None."""
        return value or None

    @property
    def table(self) -> dict[str, Any]:
        """The keys and values of `[[rule]]`."""
        every = set(self.developments) == set(DevelopmentKind)
        return {
            "name": self.before or self.name.strip(),
            # Forms send CRLF line ends; an unchanged query must stay exactly as it was.
            "query": self.query.replace("\r\n", "\n").strip(),
            "to": self.to,
            "at_most": self.at_most.strip() or None,
            "pickup": self.pickup,
            "developments": None if every else [kind.value for kind in self.developments],
            "feed": self.feed or None,
        }

    @property
    def left_empty(self) -> list[str]:
        """Keys of `[[rule]]` that take their defaults."""
        return [key for key, value in self.table.items() if value is None]


class _RemovedError(RulesError):
    """The rule that a form edits no longer exists: saving the form would add a new one."""


class _ChangedError(RulesError):
    """The rule that a form edits has changed since; `mark` is that of the rule as it is now."""

    def __init__(self, words: str, mark: str) -> None:
        super().__init__(words)
        self.mark = mark


Filled = Annotated[RuleForm, Form()]


@router.get("/rules")
def listed(office: AtOffice, done: str = "") -> HTMLResponse:
    """The rules, and how many alerts each has sent lately."""
    house = office.house
    rules, error = office.rules_or_why()
    with house.ledger.read() as tx:
        told = alerts.by_rule(tx, since=house.now() - MONTH)
    return office.page(
        "rules.html",
        "rules",
        rules=rules.rules,
        told=told,
        misspelt=lambda rule: misspelt(rule.query, office.topics),
        every=frozenset(DevelopmentKind),
        path=house.rulebook.path,
        error=error,
        done=done,
    )


@router.get("/rules/edit")
def edit(office: AtOffice, name: str = "", query: str = "") -> HTMLResponse:
    """The form of an existing rule, or of a new one for a query."""
    if not name:
        developments = list(DevelopmentKind)
        return _form(
            office, {"name": "", "query": query, "to": [TERMINAL], "developments": developments}
        )
    rule = next((one for one in office.rules().rules if one.name == name), None)
    if rule is None:
        raise HTTPException(404, f"There is no rule {name!r}.")
    return _form(office, _values(rule) | {"was": _mark(rule)}, before=name)


@router.post("/rules/save")
def save(office: AtOffice, form: Filled) -> Response:
    """Write a rule into rules.toml; if it is invalid, show the form again and what is wrong."""
    book, table = office.house.rulebook, form.table

    def edited(text: str) -> str:
        known = {rule.name: rule for rule in read_rules(text, book.path.name).rules}
        if form.before and form.before not in known:
            raise _RemovedError(
                f"the rule {form.before!r} has been removed in the meantime, so nothing was saved; "
                "to bring it back, save it as a new rule"
            )
        made = with_rule(text, table, book.path.name, without=form.left_empty)
        # One that says the same was saved by the first of two clicks.
        if not form.before and table["name"] in known and made != text:
            raise RulesError(f"there is already a rule {table['name']!r}; choose another name")
        now = _mark(known[form.before]) if form.before else ""
        if form.was not in ("", now) and made != text:
            raise _ChangedError(
                f"the rule {form.before!r} has been changed in the meantime, so nothing was saved; "
                "look at it in another tab: saving again overwrites it",
                now,
            )
        return made

    try:
        book.change(edited)
    except _RemovedError as wrong:
        return _form(office, form.model_dump() | {"was": ""}, wrong=wrong)
    except _ChangedError as wrong:
        values = form.model_dump() | {"was": wrong.mark}
        return _form(office, values, before=form.before, wrong=wrong)
    except RulesError as wrong:
        return _form(office, form.model_dump(), before=form.before, wrong=wrong)
    return RedirectResponse("/rules?done=saved", 303)


@router.post("/rules/remove")
def remove(office: AtOffice, name: Annotated[Typed, Form()]) -> RedirectResponse:
    """Remove a rule from rules.toml."""
    book = office.house.rulebook
    if name not in {rule.name for rule in office.rules().rules}:
        raise HTTPException(404, f"There is no rule {name!r}.")
    try:
        book.change(lambda text: without_rule(text, name, book.path.name))
    except RulesError as wrong:  # for example a digest names it: this does not pass by itself
        raise HTTPException(409, f"{wrong}.") from wrong
    return RedirectResponse("/rules?done=removed", 303)


@router.post("/rules/try")
def tried(office: AtOffice, form: Filled) -> HTMLResponse:
    """The alerts that a rule would have sent over the last days. Nothing is sent or written."""
    values = form.model_dump()
    try:
        rule = _understood(office, form)
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
        "hint": None if found.sent else hint(office.house.index, rule.query),
    }
    return _form(office, values, before=form.before, trial=trial)


def _understood(office: Office, form: RuleForm) -> Rule:
    """The rule in a form, checked as it would be in the file."""
    book, table = office.house.rulebook, form.table
    edited = with_rule(rules_text(book.path), table, book.path.name, without=form.left_empty)
    rules = read_rules(edited, book.path.name)
    return next(rule for rule in rules.rules if rule.name == table["name"])


def _values(rule: Rule) -> dict[str, Any]:
    """The values of a rule for its form."""
    return {
        "name": rule.name,
        "query": rule.query.text,
        "to": list(rule.to),
        "at_most": str(rule.at_most or ""),
        "pickup": rule.pickup,
        "developments": sorted(rule.developments),
        "feed": rule.feed,
    }


def _mark(rule: Rule) -> str:
    """Distinguishes versions of a rule, as far as its form shows them."""
    return content_id(json.dumps(_values(rule)))


def _form(
    office: Office,
    values: Mapping[str, Any],
    *,
    before: str = "",
    wrong: RulesError | None = None,
    trial: Mapping[str, Any] | None = None,
) -> HTMLResponse:
    rules, _ = office.rules_or_why()  # the page of rules says why there are none
    return office.page(
        "rule.html",
        "rules",
        200 if wrong is None else 422,
        values={"at_most": "", "pickup": None, "feed": False, "was": ""} | dict(values),
        before=before,
        channels=[TERMINAL, *rules.channels],
        max_name=MAX_NAME,
        kinds=KINDS,
        tried=TRIED,
        pickup=PICKUP,
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
