"""The alerts that were sent or are held, and what a reader does with them."""

from __future__ import annotations

import re

from desk_sample import page_text
from factories import an_alert
from starlette.testclient import TestClient

from core.ledger import alerts, held_alerts, stories
from core.ledger.erasures import ERASED_TEXT
from wirewatch.house import House


def test_alerts_are_shown_as_they_were_sent(reader: TestClient) -> None:
    page = page_text(reader, "/alerts")
    assert "update rule surveillance" in page
    assert "Why you got this: it matches your rule “surveillance”" in page
    assert "terminal: delivered" in page


def test_alert_says_above_its_headline_who_told_it_and_how_many_have_the_story(
    client: TestClient, house: House
) -> None:
    several = an_alert(story=9, headline="Nine have it", outlet="A", outlets=("A", "B", "C"))
    with house.ledger.write() as tx:
        for one in (an_alert(story=8, headline="One has it"), several):
            alerts.add(tx, one, [], house.now())
    page = page_text(client, "/alerts")
    assert re.search(r"rule r · [^·]* · Example News ↗ One has it", page)
    assert re.search(r"rule r · [^·]* · A ↗ · 3 outlets Nine have it", page)


def test_alerts_of_a_rule_lead_to_its_form(client: TestClient, house: House) -> None:
    form = '<a href="/rules/edit?name=surveillance">change it</a>'
    assert form in client.get("/alerts?rule=surveillance").text
    assert client.get("/alerts?rule=r").status_code == 422
    with house.ledger.write() as tx:
        alerts.add(tx, an_alert("removed"), [], house.now())
        held_alerts.hold(tx, an_alert("removed and held"), house.now())
    for removed in ("removed", "removed and held"):
        assert f"of the rule {removed} ( all rules" in page_text(client, f"/alerts?rule={removed}")


def test_alert_and_trial_do_not_repeat_the_headline_as_evidence(client: TestClient) -> None:
    values = {"name": "the calls", "query": "topic:surveillance"}
    for page in (client.get("/alerts").text, client.post("/rules/try", data=values).text):
        found = re.findall(r"<h\d><a[^>]*>([^<]+)</a></h\d>(.*?)</li>", page, re.DOTALL)
        assert len(found) > 5
        for headline, below in found:
            quoted = re.findall(r"<q [^>]*>(.*?)</q>", below, re.DOTALL)
            shown = [one.replace("<b>", "").replace("</b>", "") for one in quoted]
            assert headline not in shown
            if "new-in-it" not in below:  # an update's news comes before its reasons
                assert shown or "in the headline" in below, "a reason is given all the same"


def test_story_of_an_alert_can_be_muted_beside_it(client: TestClient, house: House) -> None:
    with house.ledger.write() as tx:
        lone = an_alert(story=8)  # on an article that is no story
        alerts.add(tx, lone, [], house.now())
        ((told, _),) = alerts.listed(tx, rule="surveillance", last=1)
    assert f"/stories/{lone.story}/mute" not in client.get("/alerts").text
    address = f"/stories/{told.story}/mute"
    assert f'action="{address}"' in client.get("/alerts").text
    answer = client.post(address)
    assert "Muted since" in page_text(client, answer.headers["location"])
    assert f'action="{address}"' not in client.get("/alerts").text
    assert "its story is muted" in page_text(client, "/alerts")


def test_alert_for_digests_has_its_own_language_and_no_button(
    client: TestClient, house: House
) -> None:
    headline = "La ministre nie tout"
    french = an_alert(headline=headline, headline_language="fr", language="en")
    with house.ledger.write() as tx:
        alerts.add(tx, french, [], house.now())
    page = client.get("/alerts").text
    assert 'lang="fr">La ministre nie tout</a>' in page
    assert f'lang="en">{french.why[0].phrase}</q>' in page
    assert "Send again: La ministre nie tout" not in page  # it has no channel to go to
    assert "Send again: " in page


def test_held_alert_shows_why_it_is_held(client: TestClient, house: House) -> None:
    with house.ledger.write() as tx:
        held_alerts.hold(tx, an_alert(rule="surveillance", story=1), house.now())
    assert "is sent once" not in page_text(client, "/alerts")
    with house.ledger.write() as tx:
        real = {"story": stories.listed(tx)[0].id}
        gone = an_alert(rule="gone", story=2).model_copy(update=real)
        held_alerts.hold(tx, gone, house.now())
    assert f'UTC: <a href="/stories/{gone.story}"' in client.get("/alerts").text
    page = page_text(client, "/alerts")
    assert "is sent once a rule of its name exists again" in page
    assert "Held back by the rate of rule surveillance since" in page
    said = "Held back (rule gone was removed) since"
    assert said in page
    assert said in page_text(client, f"/stories/{gone.story}")
    assert "more held back" not in page
    with house.ledger.write() as tx:
        for story in range(3, 9):
            held_alerts.hold(tx, an_alert(rule="surveillance", story=story), house.now())
    assert "5 more held back" in page_text(client, "/alerts")


def test_alert_can_be_resent(client: TestClient, house: House) -> None:
    with house.ledger.read() as tx:
        ((alert, _),) = alerts.listed(tx, last=1)
    answer = client.post("/alerts/resend", data={"key": alert.key})
    assert answer.headers["location"] == "/alerts?rule=&page=1&done=resent"
    with house.ledger.read() as tx:
        ((_, (delivery,)),) = (one for one in alerts.listed(tx) if one[0].key == alert.key)
    assert delivery.delivered_at is None
    page = client.get("/alerts").text
    assert '<a href="/alerts#channels">1 message waiting</a>' in page  # why is told there
    assert 'id="channels"' in page
    assert client.post("/alerts/resend", data={"key": "f"}).status_code == 404
    (house.settings.home / "rules.toml").write_text("")
    with house.ledger.write() as tx:
        alerts.add(tx, an_alert(rule="old", story=9), ["old"], house.now())
    away = client.post("/alerts/resend", data={"key": an_alert(rule="old", story=9).key})
    assert away.headers["location"] == "/alerts?rule=&page=1&done=removed"
    assert "rules.toml no longer names its channels" in page_text(client, away.headers["location"])


def test_alert_of_which_nothing_is_left_is_not_resent(client: TestClient, house: House) -> None:
    gone = an_alert(story=9, headline=ERASED_TEXT)
    with house.ledger.write() as tx:
        alerts.add(tx, gone, ["desk"], house.now())
    answer = client.post("/alerts/resend", data={"key": gone.key})
    assert answer.headers["location"] == "/alerts?rule=&page=1&done=erased"
    assert "Not sent: what it told was erased." in page_text(client, answer.headers["location"])
