"""Rules made on the desk: backtested, written into rules.toml, and checked as when loaded."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from desk_sample import RULES
from factories import an_alert
from starlette.testclient import TestClient

from alert.rules import load_rules
from core.ledger import alerts, digests, held_alerts, segments
from core.ledger.digests import Progress
from core.records import DevelopmentKind
from wirewatch.house import House

EVERY = [kind.value for kind in DevelopmentKind]


def rule(**changes: Any) -> dict[str, Any]:
    filled = {
        "name": "spies",
        "query": "topic:spyware",
        "to": ["terminal"],
        "at_most": "",
        "pickup": "5",
        "developments": EVERY,
        "before": "",
        "days": "30",
    }
    return filled | changes


def test_new_rule_is_saved_beside_the_others(client: TestClient, home: Path) -> None:
    filled = rule(at_most="10/day", developments=["denial", "court"], feed="true", pickup="9")
    answer = client.post("/rules/save", data=filled)
    assert answer.headers["location"] == "/rules?done=saved"
    _, made = load_rules(home / "rules.toml").rules
    assert (made.name, made.query.text, made.to) == ("spies", "topic:spyware", ("terminal",))
    assert (str(made.at_most), made.pickup, made.feed) == ("10/day", 9, True)
    assert made.developments == {DevelopmentKind.DENIAL, DevelopmentKind.COURT}
    assert (home / "rules.toml").read_text().startswith(RULES)  # comments and order stay
    page = client.get("/rules?done=saved").text
    assert "topic:spyware" in page
    assert "10/day" in page


def test_multi_line_query_stays_as_it_was_written(client: TestClient, home: Path) -> None:
    written = 'name = "long"\nquery = """\ntopic:spyware\nAND court"""\n'
    with (home / "rules.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[[rule]]\n{written}")
    sent = rule(name="long", before="long", query="topic:spyware\r\nAND court", at_most="3/day")
    assert client.post("/rules/save", data=sent).status_code == 303
    assert written in (home / "rules.toml").read_text()


def test_empty_field_returns_to_its_default(client: TestClient, home: Path) -> None:
    client.post("/rules/save", data=rule(at_most="10/day", developments=["denial"], feed="true"))
    changed = rule(query="topic:biometrics", to=[], before="spies")
    client.post("/rules/save", data=changed)
    _, made = load_rules(home / "rules.toml").rules
    assert (made.query.text, made.to, made.at_most, made.feed) == (
        "topic:biometrics",
        (),
        None,
        False,
    )
    assert made.developments == frozenset(DevelopmentKind)


def test_form_shows_the_edited_rule(client: TestClient) -> None:
    client.post("/rules/save", data=rule(at_most="3/week", developments=["denial"]))
    page = client.get("/rules/edit?name=spies").text
    assert 'value="3/week"' in page
    assert 'value="denial" checked' in page
    assert 'value="court" checked' not in page
    assert 'value="terminal" checked' in page
    assert '<a href="/alerts">Alerts</a> has all of them, wherever they go.' in page
    new = client.get("/rules/edit?query=topic:spyware+-outlet:%22A%22").text
    assert "topic:spyware -outlet:&#34;A&#34;" in new


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"query": "(topic:spyware"}, "is not closed"),
        ({"query": "topik:spyware"}, "topic"),
        ({"query": " "}, "the rule has no search"),
        ({"at_most": "many"}, "such as 10/day, not"),
        ({"to": ["nowhere"]}, "nowhere"),
        ({"name": "surveillance"}, "choose another name"),
        ({"name": "  "}, "name"),
        ({"name": "n" * 201}, "a name has up to 200 characters, not 201"),
    ],
)
def test_invalid_rule_is_not_saved(
    client: TestClient, home: Path, changes: dict[str, Any], expected: str
) -> None:
    answer = client.post("/rules/save", data=rule(**changes))
    assert answer.status_code == 422
    assert expected in answer.text
    assert (home / "rules.toml").read_text() == RULES


BROKEN = '\n[[rule]]\nname = "broken"\nquery = "topik:x"\nto = ["nowhere"]\n'


def test_a_rule_is_saved_and_removed_beside_another_that_cannot_be_used(
    client: TestClient, home: Path
) -> None:
    (home / "rules.toml").write_text(RULES + BROKEN)
    assert client.post("/rules/save", data=rule()).status_code == 303
    assert [one.name for one in load_rules(home / "rules.toml").rules] == ["surveillance", "spies"]
    assert BROKEN in (home / "rules.toml").read_text()
    answer = client.post("/rules/save", data=rule(name="other", query="spyware\nAND title:")).text
    assert "broken" not in answer, "what is wrong with others is no matter here"
    assert client.post("/rules/try", data=rule()).status_code == 200
    assert client.post("/rules/remove", data={"name": "spies"}).status_code == 303
    assert (home / "rules.toml").read_text().rstrip() == (RULES + BROKEN).rstrip()


def test_a_rule_that_cannot_be_used_is_mended_in_its_form(client: TestClient, home: Path) -> None:
    (home / "rules.toml").write_text(RULES + BROKEN)
    page = client.get("/rules").text
    assert '<a href="/rules/edit?name=broken">broken</a>' in page
    assert '<a href="/rules/edit?name=broken" aria-label="Change broken">Change</a>' in page
    levels = re.findall(r"<(h\d)><a [^>]+>(?:broken|surveillance)</a>", page)
    assert levels == ["h3", "h3"], "each below the heading that says whether it is in use"
    assert re.search(r"<pre[^>]*>.+\n  topik:x\n  \^</pre>", page)
    opened = client.get("/rules/edit?name=broken")
    assert opened.status_code == 200
    assert "<pre>topik:x\n^</pre>" in opened.text
    assert "This rule does not alert. Once you have mended and saved it" in opened.text
    assert 'value="nowhere" checked> nowhere (not in rules.toml)' in opened.text
    filled = rule(name="broken", before="broken", was=was_field(opened.text), to=["nowhere"])
    refused = client.post("/rules/save", data=filled)
    assert refused.status_code == 422
    assert "there is no channel &#39;nowhere&#39;" in refused.text
    assert 'value="nowhere" checked' in refused.text, "what was sent is shown again"
    assert client.post("/rules/save", data=filled | {"to": ["terminal"]}).status_code == 303
    rules = load_rules(home / "rules.toml")
    assert (rules.rules[-1].query.text, rules.mistakes) == ("topic:spyware", ())


def test_rules_whose_names_do_not_tell_them_apart_are_mended_and_removed(
    client: TestClient, home: Path
) -> None:
    nameless = '[[rule]]\nquery = "a"\n[[rule]]\nquery = "b"\n'
    (home / "rules.toml").write_text(
        RULES + nameless + RULES.replace("topic:", "score:>0.8 topic:")
    )
    page = client.get("/rules").text
    assert page.count(">a rule without a name</a>") == 2
    assert page.count(">surveillance</a>") == 2
    *_, last = (str(one) for one in re.findall(r"/rules/edit\?was=(\w+)", page))
    form = client.get(f"/rules/edit?was={last}").text
    assert "two rules are called" in form
    assert "Once it has a name of its own, it begins as a new rule." in form
    assert "readonly" not in form
    again = rule(name="strict", query="score:>0.8 topic:surveillance", was=last)
    assert client.post("/rules/save", data=again).status_code == 303
    assert "surveillance" in client.get("/rules").text
    assert client.get(f"/rules/edit?was={last}").status_code == 404
    for mark in re.findall(r'/rules/edit\?was=(\w+)">', client.get("/rules").text):
        assert client.post("/rules/remove", data={"was": mark}).status_code == 303
        assert client.post("/rules/remove", data={"was": mark}).status_code == 404
    rules = load_rules(home / "rules.toml")
    assert [one.name for one in rules.rules] == ["surveillance", "strict"]
    assert rules.mistakes == ()


def test_mistake_in_a_querys_second_line_is_pointed_at(client: TestClient) -> None:
    answer = client.post("/rules/save", data=rule(query="spyware\r\nAND topik:x")).text
    assert f"<pre>spyware  AND topik:x\n{' ' * 13}^</pre>" in answer
    assert 'aria-describedby="misread"' in answer
    _, error, after = answer.partition('<div id="misread">')
    assert error, "it describes the field"
    assert after.index("<label") < after.index("</label>"), "and is no part of what it is called"


def test_rule_with_the_longest_name_can_be_edited(client: TestClient, home: Path) -> None:
    name = "n" * 200
    with (home / "rules.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[[rule]]\nname = "{name}"\nquery = "x"\n')
    assert 'maxlength="200"' in client.get(f"/rules/edit?name={name}").text
    assert client.post("/rules/save", data=rule(name=name, before=name)).status_code == 303


def test_trial_shows_the_alerts_the_rule_would_have_sent(client: TestClient, house: House) -> None:
    with house.ledger.read() as tx:
        told = alerts.count(tx, rule="surveillance")
    filled = rule(name="surveillance", query="topic:surveillance", before="surveillance")
    page = client.post("/rules/try", data=filled).text
    assert re.search(r"It would have sent \d\d alerts", page)
    assert "</svg>" in page
    listed = re.findall(r"<li>[\d-]{10}: (\d+)</li>", page)
    assert f"It would have sent {sum(map(int, listed))} alerts" in page
    assert page.count('class="kind story"') > 10
    with house.ledger.read() as tx:
        assert alerts.count(tx) == told  # a trial records nothing
    nothing = client.post("/rules/try", data=rule(query="topic:spywar")).text
    assert "It would have sent 0 alerts" in nothing
    assert "No article has topic:spywar; did you mean spyware?" in nothing
    assert 'value="spies"' in nothing  # the form keeps what was typed


def test_a_trial_names_the_files_that_it_cannot_read(client: TestClient, house: House) -> None:
    with house.ledger.read() as tx:
        *_, lost = segments.linked(tx)
    Path(house.settings.archive, lost.path).unlink()
    page = client.post("/rules/try", data=rule(query="topic:surveillance")).text
    assert "1 file of the archive left out, so the alerts may differ:" in page
    assert f"{lost.path} is missing; restore it from a backup." in page
    assert page.count('class="kind story"') > 10


def test_rule_that_can_never_match_is_reported_as_misspelt(client: TestClient) -> None:
    client.post("/rules/save", data={"name": "a", "query": "topic:spywear"})
    assert "There is no topic spywear; did you mean spyware?" in client.get("/rules").text


def test_rule_can_be_removed(client: TestClient, home: Path) -> None:
    client.post("/rules/save", data=rule())
    assert client.post("/rules/remove", data={"name": "spies"}).status_code == 303
    assert [one.name for one in load_rules(home / "rules.toml").rules] == ["surveillance"]
    assert client.post("/rules/remove", data={"name": "spies"}).status_code == 404


def test_what_a_removed_rule_holds_back_is_said(client: TestClient, house: House) -> None:
    client.post("/rules/save", data=rule())
    with house.ledger.write() as tx:
        held_alerts.hold(tx, an_alert(rule="spies", story=1), house.now())
    done = client.post("/rules/remove", data={"name": "spies"}).headers["location"]
    assert "It holds back 1 alert until a rule of its name exists again" in client.get(done).text


def was_field(page: str) -> str:
    (mark,) = re.findall(r'name="was" value="(\w*)"', page)
    return str(mark)


def test_saving_does_not_restore_a_rule_removed_meanwhile(client: TestClient, home: Path) -> None:
    client.post("/rules/save", data=rule())
    opened = was_field(client.get("/rules/edit?name=spies").text)
    client.post("/rules/remove", data={"name": "spies"})
    left = (home / "rules.toml").read_text()
    filled = rule(before="spies", was=opened, at_most="7/week")
    answer = client.post("/rules/save", data=filled)
    assert answer.status_code == 422
    assert "&#39;spies&#39; has been removed in the meantime, so nothing was saved" in answer.text
    assert (home / "rules.toml").read_text() == left
    # What was typed is now the form of a new rule, which can be saved.
    assert 'name="before" value=""' in answer.text
    assert 'value="7/week"' in answer.text
    new = rule(was=was_field(answer.text), at_most="7/week")
    assert client.post("/rules/save", data=new).status_code == 303


def test_saving_does_not_overwrite_another_editors_change(client: TestClient, home: Path) -> None:
    client.post("/rules/save", data=rule())
    opened = was_field(client.get("/rules/edit?name=spies").text)
    first = rule(before="spies", was=opened, query="topic:spyware AND court")
    assert client.post("/rules/save", data=first).status_code == 303
    assert client.post("/rules/save", data=first).status_code == 303  # pressed twice
    second = rule(before="spies", was=opened, at_most="7/week")
    answer = client.post("/rules/save", data=second)
    assert answer.status_code == 422
    assert "&#39;spies&#39; has been changed in the meantime, so nothing was saved" in answer.text
    assert 'value="7/week"' in answer.text
    assert 'query = "topic:spyware AND court"' in unescape(answer.text), "as it is now"
    assert load_rules(home / "rules.toml").rules[-1].query.text == "topic:spyware AND court"
    # Whoever has seen the change may overwrite it.
    again = client.post("/rules/save", data=second | {"was": was_field(answer.text)})
    assert again.status_code == 303
    assert load_rules(home / "rules.toml").rules[-1].query.text == "topic:spyware"


def test_a_digest_shows_when_it_is_due_and_what_it_would_say_now(
    client: TestClient, home: Path, house: House
) -> None:
    times = 'every = "weekday"\ntimezone = "Europe/Paris"\n'
    more = '[[digest]]\nname = "none"\nevery = "monday"\nrules = ["surveillance"]\n'
    (home / "rules.toml").write_text(f'{RULES}\n[[digest]]\nname = "a & b"\n{times}{more}')
    page = client.get("/rules").text
    assert '<a href="/digest?name=a%20%26%20b"' in page
    assert "every weekday at 07:30 (Europe/Paris), next <time" in page
    assert "every Monday at 07:30 (UTC), next <time" in page
    assert "rules: surveillance" in page
    with house.ledger.write() as tx:
        ((latest, _),) = alerts.listed(tx, last=1)
        for name, position in (("a & b", 0), ("none", 10_000)):
            digests.save(tx, Progress(name=name, position=position, until=house.now()))
    shown = client.get("/digest?name=a+%26+b").text
    assert "It would say now: [a &amp; b] " in shown
    assert f'href="http://localhost/stories/{latest.story}"' in shown
    assert "Nothing has happened since it was last sent." in client.get("/digest?name=none").text
    assert client.get("/digest?name=other").status_code == 404


def test_rule_named_by_a_digest_is_not_removed(client: TestClient, home: Path) -> None:
    written = RULES + '\n[[digest]]\nname = "morning"\nrules = ["surveillance"]\n'
    (home / "rules.toml").write_text(written)
    answer = client.post("/rules/remove", data={"name": "surveillance"})
    assert answer.status_code == 409
    assert "the digest &#39;morning&#39; names the rule" in answer.text
    assert "take it out of its `rules` first" in answer.text
    assert (home / "rules.toml").read_text() == written


def test_rules_beside_one_that_cannot_be_used_stay_on_the_desk(
    client: TestClient, home: Path
) -> None:
    wrong = '[channels]\nroom = "$NOT_SET"\n[[rule]]\nname = "spies"\nquery = "topik:x"\n'
    (home / "rules.toml").write_text(RULES + wrong)
    assert '<a href="/rules">2 mistakes in rules.toml</a>' in client.get("/").text
    page = client.get("/rules").text
    assert "NOT_SET is not set" in page
    assert "rule &#39;spies&#39;: no field" in page
    assert page.count("All else is used.") == 1
    assert page.index("Cannot be used") < page.index("A rule that is mended first sees")
    assert "/rules/edit?name=surveillance" in page
    form = client.get("/rules/edit?name=surveillance").text
    assert "NOT_SET" not in form, "it can be saved all the same"
    assert "room (cannot be used now)" in form
    assert 'value="room"' in form, "else saving later would take the channel from its rules"
    of_alerts = client.get("/alerts").text
    assert "unusable" in of_alerts
    assert "rule &#39;spies&#39;: no field" in of_alerts
    (right, spies) = client.get("/api/rules").json()
    assert (right["name"], right["wrong"], spies["name"]) == ("surveillance", None, "spies")
    assert "no field" in spies["wrong"]


def test_broken_rules_file_is_reported_and_left_alone(client: TestClient, home: Path) -> None:
    (home / "rules.toml").write_text("[[rule]\n")
    page = client.get("/rules")
    assert page.status_code == 200
    assert "not valid TOML" in page.text
    assert "Nothing can be saved here until this is mended." in client.get("/rules/edit").text
    assert client.post("/rules/save", data=rule()).status_code == 422
    assert client.post("/rules/remove", data={"name": "surveillance"}).status_code == 409
    assert (home / "rules.toml").read_text() == "[[rule]\n"
    assert "not valid TOML" in client.get("/alerts").text
    assert "1 mistake in rules.toml" in client.get("/").text
    (home / "rules.toml").write_text(RULES)
    assert "in rules.toml" not in client.get("/").text
    assert "surveillance" in client.get("/rules").text
