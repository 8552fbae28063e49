"""A rule in the page's form: what is in it, and what it makes of rules.toml. Pure."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field, field_validator

from alert.channels import TERMINAL
from alert.checks import RulesError
from alert.editing import with_rule, without_rule
from alert.rates import parse_rate
from alert.rules import MAX_PICKUP, PICKUP, Rule, read_rules
from core.query import parse
from core.records import DevelopmentKind
from desk.office import Typed
from desk.written_rules import WrittenRule, rule_at, values_of, written_rules


class RuleForm(BaseModel):
    """A rule in the page's form. Empty values stand for defaults."""

    name: Typed = ""
    query: Typed = ""
    to: list[Typed] = []
    at_most: Typed = ""
    pickup: int | None = Field(None, ge=1, le=MAX_PICKUP)
    developments: list[DevelopmentKind] = []
    feed: bool = False
    before: Typed = ""
    """The name of the rule that is edited; empty for a new one, and for one whose name does not
    tell it from all others."""
    was: str = ""
    """The mark of the rule that is edited when the form was opened; empty for a new one."""
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


UNNAMED = "new rule"
"""What a rule is called that is tried before it has a name."""


class RemovedError(RulesError):
    """The rule that a form edits no longer exists: saving the form would add a new one."""


class ChangedError(RulesError):
    """The rule that a form edits has changed since; `mark` is that of the rule as it is now."""

    def __init__(self, words: str, mark: str) -> None:
        super().__init__(words)
        self.mark = mark


_UNSET = values_of(Rule("", parse("*"), (TERMINAL,))) | {"query": ""}
"""What a rule has where nobody wrote anything."""


def with_form(text: str, form: RuleForm, file: str) -> str:
    """The text of rules.toml with the rule of a form, new or changed.

    Raises:
        RemovedError: the rule that the form edits has been removed since.
        ChangedError: it has been changed since.
        RulesError: the rule is invalid or has no name, or there is already one of its name.
    """
    if not form.values["name"]:
        raise RulesError("the rule has no name, so nothing was saved; choose one")
    _check(form)
    edited, before = _rules_before(text, form, file)
    made = _written(text, form, file, before)
    if made == text:  # the first of two clicks has saved it
        return text
    if edited is None and (form.before or form.was):
        # A rule without a name of its own is known only by what stands in it.
        gone = (
            f"the rule {form.before!r} has been" if form.before else "this rule has been changed or"
        )
        raise RemovedError(
            f"{gone} removed in the meantime, so nothing was saved; "
            "to have it as it is here, save it as a new rule"
        )
    if edited is None and before is not None:
        raise RulesError(f"there is already a rule {before.name!r}; choose another name")
    if edited is not None and form.was not in ("", edited.mark):
        raise ChangedError(
            f"the rule {form.before!r} has been changed in the meantime, so nothing was saved; "
            "saving again overwrites it",
            edited.mark,
        )
    return made


def without_form(text: str, before: str, was: str, file: str) -> str:
    """The text of rules.toml without a rule, given its name if it `is_named`, else its mark.

    Raises:
        RemovedError: there is no such rule.
        RulesError: a digest names it.
    """
    edited = rule_at(written_rules(text, file), before, was)
    if edited is None:
        raise RemovedError(f"there is no rule {before!r} any more")
    return without_rule(text, edited.number, file)


def rule_in(form: RuleForm, text: str, file: str) -> Rule:
    """The rule of a form, checked as it would be in rules.toml, whose text is given; one that has
    no name yet is called `UNNAMED`.

    Raises:
        RulesError: it is invalid.
    """
    if not form.values["name"]:
        form = form.model_copy(update={"name": UNNAMED})
    _check(form)
    _, before = _rules_before(text, form, file)
    made = read_rules(_written(text, form, file, before), file)
    return next(rule for rule in made.rules if rule.name == form.values["name"])


def _check(form: RuleForm) -> None:
    """Refuse in the words of the form what people leave out or write otherwise there; an error of
    rules.toml would say what to write into the file."""
    if not form.values["query"]:
        raise RulesError("the rule has no search; write one, such as topic:spyware")
    rate = form.values["at_most"]
    if rate and parse_rate(rate) is None:
        raise RulesError(
            f"“Send at most” is a number for each hour, day or week, such as 10/day, not {rate!r}"
        )


def _rules_before(
    text: str, form: RuleForm, file: str
) -> tuple[WrittenRule | None, WrittenRule | None]:
    """The rule that a form edits, and the one that it would be written in place of: that one, else
    one that has the name already; None if there is none."""
    listed = written_rules(text, file)
    edited = rule_at(listed, form.before, form.was)
    return edited, edited or rule_at(listed, form.values["name"])


def _written(text: str, form: RuleForm, file: str, before: WrittenRule | None) -> str:
    """The text with the rule of a form, given that rule as it is now, if there is one.

    Only what the form changes is written, so that what a person wrote stays as they wrote it, and
    a default that the form shows does not become a setting. Of a rule that cannot be used, nothing
    stays that the form does not have.
    """
    values = form.values
    if before is not None and before.wrong:
        changes, others = values, before.table.keys() - values.keys()
    else:
        now = _UNSET if before is None else before.values
        changes, others = {key: one for key, one in values.items() if one != now[key]}, set()
    rule = {key: one for key, one in changes.items() if one != _UNSET[key]}
    return with_rule(
        text,
        rule | {"name": values["name"]},
        file,
        without=(changes.keys() - rule) | others,
        number=before.number if before else None,
    )
