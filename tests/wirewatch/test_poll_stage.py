"""The poll stage: every feed that is due is asked once, however many go into a batch."""

from __future__ import annotations

import pytest
from loopback import Asked, Reply, loopback

from core.ledger import feeds
from core.settings import load_settings
from wirewatch.house import House
from wirewatch.stages.poll import poll

FEED = (
    b"<rss version='2.0'><channel><title>Well</title><item><title>News</title>"
    b"<link>http://well.localhost/1</link></item></channel></rss>"
)


@pytest.mark.parametrize("batch", [1, 3, 7, 8])
def test_each_feed_is_asked_once(tmp_path, monkeypatch, batch):
    monkeypatch.setattr("wirewatch.stages.poll.POLL_BATCH", batch)
    told = []

    def answer(asked: Asked) -> Reply:
        unchanged = asked.headers["If-None-Match"] == '"1"'
        return Reply(304) if unchanged else Reply(200, FEED, (("ETag", '"1"'),))

    settings = load_settings(tmp_path, allow_hosts="*.localhost", pause=0, poll_every=0, poll_min=0)
    with loopback(answer) as server, House(settings) as house:
        with house.ledger.write() as tx:
            for number in range(7):
                url = server.url("/feed", f"s{number}.localhost")
                assert feeds.add(tx, url, now=house.now())
        assert poll(house, progress=lambda stage, done, _of: told.append((stage, done))) == 7
        assert told[-1] == ("poll", 7)
        assert len(server.log) == 7
        assert poll(house) == 7
        with house.ledger.read() as tx:
            polls = tx.exec_driver_sql("select status, count(*) from polls group by status").all()
        assert sorted(polls) == [(200, 7), (304, 7)]
        assert house.account().seen == 1
