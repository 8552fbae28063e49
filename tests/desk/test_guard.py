"""Who may send which requests to the desk."""

from __future__ import annotations

import base64
from pathlib import Path

import desk_sample
import pytest
from starlette.datastructures import Headers
from starlette.testclient import TestClient

from desk.guard import HEADERS, Doorkeeper

PLAIN = Doorkeeper(())
NAMED = Doorkeeper(("desk.example", "*.news.example"), "open sesame")


def basic(password: str) -> str:
    return "Basic " + base64.b64encode(f"me:{password}".encode()).decode()


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", None),
        ("localhost:8090", None),
        ("LOCALHOST:8090", None),
        ("127.0.0.1:8090", None),
        ("[::1]:8090", None),
        ("desk.localhost:8090", None),
        ("evil.example", 421),
        ("evil.example:8090", 421),
        ("localhost.evil.example", 421),
        ("evillocalhost", 421),
        ("", 421),
    ],
)
def test_desk_answers_only_to_its_own_host_names(host: str, status: int | None) -> None:
    refusal = PLAIN.refusal("GET", Headers({"host": host}))
    assert (refusal.status if refusal else None) == status


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("POST", {}, None),  # a program, not a page
        ("POST", {"origin": "http://localhost:8090"}, None),
        ("POST", {"origin": "http://localhost:8090", "sec-fetch-site": "same-origin"}, None),
        ("POST", {"origin": "http://LOCALHOST:8090"}, None),
        ("POST", {"origin": "http://localhost:8090", "host": "LOCALHOST:8090"}, None),
        ("POST", {"origin": "http://localhost:9999"}, 403),
        ("POST", {"origin": "https://evil.example"}, 403),
        ("POST", {"origin": "null"}, 403),
        ("POST", {"origin": "http://["}, 403),
        ("POST", {"sec-fetch-site": "cross-site"}, 403),
        ("POST", {"sec-fetch-site": "same-site"}, 403),
        ("DELETE", {"origin": "https://evil.example"}, 403),
        ("GET", {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}, None),
    ],
)
def test_requests_from_other_sites_change_nothing(
    method: str, headers: dict[str, str], status: int | None
) -> None:
    refusal = PLAIN.refusal(method, Headers({"host": "localhost:8090"} | headers))
    assert (refusal.status if refusal else None) == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "https://desk.example", "sec-fetch-site": "same-origin"}, None),
        ({"origin": "https://A.news.example:444", "sec-fetch-site": "same-origin"}, None),
        # Another service of that machine, and a name that was made to point to the proxy.
        ({"origin": "https://desk.example:9999", "sec-fetch-site": "same-site"}, 403),
        ({"origin": "http://evil.example", "sec-fetch-site": "same-origin"}, 403),
        ({"origin": "http://localhost:9999", "sec-fetch-site": "same-origin"}, 403),
        ({"origin": "https://desk.example"}, 403),
    ],
)
def test_forms_work_behind_a_proxy_that_names_us_otherwise(
    headers: dict[str, str], status: int | None
) -> None:
    behind = {"host": "127.0.0.1:8090", "authorization": basic("open sesame")}
    refusal = NAMED.refusal("POST", Headers(behind | headers))
    assert (refusal.status if refusal else None) == status


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (basic("open sesame"), None),
        (basic("open"), 401),
        (basic(""), 401),
        ("Basic ????", 401),
        ("Basic /////w==", 401),
        ("Bearer open sesame", 401),
        (basic("open sesame").replace("Basic", "Bearer"), 401),
        ("", 401),
    ],
)
def test_password_is_required_if_one_is_set(authorization: str, status: int | None) -> None:
    headers = Headers({"host": "desk.example", "authorization": authorization})
    refusal = NAMED.refusal("GET", headers)
    assert (refusal.status if refusal else None) == status


def test_any_password_will_do_if_none_is_set() -> None:
    headers = Headers({"host": "localhost", "authorization": basic("of another program here")})
    assert PLAIN.refusal("GET", headers) is None


def test_refusal_of_an_unknown_host_names_the_setting() -> None:
    refusal = NAMED.refusal("GET", Headers({"host": "other.example"}))
    assert refusal is not None
    assert "desk_hosts" in refusal.reason
    known = NAMED.refusal("GET", Headers({"host": "a.news.example"}))
    assert known is not None
    assert known.status == 401


def test_all_answers_have_the_security_headers(reader: TestClient) -> None:
    for address in ("/", "/static/desk.css", "/api/stories", "/nowhere", "/api/openapi.json"):
        answer = reader.get(address)
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    refused = reader.get("/", headers={"host": "evil.example"})
    assert refused.status_code == 421
    assert refused.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]


def test_scripts_are_revalidated_at_each_use(reader: TestClient) -> None:
    answer = reader.get("/static/desk.js")
    assert answer.headers["cache-control"] == "no-cache"
    again = reader.get("/static/desk.js", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


def test_every_readable_address_answers_head(reader: TestClient) -> None:
    """Programs that monitor the desk send HEAD requests."""
    for address in ("/", "/search?q=phones", "/search.atom", "/search.csv", "/api/stories"):
        head = reader.head(address)
        assert head.status_code == 200
        assert head.headers == reader.get(address).headers
    assert reader.head("/nowhere").status_code == 404
    assert reader.head("/rules/save").status_code == 405


def test_unknown_method_is_answered_with_the_allowed_one(reader: TestClient) -> None:
    for method, address, known in (
        ("PUT", "/rules", "GET"),
        ("GET", "/rules/save", "POST"),
        ("DELETE", "/api/stories", "GET"),
    ):
        answer = reader.request(method, address)
        assert (answer.status_code, answer.headers["allow"]) == (405, known)
    assert "Go back to its form" in reader.get("/rules/save").text


def test_host_names_and_password_come_from_settings(sample: Path) -> None:
    with desk_sample.desk(sample, desk_url="https://desk.example", desk_password="pass") as client:
        asked = {"host": "desk.example"}
        assert client.get("/", headers=asked).status_code == 401
        assert "Basic" in client.get("/", headers=asked).headers["www-authenticate"]
        allowed = asked | {"authorization": basic("pass")}
        assert client.get("/", headers=allowed).status_code == 200
        assert client.get("/static/desk.css", headers=asked).status_code == 401
