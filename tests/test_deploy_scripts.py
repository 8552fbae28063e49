"""The scripts around the compose file, and the objects that Kibana gets."""

from __future__ import annotations

import importlib.util
import json
import subprocess
from email import message_from_bytes
from pathlib import Path
from types import ModuleType

import httpx
import pytest
from cryptography.fernet import Fernet

from search.elastic.layout import ALIAS, mappings
from search.elastic.provision import rights

ROOT = Path(__file__).parent.parent


def script(path: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(Path(path).stem, ROOT / path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


kibana = script("kibana/provision.py")
make_secrets = script("scripts/make_secrets.py")
airflow_init = script("scripts/airflow_init.py")
OBJECTS = json.loads(kibana.OBJECTS.read_text("utf-8"))


def values(env: str) -> dict[str, str]:
    pairs = [line.partition("=") for line in env.splitlines() if not line.startswith("#")]
    return {name: value for name, _, value in pairs if name}


def test_every_variable_gets_a_value_of_its_own() -> None:
    made = values(make_secrets.filled((ROOT / ".env.example").read_text("utf-8")))
    assert len(made) > 5
    assert all(made.values())
    assert len(set(made.values())) == len(made)
    assert made["WIREWATCH_CONTACT"] == "https://example.org/who-we-are"
    assert Fernet(made["AIRFLOW_FERNET_KEY"])
    assert len(made["AIRFLOW_JWT_SECRET"]) >= 64
    # These stand in URLs.
    assert all(value.isalnum() for name, value in made.items() if name.endswith("PASSWORD"))


def test_secrets_are_the_owners_and_never_written_over(tmp_path: Path) -> None:
    (tmp_path / ".env.example").write_text("# why\nSECRET=\n")
    assert make_secrets.main(tmp_path) == 0
    written = (tmp_path / ".env").read_text()
    assert written.startswith("# why\nSECRET=")
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    assert make_secrets.main(tmp_path) == 1
    assert (tmp_path / ".env").read_text() == written


def test_airflow_gets_the_newsrooms_password(tmp_path: Path) -> None:
    file = tmp_path / "passwords.json"
    environment = {
        airflow_init.USERS: "newsroom:admin,desk:viewer",
        airflow_init.FILE: str(file),
        airflow_init.PASSWORD: "secret",
    }
    airflow_init.write_passwords(environment)
    assert json.loads(file.read_text()) == {"newsroom": "secret", "desk": "secret"}
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("there", "shown_keys"),
    [
        ([], "none none"),
        (["reader"], "key-of-reader none"),
        (["writer", "provisioner"], "key-of-writer key-of-provisioner"),
    ],
)
def test_the_entry_point_reads_the_keys_that_are_mounted(
    tmp_path: Path, there: list[str], shown_keys: str
) -> None:
    text = (ROOT / "scripts/entrypoint.sh").read_text("utf-8")
    entry = tmp_path / "entrypoint.sh"
    entry.write_text(text.replace("/var/lib/wirewatch-keys", str(tmp_path)))
    for key in there:
        (tmp_path / key).mkdir()
        (tmp_path / key / "api-key").write_text(f"key-of-{key}")
    names = ("WIREWATCH_ELASTICSEARCH_API_KEY", "WIREWATCH_ELASTICSEARCH_ADMIN_KEY")
    shown = 'printf "%s %s %s" "$1" ' + " ".join(f'"${{{name}-none}}"' for name in names)
    done = subprocess.run(
        ["/bin/sh", entry, "/bin/sh", "-c", shown, "-", "two words"],
        env={},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"two words {shown_keys}"


def test_keys_reach_our_indices_only() -> None:
    for role in rights("desk").values():
        assert [grant["names"] for grant in role["indices"]] == [["desk", "desk-*"]]


def test_the_data_view_is_over_our_fields() -> None:
    (view,) = [each["attributes"] for each in OBJECTS if each["type"] == "index-pattern"]
    fields = mappings()["properties"]
    assert view["title"] == ALIAS
    assert fields[view["timeFieldName"]]["type"] == "date"
    named = {*view["fieldFormatMap"], *view["fieldAttrs"]}
    named |= {each["value"] for each in view["sourceFilters"]}
    assert named - set(fields) == set()


def test_objects_are_sent_as_kibana_keeps_them() -> None:
    received = []

    def answer(request: httpx.Request) -> httpx.Response:
        received.append(request)
        return httpx.Response(200, json={"success": True, "successCount": len(OBJECTS)})

    with httpx.Client(transport=httpx.MockTransport(answer), base_url="http://kibana") as client:
        assert kibana.import_objects(client, OBJECTS) == len(OBJECTS)
    (request,) = received
    assert request.url.params["overwrite"] == "true"
    assert "kbn-xsrf" in request.headers
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    (part,) = message_from_bytes(head + request.content).get_payload()
    assert part.get_filename().endswith(".ndjson")  # Kibana refuses other names
    sent = [json.loads(line) for line in part.get_payload(decode=True).splitlines()]
    assert [each["id"] for each in sent] == [each["id"] for each in OBJECTS]
    for ours, theirs in zip(OBJECTS, sent, strict=True):
        for name, value in ours["attributes"].items():
            kept = theirs["attributes"][name]
            assert kept == value or (isinstance(kept, str) and json.loads(kept) == value)
            assert not isinstance(kept, dict | list)


@pytest.mark.parametrize(
    ("status", "said", "error"),
    [
        (200, {"success": False, "errors": [{"id": "x"}]}, kibana.ImportRefusedError),
        (401, {}, httpx.HTTPStatusError),
    ],
)
def test_a_refused_import_raises(status: int, said: object, error: type[Exception]) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(status, json=said))
    with (
        httpx.Client(transport=transport, base_url="http://kibana") as client,
        pytest.raises(error),
    ):
        kibana.import_objects(client, OBJECTS)
