"""A rule's form and rules.toml: what is saved, and what was changed by others in the meantime."""

from __future__ import annotations

from typing import Any

import pytest

from alert.checks import RulesError
from alert.rules import PICKUP, read_rules
from core.records import DevelopmentKind
from desk.rule_form import (
    ChangedError,
    RemovedError,
    RuleForm,
    mark_of,
    rule_in,
    values_of,
    with_form,
)

FILE = "rules.toml"
NEW = RuleForm(name="spies", query="topic:spyware", pickup=9, developments=list(DevelopmentKind))
SAVED = with_form("", NEW, FILE)


def opened(text: str, **changes: Any) -> RuleForm:
    """The form of the only rule of a text, and what is then changed in it."""
    (rule,) = read_rules(text, FILE).rules
    filled = values_of(rule) | {"before": rule.name, "was": mark_of(rule)}
    return RuleForm.model_validate(filled | changes)


def test_a_new_rule_holds_only_what_was_set() -> None:
    every = list(DevelopmentKind)
    bare = RuleForm(name="a", query="x", to=["terminal"], pickup=PICKUP, developments=every)
    assert with_form("", bare, FILE) == '[[rule]]\nname = "a"\nquery = "x"\n'
    chosen = bare.model_copy(update={"to": [], "developments": []})
    assert with_form("", chosen, FILE).endswith('query = "x"\nto = []\ndevelopments = []\n')


@pytest.mark.parametrize(
    "written",
    [
        "",
        "pickup = 5\n",
        "pickup = 9\nfeed = false\n",
        "developments = true\n",
        "developments = false\n",
        'developments = ["denial", "court"]\n',
        'to = ["terminal", "desk"]\n',
        'at_most = "10/day"\n',
    ],
)
def test_an_opened_form_that_is_not_changed_leaves_the_text_as_it_was(written: str) -> None:
    desk = '[channels]\ndesk = "json://127.0.0.1:1/"\n'
    text = f'{desk}\n[[rule]]\nname = "a"\nquery = """\nx\n"""\n{written}'
    assert with_form(text, opened(text), FILE) == text
    # Another value is written beside it, and nothing else.
    assert with_form(text, opened(text, query="y"), FILE) == text.replace('"""\nx\n"""', '"y"')


def test_what_returns_to_its_default_is_left_out() -> None:
    assert "pickup" in SAVED
    assert "pickup" not in with_form(SAVED, opened(SAVED, pickup=PICKUP), FILE)
    assert "pickup" not in with_form(SAVED, opened(SAVED, pickup=None), FILE)


def test_a_second_click_saves_the_same_but_not_another_rule_of_that_name() -> None:
    assert with_form(SAVED, NEW, FILE) == SAVED
    with pytest.raises(RulesError, match="there is already a rule 'spies'"):
        with_form(SAVED, NEW.model_copy(update={"query": "topic:biometrics"}), FILE)


def test_a_rule_changed_meanwhile_is_overwritten_at_the_second_attempt_only() -> None:
    stale = opened(SAVED, query="topic:biometrics")
    changed = with_form(SAVED, opened(SAVED, at_most="3/day"), FILE)
    with pytest.raises(ChangedError) as told:
        with_form(changed, stale, FILE)
    again = stale.model_copy(update={"was": told.value.mark})
    assert 'query = "topic:biometrics"' in with_form(changed, again, FILE)


def test_a_rule_removed_meanwhile_does_not_come_back() -> None:
    with pytest.raises(RemovedError, match="has been removed"):
        with_form("", opened(SAVED, at_most="3/day"), FILE)


def test_the_rule_of_a_form_is_checked_as_in_the_file() -> None:
    assert rule_in(NEW, "", FILE).query.text == "topic:spyware"
    with pytest.raises(RulesError):
        rule_in(NEW.model_copy(update={"at_most": "often"}), "", FILE)
