"""What is sent to Kibana, also a second time, and what comes back; no Kibana is needed."""

from __future__ import annotations

import json
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import httpx
import pytest

from kibana import export, provision
from kibana.client import ImportRefusedError, connect
from kibana.objects import as_kibana_keeps, read_connectors, read_objects, read_rules
from kibana.provision import import_objects

AS_EDITOR = {"KIBANA_USER": "newsroom", "KIBANA_PASSWORD": "secret"}


class Kibana:
    """Answers like Kibana, and keeps what it is sent."""

    def __init__(self) -> None:
        self.things: dict[str, dict[str, object]] = {}
        self.requests: list[httpx.Request] = []
        self.imported: list[dict[str, object]] = []
        self.refuses: object = None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        path = request.url.path.removeprefix("/s/desk")
        if request.headers.get("authorization") is None:
            return httpx.Response(401, json={"message": "who are you"})
        if request.method != "GET" and "kbn-xsrf" not in request.headers:
            return httpx.Response(400, json={"message": "no kbn-xsrf"})
        if path == "/api/saved_objects/_import":
            self.imported = sent_objects(request)
            success = self.refuses is None
            said = {"success": success, "successCount": len(self.imported)}
            return httpx.Response(200, json=said | ({} if success else {"errors": self.refuses}))
        if path == "/api/saved_objects/_export":
            lines = [json.dumps({**each, "version": "WzEsMV0="}) for each in self.imported]
            return httpx.Response(200, text="\n".join(lines))
        if request.method == "GET":
            known = path in self.things
            return httpx.Response(200 if known else 404, json=self.things.get(path, {}))
        if request.method == "PUT":
            assert path in self.things
        self.things[path] = json.loads(request.content)
        return httpx.Response(200, json=self.things[path])

    def client(self) -> httpx.Client:
        client = connect("http://kibana:5601/s/desk", AS_EDITOR, httpx.MockTransport(self))
        assert client is not None
        return client

    def written(self, method: str) -> list[str]:
        return [each.url.path for each in self.requests if each.method == method]


def sent_objects(request: httpx.Request) -> list[dict[str, object]]:
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    (part,) = message_from_bytes(head + request.content, policy=default).iter_parts()
    assert (part.get_filename() or "").endswith(".ndjson")  # Kibana refuses other names
    return [json.loads(line) for line in part.get_content().splitlines()]


def test_provisioning_twice_keeps_what_people_changed() -> None:
    kibana = Kibana()
    with kibana.client() as client:
        provision.provision(client)
        first = kibana.things
        assert kibana.imported == [as_kibana_keeps(each) for each in read_objects()]
        assert kibana.requests[0].url.params["overwrite"] == "true"
        assert len(first) == len(read_rules()) + len(read_connectors())
        kibana.things = {path: {**one, "name": "ours now"} for path, one in first.items()}
        kibana.requests.clear()
        provision.provision(client)
    assert kibana.written("POST") == ["/s/desk/api/saved_objects/_import"]
    assert {one["name"] for one in kibana.things.values()} == {"ours now"}


def test_rules_are_renewed_if_asked_for() -> None:
    kibana = Kibana()
    with kibana.client() as client:
        provision.provision(client)
        provision.provision(client, renew_rules=True)
    renewed = kibana.written("PUT")
    assert len(renewed) == len(read_rules())
    for path in renewed:
        body = kibana.things[path.removeprefix("/s/desk")]
        # Kibana refuses changes of a rule's type or owner.
        assert set(body) == {"name", "tags", "schedule", "params", "actions"}


def test_refused_import_raises_with_kibanas_error() -> None:
    kibana = Kibana()
    kibana.refuses = [{"id": "x", "error": {"type": "missing_references"}}]
    with kibana.client() as client, pytest.raises(ImportRefusedError, match="missing_references"):
        import_objects(client, read_objects())


def test_export_equals_the_files(tmp_path: Path) -> None:
    kibana = Kibana()
    with kibana.client() as client:
        provision.provision(client)
        assert list(export.exported(client, read_objects())) == read_objects()
    wanted = json.loads(kibana.requests[-1].content)
    assert wanted["includeReferencesDeep"]
    assert {"type": "dashboard", "id": "wirewatch-newsroom"} in wanted["objects"]


def test_export_splits_lines_only_at_line_feeds() -> None:
    panel = {"type": "lens", "id": "x", "attributes": {"description": "a\u2028b\u0085c"}}
    line = json.dumps(panel, ensure_ascii=False)
    answers = httpx.MockTransport(lambda _: httpx.Response(200, text=f"{line}\n{line}\n"))
    client = connect("http://kibana", AS_EDITOR, answers)
    assert client is not None
    with client:
        assert list(export.exported(client, [])) == [panel, panel]


def test_api_key_takes_precedence_over_a_password() -> None:
    seen = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["authorization"])
        return httpx.Response(200)

    for environment in ({"KIBANA_API_KEY": "a2V5"} | AS_EDITOR, AS_EDITOR):
        client = connect("http://kibana", environment, httpx.MockTransport(answer))
        assert client is not None
        client.get("/")
    assert seen[0] == "ApiKey a2V5"
    assert seen[1].startswith("Basic ")
    assert connect("http://kibana", {"KIBANA_USER": "newsroom"}) is None


@pytest.mark.parametrize("main", [provision.main, export.main])
def test_wrong_usage_and_failures_have_exit_codes(
    main: object, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert callable(main)
    monkeypatch.delenv("KIBANA_API_KEY", raising=False)
    monkeypatch.delenv("KIBANA_USER", raising=False)
    assert main(["http://127.0.0.1:1"]) == 2
    assert "KIBANA_PASSWORD" in caplog.text
    for name, value in AS_EDITOR.items():
        monkeypatch.setenv(name, value)
    assert main([]) == 2
    for wrong in ("https://kibana:port", "kibana.example:5601"):
        caplog.clear()
        assert main([wrong]) == 1
        assert "give an address such as https://kibana.example:5601: " in caplog.text
    monkeypatch.setattr("kibana.client.httpx.HTTPTransport", lambda **_: Unreachable())
    assert main(["http://127.0.0.1:1"]) == 1
    assert "Kibana at 127.0.0.1: ConnectError: nobody there" in caplog.text
    monkeypatch.setattr("kibana.client.httpx.HTTPTransport", lambda **_: LoginPage())
    assert main(["http://127.0.0.1:1"]) == 1
    assert "without a login page" in caplog.text


class LoginPage(httpx.BaseTransport):
    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, html="<h1>Log in</h1>", request=request)


class Unreachable(httpx.BaseTransport):
    def handle_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody there", request=request)
