"""Entries: the accounting of everything the feeds listed, and what waits for a person; finding an
article by its address, and adding one that no feed lists."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Query
from starlette.responses import RedirectResponse, Response

from core.ledger import accounting, entries, replays
from core.records import ENDS, State
from desk.office import PAGE, AtOffice, AtPage, Typed, Words
from wirewatch.adding import add_articles, canonical_addresses, known_at
from wirewatch.presentation.wording import sum_line

router = APIRouter()

REPLAYED = (State.REJECTED, State.QUARANTINED)
"""States that entries can be replayed from on this page; `wirewatch entries replay` has all."""


@router.get("/entries")
def listed(
    office: AtOffice,
    page: AtPage,
    state: State | None = None,
    reason: Words = "",
    done: Annotated[int | None, Query(ge=0)] = None,
    address: Typed = "",
) -> Response:
    """How entries ended, how many and why; and the entries, latest change first. With an address,
    the article there instead, if it is known."""
    urls = canonical_addresses(address)
    with office.house.ledger.read() as tx:
        if known := known_at(tx, address):
            return RedirectResponse(f"/articles/{known.id}", 303)
        account = accounting.account(tx)
        total = entries.count(tx, state=state, reason=reason or None)
        found = entries.latest(
            tx, state=state, reason=reason or None, limit=PAGE, offset=page.offset
        )
    if elsewhere := page.beyond(total):
        return elsewhere
    return office.page(
        "entries.html",
        "entries",
        422 if address and not urls else 200,
        account=account,
        states=(*ENDS, *(one for one in State if one not in ENDS)),
        found=found,
        sum=sum_line(account),
        total=total,
        state=state,
        reason=reason,
        page=page,
        replayed=REPLAYED,
        done=done,
        asked=urls[0] if urls else None,
        typed=address,
    )


@router.post("/entries/add")
def add(office: AtOffice, page: AtPage, address: Annotated[Typed, Form()]) -> Response:
    """Add an article that no feed lists; the next pass fetches its page."""
    (added,) = add_articles(office.house, [address])
    if added.entry is None:
        return listed(office, page, address=address)
    return RedirectResponse(f"/articles/{added.entry.id}", 303)


@router.post("/entries/replay")
def replay(
    office: AtOffice,
    state: Annotated[State, Form()],
    reason: Annotated[Typed, Form(max_length=500)] = "",
) -> RedirectResponse:
    """Process entries of a state again on the next pass, if their reason contains the given one."""
    if state not in REPLAYED:
        raise HTTPException(
            422, f"Only `wirewatch entries replay` can fetch entries again that are {state}."
        )
    house = office.house
    with house.ledger.write() as tx:
        count = replays.replay(tx, now=house.now(), states=[state], reason=reason or None)
    return RedirectResponse(f"/entries?done={count}", 303)
