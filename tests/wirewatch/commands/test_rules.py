"""`wirewatch rules`: a backtest gives past alerts, and a test says why a rule matches."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from stat import S_IMODE

import desk_sample
import pytest
from arriving import TEXT, arrive, index, piece
from typer.testing import CliRunner

from alert.checks import RulesError
from alert.rules import Rule
from core.evidence import distinct_phrases, is_headline
from core.ledger import alerts, entries, held_alerts, segments, stories
from core.query import parse
from core.records import DevelopmentKind
from core.settings import load_settings
from demo.newsroom import Newsroom
from wirewatch.backtest import backtest
from wirewatch.cli import app
from wirewatch.house import House
from wirewatch.pipeline import run_pass
from wirewatch.regrouping import merge
from wirewatch.stages.link import link

RULES = '[[rule]]\nname = "surveillance"\nquery = "topic:surveillance"\n'


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with three days of news, shared by all tests that only read it."""
    home = desk_sample.copy_of(
        desk_sample.sample(tmp_path_factory), tmp_path_factory.mktemp("rules")
    )
    (home / "rules.toml").write_text(RULES)
    return home


def run_rules(home: Path, *arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["--home", str(home), "rules", *arguments])
    assert done.exit_code == code, done.output
    return " ".join(done.output.split())


def test_rules_are_backtested_and_explained(home: Path) -> None:
    with House(load_settings(home)) as house:
        (rule,) = house.rules.rules
        with house.ledger.read() as tx:
            told = [alert for alert, _ in alerts.listed(tx)]
        found = backtest(house, rule, since=timedelta(days=30))
        off_topic = house.index.search(parse("NOT topic:*"), size=1).articles[0]

    # Of an edited article only the latest revision is read, at the time it arrived.
    assert sorted(one.key for one in found.sent) == sorted(one.key for one in told)
    for alerts_of in (found.sent, told):
        assert DevelopmentKind.DENIAL in {new.kind for one in alerts_of for new in one.developments}
    assert found.held == ()
    times = [one.created_at for one in found.sent]
    assert times == sorted(times), "also those of edited articles, which are read last"

    said = run_rules(home, "backtest", "surveillance", "--since", "now-30d")
    told_of = {one.story for one in told}
    assert f"{len(told)} alerts (" in said
    assert f" on {len(told_of)} stories, from " in said
    assert found.sent[0].headline in said
    assert "0 alerts" in run_rules(home, "backtest", "--query", "nosuchword")

    # Which story comes first differs from run to run, and one was told twice.
    stories = [one.story for one in told]
    told_once = next(one for one in told if stories.count(one.story) == 1)
    said = run_rules(home, "test", "surveillance", "--article", told_once.article)
    assert "✓" in said
    assert "which has sent 1 alert on its story so far" in said
    denied = next(
        new.told_by.article
        for one in told
        for new in one.developments
        if new.kind is DevelopmentKind.DENIAL
    )
    said = run_rules(home, "test", "--query", "statement:denial", "--article", denied)
    assert re.search(r"✓ statement is “denial” “.{80,}” \(text at \d+\)", said)
    assert "a rule alerts on articles that arrive after it was written" in said
    asked = ["rules", "test", "--query", "topic:surveillance", "--article", off_topic.id]
    said = CliRunner().invoke(app, ["--home", str(home), *asked]).output
    assert f"\n     {off_topic.outlet}  {off_topic.id[:12]}\n" in said
    assert "✗" in said
    assert "It does not match the rule." in said
    assert "all (pick-up beyond" in run_rules(home)


def test_backtest_lists_each_phrase_once(home: Path) -> None:
    query = "topic:surveillance AND (police OR court)"
    said = run_rules(home, "backtest", "--query", query, "--since", "now-1d")
    assert " in 1 day: " in said
    with House(load_settings(home)) as house:
        rule = Rule("this query", parse(query), ())
        found = backtest(house, rule, since=timedelta(days=1)).sent
    # A word that matched stands in a sentence that is evidence.
    assert any(len(distinct_phrases(alert.why)) < len(alert.why) for alert in found)
    for alert in found:
        shown = (
            ("the headline" if is_headline(one, alert.headline) else one.phrase, one.why)
            for one in distinct_phrases(alert.why)
        )
        phrases = "; ".join(f"{phrase} ({why})" for phrase, why in shown)
        assert f"{alert.score:.2f}: {' '.join(phrases.split())} " in said
    assert "1 outlet, 0.00 " in run_rules(home, "backtest", "--query", "-topic:*")


def test_rules_test_says_whether_a_storys_alert_is_held_or_sent(
    make_home: Callable[..., Path], newsroom: Newsroom
) -> None:
    home = make_home()
    run_rules(home, "add", "surveillance", "topic:surveillance", "--at-most", "1/week")
    with House(load_settings(home)) as house:
        run_pass(house)
        with house.ledger.read() as tx:
            waits = held_alerts.listed(tx)[0].alert
            (sent, _), *_ = alerts.listed(tx)
    said = run_rules(home, "test", "surveillance", "--article", waits.article)
    assert "the rule's rate has held back the alert on its story since" in said
    said = run_rules(home, "test", "surveillance", "--article", sent.article)
    assert "which has sent 1 alert on its story so far" in said


def test_rule_that_names_a_merged_story_is_explained_as_it_is_matched(
    home: Path, tmp_path: Path
) -> None:
    home = desk_sample.copy_of(home, tmp_path)
    with House(load_settings(home)) as house:
        with house.ledger.read() as tx:
            one, other = (story.id for story in stories.listed(tx)[:2])
        younger = other if merge(house, one, other) == one else one
    assert "It matches the rule" in run_rules(
        home, "test", "--query", f"story:{younger}", "--article", younger
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("backtest",), "name either a rule"),
        (("backtest", "surveillance", "--query", "court"), "name either a rule"),
        (("backtest", "nosuch"), "no rule 'nosuch'"),
        (("backtest", "surveillance", "--since", "soon"), "--since takes a date such as"),
        (("backtest", "surveillance", "--since", "now-999999d"), "--since takes a date such as"),
        (("backtest", "surveillance", "--since", "now"), "--since now is not in the past"),
        (("test", "surveillance", "--article", "ffff"), "no entry has an id"),
    ],
)
def test_wrong_usage_says_what_is_expected(
    make_home: Callable[..., Path], arguments: tuple[str, ...], says: str
) -> None:
    assert says in run_rules(make_home(), *arguments, code=2)


def test_rules_are_added_changed_and_removed(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text('# Ours\n[[rule]]\nname = "a" # first\nquery = "spyware"\n')
    new = ("add", "b", "topic:spyware", "--to", "terminal", "--at-most", "3/day")
    assert f"b added to {file}. It alerts on articles from" in run_rules(tmp_path, *new)
    assert f"b is in {file} already, just like this." in run_rules(tmp_path, *new)
    assert "already" in run_rules(tmp_path, "add", " b ", "topic:spyware")  # the rest stays
    assert f"a changed in {file}. It alerts on" in run_rules(tmp_path, "add", "a", "spyware court")
    first = '# Ours\n[[rule]]\nname = "a" # first\nquery = "spyware court"\n'
    assert file.read_text().startswith(first)
    assert "3/day" in run_rules(tmp_path)
    before = file.read_text()
    run_rules(tmp_path, "add", "c", "topik:spyware", code=1)
    assert file.read_text() == before
    run_rules(tmp_path, "remove", "a")
    assert '"a"' not in file.read_text()
    assert "which has: b" in run_rules(tmp_path, "remove", "a", code=2)


def test_rules_that_can_be_used_are_listed_beside_mistakes(tmp_path: Path) -> None:
    wrong = RULES.replace('"surveillance"', '"spies"').replace("topic:", "topik:")
    (tmp_path / "rules.toml").write_text(RULES + wrong + RULES + RULES.replace("surv", "b"))
    done = CliRunner().invoke(app, ["--home", str(tmp_path), "rules"])
    assert (done.exit_code, "topic:beillance" in done.output) == (1, True)
    assert isinstance(done.exception, RulesError)
    assert "rule 'spies': no field 'topik'" in str(done.exception)
    assert "two rules are called 'surveillance'" in str(done.exception)
    for arguments, said in (
        (["backtest", "spies"], "rule 'spies'"),
        (["add", "surveillance", "topic:spyware"], "two rules are called"),
    ):
        with pytest.raises(RulesError, match=said):
            CliRunner().invoke(
                app, ["--home", str(tmp_path), "rules", *arguments], catch_exceptions=False
            )


def test_a_rule_that_cannot_be_used_can_be_mended_from_the_terminal(tmp_path: Path) -> None:
    wrong = RULES.replace('"surveillance"', '"spies"').replace("topic:", "topik:")
    (tmp_path / "rules.toml").write_text(RULES + wrong + '[[rule]]\nquery = "a"\n')
    assert "police added to" in run_rules(tmp_path, "add", "police", "topic:policing")
    still = CliRunner().invoke(app, ["--home", str(tmp_path), "rules", "add", "spies", "topik:x"])
    assert "rule 'spies': no field 'topik'" in str(still.exception)
    assert str(still.exception).endswith("what is wrong has to be mended first")
    assert "spies changed in" in run_rules(tmp_path, "add", "spies", "topic:spyware")
    assert "topic:spyware" in run_rules(tmp_path, code=1)  # one has no name


def test_a_rule_that_is_added_is_told_of_even_if_nobody_knows_whether_it_matches(
    tmp_path: Path,
) -> None:
    (tmp_path / "topics.toml").write_text("[[topic]\n")
    assert "a added to" in run_rules(tmp_path, "add", "a", "spyware", code=1)
    assert '"a"' in (tmp_path / "rules.toml").read_text()


def test_rule_is_not_removed_if_the_ledger_cannot_be_read(tmp_path: Path) -> None:
    run_rules(tmp_path, "add", "a", "spyware")
    (tmp_path / "ledger.db").write_text("no ledger")
    run_rules(tmp_path, "remove", "a", code=1)
    assert '"a"' in (tmp_path / "rules.toml").read_text()


def test_query_beginning_with_a_minus_needs_two_hyphens(tmp_path: Path) -> None:
    arguments = ["--home", str(tmp_path), "rules", "add", "quiet one", "-camera"]
    said = CliRunner(env={"COLUMNS": "200"}).invoke(app, arguments)
    assert said.exit_code == 2
    assert "put -- before a search that begins with a minus" in said.output
    assert "rules add 'quiet one' -- '-camera'" in said.output
    run_rules(tmp_path, "add", "quiet one", "--", "-camera")
    assert 'query = "-camera"' in (tmp_path / "rules.toml").read_text()


@pytest.mark.parametrize("command", ["search", "feed"])
def test_search_of_several_words_needs_quotes(tmp_path: Path, command: str) -> None:
    arguments = ["--home", str(tmp_path), command, "secret", "court"]
    said = CliRunner(env={"COLUMNS": "200"}).invoke(app, arguments)
    assert said.exit_code == 2
    assert "put a search of several words in quotes" in said.output


def test_rule_that_can_never_match_is_reported_as_misspelt(tmp_path: Path) -> None:
    (tmp_path / "topics.toml").write_text(
        '[[topic]]\nname = "ports"\ntitle = "Ports"\ndefinition = "Harbours."\n'
        'phrases = ["harbour"]\nin = ["The harbour"]\nout = ["The hill"]\n'
    )
    said = run_rules(tmp_path, "add", "a", "topic:spywear")
    assert "a: there is no topic spywear; did you mean spyware?" in said
    assert "there is no" not in run_rules(tmp_path, "add", "b", "topic:ports")
    said = run_rules(tmp_path)
    assert "a: there is no topic spywear; did you mean spyware?" in said
    assert "b: there" not in said


def test_rule_for_a_story_that_does_not_exist_is_reported(home: Path, tmp_path: Path) -> None:
    home = desk_sample.copy_of(home, tmp_path)
    with House(load_settings(home)) as house, house.ledger.read() as tx:
        (story,) = stories.listed(tx, limit=1)
        alone = next(row.id for row in entries.with_articles(tx) if stories.get(tx, row.id) is None)
    said = run_rules(home, "add", "short", f"story:{story.id[:12]}")
    assert f"short: there is no story {story.id[:12]}; did you mean {story.id}?" in said
    assert "there is no" not in run_rules(home, "add", "whole", f"story:{story.id}")
    assert "there is no" not in run_rules(home, "add", "alone", f"story:{alone}")
    assert "there is no" not in run_rules(home, "add", "others", "court NOT story:x")
    assert run_rules(home).count("there is no story") == 1


def test_a_backtest_names_the_files_that_it_cannot_read(tmp_path: Path) -> None:
    with House(load_settings(tmp_path)) as house:
        for number in (1, 2):
            arrive(house, [piece(house, number, f"Spies {number}", f"Text {number}")])
        link(house)
        with house.ledger.read() as tx:
            damaged, _ = segments.linked(tx)
    (tmp_path / "archive" / damaged.path).write_bytes(b"junk")
    for form in ((), ("--json",)):
        said = run_rules(tmp_path, "backtest", "--query", "spies", *form, code=1)
        assert "Spies 2" in said
        assert "1 file of the archive left out, so the alerts may differ:" in said
        assert f"{damaged.path} is damaged" in said


def test_backtest_without_hits_suggests_a_spelling(home: Path) -> None:
    said = run_rules(home, "backtest", "--query", "language:english")
    assert "No article has language:english; did you mean en?" in said
    done = CliRunner().invoke(app, ["--home", str(home), "search", "topic:spywear"])
    assert "No article has topic:spywear; did you mean spyware?" in done.output


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644])
def test_rules_file_keeps_its_permissions(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "rules.toml"
    file.write_text('[channels]\ndesk = "json://me:secret@127.0.0.1:1/"\n')
    file.chmod(mode)
    run_rules(tmp_path, "add", "b", "topic:spyware", "--to", "desk")
    assert S_IMODE(file.stat().st_mode) == mode
    run_rules(tmp_path, "remove", "b")
    assert S_IMODE(file.stat().st_mode) == mode
    assert [each for each in tmp_path.iterdir() if each.name.startswith("rules.unf")] == []


def test_new_rules_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    run_rules(tmp_path, "add", "b", "topic:spyware")
    assert S_IMODE((tmp_path / "rules.toml").stat().st_mode) == 0o600


def test_symbolic_link_to_the_rules_file_is_kept(tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "shared" / "ours.toml"
    home.mkdir()
    file.parent.mkdir()
    file.write_text("# Ours\n")
    (home / "rules.toml").symlink_to("../shared/ours.toml")
    run_rules(home, "add", "b", "topic:spyware")
    assert (home / "rules.toml").readlink() == Path("../shared/ours.toml")
    assert file.read_text().startswith("# Ours\n")
    assert '"b"' in file.read_text()


def test_a_test_says_that_no_rule_alerts_on_what_a_feeds_history_brought(tmp_path: Path) -> None:
    with House(load_settings(tmp_path)) as house:
        old = piece(house, 1, "Zubrovka tapped the mayor of Lutz", TEXT)
        arrive(house, [old], historic=True)
        link(house)
        index(house)
    said = run_rules(tmp_path, "test", "--query", "mayor", "--article", old.id)
    assert "matches the rule, but is from the history of its feed: no rule alerts on that." in said
