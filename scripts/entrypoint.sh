#!/bin/sh
# The image's entry point. Elasticsearch mints wirewatch's API key, so no .env can hold it before:
# `search.elastic.provision` leaves it in a file that only the services that may write mount.
set -eu
key=/var/lib/wirewatch-key/api-key
if [ -r "$key" ]; then
    WIREWATCH_ELASTICSEARCH_API_KEY="$(cat "$key")"
    export WIREWATCH_ELASTICSEARCH_API_KEY
fi
exec "$@"
