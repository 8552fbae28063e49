"""Articles that a person adds by address, from the command to the index."""

from __future__ import annotations

from pathlib import Path

from terminal import Wirewatch, lines

from demo.newsroom import Newsroom


def test_an_added_article_is_read_tagged_and_alerted(
    wirewatch: Wirewatch, newsroom: Newsroom, home: Path, tmp_path: Path
) -> None:
    (home / "rules.toml").write_text('[[rule]]\nname = "r"\nquery = "topic:surveillance"\n')
    url = next(
        one.url
        for one in newsroom.expected(1)
        if one.url.endswith("valdorian-agency-said-to-have-intercepted-maravian-calls")
    )
    listed = tmp_path / "list.txt"
    listed.write_text(f"# from a tip\n\n{url}\n")
    assert "the next pass fetches it" in wirewatch("entries", "add", "--file", str(listed)).stdout
    (entry,) = lines(wirewatch("entries", "--json"))
    shown = wirewatch("show", str(entry["id"])).stdout
    assert "Untitled" not in shown
    assert shown.count(url) == 1
    wirewatch("run")
    (entry,) = lines(wirewatch("entries", "--json"))
    assert (entry["url"], entry["feeds"], entry["state"]) == (url, [], "indexed")
    (alert,) = lines(wirewatch("alerts", "--json"))
    assert "62 million" in str(alert["headline"])
    shown = wirewatch("show", str(entry["id"])).stdout
    assert "added by a person" in shown
    assert "none on the list" in shown
    again = wirewatch("entries", "add", url).stdout
    assert f"already here, indexed: wirewatch show {str(entry['id'])[:12]}" in again


def test_what_is_no_address_is_named_and_the_rest_is_added(wirewatch: Wirewatch) -> None:
    long = f"https://a.example/{'x' * 3_000}"
    none = "ftp://x.example/1", "mailto:joe@a.example", "joe@a.example", "a.example/\x1b[2J", "joe"
    ran = wirewatch("entries", "add", *none, "a.example/2", long, exit_code=2)
    for one in none:
        # What is in a list does not tell the terminal what to do.
        shown = one.replace("\x1b", "\ufffd")
        assert f"{shown}: left out" in ran.stdout
    assert "6 addresses left out" in ran.stderr
    (entry,) = lines(wirewatch("entries", "--json"))
    assert entry["url"] == "https://a.example/2"
    assert "nothing to add" in wirewatch("entries", "add", exit_code=2).stderr


def test_an_address_without_a_scheme_is_looked_up_by_https_and_by_http(
    wirewatch: Wirewatch,
) -> None:
    wirewatch("entries", "add", "http://a.example/1", "https://a.example/2", "http://a.example/2")
    said = wirewatch("entries", "add", "a.example/1", "a.example/2", "a.example/3").stdout
    known = {
        str(entry["url"]): str(entry["id"])[:12] for entry in lines(wirewatch("entries", "--json"))
    }
    assert f"a.example/1: already here, found: wirewatch show {known['http://a.example/1']}" in said
    assert (
        f"a.example/2: already here, found: wirewatch show {known['https://a.example/2']}" in said
    )
    assert known.keys() - {"https://a.example/3"} == {
        "http://a.example/1",
        "https://a.example/2",
        "http://a.example/2",
    }
    assert "http://a.example/1" in wirewatch("show", "a.example/1").stdout
    none = " ".join(wirewatch("show", "a.example/9", exit_code=2).stderr.replace("│", "").split())
    assert "there is no entry for https://a.example/9 or http://a.example/9" in none


def test_adding_nothing_makes_no_home(wirewatch: Wirewatch, tmp_path: Path) -> None:
    wirewatch("entries", "add", "nonsense", exit_code=2)
    assert not (tmp_path / "home").exists()
