"""Alerts: what was told, why, and where it was delivered; and the health of the channels."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, HTTPException
from starlette.responses import RedirectResponse, Response

from alert.channels import Channel, Terminal
from alert.markup import as_html
from alert.targets import without_channel
from alert.wording import of_alert
from core.ledger import alerts, held_alerts, stories
from desk.known import KnownRule
from desk.office import PAGE, AtOffice, AtPage, Typed
from wirewatch.presentation.channels import standings
from wirewatch.presentation.wording import why_held

router = APIRouter()


@router.get("/alerts")
def listed(office: AtOffice, page: AtPage, rule: KnownRule, done: str = "") -> Response:
    """The alerts, newest first, as they were sent."""
    rules = office.house.rulebook.rules_if_any()
    with office.house.ledger.read() as tx:
        told = list(alerts.listed(tx, rule=rule or None, last=PAGE, before=page.offset))
        total = alerts.count(tx, rule=rule or None)
        held = held_alerts.listed(tx, rule=rule or None)
        channels = standings(tx, rules)
        present = stories.by_id(tx, {alert.story for alert, _ in told})
    if elsewhere := page.beyond(total):
        return elsewhere
    return office.page(
        "alerts.html",
        "alerts",
        told=[(alert, as_html(of_alert(alert).body), sent) for alert, sent in reversed(told)],
        present=present,
        total=total,
        held=held,
        why_held=lambda rule: why_held(rule, rules),
        has_removed=any(rules.lacks(one.alert.rule) for one in held),
        mistakes=[one.error for one in rules.mistakes],
        rule=rule,
        is_rule=rule in rules.rule_names,
        rules=[one.name for one in rules.rules],
        channels=channels,
        shown=_shown,
        page=page,
        done=done,
    )


@router.post("/alerts/resend")
def resend(
    office: AtOffice,
    key: Annotated[Typed, Form(max_length=64)],
    rule: Annotated[Typed, Form()] = "",
    page: Annotated[int, Form()] = 1,
) -> RedirectResponse:
    """Have an alert delivered again on the next pass."""
    with office.house.ledger.write() as tx:
        if alerts.find(tx, key) != [key]:
            raise HTTPException(404, "There is no alert with this key.")
        is_left = alerts.is_left(tx, key)
        again = alerts.resend(tx, key, office.house.now()) if is_left else []
    done = "resent" if again else "nowhere" if is_left else "erased"
    rules = office.house.rulebook.rules_if_any()
    # Why a channel cannot be used, the page says.
    gone = [one for one in without_channel(rules.channels, again) if not rules.why_unusable(one)]
    if again and gone == again:
        done = "removed"
    back = {"rule": rule, "page": page, "done": done}
    return RedirectResponse(f"/alerts?{urlencode(back)}", 303)


def _shown(channel: Channel | None) -> str:
    """A channel's destination, without its secrets."""
    if channel is None:
        return ""
    return "printed by the pass" if isinstance(channel, Terminal) else channel.shown
