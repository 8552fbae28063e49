"""Addresses for scripts refuse parameters that they do not have: one that ignored a mistyped filter
would answer something else than what was asked."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import get_origin

from fastapi import Depends, HTTPException, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute


def _refuse_others(request: Request) -> None:
    route: APIRoute = request.scope["route"]
    known = dict(_parameters(route.dependant))
    for name in request.query_params:
        if name not in known:
            raise HTTPException(422, f"{name}: {_no_such(name, list(known))}")
        if not known[name] and len(request.query_params.getlist(name)) > 1:
            raise HTTPException(422, f"{name}: it is given more than once")


OWN_PARAMETERS_ONLY = Depends(_refuse_others)
"""For routes: 422 if a request has another parameter than the route's, or has one twice of which
only the last would count. Comes before what is wrong with values."""


def _no_such(name: str, known: list[str]) -> str:
    if not known:
        return "this address has no parameters"
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"this address has no such parameter, only {', '.join(known)}{hint}"


def _parameters(dependant: Dependant) -> Iterator[tuple[str, bool]]:
    """The query parameters of a route, and of what it depends on; whether each may be repeated."""
    for one in dependant.query_params:
        yield one.alias, get_origin(one.field_info.annotation) is list
    for part in dependant.dependencies:
        yield from _parameters(part)
