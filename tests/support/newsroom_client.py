"""Requests to the sample newsroom over its real sockets, without our own client."""

import http.client
import json
from contextlib import closing
from datetime import datetime
from html import escape
from typing import NamedTuple
from urllib.parse import urlsplit

import feedparser

from demo.faults import FAULTS, Fault
from demo.newsroom import Newsroom


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: bytes


def ask(room: Newsroom, url: str, **headers: str) -> Answer:
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    sent = {"Host": parts.netloc} | {k.replace("_", "-"): v for k, v in headers.items()}
    with closing(http.client.HTTPConnection("127.0.0.1", room.port, timeout=10)) as line:
        line.request("GET", target, headers=sent)
        response = line.getresponse()
        return Answer(response.status, response.headers, response.read())


def site(room: Newsroom, name: str, path: str) -> str:
    return f"http://{name}.localhost:{room.port}{path}"


def at(room: Newsroom, fault: Fault) -> str:
    return f"http://{fault.host}:{room.port}{fault.path}"


def links(document: bytes) -> list[str]:
    if document.startswith(b"{"):
        return [item["url"] for item in json.loads(document)["items"]]
    return [entry.link for entry in feedparser.parse(document).entries if "link" in entry]


def by_link(room: Newsroom) -> dict[str, datetime]:
    return {link: truth.published for truth in room.expected() for link in truth.links}


def heading(text: str) -> str:
    return f">{escape(text)}</h1>"


def named(name: str) -> Fault:
    return next(fault for fault in FAULTS if fault.name == name)
