"""A rule in the page's form: what is in it, and what it makes of rules.toml. Pure."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel, Field, field_validator

from alert.channels import TERMINAL
from alert.checks import RulesError
from alert.editing import with_rule
from alert.rules import MAX_PICKUP, PICKUP, Rule, read_rules
from core.query import parse
from core.records import DevelopmentKind, content_id
from desk.office import Typed


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
    """The `mark_of` that rule when the form was opened."""
    days: int = Field(7, ge=1, le=90)

    @field_validator("pickup", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        """An empty value in the form is None."""
        return value or None

    @property
    def values(self) -> dict[str, Any]:
        """The values of its rule, as `values_of` gives them."""
        return {
            "name": self.before or self.name.strip(),
            # Forms send CRLF line ends.
            "query": self.query.replace("\r\n", "\n").strip(),
            "to": sorted(self.to),
            "at_most": self.at_most.strip(),
            "pickup": self.pickup or PICKUP,
            "developments": sorted(kind.value for kind in self.developments),
            "feed": self.feed,
        }


class RemovedError(RulesError):
    """The rule that a form edits no longer exists: saving the form would add a new one."""


class ChangedError(RulesError):
    """The rule that a form edits has changed since; `mark` is that of the rule as it is now."""

    def __init__(self, words: str, mark: str) -> None:
        super().__init__(words)
        self.mark = mark


def values_of(rule: Rule) -> dict[str, Any]:
    """The values of a rule for its form."""
    return {
        "name": rule.name,
        "query": rule.query.text.strip(),
        "to": sorted(rule.to),
        "at_most": str(rule.at_most or ""),
        "pickup": rule.pickup,
        "developments": sorted(kind.value for kind in rule.developments),
        "feed": rule.feed,
    }


def mark_of(rule: Rule) -> str:
    """Distinguishes versions of a rule, as far as its form shows them."""
    return content_id(json.dumps(values_of(rule)))


_UNSET = values_of(Rule("", parse("*"), (TERMINAL,))) | {"query": ""}
"""What a rule has where nobody wrote anything."""


def with_form(text: str, form: RuleForm, file: str) -> str:
    """The text of rules.toml with the rule of a form, new or changed.

    Raises:
        RemovedError: the rule that the form edits has been removed since.
        ChangedError: it has been changed since.
        RulesError: the rule is invalid, or there is already one of its name.
    """
    name = form.values["name"]
    known = _rules(text, file)
    if form.before and form.before not in known:
        raise RemovedError(
            f"the rule {form.before!r} has been removed in the meantime, so nothing was saved; "
            "to bring it back, save it as a new rule"
        )
    made = _written(text, form, file, known.get(name))
    # One that says the same was saved by the first of two clicks.
    if not form.before and name in known and made != text:
        raise RulesError(f"there is already a rule {name!r}; choose another name")
    now = mark_of(known[form.before]) if form.before else ""
    if form.was not in ("", now) and made != text:
        raise ChangedError(
            f"the rule {form.before!r} has been changed in the meantime, so nothing was saved; "
            "look at it in another tab: saving again overwrites it",
            now,
        )
    return made


def rule_in(form: RuleForm, text: str, file: str) -> Rule:
    """The rule of a form, checked as it would be in rules.toml, whose text is given.

    Raises:
        RulesError: it is invalid.
    """
    name = form.values["name"]
    return _rules(_written(text, form, file, _rules(text, file).get(name)), file)[name]


def _rules(text: str, file: str) -> dict[str, Rule]:
    return {rule.name: rule for rule in read_rules(text, file).checked().rules}


def _written(text: str, form: RuleForm, file: str, before: Rule | None) -> str:
    """The text with the rule of a form, given that rule as it is now, if there is one.

    Only what the form changes is written, so that what a person wrote stays as they wrote it, and
    a default that the form shows does not become a setting.
    """
    now = _UNSET if before is None else values_of(before)
    changes = {key: value for key, value in form.values.items() if value != now[key]}
    rule = {key: value for key, value in changes.items() if value != _UNSET[key]}
    return with_rule(
        text, rule | {"name": form.values["name"]}, file, without=changes.keys() - rule
    )
