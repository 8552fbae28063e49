"""Who may do what on a secured Elasticsearch: each key only what it is for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from elasticsearch import AuthorizationException
from secured_server import ALIAS, Secured

from core.index import IndexUnavailableError, Outcome
from core.query import parse
from core.records import Article
from core.settings import load_settings
from search.elastic.client import connect
from search.elastic.index import ElasticIndex
from search.elastic.provision import NEWSROOM, PASSWORDS, provision

Make = Callable[..., Article]

pytestmark = pytest.mark.elasticsearch

ANOTHER = "payroll"
"""An index that is not ours."""

KEYS = ("writer", "reader", "provisioner")


@pytest.fixture(autouse=True)
def another_index(secured: Secured) -> Iterator[None]:
    with secured.client() as superuser:
        superuser.index(index=ANOTHER, id="1", document={"salary": 1}, refresh=True)
        yield
        superuser.indices.delete(index=ANOTHER)


@pytest.fixture
def writing(secured: Secured) -> Iterator[ElasticIndex]:
    index = secured.index("writer")
    yield index
    index.close()


def refused(action: Callable[[], object]) -> bool:
    try:
        action()
    except AuthorizationException as error:
        return error.error == "security_exception"
    return False


def test_the_writer_reads_and_writes_new_months_too(writing: ElasticIndex, make: Make) -> None:
    articles = [make(n, first_seen=datetime(2027, 1 + n, 5, tzinfo=UTC)) for n in range(2)]
    assert {one.outcome for one in writing.write(articles)} == {Outcome.CREATED}
    edited = articles[0].model_copy(update={"revision": 2})
    assert [one.outcome for one in writing.write([edited])] == [Outcome.UPDATED]
    assert writing.search(parse("*")).total == 2
    assert {held.id: held.revision for held in writing.scan()} == {
        articles[0].id: 2,
        articles[1].id: 1,
    }


def test_the_writer_deletes_nothing(writing: ElasticIndex, secured: Secured, make: Make) -> None:
    list(writing.write([make(1)]))
    month = f"{ALIAS}-2026.03"
    client = writing.client
    assert refused(lambda: client.delete(index=month, id=make(1).id))
    assert refused(lambda: client.delete_by_query(index=ALIAS, query={"match_all": {}}))
    assert refused(lambda: client.indices.delete(index=month))
    assert refused(lambda: client.indices.close(index=month))
    assert refused(lambda: client.indices.put_alias(index=month, name="elsewhere"))
    assert refused(lambda: client.indices.put_settings(index=month, settings={"hidden": True}))
    assert refused(lambda: client.indices.delete_index_template(name=ALIAS))
    with pytest.raises(IndexUnavailableError, match="provisioner's key") as error:
        writing.delete([make(1).id])
    assert "indices:data/write/delete" in str(error.value)
    assert writing.search(parse("*")).total == 1


@pytest.mark.parametrize("key", KEYS)
def test_no_key_has_access_to_another_index(key: str, secured: Secured) -> None:
    with secured.client(key) as client:
        assert refused(lambda: client.search(index=ANOTHER))
        assert refused(lambda: client.get(index=ANOTHER, id="1"))
        assert refused(lambda: client.index(index=ANOTHER, document={}))
        assert refused(lambda: client.delete(index=ANOTHER, id="1"))
        assert refused(lambda: client.indices.delete(index=ANOTHER))
        assert refused(lambda: client.indices.create(index="another-one"))
        everywhere = client.search(index="*", allow_no_indices=True)
        assert [hit for hit in everywhere["hits"]["hits"] if hit["_index"] == ANOTHER] == []


@pytest.mark.parametrize("key", KEYS)
def test_no_key_can_create_users_or_keys_or_change_the_cluster(key: str, secured: Secured) -> None:
    no_new_indices = {"action.auto_create_index": "false"}
    with secured.client(key) as client:
        assert refused(lambda: client.security.put_user(username="x", password="123456", roles=[]))
        assert refused(lambda: client.security.create_api_key(name="x"))
        assert refused(lambda: client.security.get_role())
        assert refused(lambda: client.cluster.put_settings(persistent=no_new_indices))
        assert refused(lambda: client.cluster.state())
        assert refused(lambda: client.ingest.put_pipeline(id="x", processors=[]))


def test_the_reader_reads_but_writes_nothing(
    writing: ElasticIndex, secured: Secured, make: Make
) -> None:
    list(writing.write([make(1)]))
    reading = secured.index("reader")
    assert reading.search(parse("*"), facets=["language"]).total == 1
    assert reading.get(make(1).id) == make(1)
    assert len(list(reading.scan())) == 1
    (result,) = reading.write([make(2)])
    assert result.outcome is Outcome.FAILED
    assert "writer's key" in (result.reason or "")
    client = reading.client
    assert refused(lambda: client.index(index=f"{ALIAS}-2026.03", document={}))
    assert refused(lambda: client.indices.create(index=f"{ALIAS}-2031.01"))
    assert refused(lambda: client.indices.delete(index=f"{ALIAS}-2026.03"))
    with pytest.raises(IndexUnavailableError, match="provisioner's key"):
        reading.prepare()
    reading.close()


def test_the_provisioner_prepares_rebuilds_and_deletes(secured: Secured, make: Make) -> None:
    index = secured.index("writer", admin="provisioner")
    list(index.write([make(1), make(2)]))
    index.prepare()
    assert index.delete([make(1).id]) == 1
    assert {one.outcome for one in index.rebuild([make(3)], "2026-03")} == {Outcome.CREATED}
    assert [held.id for held in index.scan()] == [make(3).id]
    index.close()


def test_a_rebuild_without_the_provisioners_key_says_what_is_missing(
    writing: ElasticIndex, make: Make
) -> None:
    list(writing.write([make(1)]))
    (result,) = writing.rebuild([make(2)])
    assert result.outcome is Outcome.FAILED
    assert "manage_index_templates" in (result.reason or "")
    assert "WIREWATCH_ELASTICSEARCH_ADMIN_KEY" in (result.reason or "")
    assert [held.id for held in writing.scan()] == [make(1).id]


def test_an_unknown_key_is_reported(secured: Secured, make: Make) -> None:
    stranger = ElasticIndex(connect(secured.url, "bm9ib2R5OnNlY3JldA==", str(secured.ca)), ALIAS)
    (result,) = stranger.write([make(1)])
    assert result.outcome is Outcome.FAILED
    assert "does not know our key" in (result.reason or "")
    with pytest.raises(IndexUnavailableError, match="WIREWATCH_ELASTICSEARCH_API_KEY"):
        stranger.search(parse("*"))
    stranger.close()


def test_the_newsroom_reads_our_index_only(
    writing: ElasticIndex, secured: Secured, make: Make
) -> None:
    list(writing.write([make(1)]))
    person = connect(secured.url, ca=str(secured.ca)).options(
        basic_auth=(NEWSROOM, "secret-enough")
    )
    with person as client:
        assert client.count(index=ALIAS)["count"] == 1
        assert refused(lambda: client.search(index=ANOTHER))
        assert refused(lambda: client.index(index=f"{ALIAS}-2026.03", document={}))


def test_provisioning_again_keeps_working_keys_and_replaces_others(secured: Secured) -> None:
    before = {key: secured.key(key) for key in KEYS}
    files = {key: secured.keys / key / "api-key" for key in KEYS}
    files["reader"].unlink()
    files["writer"].write_text("bm9ib2R5OnNlY3JldA==")
    with secured.client() as superuser:
        passwords = dict.fromkeys(PASSWORDS, "secret-enough")
        provision(superuser, load_settings(secured.keys), secured.keys, passwords)
    after = {key: secured.key(key) for key in KEYS}
    assert after["provisioner"] == before["provisioner"]
    assert after["writer"] != before["writer"]
    assert after["reader"] != before["reader"]
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in files.values())
    with (
        connect(secured.url, before["reader"], str(secured.ca)) as lost,
        pytest.raises(IndexUnavailableError, match="does not know our key"),
    ):
        ElasticIndex(lost, ALIAS).search(parse("*"))
