"""Targets: which of a channel's targets are delivered separately, and under which names."""

from __future__ import annotations

import pytest

from alert.channels import Channel, Service, Terminal, Webhook
from alert.targets import is_for, is_mail, lanes, readers, shown_channels, without_channel

SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
TELEGRAM = "tgram://123456789:abcdefghijklmnopabcdefghijklmnopabc"


def lanes_of(url: str) -> dict[str, Channel]:
    return lanes({"room": Service("room", url)})["room"]


@pytest.mark.parametrize(
    ("url", "names"),
    [
        (f"{TELEGRAM}/12345/67890", ["room: 12345", "room: 67890"]),
        (f"{SLACK}/#desk/#night", ["room: #desk", "room: #night"]),
        ("matrix://token-pw@127.0.0.1/#desk/#night", ["room: #desk", "room: #night"]),
        ("ntfy://127.0.0.1/desk/night", ["room: desk", "room: night"]),
        ("ntfy://127.0.0.1/?to=desk,night", ["room: desk", "room: night"]),
        ("ntfy://127.0.0.1/desk/night/desk", ["room: desk", "room: night"]),
        (
            "mmost://127.0.0.1/3ccdd113474722377935511fc85d3dd4?channel=desk,night",
            ["room: desk", "room: night"],
        ),
    ],
)
def test_each_target_has_its_own_lane(url: str, names: list[str]) -> None:
    found = lanes_of(url)
    assert list(found) == names
    for lane in found.values():
        assert isinstance(lane, Service)
        assert len(lane.plugin()) == 1
        assert "pw" not in lane.shown + repr(lane)


@pytest.mark.parametrize(
    "url",
    [
        f"{TELEGRAM}/12345",
        "json://127.0.0.1/a/b",
        # One request for both: it is accepted or refused as a whole.
        f"pover://{'a' * 30}@{'b' * 30}/phone/tablet",
        # We write these letters ourselves: `mail` sends one to each reader.
        "mailto://127.0.0.1?from=w@x.example&to=a@x.example,b@x.example",
        # Each target would log in separately, which servers allow only a few times an hour.
        "matrix://me:pw@127.0.0.1/#desk/#night",
        "nonsense://x",
    ],
)
def test_single_target_keeps_the_channels_name(url: str) -> None:
    assert lanes_of(url) == {"room": Service("room", url)}


@pytest.mark.parametrize(("pgp", "ours"), [("no", True), ("encrypt", False)])
def test_mail_that_is_to_be_encrypted_is_left_to_apprise(pgp: str, ours: bool) -> None:
    url = f"mailto://127.0.0.1?from=w@x.example&to=a@x.example&pgp={pgp}"
    assert is_mail(Service("desk", url).plugin()) is ours


def test_webhook_is_a_single_lane() -> None:
    hook = Webhook("hook", "https://x.example/")
    assert lanes({"hook": hook}) == {"hook": {"hook": hook}}


def test_lane_name_does_not_depend_on_the_other_targets() -> None:
    assert set(lanes_of("ntfy://h/a/b")) & set(lanes_of("ntfy://h/c/b/a")) == {"room: a", "room: b"}


def test_secret_or_long_target_is_not_shown_in_the_lane_name() -> None:
    secret = "abcdefghijklmnop"
    names = list(lanes_of(f"line://{'x' * 30}/{secret}/{'y' * 20}"))
    assert len(set(names)) == 2
    assert secret not in "".join(names)
    channel = Service("r" * 80, "ntfy://h/a/b")
    both = lanes({channel.name: channel})[channel.name]
    assert [len(name) for name in both] == [80, 80]


def test_long_names_with_a_common_beginning_have_distinct_lanes() -> None:
    alike = [Service("r" * 75 + end, f"ntfy://h/{'a' * 9}/{'b' * 9}") for end in "12"]
    named = {one.name: one for one in alike}
    assert len({lane for of_one in lanes(named).values() for lane in of_one}) == 4


@pytest.mark.parametrize("name", ["room", "r" * 71, "r" * 80])
@pytest.mark.parametrize("path", ["a/b", f"{'a' * 60}/{'b' * 60}"])
def test_a_lane_is_known_as_its_channels_whatever_is_cut_from_the_name(
    name: str, path: str
) -> None:
    (of_one,) = lanes({name: Service(name, f"ntfy://h/{path}")}).values()
    assert len(of_one) == 2
    assert all(is_for(lane, name) for lane in (name, *of_one))
    assert not any(is_for(lane, other) for lane in of_one for other in ("roo", f"a {name}"))


def test_lane_never_takes_another_channels_name() -> None:
    other = Service("room: a", "json://h")
    found = lanes({"room": Service("room", "ntfy://h/a/b"), "room: a": other})
    assert "room: a" not in found["room"]
    assert len(found["room"]) == 2


def test_each_address_has_a_lane_for_what_it_alone_did_not_take() -> None:
    mail = Service(
        "desk",
        "mailto://127.0.0.1?from=w@x.example&to=a@x.example,b@x.example&cc=c@x.example&bcc=d@x.example",
    )
    channels: dict[str, Channel] = {
        "desk": mail,
        "room": Service("room", f"{TELEGRAM}/12345/67890"),
    }
    found = readers(channels)
    assert {name: one.target for name, one in found.items()} == {
        f"desk: {one}@x.example": f"{one}@x.example" for one in "abcd"
    }
    shown = shown_channels(channels, ["desk: b@x.example", "desk: gone@x.example"])
    assert shown["desk: b@x.example"] == found["desk: b@x.example"]
    assert shown["desk: gone@x.example"] is None
    assert "desk: a@x.example" not in shown


def test_shown_channels_are_all_lanes_and_those_with_waiting_alerts() -> None:
    room, hook = Service("room", "ntfy://h/a/b"), Webhook("hook", "https://x.example/")
    shown = shown_channels({"room": room, "hook": hook}, ["hook", "room", "old"])
    assert list(shown) == ["terminal", "room: a", "room: b", "hook", "room", "old"]
    assert (shown["terminal"], shown["hook"]) == (Terminal(), hook)
    # The channel `room` still exists through its targets; `old` is no longer in rules.toml.
    assert (shown["room"], shown["old"]) == (room, None)


def test_a_name_leads_nowhere_once_its_channel_or_its_target_was_removed() -> None:
    one, two = f"{TELEGRAM}/12345", f"{TELEGRAM}/12345/67890"
    names = ["old", "room", "room: 12345", "room: 67890", "terminal"]
    assert without_channel({"room": Service("room", two)}, names) == ["old"]
    assert without_channel({"room": Service("room", one)}, names) == ["old", "room: 67890"]
    assert without_channel({}, names) == names[:-1]
