"""A whole pass over many simulated feeds, and the memory that it takes on its way.

    python -m bench.passes [--feeds N] [--quiet SHARE]

Starts a server of its own in another process: N feeds, each a site of its own
(`sNNNNNN.localhost`). In the first pass each of them lists one article that nobody has seen, so N
entries are polled, fetched with their robots.txt, extracted, tagged, linked, indexed and matched.
In the second pass, as in most hours, nothing has changed, but for `1 - SHARE` of the feeds, which
have one more article. Prints what each stage took, and the memory of this process when a tenth
and when all of the stage's work was done: it must not grow with the number of entries.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import multiprocessing.synchronize
import random
import tempfile
import time
from dataclasses import dataclass
from functools import cache, partial
from multiprocessing.connection import Connection
from pathlib import Path

import psutil

from core.ledger import feeds
from core.settings import load_settings
from demo.outlets import outlets
from wirewatch.house import House
from wirewatch.pipeline import run_pass

PARAGRAPHS = 8
"""Of an article: some 500 words, as news has."""


@cache
def _stock() -> tuple[str, ...]:
    """Paragraphs of the sample newsroom's articles in English, to make others of."""
    english = [outlet for outlet in outlets() if outlet.language == "en"]
    return tuple(
        dict.fromkeys(
            paragraph
            for outlet in english
            for piece in outlet.published(3)
            for paragraph in piece.version(3).body
        )
    )


def _feed(host: str, articles: int) -> bytes:
    items = "".join(
        f"<item><title>{_title(host, number)}</title><link>http://{host}/{number}</link></item>"
        for number in range(articles)
    )
    head = f'<?xml version="1.0"?><rss version="2.0"><channel><title>{host}</title>'
    return f"{head}{items}</channel></rss>".encode()


def _title(host: str, number: int) -> str:
    chance = random.Random(f"{host}/{number}")
    return " ".join(chance.sample(" ".join(chance.sample(_stock(), 3)).split(), 8))


def _page(host: str, number: int) -> bytes:
    chance = random.Random(f"{host}/{number}/text")
    body = "".join(f"<p>{each}</p>" for each in chance.sample(_stock(), PARAGRAPHS))
    links = "".join(f'<li><a href="/{n}">Another headline, {n}</a></li>' for n in range(40))
    title = _title(host, number)
    return (
        f"<html><head><title>{title}</title></head><body><nav><ul>{links}</ul></nav>"
        f"<main><article><h1>{title}</h1>{body}</article></main><footer>{host}</footer></body></html>"
    ).encode()


class Outlet(asyncio.Protocol):
    """Serves every host's feed and articles; in the second pass some have one article more."""

    def __init__(self, quiet: float, second: multiprocessing.synchronize.Event) -> None:
        self._quiet = quiet
        self._second = second
        self._came = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client is there."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Part of a request, or all of it."""
        self._came += data
        if not self._came.endswith(b"\r\n\r\n"):
            return
        asked, self._came = self._came.decode(), b""
        path = asked.split(" ", 2)[1]
        fields = asked.lower()
        host = fields.partition("\r\nhost: ")[2].partition("\r\n")[0]
        grown = self._second.is_set() and random.Random(host).random() > self._quiet
        self._transport.write(_answer(host, path, fields, articles=2 if grown else 1))


def _answer(host: str, path: str, fields: str, *, articles: int) -> bytes:
    tag = f'"{articles}"'
    if path == "/feed":
        if f"if-none-match: {tag}" in fields:
            return f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode()
        return _ok(_feed(host, articles), "application/rss+xml", f"ETag: {tag}\r\n")
    if path == "/robots.txt":
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    return _ok(_page(host, int(path[1:])), "text/html; charset=utf-8")


def _ok(body: bytes, kind: str, more: str = "") -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{more}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def serve(port: Connection, quiet: float, second: multiprocessing.synchronize.Event) -> None:
    """Run the server, and say at which port, until the process is ended."""

    async def run() -> None:
        loop = asyncio.get_running_loop()
        made = partial(Outlet, quiet, second)
        server = await loop.create_server(made, "127.0.0.1", 0, backlog=1024)
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


@dataclass
class Stage:
    """What one stage of a pass took; memory in bytes."""

    begun: float
    done: int = 0
    ended: float = 0.0
    early: int = 0
    late: int = 0


class Watch:
    """A pass's progress, with the time and this process's memory at each step."""

    def __init__(self, of: int) -> None:
        self._of = of
        self._process = psutil.Process()
        self._last = time.monotonic()
        self.stages: dict[str, Stage] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:  # noqa: ARG002 - a Progress
        """Note how far a stage is."""
        now = time.monotonic()
        known = self.stages.setdefault(stage, Stage(begun=self._last))
        # A stage that works segment by segment begins to count anew with each.
        known.done = known.done + 1 if stage in ("extract", "index") else done
        known.ended = self._last = now
        if known.done % 500 == 0 or not known.late:
            known.late = self._process.memory_info().rss
            if known.done <= max(self._of // 10, 1):
                known.early = known.late

    def report(self, title: str) -> None:
        """Print what each stage took."""
        print(title)
        print("stage     steps     seconds  a second  MB early  MB late")
        for name, stage in self.stages.items():
            seconds = max(stage.ended - stage.begun, 1e-9)
            print(
                f"{name:8}{stage.done:>8,}{seconds:>12,.1f}{stage.done / seconds:>10,.0f}"
                f"{stage.early / 2**20:>10,.0f}{stage.late / 2**20:>9,.0f}"
            )


def measure(number: int, quiet: float) -> None:
    """Make both passes, and print what they took."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    second = context.Event()
    server = context.Process(target=serve, args=(theirs, quiet, second), daemon=True)
    server.start()
    port = ours.recv()
    try:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "rules.toml").write_text("")
            settings = load_settings(
                Path(folder), allow_hosts="*.localhost", poll_every=0, poll_min=0
            )
            with House(settings) as house:
                with house.ledger.write() as tx:
                    for one in range(number):
                        feeds.add(tx, f"http://s{one:06}.localhost:{port}/feed", now=house.now())
                for title in ("First pass: every feed has an article", "Second pass: few have"):
                    watch = Watch(number)
                    begun = time.monotonic()
                    accounting = run_pass(house, watch)
                    took = time.monotonic() - begun
                    watch.report(f"\n{title}; {number:,} feeds, {took:,.0f} s in all")
                    print(accounting.model_dump_json())
                    second.set()
    finally:
        server.terminate()
        server.join()


def main() -> None:
    """Read the command line, and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--feeds", type=int, default=2_000, help="how many; 2000 unless told")
    parser.add_argument("--quiet", type=float, default=0.95, help="share without news in pass two")
    asked = parser.parse_args()
    measure(asked.feeds, asked.quiet)


if __name__ == "__main__":
    main()
