"""The fixture `secured`: a real, provisioned Elasticsearch with security on, over https.

One for the whole pytest run, like `elasticsearch_url`; a test has it to itself, empty except
for what provisioning made.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from elastic_server import locked, run_folder, start, url_of
from elasticsearch import AuthenticationException, Elasticsearch, TransportError

from core.settings import load_settings
from demo.elasticsearch import SUPERUSER
from search.elastic import layout
from search.elastic.client import connect
from search.elastic.index import ElasticIndex
from search.elastic.provision import KEY_FILE, PASSWORDS, provision

NAME = "secured"
ALIAS = "wirewatch-articles"
PASSWORD = "of-the-bench"
MAKE = Path(__file__).parents[2] / "scripts" / "make_certificates.py"


@dataclass(frozen=True)
class Secured:
    """Its URL, the trusted authority, its keys, and the process that watches it."""

    url: str
    ca: Path
    keys: Path
    pid: int

    def client(self, key: str = "") -> Elasticsearch:
        """A client with one of the keys, or as the superuser."""
        if key:
            return connect(self.url, self.key(key), str(self.ca))
        superuser = (SUPERUSER, PASSWORD)
        return connect(self.url, ca=str(self.ca)).options(basic_auth=superuser)

    def key(self, name: str) -> str:
        """One of the keys: `writer`, `reader` or `provisioner`."""
        return (self.keys / name / KEY_FILE).read_text("ascii")

    def index(self, key: str, admin: str | None = None) -> ElasticIndex:
        """Our index, with one of the keys."""
        return ElasticIndex(self.client(key), ALIAS, admin=self.client(admin) if admin else None)

    def kill(self) -> None:
        """Kill the server (`kill -9`). The process that watches it starts it again."""
        java = psutil.Process(self.pid).children(recursive=True)
        for process in java:
            process.kill()
        psutil.wait_procs(java, timeout=30)

    def wait(self) -> None:
        """Wait until it is back and knows its keys, which takes another second."""
        with self.client("writer") as client:
            while True:
                with contextlib.suppress(AuthenticationException, TransportError):
                    client.security.authenticate()
                    return
                time.sleep(0.1)


@pytest.fixture
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    with locked(run_folder(tmp_path_factory), NAME) as folder:
        authority, server = folder / "authority", folder / "server"
        fresh = not (folder / f"{NAME}.url").exists()
        if fresh:
            for made in (authority, server):
                made.mkdir()
            # As in the compose file.
            subprocess.run([sys.executable, MAKE, authority, server, "localhost"], check=True)
            files = [str(server / name) for name in ("server.pem", "server.key")]
            start(folder, NAME, "--password", PASSWORD, "--tls", *files, "--restart")
        # The certificate is for the name, not for the IP address.
        url = url_of(folder, NAME).replace("127.0.0.1", "localhost")
        pid = int((folder / f"{NAME}.pid").read_text())
        found = Secured(url, authority / "ca.pem", folder / "keys", pid)
        with found.client() as superuser:
            if fresh:
                passwords = dict.fromkeys(PASSWORDS, "secret-enough")
                provision(superuser, load_settings(folder), found.keys, passwords)
            yield found
            ours = ",".join(one.name for one in layout.live(superuser, ALIAS))
            superuser.delete_by_query(index=ours, query={"match_all": {}}, refresh=True)
