"""`wirewatch tag` explains; `wirewatch train` learns, refuses and undoes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from terminal import Wirewatch, lines

STORY = "Police put spyware on reporters' phones\nNo court had been asked, a paper says.\n"

WANTED = {
    "title": "Turnstile project stays",
    "text": "The turnstile project counts who comes to the library, and when.",
    "label": "positive",
}


def _write(path: Path, rows: list[dict[str, str]]) -> str:
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return str(path)


def test_tag_explains_the_score_of_a_file(wirewatch: Wirewatch, tmp_path: Path) -> None:
    file = tmp_path / "story.txt"
    file.write_text(STORY, "utf-8")
    said = wirewatch("tag", str(file)).stdout
    assert "a story about surveillance" in said
    assert "the encoder, in context" in said
    assert "its likeness to stories" in said
    # The reasons come before what the score is made of.
    assert said.index("spyware on reporters' phones (") < said.index("part of the score")
    assert "-0.00" not in said


def test_byte_order_mark_is_not_part_of_the_title(wirewatch: Wirewatch, tmp_path: Path) -> None:
    plain, marked = tmp_path / "plain.txt", tmp_path / "marked.txt"
    plain.write_text(STORY, "utf-8")
    marked.write_text(STORY, "utf-8-sig")
    said = wirewatch("tag", str(plain)).stdout
    assert wirewatch("tag", str(marked)).stdout == said
    piped = subprocess.run(
        [sys.executable, "-m", "wirewatch", "--home", str(tmp_path), "tag", "-"],
        input=marked.read_bytes(),
        capture_output=True,
        check=True,
    )
    assert "\ufeff" not in piped.stdout.decode("utf-8")


def test_tag_reads_a_page_that_is_not_about_surveillance(
    wirewatch: Wirewatch, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    body = "<p>Families queued for the first swim of the season on Monday morning.</p>" * 5
    page.write_text(f"<html><title>Pool opens</title><article>{body}</article></html>", "utf-8")
    assert "not about surveillance" in wirewatch("tag", str(page)).stdout


def test_a_language_that_is_not_tagged_is_named(wirewatch: Wirewatch, tmp_path: Path) -> None:
    file = tmp_path / "story.txt"
    file.write_text("Policja podsłuchiwała dziennikarzy przez lata, podała gazeta", "utf-8")
    said = " ".join(wirewatch("tag", str(file)).stdout.split())
    assert "its language seems to be pl, and only en, de, fr, es, it, pt, nl are tagged" in said


def test_wrong_usage_of_tag_is_reported(wirewatch: Wirewatch, tmp_path: Path) -> None:
    assert "either a FILE" in wirewatch("tag", exit_code=2).stderr
    latin = tmp_path / "latin.txt"
    latin.write_bytes("Überwachung".encode("latin-1"))
    assert "not UTF-8" in wirewatch("tag", str(latin), exit_code=2).stderr
    latin.write_bytes(b"\x89PNG\0\0")
    assert "not UTF-8" in wirewatch("tag", str(latin), exit_code=2).stderr
    latin.write_bytes("Police".encode("utf-16-le"))
    assert "not UTF-8" in wirewatch("tag", str(latin), exit_code=2).stderr
    latin.write_bytes(b" \n")
    assert "is empty" in wirewatch("tag", str(latin), exit_code=2).stderr
    page = tmp_path / "page.html"
    page.write_text("<html></html>", "utf-8")
    assert "no article" in wirewatch("tag", str(page), exit_code=2).stderr


@pytest.mark.usefixtures("home")
def test_corrections_are_learnt_and_can_be_undone(wirewatch: Wirewatch, tmp_path: Path) -> None:
    rows = _write(tmp_path / "rows.jsonl", [{"id": "a", **WANTED}])

    def score() -> float:
        return float(str(lines(wirewatch("tag", "--jsonl", rows))[0]["score"]))

    before = score()
    assert "corrections in use: none" in wirewatch("train").stdout
    corrections = _write(tmp_path / "corrections.jsonl", [WANTED])
    said = wirewatch("train", "--with", corrections).stdout
    assert "right on 0 of 1 correction before, 1 after" in said
    assert "`wirewatch retag` what is already here" in " ".join(said.split())
    assert "0001.json" in wirewatch("train").stdout
    assert score() >= 0.5 > before
    undone = " ".join(wirewatch("train", "--back").stdout.split())
    assert "now in use: the tagger as shipped. The next pass tags by it what is new" in undone
    assert "`wirewatch retag` what is already here" in undone
    assert score() == before
    assert "to undo" in wirewatch("train", "--back", exit_code=2).stderr


@pytest.mark.usefixtures("home")
def test_mistake_in_corrections_is_named(wirewatch: Wirewatch, tmp_path: Path) -> None:
    corrections = _write(tmp_path / "corrections.jsonl", [WANTED, {"title": "", "label": "no"}])
    assert "line 2" in wirewatch("train", "--with", corrections, exit_code=1).stderr


def test_tag_lists_mentions_including_the_homes_own_names(
    wirewatch: Wirewatch, home: Path, tmp_path: Path
) -> None:
    own = 'names = [{ name = "Lantern", kind = "programme", uri = "https://lantern.example/" }]'
    (home / "names.toml").write_text(own)
    (tmp_path / "in.jsonl").write_text(
        '{"id": "1", "title": "Lantern", "text": "Cameras in Leeds"}'
    )
    (told,) = lines(wirewatch("tag", "--jsonl", "in.jsonl"))
    lantern, leeds = told["mentions"]
    assert lantern == {
        "name": "Lantern",
        "kind": "programme",
        "field": "title",
        "start": 0,
        "end": 7,
        "uri": "https://lantern.example/",
    }
    assert (leeds["field"], leeds["start"], leeds["end"], leeds["country"]) == (
        "text",
        11,
        16,
        "GB",
    )


def test_tag_lists_statements_only_on_topic(wirewatch: Wirewatch, tmp_path: Path) -> None:
    denied = "The interior ministry denied it."
    on = "Police used spyware and a phone interception system to spy on journalists. " + denied
    rows = [{"id": "on", "title": "Spyware on phones", "text": on}]
    rows += [{"id": "off", "title": "A new pier", "text": denied}]
    (tmp_path / "in.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    tagged, untagged = lines(wirewatch("tag", "--jsonl", "in.jsonl"))
    (one,) = tagged["statements"]
    assert (one["kind"], one["speaker"], one["phrase"]) == ("denial", "interior ministry", denied)
    assert untagged["statements"] == []
