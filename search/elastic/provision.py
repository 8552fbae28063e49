"""Sets up a secured Elasticsearch: indices, keys and users for wirewatch, Kibana and readers.

    ELASTIC_PASSWORD=... python -m search.elastic.provision KEY_FOLDER

As the superuser `elastic`, so that no other service needs that password, it

1. puts the templates, and creates the index or brings it up to date (`ElasticIndex.prepare`); the
   operations index likewise;
2. mints three API keys for our indices into `KEY_FOLDER/NAME/api-key`: the `writer`'s, the
   `reader`'s and the `provisioner`'s (`rights`);
3. sets the password of `kibana_system`, as which Kibana connects to Elasticsearch, to
   `KIBANA_SYSTEM_PASSWORD`, if that is set;
4. creates the user `newsroom`, who reads articles in Kibana and edits views and dashboards there,
   with the password `NEWSROOM_PASSWORD`, if that is set.

You can run it again at any time: a key that works is kept and its rights brought up to date, one
that does not is replaced, and passwords become what the environment says.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import Any

from elasticsearch import ApiError, AuthenticationException, Elasticsearch, TransportError

from core.errors import WirewatchError
from core.files import atomic_write
from core.settings import Settings, load_settings
from search.elastic.client import client_of
from search.elastic.index import ElasticIndex
from search.elastic.operations import Operations
from search.elastic.reasons import reason_of

KEY_FILE = "api-key"
NEWSROOM = "newsroom"
PASSWORDS = (ELASTICS, KIBANAS, NEWSROOMS) = (
    "ELASTIC_PASSWORD",
    "KIBANA_SYSTEM_PASSWORD",
    "NEWSROOM_PASSWORD",
)
"""Variables of the environment. Only the first must be set."""

log = logging.getLogger("wirewatch.provision")


def rights(alias: str, operations: str) -> dict[str, dict[str, Any]]:
    """What each key may do, on our indices only.

    - The **writer** adds articles and revisions, creates a new month's index, and reads, to compare
      index and ledger. It cannot delete articles, nor reach any other index. In `operations`, where
      each pass replaces what the one before it wrote, it deletes what is old.
    - The **reader** reads.
    - The **provisioner** puts templates and whatever the server offers, which Elasticsearch grants
      for all indices or none; it creates, copies and deletes indices, and deletes articles, for
      `wirewatch index prepare`, `rebuild` and `check --mend`.
    """

    def on(names: list[str], *privileges: str) -> dict[str, Any]:
        return {"names": names, "privileges": list(privileges)}

    articles, work = [alias, f"{alias}-*"], [operations]
    read = ("read", "view_index_metadata")
    return {
        # `maintenance` allows the refresh, after which what was written is found.
        "writer": {
            "cluster": [],
            "indices": [
                on(articles, *read, "index", "create_index", "maintenance"),
                on(work, *read, "index", "delete", "maintenance"),
            ],
        },
        "reader": {"cluster": [], "indices": [on([*articles, *work], *read)]},
        "provisioner": {
            "cluster": [
                "manage_index_templates",
                "manage_ilm",
                "manage_slm",
                "monitor_snapshot",
            ],
            "indices": [on([*articles, *work], "read", "write", "manage")],
        },
    }


def newsroom(alias: str, operations: str) -> dict[str, Any]:
    """The role of the newsroom's people: to read our indices, and to use Kibana."""
    return {
        "indices": rights(alias, operations)["reader"]["indices"],
        "applications": [
            {
                "application": "kibana-.kibana",
                "privileges": ["space_all"],
                "resources": ["space:default"],
            }
        ],
    }


def _ensure_key(client: Elasticsearch, name: str, role: dict[str, Any], file: Path) -> bool:
    """Make sure that `file` holds a working key of this name. True if a new one was minted."""
    roles = {name: role}
    if file.exists() and (key_id := _id_of(client, file.read_text("ascii"))):
        client.security.update_api_key(id=key_id, role_descriptors=roles)
        return False
    # Otherwise a key whose file is lost with its volume would be valid for ever.
    client.security.invalidate_api_key(name=name, owner=True)
    made = client.security.create_api_key(name=name, role_descriptors=roles)
    _write_secret(file, made["encoded"])
    return True


def provision(
    client: Elasticsearch, settings: Settings, folder: Path, passwords: dict[str, str]
) -> None:
    """Do all four steps, for the indices that the settings name. `client` must be a superuser;
    `passwords` go by the names in `PASSWORDS`.

    Raises:
        IndexUnavailableError: the index could not be created or brought up to date.
    """
    alias, operations = settings.elasticsearch_alias, settings.elasticsearch_operations
    ElasticIndex(client, alias).prepare()
    Operations(client, operations).prepare()
    for name, role in rights(alias, operations).items():
        file = folder / name / KEY_FILE
        minted = _ensure_key(client, f"{alias}-{name}", role, file)
        log.info("%s: %s", file, "new key created" if minted else "key still works, kept")
    if password := passwords.get(KIBANAS):
        client.security.change_password(username="kibana_system", password=password)
        log.info("password of kibana_system set")
    if password := passwords.get(NEWSROOMS):
        client.security.put_role(name=NEWSROOM, **newsroom(alias, operations))
        client.security.put_user(username=NEWSROOM, password=password, roles=[NEWSROOM])
        log.info("user %s and its password set", NEWSROOM)


def main() -> int:
    """Run from the command line: 0 done, 1 failed, 2 wrong use."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    # It warns of each try with a traceback; the error at the end says the same in a line.
    logging.getLogger("elastic_transport").setLevel(logging.ERROR)
    passwords = {name: os.environ.get(name, "") for name in PASSWORDS}
    if len(sys.argv) != 2 or not passwords[ELASTICS]:
        log.error("usage: python -m search.elastic.provision KEY_FOLDER, with %s set", ELASTICS)
        return 2
    try:
        settings = load_settings()
        superuser = ("elastic", passwords[ELASTICS])
        with client_of(settings).options(basic_auth=superuser) as client:
            provision(client, settings, Path(sys.argv[1]), passwords)
    except (WirewatchError, OSError) as error:
        log.error("%s", error)  # noqa: TRY400 - a message for a person, without a traceback
        return 1
    except (ApiError, TransportError) as error:
        log.error("Elasticsearch: %s", reason_of(error))  # noqa: TRY400 - as above
        return 1
    return 0


def _id_of(client: Elasticsearch, key: str) -> str | None:
    """The id of a key that the server accepts, else None."""
    try:
        who = client.options(api_key=key.strip()).security.authenticate()
    except AuthenticationException:
        return None
    return str(who["api_key"]["id"])


def _write_secret(path: Path, secret: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path, mode=0o600) as file:
        file.write(secret.encode("ascii"))


if __name__ == "__main__":
    sys.exit(main())
