"""Topics as data: the shipped ones are complete; a newsroom's own work, or say what is wrong."""

import unicodedata
from pathlib import Path

import as_shipped
import pytest

from enrich.senses import Senses
from enrich.tagging.tagger import Tagger
from enrich.tagging.taxonomy import TopicError, finder_of, read_own, shipped

OWN = """
[[topic]]
name = "ports"
title = "Ports"
definition = "Watching of our harbours."
phrases = ["(harbour|port) ~ camera*", "dock* & (spy*|spied)"]
in = ["New cameras: the harbour has forty cameras now", "Dockers were spied on"]
out = ["The harbour froze over"]
"""


@pytest.fixture(scope="module")
def finder() -> Senses:
    return finder_of(shipped(), Senses.load())


def test_shipped_topics_match_the_model_and_the_guide() -> None:
    topics = shipped()
    names = [topic.name for topic in topics]
    assert [topic.name for topic in as_shipped.tagger().model.topics] == names
    guide = (Path(__file__).parents[3] / "docs" / "topics.md").read_text("utf-8")
    for topic in topics:
        assert topic.definition
        assert len(topic.inside) >= 2
        assert len(topic.outside) >= 2
        assert f"`{topic.name}`" in guide


@pytest.mark.parametrize(
    ("topic", "told", "other"),
    [
        ("workplace", "Cameras in the office", "The Home Office and a sheriff's office"),
        ("workplace", "Banco demite mil em home office", "Head of the Information Office"),
        ("oversight", "La nuova legge sulle telecamere", "«Mai», si legge in una nota"),
        ("oversight", "A nova lei das câmeras", "Alla fine ha pedinato lei"),
        ("oversight", "The firm faces a fine", "The camera is fine"),
        ("policing", "The informant was paid", "Der Schutz von Informanten"),
        ("border", "Oltre il confine", "They confine them at home"),
    ],
)
def test_words_of_other_languages_and_within_names_are_no_signs(
    finder: Senses, topic: str, told: str, other: str
) -> None:
    assert topic in {match.sense for match in finder.find(told)}
    assert topic not in {match.sense for match in finder.find(other)}


def test_a_newsroom_adds_a_topic_without_code(tmp_path: Path) -> None:
    path = tmp_path / "topics.toml"
    path.write_text(OWN, "utf-8")
    tagger = Tagger.load(path)
    title = "Secret police spied on dockers for years, files show"
    tags = {tag.topic: tag for tag in tagger.tag(title, "Informers wrote reports on them.").tags}
    assert tags["ports"].evidence[0].phrase in title
    assert "newsroom" in tags["ports"].evidence[0].why
    assert "ports" not in {tag.topic for tag in as_shipped.tagger().tag(title, "").tags}


def test_phrases_whose_accents_are_characters_of_their_own_are_composed(tmp_path: Path) -> None:
    path = tmp_path / "topics.toml"
    own = OWN.replace("phrases = [", 'phrases = ["(Häfen|Hafenbehörde)", ')
    path.write_text(unicodedata.normalize("NFD", own), "utf-8")
    own_topics = read_own(path)
    assert own_topics is not None
    assert own_topics.topics[0].phrases[0] == "(Häfen|Hafenbehörde)"


def test_the_parts_of_a_phrase_are_named_where_much_else_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "topics.toml"
    path.write_text(OWN, "utf-8")
    text = (
        "The dockers of three harbours on the coast, of two on the great lakes and of one on an"
        " island say to all who ask them that for many years now, by day and by night, somebody"
        " has spied on them"
    )
    tags = {tag.topic: tag for tag in Tagger.load(path).tag("Secret police files", text).tags}
    assert [(piece.phrase, piece.why) for piece in tags["ports"].evidence] == [
        (text, 'phrase of the newsroom\'s topic, by "dockers", "spied"')
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('name = "ports"', 'name = "spyware"', "this name is already taken"),
        ('title = "Ports"', 'heading = "Ports"', "heading unknown; expected name, title, "),
        ('definition = "Watching of our harbours."', "", "lacks definition; expected name, title"),
        ("The harbour froze over", "The harbour camera froze", "froze', an example under `out`"),
        ("Dockers were spied on", "Dockers were asked", "none of its phrases is found in"),
        ("(harbour|port)", "(harbour|port", "topics.toml, topic 'ports': cannot read"),
        ("[[topic]]", "[[topic", "topics.toml"),
        ("phrases = ", "phrases = [] # ", "expected `phrases`"),
        ("phrases = ", "phrases = 'dock*' # ", "phrases is 'dock*'; expected a list of texts"),
        ("phrases = ", "phrases = [3] # ", "expected a list of texts"),
        ("in = ", "in = 'Dockers were spied on' # ", "expected a list of texts"),
        ('name = "ports"', 'name = ["ports"]', "expected a text"),
        ('name = "ports"', 'name = " "', "expected a text"),
        ("[[topic]]", "[topic]", "[[topic]]"),
        ("[[topic]]", "[[topics]]", "[[topic]]"),
    ],
)
def test_a_fault_in_a_topics_file_is_named(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "topics.toml"
    path.write_text(OWN.replace(old, new), "utf-8")
    with pytest.raises(TopicError) as caught:
        read_own(path)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)


def test_an_empty_file_holds_no_own_topics(tmp_path: Path) -> None:
    path = tmp_path / "topics.toml"
    path.write_text("# nothing yet\n", "utf-8")
    assert read_own(path) is None


def test_an_encoding_other_than_utf_8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "topics.toml"
    path.write_bytes(OWN.replace("Ports", "Häfen").encode("latin-1"))
    with pytest.raises(TopicError, match="not UTF-8"):
        read_own(path)
