"""Parameters that take names which a home knows, of topics and of rules. Others are refused: they
would find nothing, as if nothing were there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from fastapi import Depends, HTTPException, Query

from core.ledger import alerts
from core.records import SURVEILLANCE
from desk.office import AtOffice, Office, Words


def _topic(
    office: AtOffice,
    topic: Annotated[
        str, Query(description="A topic that an article of the story has, such as `spyware`.")
    ] = "",
) -> str:
    known = (SURVEILLANCE, *office.topics)
    if topic and topic not in known:
        raise _unknown("topic", topic, known)
    return topic


def _rule(
    office: AtOffice,
    rule: Annotated[Words, Query(description="The name of the rule that alerted.")] = "",
) -> str:
    if rule and not is_rule(office, rule):
        raise _unknown("rule", rule, sorted(office.house.rulebook.rules_if_any().rule_names))
    return rule


def is_rule(office: Office, name: str) -> bool:
    """Whether there may be a rule of a name, or there was one and it has alerts."""
    if not office.house.rulebook.rules_if_any().lacks(name):
        return True
    with office.house.ledger.read() as tx:
        return alerts.has_any(tx, name)


KnownTopic = Annotated[str, Depends(_topic)]
"""A topic of the home, or the root topic; empty for any."""

KnownRule = Annotated[str, Depends(_rule)]
"""A rule of the home, or one that was removed and has alerts; empty for any."""


def _unknown(kind: str, name: str, known: Iterable[str]) -> HTTPException:
    listed = ", ".join(known)
    return HTTPException(422, f"{kind}: there is no {name!r}{', only ' if listed else ''}{listed}")
