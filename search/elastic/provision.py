"""One-shot for a secured Elasticsearch: what wirewatch, Kibana and its readers may do there.

    ELASTIC_PASSWORD=... python -m search.elastic.provision KEY_FILE

As the superuser `elastic`, and so that no other service needs that password, it

1. makes the index templates, the first index and its alias, and the operations index;
2. mints wirewatch's API key, which reaches nothing but our indices, into `KEY_FILE`;
3. sets the password of `kibana_system`, by which Kibana reaches Elasticsearch;
4. makes the user `newsroom`, who reads articles in Kibana and edits views and dashboards there.

It can be run again at any time: a key that works is kept and its rights brought up to date, one
that does not is replaced, and passwords become what the environment says.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import Any

from elasticsearch import ApiError, AuthenticationException, Elasticsearch, TransportError

from core.settings import SettingsError, load_settings
from search.elastic.bulk import reason_of
from search.elastic.index import ElasticIndex, connect
from search.elastic.operations import OPERATIONS, Operations

KEY_NAME = "wirewatch"
READER = "newsroom"
PASSWORDS = ("ELASTIC_PASSWORD", "KIBANA_SYSTEM_PASSWORD", "NEWSROOM_PASSWORD")

log = logging.getLogger("wirewatch.provision")


def rights(alias: str, operations: str = OPERATIONS) -> dict[str, Any]:
    """The role of wirewatch's key: what `ElasticIndex` and `Operations` do, on our indices only.

    `manage` is for the rebuild, which makes an index, moves the alias and deletes the old index.
    A rebuild also renews the template, and Elasticsearch grants that on all templates or none.
    """
    return {
        KEY_NAME: {
            "cluster": ["manage_index_templates"],
            "indices": [
                {"names": [alias, f"{alias}-*"], "privileges": ["read", "write", "manage"]},
                {"names": [operations], "privileges": ["read", "write", "manage"]},
            ],
        }
    }


def hand_over_key(
    client: Elasticsearch, alias: str, file: Path, operations: str = OPERATIONS
) -> bool:
    """See to it that `file` holds a key that works. True if a new one was minted."""
    if file.exists() and (key_id := _id_of(client, file.read_text("ascii"))):
        client.security.update_api_key(id=key_id, role_descriptors=rights(alias, operations))
        return False
    # A key whose file is lost with its volume would otherwise be valid for ever.
    client.security.invalidate_api_key(name=KEY_NAME, owner=True)
    made = client.security.create_api_key(name=KEY_NAME, role_descriptors=rights(alias, operations))
    _write_secret(file, made["encoded"])
    return True


def provision(
    client: Elasticsearch,
    alias: str,
    file: Path,
    passwords: dict[str, str],
    operations: str = OPERATIONS,
) -> None:
    """Do all four. `client` must be a superuser; `passwords` has the names in `PASSWORDS`."""
    ElasticIndex(client, alias).prepare()
    Operations(client, operations).prepare()
    minted = hand_over_key(client, alias, file, operations)
    log.info("%s: %s", file, "a new key" if minted else "the key works and is kept")
    client.security.change_password(
        username="kibana_system", password=passwords["KIBANA_SYSTEM_PASSWORD"]
    )
    # `editor` is built in: it reads every index that is no system index, and here all are ours.
    client.security.put_user(
        username=READER, password=passwords["NEWSROOM_PASSWORD"], roles=["editor"]
    )
    log.info("passwords of kibana_system and %s are set", READER)


def main() -> int:
    """Run from the command line: 0 done, 1 failed, 2 wrong use."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("elastic_transport").setLevel(logging.WARNING)
    passwords = {name: os.environ.get(name, "") for name in PASSWORDS}
    missing = [name for name, value in passwords.items() if not value]
    if len(sys.argv) != 2 or missing:
        log.error("usage: python -m search.elastic.provision KEY_FILE, with %s set", PASSWORDS)
        return 2
    try:
        settings = load_settings()
        superuser = connect(settings.elasticsearch_url).options(
            basic_auth=("elastic", passwords["ELASTIC_PASSWORD"])
        )
        with superuser as client:
            provision(
                client,
                settings.elasticsearch_alias,
                Path(sys.argv[1]),
                passwords,
                settings.elasticsearch_operations,
            )
    except SettingsError as error:
        log.error("%s", error)  # noqa: TRY400 - a message for a person, without a traceback
        return 1
    except (ApiError, TransportError) as error:
        log.error("Elasticsearch: %s", reason_of(error))  # noqa: TRY400
        return 1
    return 0


def _id_of(client: Elasticsearch, key: str) -> str | None:
    """The id of a key that the server accepts, else None."""
    try:
        who = client.options(api_key=key.strip()).security.authenticate()
    except AuthenticationException:
        return None
    return str(who["api_key"]["id"])


def _write_secret(file: Path, secret: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    aside = file.with_suffix(".new")
    aside.unlink(missing_ok=True)
    aside.touch(0o600)
    aside.write_text(secret, "ascii")
    aside.replace(file)


if __name__ == "__main__":
    sys.exit(main())
