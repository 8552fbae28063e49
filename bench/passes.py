"""A whole pass over many simulated feeds, and the memory that it takes.

    python -m bench.passes [--feeds N] [--quiet SHARE] [--every SECONDS] [--known]

Starts its own server in another process: N feeds, each a site of its own (`sNNNNNN.localhost`). In
the first pass each feed lists one new article, so N entries are polled, fetched with their
robots.txt, extracted, tagged, linked, indexed and matched. In the second pass, as in most hours,
most feeds have not changed; `1 - SHARE` of them have one more article. With `--known` the first
articles are only polled and then taken as known, and only the second pass is made. Prints what each
stage took, and this process's memory when a tenth and when all of the stage's work was done: it
must not grow with the number of entries.
"""

from __future__ import annotations

import argparse
import multiprocessing
import multiprocessing.synchronize
import random
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil
from sqlalchemy import update

from bench.serving import address, ok, serving
from core.ledger import feeds
from core.ledger.tables import entries
from core.records import Listed, State
from core.settings import load_settings
from demo.articles import PARAGRAPHS, stock
from demo.environment import drop_settings
from wirewatch.house import House
from wirewatch.pipeline import run_pass
from wirewatch.stages.poll import poll


def feed(host: str, articles: int) -> bytes:
    """The feed of a made-up outlet with this many articles."""
    items = "".join(
        f"<item><title>{_title(host, number)}</title><link>http://{host}/{number}</link></item>"
        for number in range(articles)
    )
    head = f'<?xml version="1.0"?><rss version="2.0"><channel><title>{host}</title>'
    return f"{head}{items}</channel></rss>".encode()


def _title(host: str, number: int) -> str:
    chance = random.Random(f"{host}/{number}")
    return " ".join(chance.sample(" ".join(chance.sample(stock(), 3)).split(), 8))


def page(host: str, number: int) -> bytes:
    """The page of one of its articles, always the same."""
    chance = random.Random(f"{host}/{number}/text")
    body = "".join(f"<p>{each}</p>" for each in chance.sample(stock(), PARAGRAPHS))
    links = "".join(f'<li><a href="/{n}">Another headline, {n}</a></li>' for n in range(40))
    title = _title(host, number)
    return (
        f"<html><head><title>{title}</title></head><body><nav><ul>{links}</ul></nav>"
        f"<main><article><h1>{title}</h1>{body}</article></main><footer>{host}</footer></body></html>"
    ).encode()


def answer(
    second: multiprocessing.synchronize.Event, quiet: float, host: str, path: str, fields: str
) -> bytes:
    """What an outlet answers; in the second pass some have one more article."""
    if path == "/robots.txt":
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    if path != "/feed":
        return ok(page(host, int(path[1:])), "text/html; charset=utf-8")
    grown = second.is_set() and random.Random(host).random() > quiet
    articles = 2 if grown else 1
    tag = f'"{articles}"'
    if f"if-none-match: {tag}" in fields:
        return f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode()
    return ok(feed(host, articles), "application/rss+xml", f"ETag: {tag}\r\n")


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
        self.now = ("", 0)

    def __call__(self, stage: str, done: int, total: int) -> None:  # noqa: ARG002 - a Progress
        """Note how far a stage is."""
        now = time.monotonic()
        known = self.stages.setdefault(stage, Stage(begun=self._last))
        # A stage that works segment by segment starts its count again with each.
        known.done = known.done + 1 if stage in ("extract", "index") else done
        known.ended = self._last = now
        self.now = (stage, known.done)
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


@contextmanager
def showing_memory(watch: Watch, every: float) -> Iterator[None]:
    """Print the memory of this process and its workers, every so many seconds of the block.

    Only the largest worker is shown, since the workers share most of their memory.
    """
    ended = threading.Event()
    thread = threading.Thread(target=_show_memory, args=(watch, every, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _show_memory(watch: Watch, every: float, ended: threading.Event) -> None:
    begun, own = time.monotonic(), psutil.Process()
    peak = 0
    while not ended.wait(every):
        held = own.memory_info().rss
        peak = max(peak, held)
        largest = max((_resident(one) for one in own.children(recursive=True)), default=0)
        stage, done = watch.now
        print(
            f"{time.monotonic() - begun:>7,.0f} s  {stage:8}{done:>9,}  "
            f"{held >> 20:>6,} MB (peak {peak >> 20:,}), a worker {largest >> 20:,}",
            flush=True,
        )


def _resident(process: psutil.Process) -> int:
    try:
        # The server is a child process as well, but not part of what is measured.
        ours = not any("spawn_main" in part for part in process.cmdline())
        return process.memory_info().rss if ours else 0
    except psutil.NoSuchProcess:
        return 0


def measure(number: int, quiet: float, every: float, *, known: bool) -> None:
    """Make both passes, or only the second if `known`, and print what they took."""
    second = multiprocessing.get_context("spawn").Event()
    with (
        serving(partial(answer, second, quiet)) as port,
        tempfile.TemporaryDirectory() as folder,
    ):
        (Path(folder) / "rules.toml").write_text("")
        settings = load_settings(Path(folder), allow_hosts="*.localhost", poll_every=0, poll_min=0)
        with House(settings) as house:
            with house.ledger.write() as tx:
                listed = [Listed(url=address(one, port)) for one in range(number)]
                feeds.add_all(tx, listed, house.now())
            titles = ["First pass: every feed has an article", "Second pass: few have"]
            if known:
                begun = time.monotonic()
                poll(house)
                with house.ledger.write() as tx:
                    tx.execute(update(entries).values(state=State.REJECTED, reason="known before"))
                took = time.monotonic() - begun
                print(f"{number:,} feeds polled first, {took:,.0f} s", flush=True)
                second.set()
                del titles[0]
            for title in titles:
                watch = Watch(number)
                begun = time.monotonic()
                with showing_memory(watch, every):
                    run_pass(house, watch)
                took = time.monotonic() - begun
                watch.report(f"\n{title}; {number:,} feeds, {took:,.0f} s in all")
                print(house.account().model_dump_json(), flush=True)
                second.set()


def main() -> None:
    """Read the command line, and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--feeds", type=int, default=2_000, help="how many (default: 2000)")
    parser.add_argument("--quiet", type=float, default=0.95, help="share without news in pass two")
    parser.add_argument("--known", action="store_true", help="the first pass but polls")
    parser.add_argument("--every", type=float, default=15, help="seconds between two looks")
    options = parser.parse_args()
    drop_settings()
    measure(options.feeds, options.quiet, options.every, known=options.known)


if __name__ == "__main__":
    main()
