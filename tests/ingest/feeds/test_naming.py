"""The outlet's name in the title of its feed, and labels as typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.feeds.naming import labels_typed, outlet_named


@pytest.mark.parametrize(
    ("title", "site", "name"),
    [
        ("Technology | Harbour Post", "harbourpost.example", "Harbour Post"),
        ("The Harbour Post - World", "harbourpost.example", "The Harbour Post"),
        (
            "harbourpost.example \u2013 RSS \u2013 Latest",
            "harbourpost.example",
            "harbourpost.example",
        ),
        ("HPT > World", "hptimes.example", "HPT"),
        ("Harbour Post: Courts", "harbourpost.example", "Harbour Post"),
        ("Tech - TechQuay", "techquay.example", "TechQuay"),
        # Addresses have no accents, and German ones spell umlauts.
        ("À la une - L'Écho du Port", "lechoduport.example", "L'Écho du Port"),
        ("Política | El País", "elpais.example", "El País"),
        ("Süddeutsche Zeitung - Politik", "sueddeutsche.example", "Süddeutsche Zeitung"),
        ("Economía - La Vigüela", "laviguela.example", "La Vigüela"),
        ("Post: Courts", "theposttoday.example", "Post"),
        # No part has the site's name, but one a word of it.
        ("News \u2013 Harbour Daily News", "hdailynews.example", "News \u2013 Harbour Daily News"),
        # No part has the site's name: another feed of the outlet may be called otherwise.
        ("World | Mail", "harbourpost.example", "World | Mail"),
        ("Deep Water", "harbourpost.example", "Deep Water"),
        # A hyphen within a word parts nothing.
        ("Harbour-Post news", "post.example", "Harbour-Post news"),
        ("On | Off", "onquay.example", "On | Off"),
        ("", "harbourpost.example", ""),
    ],
)
def test_outlet_is_the_part_of_a_title_that_has_the_sites_name(title, site, name):
    assert outlet_named(title, f"https://{site}/rss") == name


@given(st.text("ab -|:>.é"), st.sampled_from(["ab.example", "aab.example", "b.localhost"]))
def test_name_is_part_of_the_title_and_its_own_name(title, site):
    url = f"https://{site}/rss"
    name = outlet_named(title, url)
    assert name in title
    assert outlet_named(name, url) == name


def test_spaces_and_empty_parts_do_not_keep_a_label_out_of_its_folder() -> None:
    typed = ["Press / Local", "/Press//Local/", " TCP/IP \n", "/", "", "and or"]
    assert labels_typed(typed) == ("Press/Local", "TCP/IP", "and or")
