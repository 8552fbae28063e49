"""Sites: which addresses belong together, and which slot and shard they fall into."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sites import SLOTS, is_shared, site_of, slot_of, slots_of_shard


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.news.example.com/a", "example.com"),
        ("https://feeds.bbci.co.uk/news/rss.xml", "bbci.co.uk"),
        ("https://EXAMPLE.com./", "example.com"),
        ("http://harbour.localhost:8800/rss", "harbour.localhost"),
        ("http://www.harbour.localhost/rss", "harbour.localhost"),
        ("http://localhost/rss", "localhost"),
        ("http://192.0.2.7:8000/", "192.0.2.7"),
        ("http://[2001:db8::1]/", "2001:db8::1"),
        ("http://intranet/rss", "intranet"),
        ("http://co.uk/", "co.uk"),
        ("https://www.some.blogspot.com/feeds/posts", "some.blogspot.com"),
        ("https://other.github.io/feed.xml", "other.github.io"),
        ("https://blogspot.com/", "blogspot.com"),
        ("https://some.wordpress.com/feed", "wordpress.com"),
        ("mailto:a@b.example", ""),
    ],
)
def test_the_site_of_an_address(url, site):
    assert site_of(url) == site


def test_slots_are_the_same_on_every_machine():
    assert [slot_of(site) for site in ("example.com", "example.org")] == [54, 52]


@given(st.text())
def test_every_site_has_a_slot(site):
    assert slot_of(site) in range(SLOTS)


@given(st.integers(1, SLOTS))
def test_every_slot_belongs_to_exactly_one_shard(shards):
    taken = [slot for shard in range(shards) for slot in slots_of_shard(shard, shards)]
    assert sorted(taken) == list(range(SLOTS))
    assert all(slots_of_shard(shard, shards) for shard in range(shards))


@pytest.mark.parametrize(
    ("site", "shared"),
    [("blogspot.com", True), ("co.uk", True), ("example.com", False), ("a.blogspot.com", False)],
)
def test_a_shared_domain_is_no_ones_site(site, shared):
    assert is_shared(site) is shared
