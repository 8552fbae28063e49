"""Training on made-up rows: reproducible files, honest folds and clear errors."""

import json
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from enrich.meanings import COMMON_WIDTH, MEANING_WIDTH
from enrich.own_words import outcome
from enrich.senses import Senses
from enrich.tagging.encoder import CachingEncoder
from enrich.tagging.likeness import FOREIGN_FILE, LIKENESS_FILE, Likeness, Likenesses
from enrich.tagging.tagger import Tagger
from enrich.tagging.weights import MODEL_FILE, Model
from enrich.train.__main__ import CARD, main
from enrich.train.fit import (
    CLOSED_GATE,
    ENCODER_SHARE,
    GLANCE_WEIGHT,
    LIKENESS_WEIGHT,
    POLYGLOT_SHARE,
    EncoderOutputs,
    GateMasks,
    LogOdds,
    fit_gate,
)
from enrich.train.likeness import FAR_FROM_ALL, fit_likeness
from enrich.train.measure import Scores, measure_months
from enrich.train.rows import (
    EXAMPLE,
    DataError,
    Fold,
    Row,
    examples,
    foreign_examples,
    load_all,
    make_folds,
    month_split,
)
from enrich.train.topics import Stories, learn, measure

_PLACES = ("Oslo", "Lyon", "Graz", "Porto", "Siena", "Delft", "Cork", "Turku", "Bern", "Malmo")


def _rows() -> list[dict[str, str]]:
    kinds = (
        ("positive", "keyword", "Police in {} spied on reporters", "The spyware was on phones."),
        ("positive", "no_keyword", "Bosses in {} watch staff", "Keystrokes of workers counted."),
        ("hard_negative", "keyword", "Spy film opens in {}", "The thriller stars two agents."),
        ("negative", "random", "Pool opens in {}", "Families swam all day."),
        ("negative", "random", "Bakery of {} wins prize", "Bread and cakes for all."),
        ("positive", "full_text", "Wiretaps in {} unlawful", "The court struck them down. " * 30),
        ("borderline", "keyword", "Digital id in {}", "A card."),
    )
    return [
        {
            "id": f"{place}-{number}",
            "title": title.format(place),
            "text": text,
            "label": label,
            "origin": origin,
        }
        for place in _PLACES
        for number, (label, origin, title, text) in enumerate(kinds)
    ]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, _rows())), "utf-8")
    return path


def test_likeness_separates_labels_and_puts_borderline_between() -> None:
    labels = ["positive", "hard_negative", "borderline"] * 3
    rows = [Row(str(place), "", "", label, "keyword") for place, label in enumerate(labels)]
    # Three kinds, each with its own direction, and no two rows at the same point.
    points = np.eye(3, 64, dtype=np.float32)[[0, 1, 2] * 3] * np.float32(0.6)
    points[:, 3:6] += np.repeat(np.eye(3, dtype=np.float32), 3, axis=0) * np.float32(0.1)
    likeness = fit_likeness(rows, points)

    story, look_alike, doubt, far = (
        likeness.score(point) for point in (*points[:3], np.full(64, 0.6, np.float32))
    )
    assert story > 0.5
    assert look_alike < -0.8
    assert look_alike < doubt < story
    assert far == pytest.approx(FAR_FROM_ALL, abs=0.01)


def test_training_twice_gives_the_same_files(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = examples()[::30]  # the encoder takes a minute for all of them
    monkeypatch.setattr("enrich.train.rows.examples", lambda: some)
    foreign = foreign_examples()[::50]
    monkeypatch.setattr("enrich.train.__main__.foreign_examples", lambda: foreign)
    monkeypatch.setattr("enrich.train.topics.FOLDS", 2)  # with five, 72 fits a topic instead of 18
    monkeypatch.setattr(
        "enrich.train.__main__.outcome",
        lambda code, labelled, is_tagged: outcome(code, labelled[::40], is_tagged),
    )
    encoder = CachingEncoder()  # shared: that another reads the same is said in test_tagger.py
    monkeypatch.setattr("enrich.train.__main__.CachingEncoder", lambda: encoder)
    for name in ("first", "second"):
        main(["--data", str(data), "--out", str(tmp_path / name)])
    for name in (MODEL_FILE, LIKENESS_FILE, FOREIGN_FILE, CARD.name):
        first, second = (tmp_path / run / name for run in ("first", "second"))
        assert first.read_bytes() == second.read_bytes()
    tagger = Tagger(
        Model.parse((tmp_path / "first" / MODEL_FILE).read_bytes()),
        Senses.load(),
        encoder,
        likenesses=Likenesses(
            *(
                Likeness.parse((tmp_path / "first" / name).read_bytes())
                for name in (LIKENESS_FILE, FOREIGN_FILE)
            )
        ),
    )
    assert tagger.tag("Police in Gent spied on reporters", "The spyware was on phones.").tags
    assert not tagger.tag("Pool opens in Gent", "Families swam all day.").tags


def test_missing_data_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"^error: .*none\.jsonl does not exist"):
        main(["--data", str(tmp_path / "none.jsonl"), "--out", str(tmp_path)])
    assert not (tmp_path / MODEL_FILE).exists()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 1"),
        ('{"id": "a"}', "line 1"),
        (
            '{"id": "a", "title": "", "text": "", "label": "yes", "origin": "random"}',
            "unknown label 'yes'",
        ),
        (
            '{"id": "a", "title": "", "text": "", "label": "negative", "origin": "random"}',
            "no positive row",
        ),
    ],
)
def test_broken_data_is_a_clear_error(line: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(line, "utf-8")
    with pytest.raises(SystemExit, match=f"^error: .*{message}"):
        main(["--data", str(path), "--out", str(tmp_path)])


def test_a_story_stays_in_one_fold() -> None:
    rows = [
        Row(
            str(n),
            f"title {n}",
            "",
            "positive" if n % 3 else "negative",
            "random",
            f"story{n // 4}",
        )
        for n in range(60)
    ]
    folds = make_folds(rows)
    for fold in folds:
        assert not {rows[n].thread for n in fold.train} & {rows[n].thread for n in fold.test}
    tested = sorted(n for fold in folds for n in fold.test)
    assert tested == [n for n, row in enumerate(rows) if row.label != "borderline"]


def test_later_months_are_trained_without_earlier_ones() -> None:
    def row(name: str, published: str, label: str = "positive", thread: str = "") -> Row:
        return Row(name, f"title {name}", "", label, "random", thread, published=published)

    rows = [
        row("early", "2022-03-01"),
        row("early doubtful", "2022-03-02", "borderline"),
        row("goes on early", "2022-09-30", thread="affair"),
        row("goes on late", "2022-10-02", thread="affair"),
        row("late", "2022-11-05"),
        row("late and other", "2022-12-05", "negative"),
        row("undated", ""),
    ]
    fold = month_split(rows)
    assert fold is not None
    assert [rows[place].id for place in fold.test] == ["early", "goes on early"]
    assert [rows[place].id for place in fold.train] == ["late", "late and other", "undated"]
    assert month_split(rows[3:]) is None, "no earlier story to test on"
    assert month_split(rows[:3]) is None, "nothing later to learn from"


def test_a_text_may_have_line_separators_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    one, other = (row | {"text": "Spies.\u2028They\x85read."} for row in _rows()[:2])
    lines = (json.dumps(row, ensure_ascii=False) for row in (one, other))
    path.write_text("\n".join(lines) + "\n", "utf-8")
    assert [row.text for row in load_all(path, None)[:2]] == [one["text"], other["text"]]


def test_an_invalid_date_is_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    row = _rows()[0] | {"published": "Mon, 03 Oct 2022"}
    path.write_text(json.dumps(row), "utf-8")
    with pytest.raises(DataError, match=r"line 1: published is no date: 'Mon, 03 Oct 2022'"):
        load_all(path, None)


def _stories(affairs: int, copies: int, meanings: np.ndarray, *topics: str) -> Stories:
    """`copies` stories per affair, all with one meaning; the first half of the affairs have the
    topics."""
    numbers = np.repeat(np.arange(affairs), copies)
    labels = [topics if number < affairs / 2 else () for number in numbers]
    return Stories(labels, np.zeros((len(numbers), 1)), meanings[numbers], numbers)


def test_topics_are_measured_on_affairs_not_trained_on() -> None:
    chance = np.random.default_rng(3)
    noise = chance.normal(size=(100, MEANING_WIDTH)).astype(np.float32)
    elsewhere = chance.normal(size=(100, COMMON_WIDTH)).astype(np.float32)
    foreign = _stories(100, 2, elsewhere, "leaks")
    # A model that had seen an affair would recognise its other stories; noise gives no other clue.
    for figures in measure("leaks", _stories(100, 2, noise, "leaks"), foreign):
        assert figures.average_precision < 0.8
    noise[:50] += 1.0
    figures, _ = measure("leaks", _stories(100, 2, noise, "leaks"), foreign)
    assert figures.stories == 100
    assert figures.average_precision == figures.precision == 1.0
    assert figures.recall > 0.9


def test_topics_of_other_languages_learn_from_their_stories() -> None:
    english = _stories(20, 1, np.zeros((20, MEANING_WIDTH), np.float32), "leaks")
    half = np.zeros((20, COMMON_WIDTH), np.float32)
    half[:10, 3] = 1.0
    topic = learn("leaks", english, _stories(20, 1, half, "leaks"))
    assert (
        topic.foreign.score(np.zeros(1), half[0]) > 0.5 > topic.foreign.score(np.zeros(1), half[19])
    )
    assert not topic.english.by_meaning.any()
    assert topic.foreign.by_meaning.argmax() == 3


def test_figures_are_measured_on_the_months_left_out() -> None:
    rows = [
        Row("found", "a", "", "positive", "no_keyword"),
        Row("passed over", "b", "", "positive", "keyword"),
        Row("nothing", "c", "", "negative", "no_keyword"),
        Row("learnt", "d", "", "positive", "keyword"),
        Row("written", "e", "", "positive", EXAMPLE),
    ]
    scores = Scores(
        full=np.array([0.9, 0.2, 0.4, 1.0, 1.0]),
        words=np.array([2.0, 1.0, 0.0, 0.0, 0.0]),
        alone=np.zeros(5),
        foreign=np.zeros(5),
        gate=GateMasks(
            np.array([True, False, False, True, True]),
            np.array([False, False, False, True, True]),
        ),
    )
    figures = measure_months(rows, scores, Fold(np.array([3, 4]), np.array([0, 1, 2])))
    assert (figures.items, figures.stories, figures.stories_learnt) == (3, 2, 1)
    assert figures.average_precision == pytest.approx((1 + 2 / 3) / 2)
    assert figures.no_keyword_average_precision == 1.0
    assert figures.words_average_precision == 1.0
    assert figures.recall_at_p90 == 0.5
    assert figures.missed_by_polyglot == 0.5
    assert figures.missed_by_encoder == 1.0


def test_a_gate_lets_fixed_shares_of_a_random_stream_pass() -> None:
    number = 1_000
    chance = np.random.default_rng(3)
    log_odds = LogOdds(*chance.normal(size=(2, number)))
    outputs = EncoderOutputs(*chance.normal(size=(4, number)))
    is_random = np.arange(number) < number // 2
    masks = GateMasks.of(fit_gate(log_odds, outputs, is_random), log_odds, outputs)
    assert masks.polyglot[is_random].mean() == pytest.approx(POLYGLOT_SHARE, abs=0.01)
    assert masks.encoder[is_random].mean() == pytest.approx(ENCODER_SHARE, abs=0.01)
    assert not (masks.encoder & ~masks.polyglot).any()
    # Of those that pass the first step, the most story-like pass the second.
    second_stage = (
        log_odds.full + GLANCE_WEIGHT * outputs.glance + LIKENESS_WEIGHT * outputs.foreign
    )
    first = masks.polyglot & is_random
    assert second_stage[first & masks.encoder].min() >= second_stage[first & ~masks.encoder].max()
    assert not GateMasks.of(CLOSED_GATE, log_odds, outputs).polyglot.any()


def test_labels_are_joined_to_their_texts_in_the_stream(data: Path, tmp_path: Path) -> None:
    known = files("enrich.train").joinpath("labels", "stream.jsonl").read_text("utf-8")
    labels = [json.loads(line) for line in known.splitlines()]
    assert all(row["url"] and row["label"] and row["why"] for row in labels)
    assert not any({"title", "text", "summary"} & row.keys() for row in labels), "no texts"
    stream = tmp_path / "stream.jsonl"
    items = [
        {"url": labels[0]["url"], "title": "Ours", "summary": "Read."},
        {"url": labels[0]["url"], "title": "Again", "summary": "The same address."},
        {"url": "https://example.org/unread", "title": "Not ours", "summary": ""},
    ]
    stream.write_text("\n".join(map(json.dumps, items)), "utf-8")
    rows = [row for row in load_all(data, stream) if row.origin == "stream"]
    assert [(row.title, row.label) for row in rows] == [("Ours", labels[0]["label"])]
