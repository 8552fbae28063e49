"""E-mail: HTML and text, threaded by story, with the same bytes at each repeat."""

from __future__ import annotations

from dataclasses import replace
from email.utils import parsedate_to_datetime
from pathlib import Path

import aiosmtpd.smtp
import apprise
import pytest
from certificates import self_signed
from factories import NOON, an_alert
from hypothesis import given
from hypothesis import strategies as st
from receivers import letter, mail_receiver

from alert.channels import Service
from alert.delivery import send
from alert.mail import letters, message_id
from alert.markup import line
from alert.message import Message
from alert.outcomes import Cause, Failed, Taken
from alert.services import server_of
from alert.wording import of_alert
from core.records import Development, DevelopmentKind, content_id

MESSAGE = of_alert(an_alert(title="Größe & <b>Maß</b>", headline="Größe & <b>Maß</b>"))
MOVED = of_alert(
    an_alert(
        key=content_id("moved"),
        kind="development",
        developments=(
            Development(
                kind=DevelopmentKind.DENIAL,
                what="The minister denies it",
                told_by=an_alert().first,
            ),
        ),
    )
)
FROM = "from=wire@newsroom.example&name=The%20Wire"


def desk(port, more="to=desk@newsroom.example"):
    return Service("desk", f"mailto://127.0.0.1:{port}?{FROM}&{more}")


def server(more="to=desk@newsroom.example"):
    return server_of(apprise.Apprise.instantiate(desk(25, more).url))


def the_letter(message, more="to=desk@newsroom.example"):
    ((content, _),) = letters(message, server(more))
    return letter(content)


@pytest.mark.parametrize(("more", "taken"), [("", False), ("&verify=no", True)])
def test_a_server_with_an_unknown_certificate_gets_nothing(
    more: str, taken: bool, tmp_path: Path
) -> None:
    context, _ = self_signed(tmp_path, "localhost")
    with mail_receiver(starttls=context) as inbox:
        url = f"mailtos://127.0.0.1:{inbox.port}?{FROM}&to=a@newsroom.example&mode=starttls{more}"
        outcome = send(MESSAGE, Service("desk", url), NOON)
    assert (outcome == Taken()) is taken
    assert bool(inbox.readers) is taken
    if isinstance(outcome, Failed):
        assert "certificate verify failed" in outcome.reason


def test_letter_has_text_and_html():
    with mail_receiver() as inbox:
        assert send(MESSAGE, desk(inbox.port), NOON) == Taken()
    ((content,),) = inbox.by_key.values()
    read = letter(content)
    assert read.get_content_type() == "multipart/alternative"
    assert read["subject"] == "[r] Größe & <b>Maß</b>"
    assert read["from"] == "The Wire <wire@newsroom.example>"
    assert read["to"] == "desk@newsroom.example"
    assert parsedate_to_datetime(read["date"]) == NOON
    assert read["list-id"] == "wirewatch <wirewatch.newsroom.example>"
    assert read["auto-submitted"] == "auto-generated"
    text, page = (part.get_content() for part in read.iter_parts())
    assert text.replace("\r\n", "\n") == MESSAGE.text + "\n"
    assert "Größe &amp; &lt;b&gt;Maß&lt;/b&gt;" in page


@pytest.mark.parametrize(
    "headline",
    [
        "Reconnaissance faciale : la CNIL inflige 20 millions d'amende après été à une",
        "監視 ؟هواتف 'a' the 'a' Größe Überwachung à Œuvre 'a' «Niemals illégale Œuvre",
        "A plain headline, in words of ASCII; " * 4,
        "Police deny =?utf-8?q?all=E2=80=AE?= of it",
        "Größe =?utf-8?b?4pi6?=",
    ],
)
def test_subject_is_read_as_it_was_written(headline):
    message = of_alert(an_alert(headline=headline))
    assert the_letter(message)["subject"] == message.subject


def test_development_replies_to_its_storys_first_letter():
    first, moved = the_letter(MESSAGE), the_letter(MOVED)
    assert first["message-id"] == message_id(MESSAGE.thread, "newsroom.example")
    assert "references" not in first
    assert moved["references"] == moved["in-reply-to"] == first["message-id"]
    assert moved["message-id"] != first["message-id"]


@pytest.mark.parametrize("domain", ["newsroom.example", f"{'n' * 60}.newsroom.example"])
def test_reply_headers_are_not_encoded(domain):
    # Mail programs do not decode encoded words (RFC 2047) in these headers when threading.
    ours = server_of(apprise.Apprise.instantiate(f"mailto://127.0.0.1?from=wire@{domain}"))
    ((content, _),) = letters(MOVED, ours)
    first = message_id(MESSAGE.thread, domain).encode()
    head = content.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ").split(b"\r\n")
    assert b"In-Reply-To: " + first in head
    assert b"References: " + first in head


def test_letter_is_ascii_on_its_way():
    short = Message("k", "notice", "Größe", (line("Größe"),), NOON, "t")
    ((content, _),) = letters(short, server())
    assert content.isascii()
    text, _ = letter(content).iter_parts()
    assert text.get_content().strip() == "Größe"


def test_readers_do_not_see_each_other():
    more = "to=a@x.example,b@x.example&cc=c@x.example&bcc=d@x.example&reply=e@x.example"
    (one, to_one), (other, to_other), *copies = letters(MESSAGE, server(more))
    assert (to_one, to_other) == ("a@x.example", "b@x.example")
    assert copies == [(one, "c@x.example"), (one, "d@x.example")]
    assert [letter(one)["to"], letter(other)["to"]] == ["a@x.example", "b@x.example"]
    assert letter(one)["cc"] == "c@x.example"
    assert letter(one)["reply-to"] == "e@x.example"
    assert b"d@x.example" not in one + other


def test_headers_in_the_url_are_added_but_do_not_replace_ours():
    read = the_letter(MESSAGE, "to=a@x.example&+X-Desk=night&+Message-ID=<x@y>")
    assert read["x-desk"] == "night"
    assert read.get_all("message-id") == [message_id(MESSAGE.thread, "newsroom.example")]
    for message in (MESSAGE, MOVED):
        ours = the_letter(message).keys()
        again = "&".join(f"+{name}=x" for name in ours)
        assert the_letter(message, again).keys() == ours


@given(
    st.lists(
        st.sampled_from(
            ["a", "\r\n", "\n", "\r", "Bcc: x@y.example", "\x00", "\u2028", "ü", "\x85"]
        )
        | st.text(max_size=3),
        max_size=8,
    ).map("".join)
)
def test_headline_cannot_inject_a_header(words):
    alert = an_alert(headline=words, rule=words, title=words)
    read = the_letter(of_alert(alert))
    assert read.keys() == the_letter(MESSAGE).keys()
    assert "bcc" not in read


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("451 later", Failed("not delivered to desk@newsroom.example: 451 later", Cause.CHANNEL)),
        ("554 not this", Failed("the server answered 554 not this", Cause.UNKNOWN)),
    ],
)
def test_refusal_by_the_server_is_a_failure_with_its_answer(said, outcome):
    with mail_receiver(lambda _: said) as inbox:
        assert send(MESSAGE, desk(inbox.port), NOON) == outcome


def test_unknown_recipient_does_not_stop_delivery_to_the_others():
    refused = {"gone@x.example": "550 no such person"}
    with mail_receiver(recipients=refused) as inbox:
        both = desk(inbox.port, "to=a@x.example,gone@x.example")
        assert send(MESSAGE, both, NOON) == Taken(
            "not delivered to gone@x.example: 550 no such person"
        )
        alone = send(MESSAGE, desk(inbox.port, "to=gone@x.example"), NOON)
    assert alone == Failed("not delivered to gone@x.example: 550 no such person", Cause.CHANNEL)


NOT_THIS = "554 content refused"


@pytest.mark.parametrize("to", ["a@x.example,strict@y.example", "strict@y.example,a@x.example"])
def test_one_readers_filter_does_not_stop_delivery_to_the_others(to):
    with mail_receiver(letters={"strict@y.example": NOT_THIS}) as inbox:
        outcome = send(MESSAGE, desk(inbox.port, f"to={to}"), NOON)
    assert outcome == Taken(f"not delivered to strict@y.example: {NOT_THIS}")
    (content,) = inbox.by_key[MESSAGE.key]
    assert letter(content)["to"] == "a@x.example"


@pytest.mark.parametrize(
    ("recipients", "letters", "outcome"),
    [
        (
            {},
            {"a@x.example": NOT_THIS, "b@x.example": NOT_THIS},
            Failed(f"the server answered {NOT_THIS}", Cause.UNKNOWN),
        ),
        (
            {"a@x.example": "550 no such person"},
            {"b@x.example": NOT_THIS},
            Failed(f"the server answered {NOT_THIS}", Cause.UNKNOWN),
        ),
        (
            {"b@x.example": "452 too much mail"},
            {"a@x.example": NOT_THIS},
            Failed(
                f"not delivered to a@x.example: {NOT_THIS}; b@x.example: 452 too much mail",
                Cause.CHANNEL,
            ),
        ),
        (
            {},
            {"a@x.example": NOT_THIS, "b@x.example": "451 later"},
            Failed(
                f"not delivered to a@x.example: {NOT_THIS}; b@x.example: 451 later", Cause.CHANNEL
            ),
        ),
    ],
)
def test_letter_is_retried_if_no_reader_got_it_or_one_may_get_it_later(
    recipients, letters, outcome
):
    with mail_receiver(recipients=recipients, letters=letters) as inbox:
        assert send(MESSAGE, desk(inbox.port, "to=a@x.example,b@x.example"), NOON) == outcome


@pytest.mark.parametrize("copy", ["cc", "bcc"])
def test_refused_copy_does_not_resend_the_letter_to_the_reader(copy):
    with mail_receiver(recipients={"gone@x.example": "550 no such person"}) as inbox:
        outcome = send(MESSAGE, desk(inbox.port, f"to=a@x.example&{copy}=gone@x.example"), NOON)
        other = send(MESSAGE, desk(inbox.port, f"to=gone@x.example&{copy}=a@x.example"), NOON)
    assert outcome == Taken("not delivered to gone@x.example: 550 no such person")
    assert other == Failed("not delivered to gone@x.example: 550 no such person", Cause.CHANNEL)


@pytest.mark.parametrize("copy", ["cc", "bcc"])
def test_copy_is_sent_even_if_the_first_readers_letter_is_refused(copy):
    with mail_receiver(letters={"strict@y.example": NOT_THIS}) as inbox:
        to = f"to=strict@y.example,a@x.example&{copy}=c@x.example"
        outcome = send(MESSAGE, desk(inbox.port, to), NOON)
    assert outcome == Taken(f"not delivered to strict@y.example: {NOT_THIS}")
    assert inbox.readers == ["a@x.example", "c@x.example"]


@pytest.mark.parametrize("copy", ["cc", "bcc"])
def test_filter_of_a_copy_does_not_stop_delivery_to_the_reader(copy):
    with mail_receiver(letters={"c@x.example": NOT_THIS}) as inbox:
        outcome = send(MESSAGE, desk(inbox.port, f"to=a@x.example&{copy}=c@x.example"), NOON)
    assert outcome == Taken(f"not delivered to c@x.example: {NOT_THIS}")
    assert inbox.readers == ["a@x.example"]


@pytest.mark.parametrize("answer", ["550 no such person", "452 too much mail"])
def test_letter_refused_by_every_reader_sends_no_copy(answer):
    with mail_receiver(recipients={"gone@x.example": answer}) as inbox:
        for _ in range(3):
            outcome = send(MESSAGE, desk(inbox.port, "to=gone@x.example&cc=c@x.example"), NOON)
            assert outcome == Failed(f"not delivered to gone@x.example: {answer}", Cause.CHANNEL)
    assert inbox.readers == []


def test_reader_who_is_also_copied_gets_one_letter():
    with mail_receiver() as inbox:
        both = desk(inbox.port, "to=a@x.example,b@x.example&cc=b@x.example")
        assert send(MESSAGE, both, NOON) == Taken()
    assert inbox.readers == ["a@x.example", "b@x.example"]


@pytest.mark.parametrize("hangs_up", [False, True])
def test_session_that_the_server_ends_goes_on_in_another(hangs_up):
    readers = [f"{one}@x.example" for one in "abcde"]
    with mail_receiver(a_session=2, hangs_up=hangs_up) as inbox:
        assert send(MESSAGE, desk(inbox.port, f"to={','.join(readers)}"), NOON) == Taken()
    assert inbox.readers == readers


def test_server_that_ends_each_session_at_once_is_a_failure():
    with mail_receiver(a_session=0) as inbox:
        outcome = send(MESSAGE, desk(inbox.port), NOON)
    assert outcome == Failed("the server answered 421 too many letters", Cause.CHANNEL)


def test_server_that_may_hang_up_because_of_a_letter_is_a_failure_of_unknown_cause():
    with mail_receiver(a_session=0, hangs_up=True) as inbox:
        outcome = send(MESSAGE, desk(inbox.port), NOON)
    assert isinstance(outcome, Failed)
    assert outcome.reason.startswith("127.0.0.1 ended the session: ")
    assert outcome.cause is Cause.UNKNOWN


def test_failure_at_quit_does_not_undo_the_delivery(monkeypatch):
    async def busy(self, _):
        await self.push("421 too busy to say goodbye")

    monkeypatch.setattr(aiosmtpd.smtp.SMTP, "smtp_QUIT", busy)
    with mail_receiver() as inbox:
        assert send(MESSAGE, desk(inbox.port), NOON) == Taken()


def test_no_valid_recipient_is_a_failure():
    # Apprise drops an address that it cannot parse.
    outcome = send(MESSAGE, desk(25, "to=b%C3%BCro@x.example"), NOON)
    assert isinstance(outcome, Failed)
    assert "no valid e-mail address" in outcome.reason


def test_reader_who_is_refused_for_now_is_left_for_later():
    refused = {"full@x.example": "452 too much mail", "gone@x.example": "550 no such person"}
    with mail_receiver(recipients=refused, letters={"grey@x.example": "451 later"}) as inbox:
        to = "to=full@x.example,a@x.example,gone@x.example,grey@x.example&cc=c@x.example"
        outcome = send(MESSAGE, desk(inbox.port, to), NOON)
    assert outcome == Taken(
        "not delivered to gone@x.example: 550 no such person",
        {"full@x.example": "452 too much mail", "grey@x.example": "451 later"},
    )
    assert inbox.readers == ["a@x.example", "c@x.example"]


def test_readers_after_whom_the_server_takes_no_more_are_left_for_later():
    refused = {"b@x.example": "421 not now"}
    with mail_receiver(recipients=refused) as inbox:
        outcome = send(MESSAGE, desk(inbox.port, "to=a@x.example,b@x.example,c@x.example"), NOON)
    said = "the server answered 421 not now"
    assert outcome == Taken(later={"b@x.example": said, "c@x.example": said})
    assert inbox.readers == ["a@x.example"]


@pytest.mark.parametrize("reader", ["b@x.example", "c@x.example"])
def test_reader_who_was_left_gets_the_same_letter_alone(reader):
    to = "to=a@x.example,b@x.example&cc=c@x.example"
    with mail_receiver() as inbox:
        lane = replace(desk(inbox.port, to), target=reader)
        assert send(MESSAGE, lane, NOON) == Taken()
    assert inbox.readers == [reader]
    ((expected, _),) = [one for one in letters(MESSAGE, server(to)) if one[1] == reader]
    assert letter(inbox.by_key[MESSAGE.key][0]).as_bytes() == letter(expected).as_bytes()
    with mail_receiver(recipients={reader: "452 too much mail"}) as inbox:
        outcome = send(MESSAGE, replace(desk(inbox.port, to), target=reader), NOON)
    assert outcome == Failed(f"not delivered to {reader}: 452 too much mail", Cause.CHANNEL)


def test_unreachable_server_is_a_failure():
    with mail_receiver() as inbox:
        port = inbox.port
    outcome = send(MESSAGE, desk(port), NOON)
    assert isinstance(outcome, Failed)
    assert outcome.reason.startswith("127.0.0.1 could not be reached: ")
    assert outcome.cause is Cause.CHANNEL


def test_refused_login_is_a_failure_without_the_password():
    with mail_receiver() as inbox:
        url = f"mailto://me:geheim@127.0.0.1:{inbox.port}?{FROM}&to=a@x.example&mode=insecure"
        outcome = send(MESSAGE, Service("desk", url), NOON)
    assert isinstance(outcome, Failed)
    assert "geheim" not in outcome.reason
