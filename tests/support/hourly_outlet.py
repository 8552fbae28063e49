"""An outlet with an entry an hour, whose feed may have pages of older ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qsl, urlsplit

from factories import NOON
from loopback import Reply, Request


class Outlet:
    """Brings an entry an hour and lists ten; on hosts named `pages`, ten more on each older page.
    It answers a request of `answers`, by path, as that says."""

    def __init__(self) -> None:
        self.moments = [NOON]
        self.answers: dict[str, Callable[[Request], Reply]] = {"/robots.txt": lambda _: Reply(404)}

    def now(self) -> datetime:
        return self.moments[-1]

    def answer(self, request: Request) -> Reply:
        if request.path in self.answers:
            return self.answers[request.path](request)
        host, page = request.headers["Host"], dict(parse_qsl(urlsplit(request.path).query))
        last = int((self.now() - NOON).total_seconds() // 3_600)
        return Reply(200, self.listing(host, last - 10 * (int(page.get("paged", "1")) - 1)))

    def listing(self, host: str, last: int) -> bytes:
        made = "wordpress.org" if "pages" in host else "by hand"
        items = "".join(
            f"<item><title>{hour}</title><link>http://{host}/{hour}</link>"
            f"<pubDate>{format_datetime(NOON + timedelta(hours=hour))}</pubDate></item>"
            for hour in range(last, last - 10, -1)
        )
        channel = f"<channel><generator>{made}</generator>{items}</channel>"
        return f"<rss version='2.0'>{channel}</rss>".encode()
