"""Services through Apprise: each gets a suitable body, within its limits."""

from __future__ import annotations

import html
import json
import re
from urllib.parse import parse_qs

import apprise
import pytest
import requests
from factories import NOON, a_digest, an_alert

from alert.channels import Service
from alert.delivery import send
from alert.outcomes import Taken
from alert.services import best_format, body
from alert.wording import of_alert, of_digest

HOSTILE = an_alert(
    headline="<!channel> *Gags* & [x](https://evil.example) <b>@everyone</b> _now_",
    title='Minister: "never" <i>used</i>',
)
SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
TELEGRAM = "tgram://123456789:abcdefghijklmnopabcdefghijklmnopabc/12345"
DISCORD = "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js"
TWILIO = f"twilio://AC{'a' * 32}:{'b' * 32}@15551234567/15551234568"
MATRIX = "matrix://me:pw@127.0.0.1/#room"
MATTERMOST = "mmost://127.0.0.1/3ccdd113474722377935511fc85d3dd4"
ZULIP = f"zulip://bot@org/{'a' * 32}/stream"


def plugin_of(url: str) -> apprise.NotifyBase:
    plugin = apprise.Apprise.instantiate(url)
    assert plugin is not None
    return plugin


@pytest.fixture
def sent(monkeypatch):
    """What would have been sent over the network, as JSON."""
    bodies = []

    def answer(_, request, **kwargs):
        form = "zulip" in request.url
        bodies.append(parse_qs(request.body) if form else json.loads(request.body))
        said = requests.Response()
        said.status_code = 200
        said._content = b"ok" if "slack" in request.url else b'{"ok": true, "result": {}}'
        said.request, said.url = request, request.url
        return said

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", answer)
    return bodies


@pytest.mark.parametrize(
    ("url", "form"),
    [
        (SLACK, "markdown"),
        (TELEGRAM, "html"),
        (DISCORD, "markdown"),
        (MATRIX, "html"),
        ("json://x", "text"),
        ("json://x?format=html", "html"),
        (MATTERMOST, "markdown"),
        (f"{MATTERMOST}?format=text", "markdown"),  # Apprise would read that as Markdown
        (ZULIP, "markdown"),
        ("ryver://org/ckhrjW8w672m6HG?format=markdown", "markdown"),
        ("ntfy://topic", "text"),
    ],
)
def test_each_service_gets_its_best_format(url, form):
    assert best_format(apprise.Apprise.instantiate(url)) == form


def test_slack_gets_its_markup_with_headlines_escaped(sent):
    assert send(of_alert(HOSTILE), Service("desk", SLACK), NOON) == Taken()
    text = sent[0]["attachments"][0]["text"]
    assert text.startswith("*&lt;!channel&gt; ")
    assert '<https://news.example/1|Minister: "never" &lt;i&gt;used&lt;/i&gt;>' in text
    assert "<!channel>" not in json.dumps(sent)
    assert "@everyone" not in json.dumps(sent)
    assert "|x>" not in text


def test_telegram_gets_html_with_headlines_escaped(sent):
    assert send(of_alert(HOSTILE), Service("desk", TELEGRAM), NOON) == Taken()
    text = sent[-1]["text"]
    assert "<b>&lt;!channel&gt; *Gags* &amp; [x](https://evil.example) &lt;b&gt;@" in text
    assert '<a href="https://news.example/1">Minister: "never" &lt;i&gt;used&lt;/i&gt;</a>' in text
    assert sent[-1]["parse_mode"] == "HTML"
    assert "&amp;lt;" not in text
    assert text.startswith("<b>[r] &lt;!channel&gt; *Gags* ")


@pytest.mark.parametrize(
    "headline", [HOSTILE.headline, "news/@everyone", "a@here", "<@&77> and <@12345>"]
)
@pytest.mark.parametrize("more", ["", "?format=markdown"])
def test_discord_message_notifies_nobody_whatever_precedes_the_at_sign(sent, headline, more):
    told = an_alert(headline=headline, url="https://social.example/@everyone/1")
    assert send(of_alert(told), Service("desk", DISCORD + more), NOON) == Taken()
    (said,) = sent
    assert "allow_mentions" not in said  # Apprise adds this if it found somebody to notify
    assert "https://social.example/%40everyone/1" in json.dumps(said)
    assert not re.search(r"@(everyone|here|&?\d)", json.dumps(said, ensure_ascii=False))


def test_discord_title_is_escaped(sent):
    told = an_alert(headline="[x](https://evil.example) *now*")
    assert send(of_alert(told), Service("desk", DISCORD), NOON) == Taken()
    first = sent[0]["content"].splitlines()[0]
    assert first == r"\[r\] \[x\](https://evil.example) \*now\*"


MARKS = an_alert(headline="#1 > *Gags* & [x](https://evil.example) <b>_now_</b> `rm` ~~no~~ @all")


def test_mattermost_shows_headlines_as_they_are(sent):
    assert send(of_alert(MARKS), Service("desk", MATTERMOST), NOON) == Taken()
    _, headline, outlet, *_ = sent[0]["text"].splitlines()
    # Mattermost removes a backslash only before a character that is Markdown.
    assert headline == (
        r"**\#1 &#62; \*Gags\* &#38; \[x\](https://evil.example) &#60;b&#62;\_now\_&#60;/b&#62; "
        r"\`rm\` \~\~no\~\~ @{}all**".format("\u2060")
    )
    assert outlet == "Example News: [Headline](<https://news.example/1>)"


def test_zulip_shows_headlines_as_they_are(sent):
    assert send(of_alert(MARKS), Service("desk", ZULIP), NOON) == Taken()
    headline, outlet, *_ = sent[0]["content"][0].splitlines()
    assert not set("*`[]<>~_\\") & set(headline.strip("*"))  # Zulip has no backslash escapes
    shown = html.unescape(headline.strip("*")).replace("\u2060", "")
    assert shown == MARKS.headline
    assert outlet == "Example News: [Headline](<https://news.example/1>)"
    assert sent[0]["topic"][0].startswith("[r] #1 > *Gags* & [x]")  # topics are not Markdown


def test_text_message_is_cut_to_one_message(monkeypatch):
    bodies = []

    def answer(_, request, **kwargs):
        bodies.append(parse_qs(request.body)["Body"][0])
        said = requests.Response()
        said.status_code, said._content = 201, b"{}"
        return said

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", answer)
    for headline in ("Cameras", "Cameras in all streets " * 9):
        assert send(of_alert(an_alert(headline=headline)), Service("desk", TWILIO), NOON) == Taken()
    short, long = bodies
    assert short.startswith("[r] Cameras\r\n")
    assert long.startswith("[r] Cameras in all streets Cameras")
    assert long.endswith("…")
    assert max(map(len, bodies)) <= plugin_of(TWILIO).body_maxlen


LONG_DIGEST = of_digest(
    a_digest(*(an_alert(story=n, headline=f"Story {n} & " * 9) for n in range(500)))
)


@pytest.mark.parametrize("url", [SLACK, TELEGRAM, DISCORD, "json://x"])
def test_long_digest_is_cut_to_the_services_limit(url):
    plugin = plugin_of(url)
    text = body(LONG_DIGEST, plugin, best_format(plugin))
    assert plugin.body_maxlen / 2 < len(text) < plugin.body_maxlen
    assert "Cut here for length" in text


def test_a_long_digest_goes_out_as_one_message(sent):
    assert send(LONG_DIGEST, Service("desk", TELEGRAM), NOON) == Taken()
    (one,) = sent
    assert len(one["text"]) <= 4096
