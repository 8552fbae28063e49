"""The tagger: what is on topic, what only sounds like it, and evidence that can be trusted."""

import gzip
import json
import tomllib
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import as_shipped
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.records import NEAR_TOPIC, SURVEILLANCE
from enrich.arrays import Floats32
from enrich.meanings import ENGLISH_WIDTH, MEANING_WIDTH, unpack_meaning
from enrich.own_words import Item, affairs, items, outcome, reports
from enrich.senses import Sense, Senses
from enrich.senses.reader import LANGUAGES
from enrich.tagging.context import SAYS_SO, masked
from enrich.tagging.corrections import Correction, learn
from enrich.tagging.encoder import MODEL_FILE as ENCODER_FILE
from enrich.tagging.encoder import Encoded, Encoder
from enrich.tagging.explain import explain
from enrich.tagging.features import MAX_WORDS, clean
from enrich.tagging.passages import MIN_ARTICLE
from enrich.tagging.tagger import Tagger
from enrich.tagging.weights import MODEL_FILE, Model, ModelError

TAGGER = as_shipped.tagger()

ON_TOPIC = [
    (
        "Spy agency denies logging millions of Danish phone calls",
        "The agency's director rejected a newspaper report that it intercepted the calls and texts"
        " of ordinary citizens for a month, citing documents leaked by a former contractor. The"
        " foreign minister called the alleged spying unacceptable between allies.",
    ),
    (
        "Journalists' phones infected with Pegasus spyware, researchers say",
        "Traces of the spyware were found on the phones of four reporters.",
    ),
    (
        "Police used facial recognition at the march without telling anyone",
        "The force scanned the faces of thousands of protesters, documents show.",
    ),
    (
        "Delivery firm tracks drivers' every move with cameras in the cab",
        "Workers say the employee monitoring software scores each glance away from the road.",
    ),
    (
        "Data broker sold location data of people who visited clinics",
        "The company bought it from phone apps and sold it without consent.",
    ),
    ("Mass surveillance breached privacy rights, court rules", ""),
]

LOOKALIKES = [
    (
        "Wastewater surveillance finds new flu strain",
        "Health officials say disease surveillance in three cities picked up the virus early.",
    ),
    (
        "Surveillance review: Diane Kruse shines in a taut thriller",
        "The film, in cinemas on Friday, follows two agents across one long night.",
    ),
    (
        "Exchange buys new market surveillance system",
        "Trade surveillance will help it to find insider dealing in shares.",
    ),
    (
        "Two patients under surveillance after dinner at hotel",
        "Doctors said the patients would stay under medical surveillance for two days.",
    ),
    (
        "Surveillance video shows man stealing cake from bakery",
        "Police released footage of the suspect and asked the public for help.",
    ),
    ("Council opens new swimming pool", "Families queued for the first swim of the season."),
]

FOREIGN = [
    ("Bundesrat stimmt für Vorratsdatenspeicherung", "Kritiker warnen vor Massenüberwachung."),
    ("La reconnaissance faciale et la surveillance de masse", "Des écoutes illégales visaient."),
    ("Escuchas ilegales y vigilancia masiva", "El programa espía Pegasus en los móviles."),
]


FRESH = tomllib.loads((Path(__file__).parent / "fresh_stories.toml").read_text("utf-8"))
MIN_ARTICLE_RECALL = 0.75
MIN_REPORT_RECALL = 0.75
MIN_RECALL = 0.85
MAX_ALARMS = {"de": 2, "fr": 1, "es": 1, "it": 1}
"""Measured when the model was last trained; the senses were tuned on these items, so these are only
floors. The figures on unseen items are on the card (`own_words/checks`)."""


@pytest.mark.parametrize(("title", "text"), ON_TOPIC)
def test_stories_about_surveillance_are_tagged(title: str, text: str) -> None:
    verdict = TAGGER.tag(title, text)
    assert verdict.tags[0].topic == SURVEILLANCE
    assert verdict.tags[0].score == verdict.score >= TAGGER.threshold
    assert any(piece.why.startswith("sense: ") for piece in verdict.tags[0].evidence)


def test_a_tagged_item_has_a_meaning_and_others_have_none() -> None:
    title, text = ON_TOPIC[0]
    verdict = TAGGER.tag(title, text)
    assert unpack_meaning(verdict.meaning).any()
    assert TAGGER.meaning(title, text) == verdict.meaning
    german = TAGGER.tag("BND hörte Gespräche des Ministers ab, Staatstrojaner bei Journalisten", "")
    assert unpack_meaning(german.meaning)[ENGLISH_WIDTH:].any()
    assert not unpack_meaning(german.meaning)[:ENGLISH_WIDTH].any()
    for other in (LOOKALIKES[0], ("", "")):
        assert TAGGER.tag(*other).meaning == TAGGER.meaning(*other) == ""


def test_an_item_near_the_topic_has_a_meaning_but_no_tag() -> None:
    near = [
        TAGGER.tag(report.title, report.text)
        for reports in affairs("affair_checks").values()
        for report in reports[:40]
        if NEAR_TOPIC <= TAGGER.score(report.title, report.text) < TAGGER.threshold
    ]
    assert len(near) > 3
    for verdict in near:
        assert not verdict.tags
        assert unpack_meaning(verdict.meaning).any()


@pytest.mark.parametrize(("title", "text"), LOOKALIKES)
def test_lookalikes_are_not_tagged(title: str, text: str) -> None:
    verdict = TAGGER.tag(title, text)
    assert verdict.score < TAGGER.threshold
    assert verdict.tags == ()


@pytest.mark.parametrize(("title", "text"), FOREIGN)
def test_stories_in_other_languages_are_tagged(title: str, text: str) -> None:
    assert TAGGER.tag(title, text).tags


@pytest.mark.parametrize("code", FRESH)
def test_fresh_items_are_classified_in_each_language(code: str) -> None:
    hits = [bool(TAGGER.tag(title, text).tags) for title, text in FRESH[code]["stories"]]
    alarms = [title for title, text in FRESH[code]["lookalikes"] if TAGGER.tag(title, text).tags]
    assert sum(hits) / len(hits) >= MIN_RECALL
    assert len(alarms) <= MAX_ALARMS.get(code, 0), alarms


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Marktüberwachung nimmt Badetiere aus dem Handel", "Das Amt prüfte vierzig Muster."),
        ("Douze patients restent sous surveillance après le repas", "Des moules avariées."),
    ],
)
def test_the_bare_word_in_another_field_is_not_tagged(title: str, text: str) -> None:
    assert TAGGER.tag(title, text).tags == ()


def test_in_another_language_a_story_needs_no_known_phrase() -> None:
    title = "Wo ihre Nutzer schlafen, verkaufte die Wetter-App an Makler"
    text = "Die Firma teilte mit, sie habe nur Koordinaten weitergegeben, keine Namen."
    (root, *_) = TAGGER.tag(title, text).tags
    assert root.evidence
    assert all(piece.why.startswith(SAYS_SO) for piece in root.evidence)
    plain = "Der Gemeinderat hat am Montag über den Haushalt beraten."
    assert TAGGER.tag(plain, "").score < 0.1


@pytest.mark.parametrize("code", ["de", "fr"])
def test_an_item_saying_the_same_in_title_and_text_has_evidence(code: str) -> None:
    # Removing either changes nothing, so no clause alone would be a reason.
    tagged = 0
    # Only every fifth item, since each needs one reading per clause.
    for item in items("checks", code)[::5]:
        verdict = TAGGER.tag(item.title, item.title)
        for tag in verdict.tags[:1]:
            tagged += 1
            spans = [(piece.field, piece.start, piece.end) for piece in tag.evidence]
            assert spans
            assert TAGGER.score(*masked(item.title, item.title, spans)) < verdict.score
    assert tagged > 5


def test_weights_of_senses_in_other_languages_keep_their_sign() -> None:
    weights = TAGGER.model.senses_alone.by_column
    for name, column in TAGGER.featuriser.sense_columns.items():
        _, _, sense = name.partition(" ")
        positive = sense == "positive senses" or (
            TAGGER.featuriser.senses.kind.get(sense) == "positive"
        )
        assert weights[column] >= 0 if positive else weights[column] <= 0


def test_a_whole_article_is_tagged_like_its_summary() -> None:
    title, lead = ON_TOPIC[0]
    body = (
        " The ministers will meet again in spring, officials said on the way to the airport." * 20
    )
    assert TAGGER.tag(title, lead + body).tags


@pytest.mark.parametrize(("title", "text"), ON_TOPIC)
def test_masking_the_evidence_lowers_the_score(title: str, text: str) -> None:
    verdict = TAGGER.tag(title, text)
    spans = [(piece.field, piece.start, piece.end) for piece in verdict.tags[0].evidence]
    assert TAGGER.tag(*masked(title, text, spans)).score < verdict.score


def test_languages_without_phrases_pass_untagged() -> None:
    verdict = TAGGER.tag(
        "Policja podsłuchiwała dziennikarzy programem Pegasus",
        "Sąd uznał, że masowa inwigilacja obywateli była nielegalna, podała gazeta.",
    )
    assert (verdict.language, verdict.score, verdict.tags) == ("pl", 0.0, ())


def test_a_story_is_tagged_with_its_kinds() -> None:
    title, text = ON_TOPIC[1]
    kinds = {tag.topic: tag for tag in TAGGER.tag(title, text).tags}
    assert "spyware" in kinds
    assert "cameras" not in kinds
    assert any("spyware" in piece.phrase.lower() for piece in kinds["spyware"].evidence)


def test_a_kinds_evidence_does_not_repeat_words() -> None:
    title = "Border officers searched phones of travellers without a warrant"
    (kind,) = (
        tag
        for tag in TAGGER.tag(title, "Border officers searched 31,000 phones last year.").tags
        if tag.topic == "border"
    )
    said = [piece.phrase.casefold() for piece in kind.evidence]
    assert len(said) == len(set(said))


def test_a_long_text_may_come_to_its_point_late() -> None:
    opening = "The town council met on Monday and spoke of many things, police cameras among them. "
    late = " ".join(text for _, text in ON_TOPIC)
    assert len(opening * 20) > MIN_ARTICLE
    quiet = TAGGER.tag("Police cameras before the council", opening * 20).score
    assert TAGGER.tag("Police cameras before the council", opening * 20 + late).score > quiet


LATE = [
    next(item for item in items("articles", code) if item.title == title)
    for code, title in (
        ("en", "A very expensive flower shop"),
        ("es", "El enchufe que no daba corriente"),
    )
]


@pytest.mark.parametrize("late", LATE, ids=("en", "es"))
def test_an_article_is_tagged_by_its_nut_graf(late: Item) -> None:
    look = TAGGER.look(late.title, late.text, english=late is LATE[0])
    assert look.passage.start > 0 > look.passage_gain
    verdict = TAGGER.tag(late.title, late.text)
    assert verdict.tags
    assert verdict.score == look.score
    explained = explain(TAGGER, late.title, late.text)
    assert ("found further down, not in the lead", look.passage_gain) in explained.parts
    assert sum(part.log_odds for part in explained.parts) == pytest.approx(look.log_odds)
    for piece in verdict.tags[0].evidence:
        assert (late.title if piece.field == "title" else late.text)[
            piece.start : piece.end
        ] == piece.phrase
    without = masked(
        late.title,
        late.text,
        [(piece.field, piece.start, piece.end) for piece in verdict.tags[0].evidence],
    )
    assert TAGGER.score(*without) < verdict.score


def test_an_article_without_telling_words_is_not_read_by_the_encoder() -> None:
    tagger = Tagger(TAGGER.model, Senses.load(), _Silent(glance=20.0))
    title, text = "A farm in June", "The old man got up and fed the hens and went for water. " * 30
    verdict = tagger.tag(title, text)
    assert verdict.tags == ()
    assert verdict.score < 0.01
    with pytest.raises(AssertionError, match="was asked"):
        tagger.tag(title, text[: MIN_ARTICLE // 2])
    # Words learnt from corrections may be anywhere.
    taught = tagger.with_corrections(learn([(Correction(title, text, True), -3.0)], []))
    with pytest.raises(AssertionError, match="was asked"):
        taught.tag(title, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_articles_are_classified_wherever_they_come_to_the_point(language: str) -> None:
    found = outcome(language, items("articles", language), TAGGER.is_tagged)
    assert found.hits >= MIN_ARTICLE_RECALL * found.stories
    assert found.alarms == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_reports_on_affairs_are_classified(language: str) -> None:
    found = outcome(language, reports("affair_checks", language), TAGGER.is_tagged)
    assert found.hits >= MIN_REPORT_RECALL * found.stories
    assert found.alarms <= 1


def test_a_telling_headline_is_read_whatever_the_text_below_it() -> None:
    menu = "Home World Business Sport Weather Culture Travel Video Sign in Subscribe Share Print "
    title = "Spyware trail leads from exiled priest's phone to an office of the ministry"
    text = menu * (MIN_ARTICLE // len(menu) + 1)
    assert TAGGER.is_tagged(title, text[: MIN_ARTICLE // 4])
    assert TAGGER.is_tagged(title, text)


class _Silent(Encoder):
    """An encoder that must not be called, except for a glance."""

    def __init__(self, glance: float | None = None) -> None:
        super().__init__()
        self._glance = glance

    def glance(self, text: str) -> float:
        return self._glance if text and self._glance else super().glance(text)

    def encode(self, text: str, *, english: bool) -> Encoded:
        assert not english, f"the encoder was asked of {text}"
        return super().encode(text, english=False)


def test_the_encoder_does_not_read_what_words_rule_out() -> None:
    tagger = Tagger(TAGGER.model, Senses.load(), _Silent())
    match = ("Rovers win the cup after extra time", "The striker scored twice and the fans sang.")
    assert tagger.tag(*match).tags == ()
    with pytest.raises(AssertionError, match="was asked"):
        tagger.tag(*ON_TOPIC[0])
    seen = Tagger(TAGGER.model, Senses.load(), _Silent(glance=20.0))
    with pytest.raises(AssertionError, match="was asked"):
        seen.tag(*match)


class _Against(Encoder):
    """An encoder with a high glance and low log-odds when it reads; its meaning must not be
    computed."""

    def glance(self, text: str) -> float:  # noqa: ARG002  # same signature as the original
        return 20.0

    def encode(self, text: str, *, english: bool) -> Encoded:
        return Encoded(-9.0, self._asked) if english else super().encode(text, english=False)

    def _asked(self) -> Floats32:
        raise AssertionError("the meaning was asked for")


def test_no_meaning_is_computed_for_what_the_encoder_rules_out() -> None:
    tagger = Tagger(TAGGER.model, Senses.load(), _Against())
    match = ("Rovers win the cup after extra time", "The striker scored twice and the fans sang.")
    assert tagger.tag(*match).tags == ()
    parts = [part.name for part in explain(tagger, *match).parts]
    assert "its likeness to stories, not needed" in parts
    with pytest.raises(AssertionError, match="was asked for"):
        tagger.log_odds(*match)


def test_the_encoders_contribution_is_capped() -> None:
    answers = replace(TAGGER.model.answers, encoder=2.0, encoder_cap=3.5)
    assert [answers.encoder_gain(log_odds) for log_odds in (1.0, 3.5, 9.0)] == [2.0, 7.0, 7.0]


class _ByWord(Encoder):
    """An encoder that is sure whenever the text contains a word."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self._word = word

    def glance(self, text: str) -> float:  # noqa: ARG002  # same signature as the original
        return 20.0

    def encode(self, text: str, *, english: bool) -> Encoded:
        if not english:
            return super().encode(text, english=False)
        meaning = np.eye(1, MEANING_WIDTH, dtype=np.float32)[0]
        return Encoded(9.0 if self._word in text else -9.0, lambda: meaning)


def test_without_a_known_phrase_the_deciding_sentence_is_shown() -> None:
    bears = "People were asked for their glimmers, and again for glimmers, in the old hall"
    text = f"The board met. {bears}. Those on it, having heard, found this to be right and proper."
    model = replace(TAGGER.model, threshold=0.0)
    tagger = Tagger(model, Senses.load(), _ByWord("glimmers"))
    (piece,) = tagger.tag("Harbour news", text).tags[0].evidence
    assert (piece.field, piece.phrase) == ("text", bears)
    assert piece.why.startswith(SAYS_SO)
    (piece,) = tagger.tag("Glimmers: no glimmers", "The board met.").tags[0].evidence
    assert piece.field == "title"


def test_where_nothing_counts_alone_the_title_is_shown() -> None:
    model = replace(TAGGER.model, threshold=0.0)
    tagger = Tagger(model, Senses.load(), _ByWord("glimmers"))
    (piece,) = tagger.tag("Board met in the hall", "It said so.").tags[0].evidence
    assert piece.phrase == "Board met in the hall"
    assert piece.why.startswith(SAYS_SO)


def test_a_story_told_behind_all_words_that_are_read_is_tagged_without_a_headline() -> None:
    told = (
        "Ministers secretly intercepted the calls of reporters, files show. The agency tapped"
        " phones of lawyers for years and read their messages, a court heard. "
    )
    (tag, *_) = TAGGER.tag("", f"{'x ' * MAX_WORDS}\n\n{told * 6}").tags
    assert (tag.topic, tag.evidence) == (SURVEILLANCE, ())


def test_a_topic_without_a_phrase_shows_the_sentence_with_its_meaning() -> None:
    title = "Files from a Kabul basement show whose calls the republic was listening to"
    tags = {tag.topic: tag for tag in TAGGER.tag(title, "").tags}
    (piece,) = tags["interception"].evidence
    assert (piece.phrase, piece.why[: len(SAYS_SO)]) == (title, SAYS_SO)
    (other,) = tags["leaks"].evidence
    assert other.phrase == title
    assert other.why.startswith("phrase")
    clause = title.index("whose"), len(title)
    without = TAGGER.tag(*masked(title, "", [("title", *clause)]))
    assert "interception" not in {tag.topic for tag in without.tags}


def test_a_topic_of_which_a_phrase_says_little_shows_the_sentence_that_says_more() -> None:
    title = "Landlord who hid lenses in tenants' smoke alarms is jailed"
    text = "A landlord who watched five young women in their bedrooms has been sent to prison."
    (tag,) = [tag for tag in TAGGER.tag(title, text).tags if tag.topic == "cameras"]
    assert [piece.phrase for piece in tag.evidence] == [title]


class _CountingPolyglot(_Silent):
    """An encoder of which only the polyglot may be called; counts the calls."""

    asked = 0

    def encode(self, text: str, *, english: bool) -> Encoded:
        self.asked += not english
        return super().encode(text, english=english)


def test_the_encoder_reads_only_what_the_polyglot_lets_through() -> None:
    def with_gate(**changes: float) -> tuple[Tagger, _CountingPolyglot]:
        encoder = _CountingPolyglot()
        gate = replace(TAGGER.model.gate, **changes)
        return Tagger(replace(TAGGER.model, gate=gate), Senses.load(), encoder), encoder

    tagger, encoder = with_gate(polyglot_threshold=99.0)
    tagger.look(*ON_TOPIC[0], english=True)
    assert encoder.asked == 0
    tagger, encoder = with_gate(encoder_threshold=99.0)
    look = tagger.look(*ON_TOPIC[0], english=True)
    assert encoder.asked == 1
    assert look.encoded is None
    assert look.likeness is None
    # The nearer to stories by the polyglot, the more readily it is read.
    for tagger, exhaustive in (
        (with_gate(likeness_weight=99.0)[0], False),
        (with_gate(polyglot_threshold=99.0, encoder_threshold=99.0)[0], True),
    ):
        with pytest.raises(AssertionError, match="was asked"):
            tagger.look(*ON_TOPIC[0], english=True, exhaustive=exhaustive)


# Words that pass the threshold among odd characters: joining, cutting, and some whose lower case
# is longer.
_ODD = st.sampled_from(
    [
        "\u0130",
        "\ufb01",
        "\U0001d54a",
        "e\u0301",
        "\u200d",
        "\ud800",
        "\u2019s",
        "\u00df",
        "\n",
        ". ",
    ]
)
_WORDS = st.sampled_from(["Spyware", "NSA surveillance", "wiretap", "the police", "\u0130zleme"])
_TEXTS = st.lists(st.one_of(_ODD, _WORDS, st.text(max_size=5)), max_size=30).map(" ".join)


@given(title=_TEXTS, text=_TEXTS)
def test_evidence_is_at_its_stated_offsets(title: str, text: str) -> None:
    verdict = TAGGER.tag(title, text)
    assert 0 <= verdict.score <= 1
    assert bool(verdict.tags) == (verdict.score >= TAGGER.threshold)
    for tag in verdict.tags:
        assert 1 <= len(tag.evidence) <= 6
        ends = {"title": 0, "text": 0}
        for piece in tag.evidence:
            field = title if piece.field == "title" else text
            assert field[piece.start : piece.end] == piece.phrase != ""
            assert piece.start >= ends[piece.field], "pieces overlap"
            ends[piece.field] = piece.end
            assert piece.why


def test_an_empty_item_is_not_tagged() -> None:
    assert TAGGER.tag("", "").tags == ()
    assert TAGGER.tag(" \n", "?!").tags == ()


def test_the_same_text_gets_the_same_verdict() -> None:
    fresh = Tagger.load(encoder=Encoder())
    for title, text in (*ON_TOPIC, *LOOKALIKES):
        assert fresh.tag(title, text) == TAGGER.tag(title, text) == TAGGER.tag(title, text)


def test_taggers_share_what_comes_with_the_package(tmp_path: Path) -> None:
    """It takes 300 MB."""
    own = tmp_path / "topics.toml"
    own.write_text(
        '[[topic]]\nname = "ports"\ntitle = "Ports"\ndefinition = "Who watches ports."\n'
        'phrases = ["spied & dockers"]\nin = ["Police spied on dockers"]\nout = ["Dockers"]\n'
    )
    with_topics = Tagger.load(own)
    assert with_topics.model is TAGGER.model
    assert with_topics._encoder is TAGGER._encoder


@pytest.mark.parametrize(
    "boilerplate",
    [
        "https://spy.example/a",
        "http://spy.example",
        "www.spy.example",
        "Article URL:",
        "Comments URL:",
        "Points: 8",
        "# Comments: 3",
        "The post Bees first appeared on Spies .",
        "<b class='spy'>",
        "&#8217;",
        "&nbsp;",
    ],
)
def test_boilerplate_is_blanked_out(boilerplate: str) -> None:
    assert clean(f"Bees {boilerplate} swarm") == f"Bees {' ' * len(boilerplate)} swarm"


def test_feed_boilerplate_is_not_evidence() -> None:
    text = "Points: 8 The post Bees appeared first on Surveillance Weekly ."
    assert len(clean(text)) == len(text)
    assert "Surveillance" not in clean(text)
    plain = TAGGER.tag("Bees", "").score
    assert TAGGER.tag("Bees", text).score == plain


def test_the_model_is_small_and_has_a_card() -> None:
    folder = files("enrich.model")
    assert len(folder.joinpath(MODEL_FILE).read_bytes()) < 5_000_000
    assert len(folder.joinpath(ENCODER_FILE).read_bytes()) < 85_000_000
    card = (Path(__file__).parents[3] / "docs" / "tagger.md").read_text("utf-8")
    for heading in ("## Data", "## Threshold", "## Figures", "## Known errors"):
        assert heading in card
    assert f"## Threshold: {TAGGER.threshold:g}" in card


def test_the_model_file_survives_reading_and_writing() -> None:
    content = files("enrich.model").joinpath(MODEL_FILE).read_bytes()
    assert Model.parse(content).dump() == content


def test_terms_of_the_model_have_at_most_two_words() -> None:
    content = files("enrich.model").joinpath(MODEL_FILE).read_bytes()
    for block in json.loads(gzip.decompress(content))["blocks"]:
        assert all(len(term.split()) <= 2 for term in block["terms"])


def test_a_model_for_other_senses_is_refused() -> None:
    model = Model.parse(files("enrich.model").joinpath(MODEL_FILE).read_bytes())
    other = Senses([Sense("s", ("a",))], {})
    with pytest.raises(ModelError, match="other senses"):
        Tagger(model, other, Encoder())


def test_a_correction_of_a_long_text_applies_in_full() -> None:
    title, text = "Annual report of the turnstile project", " ".join(text for _, text in LOOKALIKES)
    words = [f"turnstile{number} project{number}" for number in range(200)]
    text = f"{text} {' '.join(words)}"
    assert len(text) > MIN_ARTICLE
    correction = Correction(title, text, True)
    before = TAGGER.log_odds(title, text)
    assert before is not None
    tagger = TAGGER.with_corrections(learn([(correction, before)], []))
    assert not TAGGER.is_tagged(title, text)
    assert tagger.is_tagged(title, text)


@pytest.mark.parametrize("code", ["de", "fr"])
def test_a_correction_of_an_article_applies_to_its_nut_grafs(code: str) -> None:
    anchors = [(item.title, item.text) for item in items("examples", code)]
    corrected = 0
    for item in items("articles", code):
        if TAGGER.is_tagged(item.title, item.text):
            before = TAGGER.log_odds(item.title, item.text)
            assert before is not None
            correction = Correction(item.title, item.text, False)
            tagger = TAGGER.with_corrections(learn([(correction, before)], anchors))
            assert not tagger.is_tagged(item.title, item.text), item.title
            corrected += 1
    assert corrected
