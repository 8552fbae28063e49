"""What names in queries stand for at present."""

from __future__ import annotations

import pytest
from factories import NOON

from core.conditions import Labelled
from core.ledger import Ledger, feeds, names
from core.query import parse
from core.records import Listed

LOCAL, TRADE, RIGHTS = (f"https://{name}.example/RSS" for name in ("local", "trade", "rights"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("label:press", {LOCAL, TRADE}),
        ('label:"PRESS/Local"', {LOCAL}),
        ("label:pre", set()),
        ("label:Pre*", {LOCAL, TRADE}),
        ("label:*ocal", {LOCAL}),
        ("label:rights", {RIGHTS}),
        ("label:*", {LOCAL, TRADE, RIGHTS}),
    ],
)
def test_label_stands_for_the_feeds_that_have_it_or_lie_in_its_folder(
    ledger: Ledger, query: str, found: set[str]
) -> None:
    with ledger.write() as tx:
        listed = [
            Listed(url=LOCAL, labels=("Press/Local",)),
            Listed(url=TRADE, labels=("Press",)),
            Listed(url=RIGHTS, labels=("Impress", "Rights")),
            Listed(url="https://none.example/rss"),
        ]
        feeds.add_all(tx, listed, NOON)
        asked = parse(query)
        condition = asked.at_present(NOON, names.present(tx, [asked])).condition
    assert isinstance(condition, Labelled)
    assert condition.feeds == frozenset(address.lower() for address in found)


def test_labels_are_compared_once_however_many_feeds_have_them(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three hundred labels of ten thousand feeds had taken fifteen seconds."""
    compared: list[str] = []

    class Pattern:
        def fullmatch(self, folder: str) -> bool:
            compared.append(folder)
            return True

    monkeypatch.setattr(names, "compile_pattern", lambda _: Pattern())
    with ledger.write() as tx:
        listed = [
            Listed(url=f"https://{number}.example/rss", labels=("Press/Local",))
            for number in range(9)
        ]
        feeds.add_all(tx, listed, NOON)
        found = names.present(tx, [parse("label:a"), parse("label:b")]).feeds
    assert {label: len(several) for label, several in found.items()} == {"a": 9, "b": 9}
    assert sorted(compared) == ["press", "press", "press/local", "press/local"]


def test_a_feed_that_moved_has_its_articles_under_the_former_address_too(ledger: Ledger) -> None:
    with ledger.write() as tx:
        feeds.add_all(tx, [Listed(url=LOCAL, labels=("Press",))], NOON)
        (feed,) = feeds.listed(tx)
        feeds.save(tx, feed, feed.model_copy(update={"url": TRADE, "moved_from": LOCAL}))
        asked = parse("label:press")
        assert names.present(tx, [asked]).feeds == {"press": {LOCAL.lower(), TRADE.lower()}}


def test_a_feed_that_moved_to_a_listed_one_gives_it_its_labels(ledger: Ledger) -> None:
    with ledger.write() as tx:
        listed = [Listed(url=LOCAL, labels=("Press", "A")), Listed(url=TRADE, labels=("B", "A"))]
        feeds.add_all(tx, listed, NOON)
        feed, target = feeds.listed(tx)
        feeds.save(tx, feed, feed.model_copy(update={"url": target.url}))
        assert [one.labels for one in feeds.listed(tx)] == [("B", "A", "Press")]
