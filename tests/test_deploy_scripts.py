"""The scripts around the compose file."""

from __future__ import annotations

import base64
import importlib.util
import json
import socket
import ssl
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, NoReturn

import pytest
from cryptography.fernet import Fernet
from elastic_node import ElasticNode
from elastic_transport._node import NodeApiResponse
from elasticsearch import Elasticsearch, TransportError
from loopback import Reply, loopback

from core.index import IndexUnavailableError
from core.settings import load_settings
from search.elastic import provision as provisioning
from search.elastic.provision import main as provision
from search.elastic.provision import rights

ROOT = Path(__file__).parent.parent
NOW = datetime.now(UTC)


def script(path: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(Path(path).stem, ROOT / path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


make_secrets = script("scripts/make_secrets.py")
make_certificates = script("scripts/make_certificates.py")
airflow_init = script("scripts/airflow_init.py")


def values(env: str) -> dict[str, str]:
    pairs = [line.partition("=") for line in env.splitlines() if not line.startswith("#")]
    return {name: value for name, _, value in pairs if name}


def test_every_variable_gets_its_own_value() -> None:
    made = values(make_secrets.filled((ROOT / ".env.example").read_text("utf-8")))
    assert len(made) > 5
    assert all(made.values())
    assert len(set(made.values())) == len(made)
    assert made["WIREWATCH_CONTACT"] == "https://example.org/who-we-are"
    assert Fernet(made["AIRFLOW_FERNET_KEY"])
    assert len(made["AIRFLOW_JWT_SECRET"]) >= 64
    # These are used in URLs.
    assert all(value.isalnum() for name, value in made.items() if name.endswith("PASSWORD"))


@pytest.mark.parametrize("url", ["", "search.example:9200"])
def test_keys_for_an_address_that_cannot_be_used_end_in_an_error_that_names_it(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("sys.argv", ["provision", str(tmp_path / "keys")])
    monkeypatch.setenv("WIREWATCH_HOME", str(tmp_path))
    monkeypatch.setenv("WIREWATCH_ELASTICSEARCH_URL", url)
    monkeypatch.setenv("ELASTIC_PASSWORD", "secret-enough")
    assert provision() == 1
    assert f"(WIREWATCH_ELASTICSEARCH_URL) = {url!r} cannot be used: URL must" in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    ("arguments", "password"), [([], "secret"), (["keys", "more"], "secret"), (["keys"], "")]
)
def test_keys_without_a_folder_or_the_password_are_wrong_use(
    arguments: list[str],
    password: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("sys.argv", ["provision", *arguments])
    monkeypatch.setenv("ELASTIC_PASSWORD", password)
    assert provision() == 2
    assert "search.elastic.provision KEY_FOLDER, with ELASTIC_PASSWORD set" in caplog.text


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (TransportError("gone"), "Elasticsearch: TransportError: gone"),
        (IndexUnavailableError("not healthy"), "not healthy"),
        (PermissionError("read-only"), "read-only"),
    ],
)
def test_keys_that_cannot_be_made_end_in_an_error_of_one_line(
    error: Exception,
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_: object) -> NoReturn:
        raise error

    monkeypatch.setattr("sys.argv", ["provision", str(tmp_path / "keys")])
    monkeypatch.setenv("WIREWATCH_HOME", str(tmp_path))
    monkeypatch.setenv("WIREWATCH_ELASTICSEARCH_URL", "http://search.example:9200")
    monkeypatch.setenv("ELASTIC_PASSWORD", "secret-enough")
    monkeypatch.setattr(provisioning, "provision", fail)
    assert provision() == 1
    assert [record.getMessage() for record in caplog.records] == [told]
    assert "Traceback" not in caplog.text


def test_keys_are_made_for_the_indices_that_the_settings_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Any, ...]] = []
    monkeypatch.setattr("sys.argv", ["provision", str(tmp_path / "keys")])
    monkeypatch.setenv("WIREWATCH_HOME", str(tmp_path))
    monkeypatch.setenv("WIREWATCH_ELASTICSEARCH_URL", "http://search.example:9200")
    monkeypatch.setenv("WIREWATCH_ELASTICSEARCH_ALIAS", "desk")
    monkeypatch.setenv("WIREWATCH_ELASTICSEARCH_OPERATIONS", "desk-work")
    for number, name in enumerate(provisioning.PASSWORDS):
        monkeypatch.setenv(name, f"secret-{number}")
    monkeypatch.setattr(provisioning, "provision", lambda *given: asked.append(given))
    assert provision() == 0
    ((client, settings, *given),) = asked
    passwords = {name: f"secret-{n}" for n, name in enumerate(provisioning.PASSWORDS)}
    assert given == [tmp_path / "keys", passwords]
    assert (settings.elasticsearch_alias, settings.elasticsearch_operations) == (
        "desk",
        "desk-work",
    )
    superuser = base64.b64encode(b"elastic:secret-0").decode()
    assert client._headers["authorization"] == f"Basic {superuser}"


class Recorder(ElasticNode):
    """A server that takes all keys and passwords, and remembers what it was asked."""

    asked: ClassVar[list[str]] = []

    def perform_request(self, method: str, target: str, *_: Any, **__: Any) -> NodeApiResponse:
        self.asked.append(f"{method} {target}")
        return self.answer(200, {"encoded": "a2V5", "api_key": {"id": "7"}})


def test_only_the_passwords_that_are_given_are_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.elastic.index.ElasticIndex.prepare", lambda _: None)
    monkeypatch.setattr("search.elastic.operations.Operations.prepare", lambda _: None)
    client = Elasticsearch("http://search.example:9200", node_class=Recorder)
    settings = load_settings(tmp_path)
    provisioning.provision(client, settings, tmp_path, {"ELASTIC_PASSWORD": "secret-enough"})
    minted = ["DELETE /_security/api_key", "PUT /_security/api_key"]
    assert Recorder.asked == minted * 3
    assert (tmp_path / "reader" / "api-key").read_text() == "a2V5"
    Recorder.asked.clear()
    provisioning.provision(client, settings, tmp_path, {"KIBANA_SYSTEM_PASSWORD": "secret-enough"})
    kept = ["GET /_security/_authenticate", "PUT /_security/api_key/7"]
    kibana = "PUT /_security/user/kibana_system/_password"
    assert Recorder.asked == [*kept * 3, kibana]


def test_secrets_are_private_and_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / ".env.example").write_text("# why\nSECRET=\n")
    assert make_secrets.main(tmp_path) == 0
    written = (tmp_path / ".env").read_text()
    assert written.startswith("# why\nSECRET=")
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    assert make_secrets.main(tmp_path) == 1
    assert (tmp_path / ".env").read_text() == written


def test_secrets_that_an_older_file_lacks_are_added(tmp_path: Path) -> None:
    (tmp_path / ".env.example").write_text("KEPT=\nOLD=\nNEW=\n# LATER=\nEMPTY=\nCONTACT=example\n")
    before = "export KEPT = mine # NEW=\nOLD: also\nEMPTY=\nOWN=1"
    (tmp_path / ".env").write_text(before)
    assert make_secrets.main(tmp_path) == 0
    written = (tmp_path / ".env").read_text()
    assert written.startswith(before + "\n")
    added = written.removeprefix(before).split()
    assert [line.partition("=")[0] for line in added] == ["NEW", "EMPTY"]
    assert all(len(line.partition("=")[2]) == 64 for line in added)


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
def test_entry_point_reads_the_mounted_keys(
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


def test_keys_give_access_only_to_our_indices() -> None:
    ours = {"desk", "desk-*", "desk-work"}
    for role in rights("desk", "desk-work").values():
        assert {name for grant in role["indices"] for name in grant["names"]} == ours


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    for name in ("authority", "server"):
        (tmp_path / name).mkdir()
    return tmp_path / "authority", tmp_path / "server"


def test_certificate_is_valid_only_for_its_names(
    folders: tuple[Path, Path],
) -> None:
    authority, server = folders
    assert make_certificates.make(authority, server, ["one.localhost", "localhost"], NOW)
    here = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    here.load_cert_chain(server / "server.pem", server / "server.key")
    trusting = ssl.create_default_context(cafile=str(authority / "ca.pem"))
    trusting.verify_flags |= ssl.VERIFY_X509_STRICT
    with loopback(lambda _: Reply(), tls=here) as running:
        for host in ("one.localhost", "localhost"):
            with socket.create_connection(("127.0.0.1", running.port)) as plain:
                trusting.wrap_socket(plain, server_hostname=host).close()
        with (
            socket.create_connection(("127.0.0.1", running.port)) as plain,
            pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"),
        ):
            trusting.wrap_socket(plain, server_hostname="two.localhost")
    assert [file.name for file in authority.iterdir()] == ["ca.pem"]


def test_certificates_are_kept_while_valid(folders: tuple[Path, Path]) -> None:
    make = make_certificates.make
    assert make(*folders, ["localhost"], NOW)
    before = (folders[0] / "ca.pem").read_bytes()
    assert not make(*folders, ["localhost"], NOW + timedelta(days=700))
    assert (folders[0] / "ca.pem").read_bytes() == before
    assert make(*folders, ["localhost"], NOW + timedelta(days=740))
    assert make(*folders, ["localhost", "elasticsearch"], NOW + timedelta(days=740))
    # A certificate of another authority with the same name is replaced.
    other = (folders[0] / "ca.pem").read_bytes()
    assert make(*folders, ["localhost"], NOW + timedelta(days=740))
    (folders[0] / "ca.pem").write_bytes(other)
    assert make(*folders, ["localhost"], NOW + timedelta(days=740))
    assert make(*folders, ["localhost", "elasticsearch"], NOW + timedelta(days=740))
    (folders[1] / "server.pem").unlink()
    assert make(*folders, ["localhost", "elasticsearch"], NOW + timedelta(days=740))
    # So is one without its key, as a run leaves it that is cut off.
    key = folders[1] / "server.key"
    former = key.read_bytes()
    assert make(*folders, ["localhost"], NOW + timedelta(days=740))
    for left in (former, former[:80], b""):
        key.write_bytes(left)
        assert make(*folders, ["localhost"], NOW + timedelta(days=740)), left
    key.unlink()
    assert make(*folders, ["localhost"], NOW + timedelta(days=740))
    assert not make(*folders, ["localhost"], NOW + timedelta(days=740))
