"""Entries: the accounting of everything the feeds listed, or of a period, and what waits for a
person; finding an article by its address, and adding one that no feed lists."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, HTTPException, Query
from starlette.responses import RedirectResponse, Response

from core.ledger import accounting, entries, replays
from core.records import ENDS, Entry, State
from desk.days import DaysError
from desk.entries_request import EntriesRequest
from desk.office import PAGE, AtOffice, AtPage, Typed, Words
from wirewatch.adding import add_articles, canonical_addresses, known_at
from wirewatch.presentation.wording import sum_line

router = APIRouter()

REPLAYED = (State.REJECTED, State.QUARANTINED)
"""States that entries can be replayed from on this page; `wirewatch entries replay` has all."""


def entries_request(
    state: State | None = None,
    reason: Words = "",
    first: Annotated[str, Query(alias="from")] = "",
    last: Annotated[str, Query(alias="to")] = "",
) -> EntriesRequest:
    """The entries that an address asks for."""
    return EntriesRequest(state, reason, first=first, last=last)


@router.get("/entries")
def listed(
    office: AtOffice,
    page: AtPage,
    asked: Annotated[EntriesRequest, Depends(entries_request)],
    done: Annotated[int | None, Query(ge=0)] = None,
    address: Typed = "",
) -> Response:
    """How entries ended, how many and why: all, or those of a period; and the entries, latest
    change first. With an address, the article there instead, if it is known."""
    urls = canonical_addresses(address)
    account, found, total = accounting.Accounting(seen=0, states={}), list[Entry](), 0
    wrong_days = None
    with office.house.ledger.read() as tx:
        if known := known_at(tx, address):
            return RedirectResponse(f"/articles/{known.id}", 303)
        try:
            chosen = asked.chosen()
            account = accounting.account(tx, since=chosen["since"], until=chosen["until"])
            total = entries.count(tx, **chosen)
            found = entries.latest(tx, limit=PAGE, offset=page.offset, **chosen)
        except DaysError as wrong:
            wrong_days = wrong
    if elsewhere := page.beyond(total):
        return elsewhere
    return office.page(
        "entries.html",
        "entries",
        422 if wrong_days or (address and not urls) else 200,
        account=account,
        states=(*ENDS, *(one for one in State if one not in ENDS)),
        found=found,
        sum=sum_line(account),
        total=total,
        asked=asked,
        wrong_days=wrong_days,
        page=page,
        replayed=REPLAYED,
        done=done,
        unlisted=urls[0] if urls else None,
        typed=address,
    )


@router.post("/entries/add")
def add(office: AtOffice, address: Annotated[Typed, Form(max_length=5_000)]) -> RedirectResponse:
    """Add an article that no feed lists; the next pass fetches its page."""
    (added,) = add_articles(office.house, [address])
    if added.entry is None:  # the list says what is wrong with it
        return RedirectResponse(f"/entries?{urlencode({'address': address})}", 303)
    return RedirectResponse(f"/articles/{added.entry.id}", 303)


@router.post("/entries/replay")
def replay(
    office: AtOffice,
    state: Annotated[State, Form()],
    reason: Annotated[Typed, Form(max_length=500)] = "",
    first: Annotated[str, Form(alias="from")] = "",
    last: Annotated[str, Form(alias="to")] = "",
) -> RedirectResponse:
    """Process entries of a state again on the next pass: of a period, if one is given, and if their
    reason contains the given one."""
    if state not in REPLAYED:
        raise HTTPException(
            422, f"Only `wirewatch entries replay` can fetch entries again that are {state}."
        )
    house = office.house
    chosen = EntriesRequest(state, reason, first=first, last=last).chosen()
    with house.ledger.write() as tx:
        count = replays.replay(
            tx,
            now=house.now(),
            states=[state],
            reason=chosen["reason"],
            since=chosen["since"],
            until=chosen["until"],
        )
    return RedirectResponse(f"/entries?done={count}", 303)
