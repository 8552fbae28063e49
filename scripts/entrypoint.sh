#!/bin/sh
# The image's entry point. Elasticsearch mints wirewatch's API keys, so no .env can hold them
# before: `search.elastic.provision` leaves each in a volume of its own, which only the services
# that need that key mount.
set -eu
keys=/var/lib/wirewatch-keys
for name in reader writer; do
    if [ -r "$keys/$name/api-key" ]; then
        WIREWATCH_ELASTICSEARCH_API_KEY="$(cat "$keys/$name/api-key")"
        export WIREWATCH_ELASTICSEARCH_API_KEY
    fi
done
if [ -r "$keys/provisioner/api-key" ]; then
    WIREWATCH_ELASTICSEARCH_ADMIN_KEY="$(cat "$keys/provisioner/api-key")"
    export WIREWATCH_ELASTICSEARCH_ADMIN_KEY
fi
exec "$@"
