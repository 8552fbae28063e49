"""Digests: what each would say if it were sent now."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import HTMLResponse

from alert.markup import as_html
from alert.schedule import next_due
from alert.wording import of_digest
from desk.office import AtOffice, Words
from wirewatch.stages.deliver import preview_digest

router = APIRouter()


@router.get("/digest")
def one(request: Request, office: AtOffice, name: Words) -> HTMLResponse:
    """What a digest has gathered since it was last sent. Nothing is sent."""
    house = office.house
    plan = house.rulebook.rules().digest(name)
    if plan is None:
        raise HTTPException(404, f"There is no digest {name!r}.")
    gathered = preview_digest(house, plan)
    # Its stories lead to this desk, even if no message says where it is.
    here = house.settings.desk_url or f"{request.base_url}".rstrip("/")
    message = None if gathered is None else of_digest(gathered, here)
    return office.page(
        "digest.html",
        "rules",
        plan=plan,
        due=next_due(plan.schedule, house.now()),
        subject=message and message.subject,
        body=message and as_html(message.body),
    )
