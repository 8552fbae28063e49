"""Errors of an S3 store are put in plain words, with advice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import ClientPayloadError
from botocore.exceptions import EndpointConnectionError
from factories import NOON, an_article
from moto.server import ThreadedMotoServer
from s3fs import S3FileSystem

from core.archive import Archive, ArchiveError
from core.records import Segment
from core.store import StoreError

SEGMENT = Segment(id="x", kind="articles", path="articles/x.jsonl.zst", items=1)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    store = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    store.start()
    host, port = store.get_host_and_port()
    yield f"http://{host}:{port}"
    store.stop()


@pytest.fixture
def archive(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    """An archive whose bucket does not exist; all else is right."""
    monkeypatch.setenv("HOME", str(tmp_path))  # no keys in a file, either
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ENDPOINT_URL", address)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ours")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    S3FileSystem.clear_instance_cache()
    yield Archive("s3://nowhere/wirewatch", now=lambda: NOON)
    S3FileSystem.clear_instance_cache()


def error_messages(archive: Archive, tmp_path: Path) -> set[str]:
    """The distinct errors of all the archive's operations."""
    found = set()
    for ask in (
        lambda: archive.write_articles([an_article(1)]),
        lambda: list(archive.read_articles(SEGMENT)),
        lambda: archive.copy(SEGMENT.path, tmp_path / "copy"),
        archive.paths,
        lambda: archive.remove(SEGMENT.path),
    ):
        with pytest.raises(StoreError) as raised:
            ask()
        found.add(str(raised.value))
    return found


def test_a_missing_bucket_is_named(archive: Archive, tmp_path: Path) -> None:
    (text,) = error_messages(archive, tmp_path)
    assert text == (
        "the archive at s3://nowhere/wirewatch cannot be reached: The specified bucket does not "
        "exist; create that bucket, or name another in archive_url. The work waits for "
        "the next pass."
    )


@pytest.mark.parametrize("missing", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
def test_missing_keys_are_asked_for(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.delenv(missing)
    for text in error_messages(archive, tmp_path):
        assert "redentials" in text
        assert "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY" in text


def test_an_invalid_store_address_is_named(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "127.0.0.1:9")
    (text,) = error_messages(archive, tmp_path)
    assert "Invalid endpoint: 127.0.0.1:9; check that AWS_ENDPOINT_URL is the store's" in text


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (EndpointConnectionError(endpoint_url="http://s3.example"), "check that the store runs"),
        (PermissionError("Access Denied"), "are right and may read, write, list and delete there"),
        (TimeoutError("too slow"), "check that the store answers"),
        (ClientPayloadError("Response payload is not completed"), "check that the store answers"),
    ],
)
def test_other_store_errors_come_with_advice(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, error: Exception, advice: str
) -> None:
    def put(*_: object) -> None:
        raise error

    monkeypatch.setattr(archive._fs, "put_file", put)  # its own retries take seconds
    with pytest.raises(StoreError, match=advice) as raised:
        archive.write_articles([an_article(1)])
    assert str(error) in str(raised.value)


def test_one_missing_file_is_not_a_fault_of_the_store(archive: Archive, tmp_path: Path) -> None:
    S3FileSystem().mkdir("here")
    for root in ("s3://here/wirewatch", str(tmp_path)):
        with pytest.raises(ArchiveError, match=f"{SEGMENT.path} is missing; restore it"):
            list(Archive(root, now=lambda: NOON).read_articles(SEGMENT))
